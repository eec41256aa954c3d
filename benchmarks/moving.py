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
    csv, own_csv = _rates(rows, lambda: transfer.bring(actor, file))
    bare, _own = _rates(rows, transfer.bare_insert)
    again, own_again = _rates(rows, lambda: transfer.bring(actor, file))
    other = folder / "others.xlsx"
    transfer.write_files(rows, folder / "others.csv", other, start=rows)
    xlsx, own_xlsx = _rates(rows, lambda: transfer.bring(actor, other))
    budget = "≥ 5,000 (SQLite), ≥ 3,000 (PostgreSQL)"
    figures = [
        Figure("import CSV, key e-mail", csv, "rows/s", bare, "bare INSERT", budget, _of_own(own_csv)),
        Figure("import CSV again, nothing to change", again, "rows/s", bare, "bare INSERT", "", _of_own(own_again)),
        Figure("import XLSX, key e-mail", xlsx, "rows/s", bare, "bare INSERT", "≥ 1,500", _of_own(own_xlsx)),
    ]
    names = ("full_name", "email", "phone", "title", "account_id", "mailing_city", "owner_id", "modified_at")
    for kind, wish in (("csv", "≥ 30,000"), ("xlsx", "≥ 5,000")):
        export = exporting.prepare(actor, Request("Contacts", kind, fields=names))
        count = exporting.write(export, folder / "warm")
        turns = [_rates(count, lambda export=export: exporting.write(export, folder / "out")) for _turn in range(3)]  # type: ignore[misc]
        floor, _own = _rates(count, lambda: transfer.bare_select(names))
        rate, own = (statistics.median(values) for values in zip(*turns, strict=True))
        figures.append(Figure(f"export {kind.upper()}, 8 columns", rate, "rows/s", floor, "bare SELECT", wish, _of_own(own)))
    return figures


def _rates(rows: int, call: Callable[[], Any]) -> tuple[float, float]:
    """Rows a second by the clock, and of this process's own time: what the clock would show on an idle machine."""
    clock, own = time.perf_counter(), time.process_time()
    call()
    return rows / (time.perf_counter() - clock), rows / max(time.process_time() - own, 1e-9)


def _of_own(rate: float) -> str:
    return f"{rate:,.0f} rows/s of own time"
