"""What a query returns: rows as plain Python values, with the titles of what they link to, and their JSON for the browser.

Invariants: a row holds only fields that its reader sees. A link to a record out of sight has neither id nor title: its value is
None and its `LinkTitle` says `restricted`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from app.base.i18n import N_
from app.fields.registry import types
from app.fields.spec import FieldSpec, FieldType
from app.modules.spec import ModuleSpec

RESTRICTED = N_("Restricted access")
LINKS = ("link", "person", "any_link", "multi_link")


@dataclass(frozen=True, slots=True)
class LinkTitle:
    """The record or person that a link points to, as the reader may see it. `module` is "" for people."""

    id: int
    title: str
    restricted: bool = False
    deleted: bool = False
    module: str = ""

    def json(self, with_module: bool = False) -> dict[str, Any]:
        """{"id", "title"}, with "deleted" (or "inactive" for people) when so; {"restricted": true} when out of sight."""
        if self.restricted:
            return {"restricted": True}
        data: dict[str, Any] = {"id": str(self.id), "title": self.title}
        if self.deleted:
            data["deleted" if self.module else "inactive"] = True
        if with_module:
            data["module"] = self.module
        return data

    def __str__(self) -> str:
        return str(RESTRICTED) if self.restricted else self.title


HIDDEN_LINK = LinkTitle(0, "", restricted=True)


@dataclass(slots=True)
class Row:
    """One record. `values`: Python values by field name; `links`: by the name of each link field that is not blank (a tuple for
    several links); `can_edit` and `can_delete` are the reader's rights on this record."""

    id: int
    module: str
    version: int
    title: str
    values: dict[str, Any]
    spec: ModuleSpec = field(repr=False)
    links: dict[str, LinkTitle | tuple[LinkTitle, ...]] = field(default_factory=dict)
    currency: str | None = None
    can_edit: bool = False
    can_delete: bool = False
    deleted: bool = False

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def json(self) -> dict[str, Any]:
        """The row for the browser: {"id", "version", "title", "cells": {name: JSON}, "can": […]}, and "currency", "deleted" if any."""
        by_name = self.spec.by_name
        cells = {
            name: value if _is_plain(by_name[name].type) else self._cell(by_name[name], value)
            for name, value in self.values.items()
        }
        can = [op for op, allowed in (("edit", self.can_edit), ("delete", self.can_delete)) if allowed]
        data = {"id": str(self.id), "version": self.version, "title": self.title, "cells": cells, "can": can}
        if self.currency:
            data["currency"] = self.currency
        if self.deleted:
            data["deleted"] = True
        return data

    def _cell(self, spec: FieldSpec, value: Any) -> Any:
        if spec.type in LINKS:
            found = self.links.get(spec.name)
            if isinstance(found, tuple):
                return [link.json() for link in found]
            return None if found is None else found.json(spec.type == "any_link")
        return None if value is None else types[spec.type].to_json(value, spec)


@lru_cache
def _is_plain(key: str) -> bool:
    """Whether a value of that type is its own JSON: most cells of a list."""
    return key not in LINKS and type(types[key]).to_json is FieldType.to_json


@dataclass(slots=True)
class Page:
    """Rows in order. `next` is where the following page begins, None at the end; `total` is known when all are here."""

    rows: list[Row]
    next: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many records there are; at least `n` when `capped`."""

    n: int
    capped: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Records with the same `value` (None: blank). `totals`: {"amount": Decimal} or {"amount.avg": …} for other aggregates."""

    value: Any
    label: str
    count: int
    totals: Mapping[str, Any] = field(default_factory=dict)
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A value that the filter panel offers. `value` is JSON, None for blank; `count` applies all other filters."""

    value: Any
    label: str
    count: int
    colour: str = ""

    def json(self) -> dict[str, Any]:
        return {"value": self.value, "label": self.label, "count": self.count, "colour": self.colour}
