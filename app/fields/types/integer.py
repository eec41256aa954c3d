"""A whole number, small enough for JavaScript to hold exactly."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.fields import operators
from app.fields.cleaning import shown
from app.fields.formats import format_number
from app.fields.numbers import read_number
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem

LIMIT = 2**53 - 1


class IntegerType(FieldType):
    """Limits: settings `minimum` and `maximum`, included."""

    key = "integer"
    label = N_("Whole number")
    icon = "tag"
    cell = "number"
    editor = "number"
    align = "right"
    aggregates = ("count", "sum", "min", "max", "avg")

    settings = (
        setting("integer", "minimum", N_("Smallest value")),
        setting("integer", "maximum", N_("Largest value")),
    )

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return BigInteger()

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> int | None:
        whole = read_whole(raw, ctx)
        self.check(whole, spec)
        return whole

    def check(self, value: Any, spec: FieldSpec) -> None:
        minimum, maximum = spec.settings.get("minimum"), spec.settings.get("maximum")
        low = -LIMIT if minimum is None else int(minimum)
        high = LIMIT if maximum is None else int(maximum)
        if value is not None and not low <= value <= high:
            raise _out_of_range(low, high)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.NUMBER

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty"):
            return None
        return operators.compared_operand(operator, raw, lambda one: read_whole(one, ctx))

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "" if value is None else format_number(value, ctx.language)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"scale": 0}

    def example(self, rng: random.Random, spec: FieldSpec) -> int:
        minimum, maximum = spec.settings.get("minimum"), spec.settings.get("maximum")
        low = 0 if minimum is None else int(minimum)
        return rng.randint(low, low + 500 if maximum is None else int(maximum))


def read_whole(raw: Any, ctx: Ctx) -> int | None:
    """The whole number that `raw` says; None for blank. Raises `Problem`."""
    if isinstance(raw, str) and len(raw) < 16 and raw.isascii() and raw.isdigit():
        return int(raw)
    number = read_number(raw, ctx)
    if number is None:
        return None
    if not -LIMIT <= number <= LIMIT:
        raise _out_of_range(-LIMIT, LIMIT)
    if number != (whole := int(number)):
        raise Problem(N_("“%(value)s” is not a whole number. Write it without decimals.", value=shown(raw)))
    return whole


def _out_of_range(low: object, high: object) -> Problem:
    return Problem(N_("This number must lie between %(low)s and %(high)s.", low=low, high=high))
