"""Signing in: sessions, one message for all failures, a lockout that grows, ends, and never locks an owner out of their browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.base import clock
from app.base.errors import Forbidden, Invalid
from app.database import engine
from app.modules.system import Session, SignIn, User
from app.services import actor as actors
from app.services import passwords, sessions, sign_in
from app.services.sign_in import Locked
from app.services.tables import table
from tests.support.databases import People

PASSWORD = "une phrase longue et sûre"
SECRET = b"s" * 32
EMAIL = "claire.martin@example.com"


@pytest.fixture
def time() -> Iterator[list[datetime]]:
    """A clock that stands still; `time[0] += …` moves it."""
    now = [datetime(2026, 3, 2, 9, 0, tzinfo=UTC)]
    clock.set_clock(lambda: now[0])
    yield now
    clock.set_clock(None)


@pytest.fixture
def claire(database: Any, people: People, time: list[datetime], monkeypatch: pytest.MonkeyPatch) -> People:
    """The administrator has a password; hashing is replaced by something quick, except where a test looks at it."""
    monkeypatch.setattr(passwords, "matches", lambda given, stored: bool(stored) and stored == f"hash of {given}")
    monkeypatch.setattr(passwords, "is_outdated", lambda stored: False)
    with engine.writing() as connection:
        connection.execute(update(table(User)).where(table(User).c.id == people.admin).values(password_hash=f"hash of {PASSWORD}"))
    sessions.forget()
    return people


def enter(email: str = EMAIL, password: str = PASSWORD, address: str = "10.0.0.5", device: str = "") -> sign_in.Entered:
    return sign_in.sign_in(email, password, address=address, agent="Firefox", secret=SECRET, device=device)


def outcomes() -> list[str]:
    with engine.reading() as connection:
        return list(connection.execute(select(table(SignIn).c.outcome).order_by(table(SignIn).c.id)).scalars())


def test_the_right_password_starts_a_session_whose_token_is_not_stored(claire: People) -> None:
    entered = enter(" Claire.Martin@EXAMPLE.com ")
    found = sessions.find(entered.token)
    assert found is not None
    assert (found.user_id, found.language, found.renew) == (claire.admin, "fr", False)
    with engine.reading() as connection:
        row = connection.execute(select(table(Session))).one()
    assert entered.token not in str(row)
    assert outcomes() == ["ok"]


def test_every_sign_in_has_its_own_token(claire: People) -> None:
    assert enter().token != enter().token


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com", "", "ana.nunez@example.com"])
def test_all_failures_say_the_same(claire: People, email: str) -> None:
    with pytest.raises(Invalid) as refused:
        enter(email, "something else entirely")
    assert str(refused.value) == str(sign_in.WRONG)
    assert refused.value.fields.keys() == {""}


def test_an_inactive_account_says_the_same_and_gets_no_session(claire: People) -> None:
    with engine.writing() as connection:
        connection.execute(update(table(User)).where(table(User).c.id == claire.admin).values(active=False))
    with pytest.raises(Invalid) as refused:
        enter()
    assert str(refused.value) == str(sign_in.WRONG)
    assert outcomes() == ["inactive"]


def test_an_unknown_account_costs_the_same_work(claire: People, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(passwords, "matches", lambda given, stored: bool(compared.append(stored)))
    for email in (EMAIL, "nobody@example.com", "ana.nunez@example.com"):
        with pytest.raises(Invalid):
            enter(email, "wrong")
    assert len(compared) == 3


@pytest.mark.parametrize("stored", ["", passwords.make_hash("somebody's password")], ids=["nobody", "somebody"])
def test_comparing_always_computes_one_hash(monkeypatch: pytest.MonkeyPatch, stored: str) -> None:
    passwords.matches("warm up", "")
    hasher, computed = passwords._hasher(), []
    verify = hasher.verify

    class Counting:
        def verify(self, against: str, password: str) -> bool:
            computed.append(against)
            return bool(verify(against, password))

    monkeypatch.setattr(passwords, "_hasher", Counting)
    assert not passwords.matches("a guess", stored)
    assert len(computed) == 1


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.com"])
def test_the_lockout_grows_ends_by_itself_and_is_the_same_for_accounts_that_do_not_exist(
    claire: People, time: list[datetime], email: str
) -> None:
    waits = []
    for _attempt in range(sign_in.FREE_PER_ACCOUNT + 5):
        with pytest.raises(Invalid):
            enter(email, "wrong")
        try:
            enter(email, "wrong again")
        except Locked as locked:
            waits.append(locked.details["seconds"])
            time[0] += timedelta(seconds=locked.details["seconds"])
        except Invalid:
            continue
    assert waits == sorted(waits)
    assert waits[0] == sign_in.SHORTEST.total_seconds()
    assert waits[-1] <= sign_in.LONGEST.total_seconds()
    assert len(set(waits)) > 3


def test_attempts_during_the_wait_do_not_extend_it(claire: People, time: list[datetime]) -> None:
    for _attempt in range(sign_in.FREE_PER_ACCOUNT):
        with pytest.raises(Invalid):
            enter(password="wrong")
    for _second in range(29):
        time[0] += timedelta(seconds=1)
        with pytest.raises(Locked):
            enter()
    time[0] += timedelta(seconds=1)
    assert enter().user_id == claire.admin


def test_a_flood_during_the_wait_does_not_fill_the_log(claire: People) -> None:
    for _attempt in range(sign_in.FREE_PER_ACCOUNT):
        with pytest.raises(Invalid):
            enter(password="wrong")
    for _attempt in range(50):
        with pytest.raises(Locked):
            enter(password="wrong")
    assert outcomes().count("locked") == 1


def test_a_stranger_cannot_lock_the_administrator_out_of_their_own_browser(claire: People) -> None:
    device = enter().device
    for _attempt in range(sign_in.FREE_PER_ACCOUNT + 1):
        with pytest.raises((Invalid, Locked)):
            enter(password="wrong", address="203.0.113.9")
    with pytest.raises(Locked):
        enter()  # from a browser that is not known
    assert enter(device=device).user_id == claire.admin


def test_a_device_mark_belongs_to_one_account_and_cannot_be_made_up(claire: People) -> None:
    device = enter().device
    mark = device.partition(".")[0]
    for forged in ("", "x", f"{mark}.", f"{mark}.{'0' * 64}", device[:-1]):
        assert not sign_in._is_device_of(forged, "claire.martin@example.com", SECRET)
    assert not sign_in._is_device_of(device, "tom.oneill@example.com", SECRET)
    assert sign_in._is_device_of(device, "claire.martin@example.com", SECRET)


def test_a_known_device_has_a_lockout_of_its_own(claire: People) -> None:
    device = enter().device
    for _attempt in range(sign_in.FREE_PER_ACCOUNT):
        with pytest.raises(Invalid):
            enter(password="wrong", device=device)
    with pytest.raises(Locked):
        enter(device=device)


def test_one_address_cannot_try_many_accounts(claire: People) -> None:
    for number in range(sign_in.FREE_PER_ADDRESS):
        with pytest.raises(Invalid):
            enter(f"person{number}@example.com", "wrong", address="203.0.113.9")
    with pytest.raises(Locked):
        enter("another@example.com", "wrong", address="203.0.113.9")
    assert enter().user_id == claire.admin  # others are not concerned


def test_success_forgets_the_failures(claire: People) -> None:
    for _round in range(3):
        for _attempt in range(sign_in.FREE_PER_ACCOUNT - 1):
            with pytest.raises(Invalid):
                enter(password="wrong")
        enter()


def test_one_sees_the_attempts_on_one_s_own_account(claire: People) -> None:
    with pytest.raises(Invalid):
        enter(password="wrong", address="203.0.113.9")
    enter()
    admin, seller = actors.load(claire.admin), actors.load(claire.seller)
    assert [(a.outcome, a.address) for a in sign_in.recent(admin, claire.admin)] == [("ok", "10.0.0.5"), ("wrong", "203.0.113.9")]
    assert sign_in.recent(seller, claire.seller) == []
    with pytest.raises(Forbidden):
        sign_in.recent(seller, claire.admin)


def test_old_attempts_are_dropped(claire: People, time: list[datetime]) -> None:
    enter()
    time[0] += timedelta(days=401)
    sign_in.clean()
    assert outcomes() == []
