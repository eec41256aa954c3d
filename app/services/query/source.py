"""Which records and which columns: the one place where a SELECT on records gets its conditions.

Invariants: every statement carries scope AND not deleted AND filter; fields that the actor does not see are never in the columns,
the order, the filter or the quick search. Columns are always named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Table,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.sql.elements import True_, UnaryExpression
from sqlalchemy.sql.operators import custom_op

from app.base.errors import Forbidden
from app.base.i18n import N_
from app.base.text import fold
from app.database import engine
from app.fields.operators import position
from app.fields.registry import types
from app.fields.spec import Ctx, FieldSpec, FieldType
from app.modules import registry
from app.modules.registry import Snapshot
from app.modules.spec import ModuleSpec
from app.services import access
from app.services import actor as actors
from app.services import filters as trees
from app.services.actor import Actor
from app.services.query.rows import Row

FilterLike = Mapping[str, Any] | trees.Filter | None
_SEARCHED = ("text", "email", "phone", "auto_number")
_MAX_WORDS = 8
_SAMPLE = 4_000
_BROAD = 4_000  # records of one actor: about the root of 100 rows × a million


def snapshot(connection: Connection) -> Snapshot:
    """The modules as they are in the transaction of `connection`."""
    found = registry.snapshot()
    return found if found.version == engine.versions(connection).schema else registry.refresh(connection)


def kind(spec: FieldSpec) -> str:
    """The key of the type that a field behaves as: a computed field as its result."""
    return str(spec.settings["result"]) if spec.type == "computed" else spec.type


def unindexed(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column, written so that no index on it gives the order: the table is not read row after row at random."""
    if connection.dialect.name == "sqlite":
        return UnaryExpression(column, operator=custom_op("+"), type_=column.type)
    return func.coalesce(column, column, type_=column.type)


class Source:
    """The records of one module that an actor may `action` and that pass a filter. `deleted`: None means either."""

    def __init__(
        self,
        connection: Connection,
        actor: Actor,
        module: str,
        *,
        filter: FilterLike = None,
        text: str = "",
        deleted: bool | None = False,
        action: str = "read",
    ) -> None:
        self.connection, self.actor, self.deleted, self.action = connection, actor, deleted, action
        self.walks = False  # see `is_broad`: set by whoever knows that an index gives the order
        self.modules = snapshot(connection)
        self.spec: ModuleSpec = self.modules.module(module)
        self.table: Table = self.modules.table(self.spec.api_name)
        self.text = text
        access.check(actor, self.spec, "read")
        self.filter = trees.parse(filter, self.spec, actor, self.ctx if filter else None)

    @cached_property
    def ctx(self) -> Ctx:
        """What "today", "me" and the company's currency are."""
        return actors.ctx(self.actor)

    def where(self, *, filter: trees.Filter | None = None) -> ColumnElement[bool]:
        """The condition of every statement; `filter` replaces the source's own."""
        return self.conditions(self.table, filter)

    def conditions(self, table: FromClause, filter: trees.Filter | None = None) -> ColumnElement[bool]:
        """`where` on an alias of the table."""
        scope = access.scope(self.actor, self.spec, self.action, table)
        parts = [case((scope, 1), else_=0) == 1 if self.walks and not isinstance(scope, True_) else scope]
        if self.deleted is not None:
            parts.append(table.c.deleted_at.is_not(None) if self.deleted else table.c.deleted_at.is_(None))
        chosen = self.filter if filter is None else filter
        if chosen:
            parts.append(chosen.sql(table, self.ctx))
        if self.text:
            parts.append(self._search(table))
        return and_(true(), *parts)

    @property
    def sees_all(self) -> bool:
        """Whether the actor's rights leave out no record."""
        return isinstance(access.scope(self.actor, self.spec, self.action, self.table), True_)

    def is_broad(self) -> bool:
        """Whether so many records pass that walking an index in the order of the list soon meets enough of them.

        SQLite does not weigh the LIMIT of a page: it would collect and sort all records of the actor. (PostgreSQL does.)
        """
        if self.connection.dialect.name != "sqlite" or self.filter or self.text or self.deleted:
            return False
        if self.sees_all:
            return True
        some = select(literal(1)).where(access.owned(self.actor, self.table)).limit(_BROAD).subquery()
        return self.connection.execute(select(func.count()).select_from(some)).scalar_one() == _BROAD

    def is_rare(self) -> bool:
        """Whether so few records pass the filter that it is faster to look at all and sort than to walk an index until a page is full.

        Looks at the newest few thousand. Both engines would rather walk: neither knows how rare a word is.
        """
        if not (self.filter or self.text):
            return False
        newest = select(self.table).order_by(self.table.c.id.desc()).limit(_SAMPLE).subquery()
        return self.connection.execute(select(literal(1)).where(self.conditions(newest)).limit(1)).first() is None

    def field(self, key: str) -> FieldSpec:
        """The field of that name or API name; `NotFound`, or `Forbidden` when it is hidden from the actor."""
        field = self.spec.field(key)
        if not self.actor.sees(self.spec, field):
            raise Forbidden(N_("You may not use the field “%(field)s”.", field=field.label))
        return field

    def fields(self, names: Sequence[str] | None) -> list[FieldSpec]:
        """The fields named, without those that are hidden from the actor; None: every field that they see."""
        wanted: Iterable[FieldSpec] = self.spec.fields if names is None else map(self.spec.field, names)
        return list({f.name: f for f in wanted if self.actor.sees(self.spec, f)}.values())

    def columns(self, fields: Iterable[FieldSpec]) -> list[ColumnElement[Any]]:
        """The columns that a `Row` with these fields is made of."""
        t = self.table
        found: dict[str, ColumnElement[Any]] = {name: t.c[name] for name in ("id", "version", "deleted_at")}
        if self.sees_title:
            found[self.spec.title] = t.c[self.spec.title]
        if self.spec.has_money:
            found["currency"] = t.c.currency
        for field in fields:
            for suffix in ("_module", "_id") if field.type == "any_link" else ("",):
                if (name := field.name + suffix) in t.c:  # several links have no column
                    found[name] = t.c[name]
        return [*found.values(), t.c.owner_id.label("_owner")]

    @property
    def sees_title(self) -> bool:
        """Whether the actor may know what records are called: no profile hides it, but an overlay may choose another title."""
        return self.actor.sees(self.spec, self.spec.title)

    def rows(self, records: Iterable[RowMapping], fields: Sequence[FieldSpec]) -> list[Row]:
        """Rows out of what was selected with `columns(fields)`; titles of links come later, see titles.py."""
        spec, title = self.spec, self.spec.title_field
        records = list(records)
        rights = access.rights(self.connection, self.actor, spec, {record["id"]: record["_owner"] for record in records})
        edits, deletes = self.actor.can(spec, "edit"), self.actor.can(spec, "delete")
        plain = [f.name for f in fields if type(types[f.type]).load is FieldType.load]  # the column as it is: most fields
        loaders = [(f.name, f, types[f.type].load) for f in fields if f.name not in set(plain)]
        words, named = types[title.type], self.sees_title
        found = []
        for mapping in records:
            record: Any = mapping  # a mapping in all but the name of its type
            name = words.format(words.load(record, title), title, self.ctx) if named else ""
            values = {n: record[n] for n in plain}
            values.update((n, load(record, f)) for n, f, load in loaders)
            row = Row(
                record["id"], spec.api_name, record["version"], name, values, spec,
                can_edit=edits and rights[record["id"]] in ("write", "all"), can_delete=deletes and rights[record["id"]] == "all",
                deleted=record["deleted_at"] is not None,
            )  # fmt: skip
            if spec.has_money:
                row.currency = record["currency"]
            found.append(row)
        return found

    def _search(self, table: FromClause) -> ColumnElement[bool]:
        """The quick search: every word is found in the title, in another line of text, an e-mail or a phone number, or in the title of
        the record shown under the title (the account of a deal)."""
        words = fold(self.text).split()[:_MAX_WORDS]
        columns = [table.c[f.name + "_f"] for f in self.spec.fields if kind(f) in _SEARCHED and self._searchable(f)]
        phones = [table.c[f.name + "_f"] for f in self.spec.fields if f.type == "phone" and self._searchable(f)]
        parts = [or_(false(), *(position(c, word) > 0 for c in columns), *self._search_subtitle(table, word)) for word in words]
        found = and_(true(), *parts)
        digits = "".join(c for c in self.text if c.isdigit()).lstrip("0")
        if phones and len(digits) >= 3 and not any(c.isalpha() for c in self.text):
            found = or_(found, *(position(c, digits) > 0 for c in phones))
        return found

    def _searchable(self, field: FieldSpec) -> bool:
        return not field.hidden and field.name + "_f" in self.table.c and self.actor.sees(self.spec, field)

    def _search_subtitle(self, table: FromClause, word: str) -> list[ColumnElement[bool]]:
        field = self.spec.by_name.get(self.spec.subtitle)
        if field is None or field.type != "link" or not self.actor.sees(self.spec, field):
            return []
        target = self.modules.module(field.target)
        other = self.modules.table(field.target).alias()
        if target.title + "_f" not in other.c or not self.actor.sees(target, target.title):
            return []
        reached = access.scope(self.actor, target, "read", other)
        return [table.c[field.name].in_(select(other.c.id).where(position(other.c[target.title + "_f"], word) > 0, reached))]


def sort_suffix(spec: FieldSpec) -> str:
    """The suffix of the column that orders and compares a field."""
    return types[spec.type].order_columns(spec)[0]
