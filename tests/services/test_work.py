"""The lanes: results and errors come back, context is carried, waiting work can be cancelled, bodies are compressed."""

from __future__ import annotations

import asyncio
import contextvars
import gzip
import json
import threading
from contextlib import suppress

import pytest
from sqlalchemy import text

from app.base import i18n
from app.base.errors import Invalid, Unavailable
from app.database import engine
from app.database.engine import Database
from app.services import work


async def test_results_and_errors_come_back_from_a_thread_of_the_lane(sqlite_database: Database) -> None:
    assert (await work.interactive(lambda: threading.current_thread().name)).startswith("interactive")
    assert (await work.heavy(lambda: threading.current_thread().name)).startswith("heavy")

    def refuse() -> None:
        raise Invalid("no")

    with pytest.raises(Invalid, match="no"):
        await work.interactive(refuse)


async def test_the_language_of_the_caller_is_spoken_in_the_lane(sqlite_database: Database) -> None:
    with i18n.using("en"):
        assert await work.interactive(i18n.language) == "en"
    with i18n.using("fr"):
        assert work.submit_interactive(i18n.language).result() == "fr"


async def test_what_has_not_begun_is_cancelled_with_its_task(sqlite_database: Database) -> None:
    gate, ran = threading.Event(), []
    busy = [asyncio.create_task(work.heavy(gate.wait, 10)) for _ in range(2)]
    await asyncio.sleep(0)
    waiting = asyncio.create_task(work.heavy(ran.append, 1))
    await asyncio.sleep(0)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    gate.set()
    await asyncio.gather(*busy)
    await work.heavy(lambda: None)
    assert waiting.cancelled()
    assert ran == []


async def test_slow_questions_do_not_delay_a_click(sqlite_database: Database) -> None:
    gate = threading.Event()
    slow = [asyncio.create_task(work.heavy(gate.wait, 10)) for _ in range(8)]
    assert await work.interactive(lambda: "clicked") == "clicked"
    gate.set()
    await asyncio.gather(*slow)


async def test_a_statement_ends_at_the_deadline_of_its_lane(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "HEAVY", work.Lane(work.HEAVY.pool, 0.05))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    def count() -> object:
        with engine.reading() as connection:
            return connection.execute(text(endless)).scalar()

    with i18n.using("en"), pytest.raises(Unavailable, match="too long"):
        await work.heavy(count)
    assert await work.interactive(_counters) == 1  # the connection is as good as before


def _counters() -> object:
    with engine.reading() as connection:
        return connection.execute(text("SELECT count(*) FROM schema_state")).scalar()


def test_large_bodies_are_compressed_for_who_takes_it() -> None:
    data = {"rows": ["été"] * 1000}
    compressed = work.json_body(data, accept_encoding="br, gzip")
    assert compressed.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(compressed.content)) == data
    plain = work.json_body(data)
    assert "content-encoding" not in plain.headers
    assert json.loads(plain.content) == data
    assert "content-encoding" not in work.json_body({"a": 1}, accept_encoding="gzip").headers


def test_a_body_never_holds_what_json_cannot() -> None:
    with pytest.raises(ValueError):
        work.json_body({"a": float("nan")})


async def test_the_language_of_the_page_is_spoken_in_the_lanes(sqlite_database: Database) -> None:
    i18n.set_language_source(lambda: "en")  # what the server knows of the tab; there is no context variable in an event
    try:
        assert await contextvars.Context().run(asyncio.ensure_future, work.interactive(i18n.language)) == "en"
        assert await contextvars.Context().run(asyncio.ensure_future, work.heavy(i18n.language)) == "en"
    finally:
        i18n.set_language_source(lambda: None)
