"""What Setup's first page says about this installation: who works in it, where it keeps its data, what was set up last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, text

from app.base import clock
from app.base.errors import Forbidden
from app.base.i18n import N_, Text
from app.database import engine
from app.modules import registry
from app.modules.system import Change, ChangeSet, SampleRecord, Session, User
from app.services import settings
from app.services.actor import Actor
from app.services.sample.removal import USERS
from app.services.tables import table

_SETUP = ("$Setting", "$User", "$Profile", "$Role", "$SharingDefault", "$CustomField", "$Override")
_PRESENT = timedelta(minutes=15)
_change, _set, _session, _user, _sample = table(Change), table(ChangeSet), table(Session), table(User), table(SampleRecord)


@dataclass(frozen=True, slots=True)
class SetupChange:
    """A change of the set-up: what, when, by whom."""

    label: Text
    at: datetime
    name: str
    user_id: str


@dataclass(frozen=True, slots=True)
class Overview:
    """`present`: people seen in the last quarter of an hour; `size` in bytes, None when the database does not say."""

    people: int
    present: int
    database: str
    size: int | None
    changes: list[SetupChange]
    done: frozenset[str]  # of STEPS


STEPS = ("company", "team", "data")
"""What a new team does first: name the company, bring colleagues in, bring its accounts in."""


def overview(actor: Actor) -> Overview:
    """Figures and the latest changes of the set-up. Needs the right to set up."""
    if not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can do this."))
    database = engine.current()
    with engine.reading() as connection:
        people = connection.scalar(select(func.count()).select_from(_user).where(_user.c.active)) or 0
        since = clock.now() - _PRESENT
        seen = select(func.count(_session.c.user_id.distinct())).where(_session.c.seen_at > since, _session.c.revoked_at.is_(None))
        present = connection.scalar(seen) or 0
        if database.is_sqlite:
            size = connection.execute(text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")).scalar()
        else:
            size = connection.execute(text("SELECT pg_database_size(current_database())")).scalar()
        recent = (
            select(_set.c.label, _set.c.at, _set.c.user_id, _user.c.name)
            .outerjoin(_user, _user.c.id == _set.c.user_id)
            .where(_set.c.id.in_(select(_change.c.set_id).where(_change.c.module.in_(_SETUP)).order_by(_change.c.id.desc()).limit(40)))
            .order_by(_set.c.id.desc())
            .limit(6)
        )
        changes = [
            SetupChange(Text.from_json(r.label), r.at, r.name or "Comptoir", str(r.user_id or "")) for r in connection.execute(recent)
        ]
        done = _done(connection, people)
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(database.dialect, database.dialect)
    return Overview(people, max(present, 1), name, int(size) if size else None, changes, done)


def _done(connection: Connection, active: int) -> frozenset[str]:
    """The first steps that were taken; sample data is nobody's step."""
    accounts = registry.snapshot().table("Accounts")
    samples = select(_sample.c.record_id).where(_sample.c.module == "Accounts")
    own = select(accounts.c.id).where(accounts.c.deleted_at.is_(None), accounts.c.id.not_in(samples)).limit(1)
    steps = {
        "company": bool(settings.company().name),
        "team": active - (connection.scalar(select(func.count()).where(_sample.c.module == USERS)) or 0) > 1,
        "data": connection.execute(own).first() is not None,
    }
    return frozenset(step for step, taken in steps.items() if taken)
