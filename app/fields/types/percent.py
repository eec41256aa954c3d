"""A percentage, exact: 50 means 50 %."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from app.base.i18n import N_
from app.fields.formats import format_percent
from app.fields.numbers import read_number
from app.fields.spec import Ctx, FieldSpec
from app.fields.types.decimal import DecimalType


class PercentType(DecimalType):
    """ "50", "50 %" and "50%" are the same."""

    key = "percent"
    label = N_("Percentage")
    icon = "percent"
    aggregates: ClassVar[tuple[str, ...]] = ("count", "min", "max", "avg")

    def read(self, raw: Any, ctx: Ctx) -> Decimal | None:
        return read_number(raw, ctx, percent=True)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "" if value is None else format_percent(value, ctx.language)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"scale": self.scale(spec), "unit": "percent"}
