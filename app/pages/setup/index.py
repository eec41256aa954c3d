"""Setup: all rooms, the state of the server, what was set up last. Whoever may not set up goes to their own settings."""

from __future__ import annotations

import platform

from nicegui import ui

from app.base.i18n import _, ngettext
from app.base.text import fold
from app.components.elements import icon, tag
from app.components.simple_form import definitions
from app.components.theme import avatar_colour
from app.pages.setup.parts import act, card, when
from app.pages.setup.rooms import Wing, wings_for
from app.pages.visit import Visit
from app.services.overview import STEPS, Overview, overview


async def page(visit: Visit) -> None:
    """The first page of Setup."""
    if not visit.actor.tool("setup"):
        ui.navigate.to("/setup/me")
        return
    found = await act(overview)
    visit.title(_("Setup"))
    with tag("div", "cp-page"):
        with tag("div", "cp-title"):
            tag("h1", "cp-h1", _("Setup"))
            tag("span", "cp-spacer")
            with tag("span", "cp-inputbox"):
                icon("search")
                search = tag("input", "cp-input", type="search", aria_label=_("Find a setting"), placeholder=_("Find a setting"),
                             data_search="", autocomplete="off")  # fmt: skip
                tag("kbd", "cp-kbd", "/", aria_hidden="true")
        with tag("div", "cp-body"), tag("div", "cp-setup"):
            grid = tag("div", "cp-setup-grid")
            with tag("aside", "cp-setup-side", aria_label=_("State of the server")):
                _state(found)
                _steps(found)
                _changes(visit, found)
    wings = wings_for(visit.actor)
    _draw(grid, wings, "")
    search.on("input", lambda event: _draw(grid, wings, str(event.args)), js_handler="(event) => emit(event.target.value)")


def _draw(grid: ui.element, wings: list[Wing], wanted: str) -> None:
    grid.clear()
    words = fold(wanted).split()
    with grid:
        for wing in wings:
            rooms = [r for r in wing.rooms if all(w in fold(f"{r.label} {r.text} {r.words} {wing.label}") for w in words)]
            if not rooms:
                continue
            with tag("section", "cp-setupcard"):
                with tag("span", "cp-setupcard-icon", aria_hidden="true"):
                    icon(wing.icon, "md")
                with tag("div"):
                    tag("h2", "cp-setupcard-title", str(wing.label))
                    tag("p", "cp-setupcard-text", str(wing.text))
                    with tag("div", "cp-setupcard-links"):
                        for room in rooms:
                            tag("a", "cp-link", str(room.label), href=room.href, title=str(room.text))
        if not any(child for child in grid):
            tag("p", "cp-muted", _("No setting is called that."), role="status")


def _state(found: Overview) -> None:
    from app.base.version import program_version

    with card(_("State of the server")) as head:
        with head:
            tag("span", "cp-chip cp-chip--ok", _("In service"))
        with tag("div", "cp-card-body"):
            size = [(_("Size of the data"), _size(found.size))] if found.size else []
            definitions([
                (_("Version"), program_version()),
                (_("Computer"), platform.node() or "–"),
                (_("Database"), found.database),
                *size,
                (_("Users"), str(found.people)),
                (_("Connected now"), ngettext("%(n)s person", "%(n)s people", found.present)),
            ])  # fmt: skip


def _steps(found: Overview) -> None:
    """What a new team does first; gone when all is done."""
    words = {
        "company": (_("Name your company"), "/setup/company"),
        "team": (_("Bring your colleagues in"), "/setup/users"),
        "data": (_("Import your accounts"), "/import"),
    }
    if len(found.done) == len(STEPS):
        return
    with card(_("First steps")) as head:
        with head:
            tag("span", "cp-faint num", _("%(n)s of %(all)s", n=len(found.done), all=len(STEPS)))
        with tag("div", "cp-card-body"), tag("ul", "cp-steps", role="list"):
            for step in STEPS:
                label, href = words[step]
                with tag("li", "cp-step is-done" if step in found.done else "cp-step"):
                    if step in found.done:
                        tag("span", "", label)
                        tag("span", "cp-sr", _("done"))
                    else:
                        tag("a", "cp-link", label, href=href)


def _changes(visit: Visit, found: Overview) -> None:
    with card(_("Changed recently")), tag("div", "cp-rows"):
        for change in found.changes:
            with tag("div", "cp-row cp-row--two", data_id=change.user_id or "0"):
                letters = "".join(word[0] for word in change.name.split()[:2]).upper()
                tag("span", f"cp-avatar cp-avatar--c{avatar_colour(change.user_id or '0')}", letters, aria_hidden="true")
                with tag("span", "cp-row-main"):
                    tag("span", "cp-row-title", str(change.label), dir="auto")
                    tag("span", "cp-row-sub", f"{change.name} · {when(change.at, visit.actor)}")
        if not found.changes:
            tag("p", "cp-row cp-faint", _("Nothing yet."))


def _size(count: int | None) -> str:
    megabytes = (count or 0) / 1_000_000
    from babel.numbers import format_decimal

    from app.base.i18n import language

    shown = format_decimal(round(megabytes, 1 if megabytes < 10 else 0), locale=language())
    return _("%(n)s MB", n=shown)
