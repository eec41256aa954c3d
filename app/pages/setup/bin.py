"""The recycle bin: what was deleted within 60 days; restoring, and deleting for good."""

from __future__ import annotations

from functools import partial
from typing import Any

from nicegui import ui

from app.base.i18n import _, ngettext
from app.components.elements import tag
from app.components.simple_form import Form, button
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.pages.setup.parts import act, confirm, frame, saving, tell, toast, when
from app.pages.visit import Visit
from app.services import bin as recycle_bin
from app.services import query, records
from app.services.actor import Actor

_MOST = 100


async def page(visit: Visit) -> None:
    """The page; `module` in the address says whose bin."""
    modules = [m for m in registry.snapshot().modules if visit.actor.can(m, "delete")]
    wanted = visit.query.get("module", "")
    module = next((m for m in modules if m.slug == wanted), modules[0] if modules else None)
    with frame(visit, "bin") as row:
        if module is None:
            tag("p", "cp-muted", _("Your profile does not allow you to delete records, so there is nothing to restore."))
            return
        with Form(None, "cp-inline") as form:
            form.choice("module", _("Module"), module.slug, {m.slug: str(m.plural) for m in modules},
                        on_change=lambda: ui.navigate.to(f"/setup/bin?module={form.fields['module'].value}"))  # fmt: skip
        box = tag("section", "cp-card")

    async def draw() -> None:
        found, total = await act(_deleted, module.api_name)
        box.clear()
        with box:
            _list(visit, module, found, total, draw)

    if visit.actor.tool("recycle_bin_all"):
        with row:
            button(_("Empty this recycle bin"), partial(_empty, module, draw), kind="danger-quiet", symbol="delete_forever")
    visit.subscribe([("module", module.api_name)], draw)
    await draw()


def _deleted(actor: Actor, module: str) -> tuple[list[query.Row], int]:
    sort = (("modified_at", "desc"),)
    rows = query.page(
        actor, module, fields=["owner_id", "modified_at", "deleted_at", "deleted_by_id"], sort=sort, deleted=True, limit=_MOST
    ).rows
    return rows, query.count(actor, module, deleted=True).n


def _list(visit: Visit, module: ModuleSpec, found: list[query.Row], total: int, draw: Any) -> None:
    with (
        tag("div", "cp-scroll-x", tabindex="0", role="region", aria_label=_("Deleted records")),
        tag("table", "cp-minitable", style="min-width:680px"),
    ):
        with tag("thead"), tag("tr"):
            for label in (_("Name"), _("Owner"), _("Deleted"), _("By")):
                tag("th", "", label, scope="col")
            with tag("th", "", scope="col"):
                tag("span", "cp-sr", _("Actions"))
        with tag("tbody"):
            for one in found:
                with tag("tr", data_id=str(one.id)):
                    tag("td", "cp-strong", one.title or _("Without a name"), dir="auto")
                    tag("td", "", str(one.links.get("owner_id", "–")))
                    tag("td", "num", when(one.values.get("deleted_at"), visit.actor))
                    tag("td", "", str(one.links.get("deleted_by_id", "–")))
                    with tag("td", "cp-right"):
                        if one.can_delete:
                            button(_("Restore"), partial(_restore, module, one.id, draw), kind="quiet cp-btn--small", symbol="restore_from_trash",
                                   aria_label=_("Restore %(name)s", name=one.title))  # fmt: skip
    shown = ngettext("%(n)s deleted record", "%(n)s deleted records", total)
    last = _("the last %(n)s are shown", n=_MOST)
    more = f" · {last}" if total > _MOST else ""
    tag("div", "cp-card-foot num", shown + more if total else _("This recycle bin is empty."))


async def _restore(module: ModuleSpec, record_id: int, draw: Any) -> None:
    saving("busy")
    await act(records.restore, module.api_name, record_id)
    saving("saved")
    await tell(_("The record is restored."))
    await draw()


def _empty(module: ModuleSpec, draw: Any) -> None:
    async def go() -> None:
        gone = await act(recycle_bin.purge, module.api_name)
        toast(ngettext("%(n)s record is deleted for good.", "%(n)s records are deleted for good.", gone))
        await draw()

    confirm(
        _("Empty the recycle bin of %(module)s?", module=module.plural),
        _("What is in it is deleted for good, with its notes. This cannot be undone."),
        _("Delete for good"),
        go,
    )
