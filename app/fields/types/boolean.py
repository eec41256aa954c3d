"""Yes or no. Blank counts as no in filters."""

from __future__ import annotations

import random
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_, _, using
from app.base.text import fold
from app.fields import operators
from app.fields.cleaning import shown
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem

_WORDS = {
    **dict.fromkeys(("oui", "o", "yes", "y", "true", "vrai", "v", "t", "1", "1.0", "x", "on", "✓", "✔", "☑", "selected"), True),
    **dict.fromkeys(("non", "n", "no", "false", "faux", "f", "0", "0.0", "off", "☐", "✗", "✘"), False),
}


class BooleanType(FieldType):
    """Accepts oui, non, yes, no, true, false, vrai, faux, 1, 0, x."""

    key = "boolean"
    label = N_("Yes or no")
    icon = "check_box"
    cell = "boolean"
    editor = "boolean"
    groupable = True

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return Boolean()

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> bool | None:
        if raw is None or isinstance(raw, bool):
            return raw
        text = str(raw).strip()
        if not text:
            return None
        found = _WORDS.get(text.lower())
        if found is None:
            found = _WORDS.get(fold(text))
        if found is None:
            raise Problem(N_("“%(value)s” is neither yes nor no. Write yes, no, 1 or 0.", value=shown(raw)))
        return found

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        if value is None:
            return ""
        return yes_or_no(ctx.language)[bool(value)]

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.BOOLEAN

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        return None

    def example(self, rng: random.Random, spec: FieldSpec) -> bool:
        return rng.random() < 0.5


@lru_cache(maxsize=8)
def yes_or_no(language: str) -> tuple[str, str]:
    """The words of `language` for False and True."""
    with using(language):
        return _("No"), _("Yes")
