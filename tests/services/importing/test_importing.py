"""An import does what it says: new, update and both; keys; links and list values; imported twice it changes nothing; rolled back it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.base.errors import Conflict, Forbidden, Invalid
from app.base.i18n import using
from app.services import actor as actors
from app.services import jobs, records
from app.services.actor import Actor, Permissions
from app.services.importing import dry_run, guessing, mapping, planning, remembering
from tests.support.databases import PEOPLE, Make
from tests.support.imports import bring, count, figures, kept, reasons, rows_of, wish_of

ACCOUNTS = "Société;Téléphone;Code postal;Effectif;Chiffre d’affaires annuel\nÉlan SARL;01 23 45 67 89;01000;12;1 234 567,50\nNull;+33 6 12 34 56 78;75001;;\n"


def test_accents_postcodes_and_a_company_called_null(admin: Actor) -> None:
    job = bring(admin, "Accounts", ACCOUNTS.encode("cp1252"), columns={"Code postal": "Billing_Code"})
    assert (job.state, figures(job)) == ("done", (2, 0, 0, 0, 0))
    first, second = sorted(rows_of("Accounts"), key=lambda r: r["id"])
    assert (first["account_name"], first["billing_code"], first["employees"]) == ("Élan SARL", "01000", 12)
    assert first["annual_revenue"] == Decimal("1234567.50")
    assert (second["account_name"], second["employees"]) == ("Null", None)


def test_twice_changes_nothing_and_an_update_only_what_differs(admin: Actor) -> None:
    bring(admin, "Accounts", ACCOUNTS)
    before = rows_of("Accounts")
    assert figures(bring(admin, "Accounts", ACCOUNTS)) == (0, 0, 2, 0, 0)
    assert rows_of("Accounts") == before
    changed = ACCOUNTS.replace(";12;", ";13;")
    assert figures(bring(admin, "Accounts", changed)) == (0, 1, 1, 0, 0)
    assert sorted(r["version"] for r in rows_of("Accounts")) == [1, 2]


def test_modes(admin: Actor) -> None:
    bring(admin, "Accounts", "Account_Name,Employees\nOne,1\n")
    text = "Account_Name,Employees\nOne,5\nTwo,2\n"
    assert figures(bring(admin, "Accounts", text, mode="add")) == (1, 0, 0, 1, 0)
    assert _employees() == {"One": 1, "Two": 2}
    text = "Account_Name,Employees\nOne,7\nThree,3\n"
    assert figures(bring(admin, "Accounts", text, mode="update")) == (0, 1, 0, 1, 0)
    assert _employees() == {"One": 7, "Two": 2}


def test_blank_cells_leave_a_field_alone_unless_told(admin: Actor) -> None:
    bring(admin, "Accounts", "Account_Name,Employees,Phone\nOne,1,0123456789\n")
    bring(admin, "Accounts", "Account_Name,Employees,Phone\nOne,,0123456780\n")
    assert _employees() == {"One": 1}
    bring(admin, "Accounts", "Account_Name,Employees,Phone\nOne,,0123456780\n", erase=True)
    assert _employees() == {"One": None}


def test_the_id_is_a_key(admin: Actor, make: Make) -> None:
    number = make.account("Old name")
    job = bring(
        admin,
        "Accounts",
        f"id,Account_Name\n{number},New name\n913000000000000001,Nobody\n5.36E+18,Rounded\n",
        columns={"id": "id"},
    )
    assert figures(job) == (0, 1, 0, 0, 2)
    assert [r["account_name"] for r in rows_of("Accounts")] == ["New name"]
    messages = reasons(admin, job)
    assert [line for line, _c, _m in messages] == [3, 4]
    assert "tableur" in messages[1][2] or "spreadsheet" in messages[1][2]


def test_a_key_that_two_rows_share_is_not_chosen(admin: Actor) -> None:
    text = "Last_Name,Email\nDurand,info@example.com\nMartin,info@example.com\n"
    job = bring(admin, "Contacts", text)
    assert figures(job) == (2, 0, 0, 0, 0), "two people of one address stay two"
    with pytest.raises(Conflict):
        bring(admin, "Contacts", text)
    assert figures(bring(admin, "Contacts", text, again=True)) == (2, 0, 0, 0, 0)


def test_rows_without_their_key_are_known_by_all_their_values(admin: Actor) -> None:
    text = "Last_Name,First_Name,Email\nDurand,Zoé,zoe@example.com\nMartin,Éric,\nMartin,Éric,\nMartin,Ana,\n"
    assert figures(bring(admin, "Contacts", text)) == (4, 0, 0, 0, 0), "rows of one file are never taken for each other"
    assert figures(bring(admin, "Contacts", text)) == (0, 0, 4, 0, 0)
    assert figures(bring(admin, "Contacts", text, mode="add")) == (0, 0, 0, 4, 0)
    changed = text.replace("Martin,Ana,", "Martin,Anna,")
    source = kept(admin, changed)
    found = dry_run.preview(admin, planning.make(admin, "Contacts", source, wish_of(admin, "Contacts", source)))
    assert (found.counts["created"], found.counts["unchanged"]) == (1, 3)
    assert figures(bring(admin, "Contacts", changed)) == (1, 0, 3, 0, 0)
    assert count("Contacts") == 5


def test_a_chosen_key_joins_rows_of_one_file_in_their_order(admin: Actor) -> None:
    job = bring(admin, "Accounts", "Account_Name,Employees\nOne,1\nTwo,2\nONE,3\nOne A,4\nÔné,5\n", key=["Account_Name"])
    assert figures(job) == (3, 2, 0, 0, 0), "case and accents are no difference, another word is"
    assert _employees() == {"Ôné": 5, "Two": 2, "One A": 4}


def test_a_key_that_several_records_have_is_refused(admin: Actor, make: Make) -> None:
    make.account("Twin")
    make.account("Twin")
    job = bring(admin, "Accounts", "Account_Name,Employees\nTwin,5\n", key=["Account_Name"])
    assert figures(job) == (0, 0, 0, 0, 1)
    assert all(r["employees"] is None for r in rows_of("Accounts"))


def test_links_are_found_made_or_refused(admin: Actor, make: Make) -> None:
    one = make.account("Café de l’Œuvre")
    text = "Deal_Name,Account_Name,Amount\nA,cafe de l'oeuvre,10\nB,Nobody,20\n"
    job = bring(admin, "Deals", text)
    assert figures(job) == (1, 0, 0, 0, 1)
    assert rows_of("Deals")[0]["account_id"] == one
    assert [(line, column) for line, column, _m in reasons(admin, job)] == [(3, "Account_Name")]
    job = bring(admin, "Deals", text, links="create")
    assert figures(job) == (1, 0, 1, 0, 0)
    assert job.counts["linked"] == 1
    assert {r["account_name"] for r in rows_of("Accounts")} == {"Café de l’Œuvre", "Nobody"}


def test_two_records_of_one_title_are_not_chosen_between(admin: Actor, make: Make) -> None:
    make.account("Twin")
    right = make.account("Twin")
    job = bring(admin, "Deals", f"Deal_Name,Account_Name\nA,Twin\nB,{right}\n")
    assert figures(job) == (1, 0, 0, 0, 1)
    assert rows_of("Deals")[0]["account_id"] == right


def test_a_link_to_a_row_further_down_is_set_at_the_end(admin: Actor) -> None:
    text = "Account_Name,Parent_Account\nChild,Mother\nMother,\nOther,Nobody\n"
    job = bring(admin, "Accounts", text)
    assert figures(job) == (3, 0, 0, 0, 0)
    found = {r["account_name"]: r for r in rows_of("Accounts")}
    assert found["Child"]["parent_account_id"] == found["Mother"]["id"]
    assert found["Other"]["parent_account_id"] is None
    assert [line for line, _c, _m in reasons(admin, job)] == [4]
    assert figures(bring(admin, "Accounts", text)) == (0, 0, 3, 0, 0)


def test_list_values_in_both_languages_mapped_or_made(admin: Actor) -> None:
    text = "Deal_Name,Stage\nA,Gagnée\nB,Closed Won\nC,negotiation/review\nD,Won\nE,Engaging\n"
    job = bring(admin, "Deals", text)
    assert figures(job) == (4, 0, 0, 0, 1)
    assert [r["stage"] for r in rows_of("Deals")] == ["Closed Won", "Closed Won", "Negotiation/Review", "Closed Won"]
    job = bring(admin, "Deals", text, new_values=True)
    assert figures(job) == (1, 0, 4, 0, 0)
    assert planning.module_of("Deals").field("stage").choice("Engaging") is not None
    job = bring(admin, "Deals", "Deal_Name,Stage\nF,Hot\n", values={"Stage": {"hot": "Qualification"}})
    assert rows_of("Deals")[-1]["stage"] == "Qualification"


def test_new_fields_are_made_once(admin: Actor) -> None:
    columns: dict[str, Any] = {
        "engaged": {"new": "Engaged on", "type": "date"},
        "kind": {"new": "Kind of deal", "type": "picklist"},
    }
    text = "Deal_Name,engaged,kind\nA,2026-01-31,Big\nB,2026-02-01,Small\n"
    assert figures(bring(admin, "Deals", text, columns=columns)) == (2, 0, 0, 0, 0)
    spec = planning.module_of("Deals")
    assert [c.value for c in spec.field("Kind_Of_Deal").choices] == ["Big", "Small"]
    assert [r[spec.field("Engaged_On").name] for r in rows_of("Deals")] == [date(2026, 1, 31), date(2026, 2, 1)]
    assert figures(bring(admin, "Deals", text, columns=columns)) == (0, 0, 2, 0, 0)
    assert len([f for f in planning.module_of("Deals").fields if f.custom]) == 2


def test_owners_by_name_and_by_address(admin: Actor) -> None:
    text = "Deal_Name,Owner\nA,Ana Núñez\nB,tom.oneill@example.com\nC,Nobody Known\n"
    job = bring(admin, "Deals", text)
    assert figures(job) == (2, 0, 0, 0, 1)
    assert [r["owner_id"] for r in rows_of("Deals")] == [PEOPLE.seller, PEOPLE.other]


def test_roll_back_removes_what_was_made_and_restores_what_was_changed(admin: Actor) -> None:
    bring(admin, "Accounts", "Account_Name,Employees\nOne,1\n")
    job = bring(admin, "Accounts", "Account_Name,Employees\nOne,9\nTwo,2\n")
    assert figures(job) == (1, 1, 0, 0, 0)
    undo = jobs.roll_back(admin, job.id, claim=True)
    assert jobs.run(undo) == "done"
    assert _employees() == {"One": 1}
    assert jobs.get(admin, job.id).counts["undone"] is True
    with pytest.raises(Conflict):
        jobs.roll_back(admin, job.id)
    assert figures(bring(admin, "Accounts", "Account_Name,Employees\nOne,9\nTwo,2\n")) == (1, 1, 0, 0, 0)


def test_a_roll_back_leaves_what_somebody_changed_since(admin: Actor, make: Make) -> None:
    colleague = actors.load(make.user("Zoé Durand", profile=PEOPLE.administrator_profile))
    job = bring(admin, "Accounts", "Account_Name,Employees\nOne,1\nTwo,2\n")
    first = rows_of("Accounts")[0]["id"]
    records.update(colleague, "Accounts", first, {"employees": 50})
    undo = jobs.roll_back(admin, job.id, claim=True)
    assert jobs.run(undo) == "done"
    assert _employees() == {"One": 50}
    assert jobs.get(admin, job.id).counts["not_undone"] == 1


def test_the_dry_run_says_what_the_import_does_and_does_nothing(admin: Actor) -> None:
    bring(admin, "Accounts", "Account_Name,Employees\nOne,1\nTwo,2\n")
    text = "Account_Name,Employees\nOne,1\nTwo,5\nThree,3\nThree,3\nFour,many\n,9\n"
    source = kept(admin, text)
    wish = wish_of(admin, "Accounts", source, key=["Account_Name"])
    before = rows_of("Accounts")
    found = dry_run.preview(admin, planning.make(admin, "Accounts", source, wish))
    assert rows_of("Accounts") == before
    expected = figures(bring(admin, "Accounts", text, key=["Account_Name"]))
    assert (
        tuple(found.counts[a] for a in ("created", "updated", "unchanged", "skipped", "failed")) == expected == (1, 1, 2, 0, 2)
    )
    assert [p.line for p in found.problems] == [6, 7]
    assert len(found.shown) == 6
    two = found.shown[1]
    assert [(s.now, s.after) for s in two.sides if s.field == "employees"] == [("2", "5")]


def test_the_dry_run_knows_links_that_would_be_made(admin: Actor) -> None:
    text = "Deal_Name,Account_Name\nA,One\nA,Two\nA,One\n"
    source = kept(admin, text)
    wish = wish_of(admin, "Deals", source, links="create", key=["Deal_Name", "Account_Name"])
    found = dry_run.preview(admin, planning.make(admin, "Deals", source, wish))
    expected = figures(bring(admin, "Deals", text, links="create", key=["Deal_Name", "Account_Name"]))
    assert (
        tuple(found.counts[a] for a in ("created", "updated", "unchanged", "skipped", "failed")) == expected == (2, 0, 1, 0, 0)
    )
    assert found.new_links == {"Accounts": 2}


def test_ids_of_other_programs_are_not_taken_for_ours(admin: Actor, make: Make) -> None:
    text = "Record Id,Account Name\nzcrm_404427000000249093,One\nzcrm_404427000000249094,Two\n"
    source = kept(admin, text)
    assert wish_of(admin, "Accounts", source).columns["Record Id"] is None
    assert figures(bring(admin, "Accounts", text)) == (2, 0, 0, 0, 0)
    mine = f"Record Id,Account Name\n{make.account('Mine')},Mine now\n"
    assert wish_of(admin, "Accounts", kept(admin, mine)).columns["Record Id"] == "id"


def test_offered_fields_take_every_value(admin: Actor) -> None:
    text = "Account_Name,fee,score,link\nA,$1.50,12,http://intranet/a\nB,$2.00,NR,http://intranet/b\n"
    source = kept(admin, text)
    sniffed = planning.look(source)
    findings = planning.examine(source, sniffed)
    offers = {
        c.key: guessing.new_field(planning.module_of("Accounts"), c, findings.columns[c.index]).type for c in sniffed.columns
    }
    assert (offers["fee"], offers["score"], offers["link"]) == ("money", "text", "text")


def test_mappings_are_remembered_by_their_columns(admin: Actor) -> None:
    bring(admin, "Accounts", "firm,people\nOne,1\n", columns={"firm": "Account_Name", "people": "Employees"})
    known = remembering.recall("Accounts", ["PEOPLE", "Firm"])
    assert known is not None
    assert known.columns == {"firm": "Account_Name", "people": "Employees"}
    assert remembering.recall("Accounts", ["firm"]) is None
    assert remembering.recall("Deals", ["firm", "people"]) is None


def test_a_mapping_file_says_all_there_is() -> None:
    data = {
        "columns": {"close_value": "Amount", "sales_agent": {"new": "Sales agent", "type": "text"}, "notes": None},
        "values": {"Stage": {"Won": "Closed Won"}}, "dates": "day-first", "decimal": ",", "encoding": "cp1252", "separator": ";",
        "mode": "add", "links": "create", "key": ["Deal_Name"], "erase": True, "new_values": True, "layout": {"header": 3},
    }  # fmt: skip
    assert mapping.from_json(data).as_json() == data
    assert mapping.from_json(mapping.from_json({}).as_json()) == mapping.Mapping()


@pytest.mark.parametrize(
    "data",
    [
        [], {"column": {}}, {"columns": {"a": 5}}, {"columns": {"a": {"new": "A", "type": "rocket"}}}, {"dates": "dmy"}, {"decimal": ";"},
        {"links": "maybe"}, {"mode": "replace"}, {"values": {"Stage": "Won"}}, {"columns": []},
    ],
)  # fmt: skip
def test_a_wrong_mapping_file_is_refused(data: Any) -> None:
    with pytest.raises(Invalid):
        mapping.from_json(data)


def test_rights_to_import_and_to_fields(admin: Actor, seller: Actor) -> None:
    text = "Account_Name,Employees\nOne,1\n"
    assert figures(bring(seller, "Accounts", text)) == (1, 0, 0, 0, 0)
    assert rows_of("Accounts")[0]["owner_id"] == PEOPLE.seller
    with pytest.raises(Forbidden):
        bring(seller, "Accounts", "Account_Name,new\nTwo,x\n", columns={"new": {"new": "New one", "type": "text"}})
    limited = replace(seller, profile=Permissions(modules={"Accounts": frozenset({"read", "create", "edit"})}))
    with pytest.raises(Forbidden):
        bring(limited, "Accounts", text)
    reader = replace(seller, profile=replace(seller.profile, fields={"Accounts": {"employees": "read"}}))
    with pytest.raises(Invalid) as raised:
        bring(reader, "Accounts", text, columns={"Employees": "Employees"})
    assert list(raised.value.fields) == ["Employees"]
    assert count("Accounts") == 1


def test_an_invisible_record_is_neither_matched_nor_changed(admin: Actor, make: Make) -> None:
    make.actor = actors.load(PEOPLE.other)
    make.account("Secret")
    seller = actors.load(PEOPLE.seller, "import")
    job = bring(seller, "Accounts", "Account_Name,Employees\nSecret,5\n")
    assert figures(job) == (1, 0, 0, 0, 0)
    assert count("Accounts") == 2


def test_messages_are_in_the_readers_language(admin: Actor) -> None:
    job = bring(admin, "Accounts", "Account_Name,Employees\nOne,many\n")
    with using("fr"):
        french = reasons(admin, job)[0][2]
    with using("en"):
        english = reasons(admin, job)[0][2]
    assert "many" in french
    assert "many" in english
    assert french != english


def _employees() -> dict[str, Any]:
    return {r["account_name"]: r["employees"] for r in rows_of("Accounts")}
