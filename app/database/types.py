"""Column types that behave the same on SQLite and PostgreSQL: ids, instants, exact numbers, folded text, JSON.

`Scaled` keeps a decimal as an integer of 10⁻ⁿ. In SQL it allows comparison, sum, min, max and refuses everything else: averages
and products left to SQL would silently be wrong by a power of ten (services/numbers compile them).
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator, TypeEngine

Id: TypeEngine[int] = BigInteger().with_variant(Integer, "sqlite")
LongText: TypeEngine[str] = Text()


Json: TypeEngine[Any] = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def folded(length: int | None = None) -> TypeEngine[str]:
    """Text folded by `base.text.fold`: compared byte by byte on both engines."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant, kept without a zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


_ALLOWED = {operators.eq, operators.ne, operators.lt, operators.le, operators.gt, operators.ge, operators.is_, operators.is_not,
            operators.in_op, operators.not_in_op, operators.between_op, operators.not_between_op, operators.asc_op,
            operators.desc_op, operators.nulls_first_op, operators.nulls_last_op, operators.is_distinct_from,
            operators.is_not_distinct_from, operators.distinct_op, operators.collate}  # fmt: skip


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal kept as an integer of 10**-scale. Rounds half up when a value has more digits."""

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale

    class Comparator(TypeDecorator.Comparator[Decimal]):
        """Lets through what is right on scaled integers, refuses the rest."""

        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op not in _ALLOWED:
                raise TypeError(f"{op.__name__} on a scaled number would be wrong in SQL")
            return super().operate(op, *other, **kwargs)

        def reverse_operate(self, op: Any, other: Any, **kwargs: Any) -> Any:
            raise TypeError(f"{op.__name__} on a scaled number would be wrong in SQL")

    comparator_factory = Comparator

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError("exact numbers are never floats")
        return int((Decimal(value) * (Decimal(10) ** self.scale)).to_integral_value(ROUND_HALF_UP))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)).scaleb(-self.scale)
