"""Signing in: checking a password, and a lockout that grows with failures.

Invariants
- What is said, and how long it takes, does not tell whether an account exists: an unknown address is compared with nobody's hash,
  and the lockout counts addresses as typed.
- A failure is written before the password is compared and turned into a success afterwards: many attempts at once cannot slip
  through before they are counted.
- A wait ends by itself after LONGEST at the latest, and attempts during it do not extend it. A browser in which this person has
  signed in before (it keeps a device mark) is counted by itself: a stranger's failures cannot lock anybody, the last
  administrator included, out of their own browser. `comptoir user reset` on the server always helps.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.base import clock
from app.base.errors import ComptoirError, Forbidden, Invalid
from app.base.i18n import N_, N_n
from app.base.ids import new_id, parse_id
from app.base.text import fold
from app.database import engine
from app.modules.system import SignIn, User
from app.services import passwords, sessions
from app.services.actor import Actor
from app.services.tables import table

FREE_PER_ACCOUNT = 5  # failures in a row before the first wait
FREE_PER_ADDRESS = 30
SHORTEST = timedelta(seconds=30)  # doubled by each further failure
LONGEST = timedelta(minutes=15)
_MEMORY = timedelta(hours=24)
_ADDRESS_MEMORY = timedelta(hours=1)
_KEEP = timedelta(days=400)
_sign_in, _user = table(SignIn), table(User)
_devices: OrderedDict[str, tuple[int, datetime]] = OrderedDict()  # device mark → failures in a row, the last one
_device_lock = threading.Lock()

WRONG = N_("The e-mail address or the password is not right.")


class Locked(ComptoirError):
    """Too many failures: wait. `details['seconds']` says how long."""

    status = 429


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody signed in: the session's token for the cookie, and the device mark to keep."""

    token: str
    user_id: int
    language: str
    device: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt as its owner sees it. `outcome`: ok, wrong, known (wrong, in a known browser), inactive, locked, reset."""

    at: datetime
    outcome: str
    address: str
    agent: str


def sign_in(email: str, password: str, *, address: str, agent: str, secret: bytes, device: str = "") -> Entered:
    """Starts a session. Raises `Invalid` (wrong, or not active: the same words) or `Locked`.

    `secret` signs device marks; `device` is the mark that the browser sent.
    """
    email_f = fold(email)[:254]
    known = _is_device_of(device, email_f, secret)
    attempt, user = _register(email_f, address, agent, device if known else "")
    right = passwords.matches(password, user.password_hash if user is not None else "")
    if user is None or not right or not user.active:
        if known:
            _device_failed(device)
        if right and user is not None:
            _conclude(attempt, "inactive", user.id)
        raise Invalid(WRONG)
    new_hash = passwords.make_hash(password) if passwords.is_outdated(user.password_hash) else None
    with engine.writing() as connection:
        connection.execute(update(_sign_in).where(_sign_in.c.id == attempt).values(outcome="ok", user_id=user.id))
        values = {"last_seen_at": clock.now(), **({"password_hash": new_hash} if new_hash else {})}
        connection.execute(update(_user).where(_user.c.id == user.id).values(**values))
        token = sessions.start(connection, user.id, address=address, agent=agent)
    _devices.pop(device, None)
    return Entered(token, user.id, user.language, device if known else _new_device(email_f, secret))


def note_reset(connection: Connection, user_id: int, email: str) -> None:
    """Ends the account's wait: a new password was asked for or set by somebody who may."""
    row = {"at": clock.now(), "email_f": fold(email), "user_id": user_id, "address": "", "agent": "", "outcome": "reset"}
    connection.execute(insert(_sign_in).values(id=new_id(), **row))


def recent(actor: Actor, user_id: str | int, limit: int = 10) -> list[Attempt]:
    """The latest attempts on an account, newest first: one's own, or with the right to set up anybody's."""
    number = parse_id(user_id)
    if number != actor.user_id and not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can do this."))
    query = select(_sign_in).where(_sign_in.c.user_id == number).order_by(_sign_in.c.at.desc(), _sign_in.c.id.desc()).limit(limit)
    with engine.reading() as connection:
        return [Attempt(r.at, r.outcome, r.address, r.agent) for r in connection.execute(query)]


def clean() -> None:
    """Drops attempts that are too old to matter."""
    with engine.writing(bulk=True) as connection:
        connection.execute(delete(_sign_in).where(_sign_in.c.at < clock.now() - _KEEP))


def _register(email_f: str, address: str, agent: str, device: str) -> tuple[int, Any]:
    """Writes the attempt as a failure, unless one has to wait; returns its id and the account's row."""
    now = clock.now()
    address = address[:64]
    with engine.writing() as connection:
        user = connection.execute(select(_user).where(_user.c.email_f == email_f)).first()
        wait = _device_wait(device, now) if device else _wait(connection, email_f, address, now)
        if wait:
            _note_locked(connection, email_f, address, agent, now)
        else:
            attempt = new_id()
            row = {
                "at": now,
                "email_f": email_f,
                "user_id": user.id if user else None,
                "address": address,
                "agent": agent[:255],
            }
            connection.execute(insert(_sign_in).values(id=attempt, outcome="known" if device else "wrong", **row))
    if wait:
        seconds = max(1, int(wait.total_seconds()))
        if seconds < 90:
            raise Locked(N_n("Too many attempts. Try again in %(n)s second.", "Too many attempts. Try again in %(n)s seconds.",
                             seconds), seconds=seconds)  # fmt: skip
        minutes = (seconds + 59) // 60
        raise Locked(N_n("Too many attempts. Try again in %(n)s minute.", "Too many attempts. Try again in %(n)s minutes.",
                         minutes), seconds=seconds)  # fmt: skip
    return attempt, user


def _wait(connection: Connection, email_f: str, address: str, now: datetime) -> timedelta:
    """How long this account or this address has to wait still."""
    recent = connection.execute(
        select(_sign_in.c.at, _sign_in.c.outcome)
        .where(
            _sign_in.c.email_f == email_f,
            _sign_in.c.at > now - _MEMORY,
            _sign_in.c.outcome.in_(("wrong", "inactive", "ok", "reset")),
        )
        .order_by(_sign_in.c.at.desc(), _sign_in.c.id.desc())
        .limit(FREE_PER_ACCOUNT + 10)
    ).all()
    failures = 0
    for row in recent:
        if row.outcome in ("ok", "reset"):
            break
        failures += 1
    waits = [_left(failures - FREE_PER_ACCOUNT, recent[0].at, now)] if failures else []
    count, last = connection.execute(
        select(func.count(), func.max(_sign_in.c.at)).where(
            _sign_in.c.address == address, _sign_in.c.at > now - _ADDRESS_MEMORY, _sign_in.c.outcome.in_(("wrong", "inactive"))
        )
    ).one()
    if count:
        waits.append(_left(count - FREE_PER_ADDRESS, last, now))
    return max(waits, default=timedelta(0))


def _left(excess: int, last: datetime, now: datetime) -> timedelta:
    if excess < 0:
        return timedelta(0)
    wait: timedelta = min(SHORTEST * int(2 ** min(excess, 10)), LONGEST)
    return max(timedelta(0), last + wait - now)


def _note_locked(connection: Connection, email_f: str, address: str, agent: str, now: datetime) -> None:
    """Writes down that somebody had to wait, once a minute at most: a flood of attempts must not fill the disk."""
    minute_ago = now - timedelta(minutes=1)
    query = select(_sign_in.c.id).where(
        _sign_in.c.email_f == email_f, _sign_in.c.address == address, _sign_in.c.outcome == "locked", _sign_in.c.at > minute_ago
    )
    if connection.execute(query.limit(1)).first() is None:
        row = {"at": now, "email_f": email_f, "address": address, "agent": agent[:255], "outcome": "locked"}
        connection.execute(insert(_sign_in).values(id=new_id(), **row))


def _conclude(attempt: int, outcome: str, user_id: int) -> None:
    with engine.writing() as connection:
        connection.execute(update(_sign_in).where(_sign_in.c.id == attempt).values(outcome=outcome, user_id=user_id))


def _new_device(email_f: str, secret: bytes) -> str:
    mark = secrets.token_urlsafe(18)
    return f"{mark}.{_signature(mark, email_f, secret)}"


def _is_device_of(device: str, email_f: str, secret: bytes) -> bool:
    mark, _, signature = device.partition(".")
    return bool(mark) and hmac.compare_digest(signature.encode(), _signature(mark, email_f, secret).encode())


def _signature(mark: str, email_f: str, secret: bytes) -> str:
    return hmac.new(secret, f"device\0{mark}\0{email_f}".encode(), hashlib.sha256).hexdigest()


def _device_failed(device: str) -> None:
    with _device_lock:
        failures = _devices.pop(device, (0, clock.now()))[0]
        _devices[device] = (failures + 1, clock.now())
        while len(_devices) > 1000:
            _devices.popitem(last=False)


def _device_wait(device: str, now: datetime) -> timedelta:
    failures, last = _devices.get(device, (0, now))
    return _left(failures - FREE_PER_ACCOUNT, last, now) if failures else timedelta(0)
