"""Units of work: snapshots, joining, rolling back, words for trouble."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import engine
from app.database.engine import Database
from app.modules.system import Setting

setting = Setting.__table__  # type: ignore[attr-defined]


def put(key: str) -> None:
    with engine.writing() as connection:
        connection.execute(setting.insert(), [{"key": key, "value": 1}])


def keys() -> list[str]:
    with engine.reading() as connection:
        return list(connection.scalars(select(setting.c.key).order_by(setting.c.key)))


def test_a_write_unit_commits_and_a_raise_rolls_back(database: Database) -> None:
    put("kept")
    with pytest.raises(RuntimeError, match="stop"), engine.writing() as connection:
        connection.execute(setting.insert(), [{"key": "lost", "value": 1}])
        raise RuntimeError("stop")
    assert keys() == ["kept"]
