"""Numbers as people write them: read exactly, or refused with a sentence; never guessed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.i18n import using
from app.fields.formats import format_money, format_number
from app.fields.numbers import plain, read_number, rounded
from app.fields.spec import Problem
from tests.fields.samples import EN, FR

COMMA, DOT = replace(FR, decimal=","), replace(EN, decimal=".")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1 234,5", "1234.5"), ("1\u202f234,50\u00a0€", "1234.50"), ("1.234,50 €", "1234.50"), ("$22,700.00", "22700.00"),
        ("15k", "15000"), ("15 k€", "15000"), ("EUR 15K", "15000"), ("1,2 M", "1200000"), ("1,2 millions d’euros", "1200000"),
        ("2 Md€", "2000000000"), ("(123)", "-123"), ("($1,000.50)", "-1000.50"), ("123-", "-123"), ("−5", "-5"), ("+5", "5"),
        ("-$5", "-5"), ("10 €", "10"), ("10EUR", "10"), ("CHF 1’234.50", "1234.50"), ("5 kr.", "5"), ("1,234,567", "1234567"),
        ("1.234.567", "1234567"), ("12,34,567.89", "1234567.89"), ("1,23", "1.23"), ("1,2345", "1.2345"), ("0,123", "0.123"),
        (".5", "0.5"), (",5", "0.5"), ("1054.0", "1054.0"), ("1.5E+05", "150000"), ("١٢", "12"), ("007", "7"),
    ],
)  # fmt: skip
def test_reads_amounts_in_either_language(written: str, number: str) -> None:
    for ctx in (FR, EN):
        assert read_number(written, ctx, currency=True) == Decimal(number)


def test_a_lone_comma_follows_the_separator_named_else_the_language() -> None:
    assert read_number("1,234", FR) == Decimal("1.234")
    assert read_number("1,234", EN) == 1234
    assert read_number("1,234", replace(FR, decimal=".")) == 1234
    assert read_number("1,234", replace(EN, decimal=",")) == Decimal("1.234")
    assert read_number("1.234", COMMA) == 1234
    assert read_number("1.234", DOT) == read_number("1.234", FR) == Decimal("1.234")


def test_a_french_amount_with_three_figures_after_a_dot_means_thousands() -> None:
    assert read_number("1.000 €", FR, currency=True) == 1000
    assert read_number("$1.000", EN, currency=True) == 1


@pytest.mark.parametrize(
    "written",
    ["12,3,4", "abc", "5 abc", "1.2.3", "12 34", "1 23", "½", "10²", "-", "€", "()", "--5", "5%", "NaN", "inf", "1e99", "1.00.000",
     "0x10", "1,00,0", "9" * 60, "1 2 3", "5 EUR USD CHF", "1,234.5,6"],
)  # fmt: skip
def test_refuses_what_cannot_be_read_surely_and_shows_what_is_expected(written: str) -> None:
    for ctx in (FR, EN):
        with pytest.raises(Problem) as refused:
            read_number(written, ctx, currency=True)
        with using("fr"):
            assert "1\u202f234,50" in str(refused.value.message)
        with using("en"):
            assert "1,234.50" in str(refused.value.message)


def test_a_named_separator_is_kept_to() -> None:
    for written, ctx in (("1054.0", COMMA), ("1,234.5", COMMA), ("1.234,5", DOT), ("1,5", DOT)):
        with pytest.raises(Problem):
            read_number(written, ctx)


def test_takes_numbers_of_programs_exactly() -> None:
    assert read_number(0.1, FR) == Decimal("0.1")
    assert read_number(1234, FR) == 1234
    assert read_number(Decimal("1E+3"), FR) == 1000
    assert str(read_number(Decimal("1E+3"), FR)) == "1000"
    wrong: Any
    for wrong in (True, float("nan"), float("inf"), [], {}, Decimal("1e99")):
        with pytest.raises(Problem):
            read_number(wrong, FR)


@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(["fr", "en"]))
def test_reads_what_it_writes(number: Decimal, language: str) -> None:
    ctx = replace(FR, language=language)
    assert read_number(format_number(number, language), replace(ctx, decimal="," if language == "fr" else ".")) == number
    assert read_number(format_money(number, "EUR", language), ctx, currency=True) == number
    assert read_number(plain(number), ctx) == number


def test_rounds_half_up() -> None:
    assert rounded(Decimal("2.675"), 2) == Decimal("2.68")
    assert rounded(Decimal("-2.675"), 2) == Decimal("-2.68")
    assert plain(Decimal("100.500")) == "100.5"
    assert plain(Decimal("1E+2")) == "100"
    assert plain(Decimal("-0.0")) == "0"
