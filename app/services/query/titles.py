"""What links point to, under the reader's own rights: one statement for all links of a page, whatever modules they lead to.

Invariant: a record that the reader may not see gives neither its title nor its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, literal, select, union_all

from app.fields.registry import types
from app.fields.spec import Ctx, FieldSpec
from app.modules.registry import Snapshot
from app.modules.system import RecordLink
from app.services import access, directory
from app.services.actor import Actor
from app.services.query.rows import HIDDEN_LINK, LinkTitle, Row
from app.services.tables import table as table_of

Known = dict[tuple[str, int], LinkTitle]
_link = table_of(RecordLink)
_CHUNK = 500


def resolve(
    connection: Connection, actor: Actor, modules: Snapshot, ctx: Ctx, rows: Sequence[Row], fields: Iterable[FieldSpec]
) -> None:
    """Fills in `Row.links` for these fields, and takes ids out of sight from `Row.values`."""
    link_fields = [f for f in fields if f.type in ("link", "person", "any_link", "multi_link")]
    if not rows or not link_fields:
        return
    _load_several(connection, rows, [f for f in link_fields if f.type == "multi_link"])
    wanted: dict[str, set[int]] = {}
    for field in link_fields:
        values = [value for row in rows if (value := row.values.get(field.name)) is not None]
        if field.type in ("link", "person"):
            wanted.setdefault(field.target, set()).update(values)
        else:
            for value in values:
                for module, number in _targets(field, value):
                    wanted.setdefault(module, set()).add(number)
    known = find(connection, actor, modules, ctx, wanted)
    for field in link_fields:
        if field.type in ("link", "person"):
            _attach_single(rows, field.name, field.target, known)
        else:
            for row in rows:
                _attach(row, field, known)


def find(connection: Connection, actor: Actor, modules: Snapshot, ctx: Ctx, wanted: dict[str, set[int]]) -> Known:
    """Titles by module ("" for people) and id; what is out of sight or gone is absent."""
    known: Known = {}
    if people := wanted.pop("", None):
        everybody = directory.people()
        for number in people & everybody.keys():
            person = everybody[number]
            known["", number] = LinkTitle(number, person.name, deleted=not person.active)
    statements: list[Select[Any]] = []
    for module, numbers in sorted(wanted.items()):
        if module not in {
            m.api_name for m in modules.modules
        }:  # a plugin that was taken away: its records are hidden, not gone
            continue
        spec, table = modules.module(module), modules.table(module)
        if not actor.sees(spec, spec.title) or not actor.can(spec, "read"):
            continue
        ids = sorted(numbers)
        for start in range(0, len(ids), _CHUNK):
            some = table.c.id.in_(ids[start : start + _CHUNK])
            columns = (literal(module).label("module"), table.c.id, table.c[spec.title].label("title"), table.c.deleted_at)
            statements.append(select(*columns).where(some, access.scope(actor, spec, "read", table)))
    if statements:
        for module, number, value, deleted_at in connection.execute(union_all(*statements)).all():
            title = modules.module(module).title_field
            words = types[title.type].format(value, title, ctx)
            known[module, number] = LinkTitle(number, words, deleted=deleted_at is not None, module=module)
    return known


def _attach_single(rows: Sequence[Row], name: str, module: str, known: Known) -> None:
    for row in rows:
        value = row.values.get(name)
        if value is not None:
            link = row.links[name] = known.get((module, value), HIDDEN_LINK)
            if link is HIDDEN_LINK:
                row.values[name] = None


def _targets(field: FieldSpec, value: Any) -> list[tuple[str, int]]:
    """(module, id) of a value of a field that links to any module, or to several records."""
    if value is None:
        return []
    return [value] if field.type == "any_link" else [(field.target, number) for number in value]


def _attach(row: Row, field: FieldSpec, known: Known) -> None:
    targets = _targets(field, row.values.get(field.name))
    if not targets:
        return
    found = [known.get(target, HIDDEN_LINK) for target in targets]
    if field.type == "multi_link":
        row.links[field.name] = tuple(found)
        row.values[field.name] = tuple(link.id for link in found if not link.restricted) or None
    else:
        row.links[field.name] = found[0]
        if found[0].restricted:
            row.values[field.name] = None


def _load_several(connection: Connection, rows: Sequence[Row], fields: Sequence[FieldSpec]) -> None:
    if not fields:
        return
    found: dict[tuple[str, int], list[int]] = {}
    numbers = [row.id for row in rows]
    for start in range(0, len(numbers), _CHUNK):
        query = select(_link.c.field, _link.c.from_id, _link.c.to_id).where(
            _link.c.module == rows[0].module,
            _link.c.field.in_([f.name for f in fields]),
            _link.c.from_id.in_(numbers[start : start + _CHUNK]),
        )
        for name, from_id, to_id in connection.execute(query):
            found.setdefault((name, from_id), []).append(to_id)
    for row in rows:
        for field in fields:
            row.values[field.name] = tuple(sorted(found.get((field.name, row.id), ()))) or None
