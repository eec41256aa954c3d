"""Any number of records of another module, kept in the table `record_link`: this field has no column."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.database.types import Json
from app.fields import operators
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator
from app.fields.types.link import read_id


class MultiLinkType(FieldType):
    """Python: a tuple of ids without repetition, smallest first, never empty (None instead)."""

    key = "multi_link"
    label = N_("Links to several records")
    icon = "hub"
    cell = "links"
    editor = "links"
    sortable = False
    settings = (setting("text", "target", N_("Linked module"), required=True, max_length=80),)

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        return []

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        """Only for the declaration, which needs one."""
        return Json

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> tuple[int, ...] | None:
        if isinstance(raw, str):
            raw = [part for part in raw.replace(",", ";").split(";") if part.strip()]
        elif not isinstance(raw, (list, tuple, set, frozenset)):
            raw = [raw]
        return tuple(sorted({one for part in raw if (one := read_id(part)) is not None})) or None

    def to_json(self, value: Any, spec: FieldSpec) -> list[str] | None:
        return None if value is None else [str(one) for one in value]

    def from_json(self, data: Any, spec: FieldSpec) -> tuple[int, ...] | None:
        return None if data is None else tuple(int(one) for one in data)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        """The ids; titles are found by who exports them."""
        return "; ".join(str(one) for one in value or ())

    def store(self, value: Any, spec: FieldSpec) -> dict[str, Any]:
        return {}

    def load(self, row: Mapping[Any, Any], spec: FieldSpec) -> tuple[int, ...] | None:
        """None unless the reader put the ids there itself."""
        return row.get(spec.name)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return ()

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        return operators.values_operand(raw, read_id)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"target": spec.target}

    def example(self, rng: random.Random, spec: FieldSpec) -> tuple[int, ...]:
        return tuple(sorted({rng.randrange(1, 2**62), rng.randrange(1, 2**62)}))
