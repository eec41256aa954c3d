"""Who owns a data folder, and which number a process has among those that write to one database.

Invariants: at most one server holds `data/lock`, for as long as its process lives (the operating system lets go when it ends,
however it ends). `data/server.json` says who that is. A node number is leased to one process at a time: by a lock file beside
SQLite, by an advisory lock on PostgreSQL; 0 is nobody's.
"""

from __future__ import annotations

import json
import logging
import os
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import psycopg
from filelock import FileLock, Timeout

from app.base import ids
from app.base.errors import Unavailable
from app.base.i18n import N_
from app.database.engine import Database

NODES = range(1, 1024)
_ADVISORY = 1_129_270_608  # "COMP": the first key of our advisory locks

_log = logging.getLogger(__name__)
_held: NodeLease | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """The server that runs on a data folder. `address` is where people reach it."""

    pid: int
    computer: str
    address: str


class FolderLock:
    """Held by the one server of a data folder."""

    def __init__(self, folder: Path) -> None:
        self._lock = _file_lock(folder / "lock")
        self._folder = folder

    def acquire(self, address: str = "") -> Self:
        """Takes the folder. Raises `Unavailable` naming the server that has it, and what to do."""
        try:
            self._lock.acquire()
        except Timeout:
            raise _taken(self._folder, _read_owner(self._folder)) from None
        self.tell(address)
        return self

    def tell(self, address: str) -> None:
        """Writes down where this server is reached, for other commands."""
        content = json.dumps(asdict(Owner(os.getpid(), platform.node(), address)))
        aside = self._folder / f"server.json.{os.getpid()}"
        aside.write_text(content, encoding="utf-8")
        aside.replace(self._folder / "server.json")

    def release(self) -> None:
        """Gives the folder back."""
        if self._lock.is_locked:
            (self._folder / "server.json").unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self if self._lock.is_locked else self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


def owner(folder: Path) -> Owner | None:
    """The server that runs on `folder`, for commands that hand their work to it; None when there is none."""
    lock = _file_lock(folder / "lock")
    try:
        lock.acquire()
    except Timeout:
        return _read_owner(folder) or Owner(0, platform.node(), "")
    lock.release()
    return None


class NodeLease:
    """A number of our own for ids; set in `base.ids` as long as it is held."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._file: FileLock | None = None
        self._connection: psycopg.Connection[Any] | None = None

    def acquire(self) -> Self:
        """Takes the first free number. Raises `Unavailable` when a thousand processes have them all."""
        global _held
        number = self._acquire_file() if self._database.is_sqlite else self._acquire_advisory()
        ids.set_node(number)
        _held = self
        return self

    def renew(self) -> None:
        """Takes the number again after the connections to PostgreSQL broke, or another when it is gone."""
        if self._database.is_sqlite:
            return
        self._close()
        number = ids.node()
        ids.set_node(self._acquire_advisory(first=number))
        if ids.node() != number:
            _log.info("this process is now node %s; %s was taken meanwhile", ids.node(), number)

    def release(self) -> None:
        """Gives the number back."""
        global _held
        if _held is self:
            _held = None
            ids.set_node(0)
        if self._file is not None:
            self._file.release()
            self._file = None
        self._close()

    def __enter__(self) -> Self:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def _acquire_file(self) -> int:
        folder = self._folder / "nodes"
        folder.mkdir(exist_ok=True)
        for number in NODES:
            lock = _file_lock(folder / str(number))
            with suppress(Timeout):
                lock.acquire()
                self._file = lock
                return number
        raise _too_many()

    def _acquire_advisory(self, first: int = 0) -> int:
        connection = self._connection = self._database.connect_alone("node")
        numbers: list[int] = [*([first] if first else []), *NODES]
        for number in numbers:
            row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_ADVISORY, number)).fetchone()
            if row is not None and row[0]:
                return number
        raise _too_many()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def renew() -> None:
    """Renews the lease that this process holds, if any: after a broken connection to PostgreSQL."""
    if _held is not None:
        _held.renew()


def _file_lock(path: Path) -> FileLock:
    return FileLock(path, timeout=0, is_singleton=False)


def _read_owner(folder: Path) -> Owner | None:
    try:
        found = json.loads((folder / "server.json").read_text(encoding="utf-8"))
        return Owner(int(found["pid"]), str(found["computer"]), str(found["address"]))
    except (OSError, ValueError, KeyError, TypeError):  # being written, or from before a crash: the lock itself decides
        return None


def _taken(folder: Path, found: Owner | None) -> Unavailable:
    message = N_(
        "Comptoir already runs on the folder %(folder)s: process %(pid)s on %(computer)s, at %(address)s. "
        "Use that one, stop it first, or choose another folder with --data.",
        folder=str(folder),
        pid=found.pid if found else "?",
        computer=found.computer if found else "?",
        address=(found and found.address) or "?",
    )
    return Unavailable(message, owner=found)


def _too_many() -> Unavailable:
    return Unavailable(N_("Too many processes of Comptoir use this database. Stop some of them, then try again."))
