"""How fast files come in and go out: `python benchmarks/transfer.py [--rows 20000] [--engine sqlite|postgresql]`.

Prints a line for each operation: rows a second by the clock, rows a second of this process's own time (what the clock would show on an
idle machine, the disk and the server of PostgreSQL aside), and the floor measured in the same run: the bare INSERT of the same records in
one transaction for an import, the bare SELECT of the same columns for an export. While an import runs, somebody saves a record again and
again: the times of these saves are printed too.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import xlsxwriter
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url

from app.database import engine
from app.modules import registry
from app.services import actor as actors
from app.services import exporting, jobs, records
from app.services.actor import SYSTEM, Actor
from app.services.exporting import Request
from app.services.importing import planning, running, sources
from tests.support import postgres as servers
from tests.support.databases import PEOPLE, _people

HEADERS = ("Last_Name", "First_Name", "Email", "Phone", "Mailing_City", "Mailing_Zip", "Date_of_Birth", "Title")


def main() -> None:
    """Measures on one engine, or on both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"))
    args = parser.parse_args()
    for name in (args.engine,) if args.engine else ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory() as folder, database(name, Path(folder)) as url:
            engine.use(engine.connect(url))
            sources.use(Path(folder))
            with engine.current().engine.begin() as connection:
                registry.metadata().create_all(connection)
                _people(connection)
            print(f"\n{name}, {args.rows:,} contacts, {len(HEADERS)} columns, duplicate key: e-mail")
            measure(args.rows, Path(folder))
            engine.current().close()
            engine.use(None)


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The address of an empty database. PostgreSQL: on the server that COMPTOIR_TEST_DATABASE_URL names, else on one of the wheel's
    whose disk is not waited for (fsync off)."""
    if name == "sqlite":
        yield f"sqlite:///{folder / 'transfer.db'}"
        return
    named = os.environ.get(servers.ENVIRONMENT)
    key = f"bench{os.getpid()}"
    alone = nullcontext(servers.Postgres(make_url(named), key)) if named else servers._own_server(key, key)
    with alone as server:
        try:
            yield server.create_database()
        finally:
            server.drop_all()


def measure(rows: int, folder: Path) -> None:
    """Import, the same again, XLSX, saves meanwhile, exports."""
    actor = actors.load(PEOPLE.admin, "import")
    file, book = folder / "contacts.csv", folder / "contacts.xlsx"
    write_files(rows, file, book)
    job = line("import CSV", rows, lambda: bring(actor, file))
    floor("bare INSERT", rows, bare_insert)
    line("import again (unchanged)", rows, lambda: bring(actor, file))
    undo = jobs.roll_back(actor, job, claim=True)
    line("roll back", rows, lambda: jobs.run(undo))
    line("import XLSX", rows, lambda: bring(actor, book))
    saves(rows, actor, folder)
    names = ("full_name", "email", "phone", "title", "account_id", "mailing_city", "owner_id", "modified_at")
    for kind in exporting.FORMATS:
        export = exporting.prepare(actor, Request("Contacts", kind, fields=names))
        count = exporting.write(export, folder / "warm")
        line(f"export {kind.upper()}, 8 columns", count, lambda export=export: exporting.write(export, folder / "out"))  # type: ignore[misc]
    floor("bare SELECT", rows, lambda: bare_select(names))


def line(what: str, rows: int, call: Callable[[], Any]) -> Any:
    """Runs `call` and prints its rate."""
    clock, own = time.perf_counter(), time.process_time()
    result = call()
    clock, own = time.perf_counter() - clock, time.process_time() - own
    print(f"  {what:28} {rows / clock:10,.0f} rows/s   {rows / own:10,.0f} rows/s of own time")
    return result


def floor(what: str, rows: int, call: Callable[[], Any]) -> None:
    """The same for what stands below."""
    line(f"  floor: {what}", rows, call)


def bring(actor: Actor, path: Path) -> str:
    """A whole import: from the file to the last commit."""
    source = sources.keep_file(actor, path)
    sniffed = planning.look(source)
    wish = planning.propose(actor, "Contacts", sniffed, planning.examine(source, sniffed)).mapping
    job = running.submit(actor, "Contacts", source, wish, again=True, claim=True)
    assert jobs.run(job) == "done", jobs.get(actor, job).message
    return job


def saves(rows: int, actor: Actor, folder: Path) -> None:
    """Saves of one record while an import runs in another thread."""
    record = records.create(actor, "Contacts", {"last_name": "Edited"}).id
    other = folder / "others.csv"
    write_files(rows, other, None, start=rows)
    importing = threading.Thread(target=bring, args=(actor, other))
    importing.start()
    times = []
    while importing.is_alive():
        begun = time.perf_counter()
        records.update(SYSTEM, "Contacts", record, {"title": str(begun)})
        times.append(1000 * (time.perf_counter() - begun))
        time.sleep(0.05)
    importing.join()
    worst = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    print(f"  a save while an import runs    median {statistics.median(times):.0f} ms, 95 % under {worst:.0f} ms ({len(times)} saves)")


def bare_insert() -> None:
    """The records of the first import once more, by one INSERT, rolled back."""
    table = registry.snapshot().table("Contacts")
    with engine.reading() as connection:
        found = [dict(row) for row in connection.execute(select(*table.columns)).mappings()]
    for number, row in enumerate(found):
        row["id"] = number + 1
    connection = engine.current().engine.connect()
    with connection, connection.begin() as transaction:
        connection.execute(insert(table), found)
        transaction.rollback()


def bare_select(names: tuple[str, ...]) -> None:
    """The same columns, fetched and thrown away."""
    table = registry.snapshot().table("Contacts")
    with engine.reading() as connection:
        for _row in connection.execute(select(*(table.c[n] for n in names)).order_by(table.c.id)):
            pass


def write_files(rows: int, file: Path, book: Path | None, start: int = 0) -> None:
    """Believable contacts, as CSV and, where asked, as a workbook."""
    rng = random.Random(start)
    workbook = xlsxwriter.Workbook(str(book), {"constant_memory": True}) if book else None
    sheet = workbook.add_worksheet() if workbook else None
    with file.open("w", encoding="utf-8") as out:
        for number in range(start - 1, start + rows):
            cells = HEADERS if number < start else _contact(rng, number)
            out.write(";".join(cells) + "\n")
            for column, cell in enumerate(cells if sheet else ()):
                sheet.write_string(number - start + 1, column, cell)  # type: ignore[union-attr]
    if workbook:
        workbook.close()


def _contact(rng: random.Random, number: int) -> tuple[str, ...]:
    first, last = rng.choice(("Zoé", "Hélène", "Marc", "Ana", "Tom")), rng.choice(("Lefèvre", "Durand", "Martin", "Núñez"))
    birth = f"{rng.randrange(1, 29):02}/{rng.randrange(1, 13):02}/{rng.randrange(1950, 2005)}"
    phone = f"06 {rng.randrange(10, 99)} {rng.randrange(10, 99)} {rng.randrange(10, 99)} {rng.randrange(10, 99)}"
    city, code = rng.choice((("Lyon", "69003"), ("Bourg-en-Bresse", "01000"), ("Besançon", "25000")))
    return (last, first, f"contact{number}@example.com", phone, city, code, birth, rng.choice(("Acheteuse", "Directeur", "")))


if __name__ == "__main__":
    main()
