"""Filters are data: a small tree in JSON, used by views, the filter panel, criteria and automation alike.

`{"and": [node, …]}`, `{"or": [node, …]}`, `{"not": node}`, or a condition `{"field": "stage", "op": "in", "value": ["Closed Won"]}`.
None or `{}` lets every record through. Invariants: a parsed `Filter` holds only fields that its actor sees and operands that their
types accepted; `sql` and `py` decide alike, NULLs included, because every condition is true or not true: `not` means "not true".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, and_, or_, true

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.fields.registry import types
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem
from app.modules.spec import ModuleSpec
from app.services import actor as actors
from app.services.access.scopes import shared_ids
from app.services.actor import Actor

MAX_CONDITIONS = 100
MAX_DEPTH = 12
MAX_VALUES = 5_000

Values = Mapping[str, Any]
Node: TypeAlias = "Condition | Group | Not"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test on one field. `raw` is the operand as it was in the JSON, `operand` what the type made of it."""

    field: FieldSpec
    operator: Operator
    operand: Any
    raw: Any = None

    def sql(self, table: FromClause, ctx: Ctx) -> ColumnElement[bool]:
        return self.operator.sql(lambda suffix: table.c[self.field.name + suffix], self.operand, ctx)

    def py(self, values: Values, ctx: Ctx) -> bool:
        name = self.field.name
        return bool(self.operator.py(values.get(name + "_c", values.get(name)), self.operand, ctx))  # money: the company's

    def json(self) -> dict[str, Any]:
        leaf = {"field": self.field.name, "op": self.operator.key}
        return leaf if self.operator.editor == "none" else {**leaf, "value": self.raw}


@dataclass(frozen=True, slots=True)
class Group:
    """All of the nodes (`word` "and") or any of them ("or")."""

    word: str
    nodes: tuple[Node, ...]

    def sql(self, table: FromClause, ctx: Ctx) -> ColumnElement[bool]:
        parts = [node.sql(table, ctx) for node in self.nodes]
        return and_(*parts) if self.word == "and" else or_(*parts)

    def py(self, values: Values, ctx: Ctx) -> bool:
        found = (node.py(values, ctx) for node in self.nodes)
        return all(found) if self.word == "and" else any(found)

    def json(self) -> dict[str, Any]:
        return {self.word: [node.json() for node in self.nodes]}


@dataclass(frozen=True, slots=True)
class Not:
    """The records of which `node` is not true."""

    node: Node

    def sql(self, table: FromClause, ctx: Ctx) -> ColumnElement[bool]:
        return self.node.sql(table, ctx).is_not(true())  # not NOT: that of NULL is NULL, and the record would be in neither

    def py(self, values: Values, ctx: Ctx) -> bool:
        return not self.node.py(values, ctx)

    def json(self) -> dict[str, Any]:
        return {"not": self.node.json()}


@dataclass(frozen=True, slots=True)
class Filter:
    """A checked filter of one module. Falsy when it lets every record through."""

    module: ModuleSpec
    root: Node | None = None

    def __bool__(self) -> bool:
        return self.root is not None

    def sql(self, table: FromClause, ctx: Ctx) -> ColumnElement[bool]:
        """The condition on `table` (the module's, or an alias of it)."""
        return true() if self.root is None else self.root.sql(table, ctx)

    def py(self, values: Values, ctx: Ctx) -> bool:
        """Whether a record with these Python values, by field name, passes."""
        return self.root is None or self.root.py(values, ctx)

    def json(self) -> dict[str, Any] | None:
        """The tree again, in its plainest form; None when there is no condition."""
        return None if self.root is None else self.root.json()

    def conditions(self) -> Iterator[Condition]:
        """Every condition, in reading order."""
        yield from _conditions(self.root)

    def without(self, field: str) -> Filter:
        """This filter minus the conditions that speak of `field` alone and are joined by "and": what a facet counts with."""
        if self.root is None:
            return self
        parts = self.root.nodes if isinstance(self.root, Group) and self.root.word == "and" else (self.root,)
        kept = tuple(part for part in parts if {c.field.name for c in _conditions(part)} != {field})
        return Filter(self.module, _group("and", kept))

    def both(self, other: Filter) -> Filter:
        """The records that pass this filter and the other one."""
        return Filter(self.module, _group("and", tuple(f.root for f in (self, other) if f.root is not None)))


def parse(data: Mapping[str, Any] | Filter | None, module: ModuleSpec, actor: Actor, ctx: Ctx | None = None) -> Filter:
    """The filter that `data` describes. `Invalid` says which condition is wrong; `Forbidden` for a field that is hidden."""
    if isinstance(data, Filter):
        return data
    if data is None or data == {}:
        return Filter(module)
    reader = _Reader(module, actor, ctx or actors.ctx(actor))
    root = reader.node(data, 0)
    if reader.problems:
        raise Invalid(reader.problems)
    return Filter(module, root)


def _shared_sql(column: Callable[[str], ColumnElement[Any]], ids: Any, ctx: Ctx) -> ColumnElement[bool]:
    return column("").in_(ids)


def _shared_py(stored: Any, ids: Any, ctx: Ctx) -> bool:
    raise TypeError("who shares a record with whom is known to the database alone")


class _RecordId(FieldType):
    """The type of `RECORD_ID`: not a field that people see, but one may ask for certain records."""

    key = "record_id"
    label = N_("Record")

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return (
            Operator(
                "in", N_("is one of"), "many", lambda column, ids, ctx: column("").in_(ids), lambda id, ids, ctx: id in ids
            ),
            Operator(
                "not_in",
                N_("is none of"),
                "many",
                lambda column, ids, ctx: column("").not_in(ids),
                lambda id, ids, ctx: id not in ids,
            ),
            Operator("shared_with_me", N_("is shared with me"), "none", _shared_sql, _shared_py),
        )

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> frozenset[int]:
        try:
            return frozenset(parse_id(item) for item in (raw if isinstance(raw, list | tuple | set | frozenset) else [raw]))
        except NotFound as error:
            raise Problem(N_("A record's number was expected.")) from error

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return str(value)


RECORD_ID = FieldSpec(type=_RecordId.key, label=N_("Record"), api_name="id", name="id")
_record_id = _RecordId()


def type_of(field: FieldSpec) -> FieldType:
    """The type of a field that a filter may name, `RECORD_ID` included."""
    return _record_id if field is RECORD_ID else types[field.type]


def field_names(tree: Mapping[str, Any]) -> set[str]:
    """Every field name in a tree in JSON, checked or not."""
    if "field" in tree:
        return {str(tree["field"])}
    inner = [tree["not"]] if "not" in tree else [node for word in ("and", "or") for node in tree.get(word, ())]
    return {name for node in inner for name in field_names(node)}


class _Reader:
    """Reads one tree, collecting what is wrong with its conditions."""

    def __init__(self, module: ModuleSpec, actor: Actor, ctx: Ctx) -> None:
        self.module, self.actor, self.ctx = module, actor, ctx
        self.problems: dict[str, Text | str] = {}
        self.count = 0

    def node(self, data: Any, depth: int) -> Node | None:
        if not isinstance(data, Mapping):
            raise Invalid(N_("This filter cannot be read: a condition was expected."))
        if depth > MAX_DEPTH:
            raise Invalid(N_("This filter has too many brackets inside each other."))
        if "field" in data:
            return self.condition(data)
        if len(data) != 1 or (word := next(iter(data))) not in ("and", "or", "not"):
            raise Invalid(N_("This filter cannot be read: a condition was expected."))
        if word == "not":
            inner = self.node(data["not"], depth + 1)
            return None if inner is None else Not(inner)
        if not isinstance(data[word], list | tuple):
            raise Invalid(N_("This filter cannot be read: a condition was expected."))
        nodes = [self.node(item, depth + 1) for item in data[word]]
        return _group(word, tuple(node for node in nodes if node is not None))

    def condition(self, data: Mapping[str, Any]) -> Condition | None:
        self.count += 1
        if self.count > MAX_CONDITIONS:
            raise Invalid(N_("A filter has at most %(n)s conditions.", n=MAX_CONDITIONS))
        key, word, raw = data["field"], data.get("op"), data.get("value")
        if not isinstance(key, str) or not isinstance(word, str):
            raise Invalid(N_("This filter cannot be read: a condition was expected."))
        field = self.field(key)
        if isinstance(raw, list | tuple) and len(raw) > MAX_VALUES:
            raise Invalid({field.name: N_("A condition has at most %(n)s values.", n=MAX_VALUES)})
        field_type = type_of(field)
        operator = next((o for o in field_type.operators(field) if o.key == word), None)
        if operator is None:
            self.problems[field.name] = N_(
                "%(field)s cannot be compared in this way (%(operator)s).", field=field.label, operator=word
            )
            return None
        try:
            operand: Any = None
            if operator.key == "shared_with_me":
                operand = shared_ids(self.actor, self.module.api_name, "read")
            elif operator.editor != "none":
                operand = field_type.operand(operator.key, raw, field, self.ctx)
        except Problem as problem:
            self.problems[field.name] = problem.message
            return None
        return Condition(field, operator, operand, raw)

    def field(self, key: str) -> FieldSpec:
        if key == "id":
            return RECORD_ID
        if "." in key:
            raise Invalid(N_("A filter can only speak of the record's own fields, not of “%(field)s”.", field=key))
        field = self.module.field(key)
        if not self.actor.sees(self.module, field):
            raise Forbidden(N_("You may not use the field “%(field)s”.", field=field.label))
        return field


def _group(word: str, nodes: tuple[Node, ...]) -> Node | None:
    if not nodes:
        return None
    nodes = tuple(leaf for node in nodes for leaf in (node.nodes if isinstance(node, Group) and node.word == word else (node,)))
    return nodes[0] if len(nodes) == 1 else Group(word, nodes)


def _conditions(node: Node | None) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
    elif isinstance(node, Group):
        for child in node.nodes:
            yield from _conditions(child)
    elif isinstance(node, Not):
        yield from _conditions(node.node)
