"""An e-mail address: checked in form only, nothing is asked of the network."""

from __future__ import annotations

import random
import re
from typing import Any, ClassVar

from app.base.i18n import N_
from app.fields.cleaning import shown
from app.fields.spec import Ctx, FieldSpec, Problem
from app.fields.types.text import TextType

_COMMON = re.compile(
    r"[A-Za-z0-9_+-]{1,40}(?:\.[A-Za-z0-9_+-]{1,20})?@[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?(?:\.[A-Za-z0-9]{2,20}){1,3}"
)
_NAMED = re.compile(r"[^<>]*<([^<>]+)>")


class EmailType(TextType):
    """Kept with the domain in lower case."""

    key = "email"
    label = N_("E-mail")
    icon = "mail"
    settings: ClassVar[tuple[FieldSpec, ...]] = ()
    default_length = 254

    def normalise(self, text: str, spec: FieldSpec, ctx: Ctx) -> str:
        if _COMMON.fullmatch(text):  # most of an import; whatever differs goes to the library, 50 times slower
            local, _, domain = text.partition("@")
            if "--" not in domain:
                return f"{local}@{domain.lower()}"
        text = text.removeprefix("mailto:")
        if named := _NAMED.fullmatch(text):
            text = named.group(1).strip()
        return _checked(text)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.max_length(spec), "href": "mailto"}

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        return f"{rng.choice(['claire', 'paul', 'ines', 'hugo'])}.{rng.randrange(10_000)}@{rng.choice(['exemple.fr', 'example.org'])}"


def _checked(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    if text.count("@") > 1 and any(sign in text for sign in ",; "):
        raise Problem(N_("Only one e-mail address fits here; “%(value)s” holds several.", value=shown(text)))
    try:
        found = validate_email(text, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError:
        raise _not_an_address(text) from None
    if "." not in found.domain:
        raise _not_an_address(text)
    return found.normalized


def _not_an_address(text: str) -> Problem:
    return Problem(N_("“%(value)s” is not an e-mail address. Write it like name@company.com.", value=shown(text)))
