"""Figures over the records that an actor sees: counts, sums, groups, and the values that a filter panel offers.

Invariants: sums across records are in the company's currency (`_c`) and exact: SQL adds integers, averages are divided here. Counts
for people stop at a cap, because nobody reads "12,345,678". A facet's counts apply every filter but its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select

from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.database import engine
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.services.actor import Actor
from app.services.query import titles as link_titles
from app.services.query.buckets import bucket_label, bucket_of, day_of
from app.services.query.rows import RESTRICTED, Chip, Count, Group
from app.services.query.source import FilterLike, Source, kind, sort_suffix, unindexed

CAP = 10_000
_CHIPS = 50
_GROUPS = 1_000
_NUMBERS = ("integer", "decimal", "percent", "money")
_CHIP_KINDS = ("picklist", "multi_picklist", "boolean", "link", "person")
Wanted = Sequence[str | tuple[str, str]]


def count(
    actor: Actor, module: str, *, filter: FilterLike = None, text: str = "", deleted: bool | None = False, cap: int | None = CAP
) -> Count:
    """How many records there are, counted up to `cap`; None counts them all (a full scan)."""
    with engine.reading() as connection:
        source = Source(connection, actor, module, filter=filter, text=text, deleted=deleted)
        if cap is None:
            query: Select[Any] = select(func.count()).select_from(source.table).where(source.where())
        else:
            some = select(source.table.c.id).where(source.where()).limit(cap + 1).subquery()
            query = select(func.count()).select_from(some)
        n = int(connection.execute(query).scalar_one())
    return Count(min(n, cap), n > cap) if cap is not None else Count(n)


def totals(
    actor: Actor, module: str, fields: Iterable[str], *, filter: FilterLike = None, text: str = "", deleted: bool | None = False
) -> dict[str, Any]:
    """Sums of number fields, amounts in the company's currency, and the number of records: {"count": 3, "amount": Decimal}.

    Fields that are hidden from the actor are left out, as in a list. A sum of nothing is zero.
    """
    with engine.reading() as connection:
        source = Source(connection, actor, module, filter=filter, text=text, deleted=deleted)
        chosen = [f for f in source.fields(list(fields)) if "sum" in types[kind(f)].aggregates]
        columns = [_aggregate(source, f, "sum").label(f"s{i}") for i, f in enumerate(chosen)]
        row = connection.execute(
            select(func.count().label("n"), *columns).select_from(source.table).where(source.where())
        ).one()
    found = {f.name: _number(row._mapping[f"s{i}"]) or Decimal(0) for i, f in enumerate(chosen)}
    return {"count": int(row.n), **found}


def groups(
    actor: Actor,
    module: str,
    by: str,
    aggregates: Wanted = (),
    *,
    bucket: str | None = None,
    filter: FilterLike = None,
    text: str = "",
    limit: int = _GROUPS,
) -> list[Group]:
    """Records grouped by a field, with their number and what is asked of others.

    `aggregates`: "amount" for its sum, or ("amount", "avg") of sum, avg, min, max; hidden fields are left out. `bucket` for dates
    and instants: day, week, month, quarter, year, fiscal_quarter, fiscal_year; each group's value is then its first day. Picklists
    come in their values' order with empty groups left out, dates in time, others by size; blanks last.
    """
    with engine.reading() as connection:
        source = Source(connection, actor, module, filter=filter, text=text)
        field = source.field(by)
        if not types[kind(field)].groupable:
            raise Invalid(N_("Records cannot be grouped by “%(field)s”.", field=field.label))
        wanted = _wanted(source, aggregates)
        value = _grouping(source, field)
        if kind(field) in ("date", "datetime"):
            value = day_of(source, field)
        parts = [func.count().label("n")]
        for place, (of, how) in enumerate(wanted):
            parts += [p.label(f"{name}{place}") for name, p in _parts(source, of, how)]
        query = select(value.label("_value"), *parts).select_from(source.table).where(source.where()).group_by("_value")
        sums: dict[Any, _Sums] = {}
        for row in connection.execute(query).mappings():
            key = row["_value"]
            if kind(field) in ("date", "datetime"):
                key = bucket_of(key, bucket or "day", source.ctx)
            sums.setdefault(key, _Sums(wanted)).add(row)
        return _labelled(source, field, sums, bucket)[:limit]


def chips(
    actor: Actor, module: str, field: str, *, filter: FilterLike = None, text: str = "", limit: int = _CHIPS
) -> list[Chip]:
    """The values of a field with how many records have each, under every filter but those on this field.

    Picklists give all their active values, used or not; links and people the most frequent; blanks last, when there are any.
    """
    with engine.reading() as connection:
        source = Source(connection, actor, module, filter=filter, text=text)
        spec = source.field(field)
        if kind(spec) not in _CHIP_KINDS or spec.name not in source.table.c:
            raise Invalid(N_("There are no values to choose from for “%(field)s”.", field=spec.label))
        column = _grouping(source, spec)
        condition = source.where(filter=source.filter.without(spec.name))
        n = func.count().label("n")
        query = select(column.label("_value"), n).where(condition).group_by("_value").order_by(n.desc())
        if kind(spec) in ("link", "person"):
            query = query.limit(limit + 1)
        counts = {row["_value"]: int(row["n"]) for row in connection.execute(query).mappings()}
        if kind(spec) == "multi_picklist":
            counts = _each_value(counts, spec)
        if kind(spec) in ("picklist", "multi_picklist"):
            counts = {c.value: counts.get(c.value, 0) for c in spec.choices if c.active or c.value in counts} | counts
        elif kind(spec) == "boolean":
            yes = counts.get(True, 0)
            return [Chip(True, _("Yes"), yes), Chip(False, _("No"), sum(counts.values()) - yes)]
        names = _names(source, spec, counts)
        found = [
            _chip(source, spec, value, number, names) for value, number in counts.items() if value is None or value in names
        ]
    return sorted(found[: limit + 1], key=lambda chip: chip.value is None)


class _Sums:
    """What is added up for one group: days of one month come together here."""

    def __init__(self, wanted: Sequence[tuple[FieldSpec, str]]) -> None:
        self.wanted, self.n = wanted, 0
        self.values: list[Any] = [None] * len(wanted)
        self.counts = [0] * len(wanted)

    def add(self, row: RowMapping | Mapping[str, Any]) -> None:
        self.n += int(row["n"])
        for place, (_field, how) in enumerate(self.wanted):
            value = row[f"v{place}"]
            if value is None:
                continue
            value = _number(value) if how in ("sum", "avg") else value
            known = self.values[place]
            if known is not None:
                value = min(known, value) if how == "min" else max(known, value) if how == "max" else known + value
            self.values[place] = value
            if how == "avg":
                self.counts[place] += int(row[f"c{place}"])

    def totals(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for place, (field, how) in enumerate(self.wanted):
            value = self.values[place]
            if how == "avg" and value is not None:
                value = Decimal(value) / self.counts[place]
            if how == "sum" and value is None:
                value = Decimal(0)
            found[field.name if how == "sum" else f"{field.name}.{how}"] = value
        return found


def _wanted(source: Source, aggregates: Wanted) -> list[tuple[FieldSpec, str]]:
    found: list[tuple[FieldSpec, str]] = []
    for item in aggregates:
        name, how = (item, "sum") if isinstance(item, str) else item
        field = source.spec.field(name)
        if not source.actor.sees(source.spec, field):
            continue
        known = types[kind(field)].aggregates
        if how not in ("sum", "avg", "min", "max") or (how not in known and not (how == "avg" and "sum" in known)):
            raise Invalid(N_("“%(field)s” cannot be added up in this way (%(how)s).", field=field.label, how=how))
        found.append((field, how))
    return found


def _parts(source: Source, field: FieldSpec, how: str) -> list[tuple[str, ColumnElement[Any]]]:
    if how == "avg":  # of scaled integers, SQL would give the wrong average
        return [("v", _aggregate(source, field, "sum")), ("c", func.count(_column(source, field)))]
    return [("v", _aggregate(source, field, how))]


def _aggregate(source: Source, field: FieldSpec, how: str) -> ColumnElement[Any]:
    column = _column(source, field)
    if how == "sum":
        return func.sum(column, type_=column.type)
    return func.min(column) if how == "min" else func.max(column)


def _column(source: Source, field: FieldSpec) -> ColumnElement[Any]:
    return source.table.c[field.name + sort_suffix(field)]


def _grouping(source: Source, field: FieldSpec) -> ColumnElement[Any]:
    """The column to group by; SQLite would read the whole table in the order of its index."""
    column = source.table.c[field.name]
    return unindexed(source.connection, column) if source.connection.dialect.name == "sqlite" else column


def _number(value: Any) -> Any:
    return Decimal(value) if isinstance(value, int) else value


def _labelled(source: Source, field: FieldSpec, sums: Mapping[Any, _Sums], bucket: str | None) -> list[Group]:
    names = _names(source, field, sums) if kind(field) in ("link", "person") else {}
    hidden = _Sums([])
    found: list[Group] = []
    for value, total in sums.items():
        if value is None:
            found.append(Group(None, _("None"), total.n, total.totals()))
        elif kind(field) in ("link", "person"):
            if value in names:
                found.append(Group(value, names[value], total.n, total.totals()))
            else:  # out of sight: together, so that not even their number is told
                hidden = _together(hidden, total)
        elif kind(field) in ("date", "datetime"):
            found.append(Group(value, bucket_label(value, bucket or "day", source.ctx), total.n, total.totals()))
        else:
            found.append(Group(value, types[field.type].format(value, field, source.ctx), total.n, total.totals()))
    if hidden.n:
        found.append(Group(None, str(RESTRICTED), hidden.n, hidden.totals(), restricted=True))
    return _in_order(field, found)


def _together(left: _Sums, right: _Sums) -> _Sums:
    if not left.n:
        return right
    row: dict[str, Any] = {"n": right.n}
    for place in range(len(right.wanted)):
        row[f"v{place}"], row[f"c{place}"] = right.values[place], right.counts[place]
    left.add(row)
    return left


def _in_order(field: FieldSpec, found: list[Group]) -> list[Group]:
    places = {choice.value: place for place, choice in enumerate(field.choices)}
    if places:
        return sorted(found, key=lambda g: (g.value is None, places.get(g.value, len(places))))
    if kind(field) in ("date", "datetime", "boolean"):
        return sorted(found, key=lambda g: (g.value is None, g.value or 0))
    return sorted(found, key=lambda g: (g.value is None, -g.count, g.label))


def _each_value(counts: Mapping[Any, int], field: FieldSpec) -> dict[Any, int]:
    found: dict[Any, int] = {}
    for stored, number in counts.items():
        for value in types[field.type].load({field.name: stored}, field) or (None,):
            found[value] = found.get(value, 0) + number
    return found


def _names(source: Source, field: FieldSpec, values: Iterable[Any]) -> dict[Any, str]:
    """Words for values; links out of sight have none."""
    known = [value for value in values if value is not None]
    if kind(field) in ("link", "person"):
        module = field.target if field.type == "link" else ""
        found = link_titles.find(source.connection, source.actor, source.modules, source.ctx, {module: set(known)})
        return {number: link.title for (_module, number), link in found.items()}
    single = {value: field.choice(value) for value in known}
    return {value: str(choice.label) if choice else str(value) for value, choice in single.items()}


def _chip(source: Source, field: FieldSpec, value: Any, number: int, names: Mapping[Any, str]) -> Chip:
    if value is None:
        return Chip(None, _("None"), number)
    choice = field.choice(value) if field.choices else None
    return Chip(str(value), names[value], number, choice.colour if choice else "")
