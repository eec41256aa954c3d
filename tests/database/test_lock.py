"""One server a folder, one number a process, and both come back however a process ends."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.base import i18n, ids
from app.base.errors import Unavailable
from app.database import lock
from app.database.engine import Database
from app.database.lock import FolderLock, NodeLease

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with i18n.using("en"):
        yield


def test_a_second_server_on_a_folder_is_refused_with_the_address_of_the_first(tmp_path: Path) -> None:
    with FolderLock(tmp_path).acquire("http://127.0.0.1:8080"):
        with pytest.raises(Unavailable, match=rf"process {os.getpid()} .* http://127.0.0.1:8080") as caught:
            FolderLock(tmp_path).acquire("http://127.0.0.1:8081")
        assert caught.value.details["owner"] == lock.owner(tmp_path)
    assert lock.owner(tmp_path) is None
    with FolderLock(tmp_path):
        pass


def test_a_folder_is_free_again_when_its_server_is_killed(tmp_path: Path) -> None:
    code = """
import sys, time
from pathlib import Path
from app.database.lock import FolderLock
held = FolderLock(Path(sys.argv[1])).acquire("http://127.0.0.1:9")
print("held", flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    found = lock.owner(tmp_path)
    assert found is not None
    assert (found.pid, found.address) == (process.pid, "http://127.0.0.1:9")
    process.kill()
    process.communicate(timeout=10)
    assert lock.owner(tmp_path) is None
    FolderLock(tmp_path).acquire().release()


def test_a_damaged_note_about_the_owner_does_not_hide_that_there_is_one(tmp_path: Path) -> None:
    with FolderLock(tmp_path).acquire("http://127.0.0.1:8080"):
        (tmp_path / "server.json").write_text("{")
        assert lock.owner(tmp_path) is not None
        with pytest.raises(Unavailable, match="already runs"):
            FolderLock(tmp_path).acquire()


def test_two_processes_have_two_numbers_and_give_them_back(database: Database, tmp_path: Path) -> None:
    first = NodeLease(database, tmp_path).acquire()
    assert ids.node() == 1
    second = NodeLease(database, tmp_path).acquire()
    assert ids.node() == 2
    assert ids.node_of(ids.new_id()) == 2
    first.release()
    third = NodeLease(database, tmp_path).acquire()
    assert ids.node() == 1
    third.release()
    second.release()
    ids.set_node(0)


def test_all_numbers_taken_is_said(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "NODES", range(1, 2))
    second = NodeLease(database, tmp_path)
    with NodeLease(database, tmp_path), pytest.raises(Unavailable, match="Too many"):
        second.acquire()
    second.release()


@pytest.mark.postgres
def test_a_number_is_kept_over_a_broken_connection_unless_it_was_taken(postgresql_database: Database, tmp_path: Path) -> None:
    lease = NodeLease(postgresql_database, tmp_path).acquire()
    cut = text("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name LIKE '%node'")
    for expected in (1, 2):
        with postgresql_database.engine.begin() as connection:
            connection.execute(cut)
        other = NodeLease(postgresql_database, tmp_path).acquire() if expected == 2 else None
        ids.set_node(1)
        (lock.renew if expected == 1 else lease.renew)()
        assert ids.node() == expected
        if other is not None:
            other.release()
    lease.release()
