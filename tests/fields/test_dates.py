"""Days and instants as people write them. Today is Tuesday 24 November 2026."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base import clock
from app.base.i18n import using
from app.fields.dates import read_date, read_date_or_instant, read_datetime
from app.fields.spec import Problem
from tests.fields.samples import EN, FR


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-12-31", "2026-12-31"), ("2026/12/31", "2026-12-31"), ("20261231", "2026-12-31"), ("31.12.26", "2026-12-31"),
        ("31 déc. 2026", "2026-12-31"), ("31 décembre 2026", "2026-12-31"), ("1er janvier 2027", "2027-01-01"),
        ("31-Dec-2026", "2026-12-31"), ("Dec 31, 2026", "2026-12-31"), ("April 5th, 2026", "2026-04-05"),
        ("jeudi 31 décembre 2026", "2026-12-31"), ("15 Apr, 2021 00:03:00", "2021-04-15"), ("2021-04-15T00:03:00+05:30", "2021-04-15"),
        ("31/12/2026", "2026-12-31"), ("12/31/2026", "2026-12-31"), ("5 août", "2026-08-05"), ("31 mars", "2027-03-31"),
        ("demain", "2026-11-25"), ("Aujourd’hui", "2026-11-24"), ("today", "2026-11-24"), ("@today", "2026-11-24"),
        ("hier", "2026-11-23"), ("après-demain", "2026-11-26"), ("lundi", "2026-11-30"), ("Mardi", "2026-12-01"),
        ("next friday", "2026-11-27"), ("lundi dernier", "2026-11-23"), ("last tuesday", "2026-11-17"), ("in 3 days", "2026-11-27"),
        ("dans 2 semaines", "2026-12-08"), ("dans un mois", "2026-12-24"), ("il y a 3 jours", "2026-11-21"), ("3 days ago", "2026-11-21"),
        ("+3", "2026-11-27"), ("+2 sem", "2026-12-08"), ("-1 an", "2025-11-24"), ("fin de mois", "2026-11-30"),
        ("end of year", "2026-12-31"), ("in 3 months", "2027-02-24"),
    ],
)  # fmt: skip
def test_reads_days_in_either_language(written: str, day: str) -> None:
    for ctx in (FR, EN):
        assert read_date(written, ctx) == date.fromisoformat(day)


def test_the_order_of_day_and_month() -> None:
    assert read_date("03/04/2026", FR) == date(2026, 4, 3)
    assert read_date("03/04/2026", EN) == date(2026, 3, 4)
    assert read_date("03.04.2026", EN) == date(2026, 4, 3)
    assert read_date("03/04/2026", replace(EN, dates="day-first")) == date(2026, 4, 3)
    assert read_date("03-04-26", replace(FR, dates="month-first")) == date(2026, 3, 4)
    for ctx in (replace(FR, dates="month-first"), replace(FR, dates="iso")):
        with pytest.raises(Problem):
            read_date("31/12/2026", ctx)


def test_two_figures_of_a_year() -> None:
    assert read_date("01/01/46", FR) == date(2046, 1, 1)
    assert read_date("01/01/47", FR) == date(1947, 1, 1)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31/02/2026", "28 jours"), ("2026-02-29", "28 jours"), ("31 avril 2026", "30 jours"), ("13/13/2026", "mois 13"),
        ("32/01/2026", "jour 32"), ("bientôt", "31/12/2026"), ("2026", "31/12/2026"), ("12-31", "31/12/2026"), ("5.30", "31/12/2026"),
        ("foo 5 mai 2026", "31/12/2026"), ("01/01/0999", "1000"), ("x" * 10_000, "31/12/2026"), ("T" * 50, "31/12/2026"),
        ("dans 9999 ans", ""), ("2026-12-31 25:00", "31/12/2026"), ("2026-13-01T10:00", ""), ("mars", "31/12/2026"),
    ],
)  # fmt: skip
def test_refuses_with_the_reason(written: str, why: str) -> None:
    with pytest.raises(Problem) as refused, using("fr"):
        read_date(written, FR)
    with using("fr"):
        assert why in str(refused.value.message)
        assert len(str(refused.value.message)) < 200


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-12-31T08:30:00+00:00", "2026-12-31T08:30:00"), ("2026-12-31 08:30", "2026-12-31T07:30:00"),
        ("2026-12-31T08:30:00.123456Z", "2026-12-31T08:30:00.123456"), ("2026-12-31 08:30:15.5", "2026-12-31T07:30:15.500000"),
        ("15 Apr, 2021 00:03:00", "2021-04-14T22:03:00"), ("31/12/2026 14h30", "2026-12-31T13:30:00"),
        ("31/12/2026 à 9h", "2026-12-31T08:00:00"), ("31/12/2026 2:30 PM", "2026-12-31T13:30:00"),
        ("Dec 31, 2026, 2:30\u202fPM", "2026-12-31T13:30:00"), ("Mon, 05 Jan 2026 10:00:00 +0200", "2026-01-05T08:00:00"),
        ("demain 9:00", "2026-11-25T08:00:00"), ("14:30", "2026-11-24T13:30:00"), ("31/12/2026", "2026-12-30T23:00:00"),
        ("2026-12-31 24:00", "2026-12-31T23:00:00"), ("2026-12-31T08:30:00 GMT+0200", "2026-12-31T06:30:00"),
        ("12 am", "2026-11-23T23:00:00"), ("2026-12-31T08:30+05", "2026-12-31T03:30:00"),
    ],
)  # fmt: skip
def test_reads_instants(written: str, instant: str) -> None:
    assert read_datetime(written, FR) == datetime.fromisoformat(instant).replace(tzinfo=UTC)


def test_a_clock_time_without_offset_is_in_the_readers_zone() -> None:
    assert read_datetime("2026-12-31 08:30", EN) == datetime(2026, 12, 31, 13, 30, tzinfo=UTC)
    assert read_datetime(datetime(2026, 12, 31, 8, 30), EN) == datetime(2026, 12, 31, 13, 30, tzinfo=UTC)
    assert read_date("2026-12-31T23:30:00Z", FR) == date(2027, 1, 1)
    assert read_date(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), FR) == date(2027, 1, 1)


def test_daylight_saving() -> None:
    assert read_datetime("2026-03-29 02:30", FR) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), (
        "02:30 was skipped: 03:30 summer time"
    )
    assert read_datetime("2026-10-25 02:30", FR) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "the first of the two"
    assert read_datetime("25/10/2026 02:30 +01:00", FR) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_now() -> None:
    moment = datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC)
    clock.set_clock(lambda: moment)
    try:
        assert read_datetime("maintenant", FR) == read_datetime("@now", FR) == moment
    finally:
        clock.set_clock(None)


def test_blank_as_mysql_writes_it() -> None:
    assert read_date("0000-00-00", FR) is None
    assert read_datetime("0000-00-00 00:00:00", FR) is None


def test_a_filter_takes_a_day_or_an_instant() -> None:
    assert read_date_or_instant("2026-12-31", FR) == date(2026, 12, 31)
    assert type(read_date_or_instant("demain", FR)) is date
    assert read_date_or_instant("2026-12-31 00:00", FR) == datetime(2026, 12, 30, 23, tzinfo=UTC)
    assert read_date_or_instant(datetime(2026, 12, 31, tzinfo=UTC), FR) == datetime(2026, 12, 31, tzinfo=UTC)
    assert read_date_or_instant("", FR) is None


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)), st.integers(-840, 840))
def test_reads_isoformat(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read_datetime(aware.isoformat(), FR) == aware
    assert read_date(moment.date().isoformat(), EN) == moment.date()
