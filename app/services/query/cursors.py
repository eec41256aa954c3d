"""Where a page ended, as a short text that a client gives back: the phase and the key values of the last row.

A cursor is not trusted: it only ever becomes values to compare with, so a forged one shows nothing that the list would not.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.types import TypeDecorator, TypeEngine

from app.base.errors import Invalid
from app.base.i18n import N_
from app.database.types import Instant, Scaled
from app.services.query.ordering import Key, Order


@dataclass(frozen=True, slots=True)
class Cursor:
    """After the row with these key values in that phase."""

    phase: int
    values: tuple[Any, ...]


def encode(order: Order, cursor: Cursor) -> str:
    """The text of a cursor in that order."""
    data = [order.signature, cursor.phase, *map(_pack, cursor.values)]
    return base64.urlsafe_b64encode(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()).decode().rstrip("=")


def decode(order: Order, text: str) -> Cursor:
    """The cursor of that text. `Invalid` when it belongs to another order or is none."""
    stale = Invalid(N_("The list changed meanwhile. Load it again from the top."))
    try:
        signature, phase, *packed = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
        values = tuple(map(_unpack, packed))
    except (ValueError, TypeError, KeyError, InvalidOperation, binascii.Error, RecursionError):
        raise stale from None
    if signature != order.signature or not isinstance(phase, int) or not 0 <= phase < len(order.phases):
        raise stale
    keys = order.phases[phase].keys
    if len(keys) != len(values) or not isinstance(values[-1], int):
        raise stale
    if not all(_fits(key, value) for key, value in zip(keys, values, strict=True)):
        raise stale
    return Cursor(phase, values)


def _fits(key: Key, value: Any) -> bool:
    """Whether the database can compare that key with `value`."""
    if value is None:
        return key.nullable
    column = key.expression.type
    if isinstance(column, Scaled):
        return isinstance(value, Decimal) and value.is_finite() and abs(value) < Decimal(1 << 62).scaleb(-column.scale)
    if isinstance(column, Instant):
        return isinstance(value, datetime)
    if isinstance(value, str) and ("\x00" in value or (not value.isascii() and _has_surrogates(value))):
        return False
    if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63:
        return False
    plain: TypeEngine[Any] = column.impl_instance if isinstance(column, TypeDecorator) else column
    return value.__class__ is plain.python_type  # exactly: a bool is no number, an instant no day


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _pack(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return value


def _unpack(data: Any) -> Any:
    if isinstance(data, dict):
        ((tag, text),) = data.items()
        readers: dict[str, Callable[[str], Any]] = {"t": _instant, "d": date.fromisoformat, "n": Decimal}
        return readers[tag](text)
    if data is None or isinstance(data, str | bool | int):
        return data
    raise ValueError(data)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
