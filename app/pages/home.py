"""The home page: what one's sales look like today, and what to do first in an empty house."""

from __future__ import annotations

from typing import Any

from babel.dates import format_date
from nicegui import ui

from app.base.events import Topic
from app.base.i18n import _
from app.components.elements import button, tag
from app.components.home_grid import HomeGrid
from app.pages.visit import Visit
from app.services import home, query, sample, work
from app.services.actor import Actor, ctx
from app.services.describe import describe


async def page(visit: Visit) -> None:
    """Greets the person; figures and lists fill themselves in."""
    found = await work.interactive(_read, visit.actor)
    visit.title(_("Home"))
    with tag("div", "cp-page"):
        with tag("div", "cp-title"):
            tag("h1", "cp-h1", _("Hello %(name)s", name=visit.actor.name.partition(" ")[0]), translate="no")
            today = format_date(ctx(visit.actor).today, "EEEE d MMMM", locale=visit.actor.language)
            tag("span", "cp-faint", today[:1].upper() + today[1:] if visit.actor.language == "en" else today)
        with tag("div", "cp-body"):
            if found["sample"] and visit.actor.is_admin:
                _sample_banner(visit)
            if found["empty"]:
                _first_steps(visit)
            elif found["parts"]:
                grid = HomeGrid(found["parts"], found["modules"])
                topics: list[Topic] = [("module", name) for name in found["modules"]]
                visit.subscribe(topics, lambda changed: grid.refresh({topic[1] for topic in changed}))


def _read(actor: Actor) -> dict[str, Any]:
    parts = home.components(actor)
    modules = {name: describe(actor, name) for name in sorted({part["module"] for part in parts})}
    empty = all(query.count(actor, name, cap=1).n == 0 for name in ("Deals", "Accounts") if actor.can(name, "read"))
    return {"parts": parts, "modules": modules, "empty": empty, "sample": sample.is_loaded()}


def _sample_banner(visit: Visit) -> None:
    """Says that the records are examples, and takes them away in one action."""

    async def remove() -> None:
        take_away.props("disabled aria-busy=true")
        await work.heavy(sample.remove, await visit.again())
        ui.navigate.to("/")

    with tag("div", "cp-banner cp-banner--in", role="status"):
        tag("span", "", _("You are looking at sample data. It can be removed in one action; what you added yourself stays."))
        tag("span", "cp-spacer")
        take_away = button(_("Remove the sample data"), classes="cp-btn--small").on("click", remove)


def _first_steps(visit: Visit) -> None:
    """An empty house: create, import, or look at an example first."""

    async def load() -> None:
        example.props("disabled aria-busy=true")
        await work.heavy(sample.load, await visit.again())
        ui.navigate.to("/")

    with tag("div", "cp-empty"):
        tag("span", "cp-empty-art", aria_hidden="true")
        tag("h2", "cp-empty-title", _("Your sales will be here"))
        tag("p", "cp-empty-text", _("Import the deals and accounts you have in a file, or create the first one by hand."))
        with tag("div", "cp-empty-actions"):
            if visit.actor.can("Deals", "import"):
                tag("a", "cp-btn cp-btn--primary", _("Import a file"), href="/deals/import")
            if visit.actor.can("Deals", "create"):
                tag("a", "cp-btn cp-btn--neutral", _("New deal"), href="/deals/new")
            if visit.actor.is_admin:
                example = button(_("Load sample data")).on("click", load)
