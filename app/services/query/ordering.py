"""The order of a list, as phases that are read one after the other, each by key: nothing is counted or skipped.

The first sort column makes the phases: its values, then its blanks (always last, in both directions); a picklist has one phase a
value, in the order of the list. Within a phase rows are ordered by the remaining columns (blanks last as well) and the id, so the
order is total and a page begins exactly after the last row of the one before, whatever was added or removed in between.
Links and people are ordered by their title, those out of the reader's sight as if blank.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Join, and_, case, false, literal, or_, true, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from app.base.errors import Invalid
from app.base.i18n import N_
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules.spec import ModuleSpec
from app.modules.system import User
from app.services import access, directory
from app.services.query.source import Source, kind, sort_suffix, unindexed
from app.services.tables import table as table_of

MAX_COLUMNS = 3
_MOST_PEOPLE = 200
Sort = Sequence[tuple[str, str] | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Key:
    """One expression of the order. `nullable`: blanks come last, whatever the direction."""

    expression: ColumnElement[Any]
    descending: bool
    nullable: bool = False

    def order(self) -> list[ColumnElement[Any]]:
        """What stands in ORDER BY."""
        direction = self.expression.desc() if self.descending else self.expression.asc()
        return [self.expression.is_(None), direction] if self.nullable else [direction]

    def beyond(self, value: Any) -> ColumnElement[bool]:
        """Rows that come after those with `value`."""
        if value is None:
            return false()
        bound = literal(value, self.expression.type)
        past = self.expression < bound if self.descending else self.expression > bound
        return or_(past, self.expression.is_(None)) if self.nullable else past

    def from_here(self, value: Any) -> ColumnElement[bool]:
        """Rows that come after, or have that value: a bound that an index can use."""
        bound = literal(value, self.expression.type)
        return self.expression <= bound if self.descending else self.expression >= bound

    def same(self, value: Any) -> ColumnElement[bool]:
        return self.expression.is_(None) if value is None else self.expression == literal(value, self.expression.type)


@dataclass(frozen=True, slots=True)
class Phase:
    """Part of the list: the rows for which `where` holds, ordered by `keys`; the last key is the id."""

    where: ColumnElement[bool]
    keys: tuple[Key, ...]
    from_: FromClause

    def order(self) -> list[ColumnElement[Any]]:
        return [part for key in self.keys for part in key.order()]

    def after(self, values: Sequence[Any]) -> ColumnElement[bool]:
        """The rows of this phase that come after the row with these key values."""
        first = self.keys[0]
        if len({key.descending for key in self.keys}) == 1 and not any(key.nullable for key in self.keys):
            here = tuple_(*(key.expression for key in self.keys))
            there = tuple_(*(literal(v, key.expression.type) for key, v in zip(self.keys, values, strict=True)))
            return here < there if first.descending else here > there
        later = _later(self.keys, values)
        return later if first.nullable else and_(first.from_here(values[0]), later)


@dataclass(frozen=True, slots=True)
class Order:
    """The phases of a list, the joins that they need, and a mark of the order that a cursor belongs to."""

    phases: tuple[Phase, ...]
    from_: FromClause
    signature: str


def order_of(source: Source, sort: Sort) -> Order:
    """The order that `sort` asks for: ((field, "asc" | "desc"), …), empty for the module's own. `Forbidden` for a hidden field."""
    wanted = _checked(source, sort)
    joins = _Joins(source)
    keys = [joins.key(field, down) for field, down in wanted]
    rest = (*keys[1:], Key(source.table.c.id, wanted[-1][1] if wanted else True))
    described = [(field.name, down, [c.value for c in field.choices]) for field, down in wanted]
    signature = hashlib.sha256(repr((source.spec.api_name, described, joins.people)).encode()).hexdigest()[:8]
    everything = joins.outer()
    if not keys:
        return Order((Phase(true(), rest, everything),), everything, signature)
    (field, _down), first = wanted[0], keys[0]
    if kind(field) == "picklist":
        return Order(_value_phases(source, field, first.descending, rest, everything), everything, signature)
    if _has_index(source, field):
        source.walks = source.is_broad()
        if not source.walks and field.type not in ("link", "person") and source.is_rare():
            first = replace(first, expression=unindexed(source.connection, first.expression))
    filled = Phase(first.expression.is_not(None), (Key(first.expression, first.descending), *rest), joins.inner(source.walks))
    blank = Phase(first.expression.is_(None), rest, everything)
    return Order((filled, blank), everything, signature)


def _has_index(source: Source, field: FieldSpec) -> bool:
    """Whether an index gives the order of a field: its own, or that of the titles it links to and of the link."""
    name = field.name + ("" if field.type in ("link", "person") else sort_suffix(field))
    return any(next(iter(index.columns)).name == name for index in source.table.indexes)


def _value_phases(
    source: Source, field: FieldSpec, descending: bool, rest: tuple[Key, ...], from_: FromClause
) -> tuple[Phase, ...]:
    column = source.table.c[field.name]
    values = [choice.value for choice in field.choices]
    listed = [Phase(column == value, rest, from_) for value in (reversed(values) if descending else values)]
    strange = Phase(and_(column.is_not(None), column.not_in(values)), (Key(column, descending), *rest), from_)
    return (*listed, strange, Phase(column.is_(None), rest, from_))


class _OrderedJoin(Join):
    """An inner join that SQLite reads from left to right: the titles in their order, then the records that link to each."""

    inherit_cache = True


@compiles(_OrderedJoin, "sqlite")
def _ordered_join(element: Join, compiler: SQLCompiler, **kw: Any) -> str:
    kw["asfrom"] = True
    left, right = (compiler.process(side, **kw) for side in (element.left, element.right))
    assert element.onclause is not None
    return f"{left} CROSS JOIN {right} ON {compiler.process(element.onclause, **kw)}"


class _Joins:
    """The expressions to sort by, and the tables they come from."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.first: tuple[FromClause, ColumnElement[bool]] | None = None
        self.others: list[tuple[FromClause, ColumnElement[bool]]] = []
        self.people = 0  # a mark of the order of names that places of people come from
        self._any = False

    def key(self, field: FieldSpec, descending: bool) -> Key:
        """The key of a field, where blanks are last."""
        table, is_first = self.source.table, not self._any
        self._any = True
        if field.type == "person" and (rank := self._place_of_person(field, is_first)) is not None:
            return Key(rank, descending, nullable=True)
        if field.type in ("person", "link"):
            other, on, title = self._person(field) if field.type == "person" else self._title(field)
            if is_first:
                self.first = (other, on)
            else:
                self.others.append((other, on))
            return Key(title, descending, nullable=True)
        if kind(field) == "picklist":
            return Key(_rank(field, table.c[field.name]), descending, nullable=True)
        return Key(table.c[field.name + sort_suffix(field)], descending, nullable=True)

    def _place_of_person(self, field: FieldSpec, is_first: bool) -> ColumnElement[Any] | None:
        """A person's place in the order of names, known here: cheaper than a join, except where an index of people drives the list
        of somebody who sees all records. None then, or when there are too many people."""
        people = directory.people()
        if len(people) > _MOST_PEOPLE or (is_first and self.source.sees_all):
            return None
        self.people = hash(tuple(people))
        column = self.source.table.c[field.name]
        places = {number: place for place, number in enumerate(people)}
        return case((column.is_(None), None), else_=case(places, value=column, else_=len(places)))

    def outer(self) -> FromClause:
        """All records, whether or not they link to something in sight."""
        found: FromClause = self.source.table
        for other, on in ([self.first] if self.first else []) + self.others:
            found = found.outerjoin(other, on)
        return found

    def inner(self, in_order: bool) -> FromClause:
        """The records whose first sort column is a link to something in sight."""
        found: FromClause = self.source.table
        if self.first:
            other, on = self.first
            found = _OrderedJoin(other, self.source.table, on) if in_order else self.source.table.join(other, on)
        for other, on in self.others:
            found = found.outerjoin(other, on)
        return found

    def _person(self, field: FieldSpec) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
        person = table_of(User).alias()
        return person, person.c.id == self.source.table.c[field.name], person.c.name_f

    def _title(self, field: FieldSpec) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
        source = self.source
        target: ModuleSpec = source.modules.module(field.target)
        other = source.modules.table(field.target).alias()
        reached = access.scope(source.actor, target, "read", other) if source.actor.sees(target, target.title) else false()
        on = and_(other.c.id == source.table.c[field.name], reached)
        return other, on, other.c[target.title + sort_suffix(target.title_field)]


def _rank(field: FieldSpec, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A picklist's value as its place in the list; unknown values behind, blank stays blank."""
    places = [(column == choice.value, place) for place, choice in enumerate(field.choices)]
    return case(*places, (column.is_not(None), len(places)))


def _checked(source: Source, sort: Sort) -> list[tuple[FieldSpec, bool]]:
    """The fields to sort by and whether downwards; the module's own order leaves out what the actor does not see."""
    if not sort:
        own = source.spec.default_sort or (("modified_at", "desc"),)
        sort = [s for s in own if source.actor.sees(source.spec, source.spec.field(s[0]))]
    found: dict[str, tuple[FieldSpec, bool]] = {}
    for item in sort:
        name, direction = item if len(item) == 2 else (item[0], "asc")
        if direction not in ("asc", "desc"):
            raise Invalid(N_("A list is sorted “asc” or “desc”, not “%(found)s”.", found=direction))
        field = source.field(name)
        if not types[field.type].sortable or not types[kind(field)].sortable:
            raise Invalid(N_("A list cannot be sorted by “%(field)s”.", field=field.label))
        found.setdefault(field.name, (field, direction == "desc"))
    if len(found) > MAX_COLUMNS:
        raise Invalid(N_("A list can be sorted by at most %(n)s columns.", n=MAX_COLUMNS))
    return list(found.values())


def _later(keys: Sequence[Key], values: Sequence[Any]) -> ColumnElement[bool]:
    first, value = keys[0], values[0]
    if len(keys) == 1:
        return first.beyond(value)
    return or_(first.beyond(value), and_(first.same(value), _later(keys[1:], values[1:])))
