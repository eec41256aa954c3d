"""What "this week", "last fiscal quarter", "in the next 7 days" mean: the company's calendar, for everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.fields.periods import instant, span
from app.fields.registry import types
from app.fields.spec import Problem
from tests.fields.samples import FR, sample


@pytest.mark.parametrize(
    ("key", "value", "first", "after"),
    [
        ("today", None, "2026-11-24", "2026-11-25"), ("tomorrow", None, "2026-11-25", "2026-11-26"), ("yesterday", None, "2026-11-23", "2026-11-24"),
        ("this_week", None, "2026-11-23", "2026-11-30"), ("last_week", None, "2026-11-16", "2026-11-23"), ("next_week", None, "2026-11-30", "2026-12-07"),
        ("this_month", None, "2026-11-01", "2026-12-01"), ("last_month", None, "2026-10-01", "2026-11-01"), ("next_month", None, "2026-12-01", "2027-01-01"),
        ("this_quarter", None, "2026-10-01", "2027-01-01"), ("last_quarter", None, "2026-07-01", "2026-10-01"),
        ("next_quarter", None, "2027-01-01", "2027-04-01"), ("this_year", None, "2026-01-01", "2027-01-01"),
        ("last_year", None, "2025-01-01", "2026-01-01"), ("next_year", None, "2027-01-01", "2028-01-01"),
        ("last_n_days", 7, "2026-11-17", "2026-11-25"), ("next_n_days", 7, "2026-11-24", "2026-12-02"),
        ("due_in_days", 3, "2026-11-27", "2026-11-28"),
    ],
)  # fmt: skip
def test_spans(key: str, value: int | None, first: str, after: str) -> None:
    assert span(key, value, FR) == (date.fromisoformat(first), date.fromisoformat(after))


def test_open_spans() -> None:
    assert span("older_than_days", 30, FR) == (None, date(2026, 10, 25))
    assert span("tomorrow_onwards", None, FR) == (date(2026, 11, 25), None)
    assert span("till_yesterday", None, FR) == (None, date(2026, 11, 24))


def test_fiscal_years_begin_when_the_company_says() -> None:
    april = replace(FR, fiscal_month=4)
    assert span("this_fiscal_year", None, april) == (date(2026, 4, 1), date(2027, 4, 1))
    assert span("last_fiscal_quarter", None, april) == (date(2026, 7, 1), date(2026, 10, 1))
    february = replace(FR, fiscal_month=2, today=date(2026, 1, 15))
    assert span("this_fiscal_year", None, february) == (date(2025, 2, 1), date(2026, 2, 1))
    assert span("this_fiscal_quarter", None, february) == (date(2025, 11, 1), date(2026, 2, 1))
    assert span("next_fiscal_quarter", None, february) == (date(2026, 2, 1), date(2026, 5, 1))


def test_weeks_begin_when_the_company_says() -> None:
    assert span("this_week", None, replace(FR, week_start=6)) == (date(2026, 11, 22), date(2026, 11, 29))


def test_days_of_instants_are_those_of_the_companys_zone() -> None:
    kind, spec = types["datetime"], sample("datetime")
    today = next(operator for operator in kind.operators(spec) if operator.key == "today")
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Paris
    assert today.py(late, None, FR)
    assert not today.py(late, None, replace(FR, company_zone="America/New_York"))
    assert today.py(late, None, replace(FR, zone="America/New_York")), "the reader's zone does not matter"


def test_midnight_that_does_not_exist() -> None:
    assert instant(date(2018, 11, 4), "America/Sao_Paulo") == datetime(2018, 11, 4, 3, tzinfo=UTC)
    assert instant(date(2026, 3, 30), "Europe/Paris") - instant(date(2026, 3, 29), "Europe/Paris") == datetime(
        2026, 1, 1, 23
    ) - datetime(2026, 1, 1)


def test_a_range_given_backwards_is_turned_and_may_be_open() -> None:
    kind, spec = types["date"], sample("date")
    assert kind.operand("between", ["2026-12-31", "2026-01-01"], spec, FR) == (date(2026, 1, 1), date(2026, 12, 31))
    assert kind.operand("between", {"from": "today", "to": None}, spec, FR) == (date(2026, 11, 24), None)
    for wrong in ([None, None], ["2026-01-01"], "2026-01-01"):
        with pytest.raises(Problem):
            kind.operand("between", wrong, spec, FR)
    with pytest.raises(Problem):
        kind.operand("last_n_days", "beaucoup", spec, FR)
    with pytest.raises(Problem):
        kind.operand("on", "", spec, FR)


def test_instants_and_days_in_one_range() -> None:
    kind, spec = types["datetime"], sample("datetime")
    between = next(operator for operator in kind.operators(spec) if operator.key == "between")
    value = kind.operand("between", ["2026-11-24T10:00:00Z", "2026-11-24"], spec, FR)
    assert between.py(datetime(2026, 11, 24, 10, tzinfo=UTC), value, FR)
    assert not between.py(datetime(2026, 11, 24, 10, 0, 1, tzinfo=UTC), value, FR)
