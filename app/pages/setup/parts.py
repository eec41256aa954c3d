"""What the pages of Setup share: the frame with its menu, cards, saving with undo.

Invariants: a handler runs a service in a lane with the actor of now; what the service refuses is shown where it belongs; what was
saved says so and offers undo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from nicegui import ui

from app.base.clock import zone_info
from app.base.errors import ComptoirError, Invalid
from app.base.i18n import _, language
from app.components.elements import icon, tag
from app.components.shell import Shell
from app.components.simple_form import Form, button
from app.pages.setup.rooms import rooms_for, wings_for
from app.pages.visit import Visit, actor_of
from app.services import work
from app.services.actor import Actor
from app.services.latest import latest_set

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def frame(visit: Visit, key: str, *, title: str = "", back: tuple[str, str] | None = None) -> Iterator[ui.element]:
    """The page of the room `key`: title row, menu of all rooms, content. Yields the title row, for buttons."""
    room = next((r for r in rooms_for(visit.actor) if r.key == key), None)
    label = title or (str(room.label) if room else "")
    visit.title(label)
    with tag("div", "cp-page"):
        with tag("div", "cp-title") as row:
            with tag("nav", f"cp-crumbs{'' if back else ' cp-only-compact'}", aria_label=_("Breadcrumb")):
                words, href = back or (_("Setup"), "/setup")
                tag("a", "cp-link", words, href=href)
                icon("chevron_right")
            tag("h1", "cp-h1", label, translate="no" if title else None, dir="auto")
            tag("span", "cp-spacer")
        with tag("div", "cp-setup-page"):
            _menu(visit, key)
            with tag("div", "cp-setup-main cp-stack", style="gap:16px"):
                if room and not title:
                    tag("p", "cp-muted", str(room.text))
                yield row


def _menu(visit: Visit, key: str) -> None:
    with tag("nav", "cp-setup-nav", aria_label=_("Setup")):
        for wing in wings_for(visit.actor):
            tag("div", "cp-group-label", str(wing.label))
            for room in wing.rooms:
                tag("a", "cp-related-item", str(room.label), href=room.href, aria_current="page" if room.key == key else None)


@contextmanager
def card(title: str, *, foot: bool = False, note: str = "") -> Iterator[ui.element]:
    """A card with a head. Yields the head, for buttons."""
    with tag("section", "cp-card"):
        with tag("div", "cp-card-head") as head:
            tag("h2", "cp-card-title", title)
            if note:
                tag("span", "cp-caption cp-faint", note)
            tag("span", "cp-spacer")
        yield head


async def act(call: Callable[Concatenate[Actor, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs `call(actor of now, …)` in the interactive lane."""
    actor = await actor_of(ui.context.client)
    return await work.interactive(call, actor, *args, **kwargs)


async def save(form: Form, message: str, call: Callable[..., Any], *args: Any, undo: bool = True) -> Any:
    """Runs `call(actor, …)`; shows what is wrong in `form`, or `message` with undo. Returns the result, None when refused."""
    saving("busy")
    try:
        result = await act(call, *args)
    except Invalid as error:
        rest = form.show(error)
        saving("saved")
        if rest:
            toast(rest, kind="error")
        return None
    except ComptoirError as error:
        saving("saved")
        toast(str(error.message), kind="error")
        return None
    form.clear()
    saving("saved")
    await tell(message, undo=undo)
    return result if result is not None else True


async def tell(message: str, *, undo: bool = True) -> None:
    """A toast; with `undo` it takes back the actor's latest change."""
    set_id = await act(latest_set) if undo else None
    toast(message, **({"undo": set_id} if set_id else {}))


def toast(message: str, **options: Any) -> None:
    """A message at the bottom of the page that is open."""
    for element in ui.context.client.layout.descendants():
        if isinstance(element, Shell):
            element.toast(message, **options)


def saving(state: str) -> None:
    """What the footer says about the user's input."""
    ui.run_javascript(f"window.comptoir?.saving({state!r})")


def when(moment: datetime | None, actor: Actor) -> str:
    """A moment as this person reads it; a dash for never."""
    if moment is None:
        return "–"
    from babel.dates import format_datetime

    return str(format_datetime(moment.astimezone(zone_info(actor.zone)), "medium", locale=language()))


def confirm(title: str, text: str, action: str, call: Callable[[], Any]) -> None:
    """Asks before what cannot be undone."""
    with ui.dialog() as dialog, ui.card().classes("cp-dialog").props('role="dialog" aria-modal="true"') as box:
        box._props["aria-label"] = title
        tag("h2", "cp-dialog-title", title)
        tag("p", "cp-dialog-text", text)

        async def go() -> None:
            dialog.close()
            result = call()
            if hasattr(result, "__await__"):
                await result

        with tag("div", "cp-dialog-actions"):
            button(_("Cancel"), dialog.close)
            button(action, go, kind="danger")
    dialog.open()
