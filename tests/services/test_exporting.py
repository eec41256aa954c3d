"""Exports give back what is there, to people and to machines, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import using
from app.services import actor as actors
from app.services import export_jobs, exporting, jobs
from app.services.actor import Actor, Permissions
from app.services.exporting import Request
from app.services.importing import converting, sources
from tests.support.databases import PEOPLE, Make
from tests.support.imports import bring, figures, rows_of


@pytest.fixture(autouse=True)
def _transfers(tmp_path: Path) -> Iterator[None]:
    sources.use(tmp_path / "transfers")
    yield
    sources.use(None)


@pytest.fixture
def admin(database: object) -> Actor:
    return actors.load(PEOPLE.admin)


def test_for_people_labels_and_the_signs_of_their_language(admin: Actor, make: Make) -> None:
    account = make.account("Élan; & Co")
    make.record(
        "Deals", Deal_Name="Fenêtres", Account_Name=account, Amount="1234.5", Stage="Closed Won", Closing_Date="2026-01-31"
    )
    request = Request("Deals", fields=("deal_name", "account_id", "amount", "stage", "closing_on"))
    content = _bytes(admin, request)
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert header == ["Nom de la transaction", "Compte", "Montant", "Étape", "Date de clôture prévue"]
    assert row == ["Fenêtres", "Élan; & Co", "1234,5", "Gagnée", "2026-01-31"]
    english = _bytes(replace(admin, language="en"), request).decode("utf-8-sig")
    assert "1234.5,Closed Won,2026-01-31" in english


def test_for_machines_api_names_actual_values_and_ids(admin: Actor, make: Make) -> None:
    number = make.record("Deals", Deal_Name="A", Amount="0.1", Stage="Closed Won")
    rows = _machine(admin, "Deals")
    assert rows[0]["id"] == str(number)
    assert (rows[0]["Deal_Name"], rows[0]["Amount"], rows[0]["Stage"], rows[0]["Owner"]) == (
        "A",
        "0.1",
        "Closed Won",
        "Claire Martin",
    )


def test_what_is_exported_comes_back_unchanged(admin: Actor, make: Make) -> None:
    account = make.account(
        "Café", Billing_Code="01000", Phone="+33612345678", Description='two\nlines; "quoted"', Employees="12"
    )
    make.account("=1+1", Parent_Account=account, Website="https://example.com", Annual_Revenue="1234567.89")
    make.account("'=2", Description="-5 and @home")
    before = rows_of("Accounts")
    for request in (Request("Accounts", api_names=True), Request("Accounts")):
        content = _bytes(admin, request)
        job = bring(admin, "Accounts", content, f"accounts-{request.api_names}.csv")
        assert figures(job) == (0, 0, 3, 0, 0)
        assert rows_of("Accounts") == before


def test_formulas_are_neutralised_in_csv_and_texts_in_xlsx(admin: Actor, make: Make, tmp_path: Path) -> None:
    for text in ("=cmd|' /C calc'!A0", "+1-1", "-2+3", "@SUM(A1)"):
        make.account(text, Phone="+33 6 12 34 56 78")
    names = [r["Account_Name"] for r in _machine(admin, "Accounts")]
    assert sorted(names) == sorted(["'=cmd|' /C calc'!A0", "'+1-1", "'-2+3", "'@SUM(A1)"])
    assert {r["Phone"][0] for r in _machine(admin, "Accounts")} == {"+"}, "a phone number is no formula"
    target = tmp_path / "out.xlsx"
    exporting.write(exporting.prepare(admin, Request("Accounts", "xlsx", fields=("account_name",))), target)
    page = openpyxl.load_workbook(target).active
    assert {(c.value, c.data_type) for (c,) in page.iter_rows(min_row=2)} == {
        (t, "s") for t in ("=cmd|' /C calc'!A0", "+1-1", "-2+3", "@SUM(A1)")
    }


@given(st.text(max_size=30))
def test_guarding_is_undone_exactly_by_the_import(text: str) -> None:
    from app.services.importing.reading import Record

    guarded = exporting.guarded(text)
    assert not guarded or guarded[0] not in "=+-@\t\r"
    seen: list[str] = []
    converter = converting.Converter({}, {}, 1, {}, None)  # type: ignore[arg-type]
    converter._cells = [(0, "x", "x", lambda cell: seen.append(cell))]
    converter(Record(1, [guarded]))
    assert (seen or [text]) == [text]


def test_xlsx_holds_numbers_days_and_ids_as_text(admin: Actor, make: Make, tmp_path: Path) -> None:
    number = make.record("Deals", Deal_Name="A", Amount="1234.5", Closing_Date="2026-01-31")
    target = tmp_path / "out.xlsx"
    request = Request("Deals", "xlsx", fields=("deal_name", "amount", "closing_on", "created_at"), api_names=True)
    assert exporting.write(exporting.prepare(admin, request), target) == 1
    header, row = openpyxl.load_workbook(target).active.iter_rows(values_only=True)
    assert header == ("id", "Deal_Name", "Amount", "Closing_Date", "Created_Time")
    assert row[:3] == (str(number), "A", 1234.5)
    assert row[3].isoformat() == "2026-01-31T00:00:00"


def test_a_view_gives_its_filter_order_and_columns(admin: Actor, make: Make) -> None:
    for name, stage in (("A", "Closed Won"), ("B", "Prospecting")):
        make.record("Deals", Deal_Name=name, Stage=stage)
    rows = _machine(admin, "Deals", view="won")
    assert [r["Deal_Name"] for r in rows] == ["A"]
    assert list(rows[0])[1] == "Deal_Name"
    assert len(_machine(admin, "Deals", filter={"field": "deal_name", "op": "is", "value": "b"})) == 1
    with pytest.raises(NotFound):
        _bytes(admin, Request("Deals", view="nothing"))


def test_only_what_one_may_see_and_export(admin: Actor, make: Make) -> None:
    make.account("Ours")
    seller = actors.load(PEOPLE.seller)
    assert _machine(seller, "Accounts") == []
    make.actor = seller
    make.account("Theirs", Phone="0123456789")
    hidden = replace(seller, profile=replace(seller.profile, fields={"Accounts": {"phone": "hidden"}}))
    rows = _machine(hidden, "Accounts")
    assert [r["Account_Name"] for r in rows] == ["Theirs"]
    assert "Phone" not in rows[0]
    forbidden = replace(seller, profile=Permissions(modules={"Accounts": frozenset({"read"})}))
    with pytest.raises(Forbidden):
        _bytes(forbidden, Request("Accounts"))


def test_an_export_as_a_job(admin: Actor, make: Make) -> None:
    make.account("One")
    job_id = export_jobs.submit(admin, Request("Accounts"))
    with pytest.raises(NotFound):
        export_jobs.file_of(admin, job_id)
    assert jobs.claim(only=int(job_id)) == int(job_id)
    assert jobs.run(job_id) == "done"
    path, name = export_jobs.file_of(admin, job_id)
    assert name == "Comptes.csv"
    assert "One" in path.read_text(encoding="utf-8-sig")
    with pytest.raises(NotFound):
        export_jobs.file_of(actors.load(PEOPLE.seller), job_id)


def test_a_wrong_wish(admin: Actor) -> None:
    for request in (Request("Accounts", "pdf"), Request("Accounts", separator="x")):
        with pytest.raises(Invalid):
            _bytes(admin, request)


def test_amounts_are_exact(admin: Actor, make: Make) -> None:
    for amount in ("0.1", "0.2", "1e-3", "99999999999.99"):
        make.record("Deals", Deal_Name=amount, Amount=amount)
    total = sum(Decimal(r["Amount"]) for r in _machine(admin, "Deals"))
    assert total == sum(r["amount"] for r in rows_of("Deals"))


def _bytes(actor: Actor, request: Request) -> bytes:
    return b"".join(exporting.csv_blocks(exporting.prepare(actor, request)))


def _machine(actor: Actor, module: str, **more: Any) -> list[dict[str, str]]:
    content = _bytes(actor, Request(module, api_names=True, **more)).decode()
    return list(csv.DictReader(io.StringIO(content)))


@pytest.mark.parametrize(("language", "words"), [("fr", "Accès restreint"), ("en", "Restricted access")])
def test_a_link_out_of_sight_is_said_in_the_language_of_the_reader(admin: Actor, make: Make, language: str, words: str) -> None:
    account = make.account("Hors de vue", Owner=PEOPLE.admin)
    make.record("Deals", Deal_Name="Presses", Account_Name=account, Owner=PEOPLE.seller)
    seller = replace(actors.load(PEOPLE.seller), language=language)
    export = exporting.prepare(seller, Request("Deals", fields=("deal_name", "account_id"), separator=";"))
    with using("en" if language == "fr" else "fr"):  # as a worker's thread may
        text = b"".join(exporting.csv_blocks(export)).decode()
    assert text.splitlines()[1] == f"Presses;{words}"
