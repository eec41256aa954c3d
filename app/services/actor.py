"""Who acts: an `Actor` is the explicit first argument of every service and holds everything that rights are decided from.

Invariants: an actor is a snapshot of one `access_version`; `load` compares that counter (one cheap read), so whoever changes
people, profiles, roles or sharing defaults calls `access_changed` in the same transaction, and callers load the actor once a
request, event or batch instead of keeping it. Nothing but this snapshot decides: no ambient user, no second lookup.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from app.base.clock import today
from app.base.errors import Forbidden
from app.base.i18n import N_
from app.database import engine
from app.database.engine import Database
from app.fields.spec import Ctx, FieldSpec
from app.modules.spec import ModuleSpec
from app.modules.system import Profile, Role, SchemaState, SharingDefault, User
from app.services.tables import table

FieldAccess = Literal["hidden", "read", "write"]

OPERATIONS = ("read", "create", "edit", "delete", "assign", "import", "export", "share", "mass")
"""What a profile may allow in a module."""

TOOLS = ("setup", "manage_views", "undo_others", "recycle_bin_all")
"""What a profile may allow beside modules."""

EVERY_MODULE = "*"
"""In a profile: the operations of modules that it does not name, such as those made after it."""

_user, _profile, _role = table(User), table(Profile), table(Role)
_sharing, _state = table(SharingDefault), table(SchemaState)
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a profile allows. Absent means not allowed for modules and tools, and "write" for fields."""

    modules: Mapping[str, frozenset[str]] = field(default_factory=lambda: _NONE)
    fields: Mapping[str, Mapping[str, FieldAccess]] = field(default_factory=lambda: _NONE)
    tools: frozenset[str] = frozenset()

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | None) -> Permissions:
        """Out of `Profile.permissions`; what is unknown there allows nothing."""
        data = data or {}
        modules = {api: frozenset(ops) & frozenset(OPERATIONS) for api, ops in data.get("modules", {}).items()}
        fields: dict[str, Mapping[str, FieldAccess]] = {
            api: MappingProxyType({name: access for name, access in limits.items() if access in ("hidden", "read")})
            for api, limits in data.get("fields", {}).items()
        }
        return cls(MappingProxyType(modules), MappingProxyType(fields), frozenset(data.get("tools", ())) & frozenset(TOOLS))

    def as_json(self) -> dict[str, Any]:
        """For `Profile.permissions`, in a stable order."""
        return {
            "modules": {api: [op for op in OPERATIONS if op in ops] for api, ops in sorted(self.modules.items())},
            "fields": {api: dict(sorted(limits.items())) for api, limits in sorted(self.fields.items())},
            "tools": [tool for tool in TOOLS if tool in self.tools],
        }


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the system) with what they may do. Made by `load`, or by hand in tests.

    `team_ids`: the user and everybody in roles below: whose records are theirs to see. `reach_role_ids`: their role and those
    above it: a record shared with one of these is shared with them. `sharing`: module → private, read, write or all.
    """

    user_id: int
    name: str = ""
    email: str = ""
    language: str = "fr"
    zone: str = "Europe/Paris"
    profile: Permissions = field(default_factory=Permissions)
    role_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    is_admin: bool = False
    source: str = "ui"
    session_id: int | None = None
    reach_role_ids: frozenset[int] = frozenset()
    sharing: Mapping[str, str] = field(default_factory=lambda: _NONE, hash=False)
    profile_id: int | None = None

    def can(self, module: str | ModuleSpec, op: str) -> bool:
        """Whether the profile allows `op` (see OPERATIONS) in the module at all; which records is for `access.scope`."""
        if self.is_admin:
            return True
        allowed = self.profile.modules
        ops = allowed.get(_api_name(module), allowed.get(EVERY_MODULE, frozenset()))
        return op in ops and "read" in ops

    def tool(self, name: str) -> bool:
        """Whether the profile allows that tool (see TOOLS)."""
        return self.is_admin or name in self.profile.tools

    def field_access(self, module: str | ModuleSpec, field: str | FieldSpec) -> FieldAccess:
        """What the profile allows on a field, given by name: it is the caller's to look at `FieldSpec.read_only` as well."""
        if self.is_admin:
            return "write"
        name = field if isinstance(field, str) else field.name
        limits: Mapping[str, FieldAccess] = self.profile.fields.get(_api_name(module), _NONE)
        return limits.get(name, "write")

    def sees(self, module: str | ModuleSpec, field: str | FieldSpec) -> bool:
        """Whether the field exists for this actor at all."""
        return self.field_access(module, field) != "hidden"

    def from_source(self, source: str) -> Actor:
        """The same person acting through something else: "import", "api", "cli"…"""
        return replace(self, source=source)


SYSTEM = Actor(user_id=0, name="Comptoir", is_admin=True, source="system")
"""The program itself: set-up, nightly work. May do everything; in the log it is nobody."""

_lock = threading.Lock()
_loaded: tuple[Database | None, dict[int, tuple[int, Actor]]] = (None, {})  # user → (access_version, actor), of one database


def load(user_id: int, source: str = "ui", session_id: int | None = None) -> Actor:
    """The person as of now; cheap, so call it per request rather than keep an actor. `Forbidden` when not active."""
    global _loaded
    database = engine.current()
    with database.reading() as connection:
        version = engine.versions(connection).access
    of, known = _loaded
    found = known.get(user_id) if of is database else None
    if found is None or found[0] < version:
        with database.reading(alone=True) as connection:  # never what an open transaction wrote: it may be rolled back
            found = (engine.versions(connection).access, read_actor(connection, user_id))
        with _lock:
            if _loaded[0] is not database or len(_loaded[1]) > 1000:
                _loaded = (database, {})
            _loaded[1][user_id] = found
    actor = found[1]
    if actor.source == source and actor.session_id == session_id:
        return actor
    return replace(actor, source=source, session_id=session_id)


def read_actor(connection: Connection, user_id: int) -> Actor:
    """The person out of the database, inside the caller's transaction. `Forbidden` when absent or not active."""
    found = connection.execute(
        select(
            *(_user.c[name] for name in ("name", "email", "language", "zone", "role_id", "active")),
            _profile.c.id.label("profile_id"),
            _profile.c.key.label("profile_key"),
            _profile.c.permissions,
        )
        .join_from(_user, _profile, _profile.c.id == _user.c.profile_id)
        .where(_user.c.id == user_id)
    ).one_or_none()
    if found is None or not found.active:
        raise Forbidden(N_("This account is not active. An administrator can activate it again."))
    parents = {row.id: row.parent_id for row in connection.execute(select(_role.c.id, _role.c.parent_id))}
    below = roles_below(parents, found.role_id)
    team = {user_id}
    if below:
        team |= set(connection.execute(select(_user.c.id).where(_user.c.role_id.in_(below))).scalars())
    sharing = {row.module: row.access for row in connection.execute(select(_sharing.c.module, _sharing.c.access))}
    return Actor(
        user_id=user_id,
        name=found.name,
        email=found.email,
        language=found.language,
        zone=found.zone,
        profile=Permissions.from_json(found.permissions),
        role_id=found.role_id,
        team_ids=frozenset(team),
        is_admin=found.profile_key == "administrator",
        reach_role_ids=frozenset(roles_above(parents, found.role_id)),
        sharing=MappingProxyType(sharing),
        profile_id=found.profile_id,
    )


def access_changed(connection: Connection) -> None:
    """Says, inside the transaction that changes people, profiles, roles or sharing defaults, that actors are to be read again."""
    connection.execute(update(_state).values(access_version=_state.c.access_version + 1))


def ctx(actor: Actor) -> Ctx:
    """How this person writes and reads, and what "today" and "me" mean: for field types and filters."""
    from app.services import directory, settings  # which read actors themselves

    company = settings.company()
    return Ctx(
        language=actor.language,
        zone=actor.zone,
        company_zone=company.zone,
        today=today(company.zone),
        currency=company.currency,
        week_start=company.week_start,
        fiscal_month=company.fiscal_month,
        user_id=actor.user_id,
        team_ids=actor.team_ids,
        people=directory.finder(),
    )


def roles_below(parents: Mapping[int, int | None], role_id: int | None) -> set[int]:
    """The roles under that one in the tree, itself excluded; a loop in the tree ends instead of turning."""
    below: set[int] = set()
    if role_id is None:
        return below
    children: dict[int | None, list[int]] = {}
    for child, parent in parents.items():
        children.setdefault(parent, []).append(child)
    waiting = list(children.get(role_id, ()))
    while waiting:
        role = waiting.pop()
        if role not in below and role != role_id:
            below.add(role)
            waiting.extend(children.get(role, ()))
    return below


def roles_above(parents: Mapping[int, int | None], role_id: int | None) -> set[int]:
    """That role and those over it up to the root."""
    above: set[int] = set()
    while role_id is not None and role_id not in above:
        above.add(role_id)
        role_id = parents.get(role_id)
    return above


def _api_name(module: str | ModuleSpec) -> str:
    return module if isinstance(module, str) else module.api_name
