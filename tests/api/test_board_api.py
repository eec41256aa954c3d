"""The JSON of boards: lanes and their figures, more cards, moves and what refuses them, on both engines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from fastapi import FastAPI

from app.api import answers, board, lanes, records
from app.base.i18n import using
from app.database.engine import Database
from app.services import actor as actors
from tests.api.test_records_api import Ui
from tests.support.databases import People
from tests.support.seeding import seed


@pytest.fixture
def ui(database: Database, people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ui]:
    who = {"id": people.admin}
    monkeypatch.setattr(lanes, "actor_of", lambda request: actors.load(who["id"]))
    web = FastAPI()
    answers.install(web)
    web.include_router(board.router)
    web.include_router(records.router)
    with using("en"), asyncio.Runner() as runner:
        yield Ui(web, runner, who)


def make(ui: Ui, **values: object) -> dict[str, object]:
    row: dict[str, object] = ui.post("deals", {"values": {"deal_name": "D", **values}})["row"]
    return row


def test_a_board_adds_up_what_it_shows(ui: Ui) -> None:
    for stage, amount in (
        ("Qualification", "100.50"),
        ("Qualification", None),
        ("Negotiation/Review", "50"),
        ("Closed Won", "999"),
    ):
        make(ui, stage=stage, amount=amount)
    shown = ui.get("deals/board")
    found = {lane["value"]: lane for lane in shown["lanes"]}
    assert list(found) == ["Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Negotiation/Review"]
    assert (found["Qualification"]["count"], Decimal(found["Qualification"]["sum"])) == (2, Decimal("100.50"))
    assert Decimal(shown["sum"]) == Decimal("150.50")  # the zones are not in it
    assert Decimal(0) < Decimal(shown["weighted"]) < Decimal(shown["sum"])
    assert [zone["kind"] for zone in shown["zones"]] == ["won", "lost"]
    assert shown["beyond"] == 0


def test_more_cards_follow_without_gap_and_any_number_can_be_read_again(ui: Ui) -> None:
    seed("Deals", 45, blanks=0, stage="Qualification")
    lane = next(lane for lane in ui.get("deals/board")["lanes"] if lane["count"])
    ids, after = [card["id"] for card in lane["cards"]], lane["next"]
    assert len(ids) == 20
    while after:
        page = ui.get("deals/board/cards", lane=json.dumps("Qualification"), after=after)
        ids += [card["id"] for card in page["cards"]]
        after = page["next"]
    assert len(ids) == len(set(ids)) == 45
    whole = ui.get("deals/board/cards", lane=json.dumps("Qualification"), limit=40)
    assert [card["id"] for card in whole["cards"]] == ids[:40]
    assert len(ui.get("deals/board/cards", lane=json.dumps("Qualification"), limit=10**9)["cards"]) == 45


@pytest.mark.parametrize("by", ["owner_id", "account_id", "lead_source"])
def test_lanes_of_people_links_and_lists_hold_their_cards(ui: Ui, people: People, by: str) -> None:
    account = ui.post("accounts", {"values": {"account_name": "A"}})["row"]["id"]
    make(ui, owner_id=people.seller, account_id=account, lead_source="Partner", amount=7)
    make(ui, amount=5)
    shown = ui.get("deals/board", by=by)
    counted = {
        lane["label"]: (lane["count"], len(lane["cards"]), Decimal(lane["sum"])) for lane in shown["lanes"] if lane["count"]
    }
    assert sorted(counted.values()) == [(1, 1, Decimal(5)), (1, 1, Decimal(7))]
    assert ui.get("deals/board", by=by, total="none")["sum"] is None


def test_a_board_by_something_else_is_refused_in_words(ui: Ui) -> None:
    assert "grouped" in ui.get("deals/board", 422, by="amount")["message"]
    assert "added up" in ui.get("deals/board", 422, total="deal_name")["message"]
    assert ui.get("deals/board", 404, by="nothing")["message"]
    assert ui.get("nothing/board", 404)["message"]
    assert ui.get("deals/board/cards", 422, lane="{")["message"]


def test_a_move_is_an_edit_with_undo(ui: Ui) -> None:
    card = make(ui)
    answer = ui.post("deals/board/move", {"id": card["id"], "by": "stage", "lane": "Qualification", "version": card["version"]})
    assert answer["row"]["cells"]["stage"] == "Qualification"
    ui.post(f"undo/{answer['undo']}", {})
    assert ui.get(f"deals/{card['id']}")["cells"]["stage"] == "Prospecting"


def test_what_the_rules_refuse_stays_where_it_was(ui: Ui) -> None:
    card = make(ui)
    order = {"id": card["id"], "by": "stage", "lane": "Closed Lost"}
    assert "reason_for_loss" in ui.post("deals/board/move", order, 422)["fields"]
    assert "stage" in ui.post("deals/board/move", order | {"lane": "No such stage"}, 422)["fields"]
    assert ui.post("deals/board/move", order | {"values": "x"}, 422)["message"]
    assert ui.get(f"deals/{card['id']}")["cells"]["stage"] == "Prospecting"
    lost = ui.post("deals/board/move", order | {"values": {"reason_for_loss": "Price"}})
    assert lost["row"]["cells"]["reason_for_loss"] == "Price"


def test_a_card_that_somebody_else_moved_meanwhile_is_a_conflict(ui: Ui) -> None:
    card = make(ui)
    order = {"id": card["id"], "by": "stage", "version": card["version"]}
    ui.post("deals/board/move", order | {"lane": "Qualification"})
    answer = ui.post("deals/board/move", order | {"lane": "Negotiation/Review"}, 409)
    assert answer["conflict"]["stage"]["theirs"] == "Qualification"


def test_other_peoples_cards_are_neither_shown_nor_moved(ui: Ui, people: People) -> None:
    card = make(ui)
    ui.by(people.seller)
    assert all(lane["count"] == 0 for lane in ui.get("deals/board")["lanes"])
    ui.post("deals/board/move", {"id": card["id"], "by": "stage", "lane": "Qualification"}, 404)
    ui.post("deals/board/move", {"id": "x", "by": "stage", "lane": "Qualification"}, 404)
    ui.by(people.admin)
    assert ui.get(f"deals/{card['id']}")["cells"]["stage"] == "Prospecting"
