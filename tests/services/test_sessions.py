"""Sessions: they end when they should, are renewed when rights change, and belong to their person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.base import clock
from app.base.errors import NotFound
from app.database import engine
from app.services import actor as actors
from app.services import people as people_service
from app.services import sessions
from tests.support.databases import People


@pytest.fixture
def time(database: Any) -> Iterator[list[datetime]]:
    now = [datetime(2026, 3, 2, 9, 0, tzinfo=UTC)]
    clock.set_clock(lambda: now[0])
    sessions.forget()
    yield now
    clock.set_clock(None)
    sessions.forget()


def start(user_id: int) -> str:
    with engine.writing() as connection:
        return sessions.start(connection, user_id, address="10.0.0.5", agent="Firefox")


def test_only_a_token_that_was_given_is_found(time: list[datetime], people: People) -> None:
    token = start(people.seller)
    assert sessions.find(token) is not None
    for wrong in (None, "", token[:-1], token + "x", "x" * 10_000):
        assert sessions.find(wrong) is None


def test_a_session_ends_without_use(time: list[datetime], people: People) -> None:
    token = start(people.seller)
    time[0] += sessions.IDLE - timedelta(minutes=1)
    sessions.forget()
    assert sessions.find(token) is not None  # which is use
    time[0] += sessions.IDLE - timedelta(minutes=1)
    sessions.forget()
    assert sessions.find(token) is not None
    time[0] += sessions.IDLE + timedelta(minutes=1)
    sessions.forget()
    assert sessions.find(token) is None


def test_a_session_ends_in_any_case(time: list[datetime], people: People) -> None:
    token = start(people.seller)
    begin = time[0]
    while time[0] < begin + sessions.ABSOLUTE - timedelta(days=2):
        time[0] += timedelta(days=1)
        sessions.forget()
        assert sessions.find(token) is not None
    time[0] = begin + sessions.ABSOLUTE + timedelta(seconds=1)
    sessions.forget()
    assert sessions.find(token) is None


def test_an_open_tab_ends_with_its_session(time: list[datetime], people: People) -> None:
    token = start(people.seller)
    number = _found(token).session_id
    assert sessions.is_valid(number)
    sessions.end(token)
    assert not sessions.is_valid(number)
    other = _found(start(people.seller)).session_id
    time[0] += sessions.IDLE + timedelta(minutes=1)
    sessions.forget()
    assert not sessions.is_valid(other)
    assert not sessions.is_valid(12345)


def test_ending_is_felt_at_once(time: list[datetime], people: People) -> None:
    told: list[frozenset[int]] = []
    sessions.on_end(told.append)
    try:
        token, other = start(people.seller), start(people.seller)
        found = sessions.find(token)
        assert found is not None
        sessions.end(token)
        assert sessions.find(token) is None
        assert sessions.find(other) is not None
        assert told == [frozenset({found.session_id})]
    finally:
        sessions._listeners.remove(told.append)


def test_renewing_gives_another_token_to_the_same_session(time: list[datetime], people: People) -> None:
    token = start(people.seller)
    before = sessions.find(token)
    new = sessions.renew(token)
    assert new not in (None, token)
    after = sessions.find(new)
    assert before is not None
    assert after is not None
    assert before.session_id == after.session_id
    assert sessions.find(token) is None
    assert sessions.renew(token) is None


def test_a_change_of_rights_asks_for_a_new_token(time: list[datetime], people: People) -> None:
    token = start(people.seller)
    assert sessions.find(token) is not None
    admin = actors.load(people.admin)
    people_service.change(admin, people.seller, {"first_name": "Anna"})
    assert _found(token).renew is False
    people_service.change(admin, people.seller, {"profile": "Administrator"})
    assert _found(token).renew is True


def test_deactivating_ends_every_session(time: list[datetime], people: People) -> None:
    tokens = [start(people.seller), start(people.seller)]
    people_service.set_active(actors.load(people.admin), people.seller, False)
    assert [sessions.find(token) for token in tokens] == [None, None]
    people_service.set_active(actors.load(people.admin), people.seller, True)
    assert [sessions.find(token) for token in tokens] == [None, None]


def test_one_ends_one_s_own_sessions_and_an_administrator_anybody_s(time: list[datetime], people: People) -> None:
    mine, theirs = start(people.seller), start(people.other)
    seller, admin = actors.load(people.seller), actors.load(people.admin)
    with pytest.raises(NotFound):
        sessions.revoke(seller, _found(theirs).session_id)
    assert [s.user_id for s in sessions.list_for(seller, people.other)] == [str(people.seller)]
    sessions.revoke(seller, _found(mine).session_id)
    sessions.revoke(admin, _found(theirs).session_id)
    assert sessions.find(mine) is None
    assert sessions.find(theirs) is None
    assert sessions.list_for(admin) == []


def test_one_ends_all_others_of_one_s_own(time: list[datetime], people: People) -> None:
    here, there, theirs = start(people.seller), start(people.seller), start(people.other)
    assert sessions.end_others(actors.load(people.seller, "ui", _found(here).session_id)) == 1
    assert sessions.find(there) is None
    assert sessions.find(here) is not None
    assert sessions.find(theirs) is not None


def test_a_listed_session_says_which_one_is_here(time: list[datetime], people: People) -> None:
    here = _found(start(people.seller)).session_id
    start(people.seller)
    listed = sessions.list_for(actors.load(people.seller, "ui", here))
    assert sorted(s.is_current for s in listed) == [False, True]
    assert all(isinstance(s.id, str) for s in listed)


def test_old_sessions_are_dropped(time: list[datetime], people: People) -> None:
    start(people.seller)
    time[0] += sessions.ABSOLUTE + timedelta(days=91)
    sessions.clean()
    with engine.reading() as connection:
        assert connection.execute(sessions._session.select()).all() == []


def _found(token: str) -> sessions.SignedIn:
    found = sessions.find(token)
    assert found is not None
    return found
