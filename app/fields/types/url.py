"""The address of a web page: http or https, nothing that a browser would run."""

from __future__ import annotations

import random
import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from app.base.i18n import N_
from app.base.text import fold
from app.fields import operators
from app.fields.cleaning import SHADOW, clean_line, shown
from app.fields.spec import Ctx, FieldSpec, Operator, Problem
from app.fields.types.text import TextType

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:/|$))")
_BEGINNING = re.compile(r"(?:https?://)?(?:www\.)?", re.IGNORECASE)
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?=.{{1,253}}$)(?:(?:{_LABEL}\.)+{_LABEL}\.?|localhost|[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)")


class UrlType(TextType):
    """ "www.exemple.fr" is kept as "https://www.exemple.fr"."""

    key = "url"
    label = N_("Web address")
    icon = "link"
    settings: ClassVar[tuple[FieldSpec, ...]] = ()
    default_length = 2_000

    def normalise(self, text: str, spec: FieldSpec, ctx: Ctx) -> str:
        scheme = _SCHEME.match(text)
        if scheme and scheme.group(1).lower() not in ("http", "https"):
            raise Problem(
                N_("Only addresses that begin with http:// or https:// are accepted, not “%(value)s”.", value=shown(text))
            )
        address = text if scheme else "https://" + text.lstrip("/")
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise _not_an_address(text) from None
        if any(c.isspace() or c in '<>"\\`' for c in text) or not _HOST.fullmatch(host):
            raise _not_an_address(text)
        return address

    def shadow(self, value: str | None, spec: FieldSpec) -> str | None:
        return None if value is None else bare(value)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return URL

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("is", "is_not", "in", "not_in", "starts_with"):
            return operators.texts_operand(raw, lambda one: bare(clean_line(one) or "") or None)
        return super().operand(operator, raw, spec, ctx)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.max_length(spec), "href": "url"}

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        return f"https://www.exemple-{rng.randrange(10_000)}.fr/"


def bare(address: str) -> str:
    """The address without what two ways of writing it differ in: scheme, "www.", case, the last slash."""
    return fold(_BEGINNING.sub("", address, count=1).removesuffix("/"))[:SHADOW]


URL = operators.text_operators(bare)


def _not_an_address(text: str) -> Problem:
    return Problem(N_("“%(value)s” is not a web address. Write it like www.company.com.", value=shown(text)))
