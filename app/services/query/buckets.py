"""Days, weeks, months, quarters and years to group by, in the company's zone, week and fiscal year.

Invariant: SQL only ever gives days, of which there are few; larger buckets are made of days here, once for both engines. An instant's
day is taken in the company's zone: its offsets over the period are known here and given to SQL as a CASE of shifts, exact through
every change of the clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, case, cast, func, literal, select, type_coerce

from app.base.clock import zone_info
from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.fields.spec import Ctx, FieldSpec
from app.services.query.source import Source, kind

BUCKETS = ("day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")


def bucket_of(day: date | str | None, bucket: str, ctx: Ctx) -> date | None:
    """The first day of the bucket that holds `day`. Raises `Invalid` for a bucket that does not exist."""
    if bucket not in BUCKETS:
        raise Invalid(N_("Dates cannot be grouped by “%(bucket)s”.", bucket=bucket))
    if isinstance(day, str):
        day = date.fromisoformat(day)
    if day is None or bucket == "day":
        return day
    if bucket == "week":
        return day - timedelta(days=(day.weekday() - ctx.week_start) % 7)
    if bucket == "month":
        return day.replace(day=1)
    start = ctx.fiscal_month if bucket.startswith("fiscal") else 1
    length = 3 if bucket.endswith("quarter") else 12
    months = day.year * 12 + day.month - 1
    first = months - (months - (start - 1)) % length
    return date(first // 12, first % 12 + 1, 1)


def bucket_label(day: date, bucket: str, ctx: Ctx) -> str:
    """How people of `ctx` call the bucket that begins with `day`: "mars 2026", "T1 2026", "2026–2027"."""
    from babel.dates import format_date

    if bucket in ("month", "quarter", "year"):
        return format_date(day, {"month": "LLLL y", "quarter": "QQQ y", "year": "y"}[bucket], locale=ctx.language)
    if bucket.startswith("fiscal"):
        number = (day.month - ctx.fiscal_month) % 12 // 3 + 1
        first = day.year if day.month >= ctx.fiscal_month else day.year - 1
        year = str(first) if ctx.fiscal_month == 1 else f"{first}–{first + 1}"
        return year if bucket == "fiscal_year" else _("Q%(n)s %(year)s", n=number, year=year)
    text = format_date(day, "short" if bucket == "week" else "medium", locale=ctx.language)
    return _("Week of %(day)s", day=text) if bucket == "week" else text


def day_of(source: Source, field: FieldSpec) -> ColumnElement[Any]:
    """The day of a date or instant, as an expression to group by: a date, or its ISO text on SQLite."""
    column = source.table.c[field.name]
    if kind(field) == "date":
        return column
    ends = (select(end(column)).scalar_subquery() for end in (func.min, func.max))  # of all records: one step in an index each
    first, last = source.connection.execute(select(*ends)).one()
    shifts = _shifts(first, last, source.ctx.company_zone)
    if source.connection.dialect.name == "sqlite":
        moved = [(column < until, f"{seconds} seconds") for until, seconds in shifts[:-1]]
        shift = case(*moved, else_=f"{shifts[-1][1]} seconds") if moved else literal(f"{shifts[-1][1]} seconds")
        return func.date(column, shift)
    moved_pg = [(column < until, timedelta(seconds=seconds)) for until, seconds in shifts[:-1]]
    plain = type_coerce(column, column.type.impl)  # type: ignore[attr-defined]
    interval = (
        case(*moved_pg, else_=timedelta(seconds=shifts[-1][1])) if moved_pg else literal(timedelta(seconds=shifts[-1][1]))
    )
    return cast(plain + interval, Date)


def _shifts(first: datetime | None, last: datetime | None, zone: str) -> list[tuple[datetime, int]]:
    """(until when, seconds east of UTC) over the period, in order; the last one has no end that matters."""
    place = zone_info(zone)
    now = datetime.now(UTC)
    first, last = first or now, last or now

    def offset(at: datetime) -> int:
        shift = at.astimezone(place).utcoffset()
        return int(shift.total_seconds()) if shift is not None else 0

    found: list[tuple[datetime, int]] = []
    at = first
    while at < last:
        step = min(at + timedelta(days=7), last)
        if offset(step) != offset(at):
            low, high = at, step
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (middle, high) if offset(middle) == offset(at) else (low, middle)
            found.append((high.replace(microsecond=0), offset(at)))
        at = step
    return [*found, (last, offset(last))]
