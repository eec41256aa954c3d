"""The database: one `Database` for a process, with units of work for reading and for writing. One code path for both engines.

Invariants
- A read unit is one consistent snapshot. A write unit is one transaction: it commits when the block ends, rolls back when the
  block raises. Within a unit of the same thread `reading()` joins it, so that one reads what one wrote; a second `writing()`
  inside a first is a fault.
- SQLite: one writer at a time, queued fairly (`WriterQueue`) in front of BEGIN IMMEDIATE; WAL; a confirmed commit is on disk
  (synchronous=FULL). PostgreSQL: REPEATABLE READ for reading, READ COMMITTED for writing.
- Each unit begins by reading the counters of `schema_state` (`versions`): proof that the connection lives, start of the
  snapshot, and news about what other processes changed, in one question.
- A lost connection is tried again for 10 seconds when a unit begins. Lost at COMMIT, PostgreSQL is asked what became of the
  transaction (exact also for a change set that a job continues): committed means saved. `retrying` calls a whole function
  again when nothing of it was written.
- Database trouble leaves a unit as `errors.Unavailable`; violated constraints leave as they are.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.base.errors import Unavailable
from app.database import failures
from app.database.queue import WriterQueue

P = ParamSpec("P")
T = TypeVar("T")

DEFAULT_LIMIT = 30.0
"""Seconds that one statement of a unit may take, unless `time_limit` says otherwise."""

_COUNTERS = "schema_version, access_version, settings_version"
_limit: ContextVar[float] = ContextVar("statement_seconds", default=DEFAULT_LIMIT)
_current: Database | None = None


@dataclass(frozen=True, slots=True)
class Versions:
    """The counters of `schema_state` as a unit found them: what was built from older ones is built again."""

    schema: int
    access: int
    settings: int


class Database:
    """An open database. Made by `connect`; every thread may use it."""

    def __init__(self, engine: Engine, path: Path | None, application: str) -> None:
        self.engine = engine
        self.path = path
        self.application = application  # how PostgreSQL sees this process
        self.dialect: str = engine.dialect.name
        self.queue = WriterQueue()
        self.breaker = failures.Breaker()
        self._units = threading.local()
        if path is None:
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writer = engine
        else:
            self._reader = engine.execution_options(sqlite_begin="BEGIN")
            self._writer = engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")

    @property
    def is_sqlite(self) -> bool:
        return self.path is not None

    @property
    def committed(self) -> int:
        """How many write units this thread has committed."""
        return int(getattr(self._units, "committed", 0))

    @contextmanager
    def reading(self, *, alone: bool = False) -> Iterator[Connection]:
        """A connection in a read transaction; nested in a unit of this thread, that unit's connection.

        `alone=True` always opens one of its own: for generators, which live longer than the call and may change threads.
        """
        stack = self._stack()
        if stack and not alone:
            yield stack[-1]
            return
        connection = self._begin(self._reader)
        if not alone:
            stack.append(connection)
        try:
            with self._in_words():
                yield connection
        finally:
            if not alone:
                stack.remove(connection)
            _give_back(connection)

    @contextmanager
    def writing(self, *, bulk: bool = False, set_id: int | None = None) -> Iterator[Connection]:
        """A connection in a write transaction, committed when the block ends.

        bulk: waits behind interactive writers; keep such a transaction under 25 ms. Raises `Unavailable`; then nothing was
        written, unless it says that nobody knows: `details["set_id"]` then names the change set to look for.
        """
        if getattr(self._units, "writing", False):
            raise RuntimeError("a write unit is open in this thread: pass it on (within=…) instead of opening another")
        stack = self._stack()
        with self.queue.turn(bulk=bulk) if self.is_sqlite else nullcontext():
            connection = self._begin(self._writer)
            stack.append(connection)
            self._units.writing = True
            try:
                with self._in_words():
                    yield connection
                    self._commit(connection, set_id)
                self._units.committed = self.committed + 1
            finally:
                self._units.writing = False
                stack.remove(connection)
                _give_back(connection)

    def retrying(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`call(…)`; called again for up to 10 s while it meets a lost connection or a deadlock before anything was committed."""
        until = time.monotonic() + failures.PATIENCE
        before, pause = self.committed, 0.05
        while True:
            try:
                return call(*args, **kwargs)
            except Unavailable as error:
                if not error.details.get("retry") or self.committed != before or time.monotonic() + pause > until:
                    raise
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def connect_alone(self, purpose: str) -> psycopg.Connection[Any]:
        """A PostgreSQL connection outside the pool, in autocommit, for what lasts as long as the process."""
        arguments, options = self.engine.dialect.create_connect_args(self.engine.url)
        options = {**options, "application_name": f"{self.application} {purpose}", "connect_timeout": 5}
        return psycopg.connect(*arguments, **options, autocommit=True)

    def close(self) -> None:
        """Closes every connection that is not in use."""
        self.engine.dispose()

    def _stack(self) -> list[Connection]:
        stack: list[Connection] | None = getattr(self._units, "stack", None)
        if stack is None:
            stack = self._units.stack = []
        return stack

    def _begin(self, engine: Engine) -> Connection:
        """A connection whose transaction has begun. Tries again for a while when the database is away."""
        self.breaker.check()
        until, pause = time.monotonic() + failures.PATIENCE, 0.05
        while True:
            connection: Connection | None = None
            try:
                connection = engine.connect()
                connection.begin()
                connection.info["versions"] = self._look(connection)
                self.breaker.worked()
                return connection
            except BaseException as error:
                if connection is not None:
                    _give_back(connection)
                failure = failures.translate(error)
                if failure is None:
                    raise
                if not failure.details.get("lost"):
                    raise failure from error
                if self.breaker.is_open or time.monotonic() + pause > until:
                    self.breaker.gave_up()
                    raise failure from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def _look(self, connection: Connection) -> Versions:
        seconds = _limit.get()
        transaction = limit = "NULL"
        if self.is_sqlite:
            _interrupt_after(connection, seconds)
        else:
            if not connection.get_execution_options().get("postgresql_readonly"):
                transaction = "pg_current_xact_id()::text"
            if seconds != DEFAULT_LIMIT:
                limit = f"set_config('statement_timeout', '{int(seconds * 1000)}', true)"
        row = connection.execute(text(f"SELECT {_COUNTERS}, {transaction}, {limit} FROM schema_state WHERE id = 1")).one()
        connection.info["transaction"] = None if row[3] is None else int(row[3])
        return Versions(*row[:3])

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Database trouble inside the block becomes `Unavailable`."""
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            failure = failures.translate(error)
            if failure is None:
                raise
            raise failure from error

    def _commit(self, connection: Connection, set_id: int | None) -> None:
        transaction, process = connection.info["transaction"], 0
        if not self.is_sqlite:
            info = connection.connection.driver_connection.info  # type: ignore[union-attr]
            process = info.backend_pid
            if info.transaction_status == TransactionStatus.INERROR:
                # PostgreSQL would answer ROLLBACK to our COMMIT, without an error
                raise RuntimeError("an error inside the unit was caught without a savepoint: nothing of it can be saved")
        try:
            connection.commit()
        except BaseException as error:
            connection.invalidate()  # SQLAlchemy rolls nothing back after a failed COMMIT: the pool would get an open transaction
            failure = failures.translate(error)
            if failure is None or not failure.details.get("lost") or not self._was_saved(transaction, process, set_id):
                raise

    def _was_saved(self, transaction: int, process: int, set_id: int | None) -> bool:
        """Whether PostgreSQL committed a transaction whose connection broke. Raises `Unavailable` when nobody can tell."""
        unknown = Unavailable(failures.UNKNOWN, lost=True, set_id=set_id)
        until = time.monotonic() + failures.PATIENCE
        while time.monotonic() < until:
            try:
                with self.engine.connect() as connection:
                    status = connection.scalar(
                        text("SELECT pg_xact_status(CAST(CAST(:id AS text) AS xid8))"), {"id": str(transaction)}
                    )
                    if status == "in progress":  # its server process does not know yet that we are gone
                        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :pid AND application_name = :name"
                        connection.execute(text(end), {"pid": process, "name": self.application})
                    elif status is not None:
                        return bool(status == "committed")
                    else:
                        raise unknown
            except DBAPIError as error:
                if failures.translate(error) is None:
                    raise unknown from error
            time.sleep(0.05)
        raise unknown


def connect(url: str) -> Database:
    """Opens the database at `url`: `sqlite:///path` or `postgresql://…`. Makes no schema (see `upgrade`)."""
    address = make_url(url)
    application = f"comptoir {uuid.uuid4().hex[:12]}"
    if address.get_backend_name() == "sqlite":
        if not address.database or address.database == ":memory:":
            raise ValueError("Comptoir keeps SQLite databases in a file")
        engine = create_engine(address, pool_size=8, max_overflow=8, pool_timeout=failures.PATIENCE)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "checkin", _lift_limit)
        return Database(engine, Path(address.database), application)
    if address.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError(f"Comptoir works with SQLite and PostgreSQL, not with {address.get_backend_name()}")
    options = f"-c statement_timeout={int(DEFAULT_LIMIT * 1000)} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
    arguments = {"options": options, "application_name": application, "connect_timeout": 5, "tcp_user_timeout": 10_000}
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        connect_args=arguments,
        pool_size=8,
        max_overflow=8,
        pool_timeout=failures.PATIENCE,
    )
    return Database(engine, None, application)


def use(database: Database | None) -> None:
    """Makes `database` the one of this process."""
    global _current
    _current = database


def current() -> Database:
    """The database of this process."""
    if _current is None:
        raise RuntimeError("no database is in use: call engine.use(connect(url)) first")
    return _current


def reading(*, alone: bool = False) -> AbstractContextManager[Connection]:
    """`current().reading()`."""
    return current().reading(alone=alone)


def writing(*, bulk: bool = False, set_id: int | None = None) -> AbstractContextManager[Connection]:
    """`current().writing()`."""
    return current().writing(bulk=bulk, set_id=set_id)


def versions(connection: Connection) -> Versions:
    """The counters that the unit of `connection` found when it began."""
    found: Versions = connection.info["versions"]
    return found


def transaction_id(connection: Connection) -> int | None:
    """PostgreSQL's number of the write unit of `connection`, by which others tell what was committed; None on SQLite."""
    found: int | None = connection.info["transaction"]
    return found


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Units that begin inside the block stop a statement after `seconds`."""
    token = _limit.set(seconds)
    try:
        yield
    finally:
        _limit.reset(token)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    cursor = connection.cursor()
    for setting in (
        "busy_timeout=5000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-8000",
        "journal_size_limit=67108864",
    ):
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))


def _interrupt_after(connection: Connection, seconds: float) -> None:
    until = time.monotonic() + seconds
    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(lambda: time.monotonic() > until, 50_000)  # virtual instructions: about a millisecond


def _lift_limit(connection: Any, _record: Any) -> None:
    if connection is not None:
        connection.set_progress_handler(None, 0)


def _give_back(connection: Connection) -> None:
    """Closes a connection, whatever state it is in; an open transaction is rolled back."""
    with suppress(DBAPIError):  # a broken connection cannot roll back, nor does it need to
        connection.close()
