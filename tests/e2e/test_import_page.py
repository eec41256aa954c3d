"""The import in a browser: from a French file to records and back; a wrong file, rejects, a list of jobs; and beside the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers import SignedIn
from tests.support.servers import ADMIN_EN, Server

FILE = (
    "Société;Chiffre d’affaires annuel;Effectif;Secteur d’activité d’origine\n"
    "Élan <b>gras</b>;1 234,50;12;Bois\n"
    "Œuvre & fils;99,90;beaucoup;Bois\n"
    "Zinc;;3;Métal\n"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "comptes.csv"
    path.write_bytes(FILE.encode("cp1252"))
    return path


def test_from_a_file_to_records_and_back(server: Server, signed_in: SignedIn, file: Path, tmp_path: Path) -> None:
    page = signed_in(server)
    _to_columns(page, server, file)
    table = page.get_by_test_id("mapping-table")
    expect(table.get_by_label("Champ de la colonne Société")).to_have_value("=Account_Name")
    expect(table.get_by_label("Champ de la colonne Effectif")).to_have_value("=Employees")
    origin = "Secteur d’activité d’origine"
    table.get_by_label(f"Champ de la colonne {origin}").select_option("new")
    table.get_by_label(f"Nom du nouveau champ pour {origin}").fill("Matière")
    table.get_by_label(f"Nom du nouveau champ pour {origin}").blur()
    table.get_by_label(f"Type du nouveau champ pour {origin}").select_option("text")
    page.get_by_role("button", name="Essayer").click()
    expect(page.locator("[data-count=created]")).to_have_text("2")
    expect(page.locator("[data-count=failed]")).to_have_text("1")
    expect(page.get_by_text("Champs créés : Matière")).to_be_visible()
    expect(page.get_by_role("cell", name="Élan <b>gras</b>")).to_be_visible()
    page.get_by_test_id("import-next").click()
    expect(page.get_by_test_id("job-page")).to_be_visible()
    expect(page.locator("[data-state=done]")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-count=created]")).to_have_text("2")
    expect(page.get_by_role("link", name="Élan <b>gras</b>")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ces lignes").click()
    download.value.save_as(tmp_path / "rejects.csv")
    lines = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith("Œuvre & fils;99,90;beaucoup;Bois;3;Effectif;")
    with page.expect_download() as download:
        page.get_by_role("link", name="Correspondances").click()
    download.value.save_as(tmp_path / "mapping.json")
    assert json.loads((tmp_path / "mapping.json").read_text(encoding="utf-8"))["columns"]["Effectif"] == "Employees"
    page.get_by_role("button", name="Tout annuler").click()
    expect(page.get_by_text("Elle a été annulée : 2 enregistrements remis en état.")).to_be_visible(timeout=30_000)
    page.goto(f"{server.base}/jobs")
    expect(page.get_by_role("link", name="Import de comptes.csv").first).to_be_visible()


def test_how_a_file_is_read_can_be_changed(server: Server, signed_in: SignedIn, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Name;City\nA;Lyon\nB;Paris\n", encoding="utf-8")
    page = signed_in(server, ADMIN_EN)
    page.goto(f"{server.base}/accounts/import")
    page.locator("[data-testid=file-drop] input").set_input_files(path)
    expect(page.get_by_role("columnheader", name="City")).to_be_visible()
    page.get_by_label("Separator").select_option("|")
    expect(page.get_by_role("columnheader", name="Name;City")).to_be_visible()
    page.get_by_label("Separator").select_option(";")
    expect(page.get_by_role("columnheader", name="City", exact=True)).to_be_visible()
    page.get_by_label("Names of the columns").select_option("0")
    expect(page.get_by_role("columnheader", name="Column 2")).to_be_visible()


def test_a_file_that_is_no_table_says_so_and_another_can_be_chosen(
    server: Server, signed_in: SignedIn, file: Path, tmp_path: Path, expected_problems: list[str]
) -> None:
    expected_problems.append("422")
    picture = tmp_path / "photo.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 1000)
    page = signed_in(server)
    page.goto(f"{server.base}/accounts/import")
    page.locator("[data-testid=file-drop] input").set_input_files(picture)
    expect(page.get_by_role("alert")).to_contain_text("n’est pas un tableau")
    page.locator("[data-testid=file-drop] input").set_input_files(file)
    expect(page.get_by_role("heading", name="Ce que nous avons vu")).to_be_visible()


def test_a_mapping_that_lacks_something_is_not_tried(server: Server, signed_in: SignedIn, file: Path) -> None:
    page = signed_in(server)
    _to_columns(page, server, file)
    page.get_by_test_id("mapping-table").get_by_label("Champ de la colonne Société").select_option("")
    expect(page.get_by_text("Choisissez la colonne qui le contient.").first).to_be_visible()
    page.get_by_test_id("mapping-table").get_by_label("Champ de la colonne Effectif").select_option("=Annual_Revenue")
    expect(page.locator(".cp-mapping .cp-error").first).to_contain_text("vont au même champ")
    page.get_by_role("button", name="Essayer").click()
    expect(page.get_by_test_id("mapping-table")).to_be_visible()


def test_the_command_line_hands_its_job_to_the_running_server(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "cli.csv"
    path.write_text("Account_Name\n" + "".join(f"From the terminal {n}\n" for n in range(50)), encoding="utf-8")
    done = server.cli("import", str(path), "--module", "Accounts", "--json")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    assert (result["read"], result["created"]) == (50, 50)
    again = json.loads(server.cli("import", str(path), "--module", "Accounts", "--json").stdout.strip().splitlines()[-1])
    assert (again["created"], again["unchanged"]) == (0, 50)
    assert server.is_healthy()


def _to_columns(page: Page, server: Server, file: Path) -> None:
    page.goto(f"{server.base}/accounts/import")
    page.locator("[data-testid=file-drop] input").set_input_files(file)
    expect(page.get_by_role("heading", name="Ce que nous avons vu")).to_be_visible()
    expect(page.get_by_label("Encodage")).to_have_value("cp1252")
    page.get_by_test_id("import-next").click()
    expect(page.get_by_test_id("mapping-table")).to_be_visible()


def test_a_running_import_shows_its_progress_and_can_be_stopped_and_undone(
    server: Server, signed_in: SignedIn, tmp_path: Path
) -> None:
    path = tmp_path / "many.csv"
    path.write_text("Account_Name\n" + "".join(f"Stopped {n}\n" for n in range(60_000)), encoding="utf-8")
    page = signed_in(server, ADMIN_EN)
    page.goto(f"{server.base}/accounts/import")
    page.locator("[data-testid=file-drop] input").set_input_files(path)
    expect(page.get_by_role("heading", name="What we saw")).to_be_visible(timeout=30_000)
    page.get_by_test_id("import-next").click()
    expect(page.get_by_test_id("mapping-table")).to_be_visible()
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_text("Tried on the first 20,000 rows; the import does all 60,000.")).to_be_visible(timeout=60_000)
    page.get_by_test_id("import-next").click()
    expect(page.get_by_test_id("job-page")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-count=created]")).not_to_have_text("0", timeout=30_000)
    page.get_by_role("button", name="Stop and undo").click()
    expect(page.locator("[data-state=cancelled]")).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Stopped; what it had done was undone.")).to_be_visible()
    expect(page.get_by_role("button", name="Go on")).to_have_count(0)
    page.goto(f"{server.base}/accounts?q=Stopped")
    expect(page.get_by_test_id("record-row")).to_have_count(0)
