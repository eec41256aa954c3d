"""The operators of filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.fields.spec import Ctx, FieldSpec, Operator

TEXT: tuple[Operator, ...] = ()
LONG_TEXT = NUMBER = MONEY = DATE = DATETIME = CHOICE = CHOICES = BOOLEAN = LINK = ANY_LINK = PERSON = TEXT


def text_operand(operator: str, raw: Any) -> Any:
    return raw


def value_operand(operator: str, raw: Any, read: Callable[[Any], Any]) -> Any:
    return raw


def date_operand(operator: str, raw: Any, ctx: Ctx) -> Any:
    return raw


def choice_operand(operator: str, raw: Any, spec: FieldSpec, ctx: Ctx) -> Any:
    return raw
