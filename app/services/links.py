"""One-time links: a link with which one person chooses a password, once, within a day.

Invariants: only the hash of the link's secret is kept; a new link ends the older ones; using it ends every session of the person.
Comptoir sends no mail of its own accord: an administrator hands the link over, or `comptoir user reset` prints it on the server.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from app.base import clock
from app.base.errors import Forbidden, NotFound
from app.base.i18n import N_
from app.base.ids import new_id, parse_id
from app.database import engine
from app.modules.system import OneTimeLink, User
from app.services import log, people, sessions, sign_in
from app.services.actor import SYSTEM, Actor
from app.services.tables import table

VALID = timedelta(hours=24)
_link, _user = table(OneTimeLink), table(User)
GONE = N_("This link has been used already or is more than a day old. Ask an administrator for a new one.")


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose link it is: what the page shows."""

    user_id: int
    name: str
    email: str
    language: str


def make(actor: Actor, user_id: str | int) -> str:
    """A new link's secret for an active person; their older links end, and so does a wait after failed attempts."""
    if not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can do this."))
    number = parse_id(user_id)
    token = secrets.token_urlsafe(24)
    now = clock.now()
    with log.change_set(actor, N_("Link made to choose a password")) as changes:
        connection = changes.connection
        row = connection.execute(select(_user.c.email, _user.c.profile_id).where(_user.c.id == number, _user.c.active)).first()
        if row is None:
            raise NotFound(N_("There is no such person, or the account is not active."))
        people.spare_administrators(connection, actor, row.profile_id)
        _end_links(connection, number)
        times = {"created_at": now, "expires_at": now + VALID}
        connection.execute(insert(_link).values(id=new_id(), token_hash=_hash(token), user_id=number, **times))
        sign_in.note_reset(connection, number, row.email)
        changes.record("$User", number, "update", {}, {})
    return token


def owner(token: str) -> Owner:
    """Whose link it is; `NotFound` when it is used, old or was never made."""
    with engine.reading() as connection:
        return _owner(connection, token)


def use(token: str, password: str) -> Owner:
    """Sets the password of the link's person and ends the link and their sessions. Raises `Invalid` and leaves the link valid."""
    with log.change_set(SYSTEM, N_("Password chosen through a one-time link")) as changes:
        found = _owner(changes.connection, token)
        people.set_password(changes.connection, found.user_id, password)
        _end_links(changes.connection, found.user_id)
        changes.record("$User", found.user_id, "update", {}, {})
        changes.after_commit(sessions.revoke_all(changes.connection, found.user_id))
    return found


def _owner(connection: Connection, token: str) -> Owner:
    row = connection.execute(
        select(_user.c.id, _user.c.name, _user.c.email, _user.c.language)
        .join_from(_link, _user, _user.c.id == _link.c.user_id)
        .where(_link.c.token_hash == _hash(token), _link.c.used_at.is_(None), _link.c.expires_at > clock.now(), _user.c.active)
    ).first()
    if row is None:
        raise NotFound(GONE)
    return Owner(row.id, row.name, row.email, row.language)


def _end_links(connection: Connection, user_id: int) -> None:
    connection.execute(update(_link).where(_link.c.user_id == user_id, _link.c.used_at.is_(None)).values(used_at=clock.now()))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
