"""The data that is measured: many accounts, a tenth of contacts and deals, written straight into their tables.

Invariants: values are those of the field types (`example`, `store`), shadows included, so that every statement meets what people
would have saved; the same on both engines. The SQLite folder is kept under the temporary folder from run to run, for as long as the
schema stays as it is.
"""

from __future__ import annotations

import getpass
import hashlib
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from app.base import ids
from app.database import engine
from app.fields.registry import types
from app.modules import registry
from app.modules.system import User
from app.services.tables import table
from tests.support.servers import ADMIN_FR, Server

BATCH = 5_000
PATTERNS = 1_000  # records that the others are made of: making each from nothing would take minutes
_LINKS = ("link", "multi_link", "any_link", "person")


@dataclass(frozen=True, slots=True)
class Size:
    """How many records."""

    accounts: int = 100_000
    deals: int = 10_000

    @property
    def contacts(self) -> int:
        return self.deals


def sqlite_server(size: Size, folder: Path) -> Server:
    """A server, not started, on a copy of the kept folder of that size, which is made when absent."""
    kept = Path(tempfile.gettempdir()) / f"comptoir-benchmark-{getpass.getuser()}" / f"{size.accounts}-{size.deals}-{_shape()}"
    if not kept.is_dir():
        aside = kept.with_name(f"{kept.name}-making")
        shutil.rmtree(aside, ignore_errors=True)
        _furnish(Server(aside), f"sqlite:///{aside / 'comptoir.db'}", size)
        aside.rename(kept)
    data = folder / "data"
    shutil.copytree(kept, data)
    return Server(data)


def postgresql_server(size: Size, folder: Path, url: str) -> Server:
    """A server, not started, on an empty PostgreSQL database that is filled here."""
    server = Server(folder / "data", database_url=url)
    _furnish(server, url, size)
    return server


@contextmanager
def opened(url: str) -> Iterator[engine.Database]:
    """This process works with that database for a while."""
    database = engine.connect(url)
    engine.use(database)
    try:
        yield database
    finally:
        engine.use(None)
        database.close()


def url_of(server: Server) -> str:
    """The database of a server."""
    return server.environment().get("COMPTOIR_DATABASE_URL") or f"sqlite:///{server.data / 'comptoir.db'}"


def _shape() -> str:
    columns = [f"{t.name}.{c.name} {c.type!r}" for t in registry.metadata().sorted_tables for c in t.columns]
    indexes = [str(i.name) for t in registry.metadata().sorted_tables for i in sorted(t.indexes, key=lambda i: str(i.name))]
    return hashlib.sha256("\n".join([*columns, *indexes]).encode()).hexdigest()[:12]


def _furnish(server: Server, url: str, size: Size) -> None:
    server.add_user(ADMIN_FR)  # makes the schema too
    with opened(url) as database:
        with database.reading() as connection:
            owner = connection.execute(select(table(User).c.id)).scalar_one()
        rng = random.Random(1)
        accounts = _write("Accounts", size.accounts, rng, owner, {})
        contacts = _write("Contacts", size.contacts, rng, owner, {"account_id": accounts})
        _write("Deals", size.deals, rng, owner, {"account_id": accounts, "contact_id": contacts})
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _write(module: str, number: int, rng: random.Random, owner: int, links: dict[str, list[int]]) -> list[int]:
    spec, target = registry.snapshot().module(module), registry.snapshot().table(module)
    patterns = [_pattern(module, rng, owner) for _ in range(min(PATTERNS, number))]
    title = spec.title_field
    made: list[int] = []
    for start in range(0, number, BATCH):
        rows = []
        for count in range(start, min(start + BATCH, number)):
            row = dict(patterns[count % len(patterns)])
            row["id"] = ids.new_id()
            row.update(_named(title, row[title.name], count))
            row["created_at"] = row["modified_at"] = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(450_000))
            row.update({name: rng.choice(of) for name, of in links.items() if name in row})
            rows.append(row)
        with engine.current().engine.begin() as connection:
            connection.execute(insert(target), rows)
        made += [row["id"] for row in rows]
    return made


def _named(title: Any, name: Any, number: int) -> dict[str, Any]:
    return types[title.type].store(f"{name} {number}", title)


def _pattern(module: str, rng: random.Random, owner: int) -> dict[str, Any]:
    spec = registry.snapshot().module(module)
    row: dict[str, Any] = dict.fromkeys(c.name for c in registry.snapshot().table(module).columns)
    row["version"] = 1
    for field in spec.fields:
        value: Any
        if field.type in _LINKS or field.name.startswith("deleted") or (rng.random() < 0.2 and field.name != spec.title):
            value = owner if field.name in ("owner_id", "created_by_id", "modified_by_id") else None
        elif field.name == "exchange_rate":
            value = Decimal(1)
        elif field.name == "currency":
            value = "EUR"
        else:
            value = types[field.type].example(rng, field)
        row.update(types[field.type].store(value, field))
        if field.type == "money":
            row[f"{field.name}_c"] = value
    return row | ({"currency": "EUR", "exchange_rate": Decimal(1)} if spec.has_money else {})
