"""A data folder of its own with commands run on it as people run them: each in its own process (`python -m app …`)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.postgres import Postgres
from tests.support.servers import ROOT

ADMIN = "claire.admin@example.com"
PATIENCE = 90  # seconds that a process may take on a machine that others use as well


class Place:
    """A data folder and its database, on SQLite or ("postgresql") on the tests' server; with one administrator."""

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
        self.engine = create_engine(self.url, poolclass=NullPool)
        words = ("user", "add", ADMIN, "--profile", "Administrator", "--language", "en", "--password-stdin")
        self.command(*words, stdin="une phrase longue et sûre 7\n")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command that runs beside the test."""
        command = [sys.executable, "-m", "app", *words, "--data", str(self.folder)]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, stdin=pipe, stdout=pipe, stderr=pipe)

    def command(self, *words: str, stdin: str = "", status: int = 0) -> dict[str, Any]:
        """Runs a command to its end; the JSON of its last line, if it has any."""
        process = self.start(*words)
        out, err = process.communicate(stdin.encode(), timeout=PATIENCE)
        assert process.returncode == status, (out + err).decode()
        last = (out.decode().strip().splitlines() or [""])[-1]
        return dict(json.loads(last)) if last.startswith("{") else {"text": (out + err).decode()}

    def killed_when(self, words: list[str], condition: Callable[[], bool]) -> None:
        """Runs a command and kills it (SIGKILL) once `condition` holds."""
        process = self.start(*words)
        try:
            until(lambda: process.poll() is not None or condition())
            assert process.poll() is None, process.communicate()[1].decode()
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGKILL)
            process.communicate()

    def one(self, question: str) -> int:
        """The number that a question to the database gives."""
        with self.engine.connect() as connection:
            return int(connection.execute(text(question)).scalar_one() or 0)

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        """All rows of a question to the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Waits for something that another process does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)
