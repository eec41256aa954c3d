"""JSON of what hangs on a record: timeline, notes, related lists, stage history; and drafts of forms."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app.api.lanes import answer
from app.base import clock
from app.base.errors import Invalid, NotFound
from app.base.i18n import N_
from app.fields.registry import types
from app.modules import registry
from app.services import drafts, notes, query, stages, timeline, work
from app.services.actor import Actor, ctx

router = APIRouter(prefix="/api/ui", include_in_schema=False)
_RELATED_ROWS = 5


@router.get("/drafts/{form:path}")
async def draft(request: Request, form: str) -> Response:
    """The actor's draft of a form: {"draft": {values, version, at} or null}."""
    return await answer(request, lambda actor: {"draft": drafts.get(actor, form)})


@router.put("/drafts/{form:path}")
async def keep_draft(request: Request, form: str, order: dict[str, Any] = Body()) -> Response:
    """Keeps what was typed."""

    def keep(actor: Actor) -> dict[str, Any]:
        version = order.get("version")
        drafts.keep(actor, form, _dict(order.get("values")), version if isinstance(version, int) else None)
        return {"kept": True}

    return await answer(request, keep)


@router.delete("/drafts/{form:path}")
async def drop_draft(request: Request, form: str) -> Response:
    """Forgets a draft."""

    def drop(actor: Actor) -> dict[str, Any]:
        drafts.drop(actor, form)
        return {}

    return await answer(request, drop)


@router.get("/{module}/{record_id:int}/whole")
async def whole(request: Request, module: str, record_id: int) -> Response:
    """A record for its own page, also when it lies in the recycle bin: its row and "deleted"."""

    def read(actor: Actor) -> dict[str, Any]:
        row = query.get(actor, module, record_id, deleted=None)
        return row.json() | {"deleted": row.values.get("deleted_at") is not None}

    return await answer(request, read)


@router.get("/{module}/{record_id:int}/timeline")
async def history(request: Request, module: str, record_id: int, after: str = "", limit: int = 30) -> Response:
    """A page of the timeline, see `timeline.timeline`: {"entries", "next"}."""

    def read(actor: Actor) -> dict[str, Any]:
        found = timeline.timeline(actor, module, record_id, after=after or None, limit=max(1, min(limit, 100)))
        return {"entries": found.entries, "next": found.next}

    return await answer(request, read)


@router.get("/{module}/{record_id:int}/as-of")
async def as_of(request: Request, module: str, record_id: int, day: str) -> Response:
    """The record as it was at the end of a day (ISO): {"day", "values": [{field, label, value, now}]}, in words; only what differs."""

    def read(actor: Actor) -> dict[str, Any]:
        context = ctx(actor)
        try:
            wanted = datetime.fromisoformat(day).date()
        except ValueError:
            raise Invalid({"day": N_("Choose a day.")}) from None
        moment = datetime.combine(wanted, time(23, 59, 59), clock.zone_info(context.company_zone)).astimezone(UTC)
        spec = registry.snapshot().module(module)
        then = timeline.as_it_was(actor, module, record_id, moment)
        now = query.get(actor, module, record_id, deleted=None).values
        differs = [f for f in spec.fields if f.name in then and f.name in now and then[f.name] != now[f.name]]
        rows = [
            {"field": f.name, "label": str(f.label), "value": timeline.in_words(actor, f, then[f.name], context),
             "now": timeline.in_words(actor, f, now[f.name], context)}
            for f in differs
            if f.name not in ("modified_at", "modified_by_id")
        ]  # fmt: skip
        return {"day": wanted.isoformat(), "values": rows}

    return await answer(request, read)


@router.get("/{module}/{record_id:int}/stages")
async def stage_history(request: Request, module: str, record_id: int) -> Response:
    """Stage history of a deal: {"entries": [{at, by, stage, label, amount, probability, closing_on, days}]}."""
    return await answer(request, lambda actor: {"entries": stages.history(actor, module, record_id)})


@router.get("/{module}/{record_id:int}/related")
async def related_counts(request: Request, module: str, record_id: int) -> Response:
    """How many records each related list has: {"counts": {key: {count, capped}}, "notes": n}."""

    def read(actor: Actor) -> dict[str, Any]:
        spec = registry.snapshot().module(module)
        counts = {}
        for item in spec.related:
            if actor.can(item.module, "read") and actor.sees(item.module, item.field):
                found = query.count(actor, item.module, filter=_linked(item.field, record_id))
                counts[item.key] = {"count": found.n, "capped": found.capped}
        return {"counts": counts, "notes": notes.count(actor, module, record_id)}

    return await answer(request, read, work.heavy)


@router.get("/{module}/{record_id:int}/related/{key}")
async def related(request: Request, module: str, record_id: int, key: str, after: str = "", sort: str = "") -> Response:
    """A related list: {"rows", "next", "columns"}; five rows, then more by `after`."""

    def read(actor: Actor) -> dict[str, Any]:
        spec = registry.snapshot().module(module)
        query.get(actor, module, record_id, deleted=None, fields=[spec.title])
        item = next((r for r in spec.related if r.key == key), None)
        if item is None or not actor.can(item.module, "read"):
            raise NotFound(N_("There is no such related list."))
        target = registry.snapshot().module(item.module)
        columns = [n for n in item.columns if actor.sees(target, n)]
        name, _colon, way = sort.partition(":")
        order = (
            [(name, "desc" if way == "desc" else "asc")] if name in columns and types[target.field(name).type].sortable else ()
        )
        page = query.page(
            actor, target.api_name, fields=columns, filter=_linked(item.field, record_id), sort=order or target.default_sort,
            after=after or None, limit=_RELATED_ROWS if not after else 20,
        )  # fmt: skip
        return {"rows": [row.json() for row in page.rows], "next": page.next, "columns": columns}

    return await answer(request, read)


@router.get("/{module}/{record_id:int}/notes")
async def list_notes(request: Request, module: str, record_id: int) -> Response:
    """The notes of a record, newest first: {"notes": […]}."""
    return await answer(request, lambda actor: {"notes": notes.notes(actor, module, record_id)})


@router.post("/{module}/{record_id:int}/notes")
async def add_note(request: Request, module: str, record_id: int, order: dict[str, Any] = Body()) -> Response:
    """Writes a note: {"content"} → {"id", "undo"}."""

    def add(actor: Actor) -> dict[str, Any]:
        made = notes.add(actor, module, record_id, str(order.get("content") or ""))
        return {"id": made["id"], "undo": made["set_id"]}

    return await answer(request, add)


@router.patch("/notes/{note_id:int}")
async def edit_note(request: Request, note_id: int, order: dict[str, Any] = Body()) -> Response:
    """Changes a note: {"content"} → {"undo"}."""
    return await answer(request, lambda actor: {"undo": notes.edit(actor, note_id, str(order.get("content") or ""))})


@router.delete("/notes/{note_id:int}")
async def remove_note(request: Request, note_id: int) -> Response:
    """Deletes a note: {"undo"}."""
    return await answer(request, lambda actor: {"undo": notes.remove(actor, note_id)})


def _linked(field: str, record_id: int) -> dict[str, Any]:
    return {"field": field, "op": "in", "value": [str(record_id)]}


def _dict(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Invalid(N_("The request could not be understood."))
    return value
