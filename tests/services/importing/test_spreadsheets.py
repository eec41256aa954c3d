"""Workbooks become text without losing what they show; files of the corpus in three formats read alike."""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.services.actor import Actor
from app.services.importing import planning, reading, sources, spreadsheets
from tests.support.imports import bring, figures, kept, rows_of
from tests.support.servers import ROOT

CORPUS = ROOT.parent / "shared" / "data" / "messy-csv"
here = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")


def test_what_a_sheet_shows_is_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["Code", "Count", "Price", "Day", "Moment", "Yes", "Text", "Formula"])
    page.append([1000, 12.0, 1234.5, date(2026, 1, 31), datetime(2026, 1, 31, 9, 30), True, "=a text", "=1+1"])
    page["A2"].number_format = "00000"
    page["G2"].data_type = "s"
    path = tmp_path / "book.xlsx"
    book.save(path)
    target = tmp_path / "book.csv"
    assert spreadsheets.write_csv(path, target) == 2
    cells = list(reading.records(target, reading.Layout()))[1].cells
    assert cells[:6] == ["01000", "12", "1234.5", "2026-01-31", "2026-01-31 09:30:00", "true"]
    assert cells[6] == "=a text"


def test_lines_are_the_rows_of_the_sheet(admin: Actor) -> None:
    source = kept(admin, _book([["Account_Name", "Employees"], [], ["One", 1], ["Two", "many"]]), "book.xlsx")
    sniffed = planning.look(source)
    assert [(r.line, r.cells[0]) for r in reading.rows(sources.text_of(source), sniffed.layout)] == [(3, "One"), (4, "Two")]


def test_the_first_sheet_with_content_or_the_one_named(admin: Actor) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Data").append(["Account_Name"])
    book["Data"].append(["One"])
    book.create_sheet("Others").append(["Account_Name"])
    book["Others"].append(["Two"])
    buffer = io.BytesIO()
    book.save(buffer)
    source = kept(admin, buffer.getvalue(), "book.xlsx")
    assert source.sheets == ("Sheet", "Data", "Others")
    assert planning.look(source).preview[0].cells == ["One"]
    assert planning.look(source, "Others").preview[0].cells == ["Two"]


def test_a_workbook_is_imported(admin: Actor) -> None:
    book = _book([["Account_Name", "Employees", "Annual_Revenue"], *([f"Account {n}", n, n + 0.5] for n in range(50))])
    path = sources.root().parent / "accounts.xlsx"
    path.write_bytes(book)
    assert figures(bring(admin, "Accounts", path)) == (50, 0, 0, 0, 0)
    assert sum(r["annual_revenue"] for r in rows_of("Accounts")) == sum(range(50)) + 25


def test_cells_beyond_the_names_are_columns_without_name(admin: Actor) -> None:
    book = _book([["Account_Name", "Employees"], ["One", 1], ["Two", 2, "a remark beside"]])
    source = kept(admin, book, "book.xlsx")
    assert [c.key for c in planning.look(source).columns] == ["Account_Name", "Employees", "#3"]
    assert planning.look(source, layout={"header": 1}).columns[-1].key == "#3"


@here
@pytest.mark.parametrize(
    ("file", "records", "cell"),
    [
        ("csvkit/sheets.xlsx", 6, "1971-01-01"),
        ("csvkit/test.xls", 6, "1971-01-01"),
        ("messytables/span_rich.xls", 6, "MERGE"),
        ("messytables/multilineods.ods", 1, "1\n2\n3\n4"),
        ("tabulator/preserve-formatting.xlsx", 2, "1000.5577"),
        ("tabulator/multiline-headers.xlsx", 4, "from baseline (%)"),
        ("tabulator/table-with-ints-floats-dates.ods", 4, "2009-08-16 05:43:21"),
    ],
)
def test_workbooks_of_the_corpus(tmp_path: Path, file: str, records: int, cell: str) -> None:
    target = tmp_path / "sheet.csv"
    assert spreadsheets.write_csv(CORPUS / file, target) == records
    assert any(cell in r.cells for r in reading.records(target, reading.Layout()))


@here
def test_old_and_new_excel_read_alike(tmp_path: Path) -> None:
    new, old = tmp_path / "new.csv", tmp_path / "old.csv"
    spreadsheets.write_csv(CORPUS / "csvkit" / "sheets.xlsx", new, "data")
    spreadsheets.write_csv(CORPUS / "csvkit" / "test.xls", old)
    assert new.read_text(encoding="utf-8") == old.read_text(encoding="utf-8")


def _book(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
