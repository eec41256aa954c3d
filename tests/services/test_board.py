"""Boards and notes: lanes, sums, moves, and notes read through their record, on both engines."""

from __future__ import annotations

import pytest

from app.base.errors import Forbidden, Invalid, NotFound
from app.database.engine import Database
from app.services import actor as actors
from app.services import board, drafts, notes, records, undo
from app.services.actor import Actor
from tests.support.databases import People


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


def test_lanes_count_and_sum_what_one_sees(admin: Actor, people: People) -> None:
    for number in range(25):
        records.create(admin, "Deals", {"deal_name": f"D{number}", "amount": "10.10", "stage": "Qualification", "closing_on": "2030-01-01"})
    seller = actors.load(people.seller)
    records.create(seller, "Deals", {"deal_name": "Mine", "amount": 5})
    shown = board.lanes(admin, "Deals", board.wish("Deals"))
    lane = {item["value"]: item for item in shown["lanes"]}
    assert (lane["Qualification"]["count"], lane["Qualification"]["sum"]) == (25, "252.5000")
    assert len(lane["Qualification"]["cards"]) == board.CARDS
    rest = board.cards(admin, "Deals", board.wish("Deals"), "Qualification", lane["Qualification"]["next"])
    assert len(rest["cards"]) == 5
    assert {c["id"] for c in rest["cards"]}.isdisjoint({c["id"] for c in lane["Qualification"]["cards"]})
    assert [z["kind"] for z in shown["zones"]] == ["won", "lost"]
    theirs = board.lanes(seller, "Deals", board.wish("Deals"))
    assert sum(item["count"] for item in theirs["lanes"]) == 1


def test_a_move_follows_the_rules_and_is_undone(admin: Actor) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "D", "amount": 10})
    with pytest.raises(Invalid):
        board.move(admin, "Deals", saved.id, "stage", "Closed Lost")
    moved = board.move(admin, "Deals", saved.id, "stage", "Closed Lost", {"reason_for_loss": "Price"})
    zone = next(z for z in board.lanes(admin, "Deals", board.wish("Deals"))["zones"] if z["kind"] == "lost")
    assert zone["count"] == 1
    undo.undo(admin, moved.set_id)
    assert records.get(admin, "Deals", saved.id).values["stage"] == "Prospecting"


def test_mixed_currencies_are_said(admin: Actor) -> None:
    records.create(admin, "Deals", {"deal_name": "D", "amount": 10})
    assert not board.lanes(admin, "Deals", board.wish("Deals"))["mixed"]
    records.create(admin, "Deals", {"deal_name": "D", "amount": 10, "currency": "USD", "exchange_rate": "0.5"})
    shown = board.lanes(admin, "Deals", board.wish("Deals"))
    assert shown["mixed"]
    assert shown["lanes"][0]["sum"] == "15.0000"


def test_a_board_by_owner(admin: Actor, people: People) -> None:
    records.create(admin, "Accounts", {"account_name": "A"})
    records.create(admin, "Accounts", {"account_name": "B", "owner_id": people.seller})
    shown = board.lanes(admin, "Accounts", board.wish("Accounts", by="owner_id"))
    assert {lane["value"] for lane in shown["lanes"]} == {str(people.admin), str(people.seller)}


def test_notes_are_read_through_their_record(admin: Actor, people: People) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "A"})
    made = notes.add(admin, "Accounts", saved.id, "  Rappeler lundi <b>\n")
    assert [n["content"] for n in notes.notes(admin, "Accounts", saved.id)] == ["Rappeler lundi <b>"]
    seller = actors.load(people.seller)
    for attempt in (
        lambda: notes.notes(seller, "Accounts", saved.id),
        lambda: notes.add(seller, "Accounts", saved.id, "x"),
        lambda: notes.edit(seller, made["id"], "x"),
    ):
        with pytest.raises((NotFound, Forbidden)):
            attempt()
    with pytest.raises(Invalid):
        notes.add(admin, "Accounts", saved.id, " \n ")
    gone = notes.remove(admin, made["id"])
    assert notes.count(admin, "Accounts", saved.id) == 0
    undo.undo(admin, gone)
    assert notes.count(admin, "Accounts", saved.id) == 1
    undo.undo(admin, made["set_id"])
    assert notes.count(admin, "Accounts", saved.id) == 0


def test_drafts_are_their_authors_alone(admin: Actor, people: People) -> None:
    drafts.keep(admin, "Deals/new", {"deal_name": "a"})
    drafts.keep(admin, "Deals/new", {"deal_name": "ab"}, 3)
    found = drafts.get(admin, "Deals/new")
    assert found is not None
    assert (found["values"], found["version"]) == ({"deal_name": "ab"}, 3)
    assert drafts.get(actors.load(people.seller), "Deals/new") is None
    drafts.drop(admin, "Deals/new")
    assert drafts.get(admin, "Deals/new") is None


def test_a_lane_that_leads_out_of_sight_is_not_without_a_value(admin: Actor, people: People) -> None:
    seller = actors.load(people.seller)
    account = records.create(admin, "Accounts", {"account_name": "Out of sight"})
    for name, amount, link in (("A", 100, account.id), ("B", 7, None)):
        records.create(admin, "Deals", {"deal_name": name, "amount": amount, "account_id": link, "owner_id": people.seller})
    wish = board.wish("Deals", by="account_id")
    lanes = board.lanes(seller, "Deals", wish)["lanes"]
    assert [(lane["value"], lane["count"], lane["sum"], len(lane["cards"])) for lane in lanes] == [(None, 1, "7.0000", 1)]
    assert [(f["value"], f["count"]) for f in board.figures(seller, "Deals", wish)] == [(None, 1)]
