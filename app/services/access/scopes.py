"""The decision itself: `check` for a module, `scope` for its records, as a condition that every SELECT and UPDATE carries.

Invariants: `scope` asks nothing of the database and never raises: what the profile refuses is the condition "false". A record is
reached when the organisation's default, its owner, or a share says so; the levels are nested: read < write < all (delete).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, FromClause, Select, false, or_, select, true

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


def owned(actor: Actor, table: FromClause) -> ColumnElement[bool]:
    """The actor's own records and those of everybody below."""
    if len(actor.team_ids) == 1:
        return table.c.owner_id == next(iter(actor.team_ids))
    return table.c.owner_id.in_(sorted(actor.team_ids))


def shared_ids(actor: Actor, api_name: str, level: str) -> Select[int]:
    """A SELECT of the ids of records that were shared with the actor, in person or by role, at that level."""
    levels = LEVELS[LEVELS.index(level) :]
    with_me = _share.c.user_id == actor.user_id
    if actor.reach_role_ids:
        with_me = or_(with_me, _share.c.role_id.in_(sorted(actor.reach_role_ids)))
    return select(_share.c.record_id).where(_share.c.module == api_name, _share.c.permission.in_(levels), with_me)
