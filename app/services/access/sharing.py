"""Sharing one record with a person, or with a role and the roles below it. Logged, and undone like any other change.

Invariants: nobody gives more than they have; a person or role has at most one share of a record.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.base import clock
from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_
from app.base.ids import parse_id
from app.database import engine
from app.modules import registry
from app.modules.system import Role, Share
from app.services import directory, log
from app.services.access.scopes import ALL, LEVELS, check, scope
from app.services.actor import Actor
from app.services.tables import table

_share, _role = table(Share), table(Role)


@dataclass(frozen=True, slots=True)
class ShareInfo:
    """One share as people see it. Exactly one of `user_id` and `role_id` is set; `name` is that person's or role's."""

    id: str
    name: str
    permission: str
    user_id: str | None = None
    role_id: str | None = None


def share(
    actor: Actor,
    module: str,
    record_id: str | int,
    *,
    user_id: str | int | None = None,
    role_id: str | int | None = None,
    permission: str = "read",
) -> str:
    """Shares a record, or changes what an earlier share allows ("read", "write" or "all"); gives the share's id.

    `NotFound` when the actor may not see the record, `Forbidden` when they may not share it or not that much of it.
    """
    spec = registry.snapshot().module(module)
    number = parse_id(record_id)
    if permission not in LEVELS or (user_id is None) == (role_id is None):
        raise Invalid(N_("Choose a person or a role, and what they may do."))
    user, role = (None if i is None else parse_id(i) for i in (user_id, role_id))
    name = _name(user, role)
    with log.change_set(actor, N_("Shared with %(name)s", name=name)) as changes:
        owner_id = _shareable(actor, spec.api_name, number, permission)
        if user is not None and user == owner_id:
            raise Invalid(N_("%(name)s owns this record and needs no share.", name=name))
        _lock_record(changes, spec.api_name, number)
        known = changes.connection.execute(
            select(_share.c.id).where(
                _share.c.module == spec.api_name,
                _share.c.record_id == number,
                _share.c.user_id == user if user is not None else _share.c.role_id == role,
            )
        ).scalar()
        if known is not None:
            changes.update(Share, known, {"permission": permission})
        else:
            known = changes.insert(
                Share,
                {
                    "module": spec.api_name, "record_id": number, "user_id": user, "role_id": role, "permission": permission,
                    "created_at": clock.now(), "created_by_id": actor.user_id or None,
                },
            )  # fmt: skip
        changes.topics.update({("access",), ("record", spec.api_name, str(number))})
    return str(known)


def unshare(actor: Actor, share_id: str | int) -> None:
    """Ends a share. `NotFound` when there is none, or on a record that the actor may not share."""
    number = parse_id(share_id)
    with log.change_set(actor, N_("Share ended")) as changes:
        row = changes.connection.execute(select(_share.c.module, _share.c.record_id).where(_share.c.id == number)).one_or_none()
        if row is None:
            raise NotFound(N_("This share no longer exists."))
        _shareable(actor, row.module, row.record_id, "read")
        changes.delete(Share, number)
        changes.topics.update({("access",), ("record", row.module, str(row.record_id))})


def list_shares(actor: Actor, module: str, record_id: str | int) -> list[ShareInfo]:
    """The shares of a record that the actor sees, people first. `NotFound` otherwise."""
    spec = registry.snapshot().module(module)
    number = parse_id(record_id)
    with engine.reading() as connection:
        records = registry.snapshot().table(spec.api_name)
        visible = select(records.c.id).where(records.c.id == number, scope(actor, spec, "read", records))
        if connection.execute(visible).first() is None:
            raise NotFound(N_("There is no record with this address."))
        rows = connection.execute(
            select(_share.c.id, _share.c.user_id, _share.c.role_id, _share.c.permission).where(
                _share.c.module == spec.api_name, _share.c.record_id == number
            )
        ).all()
        roles = {row.id: row.name for row in connection.execute(select(_role.c.id, _role.c.name))}
    people = directory.people()
    found = [
        ShareInfo(
            str(row.id),
            people[row.user_id].name if row.user_id in people else roles.get(row.role_id, "?"),
            row.permission,
            None if row.user_id is None else str(row.user_id),
            None if row.role_id is None else str(row.role_id),
        )
        for row in rows
    ]
    return sorted(found, key=lambda s: (s.user_id is None, s.name))


def _shareable(actor: Actor, module: str, record_id: int, permission: str) -> int | None:
    """The record's owner. Raises unless the actor may share the record, and as much of it as `permission`."""
    check(actor, module, "share")
    records = registry.snapshot().table(module)
    with engine.reading() as connection:

        def may(action: str) -> bool:
            found = select(records.c.id).where(records.c.id == record_id, scope(actor, module, action, records))
            return connection.execute(found).first() is not None

        if not may("read"):
            raise NotFound(N_("There is no record with this address."))
        if not may("share"):
            raise Forbidden(N_("You may see this record, but not share it: only who may change it can."))
        if permission == ALL and not may("delete"):
            raise Forbidden(N_("You may not delete this record, so you cannot give that right."))
        return connection.execute(select(records.c.owner_id).where(records.c.id == record_id)).scalar()


def _lock_record(changes: log.Changes, module: str, record_id: int) -> None:
    """Two people who share one record with the same person at once write one after the other (PostgreSQL)."""
    records = registry.snapshot().table(module)
    changes.connection.execute(select(records.c.id).where(records.c.id == record_id).with_for_update())


def _name(user_id: int | None, role_id: int | None) -> str:
    if user_id is not None:
        person = directory.people().get(user_id)
        if person is None or not person.active:
            raise Invalid(N_("Choose somebody who works with Comptoir."))
        return person.name
    with engine.reading() as connection:
        name = connection.execute(select(_role.c.name).where(_role.c.id == role_id)).scalar()
    if name is None:
        raise Invalid(N_("This role no longer exists."))
    return str(name)
