"""Taking the sample data away again: the records for good, the sample people when nothing of theirs is left."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from app.base.i18n import N_
from app.database.engine import current
from app.modules import registry
from app.modules.system import SampleRecord, User
from app.services import bin, bulk
from app.services.actor import Actor, access_changed
from app.services.log import change_set

_SAMPLE = SampleRecord.__table__  # type: ignore[attr-defined]
_ORDER = ("Deals", "Contacts", "Accounts", "Products")  # children before what they point to
USERS = "$User"


def is_loaded() -> bool:
    """Whether sample data is there."""
    with current().reading() as connection:
        return bool(connection.execute(select(func.count()).select_from(_SAMPLE)).scalar_one())


def remove(actor: Actor) -> int:
    """Removes every sample record for good, and the sample people; returns how many records went. What people added stays."""
    done = 0
    for module in _ORDER:
        with current().reading() as connection:
            ids = list(connection.execute(select(_SAMPLE.c.record_id).where(_SAMPLE.c.module == module)).scalars())
        for start in range(0, len(ids), 200):
            with change_set(actor, N_("Sample data removed"), bulk=True) as changes:
                bulk.delete_many(actor, module, ids[start : start + 200], within=changes)
        for start in range(0, len(ids), 200):
            done += bin.purge(actor, module, ids[start : start + 200])
    _remove_people(actor)
    return done


def _remove_people(actor: Actor) -> None:
    with change_set(actor, N_("Sample data removed")) as changes:
        run = changes.connection.execute
        people = list(run(select(_SAMPLE.c.record_id).where(_SAMPLE.c.module == USERS)).scalars())
        for module in registry.snapshot().modules:
            table = registry.snapshot().table(module.api_name)
            people = [p for p in people if run(select(table.c.id).where(table.c.owner_id == p).limit(1)).first() is None]
        for person in people:
            changes.delete(User, person)
        run(delete(_SAMPLE))
        access_changed(changes.connection)
        changes.topics.add(("access",))
