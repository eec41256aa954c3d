"""Text of several lines. Its folded shadow is complete and therefore not indexed; it is not sorted."""

from __future__ import annotations

import random
from typing import Any, ClassVar

from sqlalchemy import Column
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.base.text import fold
from app.database.types import LongText, folded
from app.fields import operators
from app.fields.cleaning import clean_lines
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, Operator
from app.fields.types.text import TextType, too_long


class LongTextType(TextType):
    """Line breaks are kept as \\n."""

    key = "long_text"
    label = N_("Long text")
    icon = "subject"
    cell = "long_text"
    editor = "long_text"
    sortable = False
    settings: ClassVar[tuple[FieldSpec, ...]] = (
        setting("integer", "max_length", N_("Most characters"), 32_000, minimum=1, maximum=100_000),
    )
    default_length = 32_000

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        return [Column(spec.name, LongText, nullable=True), Column(spec.name + "_f", folded(), nullable=True)]

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return LongText

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> str | None:
        text = clean_lines(raw)
        if text is not None and len(text) > (limit := self.max_length(spec)):
            raise too_long(len(text), limit)
        return text

    def shadow(self, value: str | None, spec: FieldSpec) -> str | None:
        return None if value is None else fold(value)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.LONG_TEXT

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        lines = ["Rencontré au salon.", "Rappeler mardi.", "Budget validé, décision en juin.", "Préfère l’e-mail."]
        return "\n".join(rng.sample(lines, 2))[: self.max_length(spec)].strip()
