"""Links between records inside the pipeline: targets must exist and be visible; many-to-many links live in `record_link`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.base.i18n import N_
from app.base.ids import new_id
from app.fields.spec import FieldSpec
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.modules.system import RecordLink, User
from app.services import access
from app.services.actor import Actor
from app.services.draft import Draft
from app.services.log import Changes

_CHUNK = 500
_LINK = RecordLink.__table__  # type: ignore[attr-defined]
_USER = User.__table__  # type: ignore[attr-defined]


def check(connection: Connection, actor: Actor, spec: ModuleSpec, drafts: Sequence[Draft]) -> None:
    """Adds an error to each draft that newly links to what does not exist or is out of the actor's sight."""
    for f in spec.fields:
        if f.type in ("link", "person", "multi_link", "any_link"):
            _check_field(connection, actor, f, drafts)


def read(connection: Connection, spec: ModuleSpec, records: Mapping[int, dict[str, Any]]) -> None:
    """Adds the values of many-to-many fields to loaded records."""
    ids = list(records)
    for f in spec.fields:
        if f.type != "multi_link":
            continue
        for values in records.values():
            values[f.name] = None
        for start in range(0, len(ids), _CHUNK):
            part = ids[start : start + _CHUNK]
            query = (
                select(_LINK.c.from_id, _LINK.c.to_id)
                .where(_LINK.c.module == spec.api_name, _LINK.c.field == f.name, _LINK.c.from_id.in_(part))
                .order_by(_LINK.c.id)
            )
            for from_id, to_id in connection.execute(query):
                records[from_id][f.name] = (*(records[from_id][f.name] or ()), to_id)


def write(changes: Changes, spec: ModuleSpec, drafts: Sequence[Draft]) -> None:
    """Keeps the many-to-many fields that changed."""
    for f in spec.fields:
        if f.type != "multi_link":
            continue
        for draft in drafts:
            if draft.changed(f.name):
                _write_one(changes, spec, f, draft)


def in_sight(connection: Connection, actor: Actor, f: FieldSpec, value: Any) -> bool:
    """Whether the actor may know what `value` of the field points to; a field that is no link hides nothing."""
    if value is None or f.type not in ("link", "multi_link", "any_link"):
        return True
    return all(number in _existing(connection, actor, module, {number}) for module, number in _targets(f, value))


def _write_one(changes: Changes, spec: ModuleSpec, f: FieldSpec, draft: Draft) -> None:
    old, new = set(draft.before.get(f.name) or ()), list(draft.after.get(f.name) or ())
    gone = old - set(new)
    mine = (_LINK.c.module == spec.api_name) & (_LINK.c.field == f.name) & (_LINK.c.from_id == draft.id)
    if gone:
        changes.connection.execute(delete(_LINK).where(mine, _LINK.c.to_id.in_(gone)))
    common = {"module": spec.api_name, "field": f.name, "from_id": draft.id}
    added = [{"id": new_id(), **common, "to_id": i} for i in new if i not in old]
    if added:
        changes.connection.execute(insert(_LINK), added)


def _check_field(connection: Connection, actor: Actor, f: FieldSpec, drafts: Sequence[Draft]) -> None:
    wanted: dict[str, set[int]] = {}
    asking = [d for d in drafts if f.name in d.given and d.changed(f.name) and d.after.get(f.name) is not None]
    for draft in asking:
        for module, record_id in _targets(f, draft.after[f.name]):
            wanted.setdefault(module, set()).add(record_id)
    known = {module: _existing(connection, actor, module, ids) for module, ids in wanted.items()}
    for draft in asking:
        if any(i not in known[m] for m, i in _targets(f, draft.after[f.name])):
            draft.errors[f.name] = N_("What “%(field)s” points to does not exist, or you do not have access to it.", field=f.label)
        elif f.type == "link" and f.target == draft.spec.api_name and draft.after[f.name] == draft.id:
            draft.errors[f.name] = N_("A record cannot be linked to itself.")


def _targets(f: FieldSpec, value: Any) -> list[tuple[str, int]]:
    if f.type == "person":
        return [("", value)]
    if f.type == "any_link":
        return [value]
    if f.type == "multi_link":
        return [(f.target, i) for i in value]
    return [(f.target, value)]


def _existing(connection: Connection, actor: Actor, module: str, ids: set[int]) -> set[int]:
    """Those of `ids` that exist and that the actor may see; '' as module: active people."""
    found: set[int] = set()
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        if module == "":
            query = select(_USER.c.id).where(_USER.c.id.in_(part), _USER.c.active)
        else:
            spec = registry.snapshot().module(module)
            table = registry.snapshot().table(module)
            scope = access.scope(actor, spec.api_name, "read", table)
            query = select(table.c.id).where(table.c.id.in_(part), table.c.deleted_at.is_(None), scope)
        found.update(connection.execute(query).scalars())
    return found
