"""A value that a formula makes of other fields. It is kept, so that it sorts, filters and is found like a typed one.

Settings: `result` (the key of the type that it behaves as), `formula` (its name in services/rules), `depends` (field names), and
those of the result type. Everything is asked of the result type.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, types


class ComputedType(FieldType):
    """Read-only; `parse` serves the formula's result, nobody else's input reaches it."""

    key = "computed"
    label = N_("Computed field")
    icon = "function"

    def result(self, spec: FieldSpec) -> FieldType:
        """The type that this field behaves as."""
        return types[str(spec.settings["result"])]

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        return self.result(spec).columns(spec)

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return self.result(spec).column_type(spec)

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        return self.result(spec).parse(raw, spec, ctx)

    def check(self, value: Any, spec: FieldSpec) -> None:
        self.result(spec).check(value, spec)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return self.result(spec).format(value, spec, ctx)

    def to_json(self, value: Any, spec: FieldSpec) -> Any:
        return self.result(spec).to_json(value, spec)

    def from_json(self, data: Any, spec: FieldSpec) -> Any:
        return self.result(spec).from_json(data, spec)

    def store(self, value: Any, spec: FieldSpec) -> dict[str, Any]:
        return self.result(spec).store(value, spec)

    def load(self, row: Mapping[Any, Any], spec: FieldSpec) -> Any:
        return self.result(spec).load(row, spec)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return self.result(spec).operators(spec)

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        return self.result(spec).operand(operator, raw, spec, ctx)

    def order_columns(self, spec: FieldSpec) -> tuple[str, ...]:
        return self.result(spec).order_columns(spec)

    def search_text(self, value: Any, spec: FieldSpec) -> str:
        return self.result(spec).search_text(value, spec)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        result = self.result(spec)
        return {**result.describe(spec), "result": result.key, "cell": result.cell, "align": result.align,
                "depends": list(spec.settings.get("depends", ()))}  # fmt: skip

    def example(self, rng: random.Random, spec: FieldSpec) -> Any:
        return self.result(spec).example(rng, spec)


def as_result(spec: FieldSpec) -> FieldSpec:
    """The specification with the type that a computed field behaves as; others as they are."""
    return replace(spec, type=str(spec.settings["result"])) if spec.type == "computed" else spec
