"""The decision itself: `check` for a module, `scope` for its records, as a condition that every SELECT and UPDATE carries.

Invariants: `scope` asks nothing of the database and never raises: what the profile refuses is the condition "false". A record is
reached when the organisation's default, its owner, or a share says so; the levels are nested: read < write < all (delete).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, false, or_, select, true

from app.base.errors import Forbidden
from app.base.i18n import N_, Text
from app.modules.spec import ModuleSpec
from app.modules.system import Share
from app.services.actor import Actor
from app.services.tables import table as table_of

PRIVATE, READ, WRITE, ALL = "private", "read", "write", "all"
LEVELS = (READ, WRITE, ALL)

DEFAULT_SHARING: Mapping[str, str] = {"Products": READ}
"""Who sees the records of a module of which the organisation said nothing; absent: private."""

_LEVEL_OF = {"read": READ, "export": READ, "edit": WRITE, "mass": WRITE, "assign": WRITE, "share": WRITE, "delete": ALL}
_REFUSED: Mapping[str, Text] = {
    "read": N_("Your profile does not give access to this module."),
    "create": N_("Your profile does not allow you to create records here."),
    "edit": N_("Your profile does not allow you to change records here."),
    "delete": N_("Your profile does not allow you to delete records here."),
    "assign": N_("Your profile does not allow you to give records to somebody else."),
    "import": N_("Your profile does not allow you to import here."),
    "export": N_("Your profile does not allow you to export here."),
    "share": N_("Your profile does not allow you to share records here."),
    "mass": N_("Your profile does not allow changes to many records at once."),
}
_share = table_of(Share)


def check(actor: Actor, module: str | ModuleSpec, op: str) -> None:
    """Raises `Forbidden`, with a sentence, unless the actor's profile allows `op` in the module."""
    if not actor.can(module, op):
        raise forbid(op)


def forbid(op: str) -> Forbidden:
    """The error that says that the profile does not allow `op`; which ones: `actor.OPERATIONS`."""
    return Forbidden(_REFUSED[op], operation=op)


def scope(actor: Actor, module: str | ModuleSpec, action: str, table: FromClause) -> ColumnElement[bool]:
    """The condition on `table` (the module's or an alias) that holds for the records on which the actor may do `action`.

    `action`: read, export, edit, mass, assign, share or delete. For an administrator it is simply true.
    """
    api_name = module if isinstance(module, str) else module.api_name
    level = _LEVEL_OF[action]
    if actor.is_admin:
        return true()
    if not actor.can(api_name, action):
        return false()
    if reaches(sharing_default(actor, api_name), level):
        return true()
    return or_(owned(actor, table), table.c.id.in_(shared_ids(actor, api_name, level)))


def sharing_default(actor: Actor, api_name: str) -> str:
    """What everybody may do with everybody's records of the module: private, read, write or all."""
    return actor.sharing.get(api_name, DEFAULT_SHARING.get(api_name, PRIVATE))


def reaches(given: str, level: str) -> bool:
    """Whether what was given (private, read, write, all) covers what is needed."""
    return given in LEVELS and LEVELS.index(given) >= LEVELS.index(level)


def rights(connection: Connection, actor: Actor, module: str | ModuleSpec, owners: Mapping[int, int | None]) -> dict[int, str]:
    """What the actor may do with records that they see, by id: read, write or all. `owners`: who owns each.

    The same decision as `scope` for a page of records at once; what the profile does not allow at all is for `Actor.can`.
    """
    api_name = module if isinstance(module, str) else module.api_name
    default = sharing_default(actor, api_name)
    if actor.is_admin or default == ALL:
        return dict.fromkeys(owners, ALL)
    least = default if default in LEVELS else READ
    found = {number: ALL if owner_id in actor.team_ids else least for number, owner_id in owners.items()}
    others = [number for number, level in found.items() if level != ALL]
    if others:
        shares = select(_share.c.record_id, _share.c.permission).where(
            _share.c.module == api_name, _share.c.record_id.in_(others), _with(actor)
        )
        for number, permission in connection.execute(shares):
            found[number] = max(found[number], permission, key=LEVELS.index)
    return found


def owned(actor: Actor, table: FromClause) -> ColumnElement[bool]:
    """The actor's own records and those of everybody below."""
    return _one_of(table.c.owner_id, actor.team_ids)


def shared_ids(actor: Actor, api_name: str, level: str) -> Select[int]:
    """A SELECT of the ids of records that were shared with the actor, in person or by role, at that level."""
    found = select(_share.c.record_id).where(_share.c.module == api_name, _with(actor))
    return found if level == READ else found.where(_one_of(_share.c.permission, LEVELS[LEVELS.index(level) :]))


def _with(actor: Actor) -> ColumnElement[bool]:
    """Shares with the actor, in person or by role."""
    in_person = _share.c.user_id == actor.user_id
    return or_(in_person, _one_of(_share.c.role_id, actor.reach_role_ids)) if actor.reach_role_ids else in_person


def _one_of(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    return column == next(iter(values)) if len(values) == 1 else column.in_(sorted(values))
