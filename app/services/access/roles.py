"""The tree of roles: people of a role see the records of the roles below it. Only administrators change it.

Invariants: the tree has no loop; removing a role moves its people to another one and hangs the roles below it under its parent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.base.text import fold
from app.database import engine
from app.modules.system import Role, Share, User
from app.services import log
from app.services.actor import Actor, access_changed, roles_below
from app.services.tables import table

_role, _user, _share = table(Role), table(User), table(Share)


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role in the tree: `depth` 0 at the root; `people` counts those who are active in it."""

    id: str
    name: str
    parent_id: str | None
    depth: int
    people: int = 0


def list_roles(actor: Actor) -> list[RoleInfo]:
    """The tree from the root down, each role before those below it. Everybody may see it: shares name roles."""
    counted = select(func.count()).where(_user.c.role_id == _role.c.id, _user.c.active).scalar_subquery()
    with engine.reading() as connection:
        rows = connection.execute(select(_role.c.id, _role.c.name, _role.c.parent_id, counted.label("people"))).all()
    known = {row.id for row in rows}
    children: dict[int | None, list[Any]] = {}
    for row in sorted(rows, key=lambda r: (fold(r.name), r.id)):
        children.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    found: list[RoleInfo] = []

    def add(parent: int | None, depth: int) -> None:
        for row in children.pop(parent, ()):
            parent_id = None if row.parent_id not in known else str(row.parent_id)
            found.append(RoleInfo(str(row.id), row.name, parent_id, depth, int(row.people)))
            add(row.id, depth + 1)

    add(None, 0)
    return found


def save_role(actor: Actor, role_id: str | int | None, values: Mapping[str, Any]) -> str:
    """Makes a role (`role_id` None) or changes one; gives its id. `values`: name, parent_id (None for the root). `Invalid` by field."""
    _administrators_only(actor)
    number = None if role_id is None else parse_id(role_id)
    with log.change_set(actor, N_("Role created") if number is None else N_("Role changed")) as changes:
        tree = _tree(changes.connection)
        if number is not None and number not in tree:
            raise NotFound(N_("This role no longer exists."))
        clean = _clean(values, number, tree)
        if number is None:
            number = changes.insert(Role, {"parent_id": None, **clean})
        else:
            changes.update(Role, number, clean)
        access_changed(changes.connection)
        changes.topics.add(("access",))
    return str(number)


def delete_role(actor: Actor, role_id: str | int, move_to: str | int | None = None) -> None:
    """Removes a role; its people go to `move_to`, what was shared with it is shared no longer. `Invalid` when people have no place."""
    _administrators_only(actor)
    number = parse_id(role_id)
    with log.change_set(actor, N_("Role deleted")) as changes:
        tree = _tree(changes.connection)
        if number not in tree:
            raise NotFound(N_("This role no longer exists."))
        holders = changes.connection.execute(select(_user.c.id).where(_user.c.role_id == number)).scalars().all()
        if holders:
            target = None if move_to is None else parse_id(move_to)
            if target is None or target == number or target not in tree:
                raise Invalid({"move_to": N_("People have this role: choose which one they get instead.")})
            for user_id in holders:
                changes.update(User, user_id, {"role_id": target})
        for child, (_name, parent) in tree.items():
            if parent == number:
                changes.update(Role, child, {"parent_id": tree[number][1]})
        for share_id in changes.connection.execute(select(_share.c.id).where(_share.c.role_id == number)).scalars().all():
            changes.delete(Share, share_id)
        changes.delete(Role, number)
        access_changed(changes.connection)
        changes.topics.add(("access",))


def _administrators_only(actor: Actor) -> None:
    if not actor.is_admin:
        raise Forbidden(N_("Only an administrator can change who may do what."))


def _tree(connection: Connection) -> dict[int, tuple[str, int | None]]:
    """Every role, locked until the transaction ends, so that two changes at once cannot make a loop: id → (name, parent)."""
    rows = connection.execute(select(_role.c.id, _role.c.name, _role.c.parent_id).with_for_update())
    return {row.id: (row.name, row.parent_id) for row in rows}


def _clean(values: Mapping[str, Any], number: int | None, tree: Mapping[int, tuple[str, int | None]]) -> dict[str, Any]:
    problems: dict[str, Text | str] = {}
    clean: dict[str, Any] = {}
    if number is None or "name" in values:
        name = " ".join(str(values.get("name") or "").split())
        if not name or len(name) > 80:
            problems["name"] = N_("Give the role a name of at most 80 characters.")
        elif fold(name) in {fold(other) for id, (other, _parent) in tree.items() if id != number}:
            problems["name"] = N_("Another role has this name.")
        clean["name"] = name
    if "parent_id" in values:
        parent = None if values["parent_id"] in (None, "") else parse_id(values["parent_id"])
        parents = {id: above for id, (_name, above) in tree.items()}
        if parent is not None and parent not in tree:
            problems["parent_id"] = N_("Choose a role from the list.")
        elif parent is not None and number is not None and (parent == number or parent in roles_below(parents, number)):
            problems["parent_id"] = N_("A role cannot be below itself.")
        clean["parent_id"] = parent
    for name in values.keys() - {"name", "parent_id"}:
        problems[name] = N_("This cannot be changed here.")
    if problems:
        raise Invalid(problems)
    return clean
