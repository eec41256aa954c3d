"""Numbers as people write them: "1 234,5", "1.234,50 €", "$22,700.00", "15k", "1,2 M", "(123)", "123-".

What computers write ("1234.567", digits with one dot) always means itself, unless the context names "," as the decimal separator:
the browser and the API send exact decimals in this form. "1,234" is ambiguous: the context's separator decides, else its language
(1.234 in French, 1234 in English). What cannot be read surely is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from app.base.i18n import N_
from app.fields.cleaning import shown
from app.fields.spec import Ctx, Problem

_MOST_DIGITS = 40
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_PLAIN = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_SCIENTIFIC = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?[eE][+-]?\d{1,2}", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009_]+")
_SYMBOL = re.compile(r"(?:[A-Za-z]{1,3})?[$€£¥₹₽₺₩₪₫₴₦฿₱]")
_NAME = re.compile(r"(?:\bd'|\bde )?(?<![^\W\d_])[^\W\d_]{2,7}\.?(?![^\W\d_])")
_NAMES = frozenset({"euro", "euros", "dollar", "dollars", "fr", "kr", "zł", "lei", "kč", "ft"})
_SUFFIX = re.compile(r"(?<=[\d\s.,])(k|mille|m|mio|millions?|md|mds|mrd|milliards?|bn|b|billions?|g)\.?$", re.IGNORECASE)
_POWERS = {"k": 3, "mille": 3, "m": 6, "mio": 6, "million": 6, "md": 9, "mds": 9, "mrd": 9, "milliard": 9, "bn": 9, "b": 9,
           "billion": 9, "g": 9}  # fmt: skip
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‑": "-", "’": "'", "`": "'", "٫": ".", "٬": ","})
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([ ',.])\d{3})(?:\1\d{3})*", re.ASCII)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_INDIAN = re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}", re.ASCII)


def read_number(raw: Any, ctx: Ctx, *, currency: bool = False, percent: bool = False) -> Decimal | None:
    """The exact number that `raw` says; None for blank. `currency`, `percent`: such signs may stand beside it. Raises `Problem`."""
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        if _PLAIN.fullmatch(text) and ("." not in text or ctx.decimal != ","):
            return Decimal(text)
        return _read(text, raw, ctx, currency, percent)
    if raw is None:
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, Decimal)):
        raise _not_a_number(raw)
    return _bounded(Decimal(repr(raw)) if isinstance(raw, float) else Decimal(raw), raw)


def rounded(number: Decimal, scale: int) -> Decimal:
    """`number` with at most `scale` decimals, half up; the same decimal in value, whatever zeros it was written with."""
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > scale:
        return number.quantize(_unit(scale), context=_EXACT)
    return number


def plain(number: Decimal) -> str:
    """The exact number as computers write it, without exponent and useless zeros: "1234.5"."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(maxsize=32)
def _unit(scale: int) -> Decimal:
    return Decimal(1).scaleb(-scale)


def _not_a_number(raw: Any) -> Problem:
    return Problem(N_("“%(value)s” is not a number. Write it like 1,234.50.", value=shown(raw)))


def _read(text: str, raw: str, ctx: Ctx, currency: bool, percent: bool) -> Decimal:
    if len(text) > 80:
        raise _not_a_number(raw)
    if not text.isascii():
        text = "".join(c if c.isascii() else str(unicodedata.decimal(c, c)) for c in text.translate(_MINUS))
    text = _SPACES.sub(" ", text).strip().lstrip("'").strip()
    if _SCIENTIFIC.fullmatch(text):
        return _decimal(text.replace(",", "."), raw)
    text, negative = _sign(text)
    if percent:
        text = text.rstrip("%٪ ").lstrip("% ")
    signed = text
    if currency:
        text = _NAME.sub(_without_currency, _SYMBOL.sub(_without_symbol, text, count=1), count=2).strip()
        if text != signed and not negative:
            text, negative = _sign(text)
    power = 0
    if found := _SUFFIX.search(text):
        word = found.group(1).lower()
        power = _POWERS.get(word) or _POWERS[word.rstrip("s")]
        text = text[: found.start()].strip()
    if text != signed and not ctx.decimal and ctx.language.startswith("fr") and _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")  # "1.000 €": a person wrote it, and amounts have no three decimals
    number = _decimal(_separated(text, raw, ctx), raw)
    if power:
        number = _bounded(number.scaleb(power, context=_EXACT), raw)
    return -number if negative else number


def _without_symbol(found: re.Match[str]) -> str:
    """Nothing for "US$", but "k" for "k€"."""
    letters = found.group()[:-1]
    return letters if letters.lower() in _POWERS else ""


def _without_currency(found: re.Match[str]) -> str:
    word = found.group().rstrip(".")
    word = word.removeprefix("d'").removeprefix("de ")
    return "" if word.lower() in _NAMES or word.upper() in _currencies() else found.group()


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    """The codes of ISO 4217."""
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


def _sign(text: str) -> tuple[str, bool]:
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith("-"):
        return text[1:].strip(), True
    if text.endswith("-"):
        return text[:-1].strip(), True
    return (text[1:].strip() if text.startswith("+") else text), False


def _separated(text: str, raw: str, ctx: Ctx) -> str:
    """Digits with at most one dot. Decides which sign separates decimals, then checks that the other one separates thousands."""
    commas, dots = text.count(","), text.count(".")
    if commas and dots:
        decimal = "," if text.rfind(",") > text.rfind(".") else "."
        if ctx.decimal and ctx.decimal != decimal:
            raise _not_a_number(raw)
    elif commas + dots > 1:
        decimal = ""  # 1,234,567: thousands
    elif commas or dots:
        decimal = _single(text, "," if commas else ".", ctx)
    else:
        decimal = ""
    if not decimal:
        return _whole(text, raw)
    whole, _, fraction = text.rpartition(decimal)
    if not (fraction.isascii() and (fraction.isdigit() or (not fraction and whole))) or decimal in whole:
        raise _not_a_number(raw)
    return f"{_whole(whole, raw) if whole else '0'}.{fraction or '0'}"


def _single(text: str, sign: str, ctx: Ctx) -> str:
    """Whether the only `sign` in `text` separates decimals: then it is returned, else ''."""
    if ctx.decimal:
        return sign if sign == ctx.decimal else ""
    if sign == ".":
        return sign
    before, _, after = text.partition(sign)
    looks_grouped = len(after) == 3 and 0 < len(before) <= 3 and before != "0" and " " not in before
    return "" if looks_grouped and not ctx.language.startswith("fr") else sign


def _whole(text: str, raw: str) -> str:
    if text.isascii() and text.isdigit():
        return text
    if _GROUPED.fullmatch(text) or _INDIAN.fullmatch(text):
        return re.sub(r"[ ',.]", "", text)
    raise _not_a_number(raw)


def _decimal(text: str, raw: str) -> Decimal:
    try:
        return _bounded(Decimal(text), raw)
    except InvalidOperation:
        raise _not_a_number(raw) from None


def _bounded(number: Decimal, raw: Any) -> Decimal:
    """`number` written without an exponent; refused when no field could hold it."""
    if not number.is_finite() or number.adjusted() > _MOST_DIGITS:
        raise _not_a_number(raw)
    exponent = number.as_tuple().exponent
    return number.quantize(_unit(0), context=_EXACT) if isinstance(exponent, int) and exponent > 0 else number
