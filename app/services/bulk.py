"""The same door for many records at once: same rules, same history, statements in batches.

A row that is refused does not stop the others: its place in the result holds the error. The caller opens the change set and keeps
each transaction short (an import: 25 ms), so that people's own saves go in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from app.base.errors import ComptoirError
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services import access, pipeline
from app.services.actor import Actor, ctx
from app.services.draft import Draft
from app.services.log import Changes
from app.services.pipeline import Change, Parsed
from app.services.records import Saved

_CHUNK = 500


def parse_many(actor: Actor, module: str, rows: Iterable[Mapping[str, Any]]) -> list[Parsed]:
    """Parses rows outside of any transaction; the result goes to `create_many` or, with ids, to `update_many`."""
    spec = registry.snapshot().module(module)
    context = ctx(actor)
    return [pipeline.parse(actor, spec, context, row) for row in rows]


def create_many(
    actor: Actor, module: str, rows: Sequence[Mapping[str, Any] | Parsed], *, within: Changes
) -> list[Saved | ComptoirError]:
    """Adds records inside the open change set; for each row, in order, what was saved or why it was refused."""
    spec = registry.refresh(within.connection).module(module)
    context = ctx(actor)
    parsed = [r if isinstance(r, Parsed) else pipeline.parse(actor, spec, context, r) for r in rows]
    return [_outcome(within, d) for d in pipeline.create(within, actor, spec, context, parsed)]


def update_many(
    actor: Actor, module: str, wishes: Sequence[tuple[int, Mapping[str, Any] | Parsed]], *, within: Changes
) -> list[Saved | ComptoirError]:
    """Changes records inside the open change set; unchanged ones come back with an empty `changed` and are not written."""
    spec = registry.refresh(within.connection).module(module)
    context = ctx(actor)
    prepared = [Change(i, v if isinstance(v, Parsed) else pipeline.parse(actor, spec, context, v)) for i, v in wishes]
    return [_outcome(within, d) for d in pipeline.edit(within, actor, spec, context, prepared)]


def delete_many(actor: Actor, module: str, ids: Sequence[int], *, within: Changes) -> dict[int, int]:
    """Moves to the recycle bin those of `ids` that the actor may delete; {id: new version} of those moved."""
    spec = registry.snapshot().module(module)
    access.check(actor, spec.api_name, "delete")
    return move(within, actor, spec, ids, to_bin=True)


def restore_many(actor: Actor, module: str, ids: Sequence[int], *, within: Changes) -> dict[int, int]:
    """Takes those of `ids` that the actor may delete out of the recycle bin; {id: new version} of those restored."""
    spec = registry.snapshot().module(module)
    access.check(actor, spec.api_name, "delete")
    return move(within, actor, spec, ids, to_bin=False)


def move(changes: Changes, actor: Actor, spec: ModuleSpec, ids: Iterable[int], *, to_bin: bool) -> dict[int, int]:
    """Sets or clears `deleted_at` of the records within the actor's reach and logs it; {id: new version}."""
    table = registry.snapshot().table(spec.api_name)
    scope = access.scope(actor, spec.api_name, "delete", table)
    state = table.c.deleted_at.is_(None) if to_bin else table.c.deleted_at.is_not(None)
    wanted = list(dict.fromkeys(ids))
    moved: dict[int, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        part = table.c.id.in_(wanted[start : start + _CHUNK])
        found = changes.connection.execute(
            select(table.c.id, table.c.version).where(part, state, scope).with_for_update(of=table)
        ).all()
        values: dict[str, Any] = {
            "deleted_at": changes.at if to_bin else None,
            "deleted_by_id": (actor.user_id or None) if to_bin else None,
            "version": table.c.version + 1,
        }
        if found:
            changes.connection.execute(update(table).where(table.c.id.in_([i for i, _ in found])).values(values))
        for record_id, version in found:
            changes.record(spec.api_name, record_id, "delete" if to_bin else "restore", None, None, version + 1)
            moved[record_id] = version + 1
    return moved


def _outcome(changes: Changes, draft: Draft) -> Saved | ComptoirError:
    if draft.error is not None:
        return draft.error
    changed = tuple(n for n in draft.changes if n not in ("modified_at", "modified_by_id"))
    version = 1 if draft.is_new else draft.version + bool(changed)
    return Saved(str(draft.id), draft.spec.api_name, version, str(changes.set_id), changed, tuple(draft.warnings))
