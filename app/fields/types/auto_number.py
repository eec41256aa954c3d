"""A number that the system gives when a record is made: prefix, digits, suffix. Numbers brought by an import are kept."""

from __future__ import annotations

import random
from typing import Any, ClassVar

from app.base.i18n import N_
from app.fields.settings import setting
from app.fields.spec import FieldSpec
from app.fields.types.text import TextType


class AutoNumberType(TextType):
    """Settings: `prefix`, `digits`, `suffix`, `start`. The counter is locked in the transaction that takes the next number."""

    key = "auto_number"
    label = N_("Automatic number")
    icon = "pin"
    settings: ClassVar[tuple[FieldSpec, ...]] = (
        setting("text", "prefix", N_("Prefix"), max_length=20),
        setting("integer", "digits", N_("Digits"), 5, minimum=1, maximum=12),
        setting("text", "suffix", N_("Suffix"), max_length=20),
        setting("integer", "start", N_("First number"), 1, minimum=0),
    )
    default_length = 60

    def numbered(self, number: int, spec: FieldSpec) -> str:
        """The text of the `number`-th: "INV-00042"."""
        settings = spec.settings
        return f"{settings.get('prefix', '')}{number:0{int(settings.get('digits', 5))}d}{settings.get('suffix', '')}"

    def example(self, rng: random.Random, spec: FieldSpec) -> str:
        return self.numbered(rng.randrange(1, 10_000), spec)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"max_length": self.max_length(spec)}
