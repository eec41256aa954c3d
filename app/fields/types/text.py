"""One line of text, with a folded shadow for comparing, sorting and uniqueness."""

from __future__ import annotations

import random
from typing import Any, ClassVar

from sqlalchemy import Column, String
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.base.text import fold
from app.database.types import folded
from app.fields import operators
from app.fields.cleaning import SHADOW, clean_line, shadow
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem


class TextType(FieldType):
    """Also the base of the other types that are written in letters; they override `normalise`."""

    key = "text"
    label = N_("Text")
    icon = "notes"
    settings: ClassVar[tuple[FieldSpec, ...]] = (
        setting("integer", "max_length", N_("Most characters"), 255, minimum=1, maximum=500),
    )
    default_length = 255

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        return [Column(spec.name, self.column_type(spec), nullable=True), Column(spec.name + "_f", folded(), nullable=True)]

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return String(self.max_length(spec))

    def max_length(self, spec: FieldSpec) -> int:
        """How many characters a value may have."""
        return int(spec.settings.get("max_length") or self.default_length)

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> str | None:
        text = clean_line(raw)
        if text is None:
            return None
        limit = self.max_length(spec)
        if len(text) > limit:
            raise too_long(len(text), limit)
        text = self.normalise(text, spec, ctx)
        if len(text) > limit:
            raise too_long(len(text), limit)
        return text

    def normalise(self, text: str, spec: FieldSpec, ctx: Ctx) -> str:
        """The text as it is kept; raises `Problem` when this type cannot accept it."""
        return text

    def check(self, value: Any, spec: FieldSpec) -> None:
        if value is not None and len(value) > self.max_length(spec):
            raise too_long(len(value), self.max_length(spec))

    def shadow(self, value: str | None, spec: FieldSpec) -> str | None:
        """What comparisons look at."""
        return shadow(value)

    def store(self, value: Any, spec: FieldSpec) -> dict[str, Any]:
        return {spec.name: value, spec.name + "_f": self.shadow(value, spec)}

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.TEXT

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty"):
            return None
        inside = operator in ("contains", "not_contains", "ends_with")
        return operators.texts_operand(raw, fold_inside if inside else lambda one: shadow(clean_line(one)))

    def order_columns(self, spec: FieldSpec) -> tuple[str, ...]:
        return ("_f",)

    def search_text(self, value: Any, spec: FieldSpec) -> str:
        return value or ""

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.max_length(spec)}

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        words = [
            "Atelier",
            "Brasserie",
            "Cabinet",
            "Élan",
            "Maison",
            "Œuvre",
            "Société",
            "Nord",
            "Sud",
            "Dupont",
            "Lefèvre",
            "& Fils",
        ]
        return " ".join(rng.sample(words, 2))[: self.max_length(spec)].strip()


def fold_inside(raw: Any) -> str | None:
    """The folded form of a part of a text: unlike a whole one it keeps its leading punctuation, as in ".fr"."""
    text = clean_line(raw)
    return None if text is None else fold("a" + text)[1:][:SHADOW] or None


def too_long(length: int, limit: int) -> Problem:
    """The text has `length` characters where `limit` fit."""
    return Problem(
        N_("This text has %(length)s characters; at most %(limit)s fit here. Shorten it.", length=length, limit=limit)
    )
