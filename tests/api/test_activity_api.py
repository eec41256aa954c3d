"""The JSON of what hangs on a record: notes, timeline, stages, related lists, drafts; and that others do not see it, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fastapi import FastAPI

from app.api import activity, answers, lanes, records
from app.base import clock
from app.base.i18n import using
from app.database.engine import Database
from app.services import actor as actors
from app.services import mass
from tests.api.test_records_api import Ui
from tests.support.databases import People


@pytest.fixture
def ui(database: Database, people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ui]:
    who = {"id": people.admin}
    monkeypatch.setattr(lanes, "actor_of", lambda request: actors.load(who["id"]))
    web = FastAPI()
    answers.install(web)
    web.include_router(activity.router)
    web.include_router(records.router)
    with using("en"), asyncio.Runner() as runner:
        yield Ui(web, runner, who)


@pytest.fixture
def account(ui: Ui) -> str:
    return str(ui.post("accounts", {"values": {"account_name": "Vasselin"}})["row"]["id"])


def test_notes_are_written_changed_deleted_and_undone(ui: Ui, account: str) -> None:
    made = ui.post(f"accounts/{account}/notes", {"content": " Call them \n"})
    ui.patch(f"notes/{made['id']}", {"content": "Call them <b>back</b>"})
    found = ui.get(f"accounts/{account}/notes")["notes"]
    assert [(note["content"], note["mine"], bool(note["modified"])) for note in found] == [
        ("Call them <b>back</b>", True, True)
    ]
    gone = ui.delete(f"notes/{made['id']}")
    assert ui.get(f"accounts/{account}/notes")["notes"] == []
    assert ui.get(f"accounts/{account}/related")["notes"] == 0
    ui.post(f"undo/{gone['undo']}", {})
    assert ui.get(f"accounts/{account}/related")["notes"] == 1


@pytest.mark.parametrize("content", ["", " \n\t", "x" * 32_001, None, 7])
def test_a_note_that_is_none_says_why(ui: Ui, account: str, content: object) -> None:
    answer = ui.post(f"accounts/{account}/notes", {"content": content}, 200 if content == 7 else 422)
    assert content == 7 or "content" in answer["fields"]


def test_nothing_of_a_record_out_of_sight_is_told(ui: Ui, account: str, people: People) -> None:
    made = ui.post(f"accounts/{account}/notes", {"content": "secret"})
    deal = ui.post("deals", {"values": {"deal_name": "D"}})["row"]["id"]
    ui.by(people.seller)
    for path in ("whole", "timeline", "notes", "related/contacts"):
        assert "secret" not in str(ui.get(f"accounts/{account}/{path}", 404))
    ui.get(f"accounts/{account}/as-of", 404, day="2026-01-01")
    ui.get(f"deals/{deal}/stages", 404)
    ui.post(f"accounts/{account}/notes", {"content": "x"}, 404)
    ui.patch(f"notes/{made['id']}", {"content": "x"}, 404)
    ui.delete(f"notes/{made['id']}", 404)
    ui.by(people.admin)
    assert [note["content"] for note in ui.get(f"accounts/{account}/notes")["notes"]] == ["secret"]


def test_the_timeline_tells_what_changed_in_words_page_by_page(ui: Ui, account: str) -> None:
    for number in range(12):
        ui.patch(f"accounts/{account}", {"values": {"billing_city": f"Town {number}"}})
    first = ui.get(f"accounts/{account}/timeline", limit=10)
    rest = ui.get(f"accounts/{account}/timeline", limit=10, after=first["next"])
    assert (len(first["entries"]), len(rest["entries"]), rest["next"]) == (10, 3, None)
    change = first["entries"][0]["changes"][0]
    assert (change["before"], change["after"]) == ("Town 10", "Town 11")
    assert first["entries"][0]["undoable"]
    assert not first["entries"][0]["shared"]
    assert rest["entries"][-1]["op"] == "create"


def test_a_change_of_many_records_says_so(ui: Ui, account: str, people: People) -> None:
    other = ui.post("accounts", {"values": {"account_name": "B"}})["row"]["id"]
    mass.apply(
        actors.load(people.admin), "Accounts", "update", mass.Question.of_ids([account, other]), {"billing_city": "Angers"}
    )
    assert ui.get(f"accounts/{account}/timeline")["entries"][0]["shared"]


def test_as_it_was_on_a_day(ui: Ui, account: str) -> None:
    today = clock.now().date()
    assert ui.get(f"accounts/{account}/as-of", day=(today + timedelta(days=1)).isoformat())["values"] == []
    assert ui.get(f"accounts/{account}/as-of", 404, day="2020-01-01")["message"]
    assert "day" in ui.get(f"accounts/{account}/as-of", 422, day="31/02")["fields"]


def test_stages_with_how_long_and_by_whom(ui: Ui, account: str) -> None:
    deal = ui.post("deals", {"values": {"deal_name": "D", "amount": "12.50"}})["row"]["id"]
    ui.patch(f"deals/{deal}", {"values": {"stage": "Qualification"}})
    entries = ui.get(f"deals/{deal}/stages")["entries"]
    assert [entry["stage"] for entry in entries] == ["Qualification", "Prospecting"]
    assert entries[0]["days"] == 0
    assert entries[0]["by"]
    ui.get(f"accounts/{account}/stages", 404)


def test_related_lists_five_at_first_sorted_as_asked(ui: Ui, account: str) -> None:
    for number in range(7):
        ui.post("deals", {"values": {"deal_name": f"D{number}", "account_id": account, "amount": number}})
    ui.post("deals", {"values": {"deal_name": "elsewhere"}})
    assert ui.get(f"accounts/{account}/related")["counts"]["deals"] == {"count": 7, "capped": False}
    first = ui.get(f"accounts/{account}/related/deals", sort="amount:desc")
    assert [row["title"] for row in first["rows"]] == ["D6", "D5", "D4", "D3", "D2"]
    rest = ui.get(f"accounts/{account}/related/deals", sort="amount:desc", after=first["next"])
    assert [row["title"] for row in rest["rows"]] == ["D1", "D0"]
    ui.get(f"accounts/{account}/related/nothing", 404)


def test_a_record_in_the_bin_can_be_read_and_says_so(ui: Ui, account: str) -> None:
    assert ui.get(f"accounts/{account}/whole")["deleted"] is False
    ui.delete(f"accounts/{account}")
    assert ui.get(f"accounts/{account}/whole")["deleted"] is True
    ui.get(f"accounts/{account}", 404)


def test_drafts_are_kept_replaced_and_forgotten(ui: Ui, people: People) -> None:
    assert ui.get("drafts/Deals/new")["draft"] is None
    ui.ask("PUT", "drafts/Deals/new", json={"values": {"deal_name": {"raw": "a"}}})
    kept = ui.ask("PUT", "drafts/Deals/new", json={"values": {"deal_name": {"raw": "ab"}}, "version": 3})
    assert kept.status_code == 200
    draft = ui.get("drafts/Deals/new")["draft"]
    assert (draft["values"], draft["version"]) == ({"deal_name": {"raw": "ab"}}, 3)
    ui.by(people.seller)
    assert ui.get("drafts/Deals/new")["draft"] is None
    ui.by(people.admin)
    assert ui.ask("PUT", "drafts/Deals/new", json={"values": "x"}).status_code == 422
    assert ui.ask("PUT", "drafts/Deals/new", json={"values": {"a": "x" * 600_000}}).status_code == 422
    ui.delete("drafts/Deals/new")
    assert ui.get("drafts/Deals/new")["draft"] is None
