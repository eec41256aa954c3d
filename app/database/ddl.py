"""Schema changes at run time: columns, tables and indexes that users and plugins make. Receives plain SQLAlchemy columns.

Invariants: names are ours (`cf_<id>`, `x_<id>`, `p_…`, indexes `rx_…`), never labels; added columns are nullable, so that adding
is instant and needs no back-fill. Both engines do it inside the caller's transaction, together with its metadata row. On
PostgreSQL a change waits 300 ms at most for its lock, five times: behind a long reader it would stop everybody else's reads.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence

from sqlalchemy import Column, Connection, Index, MetaData, Table, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from app.base.errors import Unavailable
from app.base.i18n import N_
from app.database.engine import Database

LOCK_TIMEOUT = 0.3
ATTEMPTS = 5
INDEX_PREFIX = "rx_"
_NAME_LENGTH = 63  # PostgreSQL cuts longer names silently


def add_column(connection: Connection, table_name: str, column: Column[object]) -> None:
    """Adds a nullable column. Raises `Unavailable` when the table stays in use by long readers."""
    if not column.nullable:
        raise ValueError(f"{column.name}: a column added at run time is nullable")
    table = Table(table_name, MetaData(), Column(column.name, column.type))
    spec = CreateColumn(table.columns[column.name]).compile(dialect=connection.dialect)
    _change(
        connection,
        lambda: connection.exec_driver_sql(_plain(f"ALTER TABLE {_quoted(connection, table_name)} ADD COLUMN {spec}")),
    )


def drop_column(connection: Connection, table_name: str, name: str) -> None:
    """Removes a column and its data for good. On SQLite it rewrites the table; indexes on it must be gone."""
    statement = f"ALTER TABLE {_quoted(connection, table_name)} DROP COLUMN {_quoted(connection, name)}"
    _change(connection, lambda: connection.exec_driver_sql(_plain(statement)))


def create_table(connection: Connection, table: Table) -> None:
    """Makes a table and its indexes: a module that a user or a plugin made."""
    connection.execute(CreateTable(table))
    for index in sorted(table.indexes, key=lambda index: str(index.name)):
        connection.execute(CreateIndex(index))


def add_index(connection: Connection, table_name: str, columns: Sequence[str], *, unique: bool = False, where: str = "") -> str:
    """Makes an index inside the transaction and gives its name; nothing happens when it exists. For small or new tables."""
    index = _index(connection, table_name, columns, unique=unique, where=where)
    _change(connection, lambda: connection.execute(CreateIndex(index, if_not_exists=True)))
    return str(index.name)


def build_index(database: Database, table_name: str, columns: Sequence[str], *, unique: bool = False, where: str = "") -> str:
    """Makes an index on a large table and gives its name. On PostgreSQL people go on writing meanwhile; takes seconds."""
    if database.is_sqlite:
        with database.writing(bulk=True) as connection:
            return add_index(connection, table_name, columns, unique=unique, where=where)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        try:
            index = _index(connection, table_name, columns, unique=unique, where=where)
            if not _is_valid(connection, str(index.name)):
                _drop_concurrently(connection, str(index.name))
            index.dialect_options["postgresql"]["concurrently"] = True
            try:
                connection.execute(CreateIndex(index, if_not_exists=True))
            except BaseException:
                _drop_concurrently(connection, str(index.name))
                raise
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
    return str(index.name)


def drop_index(connection: Connection, name: str) -> None:
    """Removes an index that was made here; nothing happens when there is none."""
    if not name.startswith(INDEX_PREFIX):
        raise ValueError(f"{name} was not made at run time")
    _change(connection, lambda: connection.exec_driver_sql(f"DROP INDEX IF EXISTS {_quoted(connection, name)}"))


def index_name(table_name: str, columns: Sequence[str], *, unique: bool = False) -> str:
    """The name of a run-time index; long ones end with a hash."""
    name = f"{INDEX_PREFIX}{'u_' if unique else ''}{table_name}_{'_'.join(columns)}"
    if len(name) <= _NAME_LENGTH:
        return name
    return f"{name[: _NAME_LENGTH - 11]}_{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def columns_of(connection: Connection, table_name: str) -> set[str]:
    """Names of the columns that a table has in the database now; empty when there is no table."""
    found = inspect(connection)
    return {column["name"] for column in found.get_columns(table_name)} if found.has_table(table_name) else set()


def _index(connection: Connection, table_name: str, columns: Sequence[str], *, unique: bool, where: str) -> Index:
    table = Table(table_name, MetaData(), *(Column(name) for name in columns))
    condition = text(where) if where else None
    return Index(
        index_name(table_name, columns, unique=unique),
        *(table.columns[name] for name in columns),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def _change(connection: Connection, change: Callable[[], object]) -> None:
    if connection.dialect.name == "sqlite":
        change()
        return
    for attempt in range(ATTEMPTS):
        savepoint = connection.begin_nested()
        try:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(LOCK_TIMEOUT * 1000)}")
            change()
            connection.exec_driver_sql("SET LOCAL lock_timeout = DEFAULT")
            savepoint.commit()
        except OperationalError as error:
            savepoint.rollback()
            if getattr(error.orig, "sqlstate", None) != "55P03":
                raise
            if attempt == ATTEMPTS - 1:
                message = N_(
                    "Somebody is reading these records for long, so they cannot be changed now. Please try again in a minute."
                )
                raise Unavailable(message, retry=True) from error
            time.sleep(0.05 * (attempt + 1))  # lets those who queued behind us through
        else:
            return


def _is_valid(connection: Connection, name: str) -> bool:
    question = text("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(:name)")
    return connection.scalar(question, {"name": f'"{name}"'}) is not False


def _drop_concurrently(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {_quoted(connection, name)}")


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)


def _plain(statement: str) -> str:
    return statement.replace("%", "%%")
