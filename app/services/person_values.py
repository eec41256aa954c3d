"""Values of a person as forms and commands give them, checked and brought into the columns of `user`.

Invariant: all problems are collected, by field; a profile or role is understood by id, key or name, in either language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from app.base.clock import zone_info
from app.base.errors import Invalid
from app.base.i18n import LANGUAGES, N_, Text, using
from app.base.text import fold
from app.modules.system import Profile, Role, User
from app.services import defaults, settings
from app.services.tables import table

THEMES = ("auto", "light", "dark")
_user, _profile, _role = table(User), table(Profile), table(Role)


def clean(connection: Connection, values: Mapping[str, Any], allowed: tuple[str, ...], but: int = 0) -> dict[str, Any]:
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


def named(values: Mapping[str, Any], email: str) -> dict[str, str]:
    """The shown name: first and last, else what stands before the @ of the address."""
    name = " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
    name = (name or email.partition("@")[0].replace(".", " ").title())[:120]
    return {"name": name, "name_f": fold(name)}


def about(values: Mapping[str, Any]) -> tuple[str, ...]:
    local, _, domain = str(values.get("email", "")).partition("@")
    return (local, domain.rpartition(".")[0], str(values.get("name", "")), settings.company().name)
