"""One person: rights, state, link to choose a password, open sessions."""

from __future__ import annotations

from functools import partial

from app.base.i18n import _
from app.components.elements import tag
from app.components.simple_form import Form, button, definitions
from app.pages.setup.choices import LANGUAGES, zones
from app.pages.setup.me import attempt_table, session_table
from app.pages.setup.parts import act, card, frame, save, tell, toast, when
from app.pages.setup.people import _choices, show_link, state_chip
from app.pages.visit import Visit
from app.services import people, sessions, sign_in
from app.services.people import Member


async def page(visit: Visit) -> None:
    """The page of the person in the address."""
    number = visit.params["person"]
    found = await act(people.get, number)
    with frame(visit, "users", title=found.name, back=(_("Users"), "/setup/users")) as row:
        with row:
            actions = tag("div", "cp-inline")
        box = tag("div", "cp-stack", style="gap:16px")

    async def draw() -> None:
        now = await act(people.get, number)
        profiles, roles, _language = await act(_choices)
        open_sessions = await act(sessions.list_for, number)
        attempts = await act(sign_in.recent, number)
        actions.clear()
        box.clear()
        with actions:
            _actions(now)
        with box:
            _state(visit, now)
            _form(now, {k: v[0] for k, v in profiles.items()}, roles)
            with card(_("Open sessions")):
                session_table(visit.actor, open_sessions, _end)
                if not open_sessions:
                    tag("p", "cp-row cp-faint", _("None."))
            with card(_("Latest sign-ins")):
                attempt_table(visit.actor, attempts)
                if not attempts:
                    tag("p", "cp-row cp-faint", _("None yet."))

    async def _end(session_id: str) -> None:
        await act(sessions.revoke, session_id)
        toast(_("The session is ended."))
        await draw()

    visit.subscribe([("person", number)], draw)
    await draw()


def _actions(now: Member) -> None:
    async def activate(active: bool) -> None:
        await act(people.set_active, now.id, active)
        await tell(
            _("The person can sign in again.")
            if active
            else _("The person can no longer sign in and is signed out everywhere.")
        )

    if now.active:
        button(_("Link to choose a password"), partial(show_link, now), symbol="key")
        button(_("Deactivate"), partial(activate, False), kind="danger-quiet")
    else:
        button(_("Activate again"), partial(activate, True), kind="primary")


def _state(visit: Visit, now: Member) -> None:
    with card(_("State")) as head:
        with head:
            state_chip(now)
        with tag("div", "cp-card-body"):
            definitions([
                (_("E-mail"), now.email),
                (_("Added"), when(now.created_at, visit.actor)),
                (_("Last seen"), when(now.last_seen_at, visit.actor)),
            ])  # fmt: skip


def _form(now: Member, profiles: dict[str, str], roles: dict[str, str]) -> None:
    async def submit() -> None:
        await save(form, _("The changes are saved."), people.change, now.id, form.values())

    with card(_("Account")), tag("div", "cp-card-body"), Form(submit) as form:
        form.text("email", _("E-mail"), now.email, type="email", maxlength=254, wide=True)
        form.text("first_name", _("First name"), now.first_name, optional=True, maxlength=60)
        form.text("last_name", _("Last name"), now.last_name, optional=True, maxlength=80)
        form.choice("profile", _("Profile"), now.profile_id, profiles, hint=_("What they may do."))
        form.choice(
            "role", _("Role"), now.role_id, {"": _("None"), **roles}, hint=_("Their place in the team: whose records they see.")
        )
        form.choice("language", _("Language"), now.language, dict(LANGUAGES))
        form.choice("zone", _("Time zone"), now.zone, zones(now.zone))
        with tag("div", "cp-field--wide"):
            button(_("Save"), kind="primary", type="submit")
