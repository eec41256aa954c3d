"""The latest change of a person in a session: what Undo takes back right after an action."""

from __future__ import annotations

from sqlalchemy import select

from app.database import engine
from app.modules.system import ChangeSet
from app.services.actor import Actor
from app.services.tables import table

_set = table(ChangeSet)


def latest_set(actor: Actor) -> str | None:
    """The id of the change set that this person made last in this session, unless it is undone; None without one."""
    query = (
        select(_set.c.id, _set.c.undone_by)
        .where(_set.c.user_id == (actor.user_id or None), _set.c.session_id == actor.session_id)
        .order_by(_set.c.id.desc())
        .limit(1)
    )
    with engine.reading() as connection:
        row = connection.execute(query).first()
    return str(row.id) if row is not None and row.undone_by is None else None
