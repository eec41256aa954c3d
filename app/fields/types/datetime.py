"""An instant, aware and in UTC; people read and write it in their own zone."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.database.types import Instant
from app.fields import periods
from app.fields.dates import read_date_or_instant, read_datetime
from app.fields.formats import format_datetime
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator


class DatetimeType(FieldType):
    """JSON: "2026-12-31T08:30:00+00:00"."""

    key = "datetime"
    label = N_("Date and time")
    icon = "schedule"
    cell = "datetime"
    editor = "datetime"
    aggregates = ("count", "min", "max")
    groupable = True

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return Instant()

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> datetime | None:
        return read_datetime(raw, ctx)

    def to_json(self, value: Any, spec: FieldSpec) -> str | None:
        return None if value is None else value.isoformat()

    def from_json(self, data: Any, spec: FieldSpec) -> datetime | None:
        return None if data is None else datetime.fromisoformat(data).astimezone(UTC)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "" if value is None else format_datetime(value, ctx.language, ctx.zone)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return periods.DATETIME

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        """Days of the company's calendar; instants where the text has a clock time."""
        return periods.span_operand(operator, raw, lambda one: read_date_or_instant(one, ctx), ctx)

    def example(self, rng: random.Random, spec: FieldSpec) -> datetime:
        return datetime(2026, 1, 1, 8, tzinfo=UTC) + timedelta(minutes=15 * rng.randrange(60_000))
