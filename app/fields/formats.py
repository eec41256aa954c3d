"""Numbers, amounts, days and instants as people of a language read them: exports, messages, timeline.

Babel is asked once per language (separators, the place of the currency sign, month names); formatting itself is plain Python, as an
export writes a million cells. What is written here is read back by `numbers` and `dates` to the same value (seconds for instants).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from app.base.clock import zone_info


@dataclass(frozen=True, slots=True)
class Signs:
    """What a language writes numbers with."""

    group: str
    decimal: str
    percent: str  # what follows the number
    currency_first: bool
    currency_space: str
    months: tuple[str, ...]  # abbreviated, January first


@lru_cache(maxsize=16)
def signs(language: str) -> Signs:
    """The signs of a language, from CLDR."""
    from babel import Locale

    locale = Locale.parse(language)
    symbols = locale.number_symbols["latn"]
    pattern = locale.currency_formats["standard"].pattern.split(";")[0]
    first = pattern.startswith("¤")
    space = "".join(c for c in pattern if c.isspace())
    percent = locale.percent_formats[None].pattern.lstrip("#,0.")
    if language.startswith("fr"):
        percent = "\u202f%"  # as before the other high signs; CLDR has a wide space
    months = locale.months["format"]["abbreviated"]
    return Signs(symbols["group"], symbols["decimal"], percent, first, space, tuple(months[n] for n in range(1, 13)))


@lru_cache(maxsize=512)
def _currency(code: str, language: str) -> tuple[str, int]:
    from babel.numbers import get_currency_precision, get_currency_symbol

    return get_currency_symbol(code, locale=language), get_currency_precision(code)


def format_number(number: Decimal | int, language: str, decimals: int = 0) -> str:
    """ "1 234,5": grouped, with all its decimals and at least `decimals`."""
    sign = signs(language)
    text = f"{number:,f}" if isinstance(number, Decimal) else f"{number:,d}"
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    if not fraction and whole == "-0":
        whole = "0"
    whole = whole.replace(",", sign.group)
    return f"{whole}{sign.decimal}{fraction}" if fraction else whole


def format_money(amount: Decimal, currency: str, language: str) -> str:
    """ "1 234,50 €": with the decimals of the currency, more only where the amount has them."""
    symbol, decimals = _currency(currency, language)
    sign = signs(language)
    if not sign.currency_first:
        return f"{format_number(amount, language, decimals)}{sign.currency_space}{symbol}"
    space = sign.currency_space or (" " if symbol[-1:].isalpha() else "")
    minus = "-" if amount < 0 else ""
    return f"{minus}{symbol}{space}{format_number(abs(amount), language, decimals)}"


def format_percent(number: Decimal, language: str) -> str:
    """ "12,5 %"."""
    return format_number(number, language) + signs(language).percent


def format_date(day: date, language: str) -> str:
    """ "31/12/2026" in French; "Dec 31, 2026" in English, where figures alone would be ambiguous."""
    if language.startswith("fr"):
        return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"
    if language.startswith("en"):
        return f"{signs(language).months[day.month - 1]} {day.day}, {day.year:04d}"
    return day.isoformat()


def format_datetime(moment: datetime, language: str, zone: str) -> str:
    """ "31/12/2026 14:30" in `zone`; with seconds where it has some, with the offset where that hour comes twice."""
    local = moment.astimezone(zone_info(zone))
    clock = f"{local.hour:02d}:{local.minute:02d}"
    if local.second:
        clock += f":{local.second:02d}"
    if local.fold:
        offset = local.strftime("%z")
        clock += f" {offset[:3]}:{offset[3:5]}"
    return f"{format_date(local.date(), language)} {clock}"
