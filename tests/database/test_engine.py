"""Units of work: snapshots, joining, rolling back, turns of writers, words for trouble."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError

from app.base import i18n
from app.base.errors import Unavailable
from app.database import engine
from app.database.engine import Database
from app.modules.system import Setting

setting = Setting.__table__  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with i18n.using("en"):
        yield


def put(key: str, *, fail: bool = False) -> None:
    with engine.writing() as connection:
        connection.execute(setting.insert(), [{"key": key, "value": 1}])
        if fail:
            raise RuntimeError("stop")


def keys() -> list[str]:
    with engine.reading() as connection:
        return list(connection.scalars(select(setting.c.key).order_by(setting.c.key)))


def test_a_write_unit_commits_and_a_raise_rolls_back(database: Database) -> None:
    put("kept")
    with pytest.raises(RuntimeError, match="stop"):
        put("lost", fail=True)
    assert keys() == ["kept"]


def test_a_read_unit_is_one_snapshot(database: Database) -> None:
    with ThreadPoolExecutor(1) as other, engine.reading():
        before = keys()
        other.submit(put, "meanwhile").result(10)
        assert keys() == before == []
    assert keys() == ["meanwhile"]


def test_reading_inside_a_write_unit_sees_what_was_written(database: Database) -> None:
    with engine.writing() as connection:
        connection.execute(setting.insert(), [{"key": "mine", "value": 1}])
        assert keys() == ["mine"]
        with engine.reading(alone=True) as stranger:
            assert stranger.scalar(select(func.count()).select_from(setting)) == 0


def test_a_read_unit_cannot_write_on_postgresql_nor_is_it_kept_on_sqlite(database: Database) -> None:
    statement = setting.insert().values(key="sneaked", value=1)
    with engine.reading() as connection:
        if database.is_sqlite:
            connection.execute(statement)
        else:
            with pytest.raises(Exception, match="read-only"):
                connection.execute(statement)
    assert keys() == []


def test_a_write_unit_inside_a_write_unit_is_a_fault(database: Database) -> None:
    with engine.writing(), pytest.raises(RuntimeError, match="within"):
        put("nested")
    put("afterwards")
    assert keys() == ["afterwards"]


def test_violated_constraints_reach_the_caller(database: Database) -> None:
    put("once")
    with pytest.raises(IntegrityError):
        put("once")


def test_a_swallowed_error_never_passes_for_a_save(database: Database) -> None:
    """PostgreSQL answers ROLLBACK, without an error, to the COMMIT of a transaction that failed."""
    put("once")

    def swallow() -> None:
        with engine.writing() as connection:
            connection.execute(setting.insert(), [{"key": "second", "value": 1}])
            with pytest.raises(IntegrityError):
                connection.execute(setting.insert(), [{"key": "once", "value": 1}])

    if database.is_sqlite:  # a failed statement leaves the rest of the transaction alone
        swallow()
        assert keys() == ["once", "second"]
    else:
        with pytest.raises(RuntimeError, match="savepoint"):
            swallow()
        assert keys() == ["once"]


def test_units_notice_the_counters(database: Database) -> None:
    with engine.writing() as connection:
        before = engine.versions(connection)
        connection.execute(text("UPDATE schema_state SET schema_version = schema_version + 1"))
    with engine.reading() as connection:
        after = engine.versions(connection)
    assert (after.schema, after.access, after.settings) == (before.schema + 1, before.access, before.settings)


def test_a_confirmed_commit_is_on_disk_and_links_are_checked(sqlite_database: Database) -> None:
    with engine.reading() as connection:
        settings = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_many_threads_write_without_an_error(database: Database) -> None:
    lock = "" if database.is_sqlite else "FOR UPDATE"

    def count() -> None:
        with engine.writing() as connection:
            found = connection.scalar(text(f"SELECT settings_version FROM schema_state WHERE id = 1 {lock}"))
            connection.execute(text("UPDATE schema_state SET settings_version = :n"), {"n": found + 1})

    with engine.reading() as connection:
        before = engine.versions(connection).settings
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(count) for _ in range(80)]:
            done.result(30)
    with engine.reading() as connection:
        assert engine.versions(connection).settings == before + 80


def test_a_deadline_holds_for_its_unit_only(database: Database) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def count() -> None:
        with engine.time_limit(0.05), engine.reading() as connection:
            connection.execute(text(endless))

    with pytest.raises(Unavailable, match="too long"):
        count()
    slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n"
    with engine.reading() as connection:  # the same connection, more than 50 ms
        assert connection.scalar(text(slow)) == 400_000


def test_a_full_disk_is_said_and_nothing_is_lost(sqlite_database: Database) -> None:
    put("kept")
    with engine.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def fill() -> None:
        with engine.writing() as connection:
            connection.execute(text(f"PRAGMA max_page_count = {pages}"))
            connection.execute(setting.insert(), [{"key": "large", "value": "x" * 1_000_000}])

    with pytest.raises(Unavailable, match="disk is full"):
        fill()
    sqlite_database.close()
    assert keys() == ["kept"]
    put("again")


def test_a_commit_that_fails_leaves_no_open_transaction(database: Database) -> None:
    """SQLAlchemy itself would give the connection back to its pool with the transaction, and its locks, still open."""

    def refuse(_connection: object) -> None:
        raise ZeroDivisionError

    event.listen(database.engine, "commit", refuse)
    with pytest.raises(ZeroDivisionError):
        put("lost")
    event.remove(database.engine, "commit", refuse)
    put("kept")
    assert keys() == ["kept"]


def test_another_process_that_writes_too_long_is_said(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    event.listen(sqlite_database.engine, "checkout", lambda connection, *_: connection.execute("PRAGMA busy_timeout=20"))
    other = sqlite3.connect(sqlite_database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="busy"):
        put("refused")
    other.execute("ROLLBACK")
    other.close()
    put("accepted")
    assert keys() == ["accepted"]


def test_a_database_in_memory_or_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="file"):
        engine.connect("sqlite://")
    with pytest.raises(ValueError, match="mysql"):
        engine.connect("mysql://anna@localhost/crm")


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "comptoir.db"
    path.write_bytes(b"SQLite format 3\0" + b"no database" * 500)
    database = engine.connect(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="cannot be read"), database.reading():
        pytest.fail("the unit began")
    database.close()
