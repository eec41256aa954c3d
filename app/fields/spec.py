"""What a field is (`FieldSpec`) and what a field type knows (`FieldType`). A type knows everything but pixels.

`FieldSpec` says WHAT (label, required, settings); the `FieldType` named by `spec.type` says HOW (column, parse, check, format,
JSON, operators). A type names a cell kind and an editor kind out of `KINDS`; the kinds are drawn in components/kinds/*.js.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import Column, ColumnElement
from sqlalchemy.types import TypeEngine

from app.base.i18n import Text

KINDS = ("text", "long_text", "number", "money", "date", "datetime", "choice", "choices", "link", "links", "person", "boolean")

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Problem(ValueError):
    """A value that a field cannot accept; the message says what to do. Services collect these into one `Invalid`."""

    def __init__(self, message: Text) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a picklist. `value` is stored and language-neutral; `extra` holds what the list's module adds (probability…)."""

    value: str
    label: Text
    colour: str = ""  # one of: "", "ok", "wa", "da", "in", "pu", "nu", "r1" … "r5"
    active: bool = True
    extra: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of one module. `name` is the column and the key in rows, filters and history; custom ones are `cf_<id>`."""

    type: str
    label: Text
    api_name: str
    name: str = ""
    module: str = ""  # API name of the module
    required: bool = False
    unique: bool = False
    read_only: bool = False  # set by the system; never by a form, an import or the API
    hidden: bool = False  # not shown by default, kept for the API
    indexed: bool = False
    help: Text | None = None
    default: Any = None  # a JSON value, or "@today", "@now", "@me"
    section: str = ""
    settings: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    custom: bool = False
    former_labels: tuple[str, ...] = ()  # matched by the import as well

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The values of a picklist, in their order; empty for other types."""
        return tuple(self.settings.get("choices", ()))

    @property
    def target(self) -> str:
        """API name of the module that a link points to; empty for other types."""
        return str(self.settings.get("target", ""))

    def choice(self, value: str) -> Choice | None:
        """The picklist value stored as `value`."""
        return next((c for c in self.choices if c.value == value), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ctx:
    """How people write and read here and now: needed to parse text, to format, and for operators such as "today" and "me"."""

    language: str = "fr"
    zone: str = "Europe/Paris"  # the reader's, for clock times
    company_zone: str = "Europe/Paris"  # for "today", "this week"
    today: date  # in the company's zone
    currency: str = "EUR"  # the company's
    decimal: str = ""  # "," or "."; empty: either is understood, as people write
    dates: str = ""  # "day-first" | "month-first" | "iso"; empty: by language
    week_start: int = 0  # 0 Monday … 6 Sunday
    fiscal_month: int = 1
    user_id: int = 0
    team_ids: frozenset[int] = frozenset()  # the user and everybody below
    people: Callable[[str], int | None] | None = None  # finds a user by name or e-mail, for parsing


@dataclass(frozen=True, slots=True)
class Operator:
    """A test in a filter. `sql` and `py` say the same, NULL included (property-tested on both engines).

    `sql(column, value, ctx)` → SQL condition, where `column(suffix)` gives the field's column, e.g. `column("")`, `column("_f")`;
    `py(stored, value, ctx)` → bool, where `stored` is the field's Python value (of money: in the company's currency). `value` was
    parsed by `FieldType.operand`.
    """

    key: str
    label: Text
    editor: str  # what the filter panel shows for the value: "none", "one", "many", "range", "number", "text"
    sql: Callable[[Callable[[str], ColumnElement[Any]], Any, Ctx], ColumnElement[bool]]
    py: Callable[[Any, Any, Ctx], bool]


class FieldType:
    """The base of all field types: subclasses override what differs. Stateless; one instance a type, see `fields.registry`."""

    key: ClassVar[str]
    label: ClassVar[Text]
    icon: ClassVar[str] = "notes"
    cell: ClassVar[str] = "text"
    editor: ClassVar[str] = "text"
    align: ClassVar[str] = "left"
    aggregates: ClassVar[tuple[str, ...]] = ("count",)  # "sum", "min", "max", "avg" where they make sense
    sortable: ClassVar[bool] = True
    groupable: ClassVar[bool] = False
    settings: ClassVar[tuple[FieldSpec, ...]] = ()  # what one may set of such a field, itself fields: see fields/settings.py

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        """The columns of this field, the value's first, then shadows. Names: `spec.name` + suffix. Empty: kept elsewhere."""
        return [Column(spec.name, self.column_type(spec), nullable=True)]

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        """The type of the value's column."""
        raise NotImplementedError(self.key)

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        """The Python value of what a form, an import or the API sent; None for blank. Raises `Problem`. The one door."""
        raise NotImplementedError(self.key)

    def check(self, value: Any, spec: FieldSpec) -> None:
        """Raises `Problem` when a parsed value breaks the field's own limits (length, range, unknown picklist value)."""

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        """The value as people of `ctx` read it, in plain text: exports, messages, timeline."""
        return "" if value is None else str(value)

    def to_json(self, value: Any, spec: FieldSpec) -> Any:
        """Exact, language-neutral JSON: log, overlay, browser. Numbers with decimals are strings, ids are strings."""
        return value

    def from_json(self, data: Any, spec: FieldSpec) -> Any:
        """The inverse of `to_json`."""
        return data

    def store(self, value: Any, spec: FieldSpec) -> dict[str, Any]:
        """Column values for `value`, shadows included, except those that need the whole record (`_c` of money)."""
        return {spec.name: value}

    def load(self, row: Mapping[Any, Any], spec: FieldSpec) -> Any:
        """The Python value out of a row of columns."""
        return row[spec.name]

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        """The tests that a filter offers on this field."""
        return ()

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        """The operator's value from the JSON of a filter. Raises `Problem`."""
        return raw

    def order_columns(self, spec: FieldSpec) -> tuple[str, ...]:
        """Suffix of the column that sorts this field: ("_f",) for text, ("",) for numbers."""
        return ("",)

    def search_text(self, value: Any, spec: FieldSpec) -> str:
        """What a search may find of this value."""
        return ""

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        """What the kinds of the browser need beside the common part (choices, target, scale, max_length, href…)."""
        return {}

    def example(self, rng: random.Random, spec: FieldSpec) -> Any:
        """A believable valid value: sample data, tests."""
        raise NotImplementedError(self.key)


class TypeRegistry:
    """The field types by key; plugins add theirs."""

    def __init__(self) -> None:
        self._types: dict[str, FieldType] = {}

    def register(self, field_type: FieldType) -> FieldType:
        if field_type.key in self._types:
            raise ValueError(f"field type {field_type.key} is registered twice")
        if field_type.cell not in KINDS or field_type.editor not in KINDS:
            raise ValueError(f"field type {field_type.key} names a kind that does not exist")
        self._types[field_type.key] = field_type
        return field_type

    def __getitem__(self, key: str) -> FieldType:
        return self._types[key]

    def __iter__(self) -> Iterator[FieldType]:
        return iter(self._types.values())

    def keys(self) -> list[str]:
        return list(self._types)


types = TypeRegistry()
