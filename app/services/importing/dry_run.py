"""What an import would do, without doing it: counts, problems by line, twenty rows side by side, what would be made beside them.

Invariants: nothing is written; the same conversion, links and decisions as the job's. What only the database or a module's rules can
refuse (a value that must be unique, a rule of deals) shows when the job runs, in its rejects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from app.base.i18n import Text
from app.base.text import fold
from app.database import engine
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.services import actor as actors
from app.services import directory
from app.services.actor import Actor
from app.services.importing import deciding, matching
from app.services.importing.converting import Converted
from app.services.importing.deciding import ACTIONS, CREATE, FAIL, SKIP, UNCHANGED, UPDATE, Decision
from app.services.importing.planning import Plan

BATCH = 500
SHOWN = 20
PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row would be refused."""

    line: int
    column: str
    message: Text


@dataclass(frozen=True, slots=True)
class Side:
    """One field of a row: as it is now ("" for a new record), and as it would be."""

    field: str
    label: Text
    now: str
    after: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One row side by side."""

    line: int
    action: str
    title: str
    sides: tuple[Side, ...]
    reason: Text | None = None


@dataclass(slots=True)
class Preview:
    """What would happen. `total` rows are in the file, of which the first `counts["read"]` were tried."""

    total: int
    key: str
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    new_links: Counter[str] = field(default_factory=Counter)  # records that would be made, by module
    new_fields: list[str] = field(default_factory=list)
    new_values: dict[str, list[str]] = field(default_factory=dict)  # label → values

    @property
    def whole(self) -> bool:
        return self.counts["read"] == self.total

    def as_json(self) -> dict[str, Any]:
        """For `--json` and the browser."""
        counts = {"read": self.counts["read"], **{a: self.counts[a] for a in ACTIONS}}
        return {
            **counts,
            "total": self.total,
            "key": self.key,
            "problems": [{"line": p.line, "column": p.column, "message": str(p.message)} for p in self.problems],
            "new_links": dict(self.new_links),
            "new_fields": self.new_fields,
            "new_values": self.new_values,
        }


def preview(actor: Actor, plan: Plan, limit: int | None = None) -> Preview:
    """Tries the rows of a plan (the first `limit`, or all) and tells what they would do."""
    result = Preview(plan.survey.rows, plan.key.label if plan.key else "")
    result.new_fields = [new.label for new in plan.new_fields.values()]
    result.new_values = {
        str(plan.spec.by_name[n].label): v for n, v in plan.survey.new_values.items() if not n.startswith("new_")
    }
    state = _State()
    with engine.reading() as connection:
        for rows in _batches(plan, limit):
            _links(connection, actor, plan, rows, state, result)
            for group in deciding.turns(plan, rows):
                decisions = deciding.decide(connection, actor, plan, group)
                now = _compare(connection, actor, plan, decisions, state)
                for decision in decisions:
                    _note(decision, result)
                    result.counts["read"] += 1
                    result.counts[decision.action] += 1
                if len(result.shown) < SHOWN:
                    _show(actor, plan, decisions, now, result)
    return result


@dataclass(slots=True)
class _State:
    """What earlier rows would have made: hashes only, so that a large file stays small here."""

    made: dict[int, int] = field(default_factory=dict)  # key → values
    titles: set[tuple[str, str]] = field(default_factory=set)


def _batches(plan: Plan, limit: int | None) -> Iterator[list[Converted]]:
    rows = plan.rows() if limit is None else islice(plan.rows(), limit)
    while batch := list(islice(rows, BATCH)):
        yield [plan.converter(record) for record in batch]


def _links(connection: Connection, actor: Actor, plan: Plan, rows: list[Converted], state: _State, result: Preview) -> None:
    plan.links.resolve(connection, actor, rows)
    for row in rows:
        for name, title in list(row.links.items()):
            target = plan.spec.by_name[name].target
            if target == plan.spec.api_name:
                continue  # may come further down: the job tells
            if plan.mapping.links == "create":
                row.values[name] = matching.NewLink(fold(title))
                del row.links[name]
                if (target, fold(title)) not in state.titles:
                    state.titles.add((target, fold(title)))
                    result.new_links[target] += 1
            else:
                row.errors.setdefault(plan.column_of(name), matching.unknown(matching.Missing(target, title)))


def _compare(
    connection: Connection, actor: Actor, plan: Plan, decisions: list[Decision], state: _State
) -> dict[int, dict[str, Any]]:
    """Tells updates that change nothing from those that do; returns the values of existing records now."""
    names = sorted({n for d in decisions for n in d.row.values})
    ids = [d.id for d in decisions if d.id is not None and d.action in (UPDATE, SKIP)]
    now = (
        matching.current_values(connection, actor, plan.spec, ids, [n for n in names if not n.startswith("new_")])
        if ids
        else {}
    )
    for decision in decisions:
        if decision.action == UPDATE and decision.id is not None:
            same = now.get(decision.id, {})
            if all(same.get(n) == v for n, v in decision.row.values.items()) and not decision.row.links:
                decision.action = UNCHANGED
        elif decision.action == CREATE and decision.key is not None:
            _after_earlier(plan, decision, state)
    return now


def _after_earlier(plan: Plan, decision: Decision, state: _State) -> None:
    """A row whose key an earlier row of the file brings finds that record there."""
    key, values = hash(decision.key), hash(tuple(sorted((n, str(v)) for n, v in decision.row.values.items())))
    earlier = state.made.get(key)
    if earlier is not None:
        decision.action = SKIP if plan.mapping.mode == "add" else UNCHANGED if earlier == values else UPDATE
    state.made[key] = values


def _note(decision: Decision, result: Preview) -> None:
    if decision.action != FAIL or len(result.problems) >= PROBLEMS:
        return
    for column, message in decision.row.errors.items():
        text = message if isinstance(message, Text) else Text(str(message), translate=False)
        result.problems.append(Problem(decision.row.record.line, column, text))


def _show(actor: Actor, plan: Plan, decisions: list[Decision], now: dict[int, dict[str, Any]], result: Preview) -> None:
    ctx = actors.ctx(actor)
    people = directory.people()
    link_titles = _titles_of(plan, decisions)

    def words(f: FieldSpec, value: Any) -> str:
        if value is None:
            return ""
        if f.type == "person":
            return people[value].name if value in people else ""
        if f.type == "link":
            return link_titles.get((f.name, value), str(value))
        return types[f.type].format(value, f, ctx)

    for decision in decisions[: SHOWN - len(result.shown)]:
        before = now.get(decision.id or 0, {})
        sides = []
        for index, f in plan.filled.items():
            if isinstance(f, str):
                continue
            cells = decision.row.record.cells
            cell = cells[index] if index < len(cells) else ""
            value = decision.row.values.get(f.name)
            after = cell if f.name not in decision.row.values else words(f, value)
            sides.append(Side(f.name, f.label, words(f, before.get(f.name)), after))
        title = next((s.after or s.now for s in sides if s.field == plan.spec.title), "")
        reason = next(iter(decision.row.errors.values()), None)
        text = reason if isinstance(reason, Text) or reason is None else Text(str(reason), translate=False)
        result.shown.append(Shown(decision.row.record.line, decision.action, title, tuple(sides), text))


def _titles_of(plan: Plan, decisions: list[Decision]) -> dict[tuple[str, int], str]:
    """The titles of links as the file writes them: they were found by these."""
    found = {}
    for index, f in plan.filled.items():
        if isinstance(f, FieldSpec) and f.type == "link":
            for decision in decisions:
                value = decision.row.values.get(f.name)
                if value is not None and index < len(decision.row.record.cells):
                    found[f.name, value] = decision.row.record.cells[index]
    return found
