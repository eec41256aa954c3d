"""What a module is: one frozen `ModuleSpec`, whether declared in code, by a plugin or by a user at run time.

List, board, record page, forms, filters, import, export, permissions and history all read this and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from app.base.errors import NotFound
from app.base.i18n import N_, Text
from app.fields.spec import FieldSpec


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the record page and the form; fields name it by `key`."""

    key: str
    label: Text
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class RelatedList:
    """Records of `module` whose link field `field` points here. `columns` are their fields."""

    key: str
    label: Text
    module: str
    field: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandardView:
    """A saved view that ships with the module. `filter` is a filter tree in JSON, see services/filters.py."""

    key: str
    label: Text
    filter: Mapping[str, Any] | None = None
    sort: tuple[tuple[str, str], ...] = ()  # (field, "asc" | "desc")
    columns: tuple[str, ...] = ()  # empty: the module's


@dataclass(frozen=True, slots=True)
class Board:
    """The default Kanban: grouped by a picklist, the sum of a number per column, closing zones."""

    by: str
    total: str = ""
    card: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModuleSpec:
    """One module. `api_name` is its key everywhere; `slug` is its address; `table` its table."""

    api_name: str
    table: str
    singular: Text
    plural: Text
    new: Text  # "New deal", as French needs its own gender
    icon: str
    title: str  # the field that names a record
    fields: tuple[FieldSpec, ...]
    sections: tuple[Section, ...]
    columns: tuple[str, ...]
    slug: str = ""
    subtitle: str = ""  # the field shown under the title on cards and in lookups
    business_card: tuple[str, ...] = ()  # at most five
    quick_create: tuple[str, ...] = ()
    related: tuple[RelatedList, ...] = ()
    views: tuple[StandardView, ...] = ()
    board: Board | None = None
    default_sort: tuple[tuple[str, str], ...] = ()
    duplicate_keys: tuple[tuple[str, ...], ...] = ()  # each a set of fields that together mean "the same"
    group: str = "sell"  # of the rail: sell, invoice, marketing, buy
    position: int = 100
    in_rail: bool = True
    avatar: str = "company"  # "person", "company" or ""
    custom: bool = False
    _extra: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def by_name(self) -> dict[str, FieldSpec]:
        """Fields by column name and by API name."""
        return {**{f.api_name: f for f in self.fields}, **{f.name: f for f in self.fields}}

    def field(self, key: str) -> FieldSpec:
        """The field of that name or API name; `NotFound` when there is none."""
        try:
            return self.by_name[key]
        except KeyError:
            raise NotFound(N_("There is no field “%(field)s” in %(module)s.", field=key, module=self.plural)) from None

    @cached_property
    def has_money(self) -> bool:
        """Whether records carry a currency and an exchange rate."""
        return any(f.type == "money" for f in self.fields)

    @cached_property
    def title_field(self) -> FieldSpec:
        return self.field(self.title)
