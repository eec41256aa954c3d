"""Bad input gets a clear message that says what to do, and nothing is lost or half done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from app.base.errors import Invalid, Unavailable
from app.base.i18n import using
from app.services import jobs
from app.services.actor import Actor
from app.services.importing import rejects, running, sources, spreadsheets
from tests.support.databases import Make
from tests.support.imports import bring, count, figures, kept, reasons, rows_of, wish_of


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("letter.pdf", b"%PDF-1.7\n...", "not a table"),
        ("photo.csv", b"\x89PNG\r\n\x1a\n....", "not a table"),
        ("photo.jpg", b"\xff\xd8\xff\xe0....", "not a table"),
        ("page.csv", b"<!DOCTYPE html><html><body></body></html>", "web page"),
        ("rows.xml", b"<?xml version='1.0'?><rows/>", "XML"),
        ("cards.vcf", b"BEGIN:VCARD\nEND:VCARD\n", "not a table"),
        ("data.gz", b"\x1f\x8b\x08....", "not a table"),
        ("empty.csv", b"", "empty"),
        ("blank.csv", b" \r\n\r\n", "empty"),
        ("broken.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and then nothing", "cannot be opened"),
    ],
)
def test_a_wrong_kind_of_file(admin: Actor, name: str, content: bytes, says: str) -> None:
    with using("en"), pytest.raises(Invalid, match=says):
        kept(admin, content, name)
    assert not list(sources.root().iterdir()), "nothing of it stays"


def test_a_zip_that_is_no_workbook(admin: Actor) -> None:
    with using("en"), pytest.raises(Invalid, match="Unpack it"):
        kept(admin, _zip({"a.csv": b"a,b\n1,2\n"}), "archive.zip")


def test_a_file_over_the_limit_is_refused_while_it_arrives(admin: Actor) -> None:
    sent = 0

    def blocks() -> Iterator[bytes]:
        nonlocal sent
        while True:
            sent += 1
            yield b"a,b,c\n" * 20_000

    with using("en"), pytest.raises(Invalid, match="larger than 1 MB"):
        sources.keep(admin, "huge.csv", blocks(), limit=1 << 20)
    assert sent < 20
    assert not list(sources.root().iterdir())


def test_a_zip_bomb_is_refused_before_it_is_unpacked(admin: Actor) -> None:
    bomb = _zip({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"0" * (300 << 20)})
    assert len(bomb) < 1 << 20
    with using("en"), pytest.raises(Invalid, match="not safe to open"):
        kept(admin, bomb, "bomb.xlsx")


def test_a_workbook_that_lies_about_its_size_ends_in_its_own_process(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "check_zip", lambda path: None)
    with pytest.raises(Invalid):
        kept(admin, _zip({"xl/workbook.xml": b"<workbook>" + b"<a>" * (40 << 20)}), "bomb.xlsx")


def test_xml_entities_are_not_read_from_disk(admin: Actor, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    sheet = f"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>
    <worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c>
    </row></sheetData></worksheet>""".encode()
    book = _workbook([["name"], ["value"]])
    hostile = _zip({name: sheet if name.endswith("sheet1.xml") else data for name, data in _unzip(book).items()})
    try:
        source = kept(admin, hostile, "entities.xlsx")
        text = sources.text_of(source).read_text(encoding="utf-8")
    except Invalid:
        return
    assert "the secret" not in text


def test_two_columns_for_one_field(admin: Actor) -> None:
    with using("en"), pytest.raises(Invalid, match="both go to the same field") as raised:
        bring(admin, "Accounts", "a,b\n1,2\n", columns={"a": "Account_Name", "b": "account_name"})
    assert list(raised.value.fields) == ["b"]
    assert count("Accounts") == 0


def test_a_required_field_that_no_column_fills(admin: Actor) -> None:
    with using("en"), pytest.raises(Invalid, match="is required"):
        bring(admin, "Deals", "Amount\n12\n")


@pytest.mark.parametrize(
    ("cell", "field", "module"),
    [
        ("31/02/2026", "Closing_Date", "Deals"),
        ("2026-02-31", "Closing_Date", "Deals"),
        ("12,3,4", "Amount", "Deals"),
        ("not.an.address", "Email", "Contacts"),
        ("12.5.1", "Amount", "Deals"),
        ("maybe", "Email_Opt_Out", "Contacts"),
        ("x" * 121, "Deal_Name", "Deals"),
        ("x" * 100_000, "Deal_Name", "Deals"),
        ("12 apples", "Probability", "Deals"),
        ("140", "Probability", "Deals"),
    ],
)
def test_a_wrong_cell_rejects_its_row_alone(admin: Actor, cell: str, field: str, module: str) -> None:
    title = "Deal_Name" if module == "Deals" else "Last_Name"
    headers = [title, field] if field != title else [title, "Next_Step"]
    bad = [f'"{cell}"', "x"] if field == title else ["Bad", f'"{cell}"']
    job = bring(admin, module, f"{','.join(headers)}\nGood,\n{','.join(bad)}\nAlso good,\n", dates="day-first", decimal="")
    assert (job.state, figures(job)) == ("done", (2, 0, 0, 0, 1))
    (line, column, message), *more = reasons(admin, job)
    assert not more
    assert (line, column) == (3, field)
    assert 10 < len(message) < 300


def test_a_row_with_too_many_cells_is_refused_whole(admin: Actor) -> None:
    job = bring(admin, "Accounts", "Account_Name,Employees,Phone\nDupont, fils,3,0123456789\nMartin,4\n")
    assert figures(job) == (1, 0, 0, 0, 1)
    assert rows_of("Accounts")[0]["account_name"] == "Martin"
    assert reasons(admin, job)[0][0] == 2


def test_scripts_and_formulas_are_texts(admin: Actor) -> None:
    script = "<script>alert(1)</script>"
    job = bring(admin, "Accounts", f"Account_Name,Description\n{script},\"=cmd|' /C calc'!A0\"\n'=1+1,'quoted\n")
    assert figures(job) == (2, 0, 0, 0, 0)
    assert {(r["account_name"], r["description"]) for r in rows_of("Accounts")} == {
        (script, "=cmd|' /C calc'!A0"),
        ("=1+1", "'quoted"),
    }


def test_ids_rounded_by_a_spreadsheet_never_match(admin: Actor, make: Make) -> None:
    make.account("One")
    book = _workbook([["id", "Account_Name"], [5364198700000000000, "New"]])
    source = kept(admin, book, "ids.xlsx")
    assert "5.36E+18" in sources.text_of(source).read_text(encoding="utf-8")
    job_id = running.submit(admin, "Accounts", source, wish_of(admin, "Accounts", source, columns={"id": "id"}), claim=True)
    jobs.run(job_id)
    assert figures(jobs.get(admin, job_id)) == (0, 0, 0, 0, 1)
    assert [r["account_name"] for r in rows_of("Accounts")] == ["One"]


def test_rejects_come_back_as_they_were_and_can_be_mended(admin: Actor) -> None:
    text = 'Account_Name;Employees;Note\nGood;1;\n=Bad;many;"a;b"\nLonely\n'
    job = bring(admin, "Accounts", text, columns={"Note": "Description"})
    assert figures(job) == (2, 0, 0, 0, 1)
    file = b"".join(rejects.csv_blocks(admin, job.id)).decode("utf-8-sig")
    lines = file.splitlines()
    assert lines[0].split(";")[:3] == ["Account_Name", "Employees", "Note"]
    assert lines[1].startswith('\'=Bad;many;"a;b";3;')
    mended = bring(admin, "Accounts", file.replace("many", "7"), columns={"Note": "Description"})
    assert figures(mended) == (1, 0, 0, 0, 0)
    assert {r["account_name"]: r["employees"] for r in rows_of("Accounts")}["=Bad"] == 7


def test_a_full_disk_stops_the_import_and_it_goes_on_later(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Account_Name\n" + "".join(f"Account {n}\n" for n in range(300))
    source = kept(admin, text)
    monkeypatch.setattr(running, "FIRST", 50)
    job_id = running.submit(admin, "Accounts", source, wish_of(admin, "Accounts", source), claim=True)
    with _broken_after(monkeypatch, 2, lambda: Unavailable("The disk is full.")):
        assert jobs.run(job_id) == "failed"
    job = jobs.get(admin, job_id)
    assert "full" in str(job.message)
    assert 0 < count("Accounts") == job.done < 300
    _finish(admin, job_id)
    assert figures(jobs.get(admin, job_id)) == (300, 0, 0, 0, 0)
    assert len({r["account_name"] for r in rows_of("Accounts")}) == count("Accounts") == 300


def test_a_fault_of_ours_is_kept_with_a_code(
    admin: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    source = kept(admin, "Account_Name\nOne\nTwo\n")
    job_id = running.submit(admin, "Accounts", source, wish_of(admin, "Accounts", source), claim=True)
    with _broken_after(monkeypatch, 0, lambda: ZeroDivisionError("a fault")):
        assert jobs.run(job_id) == "failed"
    job = jobs.get(admin, job_id)
    with using("en"):
        code = str(job.message).partition("code ")[2][:6]
    assert code in caplog.text
    assert "ZeroDivisionError" in caplog.text
    _finish(admin, job_id)
    assert count("Accounts") == 2


def test_a_lost_connection_is_tried_again_from_the_last_commit(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.services import job_states

    monkeypatch.setattr(job_states.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(running, "FIRST", 50)
    source = kept(admin, "Account_Name\n" + "".join(f"Account {n}\n" for n in range(200)))
    job_id = running.submit(admin, "Accounts", source, wish_of(admin, "Accounts", source), claim=True)
    with _broken_after(monkeypatch, 1, lambda: Unavailable("gone", retry=True), times=2):
        assert jobs.run(job_id) == "done"
    assert figures(jobs.get(admin, job_id)) == (200, 0, 0, 0, 0)
    assert count("Accounts") == 200


def test_a_row_that_the_database_refuses_is_rejected_alone(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import IntegrityError

    write = running._write

    def picky(changes: Any, actor: Any, plan: Any, job_id: int, rows: list[Any]) -> Any:
        if any(r.values.get("account_name") == "Account 77" for r in rows):
            raise IntegrityError("INSERT", {}, Exception("unique"))
        return write(changes, actor, plan, job_id, rows)

    monkeypatch.setattr(running, "_write", picky)
    job = bring(admin, "Accounts", "Account_Name\n" + "".join(f"Account {n}\n" for n in range(200)))
    assert figures(job) == (199, 0, 0, 0, 1)
    assert [line for line, _c, _m in reasons(admin, job)] == [79]
    assert count("Accounts") == 199


@contextmanager
def _broken_after(
    monkeypatch: pytest.MonkeyPatch, batches: int, error: Callable[[], Exception], times: int = 10**6
) -> Iterator[None]:
    """Fails in the transaction of the batch after `batches` good ones, `times` times, after its rows are written."""
    keep, seen = running._keep_problems, {"good": 0, "bad": 0}

    def failing(changes: Any, job_id: int, rejected: Any) -> None:
        keep(changes, job_id, rejected)
        if seen["good"] >= batches and seen["bad"] < times:
            seen["bad"] += 1
            raise error()
        seen["good"] += 1

    with monkeypatch.context() as patch:
        patch.setattr(running, "_keep_problems", failing)
        yield


def _finish(actor: Actor, job_id: str) -> None:
    jobs.resume(actor, job_id)
    assert jobs.claim(only=int(job_id)) == int(job_id)
    assert jobs.run(job_id) == "done"


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _unzip(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _workbook(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
