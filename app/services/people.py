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

from app.base import clock
from app.base.clock import zone_info
from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import LANGUAGES, N_, Text, using
from app.base.ids import parse_id
from app.base.text import fold
from app.database import engine
from app.modules.system import Profile, Role, User
from app.services import defaults, log, passwords, sessions, settings, sign_in
from app.services.actor import Actor, access_changed
from app.services.tables import table

ADMINISTRATOR = "administrator"  # key of the profile that may do everything
THEMES = ("auto", "light", "dark")
_user, _profile, _role = table(User), table(Profile), table(Role)
_OWN = ("first_name", "last_name", "language", "zone", "theme")
_ALL = ("email", "profile", "role", *_OWN)


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
        clean = _clean(changes.connection, {"profile": "", "email": "", **values}, _ALL)  # absent: asked for
        clean.setdefault("language", settings.company().language)
        clean.setdefault("zone", settings.company().zone)
        clean |= _named(clean, clean["email"])
        if password is not None:
            passwords.check(password, about=(*_about(clean), company))
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
    allowed = _ALL
    if not actor.tool("setup"):
        if number != actor.user_id:
            raise Forbidden(N_("Only an administrator can do this."))
        allowed = _OWN
    with log.change_set(actor, N_("Person changed")) as changes:
        connection = changes.connection
        before = _row(connection, number)
        clean = _clean(connection, values, allowed, but=number)
        if "first_name" in clean or "last_name" in clean:
            clean |= _named({"first_name": before.first_name, "last_name": before.last_name, **clean}, before.email)
        rights = {k for k in ("profile_id", "role_id") if k in clean and clean[k] != before._mapping[k]}
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
        if not active:
            _keep_one_administrator(changes.connection, before, still=False)
            changes.after_commit(sessions.revoke_all(changes.connection, number))
        changes.update(User, number, {"active": active})
        access_changed(changes.connection)
        changes.topics |= {("access",), ("person", str(number))}
    return _read(number)


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
    return merged


def change_password(actor: Actor, current: str, new: str) -> None:
    """One's own password; every other session of this person ends. Raises `Invalid` on `current` or `password`."""
    with engine.reading() as connection:
        row = _row(connection, actor.user_id)
    if not passwords.matches(current, row.password_hash):
        raise Invalid({"current": N_("This is not your present password.")})
    passwords.check(new, about=_about(row._mapping))
    with log.change_set(actor, N_("Password changed")) as changes:
        _store_password(changes.connection, actor.user_id, new)
        changes.record("$User", actor.user_id, "update", {}, {})
        changes.after_commit(sessions.revoke_all(changes.connection, actor.user_id, but=actor.session_id))
        sessions.ask_renewal(changes.connection, actor.user_id)


def set_password(connection: Connection, user_id: int, new: str) -> None:
    """Checks and stores a password inside the caller's transaction, and ends the wait of the account. Raises `Invalid`."""
    row = _row(connection, user_id)
    passwords.check(new, about=_about(row._mapping))
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


def _clean(connection: Connection, values: Mapping[str, Any], allowed: tuple[str, ...], but: int = 0) -> dict[str, Any]:
    """Values as columns; raises `Invalid` with all problems, by field."""
    problems: dict[str, Text | str] = {}
    clean: dict[str, Any] = {}
    for name, value in values.items():
        if name not in allowed:
            problems[name] = N_("This cannot be changed here.")
            continue
        try:
            clean |= _CHECKS[name](connection, value, but)
        except Invalid as error:
            problems[name] = error.message
    if problems:
        raise Invalid(problems)
    return clean


def _email(connection: Connection, value: Any, but: int) -> dict[str, Any]:
    from email_validator import EmailNotValidError, validate_email

    try:
        email = validate_email(str(value or "").strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        raise Invalid(N_("This is not a complete e-mail address, such as name@company.com.")) from None
    email_f = fold(email)
    if len(email) > 254:
        raise Invalid(N_("This e-mail address is too long."))
    if connection.execute(select(_user.c.id).where(_user.c.email_f == email_f, _user.c.id != but)).first():
        raise Invalid(N_("Somebody has this e-mail address already."))
    return {"email": email, "email_f": email_f}


def _profile_value(connection: Connection, value: Any, but: int) -> dict[str, Any]:
    wanted = fold(str(value or ""))
    for row in connection.execute(select(_profile.c.id, _profile.c.key, _profile.c.name)):
        names = {str(row.id), fold(row.key), fold(row.name)}
        for language in LANGUAGES:
            with using(language):
                names.add(fold(defaults.words(row.key, row.name)))
        if wanted and wanted in names:
            return {"profile_id": row.id}
    raise Invalid(N_("Choose a profile from the list."))


def _role_value(connection: Connection, value: Any, but: int) -> dict[str, Any]:
    wanted = fold(str(value or ""))
    if not wanted:
        return {"role_id": None}
    for row in connection.execute(select(_role.c.id, _role.c.name)):
        if wanted in (str(row.id), fold(row.name)):
            return {"role_id": row.id}
    raise Invalid(N_("Choose a role from the list."))


def _short(name: str, length: int) -> Any:
    def check(connection: Connection, value: Any, but: int) -> dict[str, Any]:
        text = " ".join(str(value or "").split())
        if len(text) > length:
            raise Invalid(N_("Shorten this to %(n)s characters.", n=length))
        return {name: text}

    return check


def _one_of(name: str, choices: tuple[str, ...]) -> Any:
    def check(connection: Connection, value: Any, but: int) -> dict[str, Any]:
        if value not in choices:
            raise Invalid(N_("Choose a value from the list."))
        return {name: value}

    return check


def _zone(connection: Connection, value: Any, but: int) -> dict[str, Any]:
    try:
        zone_info(str(value))
    except (KeyError, ValueError, OSError):
        raise Invalid(N_("Choose a time zone from the list.")) from None
    return {"zone": str(value)}


_CHECKS: dict[str, Any] = {
    "email": _email,
    "profile": _profile_value,
    "role": _role_value,
    "first_name": _short("first_name", 60),
    "last_name": _short("last_name", 80),
    "language": _one_of("language", LANGUAGES),
    "theme": _one_of("theme", THEMES),
    "zone": _zone,
}


def _named(values: Mapping[str, Any], email: str) -> dict[str, str]:
    """The shown name: first and last, else what stands before the @ of the address."""
    name = " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
    name = (name or email.partition("@")[0].replace(".", " ").title())[:120]
    return {"name": name, "name_f": fold(name)}


def _about(values: Mapping[str, Any]) -> tuple[str, ...]:
    local, _, domain = str(values.get("email", "")).partition("@")
    return (local, domain.rpartition(".")[0], str(values.get("name", "")), settings.company().name)
