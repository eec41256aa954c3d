"""One record of any module: columns `<name>_module` and `<name>_id`. Python: (module, id); JSON: {"module": …, "id": "…"}."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, String
from sqlalchemy.types import TypeEngine

from app.base.i18n import N_
from app.database.types import Id
from app.fields import operators
from app.fields.cleaning import shown
from app.fields.spec import Ctx, FieldSpec, FieldType, Operator, Problem
from app.fields.types.link import read_id


class AnyLinkType(FieldType):
    """Settings: `targets`, the modules that may be linked; none named means all."""

    key = "any_link"
    label = N_("Link to any record")
    icon = "join_inner"
    cell = "link"
    editor = "link"
    sortable = False

    def columns(self, spec: FieldSpec) -> list[Column[Any]]:
        return [Column(spec.name + "_id", Id, nullable=True), Column(spec.name + "_module", String(80), nullable=True)]

    def column_type(self, spec: FieldSpec) -> TypeEngine[Any]:
        return Id

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> tuple[str, int] | None:
        return self._read(raw, spec)

    def _read(self, raw: Any, spec: FieldSpec) -> tuple[str, int] | None:
        if isinstance(raw, dict):
            raw = (raw.get("module"), raw.get("id"))
        elif isinstance(raw, str):
            if not raw.strip():
                return None
            raw = tuple(raw.partition(":")[::2])
        if raw is None:
            return None
        if not isinstance(raw, (tuple, list)) or len(raw) != 2 or not isinstance(raw[0], str) or not raw[0]:
            raise Problem(N_("“%(value)s” is not a known record. Pick one of the list.", value=shown(raw)))
        targets = spec.settings.get("targets", ())
        if targets and raw[0] not in targets:
            raise Problem(N_("A record of %(module)s cannot be linked here.", module=shown(raw[0])))
        number = read_id(raw[1])
        return None if number is None else (raw[0], number)

    def to_json(self, value: Any, spec: FieldSpec) -> dict[str, str] | None:
        return None if value is None else {"module": value[0], "id": str(value[1])}

    def from_json(self, data: Any, spec: FieldSpec) -> tuple[str, int] | None:
        return None if data is None else (data["module"], int(data["id"]))

    def format(self, value: Any, spec: FieldSpec, ctx: Ctx) -> str:
        """Module and id; the title is found by who exports it."""
        return "" if value is None else f"{value[0]}:{value[1]}"

    def store(self, value: Any, spec: FieldSpec) -> dict[str, Any]:
        module, number = value or (None, None)
        return {spec.name + "_id": number, spec.name + "_module": module}

    def load(self, row: Mapping[Any, Any], spec: FieldSpec) -> tuple[str, int] | None:
        number = row[spec.name + "_id"]
        return None if number is None else (row[spec.name + "_module"], number)

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.ANY_LINK

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty"):
            return None
        return operators.values_operand([raw] if is_pair(raw) else raw, lambda one: self._read(one, spec))

    def order_columns(self, spec: FieldSpec) -> tuple[str, ...]:
        return ("_id",)

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {"targets": list(spec.settings.get("targets", ()))}

    def example(self, rng: random.Random, spec: FieldSpec) -> tuple[str, int]:
        return rng.choice(spec.settings.get("targets") or ("Accounts", "Contacts")), rng.randrange(1, 2**62)


def is_pair(raw: Any) -> bool:
    """Whether `raw` is one (module, id) rather than a list of records."""
    return isinstance(raw, (tuple, list)) and len(raw) == 2 and isinstance(raw[0], str) and ":" not in raw[0]
