"""Trouble in words: each kind has its sentence, and says whether trying again is safe."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.base import i18n
from app.base.errors import Unavailable
from app.database import engine, failures
from app.database.engine import Database
from app.modules.system import Setting

setting = Setting.__table__  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with i18n.using("en"):
        yield


def _postgres(code: str) -> DBAPIError:
    original = psycopg.errors.lookup(code)("…")
    return OperationalError("SELECT 1", {}, original)


@pytest.mark.parametrize(
    ("error", "words", "retry"),
    [
        (_postgres("53100"), "disk is full", False),
        (_postgres("25006"), "cannot be written", False),
        (_postgres("57014"), "too long", False),
        (_postgres("40P01"), "busy", True),
        (_postgres("40001"), "busy", True),
        (_postgres("57P01"), "does not answer", True),
        (_postgres("57P03"), "does not answer", True),
        (PoolTimeout(), "busy", True),
    ],
)
def test_trouble_has_its_sentence(error: Exception, words: str, retry: bool) -> None:
    found = failures.translate(error)
    assert found is not None
    assert words in str(found)
    assert bool(found.details.get("retry")) == retry


def test_faults_of_ours_are_not_blamed_on_the_database() -> None:
    assert failures.translate(IntegrityError("INSERT", {}, sqlite3.IntegrityError("UNIQUE"))) is None
    assert failures.translate(OperationalError("SELECT", {}, sqlite3.OperationalError("no such column: a"))) is None
    assert failures.translate(ValueError()) is None


def test_a_disk_that_cannot_be_written_still_reads(sqlite_database: Database) -> None:
    with engine.writing() as connection:
        connection.execute(setting.insert(), [{"key": "kept", "value": 1}])
    event.listen(sqlite_database.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA query_only=ON"))

    def write() -> None:
        with engine.writing() as connection:
            connection.execute(text("UPDATE setting SET value = '2'"))

    with pytest.raises(Unavailable, match="cannot be written"):
        write()
    with engine.reading() as connection:
        assert connection.scalar(select(setting.c.value)) == 1
