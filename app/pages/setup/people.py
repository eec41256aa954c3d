"""The people who sign in: list, search, add."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from nicegui import ui

from app.api import listeners
from app.base.i18n import _, ngettext
from app.components.elements import icon, tag
from app.components.simple_form import Form, banner, button
from app.components.theme import avatar_colour
from app.pages.setup.choices import LANGUAGES
from app.pages.setup.parts import act, frame, save, when
from app.pages.shell_data import initials
from app.pages.visit import Visit
from app.services import access, defaults, links, people, settings
from app.services.actor import Actor
from app.services.people import Member


async def page(visit: Visit) -> None:
    """The page."""
    with frame(visit, "users") as row:
        with row:
            with tag("span", "cp-inputbox"):
                icon("search")
                search = tag("input", "cp-input", type="search", aria_label=_("Find a person"), placeholder=_("Find a person"),
                             data_search="", autocomplete="off", value=visit.query.get("q", ""))  # fmt: skip
            button(_("Add a person"), partial(_add, visit), kind="primary", symbol="person_add")
        box = tag("section", "cp-card")
    state = {"text": visit.query.get("q", "")}

    async def draw() -> None:
        _list(visit, box, await act(people.members, state["text"]))

    async def look(event: Any) -> None:
        state["text"] = str(event.args)
        await draw()

    search.on("input", look, js_handler="(event) => emit(event.target.value)", throttle=0.2)
    visit.subscribe([("access",)], draw)
    await draw()


def _list(visit: Visit, box: ui.element, found: list[Member]) -> None:
    box.clear()
    with box:
        with (
            tag("div", "cp-scroll-x", tabindex="0", role="region", aria_label=_("Users")),
            tag("table", "cp-minitable", style="min-width:680px"),
        ):
            with tag("thead"), tag("tr"):
                for label in (_("Name"), _("E-mail"), _("Profile"), _("Role"), _("State"), _("Last seen")):
                    tag("th", "", label, scope="col")
            with tag("tbody"):
                for one in found:
                    _row(visit, one)
        tag("div", "cp-card-foot num", ngettext("%(n)s person", "%(n)s people", len(found)))


def _row(visit: Visit, one: Member) -> None:
    with tag("tr", data_id=one.id):
        with tag("td"):
            tag("span", f"cp-avatar cp-avatar--c{avatar_colour(one.id)}", initials(one.name), aria_hidden="true")
            tag("a", "cp-rowlink", one.name, href=f"/setup/users/{one.id}", dir="auto")
        tag("td", "", one.email)
        tag("td", "", one.profile)
        tag("td", "", one.role or "–")
        with tag("td"):
            state_chip(one)
        tag("td", "num", when(one.last_seen_at, visit.actor))


def state_chip(one: Member) -> None:
    """Active, waiting for a first password, or not active."""
    if not one.active:
        tag("span", "cp-chip cp-chip--nu", _("Not active"))
    elif not one.has_password:
        tag("span", "cp-chip cp-chip--wa", _("No password yet"))
    else:
        tag("span", "cp-chip cp-chip--ok", _("Active"))


async def _add(visit: Visit) -> None:
    profiles, roles, language = await act(_choices)

    async def submit() -> None:
        made = await save(form, _("The person is added."), people.create, form.values())
        if made:
            dialog.close()
            await show_link(made)

    with ui.dialog().props("position=right full-height") as dialog, ui.card().classes("cp-drawer") as box:
        box.props('role="dialog" aria-modal="true"')
        box._props["aria-label"] = _("Add a person")
        with tag("div", "cp-drawer-head"):
            tag("h2", "cp-drawer-title", _("Add a person"))
            tag("span", "cp-spacer")
            with tag("button", "cp-iconbtn", type="button", aria_label=_("Close")).on("click", dialog.close, []):
                icon("close")
        with tag("div", "cp-drawer-body"), Form(submit, "cp-stack") as form:
            form.text("email", _("E-mail"), type="email", autofocus=True, maxlength=254)
            form.text("first_name", _("First name"), optional=True, maxlength=60)
            form.text("last_name", _("Last name"), optional=True, maxlength=80)
            form.choice("profile", _("Profile"), next((k for k, v in profiles.items() if v[1] == "standard"), next(iter(profiles))),
                        {k: v[0] for k, v in profiles.items()}, hint=_("What they may do."))  # fmt: skip
            form.choice(
                "role", _("Role"), "", {"": _("None"), **roles}, hint=_("Their place in the team: whose records they see.")
            )
            form.choice("language", _("Language"), language, dict(LANGUAGES))
            tag("p", "cp-hint", _("You then get a link to hand over, with which they choose their password."))
            with tag("div", "cp-inline"):
                button(_("Add"), kind="primary", type="submit")
                button(_("Cancel"), dialog.close)
    dialog.on("hide", dialog.delete)
    dialog.open()


async def show_link(person: Member) -> None:
    """Makes a one-time link and shows it, once."""
    token = await act(links.make, person.id)
    origin = str(await ui.run_javascript("window.location.origin", timeout=5))
    is_here_only = any(f"//{name}" in origin for name in ("127.", "localhost", "[::1]"))
    others = listeners.running.addresses if listeners.running is not None else []
    link = f"{others[0] if is_here_only and others else origin}/password/{token}"
    with ui.dialog() as dialog, ui.card().classes("cp-dialog cp-dialog--wide") as box:
        box.props('role="dialog" aria-modal="true"')
        box._props["aria-label"] = _("Link to choose a password")
        tag("h2", "cp-dialog-title", _("Link to choose a password"))
        tag(
            "p",
            "cp-dialog-text",
            _("Hand this link to %(name)s. It works once, within 24 hours, and is shown only now.", name=person.name),
        )
        with tag("div", "cp-dialog-body"):
            tag("input", "cp-input", type="text", id="cp-one-time-link", readonly=True, value=link, aria_label=_("Link"), translate="no").on(
                "focus", js_handler="(event) => event.target.select()"
            )
            if is_here_only and not others:
                banner(_("This link works on this computer only: open Comptoir to the network first, under Setup, Network."), "wa", "lan")
        with tag("div", "cp-dialog-actions"):
            said = json.dumps(_("The link is copied."))
            button(_("Copy"), symbol="content_copy").on("click", js_handler=_COPY % said)
            button(_("Close"), dialog.close, kind="primary")
    dialog.on("hide", dialog.delete)
    dialog.open()


_COPY = """async () => {
  const field = document.getElementById("cp-one-time-link");
  field.select();
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else document.execCommand("copy");  // on plain http browsers offer nothing else
  window.comptoir.toast(%s);
}"""


def _choices(actor: Actor) -> tuple[dict[str, tuple[str, str]], dict[str, str], str]:
    profiles = {p.id: (defaults.words(p.key, p.name), p.key) for p in access.list_profiles(actor)}
    roles = {r.id: "\u2003" * r.depth + r.name for r in access.list_roles(actor)}
    return profiles, roles, settings.company().language
