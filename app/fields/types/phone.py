"""A telephone number: kept in international form when it is a known one, else as it was typed; its shadow is the digits alone."""

from __future__ import annotations

import random
import re
from typing import Any

from app.base.i18n import N_
from app.fields import operators
from app.fields.cleaning import shown
from app.fields.spec import Ctx, FieldSpec, Operator, Problem
from app.fields.types.text import TextType

_FRENCH = re.compile(r"(?:\+33|0033|0)[ .]?(?:\(0\))?[ .]?([1-9])[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)[ .-]?(\d\d)", re.ASCII)
_NOT_DIGIT = re.compile(r"\D", re.ASCII)


class PhoneType(TextType):
    """"06 12 34 56 78" in a French organisation is kept as "+33 6 12 34 56 78"."""

    key = "phone"
    label = N_("Phone")
    icon = "call"
    default_length = 60

    def max_length(self, spec: FieldSpec) -> int:
        return self.default_length

    def region(self, spec: FieldSpec) -> str:
        """The country of numbers without a country code (ISO 3166)."""
        return str(spec.settings.get("region") or "FR")

    def normalise(self, text: str, spec: FieldSpec, ctx: Ctx) -> str:
        region = self.region(spec)
        if (found := _FRENCH.fullmatch(text)) and (region == "FR" or not text.startswith("0") or text.startswith("0033")):
            return "+33 " + " ".join(found.groups())
        return international(text, region)

    def shadow(self, value: str | None, spec: FieldSpec) -> str | None:
        return None if value is None else phone_digits(value)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.TEXT

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        return "+33 1 99 00 " + f"{rng.randrange(100):02d} {rng.randrange(100):02d}"  # a range kept for fiction

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.default_length, "href": "tel"}


def international(text: str, region: str) -> str:
    """The number in international form when it is valid in `region` or names its country; else as it stands. Raises `Problem`."""
    import phonenumbers

    if not any(c.isdigit() for c in text):
        raise Problem(N_("“%(value)s” is not a phone number: it has no digit.", value=shown(text)))
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def phone_digits(text: str) -> str:
    """The digits alone: what comparisons look at."""
    return _NOT_DIGIT.sub("", text)
