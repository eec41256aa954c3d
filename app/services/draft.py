"""A record on its way to the database: as it was, as it will be, what the caller asked for, what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base.errors import ComptoirError, Invalid
from app.base.i18n import Text
from app.fields.spec import Ctx
from app.modules.spec import ModuleSpec
from app.services.actor import Actor


@dataclass(slots=True)
class Draft:
    """`before` is empty for a new record; `after` is the whole record as it will be; `given` names what the caller set."""

    actor: Actor
    ctx: Ctx
    spec: ModuleSpec
    id: int
    before: Mapping[str, Any]
    after: dict[str, Any]
    given: frozenset[str]
    version: int = 0
    errors: dict[str, Text | str] = field(default_factory=dict)
    warnings: list[Text] = field(default_factory=list)
    refused: ComptoirError | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        return not self.before

    def changed(self, name: str) -> bool:
        """Whether the field differs from what it was; for a new record, whether it has a value."""
        return bool(self.after.get(name) != self.before.get(name))

    @property
    def changes(self) -> tuple[str, ...]:
        """The fields that differ, in the module's order; of a new record, those that have a value."""
        if self.is_new:
            return tuple(n for n, value in self.after.items() if value is not None)
        return tuple(f.name for f in self.spec.fields if self.after.get(f.name) != self.before.get(f.name))

    @property
    def error(self) -> ComptoirError | None:
        """Why this record is refused; None when it may be saved."""
        return self.refused or (Invalid(self.errors) if self.errors else None)
