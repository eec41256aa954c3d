"""One record of another module. Python: its id; JSON: the id as text."""

from __future__ import annotations

import random
from typing import Any, ClassVar

from sqlalchemy import Column, ForeignKey
from sqlalchemy.types import TypeEngine

from app.base.errors import NotFound
from app.base.i18n import N_
from app.base.ids import parse_id
from app.database.types import Id
from app.fields import operators
from app.fields.cleaning import shown
from app.fields.settings import setting
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem

_LONGEST = 40  # characters around an id


class LinkType(FieldType):
    """Whether the record exists and may be seen is asked by the pipeline, titles are found by the import and by lookups."""

    key = "link"
    label = N_("Link to a record")
    icon = "arrow_outward"
    cell = "link"
    editor = "link"
    settings: ClassVar[tuple[FieldSpec, ...]] = (setting("text", "target", N_("Linked module"), required=True, max_length=80),)
    groupable = True

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        return [link_column(spec.name, spec)]

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return Id

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> int | None:
        return read_id(raw)

    def to_json(self, value: Any, spec: FieldSpec) -> str | None:
        return None if value is None else str(value)

    def from_json(self, data: Any, spec: FieldSpec) -> int | None:
        return None if data is None else int(data)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.LINK

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty"):
            return None
        return operators.values_operand(raw, read_id)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"target": spec.target}

    def example(self, rng: random.Random, spec: FieldSpec) -> int:
        return rng.randrange(1, 2**62)


def read_id(raw: Any) -> int | None:
    """The id that `raw` gives: a number, digits, or {"id": …} as the API sends it; None for blank. Raises `Problem`."""
    if isinstance(raw, dict):
        raw = raw.get("id")
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if not isinstance(raw, str) or len(raw) <= _LONGEST:
        try:
            return parse_id(raw.strip() if isinstance(raw, str) else raw)
        except NotFound:
            pass  # said below in the words of a field
    raise Problem(N_("“%(value)s” is not a known record. Pick one of the list.", value=shown(raw)))


def link_column(name: str, spec: FieldSpec) -> Column[Any]:
    """A column of ids, with the foreign key that the settings name. A purged target leaves the link blank."""
    foreign_key = spec.settings.get("foreign_key")
    if foreign_key:
        return Column(name, Id, ForeignKey(foreign_key, ondelete="SET NULL"), nullable=True)
    return Column(name, Id, nullable=True)
