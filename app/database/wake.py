"""News of commits: to this process at once, to other processes on the same database within a moment.

A service calls `committed(topics)` after its commit. In a server a `Listener` thread hears what other processes committed:
PostgreSQL wakes it by NOTIFY, on SQLite it looks at `PRAGMA data_version` four times a second (6 µs). It then reads what is
new in the outbox and publishes the topics here, once for each row; what it cannot name it publishes as EVERYTHING.

Invariants: nothing of a record's content travels, only topics; subscribers read again with their own rights. Rows are told
apart by the node in their ids: those of this process were published when they were committed. On PostgreSQL rows become
visible out of order, so each look covers all transactions that were open at the look before.
"""

from __future__ import annotations

import json
import logging
import selectors
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.base import events, ids
from app.base.errors import Unavailable
from app.base.events import Topic
from app.database import lock
from app.database.engine import Database, Versions, current, transaction_id, versions

__all__ = ["Listener", "committed", "transaction_id"]

CHANNEL = "comptoir"
INTERVAL = 0.25  # seconds between looks at SQLite's data version
_MARGIN = 10.0  # seconds between making an outbox id and its commit, at most
_SKEW = 300.0  # seconds that clocks of several machines may differ, and a transaction may last
_FROM_OUTBOX = ("record", "module")
_COUNTERS = (("schema", "schema"), ("access", "access"), ("settings", "settings"))

_log = logging.getLogger(__name__)
_listener: Listener | None = None


def committed(topics: Iterable[Topic]) -> None:
    """Tells everybody about a commit: subscribers here now, other processes a moment later. Call it after the commit."""
    told = set(topics)
    if not told:
        return
    database = current()
    if not database.is_sqlite:
        listener = _listener
        if listener is not None and listener.database is database:
            listener.tell(told)
        else:
            _notify_from_pool(database, told)
    events.publish(told)


class Listener:
    """The thread of a server that hears about the commits of other processes.

    `on_reconnect` runs after a lost connection, before everybody reads again; unless told otherwise it takes back the number
    of this process, which PostgreSQL gave up with its connection.
    """

    def __init__(self, database: Database, on_reconnect: Callable[[], None] = lock.renew) -> None:
        self.database = database
        self._on_reconnect = on_reconnect
        self._outbox = OutboxReader(database)
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._pending: set[Topic] = set()
        self._guard = threading.Lock()
        self._inside, self._outside = socket.socketpair()
        self._inside.setblocking(False)
        run = self._poll if database.is_sqlite else self._listen
        self._thread = threading.Thread(target=run, name="wake", daemon=True)

    def start(self) -> None:
        """Starts hearing; what is committed after this returns is heard. Raises `Unavailable` without a database."""
        global _listener
        self._outbox.begin()
        self._thread.start()
        self._ready.wait(10)
        _listener = self

    def stop(self) -> None:
        """Ends the thread."""
        global _listener
        if _listener is self:
            _listener = None
        self._stopping.set()
        self._nudge()
        self._thread.join(5)
        self._inside.close()
        self._outside.close()

    def tell(self, topics: set[Topic]) -> None:
        """Lets the thread tell other processes; several commits in a row become one message."""
        with self._guard:
            first = not self._pending
            self._pending |= topics
        if first:
            self._nudge()

    def _nudge(self) -> None:
        with suppress(OSError):  # stopped in this very moment: nobody is left to be woken, and the commit stands
            self._outside.send(b"x")

    def _poll(self) -> None:
        assert self.database.path is not None
        known = None
        while not self._stopping.is_set():
            try:
                connection = sqlite3.connect(self.database.path, isolation_level=None)
                try:
                    while not self._stopping.is_set():
                        version = connection.execute("PRAGMA data_version").fetchone()[0]
                        if version != known:
                            known = version
                            self._publish_news()
                        self._ready.set()
                        self._stopping.wait(INTERVAL)
                finally:
                    connection.close()
            except Exception:  # whatever it is, screens must go on hearing
                _log.exception("looking for the changes of other processes failed; trying again")
                self._stopping.wait(1)

    def _listen(self) -> None:
        lost = False
        while not self._stopping.is_set():
            try:
                with self.database.connect_alone("wake") as connection:
                    connection.execute(f"LISTEN {CHANNEL}".encode())
                    if lost:
                        _log.info("hearing about changes again")
                        self._on_reconnect()
                        events.publish([events.EVERYTHING])
                    self._publish_news()
                    self._ready.set()
                    self._serve(connection)
            except psycopg.Error as error:
                if not lost:
                    _log.warning("the connection that hears about changes broke (%s); trying again", error)
                lost = True
                self._stopping.wait(1)
            except Exception:  # whatever it is, screens must go on hearing
                _log.exception("hearing about the changes of other processes failed; trying again")
                lost = True
                self._stopping.wait(1)

    def _serve(self, connection: psycopg.Connection[Any]) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._inside, selectors.EVENT_READ)
            while not self._stopping.is_set():
                readable = {key.fileobj for key, _ in selector.select(30)}
                if not readable:
                    connection.execute(b"SELECT 1")  # proves that somebody is still there
                if self._inside in readable:
                    self._inside.recv(4096)
                    self._tell_others(connection)
                self._hear_others(connection)

    def _tell_others(self, connection: psycopg.Connection[Any]) -> None:
        with self._guard:
            topics, self._pending = self._pending, set()
        if topics:
            connection.execute(b"SELECT pg_notify(%s, %s)", (CHANNEL, _message(self.database, topics)))

    def _hear_others(self, connection: psycopg.Connection[Any]) -> None:
        messages = [json.loads(notice.payload) for notice in connection.notifies(timeout=0)]
        others = [message for message in messages if message["from"] != self.database.application]
        if others:
            self._publish_news({tuple(topic) for message in others for topic in message["topics"]})

    def _publish_news(self, heard: Iterable[Topic] = ()) -> None:
        try:
            news = self._outbox.news()
        except Unavailable as error:
            _log.warning("the outbox could not be read: %s", error)
            news = {events.EVERYTHING}  # subscribers read again, or say themselves that they cannot
        events.publish(news | set(heard))


class OutboxReader:
    """What other processes committed since the last look, as topics; each row once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: set[int] = set()
        self._since = 0.0
        self._oldest = 0  # PostgreSQL: the oldest transaction that was open at the last look
        self._versions: Versions | None = None
        self._jobs: list[Any] = []

    def begin(self) -> None:
        """Takes everything up to now as known."""
        self.news()

    def news(self) -> set[Topic]:
        """Topics of what is new since the last call."""
        started = time.time()
        topics: set[Topic] = set()
        with self._database.reading(alone=True) as connection:
            found = versions(connection)
            if self._versions is not None:
                topics |= {(topic,) for topic, name in _COUNTERS if getattr(found, name) != getattr(self._versions, name)}
            self._versions = found
            jobs = [tuple(row) for row in connection.execute(text(_JOBS))]
            if jobs != self._jobs:
                topics |= {("jobs",), ("jobs", "submitted")}
            self._jobs = jobs
            margin = _MARGIN if self._database.is_sqlite else _SKEW
            bounds = {"id": ids.first_id(min(self._since or started, started) - margin), "oldest": self._oldest}
            question = _ROWS if self._database.is_sqlite else f"{_ROWS} AND txid >= :oldest"
            rows = connection.execute(text(question), bounds).all()
            if not self._database.is_sqlite:
                self._oldest = connection.scalar(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")) or 0
        for row in rows:
            if row.id not in self._seen and not (ids.node() and ids.node_of(row.id) == ids.node()):
                topics |= _topics(row.module, row.ids)
        self._seen, self._since = {row.id for row in rows}, started
        return topics


_ROWS = "SELECT id, module, ids FROM outbox WHERE id >= :id"
_JOBS = "SELECT id, state, done, cancel FROM job WHERE state IN ('waiting', 'running') ORDER BY id"


def _topics(module: str, record_ids: Any) -> set[Topic]:
    found = json.loads(record_ids) if isinstance(record_ids, str) else record_ids
    return {("module", module), *(("record", module, str(i)) for i in (["*"] if found is None else found))}


def _message(database: Database, topics: Iterable[Topic]) -> str:
    """What NOTIFY carries (at most 8,000 bytes): who speaks, and the topics that the outbox does not tell."""
    others = sorted(topic for topic in topics if topic[0] not in _FROM_OUTBOX)
    if sum(len(json.dumps(topic)) + 2 for topic in others) > 7000:
        others = [events.EVERYTHING]
    return json.dumps({"from": database.application, "topics": others})


def _notify_from_pool(database: Database, topics: Iterable[Topic]) -> None:
    """For commands, which have no listener of their own."""
    values = {"channel": CHANNEL, "message": _message(database, topics)}
    try:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_notify(:channel, :message)"), values)
    except (
        DBAPIError,
        PoolTimeout,
    ) as error:  # the change is saved all the same; screens elsewhere show it when they next read
        _log.warning("other processes could not be told of a change: %s", error)
