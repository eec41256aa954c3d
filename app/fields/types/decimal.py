"""An exact number with a fixed number of decimals, kept as an integer (`Scaled`). JSON: text, "1234.5"."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.database.types import Scaled
from app.fields import operators
from app.fields.formats import format_number
from app.fields.numbers import plain, read_number, rounded
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem

DIGITS = 17
"""Of the integer that is kept, so that 90 of the largest can be summed in 64 bits."""


class DecimalType(FieldType):
    """Also the base of percent and money. Settings: `scale`, `minimum`, `maximum`. More decimals than fit are rounded half up."""

    key = "decimal"
    label = N_("Decimal number")
    icon = "decimal_increase"
    cell = "number"
    editor = "number"
    align = "right"
    aggregates: ClassVar[tuple[str, ...]] = ("count", "sum", "min", "max", "avg")
    settings: ClassVar[tuple[FieldSpec, ...]] = (
        setting("integer", "scale", N_("Decimals"), 2, minimum=0, maximum=9),
        setting("decimal", "minimum", N_("Smallest value"), scale=6),
        setting("decimal", "maximum", N_("Largest value"), scale=6),
    )
    default_scale = 2

    def scale(self, spec: FieldSpec) -> int:
        """How many decimals are kept."""
        scale = spec.settings.get("scale")
        return self.default_scale if scale is None else int(scale)

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return Scaled(self.scale(spec))

    def read(self, raw: Any, ctx: Ctx) -> Decimal | None:
        """The number that `raw` says, with what this type lets stand beside it."""
        return read_number(raw, ctx)

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> Decimal | None:
        number = self.exact(raw, spec, ctx)
        if number is not None:
            self._check_limits(number, spec)
        return number

    def exact(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> Decimal | None:
        """The number that `raw` says on the scale of the column; raises `Problem` when it cannot be kept there."""
        number = self.read(raw, ctx)
        if number is None:
            return None
        self._check_size(number, spec)
        return rounded(number, self.scale(spec))

    def check(self, value: Any, spec: FieldSpec) -> None:
        if value is not None:
            self._check_size(value, spec)
            self._check_limits(value, spec)

    def _check_size(self, value: Decimal, spec: FieldSpec) -> None:
        if value and value.adjusted() >= DIGITS - self.scale(spec):
            raise Problem(N_("This number is too large: at most %(digits)s digits fit.", digits=DIGITS - self.scale(spec)))

    def _check_limits(self, value: Decimal, spec: FieldSpec) -> None:
        minimum, maximum = spec.settings.get("minimum"), spec.settings.get("maximum")
        if minimum is not None and value < Decimal(minimum):
            raise Problem(N_("This number must be at least %(low)s.", low=str(minimum)))
        if maximum is not None and value > Decimal(maximum):
            raise Problem(N_("This number must be at most %(high)s.", high=str(maximum)))

    def to_json(self, value: Any, spec: FieldSpec) -> str | None:
        return None if value is None else plain(value)

    def from_json(self, data: Any, spec: FieldSpec) -> Decimal | None:
        return None if data is None else Decimal(data)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.NUMBER

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty"):
            return None
        return operators.compared_operand(operator, raw, lambda one: self.exact(one, spec, ctx))

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "" if value is None else format_number(value, ctx.language)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"scale": self.scale(spec)}

    def example(self, rng: random.Random, spec: FieldSpec) -> Decimal:
        low = int(Decimal(spec.settings.get("minimum") or 0))
        high = int(Decimal(spec.settings.get("maximum") or low + 100))
        return (
            Decimal(rng.randint(low * 100, high * 100)).scaleb(-min(2, self.scale(spec)))
            if self.scale(spec)
            else Decimal(rng.randint(low, high))
        )
