"""What each row does: create, update, skip or fail; the same for the dry run and for the job.

Invariants: every row gets exactly one decision; rows of one file that share a key are decided one after the other, so that the
second sees what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.base.i18n import N_
from app.services.actor import Actor
from app.services.importing import matching
from app.services.importing.converting import Converted
from app.services.importing.mapping import ID
from app.services.importing.planning import Plan

CREATE, UPDATE, UNCHANGED, SKIP, FAIL = "created", "updated", "unchanged", "skipped", "failed"
ACTIONS = (CREATE, UPDATE, UNCHANGED, SKIP, FAIL)


@dataclass(slots=True)
class Decision:
    """One row and what becomes of it. `id` is the record that exists already."""

    row: Converted
    action: str
    id: int | None = None
    key: tuple[Any, ...] | None = None


def turns(plan: Plan, rows: Sequence[Converted]) -> list[list[Converted]]:
    """The rows, now with their keys, in groups to be decided in turn: no group holds a key twice."""
    if plan.key is None:
        return [list(rows)]
    groups: list[list[Converted]] = [[]]
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        key = row.key = plan.key.of(row)
        if key is not None and key in seen:
            groups.append([])
            seen = set()
        if key is not None:
            seen.add(key)
        groups[-1].append(row)
    return groups


def decide(connection: Connection, actor: Actor, plan: Plan, rows: Sequence[Converted]) -> list[Decision]:
    """A decision for each row of one of `turns`, in order; links have been resolved before."""
    key = plan.key
    keys = [row.key if not row.errors else None for row in rows]
    found = key.find(connection, actor, [k for k in keys if k is not None]) if key is not None else {}
    keyless = [row for row, mine in zip(rows, keys, strict=True) if key is not None and mine is None and not row.errors]
    identical = matching.find_identical(connection, actor, plan.spec, keyless, plan.since) if keyless else {}
    required = [f for f in plan.spec.fields if f.required and f.default is None and not f.read_only]
    decisions = []
    for row, mine in zip(rows, keys, strict=True):
        if row.errors:
            decisions.append(Decision(row, FAIL))
            continue
        same = found.get(mine, []) if mine is not None else []
        if len(same) > 1 and key is not None:
            row.errors[plan.column_of(key.names[0])] = key.ambiguous(len(same))
            decisions.append(Decision(row, FAIL, key=mine))
        elif same:
            decisions.append(Decision(row, SKIP if plan.mapping.mode == "add" else UPDATE, same[0], mine))
        elif row.id is not None and key is not None and key.names == (ID,):
            row.errors[plan.column_of(ID)] = N_("There is no record with the id %(id)s.", id=str(row.id))
            decisions.append(Decision(row, FAIL, key=mine))
        elif row.record.line in identical:
            decisions.append(Decision(row, SKIP if plan.mapping.mode == "add" else UNCHANGED, identical[row.record.line]))
        elif plan.mapping.mode == "update":
            decisions.append(Decision(row, SKIP, key=mine))
        else:
            for f in required:
                if row.values.get(f.name) is None and f.name not in row.links:
                    row.errors[plan.column_of(f.name)] = N_("“%(field)s” is required.", field=f.label)
            decisions.append(Decision(row, FAIL if row.errors else CREATE, key=mine))
    return decisions
