"""A day, without time or zone: it never shifts."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.fields import periods
from app.fields.dates import read_date
from app.fields.formats import format_date
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator


class DateType(FieldType):
    """JSON: "2026-12-31"."""

    key = "date"
    label = N_("Date")
    icon = "calendar_today"
    cell = "date"
    editor = "date"
    aggregates = ("count", "min", "max")
    groupable = True

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return Date()

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> date | None:
        return read_date(raw, ctx)

    def to_json(self, value: Any, spec: FieldSpec) -> str | None:
        return None if value is None else value.isoformat()

    def from_json(self, data: Any, spec: FieldSpec) -> date | None:
        return None if data is None else date.fromisoformat(data)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "" if value is None else format_date(value, ctx.language)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return periods.DATE

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        return periods.span_operand(operator, raw, lambda one: read_date(one, ctx), ctx)

    def example(self, rng: random.Random, spec: FieldSpec) -> date:
        return date(2026, 1, 1) + timedelta(days=rng.randrange(730))
