"""A save that was confirmed survives `kill -9`, and nothing is ever half written."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import sys
import time
from decimal import Decimal
from multiprocessing import reduction
from pathlib import Path

import pytest
from sqlalchemy import select, text

from app.database import engine
from app.database.engine import Database
from app.modules import registry
from tests.quality import writer
from tests.support.databases import People

_PROCESSES = multiprocessing.get_context("forkserver" if sys.platform != "win32" else "spawn")  # imports once, then forks
ROOT = Path(__file__).resolve().parents[2]
KILLS = 200 if os.environ.get("COMPTOIR_TEST_FULL") else 20


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9; TerminateProcess is tried by hand")
@pytest.mark.timeout(30 + 5 * KILLS)
def test_confirmed_saves_survive_kills_at_random_moments(
    database: Database, people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the process that the writers are forked from
    url = database.engine.url.render_as_string(hide_password=False)
    _PROCESSES.set_forkserver_preload(["tests.quality.writer"])
    rng = random.Random(20260101)
    confirmed: dict[int, tuple[int, Decimal]] = {}
    rounds = KILLS if database.is_sqlite else KILLS // 4
    for _ in range(rounds):
        lines = _run_and_kill(url, tmp_path, people.admin, rng.uniform(0.002, 0.3))
        for line in lines:
            record_id, version, amount = line.split()
            confirmed[int(record_id)] = (int(version), Decimal(amount))
    assert len(confirmed) >= rounds  # each confirmed a save before it was killed
    _check(confirmed)


def _run_and_kill(url: str, folder: Path, person: int, seconds: float) -> list[str]:
    """Lets a writer confirm a first save, then kills it `seconds` later; gives everything that it confirmed."""
    reading, writing = os.pipe()
    process = _PROCESSES.Process(target=writer.write, args=(url, str(folder), person, reduction.DupFd(writing)))
    process.start()
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        heard = pipe.readline()
        assert heard, "the writer ended by itself"
        time.sleep(seconds)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        heard += pipe.read()
    process.join(10)
    assert process.exitcode == -signal.SIGKILL
    return [line.decode() for line in heard.splitlines(keepends=True) if line.endswith(b"\n")]


def _check(confirmed: dict[int, tuple[int, Decimal]]) -> None:
    """Every confirmed save is there; every record agrees with its own history, change sets and outgoing events."""
    with engine.reading() as connection:
        deals = registry.refresh(connection).table("Deals")
        rows = {
            row.id: (row.version, row.amount) for row in connection.execute(select(deals.c.id, deals.c.version, deals.c.amount))
        }
        for record_id, (version, amount) in confirmed.items():
            assert record_id in rows, "a confirmed save is gone"
            assert rows[record_id][0] >= version, "a confirmed change is gone"
            if rows[record_id][0] == version:
                assert rows[record_id][1] == amount
        for record_id, (version, amount) in rows.items():
            assert amount == version  # the writer counts both up together
            changes = connection.execute(
                text("SELECT version FROM change WHERE module = 'Deals' AND record_id = :id ORDER BY version"),
                {"id": record_id},
            ).scalars()
            assert list(changes) == list(range(1, version + 1)), "a record and its history disagree"
            stages = connection.scalar(text("SELECT count(*) FROM stage_change WHERE deal_id = :id"), {"id": record_id})
            assert stages == version, "a record and its stage history disagree"
        for table in ("change", "outbox", "stage_change"):
            orphans = f"SELECT count(*) FROM {table} WHERE set_id NOT IN (SELECT id FROM change_set)"
            assert connection.scalar(text(orphans)) == 0
        empty = "SELECT count(*) FROM change_set WHERE id NOT IN (SELECT set_id FROM {}) AND id IN (SELECT set_id FROM change)"
        assert connection.scalar(text(empty.format("outbox"))) == 0
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
