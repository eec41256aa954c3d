"""The tree of roles: add, rename, move, remove."""

from __future__ import annotations

from functools import partial

from nicegui import ui

from app.base.i18n import _, ngettext
from app.components.elements import icon, tag
from app.components.simple_form import Form, button
from app.pages.setup.parts import act, frame, save
from app.pages.visit import Visit
from app.services import access
from app.services.access import RoleInfo


async def page(visit: Visit) -> None:
    """The page."""
    with frame(visit, "roles") as row:
        box = tag("section", "cp-card")

    async def draw() -> None:
        found = await act(access.list_roles)
        box.clear()
        with box, tag("ul", "cp-rows", role="list", style="margin:0;padding:0;list-style:none"):
            for role in found:
                _role(role, found)

    with row:
        button(_("Add a role"), partial(edit, None), kind="primary", symbol="add")
    visit.subscribe([("access",)], draw)
    await draw()


def _role(role: RoleInfo, every: list[RoleInfo]) -> None:
    with tag("li", "cp-row", data_id=role.id, style=f"padding-left:{16 + 24 * role.depth}px"):
        icon("subdirectory_arrow_right" if role.depth else "account_tree")
        tag("span", "cp-row-title", role.name, dir="auto")
        tag("span", "cp-faint num", ngettext("%(n)s person", "%(n)s people", role.people))
        tag("span", "cp-spacer")
        button(
            _("Change"),
            partial(edit, role),
            kind="quiet cp-btn--small",
            aria_label=_("Change the role %(name)s", name=role.name),
        )
        button(_("Delete"), partial(remove, role, every), kind="danger-quiet cp-btn--small",
               aria_label=_("Delete the role %(name)s", name=role.name))  # fmt: skip


async def edit(role: RoleInfo | None) -> None:
    """A dialog with name and place in the tree."""
    every = await act(access.list_roles)
    title = _("Change the role") if role else _("Add a role")

    async def submit() -> None:
        if await save(form, _("The role is saved."), access.save_role, role.id if role else None, form.values()):
            dialog.close()

    with _dialog(title) as dialog, Form(submit, "cp-dialog-body") as form:
        form.text("name", _("Name"), role.name if role else "", maxlength=80, autofocus=True)
        others = {r.id: "\u2003" * r.depth + r.name for r in every if role is None or r.id != role.id}
        form.choice("parent_id", _("Below"), (role.parent_id or "") if role else (every[0].id if every else ""), {"": _("At the top"), **others},
                    hint=_("People of the role above see the records of this one."))  # fmt: skip
        with tag("div", "cp-dialog-actions"):
            button(_("Cancel"), dialog.close)
            button(_("Save"), kind="primary", type="submit")
    dialog.open()


async def remove(role: RoleInfo, every: list[RoleInfo]) -> None:
    """Removes a role; asks where its people go when it has some."""

    async def submit() -> None:
        if await save(form, _("The role is deleted."), access.delete_role, role.id, form.values().get("move_to") or None):
            dialog.close()

    with _dialog(_("Delete the role %(name)s", name=role.name)) as dialog, Form(submit, "cp-dialog-body") as form:
        tag("p", "cp-dialog-text", _("The roles below it move up. This can be undone."))
        others = {r.id: r.name for r in every if r.id != role.id}
        if others:
            form.choice("move_to", _("Its people get the role"), next(iter(others)), others)
        with tag("div", "cp-dialog-actions"):
            button(_("Cancel"), dialog.close)
            button(_("Delete"), kind="primary", type="submit")
    dialog.open()


class _dialog:
    """A dialog with a title; gives the dialog, and what is made inside stands in it."""

    def __init__(self, title: str) -> None:
        self.dialog = ui.dialog()
        with self.dialog:
            self.box = ui.card().classes("cp-dialog").props('role="dialog" aria-modal="true"')
        self.box._props["aria-label"] = title
        with self.box:
            tag("h2", "cp-dialog-title", title)
        self.dialog.on("hide", self.dialog.delete)

    def __enter__(self) -> ui.dialog:
        self.box.__enter__()
        return self.dialog

    def __exit__(self, *error: object) -> None:
        self.box.__exit__(*error)
