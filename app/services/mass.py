"""One action on many records: update, hand over, delete, restore, on chosen ids or on all that match a question.

Invariants: up to DIRECT records are done at once, in one transaction and one change set; more become a job of small transactions, in
the order of ids, so that it resumes exactly and never meets a record twice, whatever it changes. Each record is written through the
same door as a single one; those that are refused are counted and named, the others are done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Connection, Select, func
from sqlalchemy import select as sql_select

from app.base.errors import ComptoirError, Forbidden, Invalid
from app.base.i18n import N_, N_n, Text
from app.base.ids import parse_id
from app.database import engine
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services import access, bulk, filters, jobs, query
from app.services.actor import Actor
from app.services.log import Changes, change_set

Action = Literal["update", "assign", "delete", "restore"]
ACTIONS: tuple[Action, ...] = ("update", "assign", "delete", "restore")
KIND = "mass"
DIRECT = 200
BATCH = 50  # records a transaction of a job: people's own saves go in between
MOST_IDS = 20_000
_SHOWN = 20  # refusals kept with their words
_RIGHT: dict[str, str] = {"update": "edit", "assign": "assign", "delete": "delete", "restore": "delete"}


@dataclass(frozen=True)
class Question:
    """Which records: `ids`, or all that pass `filter` and `text` except `excluded`."""

    ids: tuple[int, ...] | None = None
    filter: Mapping[str, Any] | None = None
    text: str = ""
    excluded: frozenset[int] = frozenset()

    @classmethod
    def of_ids(cls, ids: Iterable[str | int]) -> Question:
        """Those records. Raises `Invalid` for none or too many."""
        numbers = tuple(dict.fromkeys(parse_id(i) for i in ids))
        if not numbers:
            raise Invalid(N_("Select at least one record."))
        if len(numbers) > MOST_IDS:
            raise Invalid(N_("Select at most %(n)s records one by one, or all that match.", n=MOST_IDS))
        return cls(ids=numbers)


@dataclass
class Outcome:
    """What was done at once (`set_id` undoes it), or the job that does it. `failed`: id and reason of the first refused ones."""

    done: int = 0
    set_id: str = ""
    refused: int = 0
    failed: list[tuple[str, Text | str]] = field(default_factory=list)
    job_id: str = ""


def apply(actor: Actor, module: str, action: str, question: Question, values: Mapping[str, Any] | None = None) -> Outcome:
    """Does `action` to the records of `question`. Raises `Forbidden`, `Invalid` (by field) when nothing could be done at all."""
    spec = registry.snapshot().module(module)
    values = dict(values or {})
    _check(actor, spec, action, values)
    found = _first(actor, spec, question, DIRECT + 1, in_bin=action == "restore")
    if len(found) > DIRECT:
        return Outcome(job_id=_submit(actor, spec, action, question, values))
    if not found:
        raise Invalid(N_("None of these records is within your reach any more."))
    with change_set(actor, _label(action, spec, len(found))) as changes:
        done, failed = _do(changes, actor, spec, action, found, values)
        if not done and failed:
            raise failed[0][1]
    return Outcome(
        done, str(changes.set_id) if done else "", len(failed), [(str(i), error.message) for i, error in failed[:_SHOWN]]
    )


def _check(actor: Actor, spec: ModuleSpec, action: str, values: Mapping[str, Any]) -> None:
    if action not in ACTIONS:
        raise Invalid(N_("There is no such action."))
    access.check(actor, spec, "mass")
    access.check(actor, spec, _RIGHT[action])
    if action in ("delete", "restore"):
        return
    if action == "assign" and set(values) != {"owner_id"}:
        raise Invalid({"owner_id": N_("Choose a person.")})
    if len(values) != 1:
        raise Invalid(N_("Choose one field to update."))
    parsed = bulk.parse_many(actor, spec.api_name, [values])[0]
    if parsed.errors:
        raise Invalid(parsed.errors)


def _submit(actor: Actor, spec: ModuleSpec, action: str, question: Question, values: Mapping[str, Any]) -> str:
    with engine.reading() as connection:
        total = (
            len(question.ids) if question.ids is not None else _count(connection, actor, spec, question, action == "restore")
        )
    params = {
        "module": spec.api_name,
        "action": action,
        "ids": [str(i) for i in question.ids] if question.ids is not None else None,
        "filter": question.filter,
        "text": question.text,
        "excluded": [str(i) for i in sorted(question.excluded)],
        "values": dict(values),
    }
    return jobs.submit(actor, KIND, _label(action, spec, total), params, total=total)


def run(work: jobs.Run) -> None:
    """Does a job of this kind, from where its cursor stands."""
    params = work.params
    question = Question(
        ids=tuple(int(i) for i in params["ids"]) if params["ids"] is not None else None,
        filter=params["filter"],
        text=params["text"],
        excluded=frozenset(int(i) for i in params["excluded"]),
    )
    if question.ids is not None:
        question = replace(question, ids=tuple(sorted(question.ids)))
    while True:
        actor = work.actor
        spec = registry.snapshot().module(params["module"])
        _check(actor, spec, params["action"], params["values"])
        start = int(work.cursor.get("after", 0))
        ids = _first(actor, spec, question, BATCH, after=start, in_bin=params["action"] == "restore")
        if not ids:
            return
        with work.batch(actor) as changes:
            done, failed = _do(changes, actor, spec, params["action"], ids, params["values"])
            work.cursor = {"after": str(ids[-1])}
            work.done += len(ids)
            work.counts = _counted(work.counts, done, failed)


def _counted(counts: Mapping[str, Any], done: int, failed: Sequence[tuple[int, ComptoirError]]) -> dict[str, Any]:
    named = list(counts.get("refused", ()))
    named += [{"id": str(i), "message": _as_json(error.message)} for i, error in failed[: _SHOWN - len(named)]]
    return {"done": counts.get("done", 0) + done, "failed": counts.get("failed", 0) + len(failed), "refused": named}


def _as_json(message: Text | str) -> Any:
    return message.as_json() if isinstance(message, Text) else message


def _first(
    actor: Actor, spec: ModuleSpec, question: Question, limit: int, *, after: int = 0, in_bin: bool = False
) -> list[int]:
    """The first ids after `after` on which the actor may act, in the order of ids."""
    if question.ids is not None:
        return [i for i in question.ids if i > after or not after][:limit]
    with engine.reading() as connection:
        records = _matching(connection, actor, spec, question, in_bin).subquery()
        wanted = (
            sql_select(records.c.id).where(records.c.id > after).order_by(records.c.id).limit(limit + len(question.excluded))
        )
        found = [i for i in connection.execute(wanted).scalars() if i not in question.excluded]
    return found[:limit]


def _count(connection: Connection, actor: Actor, spec: ModuleSpec, question: Question, in_bin: bool) -> int:
    records = _matching(connection, actor, spec, question, in_bin).subquery()
    return int(connection.execute(sql_select(func.count()).select_from(records)).scalar_one()) - len(question.excluded)


def _matching(connection: Connection, actor: Actor, spec: ModuleSpec, question: Question, in_bin: bool) -> Select[Any]:
    """A SELECT of the ids that match and that the actor may read; what they may not change is refused one by one."""
    tree = filters.parse(question.filter, spec, actor) if question.filter else None
    return query.select(connection, actor, spec.api_name, filter=tree, text=question.text, deleted=in_bin)


def _do(
    changes: Changes, actor: Actor, spec: ModuleSpec, action: str, ids: Sequence[int], values: Mapping[str, Any]
) -> tuple[int, list[tuple[int, ComptoirError]]]:
    """How many records were changed, and which were refused and why."""
    if action in ("delete", "restore"):
        move = bulk.delete_many if action == "delete" else bulk.restore_many
        moved = move(actor, spec.api_name, ids, within=changes)
        why = N_("This record does not exist any more, or you may not delete it.")
        return len(moved), [(i, Forbidden(why)) for i in ids if i not in moved]
    parsed = bulk.parse_many(actor, spec.api_name, [values])[0]
    results = bulk.update_many(actor, spec.api_name, [(i, replace(parsed)) for i in ids], within=changes)
    failed = [(i, result) for i, result in zip(ids, results, strict=True) if isinstance(result, ComptoirError)]
    return len(ids) - len(failed), failed


def _label(action: str, spec: ModuleSpec, n: int) -> Text:
    words = {
        "update": N_n("%(n)s record updated: %(module)s", "%(n)s records updated: %(module)s", n, module=spec.plural),
        "assign": N_n("%(n)s record handed over: %(module)s", "%(n)s records handed over: %(module)s", n, module=spec.plural),
        "delete": N_n("%(n)s record deleted: %(module)s", "%(n)s records deleted: %(module)s", n, module=spec.plural),
        "restore": N_n("%(n)s record restored: %(module)s", "%(n)s records restored: %(module)s", n, module=spec.plural),
    }
    return words[action]


jobs.register(KIND, run)
