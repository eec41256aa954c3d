"""An amount in the record's currency, exact; its shadow `_c` is the same amount in the company's currency.

The pipeline fills `_c` (amount × the record's exchange rate). Filters, sorts and sums look at `_c` alone; the Python form of an
operator is therefore given the amount in the company's currency.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Column

from app.base.i18n import N_
from app.database.types import Scaled
from app.fields import operators
from app.fields.formats import format_money
from app.fields.numbers import read_number
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, Operator
from app.fields.types.decimal import DecimalType


class MoneyType(DecimalType):
    """Kept with four decimals, shown with those of the currency."""

    key = "money"
    label = N_("Amount")
    icon = "euro"
    cell = "money"
    editor = "money"
    settings: ClassVar[tuple[FieldSpec, ...]] = (setting("decimal", "minimum", N_("Smallest value"), scale=4),)
    default_scale = 4

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        scale = self.scale(spec)
        return [Column(spec.name, Scaled(scale), nullable=True), Column(spec.name + "_c", Scaled(scale), nullable=True)]

    def read(self, raw: Any, ctx: Ctx) -> Decimal | None:
        return read_number(raw, ctx, currency=True)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        """In the currency `ctx.currency`: for a record in another one, give a context that says so."""
        return "" if value is None else format_money(value, ctx.currency, ctx.language)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.MONEY

    def order_columns(self, spec: FieldSpec) -> tuple[str, ...]:
        return ("_c",)

    def example(self, rng: random.Random, spec: FieldSpec) -> Decimal:
        return Decimal(rng.randint(5, 900) * 100) + Decimal(rng.choice(["0", "0.5", "0.99"]))
