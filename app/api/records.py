"""JSON of records for our own components: lists, figures, single records, actions on many, pickers, undo.

Invariants: a route reads its parameters and calls services with the actor, nothing more; JSON is made and compressed in the lane that
read the rows; counts, sums and facets run in the heavy lane, so that they never delay a click. Errors: see answers.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app.api.lanes import answer
from app.base.errors import Invalid, NotFound
from app.base.i18n import N_
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services import directory, filters, mass, query, records, undo, work
from app.services.actor import Actor
from app.services.filters import Filter
from app.services.listing import Asked

router = APIRouter(prefix="/api/ui", include_in_schema=False)
MOST_ROWS = 500
MOST_OFFSET = 10**9  # beyond any list, and within what a database counts
_NEVER = {"field": "id", "op": "in", "value": []}


@router.get("/lookup/people")
async def people(request: Request) -> Response:
    """Everybody who works here, for person pickers."""

    def find(_actor: Actor) -> dict[str, Any]:
        found = [person for person in directory.people().values() if person.active]
        return {"results": [{"id": str(person.id), "title": person.name, "hint": person.email} for person in found]}

    return await answer(request, find)


@router.get("/lookup/{module}")
async def lookup(request: Request, module: str, q: str = "") -> Response:
    """Records of `module` whose title or details match what was typed."""

    def find(actor: Actor) -> dict[str, Any]:
        spec = registry.snapshot().module(module)
        found = query.lookup(actor, spec.api_name, q[:200])
        return {"results": [{"id": one["id"], "title": one["title"], "hint": one["subtitle"]} for one in found]}

    return await answer(request, find)


@router.post("/undo/{set_id}")
async def take_back(request: Request, set_id: str) -> Response:
    """Undoes a change set: {"undo": the change set of the undoing, "done", "refused": sentences}."""

    def do(actor: Actor) -> dict[str, Any]:
        undone = undo.undo(actor, set_id)
        return {"undo": undone.set_id, "done": undone.done, "refused": [str(why) for why in undone.refused]}

    return await answer(request, do)


@router.get("/{module}/rows")
async def rows(request: Request, module: str, fields: str = "", after: str = "", offset: int = 0, limit: int = 100) -> Response:
    """A piece of a list: {"rows", "next"}; `after` is the `next` of the piece before, `offset` jumps."""

    def read(actor: Actor) -> dict[str, Any]:
        asked = Asked.of(actor, module, request.query_params)
        found = query.page(
            actor,
            asked.spec.api_name,
            fields=[name for name in fields.split(",") if name in asked.spec.by_name] or None,
            filter=asked.filter,
            text=asked.text,
            sort=asked.sort,
            after=after or None,
            offset=max(0, min(offset, MOST_OFFSET)) or None,
            limit=max(1, min(limit, MOST_ROWS)),
        )
        return {"rows": [row.json() for row in found.rows], "next": found.next}

    return await answer(request, read)


@router.get("/{module}/count")
async def count(request: Request, module: str, fields: str = "", exact: bool = False) -> Response:
    """How many: {"count", "capped", "totals": {field: sum in the company's currency}}; sums come with exact numbers only."""

    def add(actor: Actor) -> dict[str, Any]:
        asked = Asked.of(actor, module, request.query_params)
        name = asked.spec.api_name
        found = (
            query.count(actor, name, filter=asked.filter, text=asked.text, cap=None)
            if exact
            else query.count(actor, name, filter=asked.filter, text=asked.text)
        )
        summed = [] if found.capped else _summed(actor, asked.spec, fields.split(","))
        totals = (
            query.totals(actor, name, [field.name for field in summed], filter=asked.filter, text=asked.text) if summed else {}
        )
        sums = {
            field.name: types[field.type].to_json(totals[field.name], field)
            for field in summed
            if totals.get(field.name) is not None
        }
        return {"count": found.n, "capped": found.capped, "totals": sums}

    return await answer(request, add, work.heavy if exact else work.interactive)


@router.get("/{module}/chips")
async def chips(request: Request, module: str, field: str) -> Response:
    """The values of a field with their counts under every other filter: {"chips": [{"value", "label", "count", "colour"}]}."""

    def find(actor: Actor) -> dict[str, Any]:
        asked = Asked.of(actor, module, request.query_params)
        spec = asked.spec.field(field)
        panel = asked.panel.without(spec.name)
        found = query.chips(actor, asked.spec.api_name, spec.name, filter=_kept(actor, asked).both(panel), text=asked.text)
        return {"chips": [chip.json() for chip in found]}

    return await answer(request, find, work.heavy)


@router.post("/{module}/mass")
async def on_many(request: Request, module: str, order: dict[str, Any] = Body()) -> Response:
    """One action on many records: {"done", "undo", "refused", "failed": [{"id", "message"}]}, or {"job"} for more than 200."""

    def do(actor: Actor) -> dict[str, Any]:
        spec = registry.snapshot().module(module)
        if order.get("all") is True:
            asked = Asked.of(actor, module, {key: str(order[key]) for key in ("view", "filter", "q") if order.get(key)})
            excluded = mass.Question.of_ids(_list(order["except"])).ids if order.get("except") else ()
            question = mass.Question(filter=asked.filter.json(), text=asked.text, excluded=frozenset(excluded or ()))
        else:
            question = mass.Question.of_ids(_list(order.get("ids")))
        outcome = mass.apply(actor, spec.api_name, str(order.get("action", "")), question, _values(order))
        if outcome.job_id:
            return {"job": outcome.job_id}
        failed = [{"id": record_id, "message": str(message)} for record_id, message in outcome.failed]
        return {"done": outcome.done, "undo": outcome.set_id, "refused": outcome.refused, "failed": failed}

    return await answer(request, do)


@router.post("/{module}")
async def create(request: Request, module: str, order: dict[str, Any] = Body()) -> Response:
    """A new record: {"row", "undo", "warnings"}."""

    def do(actor: Actor) -> dict[str, Any]:
        spec = registry.snapshot().module(module)
        return _after(actor, spec, records.create(actor, spec.api_name, _values(order)), new=True)

    return await answer(request, do)


@router.get("/{module}/{record_id:int}")
async def one(request: Request, module: str, record_id: int) -> Response:
    """A record with every field that the actor sees."""

    def read(actor: Actor) -> dict[str, Any]:
        return query.get(actor, registry.snapshot().module(module).api_name, record_id).json()

    return await answer(request, read)


@router.patch("/{module}/{record_id:int}")
async def change(request: Request, module: str, record_id: int, order: dict[str, Any] = Body()) -> Response:
    """Changes fields: {"row", "undo", "warnings"}; `version` is the one that was on screen."""

    def do(actor: Actor) -> dict[str, Any]:
        spec = registry.snapshot().module(module)
        version = order.get("version")
        seen = version if isinstance(version, int) and not isinstance(version, bool) else None
        return _after(actor, spec, records.update(actor, spec.api_name, record_id, _values(order), version=seen))

    return await answer(request, do)


@router.delete("/{module}/{record_id:int}")
async def delete(request: Request, module: str, record_id: int) -> Response:
    """Moves a record to the recycle bin: {"undo"}."""

    def do(actor: Actor) -> dict[str, Any]:
        return {"undo": records.delete(actor, registry.snapshot().module(module).api_name, record_id).set_id}

    return await answer(request, do)


def _kept(actor: Actor, asked: Asked) -> Filter:
    """The view's filter in a form that no facet drops: it belongs to the list, not to the panel."""
    tree = asked.view.json()
    return filters.parse({"or": [tree, _NEVER]}, asked.spec, actor) if tree else asked.view


def _summed(actor: Actor, spec: ModuleSpec, names: list[str]) -> list[FieldSpec]:
    known = [spec.by_name[name] for name in names if name in spec.by_name]
    return [field for field in known if field.type == "money" and actor.sees(spec, field)]


def _after(actor: Actor, spec: ModuleSpec, saved: records.Saved, *, new: bool = False) -> dict[str, Any]:
    """What a write answers; `row` is None when the record went out of the writer's sight."""
    try:
        row = query.get(actor, spec.api_name, saved.id).json()
    except NotFound:
        row = None
    return {
        "row": row,
        "id": saved.id,
        "undo": saved.set_id if saved.changed or new else "",
        "warnings": [str(warning) for warning in saved.warnings],
    }


def _values(order: Mapping[str, Any]) -> dict[str, Any]:
    values = order.get("values", {})
    if not isinstance(values, dict):
        raise Invalid(N_("The request could not be understood."))
    return values


def _list(ids: Any) -> list[str | int]:
    if not isinstance(ids, list):
        raise Invalid(N_("Select at least one record."))
    return ids
