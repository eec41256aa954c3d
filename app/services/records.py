"""The one door to write records: create, change, delete, restore. Every call carries the acting user.

Invariants: one call is one transaction and one change set (or part of the caller's, with `within`). What is refused is refused
whole, with all errors collected, and nothing was written. A lost connection is retried only when nothing was committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.base.errors import NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.database.engine import current
from app.modules import registry
from app.services import access, duplicates, pipeline
from app.services.actor import Actor, ctx
from app.services.draft import Draft
from app.services.log import Changes, change_set
from app.services.pipeline import Change
from app.services.query import Row
from app.services.query import get as get

__all__ = ["Row", "Saved", "create", "delete", "get", "restore", "update"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What a write did. `changed` names the fields that differ now; `set_id` undoes it; `warnings` may be shown."""

    id: str
    module: str
    version: int
    set_id: str
    changed: tuple[str, ...] = ()
    warnings: tuple[Text, ...] = ()


def create(
    actor: Actor, module: str, values: Mapping[str, Any], *, within: Changes | None = None, reason: str | None = None
) -> Saved:
    """Adds a record. `values`: {field name or API name: what was typed or sent}.

    Raises `Invalid` with every field's message, `Forbidden` when the actor may not.
    """
    spec = registry.snapshot().module(module)
    access.check(actor, spec.api_name, "create")
    context = ctx(actor)
    parsed = pipeline.parse(actor, spec, context, values)

    def attempt() -> Saved:
        with change_set(actor, N_("%(module)s created", module=spec.singular), within=within, reason=reason) as changes:
            registry.refresh(changes.connection)
            draft = _good(pipeline.create(changes, actor, spec, context, [parsed])[0])
            draft.warnings += duplicates.warnings(changes.connection, actor, draft)
            return _saved(changes, draft)

    return attempt() if within else current().retrying(attempt)


def update(
    actor: Actor,
    module: str,
    record_id: str | int,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    within: Changes | None = None,
    reason: str | None = None,
) -> Saved:
    """Changes fields of a record. `version` is the one the caller saw: what others changed since merges with this change.

    Raises `Conflict` when they changed the same field, `Invalid` by field, `NotFound` when absent or out of sight, `Forbidden`.
    """
    spec = registry.snapshot().module(module)
    access.check(actor, spec.api_name, "edit")
    context = ctx(actor)
    wish = Change(parse_id(record_id), pipeline.parse(actor, spec, context, values), version)

    def attempt() -> Saved:
        with change_set(actor, N_("%(module)s changed", module=spec.singular), within=within, reason=reason) as changes:
            registry.refresh(changes.connection)
            draft = _good(pipeline.edit(changes, actor, spec, context, [wish])[0])
            draft.warnings += duplicates.warnings(changes.connection, actor, draft)
            return _saved(changes, draft)

    return attempt() if within else current().retrying(attempt)


def delete(actor: Actor, module: str, record_id: str | int, *, within: Changes | None = None) -> Saved:
    """Moves a record to the recycle bin, from where it can be restored for 60 days. What is linked to it stays."""
    return _move(actor, module, record_id, within, to_bin=True)


def restore(actor: Actor, module: str, record_id: str | int, *, within: Changes | None = None) -> Saved:
    """Takes a record out of the recycle bin, as it was."""
    return _move(actor, module, record_id, within, to_bin=False)


def _move(actor: Actor, module: str, record_id: str | int, within: Changes | None, *, to_bin: bool) -> Saved:
    spec = registry.snapshot().module(module)
    access.check(actor, spec.api_name, "delete")
    number = parse_id(record_id)
    label = N_("%(module)s deleted", module=spec.singular) if to_bin else N_("%(module)s restored", module=spec.singular)

    def attempt() -> Saved:
        from app.services import bulk

        with change_set(actor, label, within=within) as changes:
            done = bulk.move(changes, actor, spec, [number], to_bin=to_bin)
            if not done:
                raise NotFound(pipeline.UNKNOWN_RECORD)
            return Saved(str(number), spec.api_name, done[number], str(changes.set_id))

    return attempt() if within else current().retrying(attempt)


def _good(draft: Draft) -> Draft:
    if draft.error is not None:
        raise draft.error
    return draft


def _saved(changes: Changes, draft: Draft) -> Saved:
    system = ("modified_at", "modified_by_id", "created_at", "created_by_id")
    changed = tuple(n for n in draft.changes if n not in system)
    version = 1 if draft.is_new else draft.version + bool(changed)
    return Saved(str(draft.id), draft.spec.api_name, version, str(changes.set_id), changed, tuple(draft.warnings))
