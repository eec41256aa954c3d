"""Why somebody sees a record: every rule that lets them, in words, so that an administrator can answer the question."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.base.errors import NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.database import engine
from app.modules import registry
from app.modules.system import Role, Share
from app.services import directory
from app.services.access.scopes import ALL, LEVELS, sharing_default
from app.services.actor import Actor
from app.services.tables import table

_share, _role = table(Share), table(Role)


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule. `kind`: administrator, profile, default, owner, role, share; `level`: what it gives: none, read, write, all."""

    kind: str
    text: Text
    level: str


def explain(actor: Actor, module: str, record_id: str | int) -> list[Reason]:
    """Every reason why `actor` may see the record, the strongest first; a single reason of level "none" says why they may not.

    Meant for an administrator who asks about somebody: the caller decides who may ask. `NotFound` when there is no such record.
    """
    spec = registry.snapshot().module(module)
    records = registry.snapshot().table(spec.api_name)
    number = parse_id(record_id)
    with engine.reading() as connection:
        row = connection.execute(select(records.c.id, records.c.owner_id).where(records.c.id == number)).one_or_none()
        if row is None:
            raise NotFound(N_("There is no record with this address."))
        shares = connection.execute(
            select(_share.c.user_id, _share.c.role_id, _share.c.permission).where(
                _share.c.module == spec.api_name, _share.c.record_id == number
            )
        ).all()
        roles = {r.id: r.name for r in connection.execute(select(_role.c.id, _role.c.name))}
    if actor.is_admin:
        return [Reason("administrator", N_("Administrators see and change everything."), ALL)]
    if not actor.can(spec, "read"):
        return [Reason("profile", N_("The profile gives no access to %(module)s.", module=spec.plural), "none")]
    reasons = _by_owner(actor, row.owner_id) + _by_default(actor, spec.api_name)
    for given in shares:
        if given.user_id == actor.user_id:
            reasons.append(Reason("share", N_("The record is shared with this person."), given.permission))
        elif given.role_id in actor.reach_role_ids:
            text = N_("The record is shared with the role “%(role)s”.", role=roles.get(given.role_id, "?"))
            reasons.append(Reason("share", text, given.permission))
    if not reasons:
        nobody = N_("The record belongs to somebody else, and is shared neither with this person nor with their role.")
        return [Reason("owner", nobody, "none")]
    return sorted(reasons, key=lambda r: -LEVELS.index(r.level))


def _by_owner(actor: Actor, owner_id: int | None) -> list[Reason]:
    if owner_id is None or owner_id not in actor.team_ids:
        return []
    if owner_id == actor.user_id:
        return [Reason("owner", N_("The record is theirs."), ALL)]
    owner = directory.people().get(owner_id)
    return [
        Reason(
            "role", N_("The record belongs to %(name)s, whose role is below theirs.", name=owner.name if owner else "?"), ALL
        )
    ]


def _by_default(actor: Actor, api_name: str) -> list[Reason]:
    level = sharing_default(actor, api_name)
    if level not in LEVELS:
        return []
    words = {
        "read": N_("Everybody sees the records of this module."),
        "write": N_("Everybody sees and changes the records of this module."),
        "all": N_("Everybody sees, changes and deletes the records of this module."),
    }
    return [Reason("default", words[level], level)]
