"""A telephone number: kept in international form when it is a known one, else as it was typed; its shadow is the digits alone."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar

from app.base.i18n import N_
from app.fields import operators
from app.fields.cleaning import clean_line, shown
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, Operator, Problem
from app.fields.types.text import TextType

_FRENCH = re.compile(r"(?:\+33|0033|0)[ .]?(?:\(0\))?[ .]?([1-79])[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)", re.ASCII)
_OVERSEAS = {
    **dict.fromkeys(("590", "690", "691"), "GP"),
    **dict.fromkeys(("594", "694"), "GF"),
    **dict.fromkeys(("596", "696", "697"), "MQ"),
    **dict.fromkeys(("262", "263", "692", "693"), "RE"),
    **dict.fromkeys(("269", "639"), "YT"),
}  # written with ten digits like those of the mainland, but with country codes of their own
_ONE_NUMBER = re.compile(r"[+(]?[\d\s()./\u2010-\u2015-]{3,40}(?:(?:x|ext\.?|poste|#)\s*\d{1,7})?", re.IGNORECASE | re.ASCII)
_NOT_DIGIT = re.compile(r"\D", re.ASCII)


class PhoneType(TextType):
    """ "06 12 34 56 78" in a French organisation is kept as "+33 6 12 34 56 78"."""

    key = "phone"
    label = N_("Phone")
    icon = "call"
    settings: ClassVar[tuple[FieldSpec, ...]] = (
        setting(
            "text",
            "region",
            N_("Country of numbers without a country code"),
            "FR",
            help=N_("Two letters, such as FR."),
            max_length=2,
        ),
    )
    default_length = 60

    def max_length(self, spec: FieldSpec) -> int:
        return self.default_length

    def region(self, spec: FieldSpec) -> str:
        """The country of numbers without a country code (ISO 3166)."""
        return str(spec.settings.get("region") or "FR")

    def normalise(self, text: str, spec: FieldSpec, ctx: Ctx) -> str:
        region = self.region(spec)
        if (found := _FRENCH.fullmatch(text)) and (region == "FR" or not text.startswith("0") or text.startswith("0033")):
            overseas = _OVERSEAS.get(found[1] + found[2])
            if overseas is None:
                return "+33 " + " ".join(found.groups())
            return international("0" + "".join(found.groups()), overseas)
        return international(text, region)

    def shadow(self, value: str | None, spec: FieldSpec) -> str | None:
        return None if value is None else phone_digits(value)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return PHONE

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        """Digits; a national "06 12" also means "33 6 12", as valid numbers are kept in international form."""
        if operator in ("empty", "not_empty"):
            return None
        found: set[str] = set()
        for one in operators.listed(raw):
            found.update(self._alternatives(operator, clean_line(one) or "", spec, ctx))
        found.discard("")
        if not found:
            raise operators.missing()
        return tuple(sorted(found))

    def _alternatives(self, operator: str, text: str, spec: FieldSpec, ctx: Ctx) -> Iterable[str]:
        digits = phone_digits(text)
        if operator in ("is", "is_not", "in", "not_in"):
            return (phone_digits(self.normalise(text, spec, ctx)),) if digits else ()
        if digits.startswith("00"):
            return (digits[2:],)
        if not digits.startswith("0"):
            return (digits,)
        if operator == "starts_with":
            return digits, calling_code(self.region(spec)) + digits[1:]
        return (digits, digits[1:]) if len(digits) > 1 else (digits,)

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        return "+33 1 99 00 " + f"{rng.randrange(100):02d} {rng.randrange(100):02d}"  # a range kept for fiction

    def search_text(self, value: Any, spec: FieldSpec) -> str:
        """As it is shown, its digits, and those one dials in the country: people search either."""
        if value is None:
            return ""
        digits, code = phone_digits(value), calling_code(self.region(spec))
        national = f" 0{digits.removeprefix(code)}" if value.startswith("+") and code and digits.startswith(code) else ""
        return f"{value} {digits}{national}"

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.default_length, "href": "tel"}


def international(text: str, region: str) -> str:
    """The number in international form when it is valid in `region` or names its country; else as it stands. Raises `Problem`."""
    if not any(c.isascii() and c.isdigit() for c in text):
        raise Problem(N_("“%(value)s” is not a phone number: it has no digit.", value=shown(text)))
    if not _ONE_NUMBER.fullmatch(text):
        return text  # two numbers, or words that the library would drop or turn into digits
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


@lru_cache(maxsize=64)
def calling_code(region: str) -> str:
    """The digits that a country's numbers start with abroad: "33"."""
    import phonenumbers

    return str(phonenumbers.country_code_for_region(region) or "")


def phone_digits(text: str) -> str:
    """The digits alone: what comparisons look at."""
    return _NOT_DIGIT.sub("", text)


PHONE = operators.text_operators(phone_digits)
