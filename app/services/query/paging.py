"""Reading lists: a page by key, all records in batches, one record, the titles that match what is being typed.

Invariants: a page is one transaction and at most two statements for its rows, one for the titles of its links and one for fields with
several links, however many rows it has. No row is given twice and none is skipped while somebody adds or removes others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, case, func, literal, null, select, union_all

from app.base.errors import NotFound
from app.base.i18n import N_
from app.base.ids import parse_id
from app.base.text import fold
from app.database import engine
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.services.actor import Actor, ctx
from app.services.query import titles as link_titles
from app.services.query.cursors import Cursor, decode, encode
from app.services.query.ordering import Order, Phase, Sort, order_of
from app.services.query.rows import LinkTitle, Page, Row
from app.services.query.source import FilterLike, Source, snapshot, unindexed

MAX_ROWS = 1_000
UNKNOWN_RECORD = N_("This record does not exist, or you do not have access to it.")


def page(
    actor: Actor,
    module: str,
    *,
    fields: Sequence[str] | None = None,
    filter: FilterLike = None,
    text: str = "",
    sort: Sort = (),
    after: str | None = None,
    offset: int | None = None,
    limit: int = 100,
    deleted: bool | None = False,
) -> Page:
    """One page of a list: `limit` rows (1 to 1,000) after the cursor `after`, or after skipping `offset` rows (slower: for jumps).

    `fields`: names; those hidden from the actor are left out; None: all they see. `filter`: a tree in JSON or a parsed one.
    `deleted`: True for the recycle bin, None for either. Raises `Forbidden`, `Invalid`, `NotFound` (no such field).
    """
    limit = max(1, min(int(limit), MAX_ROWS))
    with engine.reading() as connection:
        source = Source(connection, actor, module, filter=filter, text=text, deleted=deleted)
        order = order_of(source, sort)
        chosen = source.fields(fields)
        start = decode(order, after) if after else None
        found = _read(source, order, chosen, start, max(0, offset or 0), limit + 1)
        rows = source.rows(found[:limit], chosen)
        link_titles.resolve(connection, actor, source.modules, source.ctx, rows, chosen)
    more = len(found) > limit
    whole = not more and start is None and not offset
    return Page(rows, encode(order, _cursor(order, found[limit - 1])) if more else None, len(rows) if whole else None)


def stream(
    actor: Actor,
    module: str,
    *,
    fields: Sequence[str] | None = None,
    filter: FilterLike = None,
    text: str = "",
    sort: Sort = (),
    deleted: bool | None = False,
    batch: int = 1_000,
) -> Iterator[list[Row]]:
    """Every record, in batches, out of one consistent snapshot: for exports and jobs. Close it or read it to the end."""
    with engine.current().reading(alone=True) as connection:
        source = Source(connection, actor, module, filter=filter, text=text, deleted=deleted)
        order = order_of(source, sort)
        chosen = source.fields(fields)
        start: Cursor | None = None
        while True:
            found = _read(source, order, chosen, start, 0, batch)
            rows = source.rows(found, chosen)
            link_titles.resolve(connection, actor, source.modules, source.ctx, rows, chosen)
            if rows:
                yield rows
            if len(found) < batch:
                return
            start = _cursor(order, found[-1])


def get(
    actor: Actor, module: str, record_id: str | int, *, deleted: bool | None = False, fields: Sequence[str] | None = None
) -> Row:
    """One record with every field that the actor sees. `NotFound` when it does not exist or is out of sight: one cannot tell."""
    number = parse_id(record_id)
    with engine.reading() as connection:
        source = Source(connection, actor, module, deleted=deleted)
        chosen = source.fields(fields)
        query = select(*source.columns(chosen)).where(source.table.c.id == number, source.where())
        found = connection.execute(query).mappings().all()
        if not found:
            raise NotFound(UNKNOWN_RECORD)
        rows = source.rows(found, chosen)
        link_titles.resolve(connection, actor, source.modules, source.ctx, rows, chosen)
    return rows[0]


def titles(actor: Actor, module: str, ids: Iterable[str | int]) -> dict[int, LinkTitle]:
    """Titles by id; a record that is out of sight or gone is `restricted`."""
    numbers = {parse_id(i) for i in ids}
    with engine.reading() as connection:
        modules = snapshot(connection)
        spec = modules.module(module)
        known = link_titles.find(connection, actor, modules, ctx(actor), {spec.api_name: numbers})
    return {n: known.get((spec.api_name, n), LinkTitle(n, "", restricted=True, module=spec.api_name)) for n in numbers}


def lookup(actor: Actor, module: str, text: str, limit: int = 12, *, filter: FilterLike = None) -> list[dict[str, Any]]:
    """Records for a picker while one types: those whose title begins so, then those that the quick search finds.

    [{"id", "title", "subtitle"}]; nothing typed gives the records changed last.
    """
    limit = max(1, min(int(limit), 100))
    with engine.reading() as connection:
        source = Source(connection, actor, module, filter=filter)
        spec, table = source.spec, source.table
        names = [spec.subtitle] if spec.subtitle and source.actor.sees(spec, spec.subtitle) else []
        chosen = source.fields(names)
        columns = source.columns(chosen)
        shadow = table.c.get(spec.title + "_f")
        found: list[RowMapping] = []
        start = fold(text)
        if not start or shadow is None:
            recent = select(*columns).where(source.where()).order_by(table.c.modified_at.desc(), table.c.id.desc()).limit(limit)
            found = list(connection.execute(recent).mappings())
        else:
            begins = and_(shadow >= start, shadow < start + "\U0010ffff")
            query = select(*columns).where(begins, source.where()).order_by(shadow, table.c.id).limit(limit)
            found = list(connection.execute(query).mappings())
            if len(found) < limit:
                source.text = text
                others = table.c.id.not_in([row["id"] for row in found])
                name = unindexed(connection, shadow) if source.is_rare() else shadow
                query = select(*columns).where(source.where(), others).order_by(name, table.c.id).limit(limit - len(found))
                found += connection.execute(query).mappings()
        rows = source.rows(found, chosen)
        link_titles.resolve(connection, actor, source.modules, source.ctx, rows, chosen)
    return [{"id": str(row.id), "title": row.title, "subtitle": _subtitle(row, source, chosen)} for row in rows]


def _subtitle(row: Row, source: Source, fields: Sequence[FieldSpec]) -> str:
    for field in fields:
        link = row.links.get(field.name)
        if isinstance(link, LinkTitle):
            return "" if link.restricted else link.title
        value = row.values.get(field.name)
        return "" if value is None else types[field.type].format(value, field, source.ctx)
    return ""


def _read(
    source: Source, order: Order, fields: Sequence[FieldSpec], start: Cursor | None, offset: int, need: int
) -> list[RowMapping]:
    """Up to `need` rows with their key values, from the cursor or offset on: the phase begun, then all that follow at once."""
    columns = source.columns(fields)
    number, values = (start.phase, start.values) if start else (0, None)
    if offset and len(order.phases) > 2:
        number, offset = _place(source, order, offset)
    found = _phase(source, order, columns, number, values, offset, need) if number < len(order.phases) else []
    if offset and not found and number == 0 and len(order.phases) == 2:  # beyond the values: how far into the blanks?
        number, offset = _place(source, order, offset)
        found = _phase(source, order, columns, number, None, offset, need) if number < len(order.phases) else []
    left, following = need - len(found), range(number + 1, len(order.phases))
    if left and len(following) == 1:
        found += _phase(source, order, columns, following[0], None, 0, left)
    elif left and following:
        found += source.connection.execute(_one_after_the_other(source, order, columns, following, left)).mappings()
    return found


def _phase(
    source: Source,
    order: Order,
    columns: Sequence[ColumnElement[Any]],
    number: int,
    values: Sequence[Any] | None,
    offset: int,
    need: int,
) -> list[RowMapping]:
    query = _phase_query(source, order, columns, number)
    if values is not None:
        query = query.where(order.phases[number].after(values))
    query = query.order_by(*order.phases[number].order()).limit(need)
    return list(source.connection.execute(query.offset(offset) if offset else query).mappings().all())  # all at once: half the time


def _phase_query(source: Source, order: Order, columns: Sequence[ColumnElement[Any]], number: int) -> Select[Any]:
    phase = order.phases[number]
    keys: list[ColumnElement[Any]] = [key.expression.label(_name(phase, place)) for place, key in enumerate(phase.keys)]
    query = select(*columns, literal(number).label("_phase"), *keys).select_from(phase.from_)
    return query.where(source.where(), phase.where)


def _one_after_the_other(
    source: Source, order: Order, columns: Sequence[ColumnElement[Any]], numbers: Sequence[int], limit: int
) -> Select[Any]:
    """Several phases in one statement, each limited, so that an index serves each; the outer order keeps each phase's own."""
    longest = max((order.phases[number] for number in numbers), key=lambda phase: len(phase.keys))
    parts: list[Select[Any]] = []
    for number in numbers:
        phase = order.phases[number]
        query = _phase_query(source, order, columns, number).order_by(*phase.order()).limit(limit)
        lacking = [null().label(_name(longest, place)) for place in range(len(longest.keys) - len(phase.keys))]
        part = query.subquery()
        parts.append(
            select(
                *(c for c in part.c if not c.name.startswith("_k")), *lacking, *(c for c in part.c if c.name.startswith("_k"))
            )
        )
    whole = union_all(*parts).subquery()
    ordering = [replace(key, expression=whole.c[_name(longest, place)]).order() for place, key in enumerate(longest.keys)]
    return select(whole).order_by(whole.c._phase, *(part for key in ordering for part in key)).limit(limit)


def _place(source: Source, order: Order, offset: int) -> tuple[int, int]:
    """The phase that holds the row after `offset` others, and how many of that phase come before it."""
    number = case(*((phase.where, place) for place, phase in enumerate(order.phases))).label("_place")
    query = select(number, func.count()).select_from(order.from_).where(source.where()).group_by("_place")
    counts = {place: int(n) for place, n in source.connection.execute(query)}
    for place in range(len(order.phases)):
        if offset < counts.get(place, 0):
            return place, offset
        offset -= counts.get(place, 0)
    return len(order.phases), 0


def _name(phase: Phase, place: int) -> str:
    """The label of a key, counted from the id backwards, so that phases with and without a first column line up."""
    return f"_k{len(phase.keys) - 1 - place}"


def _cursor(order: Order, row: RowMapping) -> Cursor:
    phase = order.phases[row["_phase"]]
    return Cursor(row["_phase"], tuple(row[_name(phase, place)] for place in range(len(phase.keys))))
