"""Company-wide settings: language, company, currency, time zone, week and fiscal year.

Invariants: one row a setting; every change goes through the log and raises `settings_version`, which other processes compare.
A missing row means the default, so that a new setting needs no migration.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection, select

from app.base.clock import zone_info
from app.base.errors import Forbidden, Invalid
from app.base.i18n import LANGUAGES, N_, Text
from app.database import engine
from app.modules.system import Setting
from app.services import log
from app.services.actor import Actor
from app.services.tables import table

CURRENCIES = ("EUR", "CHF", "GBP", "USD", "CAD", "MAD", "TND", "XOF", "XAF", "DKK", "NOK", "SEK", "PLN", "CZK", "RON", "HUF", "BGN",
              "AUD", "NZD", "JPY", "CNY", "INR", "BRL", "MXN", "ZAR", "AED", "SGD", "HKD", "XPF", "MUR", "DZD", "TRY", "ILS")  # fmt: skip
_PREFIX = "company."
_NETWORK = "server.network"


@dataclass(frozen=True, slots=True)
class Company:
    """The company that works here. `week_start`: 0 Monday … 6 Sunday; `fiscal_month`: 1 to 12."""

    name: str = ""
    language: str = "fr"
    currency: str = "EUR"
    zone: str = "Europe/Paris"
    week_start: int = 0
    fiscal_month: int = 1


_cache: tuple[engine.Database, int, Company] | None = None


def company() -> Company:
    """The settings as they are now."""
    global _cache
    database = engine.current()
    with database.reading() as connection:
        version = engine.versions(connection).settings
        cached = _cache
        if cached and cached[0] is database and cached[1] == version:
            return cached[2]
        found = _read(connection)
        _cache = (database, version, found)
        return found


def update_company(actor: Actor, values: Mapping[str, Any]) -> Company:
    """Changes the given settings and returns all. Raises `Invalid` by field, `Forbidden` without the right to set up."""
    if not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can change the settings of the company."))
    checked = check(values)
    with log.change_set(actor, N_("Settings of the company changed")) as changes:
        after = replace(_read(changes.connection), **checked)
        write(changes, after)
    forget()
    return after


def is_open_to_network() -> bool:
    """Whether colleagues on the local network may reach this server, beside who sits at it."""
    with engine.reading() as connection:
        return connection.scalar(select(table(Setting).c.value).where(table(Setting).c.key == _NETWORK)) is True


def open_to_network(actor: Actor, is_open: bool) -> None:
    """Opens the server to the local network, or closes it; it listens accordingly a moment later."""
    if not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can change the settings of the company."))
    label = N_("Server opened to the local network") if is_open else N_("Server closed to the local network")
    with log.change_set(actor, label) as changes:
        changes.set_setting(_NETWORK, bool(is_open))


def write(changes: log.Changes, after: Company) -> None:
    """Stores what differs, inside an open change set; the caller has checked the values and calls `forget` afterwards."""
    before = _read(changes.connection)
    for field in fields(Company):
        if getattr(before, field.name) != getattr(after, field.name):
            changes.set_setting(_PREFIX + field.name, getattr(after, field.name))


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` cleaned; raises `Invalid` with a message for each field that is wrong. Unknown names are refused."""
    problems: dict[str, Text | str] = {}
    clean: dict[str, Any] = {}
    for name, value in values.items():
        try:
            clean[name] = _CHECKS[name](value)
        except KeyError:
            problems[name] = N_("There is no such setting.")
        except _Wrong as wrong:
            problems[name] = wrong.args[0]
    if problems:
        raise Invalid(problems)
    return clean


def forget() -> None:
    """The next reader asks the database."""
    global _cache
    _cache = None


class _Wrong(Exception):
    """Carries the message of one refused value."""


def _read(connection: Connection) -> Company:
    settings = table(Setting)
    rows = connection.execute(select(settings.c.key, settings.c.value).where(settings.c.key.like(_PREFIX + "%")))
    stored = {key.removeprefix(_PREFIX): value for key, value in rows}
    known = {f.name for f in fields(Company)}
    return Company(**{name: value for name, value in stored.items() if name in known and value is not None})


def _name(value: Any) -> str:
    text = " ".join(str(value or "").split())
    if len(text) > 120:
        raise _Wrong(N_("Shorten the name to 120 characters."))
    return text


def _language(value: Any) -> str:
    if value not in LANGUAGES:
        raise _Wrong(N_("Choose French or English."))
    return str(value)


def _currency(value: Any) -> str:
    code = str(value or "").strip().upper()
    if code not in CURRENCIES:
        raise _Wrong(N_("Choose a currency from the list."))
    return code


def _zone(value: Any) -> str:
    try:
        zone_info(str(value))
    except (KeyError, ValueError, OSError):
        raise _Wrong(N_("Choose a time zone from the list.")) from None
    return str(value)


def _number(low: int, high: int) -> Any:
    def check_number(value: Any) -> int:
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = low - 1
        if not low <= number <= high:
            raise _Wrong(N_("Choose a value from the list."))
        return number

    return check_number


_CHECKS: dict[str, Any] = {
    "name": _name,
    "language": _language,
    "currency": _currency,
    "zone": _zone,
    "week_start": _number(0, 6),
    "fiscal_month": _number(1, 12),
}
