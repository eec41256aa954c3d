"""Notes on records. They have no rights of their own: one reads and writes them through a record that one may see.

Invariants: a note is changed or deleted by its author, or by whoever may edit the record's module as an administrator; every change
is in the log and can be undone. The text is plain; line breaks are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, func, select

from app.base import clock
from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_
from app.base.ids import parse_id
from app.database.engine import reading
from app.modules import registry
from app.modules.system import Note, User
from app.services import query
from app.services.actor import Actor
from app.services.log import change_set

MAX_LENGTH = 32_000
_NOTE, _USER = Note.__table__, User.__table__  # type: ignore[attr-defined]


def notes(actor: Actor, module: str, record_id: str | int, *, limit: int = 100) -> list[dict[str, Any]]:
    """The notes of a record, newest first: [{id, content, by, by_id, at, modified, mine, version}]. `NotFound` when out of sight."""
    api_name, number = _parent(actor, module, record_id)
    with reading() as connection:
        rows = connection.execute(
            select(_NOTE, _USER.c.name.label("by"))
            .outerjoin(_USER, _USER.c.id == _NOTE.c.owner_id)
            .where(_NOTE.c.parent_module == api_name, _NOTE.c.parent_id == number, _NOTE.c.deleted_at.is_(None))
            .order_by(_NOTE.c.created_at.desc(), _NOTE.c.id.desc())
            .limit(limit)
        ).mappings()
        return [_plain(actor, row) for row in rows]


def count(actor: Actor, module: str, record_id: str | int) -> int:
    """How many notes a record has."""
    api_name, number = _parent(actor, module, record_id)
    with reading() as connection:
        where = (_NOTE.c.parent_module == api_name, _NOTE.c.parent_id == number, _NOTE.c.deleted_at.is_(None))
        return int(connection.execute(select(func.count()).select_from(_NOTE).where(*where)).scalar_one())


def add(actor: Actor, module: str, record_id: str | int, content: str) -> dict[str, Any]:
    """Writes a note on a record that one may see; returns {id, set_id}."""
    api_name, number = _parent(actor, module, record_id)
    text = _checked(content)
    now = clock.now()
    with change_set(actor, N_("Note added")) as changes:
        values: Mapping[str, Any] = {
            "parent_module": api_name, "parent_id": number, "title": "", "content": text, "owner_id": actor.user_id,
            "created_at": now, "modified_at": now, "deleted_at": None, "version": 1,
        }  # fmt: skip
        note_id = changes.insert(Note, values)
        changes.topics.add(("record", api_name, str(number)))
        return {"id": str(note_id), "set_id": str(changes.set_id)}


def edit(actor: Actor, note_id: str | int, content: str) -> str:
    """Changes the text of one's note; returns the change set's id."""
    return _change(actor, note_id, N_("Note changed"), {"content": _checked(content)})


def remove(actor: Actor, note_id: str | int) -> str:
    """Deletes one's note; returns the change set's id, which undoes it."""
    return _change(actor, note_id, N_("Note deleted"), {"deleted_at": clock.now()})


def _change(actor: Actor, note_id: str | int, label: Any, values: dict[str, Any]) -> str:
    number = parse_id(note_id)
    with change_set(actor, label) as changes:
        row = (
            changes.connection.execute(select(_NOTE).where(_NOTE.c.id == number, _NOTE.c.deleted_at.is_(None)))
            .mappings()
            .first()
        )
        if row is None:
            raise NotFound(N_("This note does not exist any more."))
        _parent(actor, row["parent_module"], row["parent_id"])
        if row["owner_id"] != actor.user_id and not actor.is_admin:
            raise Forbidden(N_("Only the author of a note can change it."))
        changes.update(Note, number, {**values, "modified_at": clock.now(), "version": row["version"] + 1})
        changes.topics.add(("record", row["parent_module"], str(row["parent_id"])))
        return str(changes.set_id)


def _parent(actor: Actor, module: str, record_id: str | int) -> tuple[str, int]:
    """The record that a note is on, if the actor may see it; `NotFound` otherwise."""
    spec = registry.snapshot().module(module)
    row = query.get(actor, spec.api_name, record_id, deleted=None, fields=[spec.title])
    return spec.api_name, row.id


def _checked(content: str) -> str:
    text = content.replace("\x00", "").strip()
    if not text:
        raise Invalid({"content": N_("Write something first.")})
    if len(text) > MAX_LENGTH:
        raise Invalid(
            {"content": N_("A note has %(limit)s characters at most; this one has %(n)s.", limit=MAX_LENGTH, n=len(text))}
        )
    return text


def _plain(actor: Actor, row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "content": row["content"],
        "by": row["by"] or "",
        "by_id": str(row["owner_id"]),
        "at": row["created_at"].isoformat(),
        "modified": row["modified_at"].isoformat() if row["version"] > 1 else None,
        "mine": row["owner_id"] == actor.user_id or actor.is_admin,
        "version": row["version"],
    }
