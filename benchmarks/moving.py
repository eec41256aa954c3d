"""Files in and out: rows a second through the services, beside the bare INSERT and the bare SELECT of the same rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.services import exporting
from app.services.exporting import Request
from app.services.importing import sources
from benchmarks import transfer
from benchmarks.figures import Figure
from benchmarks.serving import administrator


def rates(folder: Path, rows: int) -> list[Figure]:
    """Imports of `rows` contacts with history and undo, and exports of all contacts, in the database in use."""
    sources.use(folder)
    actor = administrator()
    file, book = folder / "contacts.csv", folder / "contacts.xlsx"
    transfer.write_files(rows, file, book)
    csv = _rate(rows, lambda: transfer.bring(actor, file))
    bare = _rate(rows, transfer.bare_insert)
    again = _rate(rows, lambda: transfer.bring(actor, file))
    other = folder / "others.xlsx"
    transfer.write_files(rows, folder / "others.csv", other, start=rows)
    xlsx = _rate(rows, lambda: transfer.bring(actor, other))
    budget = "≥ 5,000 (SQLite), ≥ 3,000 (PostgreSQL)"
    figures = [
        Figure("import CSV, key e-mail", csv, "rows/s", bare, "bare INSERT", budget),
        Figure("import CSV again, nothing to change", again, "rows/s", bare, "bare INSERT"),
        Figure("import XLSX, key e-mail", xlsx, "rows/s", bare, "bare INSERT", "≥ 1,500"),
    ]
    names = ("full_name", "email", "phone", "title", "account_id", "mailing_city", "owner_id", "modified_at")
    for kind, wish in (("csv", "≥ 30,000"), ("xlsx", "≥ 5,000")):
        export = exporting.prepare(actor, Request("Contacts", kind, fields=names))
        times = []
        for _turn in range(3):
            began = time.perf_counter()
            count = exporting.write(export, folder / f"out.{kind}")
            times.append(count / (time.perf_counter() - began))
        floor = _rate(count, lambda: transfer.bare_select(names))
        figures.append(Figure(f"export {kind.upper()}, 8 columns", statistics.median(times), "rows/s", floor, "bare SELECT", wish))
    return figures


def _rate(rows: int, call: Callable[[], Any]) -> float:
    began = time.perf_counter()
    call()
    return rows / (time.perf_counter() - began)
