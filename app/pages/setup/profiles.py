"""Profiles: what people may do, module by module, field by field, tool by tool."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui

from app.base.i18n import N_, _, ngettext
from app.components.elements import tag
from app.components.simple_form import Form, banner, button
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.pages.setup.parts import act, card, frame, save
from app.pages.setup.roles import _dialog
from app.pages.visit import Visit
from app.services import access, defaults
from app.services.access import ProfileInfo
from app.services.actor import EVERY_MODULE, OPERATIONS, TOOLS

OPERATION_WORDS = {
    "read": N_("Read"), "create": N_("Create"), "edit": N_("Change"), "delete": N_("Delete"), "assign": N_("Hand over"),
    "import": N_("Import"), "export": N_("Export"), "share": N_("Share"), "mass": N_("Many at once"),
}  # fmt: skip
TOOL_WORDS = {
    "setup": N_("Set up: company, people, fields"), "manage_views": N_("Make views for everybody"),
    "undo_others": N_("Undo other people’s changes"), "recycle_bin_all": N_("Empty the recycle bin"),
}  # fmt: skip


async def page(visit: Visit) -> None:
    """The list of profiles."""
    with frame(visit, "profiles") as row:
        box = tag("section", "cp-card")

    async def draw() -> None:
        found = await act(access.list_profiles)
        box.clear()
        with box, tag("div", "cp-rows"):
            for profile in found:
                with tag("div", "cp-row cp-row--two", data_id=profile.id):
                    with tag("span", "cp-row-main"):
                        tag(
                            "a",
                            "cp-row-title",
                            defaults.words(profile.key, profile.name),
                            href=f"/setup/profiles/{profile.id}",
                            dir="auto",
                        )
                        tag("span", "cp-row-sub", defaults.words(profile.key, profile.description), dir="auto")
                    tag("span", "cp-row-end num", ngettext("%(n)s person", "%(n)s people", profile.people))

    with row:
        button(_("Add a profile"), add, kind="primary", symbol="add")
    visit.subscribe([("access",)], draw)
    await draw()


async def add() -> None:
    """A new profile begins as a copy of another one."""
    found = [p for p in await act(access.list_profiles) if p.key != "administrator"]

    async def submit() -> None:
        values = form.values()
        origin = next((p for p in found if p.id == values["copy"]), None)
        new = {"name": values["name"], "description": "", "permissions": origin.permissions.as_json() if origin else {}}
        number = await save(form, _("The profile is saved."), access.save_profile, None, new)
        if number:
            dialog.close()
            ui.navigate.to(f"/setup/profiles/{number}")

    with _dialog(_("Add a profile")) as dialog, Form(submit, "cp-dialog-body") as form:
        form.text("name", _("Name"), maxlength=80, autofocus=True)
        form.choice("copy", _("Begin as"), found[0].id if found else "", {p.id: defaults.words(p.key, p.name) for p in found})
        with tag("div", "cp-dialog-actions"):
            button(_("Cancel"), dialog.close)
            button(_("Add"), kind="primary", type="submit")
    dialog.open()


async def one(visit: Visit) -> None:
    """One profile."""
    found = await act(access.list_profiles)
    profile = next((p for p in found if p.id == visit.params["profile"]), None)
    if profile is None:
        ui.navigate.to("/setup/profiles")
        return
    with frame(
        visit, "profiles", title=defaults.words(profile.key, profile.name), back=(_("Profiles"), "/setup/profiles")
    ) as row:
        if profile.key == "administrator":
            banner(
                _("The administrator may do everything; this cannot be changed. For less, make another profile."), "in", "info"
            )
        _names(profile)
        if profile.key != "administrator":
            _rights(profile)
    if not profile.key:
        with row:
            button(_("Delete"), partial(_delete, profile, found), kind="danger-quiet")


def _names(profile: ProfileInfo) -> None:
    async def submit() -> None:
        await save(form, _("The profile is saved."), access.save_profile, profile.id, form.values())

    with card(_("Profile")), tag("div", "cp-card-body"), Form(submit) as form:
        form.text("name", _("Name"), defaults.words(profile.key, profile.name), maxlength=80)
        form.text(
            "description", _("Description"), defaults.words(profile.key, profile.description), optional=True, maxlength=255
        )
        with tag("div", "cp-field--wide"):
            button(_("Save"), type="submit")


def _rights(profile: ProfileInfo) -> None:
    now = profile.permissions.as_json()
    modules = registry.snapshot().modules

    async def store() -> None:
        await save(form, _("The rights are saved."), access.save_profile, profile.id, {"permissions": now})

    async def operation(api: str, op: str) -> None:
        ops = set(now["modules"].get(api, now["modules"].get(EVERY_MODULE, [])))
        ops ^= {op}
        now["modules"][api] = [o for o in OPERATIONS if o in ops]
        await store()

    async def tool(name: str) -> None:
        now["tools"] = [t for t in TOOLS if (t in now["tools"]) != (t == name)]
        await store()

    with Form(None, "cp-stack") as form:
        scroll = {"tabindex": "0", "role": "region", "aria_label": _("Modules")}
        table = {"style": "min-width:680px"}
        with card(_("Modules")), tag("div", "cp-scroll-x", **scroll), tag("table", "cp-minitable", **table):
            _head()
            with tag("tbody"):
                for module in modules:
                    _module_row(form, now, module.api_name, str(module.plural), operation)
                _module_row(form, now, EVERY_MODULE, _("Modules made later"), operation)
        with card(_("Tools")), tag("div", "cp-card-body cp-stack"):
            for name in TOOLS:
                form.check(f"tool:{name}", str(TOOL_WORDS[name]), name in now["tools"], on_change=partial(tool, name))
    for module in modules:
        _fields(profile, now, module)


def _head() -> None:
    with tag("thead"), tag("tr"):
        tag("th", "", _("Module"), scope="col")
        for op in OPERATIONS:
            tag("th", "", str(OPERATION_WORDS[op]), scope="col")


def _module_row(form: Form, now: dict[str, Any], api: str, label: str, change: Any) -> None:
    ops = now["modules"].get(api, now["modules"].get(EVERY_MODULE, []))
    with tag("tr"):
        tag("th", "", label, scope="row", style="text-align:left")
        for op in OPERATIONS:
            with tag("td"):
                form.check(f"{api}:{op}", "", op in ops, on_change=partial(change, api, op)).name_aloud(
                    f"{label} : {OPERATION_WORDS[op]}"
                )


def _fields(profile: ProfileInfo, now: dict[str, Any], module: ModuleSpec) -> None:
    words = {"write": _("Read and change"), "read": _("Read only"), "hidden": _("Hidden")}
    limits = now["fields"].get(module.api_name, {})

    async def change(name: str) -> None:
        chosen = form.fields[name].value
        mine = now["fields"].setdefault(module.api_name, {})
        if chosen == "write":
            mine.pop(name, None)
        else:
            mine[name] = chosen
        await save(form, _("The rights are saved."), access.save_profile, profile.id, {"permissions": now})

    def draw() -> None:
        """Fills the card when it is first opened: a hundred fields a module would be heavy from the start."""
        if form.fields:
            return
        with form:
            for field in module.fields:
                with tag("div", "cp-setting"):
                    with tag("div", "cp-setting-main"):
                        tag("div", "cp-setting-name", str(field.label), dir="auto")
                    with tag("div", "cp-setting-control"):
                        made = form.choice(
                            field.name, "", limits.get(field.name, "write"), words, on_change=partial(change, field.name)
                        )
                        made.name_aloud(str(field.label))

    with tag("details", "cp-card") as details:
        with tag("summary", "cp-card-head", style="cursor:pointer"):
            tag("span", "cp-card-title", _("Fields of %(module)s", module=module.plural))
            tag("span", "cp-spacer")
            if limits:
                tag("span", "cp-chip cp-chip--wa", ngettext("%(n)s limit", "%(n)s limits", len(limits)))
        form = Form(None, "")
    details.on("toggle", draw, [])


async def _delete(profile: ProfileInfo, found: list[ProfileInfo]) -> None:
    others = {p.id: defaults.words(p.key, p.name) for p in found if p.id != profile.id}

    async def submit() -> None:
        if await save(form, _("The profile is deleted."), access.delete_profile, profile.id, form.values()["move_to"]):
            dialog.close()
            ui.navigate.to("/setup/profiles")

    with _dialog(_("Delete the profile %(name)s", name=profile.name)) as dialog, Form(submit, "cp-dialog-body") as form:
        tag("p", "cp-dialog-text", _("This can be undone."))
        form.choice("move_to", _("Its people get the profile"), next(iter(others)), others)
        with tag("div", "cp-dialog-actions"):
            button(_("Cancel"), dialog.close)
            button(_("Delete"), kind="primary", type="submit")
    dialog.open()
