"""One user. Python: the id; JSON: the id as text. Found by name or e-mail when the context can look people up."""

from __future__ import annotations

from typing import Any, ClassVar

from app.base.i18n import N_
from app.fields import operators
from app.fields.cleaning import clean_line, shown
from app.fields.spec import Ctx, FieldSpec, Operator, Problem
from app.fields.types.link import LinkType, read_id


class PersonType(LinkType):
    """Offers "me" and "my team" in filters."""

    key = "person"
    label = N_("User")
    icon = "person"
    cell = "person"
    editor = "person"
    settings: ClassVar[tuple[FieldSpec, ...]] = ()

    def parse(self, raw: Any, spec: FieldSpec, ctx: Ctx) -> int | None:
        if not isinstance(raw, str) or raw.strip().isdigit():
            return read_id(raw)
        text = clean_line(raw)
        if text is None:
            return None
        if text == "@me":
            return ctx.user_id or None
        found = ctx.people(text) if ctx.people else None
        if found is None:
            raise Problem(N_("No active user is called “%(value)s”.", value=shown(text)))
        return found

    def operators(self, spec: FieldSpec) -> tuple[Operator, ...]:
        return operators.PERSON

    def operand(self, operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
        if operator in ("empty", "not_empty", "me", "my_team"):
            return None
        return operators.values_operand(raw, lambda one: self.parse(one, spec, ctx))

    def describe(self, spec: FieldSpec) -> dict[str, Any]:
        return {}
