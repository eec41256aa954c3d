"""Brings a database to the schema of this program: makes a fresh one, migrates an older one, refuses a newer one.

Invariants: all or nothing. An older SQLite file is backed up, a copy is migrated and checked, and takes the place of the file
in one step; meanwhile nobody else can write. PostgreSQL migrates in one transaction. What fails leaves the database as it was,
and says how to go on with the previous program. Processes that start together wait for each other.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from sqlalchemy import Connection, event, text

from app.base.errors import ComptoirError, Unavailable
from app.base.i18n import N_
from app.database import failures, schema
from app.database.engine import Database, connect

if TYPE_CHECKING:
    from alembic.config import Config

_ADVISORY = 1_129_270_609
OLDEST = {"sqlite": (3, 35), "postgresql": (13,)}
WAIT = 600.0  # seconds that a process waits for another one's upgrade


def upgrade(database: Database) -> Path | None:
    """Makes or migrates the schema. Gives the backup that was made before a migration, else None.

    Raises `Unavailable`, saying what to do: the database is newer than this program, belongs to another one, is in use, or
    could not be migrated.
    """
    if _found(database) == schema.head():
        return None
    with _alone(database):
        revision = _found(database)
        if revision == schema.head():
            return None  # another process was first
        if database.is_sqlite and revision is not None:
            return _upgrade_file(database, revision)
        with _or_say_how_to_go_on(), database.engine.begin() as connection:
            _lift_limits(connection)
            _migrate(connection)
        return None


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration for work on `connection`, inside its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _found(database: Database) -> str | None:
    """The revision of a database that this program may work with; None for an empty one."""
    with database.engine.connect().execution_options(sqlite_begin="BEGIN") as connection:
        _check_server(connection)
        revision = schema.revision_of(connection)
        if revision is None and not schema.is_empty(connection):
            raise Unavailable(N_("This database holds tables of another program. Give Comptoir an empty database of its own."))
    if revision is not None and revision not in schema.revisions():
        message = N_(
            "These data were last used by a newer version of Comptoir (schema %(found)s; this one knows %(known)s). "
            "Start that version again, or restore a backup made before.",
            found=revision,
            known=schema.head(),
        )
        raise Unavailable(message)
    return revision


def _check_server(connection: Connection) -> None:
    found = connection.dialect.server_version_info or ()
    oldest = OLDEST[connection.dialect.name]
    if found < oldest:
        message = N_(
            "Comptoir needs %(name)s %(oldest)s or newer; this is version %(found)s.",
            name="SQLite" if connection.dialect.name == "sqlite" else "PostgreSQL",
            oldest=".".join(map(str, oldest)),
            found=".".join(map(str, found)),
        )
        raise Unavailable(message)
    if connection.dialect.name == "postgresql":
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            message = N_(
                "The database keeps text as %(encoding)s, which has not all letters. Create it with ENCODING 'UTF8'.",
                encoding=str(encoding),
            )
            raise Unavailable(message)


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """One process at a time upgrades a database."""
    if database.path is not None:
        with FileLock(database.path.with_name("upgrade.lock"), timeout=WAIT):
            yield
        return
    with database.connect_alone("upgrade") as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (_ADVISORY,))
        yield


def _migrate(connection: Connection) -> None:
    from alembic import command

    command.upgrade(alembic_config(connection), "head")
    connection.execute(
        text(
            "INSERT INTO schema_state (id, schema_version, access_version, settings_version) "
            "SELECT 1, 1, 1, 1 WHERE NOT EXISTS (SELECT 1 FROM schema_state)"
        )
    )
    connection.execute(text("UPDATE schema_state SET schema_version = schema_version + 1 WHERE schema_version > 1"))


def _lift_limits(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def _upgrade_file(database: Database, revision: str) -> Path:
    path = database.path
    assert path is not None
    database.close()
    backup = path.parent / "backups" / f"before-schema-{schema.head()}-from-{revision}-{time.strftime('%Y%m%d-%H%M%S')}.db"
    copy = path.with_name(f"{path.name}.upgrading")
    try:
        with _or_say_how_to_go_on(backup), closing(_take_whole(path)) as original:
            _copy(original, backup)
            _copy(original, copy)
            _migrate_copy(database, copy)
            os.replace(copy, path)  # noqa: PTH105 - the one step in which the new file becomes the database
            _sync(path.parent)
    finally:
        _remove(copy)
    return backup


@contextmanager
def _or_say_how_to_go_on(backup: Path | None = None) -> Iterator[None]:
    try:
        yield
    except ComptoirError:
        raise
    except Exception as error:
        known = failures.translate(error) or (failures.translate_sqlite(error) if isinstance(error, sqlite3.Error) else None)
        why = known.message if known else f"{str(getattr(error, 'orig', error)).partition(chr(10))[0]}."
        if backup is None:
            message = N_(
                "The data could not be brought to this version: %(why)s Nothing was changed. "
                "Start the previous version of Comptoir again and report this.",
                why=why,
            )
        else:
            message = N_(
                "The data could not be brought to this version: %(why)s Nothing was changed. "
                "Start the previous version of Comptoir again and report this; a backup is in %(backup)s.",
                why=why,
                backup=str(backup),
            )
        raise Unavailable(message) from error


def _take_whole(path: Path) -> sqlite3.Connection:
    """A connection that keeps everybody else out of the file until it is closed."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=5)
    try:
        if connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete":
            raise sqlite3.OperationalError("the journal is in use")
        for statement in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT"):  # in this mode the lock stays
            connection.execute(statement)
    except sqlite3.OperationalError as error:
        connection.close()
        message = N_("The data need to be brought to this version, but another program uses them. Stop it, then start again.")
        raise Unavailable(message) from error
    return connection


def _copy(source: sqlite3.Connection, target: Path) -> None:
    """A copy of the database as `source` sees it, on disk when this returns. (Opening the file would drop SQLite's locks.)"""
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove(target)  # what a killed upgrade left
    with closing(sqlite3.connect(target)) as connection:
        source.backup(connection)
    _sync(target)


def _migrate_copy(database: Database, path: Path) -> None:
    copy = connect(database.engine.url.set(database=str(path)).render_as_string())
    event.listen(copy.engine, "connect", _leave_links_alone)
    try:
        with copy.engine.begin() as connection:
            before = _broken_links(connection)
            _migrate(connection)
            broken = _broken_links(connection) - before
            if broken:
                raise RuntimeError(f"links point to nothing: {sorted(broken)[:5]}")
    finally:
        copy.close()
    _sync(path)


def _leave_links_alone(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")  # making a table again deletes it first; links are checked afterwards


def _broken_links(connection: Connection) -> set[tuple[Any, ...]]:
    return {tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}


def _remove(path: Path) -> None:
    for name in (path, *(path.with_name(f"{path.name}{end}") for end in ("-wal", "-shm", "-journal"))):
        name.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    """Forces a file or a folder to disk; Windows cannot and need not open folders."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
