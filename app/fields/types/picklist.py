"""One value out of a list. The stored value is language-neutral; people see and may write the label in either language."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import String
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.fields import operators
from app.fields.choices import choice_label, choices_operand, find_choice, is_none, unknown_choice
from app.fields.cleaning import clean_line
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator


class PicklistType(FieldType):
    """Sorts in the order of its values (one phase a value: services/query)."""

    key = "picklist"
    label = N_("Picklist")
    icon = "list"
    cell = "choice"
    editor = "choice"
    groupable = True

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return String(120)

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> str | None:
        text = clean_line(raw)
        if text is None:
            return None
        found = find_choice(spec, text)
        if found is None and not is_none(text):
            raise unknown_choice(text)
        return found

    def check(self, value: Any, spec: FieldSpec) -> None:
        if value is not None and spec.choice(value) is None:
            raise unknown_choice(value)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "" if value is None else choice_label(spec, value, ctx.language)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.CHOICE

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        return choices_operand(operator, raw, spec)

    def search_text(self, value: Any, spec: FieldSpec) -> str:
        return ""

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "choices": [{"value": c.value, "label": str(c.label), "colour": c.colour, "active": c.active} for c in spec.choices]
        }

    def example(self, rng: random.Random, spec: FieldSpec) -> str | None:
        active = [choice.value for choice in spec.choices if choice.active]
        return rng.choice(active) if active else None
