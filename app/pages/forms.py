"""Forms: /deals/new (also prefilled: ?account_id=…, or a copy: ?clone=…) and /deals/4711/edit."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from app.base.errors import Forbidden, NotFound
from app.base.i18n import N_, _
from app.components.record_form import RecordForm
from app.fields.registry import types
from app.fields.spec import Problem
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.pages.visit import Visit
from app.services import drafts, query, work
from app.services.actor import Actor, ctx
from app.services.describe import describe

_NOT_COPIED = ("created_at", "created_by_id", "modified_at", "modified_by_id", "owner_id")


async def new(visit: Visit) -> None:
    """A form for a record that does not exist yet."""
    found = await work.interactive(_blank, visit.actor, visit.params["module"], dict(visit.query))
    visit.title(str(found["module"]["new"]))
    RecordForm(
        found["module"], row=found["row"], given=found["given"], draft=found["draft"], title=found["module"]["new"],
        resume=visit.query.get("draft") == "1",
    )  # fmt: skip


async def quick_create(actor: Actor, module: str) -> None:
    """Opens a sheet beside the page, in the slot that is open now, with the few fields that make a new record."""
    found = await work.interactive(_blank, actor, module, {})
    with ui.dialog(value=True).props("position=right full-height persistent no-esc-dismiss") as dialog, ui.card().classes("cp-drawer"):
        form = RecordForm(found["module"], row=found["row"], draft=found["draft"], title=found["module"]["new"], sheet=True)
    form.hear_close(dialog.close)
    dialog.on("hide", dialog.delete)


async def edit(visit: Visit) -> None:
    """A form for a record that may be changed."""
    found = await work.interactive(_existing, visit.actor, visit.params["module"], visit.params["record"])
    visit.title(found["row"]["title"])
    RecordForm(
        found["module"], record_id=found["row"]["id"], row=found["row"], draft=found["draft"],
        title=_("Edit %(name)s", name=found["row"]["title"]), resume=visit.query.get("draft") == "1",
    )  # fmt: skip


def _existing(actor: Actor, module: str, record: str) -> dict[str, Any]:
    spec = registry.snapshot().module(module)
    row = query.get(actor, spec.api_name, record)
    if not row.can_edit:
        raise Forbidden(N_("You may look at this record, but not change it."))
    return {"module": describe(actor, spec.api_name), "row": row.json(), "draft": drafts.get(actor, f"{spec.api_name}/{row.id}")}


def _blank(actor: Actor, module: str, asked: dict[str, str]) -> dict[str, Any]:
    spec = registry.snapshot().module(module)
    if not actor.can(spec, "create"):
        raise Forbidden(N_("Your profile does not allow creating records here."))
    if asked.get("clone"):
        cells, given = _copy(actor, spec, asked["clone"])
    else:
        cells, given = _prefilled(actor, spec, asked)
    row = {"id": "", "version": None, "title": "", "currency": ctx(actor).currency, "cells": cells, "can": ["edit"]}
    return {"module": describe(actor, spec.api_name), "row": row, "given": given, "draft": drafts.get(actor, f"{spec.api_name}/new")}


def _copy(actor: Actor, spec: ModuleSpec, record: str) -> tuple[dict[str, Any], list[str]]:
    """Everything that one may write, from a record that one may see."""
    row = query.get(actor, spec.api_name, record)
    given = [
        f.name for f in spec.fields
        if not f.read_only and f.type not in ("computed", "auto_number") and f.name not in _NOT_COPIED
        and row.values.get(f.name) is not None and actor.field_access(spec, f) == "write"
    ]  # fmt: skip
    cells = row.json()["cells"]
    return {name: cells[name] for name in given if name in cells}, given


def _prefilled(actor: Actor, spec: ModuleSpec, asked: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Defaults of the declaration, then what the address names; what cannot be understood is left out."""
    context = ctx(actor)
    cells: dict[str, Any] = {}
    for f in spec.fields:
        if f.default is not None and not (isinstance(f.default, str) and f.default.startswith("@")):
            cells[f.name] = f.default
        elif f.default == "@me":
            cells[f.name] = {"id": str(actor.user_id), "title": actor.name}
    given = []
    for name, text in asked.items():
        known = spec.by_name.get(name)
        if known is None or known.read_only or actor.field_access(spec, known) != "write":
            continue
        try:
            cell = _cell(actor, known, types[known.type].parse(text, known, context))
        except (Problem, NotFound):
            continue
        if cell is not None:
            cells[known.name] = cell
            given.append(known.name)
    return cells, given


def _cell(actor: Actor, f: Any, value: Any) -> Any:
    """A value as the browser has it; a link by its title, or nothing when it is out of sight."""
    if value is None:
        return None
    if f.type == "link":
        link = query.titles(actor, f.target, [value]).get(value)
        return None if link is None or link.restricted else link.json()
    return types[f.type].to_json(value, f)
