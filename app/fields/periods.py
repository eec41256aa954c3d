"""Operators on days and instants: each is a half-open span [from, to) of days, found from "today" in the company's zone.

Invariants: "today", "this week", fiscal periods mean the same for everybody, whatever zone the reader is in; weeks start on
`ctx.week_start`, fiscal years on the first of `ctx.fiscal_month`. On an instant a day runs from midnight to midnight there, 23 to 25
hours long. `last_n_days` is today and the n days before it, `next_n_days` today and the n days after it; `older_than_days` is more
than n days ago; `due_in_days` is the very day n days from today.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_

from app.base.clock import zone_info
from app.base.i18n import N_, Text
from app.fields.operators import blanks, compared_operand, count_operand, no, yes
from app.fields.spec import Ctx, Operator

Span = tuple[date | datetime | None, date | datetime | None]
Finder = Callable[[Any, Ctx], Span]
DAY = timedelta(days=1)
FIRST, LAST = date(1000, 1, 1), date(9998, 12, 31)
"""Days outside are refused: neither engine, zone arithmetic nor any file format is sure there."""


def month_start(day: date, months: int = 0) -> date:
    """The first day of the month `months` after that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def week_start(day: date, ctx: Ctx) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=(day.weekday() - ctx.week_start) % 7)


def fiscal_year_start(day: date, ctx: Ctx) -> date:
    """The first day of the fiscal year of `day`."""
    return date(day.year if day.month >= ctx.fiscal_month else day.year - 1, ctx.fiscal_month, 1)


def instant(day: date, zone: str) -> datetime:
    """Midnight that begins `day` in `zone`, in UTC; where midnight does not exist, the first moment after it."""
    return datetime(day.year, day.month, day.day, tzinfo=zone_info(zone)).astimezone(UTC)


def as_instant(day: date | datetime, ctx: Ctx) -> datetime:
    """An instant as it is; a day as its beginning in the company's zone."""
    return day if isinstance(day, datetime) else instant(day, ctx.company_zone)


def _days(before: int, after: int) -> Finder:
    return lambda value, ctx: (ctx.today - before * DAY, ctx.today + after * DAY)


def _weeks(offset: int) -> Finder:
    def find(value: Any, ctx: Ctx) -> Span:
        start = week_start(ctx.today, ctx) + 7 * offset * DAY
        return start, start + 7 * DAY

    return find


def _months(size: int, offset: int) -> Finder:
    """Calendar spans of `size` months that divide the year: months, quarters, years."""

    def find(value: Any, ctx: Ctx) -> Span:
        first = month_start(ctx.today, -((ctx.today.month - 1) % size))
        return month_start(first, size * offset), month_start(first, size * (offset + 1))

    return find


def _fiscal(size: int, offset: int) -> Finder:
    def find(value: Any, ctx: Ctx) -> Span:
        year = fiscal_year_start(ctx.today, ctx)
        passed = (ctx.today.year - year.year) * 12 + ctx.today.month - year.month
        first = month_start(year, passed - passed % size)
        return month_start(first, size * offset), month_start(first, size * (offset + 1))

    return find


def _begins(value: date | datetime) -> date | datetime:
    return value


def _ends(value: date | datetime) -> date | datetime:
    """The first day, or microsecond, after `value`."""
    return value + (timedelta(microseconds=1) if isinstance(value, datetime) else DAY)


def _between(value: Any, ctx: Ctx) -> Span:
    low, high = value
    return None if low is None else _begins(low), None if high is None else _ends(high)


_SPANS: tuple[tuple[str, Text, str, Finder], ...] = (
    ("on", N_("on"), "one", lambda v, ctx: (_begins(v), _ends(v))),
    ("before", N_("before"), "one", lambda v, ctx: (None, _begins(v))),
    ("after", N_("after"), "one", lambda v, ctx: (_ends(v), None)),
    ("between", N_("between"), "range", _between),
    ("today", N_("today"), "none", _days(0, 1)),
    ("tomorrow", N_("tomorrow"), "none", lambda v, ctx: (ctx.today + DAY, ctx.today + 2 * DAY)),
    ("yesterday", N_("yesterday"), "none", _days(1, 0)),
    ("tomorrow_onwards", N_("from tomorrow on"), "none", lambda v, ctx: (ctx.today + DAY, None)),
    ("till_yesterday", N_("until yesterday"), "none", lambda v, ctx: (None, ctx.today)),
    ("this_week", N_("this week"), "none", _weeks(0)),
    ("last_week", N_("last week"), "none", _weeks(-1)),
    ("next_week", N_("next week"), "none", _weeks(1)),
    ("this_month", N_("this month"), "none", _months(1, 0)),
    ("last_month", N_("last month"), "none", _months(1, -1)),
    ("next_month", N_("next month"), "none", _months(1, 1)),
    ("this_quarter", N_("this quarter"), "none", _months(3, 0)),
    ("last_quarter", N_("last quarter"), "none", _months(3, -1)),
    ("next_quarter", N_("next quarter"), "none", _months(3, 1)),
    ("this_year", N_("this year"), "none", _months(12, 0)),
    ("last_year", N_("last year"), "none", _months(12, -1)),
    ("next_year", N_("next year"), "none", _months(12, 1)),
    ("this_fiscal_quarter", N_("this fiscal quarter"), "none", _fiscal(3, 0)),
    ("last_fiscal_quarter", N_("last fiscal quarter"), "none", _fiscal(3, -1)),
    ("next_fiscal_quarter", N_("next fiscal quarter"), "none", _fiscal(3, 1)),
    ("this_fiscal_year", N_("this fiscal year"), "none", _fiscal(12, 0)),
    ("last_fiscal_year", N_("last fiscal year"), "none", _fiscal(12, -1)),
    ("next_fiscal_year", N_("next fiscal year"), "none", _fiscal(12, 1)),
    ("last_n_days", N_("in the last … days"), "number", lambda n, ctx: (ctx.today - n * DAY, ctx.today + DAY)),
    ("next_n_days", N_("in the next … days"), "number", lambda n, ctx: (ctx.today, ctx.today + (n + 1) * DAY)),
    ("older_than_days", N_("more than … days ago"), "number", lambda n, ctx: (None, ctx.today - n * DAY)),
    ("due_in_days", N_("due in … days"), "number", lambda n, ctx: (ctx.today + n * DAY, ctx.today + (n + 1) * DAY)),
)
_DENIALS = (("not_on", N_("not on"), "on"), ("not_between", N_("not between"), "between"))
_COUNTED = frozenset(key for key, _, editor, _ in _SPANS if editor == "number")
_BARE = frozenset(key for key, _, editor, _ in _SPANS if editor == "none") | {"empty", "not_empty"}


def span_operand(operator: str, raw: Any, read: Callable[[Any], Any], ctx: Ctx) -> Any:
    """What a test on days needs: nothing, a number of days, a day, or two. `read` reads one day or instant. Raises `Problem`."""
    if operator in _BARE:
        return None
    if operator in _COUNTED:
        return count_operand(raw)
    return compared_operand(operator, raw, read, lambda value: as_instant(value, ctx))


def span(operator: str, value: Any, ctx: Ctx) -> Span:
    """The days [from, to) of an operator, for captions, charts and groups. Raises `KeyError` for operators without a span."""
    return _FINDERS[operator](value, ctx)


def _operators(edge: Callable[[date | datetime, Ctx], Any]) -> tuple[Operator, ...]:
    """For a column whose values compare with `edge(day)`."""

    def bounds(find: Finder, value: Any, ctx: Ctx) -> tuple[Any, Any]:
        start, end = find(value, ctx)
        return None if start is None else edge(start, ctx), None if end is None else edge(end, ctx)

    def sql(find: Finder) -> Callable[[ColumnElement[Any], Any, Ctx], ColumnElement[bool]]:
        def condition(column: ColumnElement[Any], value: Any, ctx: Ctx) -> ColumnElement[bool]:
            start, end = bounds(find, value, ctx)
            return and_(*([] if start is None else [column >= start]), *([] if end is None else [column < end]))

        return condition

    def py(find: Finder) -> Callable[[Any, Any, Ctx], bool]:
        def test(stored: Any, value: Any, ctx: Ctx) -> bool:
            start, end = bounds(find, value, ctx)
            return (start is None or stored >= start) and (end is None or stored < end)

        return test

    def positive(key: str, label: Text, editor: str, find: Finder) -> Operator:
        condition, test = sql(find), py(find)
        return Operator(
            key, label, editor,
            lambda column, value, ctx: yes(column(""), condition(column(""), value, ctx)),
            lambda stored, value, ctx: stored is not None and test(stored, value, ctx),
        )  # fmt: skip

    def denial(key: str, label: Text, editor: str, find: Finder) -> Operator:
        condition, test = sql(find), py(find)
        return Operator(
            key, label, editor,
            lambda column, value, ctx: no(column(""), condition(column(""), value, ctx)),
            lambda stored, value, ctx: stored is None or not test(stored, value, ctx),
        )  # fmt: skip

    editors = {key: editor for key, _, editor, _ in _SPANS}
    return (
        *(positive(*each) for each in _SPANS),
        *(denial(key, label, editors[of], _FINDERS[of]) for key, label, of in _DENIALS),
        *blanks(),
    )


_FINDERS: dict[str, Finder] = {key: find for key, _, _, find in _SPANS}
DATE = _operators(lambda day, ctx: day)
DATETIME = _operators(as_instant)
