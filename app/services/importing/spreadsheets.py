"""Turns a sheet of a workbook (.xlsx, .xls, .ods) into a CSV text file, in a child process with bounded memory and time.

Invariants: the directory of a ZIP is judged before anything is unpacked, and what comes out is counted while it comes; XLSX is
streamed (memory stays flat); numbers keep the zeros that their format shows (postcode 01000), dates become ISO, a number of more
than 15 digits is written as the spreadsheet rounded it (5.36E+18), so that nobody takes it for an id.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, Text

MAX_UNPACKED = 1 << 30
MAX_RATIO = 150  # of a whole workbook; real ones stay under 40
SMALL = 20 << 20  # below this size a high ratio is harmless
MAX_MEMORY = 2 << 30
TIMEOUT_S = 900
EXTENSIONS = (".xlsx", ".xlsm", ".xls", ".ods")
_ZEROS = re.compile(r"0+")


def sheet_names(path: Path) -> list[str]:
    """The names of the sheets, in their order. Raises `Invalid` when this is no workbook, or an unsafe one."""
    return list(_child("sheets", path)["sheets"])


def write_csv(path: Path, target: Path, sheet: str = "") -> int:
    """Writes one sheet (the first with content by default) as UTF-8 CSV; returns the number of records. Raises `Invalid`."""
    return int(_child("csv", path, str(target), sheet)["records"])


def check_zip(path: Path) -> None:
    """Raises `Invalid` when unpacking would be dangerous, by the sizes in the ZIP's own directory."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise Invalid(_broken()) from None
    packed = max(path.stat().st_size, 1)
    if unpacked > MAX_UNPACKED or (unpacked > SMALL and unpacked / packed > MAX_RATIO):
        raise Invalid(
            N_(
                "This workbook would unpack to %(size)s MB, which is not safe to open. Save the sheet as CSV and import that.",
                size=unpacked >> 20,
            )
        )


def _broken() -> Text:
    return N_("This workbook cannot be opened: it is damaged, protected by a password, or not a workbook. Save it as CSV.")


def _child(task: str, path: Path, *arguments: str) -> dict[str, Any]:
    """Runs a task of this file in a process of its own and gives its answer."""
    if path.suffix.lower() != ".xls":
        check_zip(path)
    command = [sys.executable, "-m", "app.services.importing.spreadsheets", task, str(path), *arguments]
    root = Path(__file__).resolve().parents[3]
    try:
        done = subprocess.run(command, capture_output=True, timeout=TIMEOUT_S, check=False, cwd=root)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:
        raise Invalid(N_("This workbook takes too long to read. Save the sheet as CSV and import that.")) from None
    if done.returncode:
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        known = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else None
        raise Invalid(Text.from_json(known["problem"]) if known else _broken())
    return dict(json.loads(done.stdout.decode("utf-8").strip().splitlines()[-1]))


def _text(value: Any, number_format: str = "") -> str:
    """A cell as text, without losing what it shows."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, number_format)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)  # a duration


def _number(value: float, number_format: str) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return ""
    if float(value).is_integer():
        if abs(value) >= 1e15:
            return f"{value:.2E}"
        if len(number_format) > 1 and _ZEROS.fullmatch(number_format) and value >= 0:
            return str(int(value)).zfill(len(number_format))
        return str(int(value))
    return format(value, ".15g") if 1e-5 <= abs(value) < 1e15 else f"{value:.15f}".rstrip("0").rstrip(".")


def _xlsx_rows(path: Path, sheet: str) -> Iterator[list[str]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        for page in [book[sheet]] if sheet else [p for p in book.worksheets if p.sheet_state == "visible"] or book.worksheets:
            found = False
            page.reset_dimensions()  # the size that the file claims may be wrong
            for row in page.iter_rows():
                cells = [_text(c.value, c.number_format) if c.value is not None else "" for c in row]
                found = found or any(cells)
                yield cells
            if found:
                return
    finally:
        book.close()


def _other_rows(path: Path, sheet: str) -> Iterator[list[str]]:
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as book:
        for name in [sheet] if sheet else book.sheet_names:
            found = False
            for row in book.get_sheet_by_name(name).iter_rows():
                cells = [_text(c) for c in row]
                found = found or any(cells)
                yield cells
            if found:
                return


def _write(cells: Iterable[list[str]], target: Path) -> int:
    """Blank rows stay, so that a record's line is its row in the sheet (cells with line breaks aside); columns are squared."""
    count = size = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in cells:
            while row and not row[-1]:
                row.pop()
            size += sum(map(len, row)) + len(row) + 1
            if size > MAX_UNPACKED:
                raise Invalid(N_("This sheet is too large. Save it as CSV and import that."))
            writer.writerow(row)
            count += bool(row)
    return count


def _limit() -> None:
    """Bounds this process's memory where the system can; elsewhere the sizes checked before must do."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _main(task: str, path: Path, target: str = "", sheet: str = "") -> dict[str, Any]:
    _limit()
    streamed = path.suffix.lower() in (".xlsx", ".xlsm")
    if task == "csv":
        return {"records": _write(_xlsx_rows(path, sheet) if streamed else _other_rows(path, sheet), Path(target))}
    if streamed:
        import openpyxl

        book = openpyxl.load_workbook(path, read_only=True, keep_links=False)
        return {"sheets": book.sheetnames}
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_path(path) as other:
        return {"sheets": other.sheet_names}


if __name__ == "__main__":
    try:
        answer = _main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
    except Invalid as error:
        message = error.message if isinstance(error.message, Text) else _broken()
        sys.stdout.write(json.dumps({"problem": message.as_json()}) + "\n")
        sys.exit(1)
    except KeyError:
        sys.stdout.write(json.dumps({"problem": N_("This workbook has no sheet of that name.").as_json()}) + "\n")
        sys.exit(1)
    sys.stdout.write(json.dumps(answer) + "\n")
