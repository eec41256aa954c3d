"""The import itself, as a job: batches of rows in transactions of about 20 ms, with exact resume, rejects and roll-back.

Invariants: a batch's records, its rejects, the counts and the cursor are one commit; read = created + updated + unchanged + skipped
+ failed at every commit; a row that the database refuses is rejected alone; records made for links belong to the same change set.
A link to a record of the same module may point to a row further down: such links wait and are set after the last row.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.exc import DataError, IntegrityError

from app.base.errors import ComptoirError, Conflict, Invalid
from app.base.i18n import N_, Text, raw
from app.base.ids import new_id
from app.database import engine
from app.modules import registry
from app.modules.system import ImportProblem, Job
from app.services import access, bulk, jobs, log, schema
from app.services.actor import Actor
from app.services.importing import deciding, mapping, matching, planning, remembering, sources
from app.services.importing.converting import Converted
from app.services.importing.deciding import CREATE, FAIL, SKIP, UNCHANGED, UPDATE, Decision
from app.services.importing.planning import Plan
from app.services.importing.reading import Record
from app.services.jobs import Run
from app.services.pipeline import Parsed
from app.services.tables import table

KIND = "import"
HOLD = 0.020  # seconds that a batch may keep the writer of SQLite; PostgreSQL has no such queue
FIRST, LEAST, MOST = 60, 60, 500  # rows a batch; fewer would spend the time on commits
LATER = "later:"  # marks, in the table of problems, links that wait for the end
_problem, _job = table(ImportProblem), table(Job)


def submit(
    actor: Actor,
    module: str,
    source: sources.Source,
    wish: mapping.Mapping,
    *,
    sheet: str = "",
    again: bool = False,
    claim: bool = False,
) -> str:
    """Queues an import whose mapping is settled and returns the job's id.

    Raises `Invalid` by column, `Forbidden`, and `Conflict` when the same file was imported without a key before (`again` allows it).
    """
    plan = planning.make(actor, module, source, wish, sheet=sheet)
    if plan.key is None and not again:
        _refuse_repetition(actor, plan)
    settled = replace(plan.mapping, key=plan.key.names if plan.key else ())
    params = {
        "module": plan.spec.api_name, "source": source.id, "file": source.name, "sheet": sheet, "sha256": source.sha256,
        "since": plan.since.isoformat(), "mapping": settled.as_json(), "headers": [c.key for c in plan.columns],
    }  # fmt: skip
    remembering.remember(plan.spec.api_name, [c.key for c in plan.columns], settled)
    label = N_("Import of %(file)s", file=raw(source.name))
    return jobs.submit(actor, KIND, label, params, total=plan.survey.rows, claim=claim)


def run(work: Run) -> None:
    """Does the job from its cursor on."""
    actor = work.actor
    source = sources.get(actor, work.params["source"])
    plan = _prepare(work, actor, source)
    work.counts = {"read": 0, **dict.fromkeys(deciding.ACTIONS, 0), "linked": 0, **work.counts}
    if work.cursor.get("phase", "rows") == "rows":
        _rows(work, plan)
    _later(work, plan)


def problems(actor: Actor, job_id: str, limit: int = 200, after: tuple[int, int] = (0, 0)) -> list[dict[str, Any]]:
    """The rejected rows of an import by line: {line, id, column, message, cells}; `after`: line and id of the last one shown."""
    job = jobs.get(actor, job_id)
    query = (
        select(_problem.c.line, _problem.c.id, _problem.c.column, _problem.c.message, _problem.c.cells)
        .where(_problem.c.job_id == int(job.id), tuple_(_problem.c.line, _problem.c.id) > after)
        .where(_problem.c.column.not_like(f"{LATER}%"))
        .order_by(_problem.c.line, _problem.c.id)
        .limit(limit)
    )
    with engine.reading() as connection:
        return [
            {"line": line, "id": number, "column": column, "message": Text.from_json(message), "cells": cells}
            for line, number, column, message, cells in connection.execute(query)
        ]


def _prepare(work: Run, actor: Actor, source: sources.Source) -> Plan:
    """Makes new fields and picklist values, once: a second time they are found by their names."""
    module, sheet = work.params["module"], work.params["sheet"]
    wish = mapping.from_json(work.params["mapping"])
    since = datetime.fromisoformat(work.params["since"])
    made = dict(work.cursor.get("fields", {}))
    if made:
        wish = replace(wish, columns={**wish.columns, **made})
        return planning.make(actor, module, source, replace(wish, new_values=False), sheet=sheet, since=since)
    plan = planning.make(actor, module, source, wish, sheet=sheet, since=since)
    for index, f in list(plan.filled.items()):
        if isinstance(f, str):
            continue
        values = [{"value": v} for v in plan.survey.new_values.get(f.name, [])]
        if index in plan.new_fields:
            settings = {"choices": values} if f.type == "picklist" else None
            new = plan.new_fields[index]
            made[plan.keys[index]] = schema.add_field(actor, module, new.label, new.type, settings=settings).api_name
        elif values:
            schema.add_choices(actor, module, f.name, values)
            made[plan.keys[index]] = f.api_name
    if not made:
        return plan
    wish = replace(wish, columns={**plan.mapping.columns, **made}, new_values=False)
    work.cursor = {**work.cursor, "fields": made}
    work.report()
    return planning.make(actor, module, source, wish, sheet=sheet, since=since)


def _rows(work: Run, plan: Plan) -> None:
    work.total = plan.survey.rows
    rows = plan.rows(skip=int(work.cursor.get("row", 0)))
    hold = HOLD if engine.current().is_sqlite else 5 * HOLD
    size = FIRST
    while batch := list(islice(rows, size)):
        held = _batch(work, plan, [plan.converter(record) for record in batch])
        size = max(LEAST, min(MOST, int(size * min(2.0, hold / max(held, 0.001)))))
    with work.batch():
        work.cursor = {**work.cursor, "phase": "links"}


def _batch(work: Run, plan: Plan, rows: list[Converted]) -> float:
    """Writes one batch and returns how long it held the writer. A batch that the database refuses is halved down to the row."""
    try:
        actor = work.actor
        access.check(actor, plan.spec, "import")
        with work.batch(actor) as changes:
            began = time.perf_counter()
            counts, rejected = _write(changes, actor, plan, work.id, rows)
            _keep_problems(changes, work.id, rejected)
            for name, number in counts.items():
                work.counts[name] = work.counts.get(name, 0) + number
            work.counts["read"] += len(rows)
            work.cursor = {**work.cursor, "row": int(work.cursor.get("row", 0)) + len(rows)}
            work.done += len(rows)
        return time.perf_counter() - began
    except (IntegrityError, DataError) as error:
        plan.links.forget()
        fresh = [plan.converter(row.record) for row in rows]
        if len(rows) > 1:
            half = len(rows) // 2
            return max(_batch(work, plan, fresh[:half]), _batch(work, plan, fresh[half:]))
        return _refuse(work, fresh[0], error)
    except BaseException:
        plan.links.forget()
        raise


def _refuse(work: Run, row: Converted, error: Exception) -> float:
    """Rejects the one row that the database does not take."""
    unique = isinstance(error, IntegrityError)
    row.errors[""] = (
        N_("Another record already has a value that must be unique.") if unique else N_("The database cannot keep this row.")
    )
    with work.batch() as changes:
        _keep_problems(changes, work.id, [row])
        work.counts[FAIL] += 1
        work.counts["read"] += 1
        work.cursor = {**work.cursor, "row": int(work.cursor.get("row", 0)) + 1}
        work.done += 1
    return HOLD


def _write(
    changes: log.Changes, actor: Actor, plan: Plan, job_id: int, rows: list[Converted]
) -> tuple[Counter[str], list[Converted]]:
    counts: Counter[str] = Counter()
    rejected: list[Converted] = []
    counts["linked"] += _link(changes, actor, plan, rows)
    for group in deciding.turns(plan, rows):
        decisions = deciding.decide(changes.connection, actor, plan, group)
        _create(changes, actor, plan, [d for d in decisions if d.action == CREATE])
        _update(changes, actor, plan, [d for d in decisions if d.action == UPDATE])
        for decision in decisions:
            counts[decision.action] += 1
            if decision.action == FAIL:
                rejected.append(decision.row)
            elif decision.row.links and decision.action != SKIP:
                _wait(changes, job_id, decision)
    return counts, rejected


def _link(changes: log.Changes, actor: Actor, plan: Plan, rows: list[Converted]) -> int:
    """Finds what links name, makes what is missing when asked, and says so in the rows where it stays missing."""
    missing = [m for m in plan.links.resolve(changes.connection, actor, rows) if m.module != plan.spec.api_name]
    made = 0
    if missing and plan.mapping.links == "create":
        by_module: dict[str, list[matching.Missing]] = {}
        for one in missing:
            by_module.setdefault(one.module, []).append(one)
        for module, ones in by_module.items():
            made += _make_links(changes, actor, module, ones)
        plan.links.resolve(changes.connection, actor, rows)
    for row in rows:
        for name, title in list(row.links.items()):
            target = plan.spec.by_name[name].target
            if target != plan.spec.api_name:
                row.errors.setdefault(plan.column_of(name), matching.unknown(matching.Missing(target, title)))
                del row.links[name]
    return made


def _make_links(changes: log.Changes, actor: Actor, module: str, ones: Sequence[matching.Missing]) -> int:
    title = registry.snapshot().module(module).title
    outcomes = bulk.create_many(actor, module, [{title: one.title} for one in ones], within=changes)
    return sum(not isinstance(outcome, ComptoirError) for outcome in outcomes)


def _create(changes: log.Changes, actor: Actor, plan: Plan, decisions: Sequence[Decision]) -> None:
    if not decisions:
        return
    parsed = [Parsed(d.row.values) for d in decisions]
    for decision, outcome in zip(decisions, bulk.create_many(actor, plan.spec.api_name, parsed, within=changes), strict=True):
        if isinstance(outcome, ComptoirError):
            _fail(plan, decision, outcome)
        else:
            decision.id = int(outcome.id)


def _update(changes: log.Changes, actor: Actor, plan: Plan, decisions: Sequence[Decision]) -> None:
    if not decisions:
        return
    wishes = [(int(d.id or 0), Parsed(d.row.values)) for d in decisions]
    for decision, outcome in zip(decisions, bulk.update_many(actor, plan.spec.api_name, wishes, within=changes), strict=True):
        if isinstance(outcome, ComptoirError):
            _fail(plan, decision, outcome)
        elif not outcome.changed:
            decision.action = UNCHANGED


def _fail(plan: Plan, decision: Decision, error: ComptoirError) -> None:
    decision.action = FAIL
    if isinstance(error, Invalid):
        for name, message in error.fields.items():
            decision.row.errors[plan.column_of(name)] = message
    else:
        decision.row.errors[""] = error.message


def _wait(changes: log.Changes, job_id: int, decision: Decision) -> None:
    """Notes links to records of this module that may come further down in the file."""
    for name, title in decision.row.links.items():
        changes.connection.execute(
            insert(_problem).values(
                id=new_id(), job_id=job_id, line=decision.row.record.line, column=LATER + name,
                message={"id": str(decision.id)}, cells=[title],
            )
        )  # fmt: skip


def _keep_problems(changes: log.Changes, job_id: int, rejected: Sequence[Converted]) -> None:
    if not rejected:
        return
    rows = []
    for row in rejected:
        column, message = next(iter(row.errors.items()))
        more = len(row.errors) - 1
        text = message if isinstance(message, Text) else raw(str(message))
        if more:
            text = N_("%(first)s (and %(n)s more)", first=text, n=more)
        rows.append(
            {"id": new_id(), "job_id": job_id, "line": row.record.line, "column": column[:255], "message": text.as_json(),
             "cells": [cell.replace("\x00", "") for cell in row.record.cells]}
        )  # fmt: skip
    changes.connection.execute(insert(_problem), rows)


def _later(work: Run, plan: Plan) -> None:
    """Sets the links that waited for the last row; those that still lead nowhere are told, their rows stay imported."""
    while True:
        actor = work.actor
        with work.batch(actor) as changes:
            waiting = changes.connection.execute(
                select(_problem).where(_problem.c.job_id == work.id, _problem.c.column.like(f"{LATER}%")).order_by(_problem.c.id).limit(100)
            ).mappings().all()  # fmt: skip
            if not waiting:
                return
            _set_links(changes, actor, plan, work, waiting)
            changes.connection.execute(delete(_problem).where(_problem.c.id.in_([w["id"] for w in waiting])))


def _set_links(changes: log.Changes, actor: Actor, plan: Plan, work: Run, waiting: Sequence[Any]) -> None:
    rows = []
    for one in waiting:
        row = Converted(Record(one["line"], list(one["cells"])), links={one["column"].removeprefix(LATER): one["cells"][0]})
        row.id = int(one["message"]["id"])
        rows.append(row)
    missing = plan.links.resolve(changes.connection, actor, rows)
    if missing and plan.mapping.links == "create" and matching.can_create(actor, plan.spec.api_name):
        work.counts["linked"] += _make_links(changes, actor, plan.spec.api_name, missing)
        plan.links.resolve(changes.connection, actor, rows)
    for row in rows:
        for name, title in row.links.items():
            row.errors[plan.column_of(name)] = matching.unknown(matching.Missing(plan.spec.api_name, title))
    good = [row for row in rows if not row.errors]
    outcomes = bulk.update_many(actor, plan.spec.api_name, [(int(r.id or 0), Parsed(r.values)) for r in good], within=changes)
    for row, outcome in zip(good, outcomes, strict=True):
        if isinstance(outcome, ComptoirError):
            row.errors[""] = outcome.message
    _keep_problems(changes, work.id, [row for row in rows if row.errors])


def _refuse_repetition(actor: Actor, plan: Plan) -> None:
    """A file without a key cannot tell its rows from those of its last import."""
    with engine.reading() as connection:
        earlier = connection.execute(
            select(_job.c.params, _job.c.counts, _job.c.created_at)
            .where(_job.c.kind == KIND, _job.c.state.in_((jobs.DONE, jobs.CANCELLED, jobs.FAILED, jobs.RUNNING)))
            .order_by(_job.c.created_at.desc())
            .limit(500)
        ).all()
    for params, counts, at in earlier:
        same = params.get("sha256") == plan.source.sha256 and params.get("module") == plan.spec.api_name
        if same and (counts or {}).get(CREATE) and not (counts or {}).get("undone"):
            raise Conflict(
                N_(
                    "This file was imported already on %(day)s, and without a duplicate key its rows would be there twice. "
                    "Choose a key, roll that import back, or say that you want them again.",
                    day=at.date().isoformat(),
                ),
                repeated=True,
            )


jobs.register(KIND, run)
