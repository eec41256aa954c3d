"""An import of 20,000 rows that is killed, again and again, goes on exactly: the result is that of an import left in peace.

The import runs as people run it, in a process of its own (`comptoir import`), and is ended with SIGKILL at moments that its own progress
gives; then `--resume` finishes it. Both engines.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.support.postgres import Postgres
from tests.support.servers import ROOT

ROWS = 20_000
KILLS = (0.1, 0.45, 0.8)  # shares of the file after which the process is killed
ADMIN = "claire.admin@example.com"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_killed_import_goes_on_exactly(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = _file(tmp_path / "accounts.csv")
    killed, peaceful = (_Place(tmp_path / name, kind, request) for name in ("killed", "peaceful"))
    for place in (killed, peaceful):
        place.command("user", "add", ADMIN, "--profile", "Administrator", "--password-stdin", stdin="une phrase longue et sûre 7\n")
    wanted = peaceful.command("import", str(file), "--module", "Accounts", "--json")
    arguments = ["import", str(file), "--module", "Accounts", "--json"]
    for share in KILLS:
        killed.killed_at(arguments, int(share * ROWS))
        done, rows, history = killed.figures()
        assert 0 < done < ROWS
        assert done == rows == history, "the cursor, the records and their history are one commit"
        arguments = ["import", "--module", "Accounts", "--resume", killed.job(), "--json"]
    found = killed.command(*arguments)
    expected = {"read": ROWS, "created": ROWS, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0}
    assert {k: v for k, v in found.items() if k != "job"} == expected == {k: v for k, v in wanted.items() if k != "job"}
    assert killed.records() == peaceful.records()
    assert killed.figures() == (ROWS, ROWS, ROWS)
    again = killed.command("import", str(file), "--module", "Accounts", "--json")
    assert (again["created"], again["unchanged"]) == (0, ROWS)


class _Place:
    """A data folder with its database, and commands run on it."""

    def __init__(self, folder: Path, kind: str, request: pytest.FixtureRequest) -> None:
        folder.mkdir()
        self.folder = folder
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("COMPTOIR_", "PYTEST_"))}
        self.environment["COMPTOIR_LANGUAGE"] = "en"
        self.url = f"sqlite:///{folder / 'comptoir.db'}"
        if kind == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            self.url = server.create_database()
            self.environment["COMPTOIR_DATABASE_URL"] = self.url
            request.addfinalizer(lambda: server.drop_database(self.url))

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "app", *words, "--data", str(self.folder)]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def command(self, *words: str, stdin: str = "") -> dict[str, Any]:
        """Runs a command to its end; the JSON of its last line, if it has any."""
        process = self.start(*words)
        out, err = process.communicate(stdin.encode(), timeout=120)
        assert process.returncode == 0, (out + err).decode()
        last = (out.decode().strip().splitlines() or [""])[-1]
        return dict(json.loads(last)) if last.startswith("{") else {}

    def killed_at(self, words: list[str], rows: int) -> None:
        """Runs a command and kills it once its job has committed that many rows."""
        process = self.start(*words)
        try:
            _until(lambda: process.poll() is not None or self._done() >= rows)
            assert process.poll() is None, process.communicate()[1].decode()
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            process.communicate()

    def figures(self) -> tuple[int, int, int]:
        """Rows done by the job, records, and their history."""
        history = "SELECT count(*) FROM change WHERE module = 'Accounts' AND op = 'create'"
        return self._done(), self._one("SELECT count(*) FROM accounts"), self._one(history)

    def job(self) -> str:
        return str(self._one("SELECT max(id) FROM job"))

    def records(self) -> list[Any]:
        """The records without ids and times."""
        question = "SELECT account_name, account_name_f, employees, billing_code, annual_revenue, annual_revenue_c, version FROM accounts ORDER BY 1"
        with self._engine().connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    def _done(self) -> int:
        return self._one("SELECT coalesce(max(done), 0) FROM job WHERE id = (SELECT max(id) FROM job)") if self._exists() else 0

    def _exists(self) -> bool:
        return not self.url.startswith("sqlite") or (self.folder / "comptoir.db").exists()

    def _one(self, question: str) -> int:
        with self._engine().connect() as connection:
            return int(connection.execute(text(question)).scalar_one() or 0)

    def _engine(self) -> Any:
        if not hasattr(self, "_kept"):
            from sqlalchemy.pool import NullPool

            self._kept = create_engine(self.url.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
        return self._kept


def _file(path: Path) -> Path:
    numbers = random.Random(7)
    with path.open("w", encoding="cp1252") as file:
        file.write("Account_Name;Employees;Billing_Code;Annual_Revenue\n")
        for number in range(ROWS):
            revenue = f"{numbers.randrange(10**6)},{numbers.randrange(100):02}"
            file.write(f"Société n° {number:05};{number % 500};{numbers.randrange(1000, 96000):05};{revenue}\n")
    return path


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
