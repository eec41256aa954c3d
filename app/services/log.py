"""The log: who changed what, when, from where. Every write happens inside a change set; undo, timeline, audit read it.

Invariants: a change set's rows, the changed rows and the outbox are one transaction (a bulk job: one change set of several, which
name the same `set_id`). `before` and `after` hold changed fields only, as exact JSON keyed by field name; creating stores no image.
Changes of the system's own tables (views, profiles, notes…) are logged under "$" + the table's class and can be undone as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlmodel import SQLModel

from app.base import clock
from app.base.events import ANY, Topic
from app.base.i18n import Text
from app.base.ids import new_id
from app.database.engine import current
from app.database.wake import committed, transaction_id
from app.modules import system
from app.modules.system import Change, ChangeSet, Outbox
from app.services.actor import Actor

_IDS_PER_OUTBOX_ROW = 200
_SECRET = {"password_hash", "token_hash"}
CHANGE_SET = ChangeSet.__table__  # type: ignore[attr-defined]
CHANGE = Change.__table__  # type: ignore[attr-defined]
OUTBOX = Outbox.__table__  # type: ignore[attr-defined]


@dataclass
class Changes:
    """An open change set: the connection to write with, and what was written so far."""

    connection: Connection
    actor: Actor
    set_id: int
    at: datetime
    rows: list[dict[str, Any]] = field(default_factory=list)
    touched: dict[str, list[int]] = field(default_factory=dict)
    topics: set[Topic] = field(default_factory=set)
    _after: list[Callable[[], None]] = field(default_factory=list)

    def record(
        self,
        module: str,
        record_id: int,
        op: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        version: int = 0,
    ) -> None:
        """Notes a change that the caller makes on `connection`. `op`: create, update, delete, restore, purge."""
        self.rows.append(
            {"id": new_id(), "set_id": self.set_id, "module": module, "record_id": record_id, "op": op, "version": version,
             "before": dict(before) if before else None, "after": dict(after) if after else None}
        )  # fmt: skip
        self.touched.setdefault(module, []).append(record_id)

    def insert(self, model: type[SQLModel], values: Mapping[str, Any]) -> int:
        """Adds a row of a system table and logs it; returns its id (made when `values` has none)."""
        row = {"id": new_id(), **values}
        self.connection.execute(insert(_table(model)).values(**row))
        self.record(f"${model.__name__}", row["id"], "create", None, _plain(row))
        return int(row["id"])

    def update(self, model: type[SQLModel], row_id: int, values: Mapping[str, Any]) -> bool:
        """Changes a row of a system table and logs what differs; False when the row is not there."""
        table = _table(model)
        row = self.connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
        if row is None:
            return False
        changed = {k: v for k, v in values.items() if row[k] != v}
        if changed:
            self.connection.execute(update(table).where(table.c.id == row_id).values(**changed))
            self.record(f"${model.__name__}", row_id, "update", _plain({k: row[k] for k in changed}), _plain(changed))
        return True

    def delete(self, model: type[SQLModel], row_id: int) -> bool:
        """Removes a row of a system table and logs its image; False when it is not there."""
        table = _table(model)
        row = self.connection.execute(select(table).where(table.c.id == row_id)).mappings().first()
        if row is None:
            return False
        self.connection.execute(table.delete().where(table.c.id == row_id))
        self.record(f"${model.__name__}", row_id, "delete", _plain(dict(row)), None)
        return True

    def set_setting(self, key: str, value: Any) -> None:
        """Keeps a company-wide setting and logs the change (its key stands in the image)."""
        table = _table(system.Setting)
        row = self.connection.execute(select(table).where(table.c.key == key)).mappings().first()
        if row is None:
            self.connection.execute(insert(table).values(key=key, value=value))
        elif row["value"] == value:
            return
        else:
            self.connection.execute(update(table).where(table.c.key == key).values(value=value))
        before = {key: row["value"] if row else None}
        self.record("$Setting", 1, "update", before, {key: value})
        bump(self.connection, "settings_version")
        self.topics.add(("settings",))

    def after_commit(self, call: Callable[[], None]) -> None:
        """Runs `call` once the transaction is committed; not when it is rolled back."""
        self._after.append(call)


@contextmanager
def change_set(
    actor: Actor,
    label: Text,
    *,
    source: str | None = None,
    reason: str | None = None,
    job_id: int | None = None,
    bulk: bool = False,
    set_id: int | None = None,
    undo_of: int | None = None,
    within: Changes | None = None,
) -> Iterator[Changes]:
    """Opens the writing transaction of one action of `actor`; commits at the end, rolls back on any exception.

    `within` joins an action that is already open. `bulk` lets interactive writers go first. A `set_id` that exists already is
    continued: that is how a job writes one change set in many transactions.
    """
    if within is not None:
        yield within
        return
    number = set_id or new_id()
    with current().writing(bulk=bulk, set_id=number) as connection:
        changes = Changes(connection, actor, number, clock.now())
        yield changes
        _write(changes, label, source or actor.source, reason, job_id, undo_of)
    published = set(changes.topics) | topics_of(changes.touched)
    committed(published)
    for call in changes._after:
        call()


def _write(changes: Changes, label: Text, source: str, reason: str | None, job_id: int | None, undo_of: int | None) -> None:
    if not changes.rows:
        return
    connection = changes.connection
    known = connection.execute(select(CHANGE_SET.c.id).where(CHANGE_SET.c.id == changes.set_id)).first()
    if known is None:
        connection.execute(
            insert(CHANGE_SET).values(
                id=changes.set_id, at=changes.at, user_id=changes.actor.user_id or None, source=source, label=label.as_json(),
                reason=reason, session_id=changes.actor.session_id, job_id=job_id, undo_of=undo_of,
            )
        )  # fmt: skip
    connection.execute(insert(CHANGE), changes.rows)
    rows = [
        {"id": new_id(), "set_id": changes.set_id, "module": module, "at": changes.at,
         "ids": ids if len(ids) <= _IDS_PER_OUTBOX_ROW else None}
        for module, ids in changes.touched.items()
    ]  # fmt: skip
    connection.execute(insert(OUTBOX).values(txid=transaction_id(connection)), rows)


def topics_of(touched: Mapping[str, Iterable[int]]) -> set[Topic]:
    """The topics that pages subscribe to, for records touched: the module, and each record when they are few."""
    topics: set[Topic] = set()
    for module, ids in touched.items():
        topics.add(("module", module))
        few = list(ids)
        if len(few) <= _IDS_PER_OUTBOX_ROW:
            topics.update(("record", module, str(i)) for i in few)
        else:
            topics.add(("record", module, ANY))
    return topics


def bump(connection: Connection, counter: str) -> None:
    """Raises a counter of `schema_state`, so that every process notices at its next unit of work."""
    state = system.SchemaState.__table__  # type: ignore[attr-defined]
    connection.execute(update(state).values({counter: state.c[counter] + 1}))


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a system row as JSON; instants and days as ISO text; secrets stay out of the log."""
    return {k: v.isoformat() if isinstance(v, datetime | date) else v for k, v in values.items() if k not in _SECRET}
