"""Personal settings: name, language, theme, keys, password, open sessions. Everybody has this page."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui

from app.base.i18n import N_, _, ngettext
from app.components.assets import set_theme
from app.components.elements import tag
from app.components.simple_form import Form, button
from app.pages.setup.choices import LANGUAGES, themes, zones
from app.pages.setup.parts import act, card, frame, save, tell, toast, when
from app.pages.visit import Visit
from app.services import people, sessions, sign_in
from app.services.actor import Actor
from app.services.people import Member
from app.services.sessions import Listed
from app.services.sign_in import Attempt


async def page(visit: Visit) -> None:
    """The page."""
    me = await act(people.get, visit.actor.user_id)
    with frame(visit, "me"):
        _about(me)
        _appearance(me)
        _password()
        box = tag("div")
        await _sessions(visit, box)
        with card(_("Latest sign-ins")):
            attempt_table(visit.actor, await act(sign_in.recent, visit.actor.user_id))


def _about(me: Member) -> None:
    async def submit() -> None:
        changed = form.values()
        if (
            await save(form, _("Your settings are saved."), people.change, me.id, changed)
            and changed["language"] != me.language
        ):
            ui.run_javascript("window.location.reload()")  # every word of the page changes

    with card(_("About you")), tag("div", "cp-card-body"), Form(submit) as form:
        form.text("first_name", _("First name"), me.first_name, optional=True, autocomplete="given-name", maxlength=60)
        form.text("last_name", _("Last name"), me.last_name, optional=True, autocomplete="family-name", maxlength=80)
        form.choice("language", _("Language"), me.language, dict(LANGUAGES))
        form.choice("zone", _("Time zone"), me.zone, zones(me.zone), hint=_("Clock times are shown in it."))
        with tag("div", "cp-field--wide"):
            button(_("Save"), kind="primary", type="submit")


def _appearance(me: Member) -> None:
    async def theme() -> None:
        form.fields["theme"].fail("")
        await act(people.change, me.id, {"theme": form.fields["theme"].value})
        set_theme(form.fields["theme"].value, contrast=form.fields["contrast"].value)

    async def preference(name: str) -> None:
        value = form.fields[name].value
        await act(people.keep_preferences, {name: value})
        if name == "contrast":
            set_theme(form.fields["theme"].value, contrast=value)
        ui.run_javascript(f"if (window.comptoir) window.comptoir.letters = {str(form.fields['letters'].value).lower()}")
        await tell(_("Your settings are saved."), undo=False)

    with card(_("Appearance and keyboard")), Form(None, "") as form:
        with _row(_("Theme"), _("Light, dark, or as your device.")):
            form.choice("theme", "", me.theme, themes(), on_change=theme).name_aloud(_("Theme"))
        with _row(_("Stronger contrast"), _("Clearer lines and larger text, for a projector or tired eyes.")):
            form.check("contrast", "", bool(me.preferences.get("contrast")), switch=True,
                       on_change=partial(preference, "contrast")).name_aloud(_("Stronger contrast"))  # fmt: skip
        with _row(
            _("Single-letter keys"), _("N, C, G, J, K… act at once. Switch them off if you dictate or if they get in your way.")
        ):
            form.check("letters", "", me.preferences.get("letters", True) is not False, switch=True,
                       on_change=partial(preference, "letters")).name_aloud(_("Single-letter keys"))  # fmt: skip


def _row(name: str, text: str) -> Any:
    row = tag("div", "cp-setting")
    with row:
        with tag("div", "cp-setting-main"):
            tag("div", "cp-setting-name", name)
            tag("div", "cp-setting-text", text)
        return tag("div", "cp-setting-control")


def _password() -> None:
    async def submit() -> None:
        values = form.values()
        saved = await save(form, _("Your password is changed. Your other sessions are ended."), people.change_password, values["current"],
                           values["password"], undo=False)  # fmt: skip
        if saved:
            for field in form.fields.values():
                field.put("")

    with card(_("Password")), tag("div", "cp-card-body"), Form(submit) as form:
        form.text("current", _("Present password"), type="password", autocomplete="current-password", maxlength=1000)
        form.text("password", _("New password"), type="password", autocomplete="new-password", maxlength=200,
                  hint=_("At least 10 characters, hard to guess."))  # fmt: skip
        with tag("div", "cp-field--wide"):
            button(_("Change the password"), kind="neutral", type="submit")


async def _sessions(visit: Visit, box: ui.element) -> None:
    found = await act(sessions.list_for, visit.actor.user_id)
    box.clear()
    with box, card(_("Open sessions"), note=_("Browsers in which you are signed in.")) as head:
        if len(found) > 1:
            with head:
                button(_("End all others"), partial(_end_others, visit, box), kind="quiet cp-btn--small")
        session_table(visit.actor, found, partial(_end, visit, box))


async def _end_others(visit: Visit, box: ui.element) -> None:
    ended = await act(sessions.end_others)
    toast(ngettext("%(n)s session is ended.", "%(n)s sessions are ended.", ended))
    await _sessions(visit, box)


async def _end(visit: Visit, box: ui.element, session_id: str) -> None:
    await act(sessions.revoke, session_id)
    toast(_("The session is ended."))
    await _sessions(visit, box)


def session_table(actor: Actor, found: list[Listed], on_end: Any) -> None:
    """Sessions with a button to end each but the present one."""
    with (
        tag("div", "cp-scroll-x", tabindex="0", role="region", aria_label=_("Open sessions")),
        tag("table", "cp-minitable", style="min-width:560px"),
    ):
        with tag("thead"), tag("tr"):
            for label in (_("Browser"), _("Address"), _("Since"), _("Last seen")):
                tag("th", "", label, scope="col")
            with tag("th", "", scope="col"):
                tag("span", "cp-sr", _("Actions"))
        with tag("tbody"):
            for one in found:
                with tag("tr", data_id=one.id):
                    tag("td", "", browser_name(one.agent))
                    tag("td", "num", one.address)
                    tag("td", "num", when(one.created_at, actor))
                    tag("td", "num", when(one.seen_at, actor))
                    with tag("td", "cp-right"):
                        if one.is_current:
                            tag("span", "cp-chip cp-chip--ok", _("This one"))
                        else:
                            button(_("End"), partial(on_end, one.id), kind="quiet cp-btn--small",
                                   aria_label=_("End the session of %(browser)s", browser=browser_name(one.agent)))  # fmt: skip


OUTCOMES = {
    "ok": (N_("Signed in"), "ok"), "wrong": (N_("Wrong password"), "da"), "known": (N_("Wrong password"), "wa"),
    "inactive": (N_("Account not active"), "nu"), "locked": (N_("Too many attempts"), "da"), "reset": (N_("Link or new password"), "in"),
}  # fmt: skip


def attempt_table(actor: Actor, found: list[Attempt]) -> None:
    """The latest attempts to sign in to one account."""
    table = {"style": "min-width:560px"}
    scroll = {"tabindex": "0", "role": "region", "aria_label": _("Latest sign-ins")}
    with tag("div", "cp-scroll-x", **scroll), tag("table", "cp-minitable", **table):
        with tag("thead"), tag("tr"):
            for label in (_("When"), _("Outcome"), _("Browser"), _("Address")):
                tag("th", "", label, scope="col")
        with tag("tbody"):
            for one in found:
                words, colour = OUTCOMES.get(one.outcome, (N_("Wrong password"), "da"))
                with tag("tr", data_id=str(int(one.at.timestamp()))):
                    tag("td", "num", when(one.at, actor))
                    with tag("td"):
                        tag("span", f"cp-chip cp-chip--{colour}", str(words))
                    tag("td", "", browser_name(one.agent) if one.agent else "–")
                    tag("td", "num", one.address or "–")


def browser_name(agent: str) -> str:
    """A browser and its system, as people call them."""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in agent), "")
    system = next((name for mark, name in systems if mark in agent), "")
    return " · ".join(filter(None, (browser, system))) or _("Unknown browser")
