"""The address of a web page: http or https, nothing that a browser would run."""

from __future__ import annotations

import random
import re
from typing import Any
from urllib.parse import urlsplit

from app.base.i18n import N_
from app.fields.cleaning import shown
from app.fields.spec import Ctx, FieldSpec, Problem
from app.fields.types.text import TextType

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:/|$))")
_HOST = re.compile(r"(?=.{1,253}$)(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_](?:[\w-]{0,61}[^\W_])?\.?|localhost|\[[0-9A-Fa-f:.]+\]")


class UrlType(TextType):
    """"www.exemple.fr" is kept as "https://www.exemple.fr"."""

    key = "url"
    label = N_("Web address")
    icon = "link"
    default_length = 2_000

    def normalise(self, text: str, spec: FieldSpec, ctx: Ctx) -> str:
        scheme = _SCHEME.match(text)
        if scheme and scheme.group(1).lower() not in ("http", "https"):
            raise Problem(N_("Only addresses that begin with http:// or https:// are accepted, not “%(value)s”.", value=shown(text)))
        address = text if scheme else "https://" + text.lstrip("/")
        try:
            parts = urlsplit(address)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            raise _not_an_address(text) from None
        if any(c.isspace() or c in '<>"\\`' for c in text) or not _HOST.fullmatch(host):
            raise _not_an_address(text)
        return address

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.max_length(spec), "href": "url"}

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        return f"https://www.exemple-{rng.randrange(10_000)}.fr/"


def _not_an_address(text: str) -> Problem:
    return Problem(N_("“%(value)s” is not a web address. Write it like www.company.com.", value=shown(text)))
