"""Sessions: a signed-in browser holds a random token, the database its hash.

Invariants: a token is made anew at sign-in and after a change of rights (`renew`); it ends after IDLE without use and after
ABSOLUTE in any case; a revoked one never works again. Whoever has the database cannot make a cookie out of it.
What was found is remembered for CHECK_SECONDS, so that a page's many requests ask the database once; a revocation in this process
is felt at once, in another one after that time.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from app.base import clock
from app.base.errors import NotFound
from app.base.i18n import N_
from app.base.ids import new_id, parse_id
from app.database import engine
from app.modules.system import Session, User
from app.services.actor import Actor
from app.services.tables import table

IDLE = timedelta(days=7)
ABSOLUTE = timedelta(days=30)
CHECK_SECONDS = 20.0
_SEEN_EVERY = timedelta(minutes=5)  # how exact "last seen" is
_KEEP = timedelta(days=90)  # ended sessions stay listed in the log of sign-ins that long
_session, _user = table(Session), table(User)
_lock = threading.Lock()
_known: dict[str, tuple[engine.Database, float, SignedIn]] = {}
_valid_until: dict[int, tuple[engine.Database, float]] = {}
_listeners: list[Callable[[frozenset[int]], None]] = []


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that is valid: whose it is and what its pages need before anything else."""

    session_id: int
    user_id: int
    language: str
    theme: str
    renew: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner or an administrator sees it."""

    id: str
    user_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    agent: str
    is_current: bool


def start(connection: Connection, user_id: int, *, address: str, agent: str) -> str:
    """Makes a session inside the caller's transaction and returns its token, which is known to nobody else."""
    now = clock.now()
    token = secrets.token_urlsafe(32)
    values = {"user_id": user_id, "created_at": now, "seen_at": now, "expires_at": now + ABSOLUTE}
    origin = {"address": address[:64], "agent": agent[:255]}
    connection.execute(insert(_session).values(id=new_id(), token_hash=_hash(token), renew=False, **values, **origin))
    return token


def find(token: str | None) -> SignedIn | None:
    """The valid session of that token; None when there is none, it ended, or its person is not active any more."""
    if not token or len(token) > 100:
        return None
    if known := remembered(token):
        return known
    hashed = _hash(token)
    database = engine.current()
    now = clock.now()
    with database.reading() as connection:
        row = connection.execute(
            select(_session, _user.c.language, _user.c.theme)
            .join_from(_session, _user, _user.c.id == _session.c.user_id)
            .where(_session.c.token_hash == hashed, _user.c.active, _valid(now))
        ).first()
    if row is None:
        _known.pop(hashed, None)
        return None
    if now - row.seen_at > _SEEN_EVERY:
        _note_use(row.id, row.user_id, now)
    found = SignedIn(row.id, row.user_id, row.language, row.theme, row.renew, min(row.expires_at, now + IDLE))
    with _lock:
        if len(_known) > 5000:
            _known.clear()
        _known[hashed] = (database, time.monotonic() + CHECK_SECONDS, found)
    return found


def remembered(token: str) -> SignedIn | None:
    """The session of that token when it was found valid a moment ago: without asking the database."""
    known = _known.get(_hash(token))
    if known and known[0] is engine.current() and time.monotonic() < known[1] and clock.now() < known[2].expires_at:
        return known[2]
    return None


def is_valid(session_id: int) -> bool:
    """Whether that session still holds, for a tab that stays open without sending its cookie again."""
    database = engine.current()
    known = _valid_until.get(session_id)
    if known and known[0] is database and time.monotonic() < known[1]:
        return True
    with database.reading() as connection:
        row = connection.execute(
            select(_session.c.id)
            .join_from(_session, _user, _user.c.id == _session.c.user_id)
            .where(_session.c.id == session_id, _user.c.active, _valid(clock.now()))
        ).first()
    if row is None:
        return False
    with _lock:
        if len(_valid_until) > 5000:
            _valid_until.clear()
        _valid_until[session_id] = (database, time.monotonic() + CHECK_SECONDS)
    return True


def renew(token: str) -> str | None:
    """Gives the session of `token` a new one, because rights changed; None when it is not valid any more."""
    new = secrets.token_urlsafe(32)
    with engine.writing() as connection:
        changed = connection.execute(
            update(_session)
            .where(_session.c.token_hash == _hash(token), _valid(clock.now()))
            .values(token_hash=_hash(new), renew=False)
        )
    _known.pop(_hash(token), None)
    return new if changed.rowcount else None


def ask_renewal(connection: Connection, user_id: int) -> None:
    """Every browser of that person gets a new token with its next page: to be called where their rights change."""
    connection.execute(
        update(_session).where(_session.c.user_id == user_id, _session.c.revoked_at.is_(None)).values(renew=True)
    )
    forget()


def end(token: str) -> None:
    """Signs this browser out."""
    hashed = _hash(token)
    with engine.writing() as connection:
        ids = connection.execute(select(_session.c.id).where(_session.c.token_hash == hashed)).scalars().all()
        _revoke(connection, ids)
    _told(ids)


def revoke(actor: Actor, session_id: str | int) -> None:
    """Ends one session: one's own, or with the right to set up anybody's. `NotFound` otherwise."""
    with engine.writing() as connection:
        query = select(_session.c.id).where(_session.c.id == parse_id(session_id), _session.c.revoked_at.is_(None))
        if not actor.tool("setup"):
            query = query.where(_session.c.user_id == actor.user_id)
        ids = connection.execute(query).scalars().all()
        if not ids:
            raise NotFound(N_("This session has ended already."))
        _revoke(connection, ids)
    _told(ids)


def revoke_all(connection: Connection, user_id: int, *, but: int | None = None) -> Callable[[], None]:
    """Ends every session of a person, except the session `but`, in the caller's transaction.

    Call what is returned after the commit: it closes the pages that are open.
    """
    query = select(_session.c.id).where(_session.c.user_id == user_id, _session.c.revoked_at.is_(None))
    ids = [i for i in connection.execute(query).scalars() if i != but]
    _revoke(connection, ids)
    return lambda: _told(ids)


def end_others(actor: Actor) -> int:
    """Ends every session of one's own but the present one; how many."""
    with engine.writing() as connection:
        query = select(_session.c.id).where(_session.c.user_id == actor.user_id, _session.c.revoked_at.is_(None))
        ids = [i for i in connection.execute(query).scalars() if i != actor.session_id]
        _revoke(connection, ids)
    _told(ids)
    return len(ids)


def list_for(actor: Actor, user_id: str | int | None = None) -> list[Listed]:
    """Valid sessions, newest use first: one's own, or with the right to set up those of `user_id`, or of everybody (None)."""
    query = select(_session).where(_valid(clock.now())).order_by(_session.c.seen_at.desc()).limit(500)
    if not actor.tool("setup"):
        query = query.where(_session.c.user_id == actor.user_id)
    elif user_id is not None:
        query = query.where(_session.c.user_id == parse_id(user_id))
    with engine.reading() as connection:
        rows = connection.execute(query).all()
    return [
        Listed(str(r.id), str(r.user_id), r.created_at, r.seen_at, min(r.expires_at, r.seen_at + IDLE), r.address, r.agent,
               r.id == actor.session_id)
        for r in rows
    ]  # fmt: skip


def on_end(listener: Callable[[frozenset[int]], None]) -> None:
    """`listener` is told the ids of sessions that this process ended, in the thread that did: the server closes their pages."""
    _listeners.append(listener)


def clean() -> None:
    """Drops sessions that ended long ago."""
    limit = clock.now() - _KEEP
    with engine.writing(bulk=True) as connection:
        connection.execute(_session.delete().where(or_(_session.c.expires_at < limit, _session.c.revoked_at < limit)))


def forget() -> None:
    """Drops what is remembered: the next request asks the database."""
    with _lock:
        _known.clear()
        _valid_until.clear()


def _valid(now: datetime) -> ColumnElement[bool]:
    return and_(_session.c.revoked_at.is_(None), _session.c.expires_at > now, _session.c.seen_at > now - IDLE)


def _note_use(session_id: int, user_id: int, now: datetime) -> None:
    with engine.writing() as connection:
        connection.execute(update(_session).where(_session.c.id == session_id).values(seen_at=now))
        connection.execute(update(_user).where(_user.c.id == user_id).values(last_seen_at=now))


def _revoke(connection: Connection, ids: Iterable[int]) -> None:
    connection.execute(update(_session).where(_session.c.id.in_(list(ids))).values(revoked_at=clock.now()))


def _told(ids: Iterable[int]) -> None:
    forget()
    if ended := frozenset(ids):
        for listener in _listeners:
            listener(ended)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
