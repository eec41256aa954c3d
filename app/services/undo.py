"""Undo: the generic inverse of a change set, whatever it did. Undoing an undo is redoing.

Invariants: a field is put back only while it still holds what the change left there; otherwise it is refused and named. Undo is
itself a change set. A large one is undone in batches of small transactions, so that others can save in between; what is left after
an interruption is undone by calling again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy import types as sql

from app.base.errors import Conflict, Forbidden, NotFound
from app.base.i18n import N_, Text
from app.base.ids import new_id, parse_id
from app.database.engine import current
from app.database.types import Instant
from app.modules import registry, system
from app.modules.spec import ModuleSpec
from app.services import bulk, people, pipeline, record_links, rules
from app.services.access.profiles import write_sharing_default
from app.services.actor import Actor, ctx
from app.services.draft import Draft
from app.services.log import CHANGE, CHANGE_SET, Changes, bump, change_set

_BATCH = 200
_COUNTERS = {
    "Profile": "access_version", "Role": "access_version", "User": "access_version", "SharingDefault": "access_version",
    "CustomField": "schema_version", "Override": "schema_version", "Setting": "settings_version",
}  # fmt: skip


@dataclass
class Undone:
    """What an undo did: its own change set, how many records were put back, and what was refused and why."""

    set_id: str
    done: int = 0
    refused: list[Text] = field(default_factory=list)


def undo(actor: Actor, set_id: str | int, *, progress: Callable[[int], bool] | None = None) -> Undone:
    """Puts back what a change set changed. `progress(done)` is called after each batch; False from it stops there.

    Raises `NotFound`, `Forbidden` (another person's change without that right), `Conflict` (undone already).
    """
    number = parse_id(set_id)
    with current().reading() as connection:
        original = connection.execute(select(CHANGE_SET).where(CHANGE_SET.c.id == number)).mappings().first()
    if original is None:
        raise NotFound(N_("There is no such change."))
    if original["user_id"] != (actor.user_id or None) and not actor.tool("undo_others"):
        raise Forbidden(N_("Only the person who made this change, or an administrator, can undo it."))
    if original["undone_by"]:
        raise Conflict(N_("This change has been undone already."))
    label = N_("Undone: %(what)s", what=Text.from_json(original["label"]))
    result = Undone(str(new_id()))
    before: int | None = None
    while True:
        with change_set(actor, label, set_id=int(result.set_id), undo_of=number, bulk=before is not None) as changes:
            _claim(changes, number)
            rows = _next(changes, number, before)
            for module, op, group in _groups(rows):
                _invert(changes, actor, module, op, group, result)
            if len(rows) < _BATCH:
                changes.connection.execute(update(CHANGE_SET).where(CHANGE_SET.c.id == number).values(undone_by=changes.set_id))
        if len(rows) < _BATCH or (progress is not None and not progress(result.done)):
            return result
        before = rows[-1]["id"]


def _claim(changes: Changes, set_id: int) -> None:
    """Locks the change set for this batch; `Conflict` when somebody else finished undoing it meanwhile."""
    query = select(CHANGE_SET.c.undone_by).where(CHANGE_SET.c.id == set_id).with_for_update()
    if changes.connection.execute(query).scalar():
        raise Conflict(N_("This change has been undone already."))


def _next(changes: Changes, set_id: int, before: int | None) -> Sequence[Mapping[str, Any]]:
    query = select(CHANGE).where(CHANGE.c.set_id == set_id).order_by(CHANGE.c.id.desc()).limit(_BATCH)
    if before is not None:
        query = query.where(CHANGE.c.id < before)
    return [dict(row) for row in changes.connection.execute(query).mappings()]


def _groups(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str, list[Mapping[str, Any]]]]:
    """Neighbours of one module and operation, without the same record twice, so that each is inverted in its order."""
    group: list[Mapping[str, Any]] = []
    seen: set[int] = set()
    for row in rows:
        if group and (row["module"] != group[0]["module"] or row["op"] != group[0]["op"] or row["record_id"] in seen):
            yield group[0]["module"], group[0]["op"], group
            group, seen = [], set()
        group.append(row)
        seen.add(row["record_id"])
    if group:
        yield group[0]["module"], group[0]["op"], group


def _invert(changes: Changes, actor: Actor, module: str, op: str, rows: list[Mapping[str, Any]], result: Undone) -> None:
    if module.startswith("$"):
        for row in rows:
            if _gives_rights(module[1:], row) and not actor.is_admin:
                result.refused.append(N_("Only an administrator can change who may do what."))
            else:
                _invert_system(changes, module[1:], op, row, result)
        return
    spec = registry.snapshot().module(module)
    if op == "update":
        _invert_updates(changes, actor, spec, rows, result)
        return
    if op == "purge":
        result.refused.append(N_("What was deleted for good cannot be brought back."))
        return
    ids = [r["record_id"] for r in rows]
    if op == "create":
        touched = _touched_by_others(changes, actor, rows)
        result.refused += [N_("A record was changed by somebody else since and stays.") for i in ids if i in touched]
        ids = [i for i in ids if i not in touched]
    moved = bulk.move(changes, actor, spec, ids, to_bin=op in ("create", "restore"))
    result.done += len(moved)
    result.refused += [N_("A record is no longer where this change left it.") for i in ids if i not in moved]


def _touched_by_others(changes: Changes, actor: Actor, rows: Sequence[Mapping[str, Any]]) -> set[int]:
    """Records among `rows` that somebody else changed after they were created."""
    ids = [r["record_id"] for r in rows]
    query = (
        select(CHANGE.c.record_id)
        .join(CHANGE_SET, CHANGE_SET.c.id == CHANGE.c.set_id)
        .where(CHANGE.c.module == rows[0]["module"], CHANGE.c.record_id.in_(ids), CHANGE.c.op == "update")
        .where(CHANGE_SET.c.user_id.is_distinct_from(actor.user_id or None), CHANGE.c.set_id != rows[0]["set_id"])
    )
    return set(changes.connection.execute(query).scalars())


def _invert_updates(
    changes: Changes, actor: Actor, spec: ModuleSpec, rows: Sequence[Mapping[str, Any]], result: Undone
) -> None:
    loaded = pipeline.load(changes, actor, spec, [r["record_id"] for r in rows], "edit")
    context = ctx(actor)
    drafts: list[Draft] = []
    for row in rows:
        now = loaded.get(row["record_id"])
        if now is None:
            result.refused.append(N_("A record is deleted or out of your reach and stays as it is."))
            continue
        after, stays = dict(now), []
        for name, left in (row["after"] or {}).items():
            if name not in spec.by_name:
                continue
            if pipeline.to_json(spec, name, now.get(name)) == left:
                after[name] = pipeline.from_json(spec, name, (row["before"] or {}).get(name))
            else:
                stays.append(name)
        draft = Draft(actor, context, spec, row["record_id"], now, after, frozenset(row["after"] or ()), now["version"])
        if stays:  # what follows from a field that stays and one that went back is neither value of the log
            pipeline.derive(draft)
        result.refused += [_stays(actor, spec, name) for name in stays if not draft.changed(name)]
        if draft.changes:
            drafts.append(draft)
    if not drafts:
        return
    pipeline.write(changes, registry.snapshot().table(spec.api_name), drafts)
    pipeline.log_updates(changes, spec, drafts)
    record_links.write(changes, spec, drafts)
    module_rules = rules.of(spec.api_name)
    if module_rules is not None:
        module_rules.after_save(changes, drafts)
    result.done += len(drafts)


def _stays(actor: Actor, spec: ModuleSpec, name: str) -> Text:
    if not actor.sees(spec, name):
        return N_("A field was changed since and stays as it is.")
    return N_("“%(field)s” was changed since and stays as it is.", field=spec.by_name[name].label)


def _gives_rights(name: str, row: Mapping[str, Any]) -> bool:
    """Whether a change of a system table decides what somebody may do: its author may have lost the right to decide that."""
    touched = {*(row["before"] or {}), *(row["after"] or {})}
    return name in ("Profile", "Role", "SharingDefault") or (name == "User" and bool(touched & {"profile_id", "role_id", "active"}))


def _invert_system(changes: Changes, name: str, op: str, row: Mapping[str, Any], result: Undone) -> None:
    """The inverse of a change of a system table: the row goes away, comes back, or gets its former values."""
    model = getattr(system, name)
    table = model.__table__
    if name == "User" and (reason := people.before_undo(changes, op, row)):
        result.refused.append(reason)
        return
    if name == "Setting":
        for key, value in (row["before"] or {}).items():
            changes.set_setting(key, value)
    elif name == "SharingDefault":  # its key is the module, which stands in the image
        for key, value in row["before"].items():
            write_sharing_default(changes.connection, key, value)
        changes.record("$SharingDefault", 1, "update", row["after"], row["before"])
    elif op == "create":
        changes.delete(model, row["record_id"])
    elif op == "delete":
        image = _typed(table, row["before"])
        changes.connection.execute(insert(table).values(**image))
        changes.record(f"${name}", row["record_id"], "create", None, row["before"])
    else:
        now = changes.connection.execute(select(table).where(table.c.id == row["record_id"])).mappings().first()
        if now is None:
            result.refused.append(N_("What this change was about no longer exists."))
            return
        left = _typed(table, row["after"])
        back = _typed(table, row["before"])
        same = {k: back.get(k) for k, v in left.items() if now[k] == v}
        result.refused += [N_("A setting was changed since and stays as it is.") for k in left if k not in same]
        changes.update(model, row["record_id"], same)
    if name in _COUNTERS:
        bump(changes.connection, _COUNTERS[name])
        changes.topics.add(("schema",) if _COUNTERS[name] == "schema_version" else ("access",))
    result.done += 1


def _typed(table: Any, image: Mapping[str, Any] | None) -> dict[str, Any]:
    """Column values out of the log's JSON."""
    values: dict[str, Any] = {}
    for key, value in (image or {}).items():
        column = table.c.get(key)
        if column is None:
            continue
        if isinstance(value, str) and isinstance(column.type, Instant):
            value = datetime.fromisoformat(value)
        elif isinstance(value, str) and isinstance(column.type, sql.Date):
            value = date.fromisoformat(value)
        values[key] = value
    return values
