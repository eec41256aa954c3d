"""The timeline of a record: a reading of the log, newest first, as far as the reader may see; and the record "as it was on".

A hidden field is not mentioned; a change of nothing but hidden fields is not shown. Links are named under the reader's own rights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, exists, select

from app.base.errors import NotFound
from app.base.i18n import N_, Text, _
from app.base.ids import parse_id
from app.database.engine import current
from app.fields.registry import types
from app.fields.spec import Ctx, FieldSpec
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.modules.system import User
from app.services import pipeline, query
from app.services.actor import Actor, ctx
from app.services.log import CHANGE, CHANGE_SET

_USER = User.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of a timeline: plain data for the screen, and where the next page begins (None at the end)."""

    entries: list[dict[str, Any]]
    next: str | None


def timeline(actor: Actor, module: str, record_id: str | int, *, after: str | None = None, limit: int = 30) -> Entries:
    """What happened to a record. Each entry: {id, at, op, by, source, set, label, undoable, undone, shared, changes: [{field, label,
    before, after}]}; `shared`: other records changed in the same set; instants in ISO, values in words.

    Raises `NotFound` when the record is out of sight.
    """
    spec = registry.snapshot().module(module)
    number = parse_id(record_id)
    with current().reading() as connection:
        query.get(actor, module, number, deleted=None)
        other = CHANGE.alias()
        shared = exists().where(other.c.set_id == CHANGE.c.set_id, other.c.record_id != CHANGE.c.record_id).correlate(CHANGE)
        rows = (
            select(CHANGE, shared.label("shared"), CHANGE_SET.c.at, CHANGE_SET.c.user_id, CHANGE_SET.c.source, CHANGE_SET.c.label,
                   CHANGE_SET.c.undone_by, CHANGE_SET.c.undo_of, _USER.c.name.label("by"))
            .join(CHANGE_SET, CHANGE_SET.c.id == CHANGE.c.set_id)
            .outerjoin(_USER, _USER.c.id == CHANGE_SET.c.user_id)
            .where(CHANGE.c.module == spec.api_name, CHANGE.c.record_id == number)
            .order_by(CHANGE.c.id.desc())
            .limit(limit + 1)
        )  # fmt: skip
        if after is not None:
            rows = rows.where(CHANGE.c.id < parse_id(after))
        found = connection.execute(rows).mappings().all()
        page = found[:limit]
        titles = _titles(actor, spec, page)
    context = ctx(actor)
    entries = [_entry(actor, spec, context, row, titles) for row in page]
    following = str(page[-1]["id"]) if len(found) > limit else None
    return Entries([e for e in entries if e is not None], following)


def as_it_was(actor: Actor, module: str, record_id: str | int, at: datetime) -> dict[str, Any]:
    """The record's values, by field name, as they were at that instant: today's with every later change taken back.

    Raises `NotFound` when the record is out of sight, or did not exist yet.
    """
    spec = registry.snapshot().module(module)
    number = parse_id(record_id)
    with current().reading() as connection:
        row = query.get(actor, module, number, deleted=None)
        rows = (
            select(CHANGE.c.op, CHANGE.c.before)
            .join(CHANGE_SET, CHANGE_SET.c.id == CHANGE.c.set_id)
            .where(CHANGE.c.module == spec.api_name, CHANGE.c.record_id == number, CHANGE_SET.c.at > at)
            .order_by(CHANGE.c.id.desc())
        )
        later = connection.execute(rows).all()
    values = dict(row.values)
    for op, before in later:
        if op == "create":
            raise NotFound(N_("This record did not exist on that day."))
        for name, data in (before or {}).items():
            if name in values:
                values[name] = pipeline.from_json(spec, name, data)
    return values


def in_words(actor: Actor, f: FieldSpec, value: Any, context: Ctx) -> str:
    """A field's value as the actor reads it, links by name as far as they may see them."""
    if value is None:
        return ""
    module = {"person": "", "link": f.target, "multi_link": f.target}.get(f.type)
    titles = {} if module is None else {module: _names(actor, module, {value} if isinstance(value, int) else set(value))}
    return _words(f, types[f.type].to_json(value, f), context, titles)


def _titles(actor: Actor, spec: ModuleSpec, rows: Sequence[RowMapping]) -> dict[str, dict[int, str]]:
    """Names of everything that the entries link to: {module, or "" for people: {id: name}}."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        for image in (row["before"], row["after"]):
            for name, data in (image or {}).items():
                f = spec.by_name.get(name)
                if f is None or data is None:
                    continue
                if f.type == "person":
                    wanted.setdefault("", set()).add(int(data))
                elif f.type == "link":
                    wanted.setdefault(f.target, set()).add(int(data))
                elif f.type == "multi_link":
                    wanted.setdefault(f.target, set()).update(int(i) for i in data)
    return {module: _names(actor, module, ids) for module, ids in wanted.items()}


def _names(actor: Actor, module: str, ids: set[int]) -> dict[int, str]:
    if module:
        return {i: link.title or "" for i, link in query.titles(actor, module, ids).items() if not link.restricted}
    with current().reading() as connection:
        rows = connection.execute(select(_USER.c.id, _USER.c.name).where(_USER.c.id.in_(ids)))
        return {row.id: row.name for row in rows}


def _entry(
    actor: Actor, spec: ModuleSpec, context: Ctx, row: RowMapping, titles: Mapping[str, Mapping[int, str]]
) -> dict[str, Any] | None:
    before, after = row["before"] or {}, row["after"] or {}
    changes = []
    for name in after:
        f = spec.by_name.get(name)
        if f is None or not actor.sees(spec, f):
            continue
        changes.append(
            {"field": name, "label": str(f.label), "before": _words(f, before.get(name), context, titles),
             "after": _words(f, after.get(name), context, titles)}
        )  # fmt: skip
    if after and not changes:
        return None
    mine = row["user_id"] == (actor.user_id or None)
    return {
        "id": str(row["id"]),
        "at": row["at"].isoformat(),
        "op": row["op"],
        "by": row["by"] or _("Comptoir"),
        "by_id": str(row["user_id"]) if row["user_id"] else None,
        "source": row["source"],
        "set": str(row["set_id"]),
        "label": str(Text.from_json(row["label"])),
        "undo_of": str(row["undo_of"]) if row["undo_of"] else None,
        "undone": row["undone_by"] is not None,
        "undoable": row["undone_by"] is None and (mine or actor.tool("undo_others")) and row["op"] != "purge",
        "shared": bool(row["shared"]),
        "changes": changes,
    }


def _words(f: FieldSpec, data: Any, context: Ctx, titles: Mapping[str, Mapping[int, str]]) -> str:
    if data is None:
        return ""
    if f.type in ("person", "link"):
        return titles.get("" if f.type == "person" else f.target, {}).get(int(data)) or _("Restricted access")
    if f.type == "multi_link":
        names = titles.get(f.target, {})
        return ", ".join(names.get(int(i)) or _("Restricted access") for i in data)
    kind = types[f.type]
    return kind.format(kind.from_json(data, f), f, context)
