"""Profiles (what people may do) and the organisation's sharing defaults (whose records they see). Only administrators change them.

Invariants: the administrator's profile may do everything and cannot be changed or removed; a profile that somebody has is not
removed without another one for them. The name of a record is never hidden, and a field that is computed from a hidden one is
hidden with it, so that it does not give the value away. Every change raises the access version and can be undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.base.text import fold
from app.database import engine
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.modules.system import Profile, SharingDefault, User
from app.services import log
from app.services.access.scopes import DEFAULT_SHARING, LEVELS, PRIVATE
from app.services.actor import EVERY_MODULE, OPERATIONS, TOOLS, Actor, Permissions, access_changed
from app.services.tables import table

ADMINISTRATOR, STANDARD = "administrator", "standard"
_profile, _user, _default = table(Profile), table(User), table(SharingDefault)
_MADE_BY_RULES = {("Deals", "expected_revenue"): ("amount", "probability")}
"""Fields that a module's rules make of others, beside the computed ones, which say so themselves."""

_NEEDS_ADMINISTRATOR = N_("Only an administrator can change who may do what.")


@dataclass(frozen=True, slots=True)
class ProfileInfo:
    """A profile as set-up shows it. `key` is set for the built-in ones; `people` counts those who have it."""

    id: str
    key: str
    name: str
    description: str
    permissions: Permissions
    people: int = 0


def list_profiles(actor: Actor) -> list[ProfileInfo]:
    """Every profile, the built-in ones first. Needs the right to set up."""
    if not actor.tool("setup"):
        raise Forbidden(_NEEDS_ADMINISTRATOR)
    counted = select(func.count()).where(_user.c.profile_id == _profile.c.id, _user.c.active).scalar_subquery()
    with engine.reading() as connection:
        rows = connection.execute(select(_profile, counted.label("people"))).all()
    found = [
        ProfileInfo(str(r.id), r.key, r.name, r.description or "", Permissions.from_json(r.permissions), int(r.people))
        for r in rows
    ]
    return sorted(found, key=lambda p: ([ADMINISTRATOR, STANDARD, ""].index(p.key), fold(p.name)))


def save_profile(actor: Actor, profile_id: str | int | None, values: Mapping[str, Any]) -> str:
    """Makes a profile (`profile_id` None) or changes one; gives its id.

    `values`: name, description, permissions as in `Profile.permissions`. Raises `Invalid` by field.
    """
    _administrators_only(actor)
    number = None if profile_id is None else parse_id(profile_id)
    label = N_("Profile created") if number is None else N_("Profile changed")
    with log.change_set(actor, label) as changes:
        row = {"key": "", "description": "", "permissions": {}} if number is None else _row(changes.connection, number)
        if row["key"] == ADMINISTRATOR and "permissions" in values:
            raise Invalid({"permissions": N_("The administrator's profile may do everything; make another profile instead.")})
        clean = _clean(changes.connection, values, number)
        if number is None:
            number = changes.insert(Profile, {**row, "name": "", **clean})
        else:
            changes.update(Profile, number, clean)
        _changed(changes)
    return str(number)


def delete_profile(actor: Actor, profile_id: str | int, move_to: str | int | None = None) -> None:
    """Removes a profile; who has it gets `move_to`. `Invalid` for a built-in one, or when people have it and no other is given."""
    _administrators_only(actor)
    number = parse_id(profile_id)
    with log.change_set(actor, N_("Profile deleted")) as changes:
        if _row(changes.connection, number)["key"]:
            raise Invalid(N_("This profile comes with Comptoir and stays; it can be renamed."))
        holders = changes.connection.execute(select(_user.c.id).where(_user.c.profile_id == number)).scalars().all()
        if holders:
            if move_to is None or parse_id(move_to) == number:
                raise Invalid({"move_to": N_("People have this profile: choose which one they get instead.")})
            target = parse_id(move_to)
            _row(changes.connection, target)
            for user_id in holders:
                changes.update(User, user_id, {"profile_id": target})
        changes.delete(Profile, number)
        _changed(changes)


def sharing_defaults(actor: Actor) -> dict[str, str]:
    """For every module by API name: private, read, write or all. Needs the right to set up."""
    if not actor.tool("setup"):
        raise Forbidden(_NEEDS_ADMINISTRATOR)
    with engine.reading() as connection:
        stored = {r.module: r.access for r in connection.execute(select(_default.c.module, _default.c.access))}
    return {m.api_name: stored.get(m.api_name, DEFAULT_SHARING.get(m.api_name, PRIVATE)) for m in registry.snapshot().modules}


def set_sharing_default(actor: Actor, module: str, access: str) -> None:
    """Says what everybody may do with everybody's records of a module: private (nothing), read, write or all."""
    _administrators_only(actor)
    spec = registry.snapshot().module(module)
    if access not in (PRIVATE, *LEVELS):
        raise Invalid({"access": N_("Choose a value from the list.")})
    with log.change_set(actor, N_("Sharing of %(module)s changed", module=spec.plural)) as changes:
        connection, here = changes.connection, _default.c.module == spec.api_name
        before = connection.execute(select(_default.c.access).where(here)).scalar()
        if before == access:
            return
        write_sharing_default(connection, spec.api_name, access)
        changes.record("$SharingDefault", 1, "update", {spec.api_name: before}, {spec.api_name: access})
        _changed(changes)


def write_sharing_default(connection: Connection, api_name: str, access: str | None) -> None:
    """Stores a sharing default, or removes it (None): also what undoing such a change does."""
    here = _default.c.module == api_name
    if access is None:
        connection.execute(delete(_default).where(here))
    elif not connection.execute(update(_default).where(here).values(access=access)).rowcount:
        connection.execute(insert(_default).values(module=api_name, access=access))


def _administrators_only(actor: Actor) -> None:
    if not actor.is_admin:  # whoever could edit profiles could give themselves everything
        raise Forbidden(_NEEDS_ADMINISTRATOR)


def _changed(changes: log.Changes) -> None:
    access_changed(changes.connection)
    changes.topics.add(("access",))


def _row(connection: Connection, number: int) -> dict[str, Any]:
    row = connection.execute(select(_profile).where(_profile.c.id == number).with_for_update()).mappings().first()
    if row is None:
        raise NotFound(N_("This profile no longer exists."))
    return dict(row)


def _clean(connection: Connection, values: Mapping[str, Any], number: int | None) -> dict[str, Any]:
    problems: dict[str, Text | str] = {}
    clean: dict[str, Any] = {}
    if number is None or "name" in values:
        name = " ".join(str(values.get("name") or "").split())
        taken = connection.execute(select(_profile.c.name).where(_profile.c.id != (number or 0))).scalars()
        if not name or len(name) > 80:
            problems["name"] = N_("Give the profile a name of at most 80 characters.")
        elif fold(name) in {fold(other) for other in taken}:
            problems["name"] = N_("Another profile has this name.")
        clean["name"] = name
    if "description" in values:
        clean["description"] = str(values["description"] or "").strip()[:500]
    if "permissions" in values:
        try:
            clean["permissions"] = _permissions(values["permissions"]).as_json()
        except Invalid as error:
            problems["permissions"] = error.message
    for name in values.keys() - {"name", "description", "permissions"}:
        problems[name] = N_("This cannot be changed here.")
    if problems:
        raise Invalid(problems)
    return clean


def _permissions(data: Any) -> Permissions:
    """Checked against the modules that exist; unlike `Permissions.from_json`, refuses what is unknown instead of ignoring it."""
    if not isinstance(data, Mapping):
        raise Invalid(N_("These permissions cannot be read."))
    snapshot = registry.snapshot()
    by_api = {m.api_name: m for m in snapshot.modules}
    modules: dict[str, frozenset[str]] = {}
    for api, ops in dict(data.get("modules") or {}).items():
        if api != EVERY_MODULE and api not in by_api:
            raise Invalid(N_("There is no module “%(name)s”.", name=str(api)))
        if unknown := set(ops) - set(OPERATIONS):
            raise Invalid(N_("There is no right called “%(name)s”.", name=str(min(unknown))))
        modules[api] = frozenset(ops)
    fields: dict[str, Mapping[str, Any]] = {}
    for api, limits in dict(data.get("fields") or {}).items():
        if api not in by_api:
            raise Invalid(N_("There is no module “%(name)s”.", name=str(api)))
        if limits:
            fields[api] = _field_limits(by_api[api], limits)
    if unknown := set(data.get("tools") or ()) - set(TOOLS):
        raise Invalid(N_("There is no right called “%(name)s”.", name=str(min(unknown))))
    return Permissions(modules, fields, frozenset(data.get("tools") or ()))


def _field_limits(spec: ModuleSpec, limits: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    named = {spec.title, "owner_id", *spec.title_field.settings.get("depends", ())}  # a name gives away what it is made of
    for key, access in limits.items():
        field = spec.by_name.get(key)
        if field is None:
            raise Invalid(N_("There is no field “%(field)s” in %(module)s.", field=key, module=spec.plural))
        if access not in ("hidden", "read", "write"):
            raise Invalid(N_("There is no right called “%(name)s”.", name=str(access)))
        if access == "hidden" and field.name in named:
            raise Invalid(N_("“%(field)s” cannot be hidden: it says which record it is, or whose.", field=field.label))
        if access != "write":
            found[field.name] = access
    hidden = {name for name, access in found.items() if access == "hidden"}
    for field in spec.fields:
        depends = {*field.settings.get("depends", ()), *_MADE_BY_RULES.get((spec.api_name, field.name), ())}
        if field.name != spec.title and hidden & depends:
            found[field.name] = "hidden"
    return found
