"""People who sign in: made, changed, deactivated; their passwords and their own settings.

Invariants: nobody is deleted, records name them for ever. At least one active administrator remains: the check and the change are
one transaction that holds the administrators' profile row. A change of profile or role renews the person's session tokens,
deactivating and a new password end their sessions. Password hashes never reach the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from app.base import clock, events
from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.base.text import fold
from app.database import engine
from app.modules.system import Profile, Role, User
from app.services import defaults, log, passwords, person_values, sessions, settings, sign_in
from app.services.actor import Actor, access_changed
from app.services.tables import table

ADMINISTRATOR = "administrator"  # key of the profile that may do everything
_user, _profile, _role = table(User), table(Profile), table(Role)
_OWN = ("first_name", "last_name", "language", "zone", "theme")
_ALL = ("email", "profile", "role", *_OWN)
_RIGHTS = N_("Only an administrator can change who may do what.")


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the list of people shows them. `role_id` and `role` are empty without a role."""

    id: str
    email: str
    name: str
    first_name: str
    last_name: str
    profile_id: str
    profile: str
    role_id: str
    role: str
    active: bool
    language: str
    zone: str
    theme: str
    created_at: datetime
    last_seen_at: datetime | None
    is_admin: bool
    has_password: bool
    preferences: Mapping[str, Any] = field(default_factory=dict)


def members(actor: Actor, text: str = "", *, active: bool | None = None) -> list[Member]:
    """Everybody, by name; `text` is looked for in names and e-mail addresses."""
    _may_set_up(actor)
    query = _members().order_by(_user.c.name_f, _user.c.id)
    if text:
        query = query.where(
            _user.c.name_f.contains(fold(text), autoescape=True) | _user.c.email_f.contains(fold(text), autoescape=True)
        )
    if active is not None:
        query = query.where(_user.c.active == active)
    with engine.reading() as connection:
        return [_member(row) for row in connection.execute(query)]


def get(actor: Actor, user_id: str | int) -> Member:
    """One person: oneself, or with the right to set up anybody."""
    number = parse_id(user_id)
    if number != actor.user_id:
        _may_set_up(actor)
    with engine.reading() as connection:
        row = connection.execute(_members().where(_user.c.id == number)).first()
    if row is None:
        raise NotFound(N_("There is no such person."))
    return _member(row)


def find(email: str) -> Member:
    """The person with that address, for the command line; `NotFound` when there is none."""
    with engine.reading() as connection:
        row = connection.execute(_members().where(_user.c.email_f == fold(email))).first()
    if row is None:
        raise NotFound(N_("Nobody has the address %(email)s.", email=email))
    return _member(row)


def has_administrator() -> bool:
    """Whether somebody can sign in and set up: then the first-run page is closed."""
    with engine.reading() as connection:
        return _administrators(connection) > 0


def create(
    actor: Actor,
    values: Mapping[str, Any],
    password: str | None = None,
    *,
    within: log.Changes | None = None,
    company: str = "",
) -> Member:
    """Adds a person. `values`: email, profile (id, key or name), and optionally role, names, language, zone, theme.

    Without `password` they choose one through a one-time link. `company`: its name, while it is not stored yet. Raises `Invalid`
    by field.
    """
    _may_set_up(actor)
    label = N_("Person added: %(email)s", email=str(values.get("email", "")))
    with log.change_set(actor, label, within=within) as changes:
        clean = person_values.clean(changes.connection, {"profile": "", "email": "", **values}, _ALL)  # absent: asked for
        clean.setdefault("language", settings.company().language)
        clean.setdefault("zone", settings.company().zone)
        clean |= person_values.named(clean, clean["email"])
        spare_administrators(changes.connection, actor, clean["profile_id"])
        if password is not None:
            passwords.check(password, about=(*person_values.about(clean), company))
        number = changes.insert(User, {**_EMPTY, **clean, "created_at": clock.now()})
        if password is not None:
            _store_password(changes.connection, number, password)
        access_changed(changes.connection)
        changes.topics.add(("access",))
    return _read(number)


_EMPTY = {
    "active": True,
    "theme": "auto",
    "password_hash": "",
    "first_name": "",
    "last_name": "",
    "role_id": None,
    "preferences": None,
}


def change(actor: Actor, user_id: str | int, values: Mapping[str, Any]) -> Member:
    """Changes a person: oneself only names, language, zone and theme; the rest with the right to set up."""
    number = parse_id(user_id)
    allowed: tuple[str, ...] = _ALL
    if not actor.tool("setup"):
        if number != actor.user_id:
            raise Forbidden(N_("Only an administrator can do this."))
        allowed = _OWN
    with log.change_set(actor, N_("Person changed")) as changes:
        connection = changes.connection
        before = _row(connection, number)
        clean = person_values.clean(connection, values, allowed, but=number)
        if "first_name" in clean or "last_name" in clean:
            clean |= person_values.named({"first_name": before.first_name, "last_name": before.last_name, **clean}, before.email)
        rights = {k for k in ("profile_id", "role_id") if k in clean and clean[k] != before._mapping[k]}
        if number == actor.user_id and rights and not actor.is_admin:
            raise Forbidden(_RIGHTS)
        if number != actor.user_id:
            spare_administrators(connection, actor, before.profile_id, clean.get("profile_id"))
        if "profile_id" in rights:
            _keep_one_administrator(connection, before, still=_is_administrator(connection, clean["profile_id"]))
        changes.update(User, number, clean)
        access_changed(connection)
        changes.topics |= {("access",), ("person", str(number))}
        if rights:
            sessions.ask_renewal(connection, number)
    sessions.forget()
    return _read(number)


def set_active(actor: Actor, user_id: str | int, active: bool) -> Member:
    """Deactivates a person, which signs them out everywhere, or lets them in again. Their records stay theirs."""
    _may_set_up(actor)
    number = parse_id(user_id)
    label = N_("Person activated") if active else N_("Person deactivated")
    with log.change_set(actor, label) as changes:
        before = _row(changes.connection, number)
        spare_administrators(changes.connection, actor, before.profile_id)
        if not active:
            _keep_one_administrator(changes.connection, before, still=False)
            changes.after_commit(sessions.revoke_all(changes.connection, number))
        changes.update(User, number, {"active": active})
        access_changed(changes.connection)
        changes.topics |= {("access",), ("person", str(number))}
    return _read(number)


def spare_administrators(connection: Connection, actor: Actor, *profiles: int | None) -> None:
    """Raises `Forbidden` when one of `profiles` is the administrator's and `actor` is none: whoever may set up but not everything
    would have it all by giving themselves that profile, or through the address or the password link of somebody who has it."""
    if not actor.is_admin and any(_is_administrator(connection, number) for number in profiles if number is not None):
        raise Forbidden(_RIGHTS)


def before_undo(changes: log.Changes, op: str, row: Mapping[str, Any]) -> Text | None:
    """Why a logged change of a person must not be taken back; None when it may be, after seeing to their sessions.

    `row` is the entry of the log. Undo is a door like any other: one administrator remains, nobody is deleted.
    """
    if op != "update":
        return N_("A person is not removed, records name them: deactivate the account instead.")
    back, number = row["before"] or {}, int(row["record_id"])
    found = changes.connection.execute(select(_user).where(_user.c.id == number)).first()
    if found is None:
        return N_("There is no such person.")
    if "active" in back or "profile_id" in back:
        profile = back.get("profile_id", found.profile_id)
        still = bool(back.get("active", found.active)) and _is_administrator(changes.connection, profile)
        try:
            _keep_one_administrator(changes.connection, found, still=still)
        except Invalid as error:
            return error.message if isinstance(error.message, Text) else None
    if back.get("active") is False:
        changes.after_commit(sessions.revoke_all(changes.connection, number))
    elif {"profile_id", "role_id"} & back.keys():
        sessions.ask_renewal(changes.connection, number)
    changes.after_commit(sessions.forget)
    return None


def preferences(actor: Actor) -> dict[str, Any]:
    """What this person set for themselves: single-letter keys off, contrast, and what pages keep."""
    with engine.reading() as connection:
        return dict(connection.scalar(select(_user.c.preferences).where(_user.c.id == actor.user_id)) or {})


def keep_preferences(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """Merges `values` into one's own preferences (None removes a key). Not in the log: it is how a screen looks."""
    with engine.writing() as connection:
        row = connection.execute(select(_user.c.preferences).where(_user.c.id == actor.user_id).with_for_update()).first()
        if row is None:
            raise NotFound(N_("There is no such person."))
        merged = {k: v for k, v in {**(row.preferences or {}), **values}.items() if v is not None}
        if len(str(merged)) > 100_000:
            raise Invalid(N_("There is no room for more personal settings."))
        connection.execute(update(_user).where(_user.c.id == actor.user_id).values(preferences=merged))
    events.publish([("preferences", str(actor.user_id))])
    return merged


def change_password(actor: Actor, current: str, new: str) -> None:
    """One's own password; every other session of this person ends. Raises `Invalid` on `current` or `password`."""
    with engine.reading() as connection:
        row = _row(connection, actor.user_id)
    if not passwords.matches(current, row.password_hash):
        raise Invalid({"current": N_("This is not your present password.")})
    passwords.check(new, about=person_values.about(row._mapping))
    with log.change_set(actor, N_("Password changed")) as changes:
        _store_password(changes.connection, actor.user_id, new)
        changes.record("$User", actor.user_id, "update", {}, {})
        changes.after_commit(sessions.revoke_all(changes.connection, actor.user_id, but=actor.session_id))
        sessions.ask_renewal(changes.connection, actor.user_id)


def set_password(connection: Connection, user_id: int, new: str) -> None:
    """Checks and stores a password inside the caller's transaction, and ends the wait of the account. Raises `Invalid`."""
    row = _row(connection, user_id)
    passwords.check(new, about=person_values.about(row._mapping))
    _store_password(connection, user_id, new)
    sign_in.note_reset(connection, user_id, row.email)


def _store_password(connection: Connection, user_id: int, password: str) -> None:
    connection.execute(update(_user).where(_user.c.id == user_id).values(password_hash=passwords.make_hash(password)))


def _members() -> Any:
    columns = (_profile.c.name.label("profile"), _profile.c.key.label("profile_key"), _role.c.name.label("role"))
    joined = _user.join(_profile, _profile.c.id == _user.c.profile_id).outerjoin(_role, _role.c.id == _user.c.role_id)
    return select(_user, *columns).select_from(joined)


def _member(row: Any) -> Member:
    return Member(
        id=str(row.id), email=row.email, name=row.name, first_name=row.first_name, last_name=row.last_name,
        profile_id=str(row.profile_id), profile=defaults.words(row.profile_key, row.profile), role_id=str(row.role_id or ""), role=row.role or "",
        active=row.active, language=row.language, zone=row.zone, theme=row.theme, created_at=row.created_at,
        last_seen_at=row.last_seen_at, is_admin=row.profile_key == ADMINISTRATOR, has_password=bool(row.password_hash),
        preferences=row.preferences or {},
    )  # fmt: skip


def _read(number: int) -> Member:
    with engine.reading() as connection:
        return _member(connection.execute(_members().where(_user.c.id == number)).one())


def _row(connection: Connection, number: int) -> Any:
    row = connection.execute(select(_user).where(_user.c.id == number)).first()
    if row is None:
        raise NotFound(N_("There is no such person."))
    return row


def _may_set_up(actor: Actor) -> None:
    if not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can do this."))


def _administrators(connection: Connection, but: int = 0) -> int:
    query = select(func.count()).select_from(_user.join(_profile, _profile.c.id == _user.c.profile_id))
    return int(connection.scalar(query.where(_profile.c.key == ADMINISTRATOR, _user.c.active, _user.c.id != but)) or 0)


def _is_administrator(connection: Connection, profile_id: int) -> bool:
    return connection.scalar(select(_profile.c.key).where(_profile.c.id == profile_id)) == ADMINISTRATOR


def _keep_one_administrator(connection: Connection, row: Any, *, still: bool) -> None:
    """Raises `Invalid` when this person is the last active administrator and would no longer be one."""
    connection.execute(select(_profile.c.id).where(_profile.c.key == ADMINISTRATOR).with_for_update())
    if (
        not still
        and row.active
        and _is_administrator(connection, row.profile_id)
        and not _administrators(connection, but=row.id)
    ):
        raise Invalid(N_("This is the last active administrator: make somebody else an administrator first."))
