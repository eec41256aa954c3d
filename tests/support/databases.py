"""The fixture `database`: a database of a test's own, on SQLite and on PostgreSQL, with schema and a few people in it.

Invariants: every test sees the same fresh database (a copy of a template that is made once per worker, the schema
by `create_all`, without Alembic); it is the one `engine.current()` gives; nothing of it outlives the test. SQLite
files lie in memory where the system has a folder for that. `people` names who is in it; `make` builds more.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, MetaData, insert, update
from sqlmodel import SQLModel

from app.base import clock, ids
from app.base.text import fold
from app.database import engine
from app.database.engine import Database
from app.modules import registry, system
from tests.support.postgres import Postgres

_OPERATIONS = ["read", "create", "edit", "delete", "assign", "import", "export", "share", "mass"]
_MODULES = ["Leads", "Accounts", "Contacts", "Deals", "Products"]


@dataclass(frozen=True, slots=True)
class People:
    """Ids of who is in a fresh database: an administrator, a director, and two sellers below the director."""

    admin: int = 101
    director: int = 102
    seller: int = 103
    other: int = 104
    administrator_profile: int = 11
    standard_profile: int = 12
    role_top: int = 21
    role_sales: int = 22


PEOPLE = People()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh database, in use, on each engine in turn."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def sqlite_database(_sqlite_template: Path) -> Iterator[Database]:
    """A fresh SQLite database, in use: for what only concerns SQLite, or does not depend on the engine."""
    path = _sqlite_template.with_name(f"{uuid.uuid4().hex}.db")
    shutil.copyfile(_sqlite_template, path)
    yield from _in_use(f"sqlite:///{path}")
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


@pytest.fixture
def postgresql_database(_reused: _Reused) -> Iterator[Database]:
    """A fresh PostgreSQL database, in use. Mark the test `postgres`."""
    yield from _in_use(_reused.fresh())


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on each engine in turn: for tests of the schema itself."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'comptoir.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def people() -> People:
    """Who is in the fresh database."""
    return PEOPLE


@pytest.fixture(scope="session")
def _sqlite_template() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="comptoir-test-", dir=_memory()) as folder:
        path = Path(folder) / "template.db"
        _build(f"sqlite:///{path}")
        yield path


@pytest.fixture(scope="session")
def _reused(postgres: Postgres) -> _Reused:
    return _Reused(postgres)


class _Reused:
    """One PostgreSQL database a worker, emptied between tests (10 ms; a copy of a template costs 75).

    A test that changed the schema leaves a database that is thrown away.
    """

    _SHAPE = """SELECT md5(string_agg(format('%s %s %s', attrelid, attname, atttypid), ',' ORDER BY attrelid, attnum))
                FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
                WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped"""
    _STRANGERS = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._url = ""
        self._shape = ""

    def fresh(self) -> str:
        """The address of the database, as every test shall find it."""
        if not self._url or not self._emptied():
            if self._url:
                self._server.drop_database(self._url)
            self._url = self._server.create_database()
            self._shape = _build(self._url, self._SHAPE)
        return self._url

    def _emptied(self) -> bool:
        database = engine.connect(self._url)
        try:
            with database.engine.begin() as connection:
                connection.exec_driver_sql(self._STRANGERS)
                if connection.exec_driver_sql(self._SHAPE).scalar() != self._shape:
                    return False
                tables = [f'"{table.name}"' for table in reversed(metadata().sorted_tables)]
                looks = " UNION ALL ".join(f"(SELECT {n} FROM {table} LIMIT 1)" for n, table in enumerate(tables))
                for (number,) in sorted(connection.exec_driver_sql(looks)):
                    connection.exec_driver_sql(f"DELETE FROM {tables[number]}")
                _people(connection)
        finally:
            database.close()
        return True


_counter = 1  # where the counters of the next fresh database start, so that no cache of an older one fits it


def _in_use(url: str) -> Iterator[Database]:
    global _counter
    database = engine.connect(url)
    columns = ("schema_version", "access_version", "settings_version")
    if _counter > 1:
        with database.engine.begin() as connection:
            connection.execute(update(_table(system.SchemaState)), dict.fromkeys(columns, _counter))
    engine.use(database)
    try:
        yield database
        with database.reading(alone=True) as connection:
            left = engine.versions(connection)
        if {left.schema, left.access, left.settings} != {_counter}:
            _counter = max(_counter, left.schema, left.access, left.settings) + 1
    finally:
        engine.use(None)
        database.close()


def _build(url: str, question: str = "SELECT 1") -> str:
    """Makes schema and people, and gives the answer to `question`."""
    database = engine.connect(url)
    try:
        with database.engine.begin() as connection:
            metadata().create_all(connection)
            _people(connection)
            return str(connection.exec_driver_sql(question).scalar())
    finally:
        database.close()


def metadata() -> MetaData:
    """Every table of the product: system tables and standard modules."""
    return registry.metadata()


def _people(connection: Connection) -> None:
    p = PEOPLE
    now = clock.now()
    connection.execute(insert(_table(system.SchemaState)), [{"id": 1}])
    everything = {"modules": dict.fromkeys(_MODULES, _OPERATIONS), "fields": {}, "tools": ["manage_views"]}
    connection.execute(
        insert(_table(system.Profile)),
        [
            {"id": p.administrator_profile, "key": "administrator", "name": "Administrator", "permissions": None},
            {"id": p.standard_profile, "key": "standard", "name": "Standard", "permissions": everything},
        ],
    )
    connection.execute(
        insert(_table(system.Role)),
        [
            {"id": p.role_top, "name": "Direction", "parent_id": None},
            {"id": p.role_sales, "name": "Ventes", "parent_id": p.role_top},
        ],
    )
    connection.execute(
        insert(_table(system.User)),
        [
            _person(p.admin, "Claire", "Martin", p.administrator_profile, p.role_top, "fr", now),
            _person(p.director, "Marc", "Lefèvre", p.standard_profile, p.role_top, "fr", now),
            _person(p.seller, "Ana", "Núñez", p.standard_profile, p.role_sales, "fr", now),
            _person(p.other, "Tom", "O’Neill", p.standard_profile, p.role_sales, "en", now),
        ],
    )


def _person(id: int, first: str, last: str, profile: int, role: int | None, language: str, now: Any) -> dict[str, Any]:
    name, email = f"{first} {last}", f"{fold(first)}.{fold(last).replace(chr(39), '')}@example.com"
    return {
        "id": id, "email": email, "email_f": fold(email), "name": name, "name_f": fold(name), "first_name": first,
        "last_name": last, "password_hash": "", "profile_id": profile, "role_id": role, "active": True, "language": language,
        "zone": "Europe/Paris", "theme": "auto", "created_at": now,
    }  # fmt: skip


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]


def _memory() -> str | None:
    """A folder that lives in memory, if there is one: there a confirmed write costs nothing."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and shutil.disk_usage(folder).free > 1 << 30 else None


@dataclass
class Make:
    """Builds what a test needs, by the same services as the product; values that are not given are believable."""

    actor: Any = None
    _numbers: dict[str, int] = field(default_factory=dict)

    def user(
        self,
        name: str = "",
        *,
        profile: int = PEOPLE.standard_profile,
        role: int | None = PEOPLE.role_sales,
        language: str = "fr",
    ) -> int:
        """A person, and gives its id."""
        number = self._next("user")
        first, _, last = (name or f"Zoé Durand{number}").partition(" ")
        id = ids.new_id()
        values = _person(id, first, last, profile, role, language, clock.now())
        self._insert(system.User, values)
        return id

    def role(self, name: str, parent: int | None = None) -> int:
        """A role below `parent`, and gives its id."""
        id = ids.new_id()
        self._insert(system.Role, {"id": id, "name": name, "parent_id": parent})
        return id

    def record(self, module: str, **values: Any) -> int:
        """A record of `module`, made by `actor` (an administrator unless told), and gives its id."""
        from app.services import actor as actors
        from app.services import records

        if self.actor is None:
            self.actor = actors.load(PEOPLE.admin)
        return int(records.create(self.actor, module, values).id)

    def account(self, name: str = "", **values: Any) -> int:
        """An account, and gives its id."""
        return self.record("Accounts", Account_Name=name or f"Ateliers Moreau {self._next('account')}", **values)

    def _insert(self, model: type[SQLModel], values: dict[str, Any]) -> None:
        state = _table(system.SchemaState)
        with engine.writing() as connection:
            connection.execute(insert(_table(model)), [values])
            connection.execute(update(state).values(access_version=state.c.access_version + 1))

    def _next(self, what: str) -> int:
        self._numbers[what] = self._numbers.get(what, 0) + 1
        return self._numbers[what]


@pytest.fixture
def make() -> Make:
    """Builders: `make.user("Zoé Durand")`, `make.account("Atelier")`, `make.record("Deals", Deal_Name=…)`."""
    return Make()
