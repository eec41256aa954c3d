"""Many records at once, written straight to their table: for tests of reading, where how they were saved does not matter."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app.base import ids
from app.database import engine
from app.fields.registry import types
from app.modules import registry

_LINKED = ("link", "multi_link", "any_link", "person")


def seed(
    module: str, number: int, rng: random.Random | None = None, *, blanks: float = 0.2, **values: Callable[[], Any] | Any
) -> list[int]:
    """Writes `number` records with believable values, each blank with the probability `blanks`; gives their ids.

    `values`: by field name, a value or a function that makes one. Links and people are blank unless given.
    """
    rng = rng or random.Random(7)
    snapshot = registry.snapshot()
    table = snapshot.table(module)
    rows = [
        _row(rng, snapshot.module(module).fields, dict.fromkeys(c.name for c in table.columns), blanks, values)
        for _ in range(number)
    ]
    with engine.writing() as connection:
        for start in range(0, len(rows), 1000):
            connection.execute(insert(table), rows[start : start + 1000])
    return [row["id"] for row in rows]


def _row(rng: random.Random, fields: Any, row: dict[str, Any], blanks: float, values: Mapping[str, Any]) -> dict[str, Any]:
    row |= {"id": ids.new_id(), "version": 1}
    for field in fields:
        if field.name in values:
            given = values[field.name]
            value = given() if callable(given) else given
        elif field.type in _LINKED or field.name == "deleted_at" or rng.random() < blanks:
            value = None
        else:
            value = types[field.type].example(rng, field)
        row.update(types[field.type].store(value, field))
        if field.type == "money":
            row[f"{field.name}_c"] = None if value is None else Decimal(value)
    return row
