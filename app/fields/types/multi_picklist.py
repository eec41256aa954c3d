"""Any number of values out of a list, in the list's order. Kept as text, ";first;second;", so that both engines search it alike."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.database.types import LongText
from app.fields import operators
from app.fields.choices import choice_label, find_choice, is_none, named_value, unknown_choice
from app.fields.cleaning import clean_line
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator


class MultiPicklistType(FieldType):
    """Python: a tuple without repetition, never empty (None instead)."""

    key = "multi_picklist"
    label = N_("Multiple picklist")
    icon = "checklist"
    cell = "choices"
    editor = "choices"
    sortable = False

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return LongText

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> tuple[str, ...] | None:
        if isinstance(raw, (list, tuple, set, frozenset)):
            found = {value for part in raw if (text := clean_line(part)) is not None for value in [_one(spec, text)]}
        else:
            found = set(_several(spec, clean_line(raw) or ""))
        return tuple(choice.value for choice in spec.choices if choice.value in found) or None

    def check(self, value: Any, spec: FieldSpec) -> None:
        for one in value or ():
            if spec.choice(one) is None:
                raise unknown_choice(one)

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        return "; ".join(choice_label(spec, one, ctx.language) for one in value or ())

    def to_json(self, value: Any, spec: FieldSpec) -> list[str] | None:
        return None if value is None else list(value)

    def from_json(self, data: Any, spec: FieldSpec) -> tuple[str, ...] | None:
        return None if data is None else tuple(data)

    def store(self, value: Any, spec: FieldSpec) -> dict[str, Any]:
        return {spec.name: f";{';'.join(map(operators.token, value))};" if value else None}

    def load(self, row: Mapping[Any, Any], spec: FieldSpec) -> tuple[str, ...] | None:
        kept = row[spec.name]
        return tuple(one.replace("\x1f", ";") for one in kept[1:-1].split(";")) if kept else None

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.CHOICES

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty"):
            return None
        return operators.values_operand(raw, lambda one: named_value(spec, one))

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "choices": [{"value": c.value, "label": str(c.label), "colour": c.colour, "active": c.active} for c in spec.choices]
        }

    def example(self, rng: random.Random, spec: FieldSpec) -> tuple[str, ...] | None:
        active = [choice.value for choice in spec.choices if choice.active]
        chosen = set(rng.sample(active, min(2, len(active))))
        return tuple(value for value in active if value in chosen) or None


def _one(spec: FieldSpec, text: str) -> str:
    value = find_choice(spec, text)
    if value is None:
        raise unknown_choice(text)
    return value


def _several(spec: FieldSpec, text: str) -> Iterator[str]:
    """The values that `text` lists, separated by ; or | or else by commas. A label may itself hold the separator."""
    separator = next((sign for sign in ";|," if sign in text), ";")
    parts = [part.strip() for part in text.split(separator)]
    while parts:
        for size in range(len(parts), 0, -1):
            value = find_choice(spec, f"{separator} ".join(parts[:size])) or find_choice(spec, separator.join(parts[:size]))
            if value is not None or size == 1:
                break
        if value is not None:
            yield value
        elif parts[0] and not is_none(parts[0]):
            raise unknown_choice(parts[0])
        parts = parts[size:]
