"""Values as people of each language read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.fields.formats import format_date, format_datetime, format_money, format_number, format_percent
from app.fields.registry import types
from tests.fields.samples import EN, FR, sample


def test_numbers() -> None:
    assert format_number(Decimal("1234567.5"), "fr") == "1\u202f234\u202f567,5"
    assert format_number(Decimal("1234.50"), "en") == "1,234.5"
    assert format_number(-1234, "fr") == "-1\u202f234"
    assert format_number(Decimal("0.00"), "fr", 2) == "0,00"
    assert format_number(Decimal("-0"), "fr") == "0"


@pytest.mark.parametrize(
    ("amount", "currency", "french", "english"),
    [
        ("1234.5", "EUR", "1\u202f234,50\u00a0€", "€1,234.50"), ("-5", "USD", "-5,00\u00a0$US", "-$5.00"), ("1234", "JPY", "1\u202f234\u00a0JPY", "¥1,234"),
        ("0.1234", "EUR", "0,1234\u00a0€", "€0.1234"), ("12", "CHF", "12,00\u00a0CHF", "CHF 12.00"), ("9999999999999.99", "EUR", "9\u202f999\u202f999\u202f999\u202f999,99\u00a0€", "€9,999,999,999,999.99"),
    ],
)  # fmt: skip
def test_amounts_with_the_decimals_of_their_currency(amount: str, currency: str, french: str, english: str) -> None:
    assert format_money(Decimal(amount), currency, "fr") == french
    assert format_money(Decimal(amount), currency, "en") == english


def test_money_is_shown_in_the_currency_of_the_context() -> None:
    assert types["money"].format(Decimal(5), sample("money"), replace(EN, currency="GBP")) == "£5.00"


def test_percentages() -> None:
    assert format_percent(Decimal("12.5"), "fr") == "12,5\u202f%"
    assert format_percent(Decimal(50), "en") == "50%"


def test_days_and_instants() -> None:
    assert format_date(date(2026, 2, 1), "fr") == "01/02/2026"
    assert format_date(date(2026, 2, 1), "en") == "Feb 1, 2026"
    assert format_date(date(2026, 2, 1), "de") == "2026-02-01"
    moment = datetime(2026, 12, 31, 8, 5, tzinfo=UTC)
    assert format_datetime(moment, "fr", "Europe/Paris") == "31/12/2026 09:05"
    assert format_datetime(moment, "en", "America/New_York") == "Dec 31, 2026 03:05"
    assert format_datetime(moment.replace(second=7), "fr", "UTC") == "31/12/2026 08:05:07"


def test_the_hour_that_comes_twice_tells_which() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert format_datetime(first, "fr", "Europe/Paris") == "25/10/2026 02:30"
    assert format_datetime(second, "fr", "Europe/Paris") == "25/10/2026 02:30 +01:00"
    kind, spec = types["datetime"], sample("datetime")
    for moment in (first, second):
        assert kind.parse(kind.format(moment, spec, FR), spec, FR) == moment
