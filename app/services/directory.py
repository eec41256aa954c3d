"""The people of the organisation by id, name and e-mail: for owner cells, for parsing owners in files, for pickers.

Invariants: read once per `access_version` and kept in memory (a small team), so that a page of records needs no statement for its
owners. Everybody may see everybody's name: this is the company's own staff. People who left stay, marked inactive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select

from app.base.text import fold
from app.database import engine
from app.database.engine import Database
from app.modules.system import User
from app.services.tables import table


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as others see them."""

    id: int
    name: str
    email: str
    active: bool
    role_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """Everybody in one database at one access version."""

    database: Database
    version: int
    by_id: Mapping[int, Person]
    by_text: Mapping[str, int]


_user = table(User)
_known: _Known | None = None


def people() -> Mapping[int, Person]:
    """Everybody by id, in the order of their names."""
    return _read().by_id


def find(text: str) -> int | None:
    """The id of the only person with that name or e-mail (case and accents ignored); None when nobody or several."""
    return finder()(text)


def finder() -> Callable[[str], int | None]:
    """`find` as of now, for asking many times: parsing the owners of a file."""
    by_text = _read().by_text
    return lambda text: by_text.get(fold(text)) or None


def _read() -> _Known:
    global _known
    database, known = engine.current(), _known
    with database.reading() as connection:
        version = engine.versions(connection).access
    if known is not None and known.database is database and known.version >= version:
        return known
    with database.reading(alone=True) as connection:  # never what an open transaction wrote: it may be rolled back
        version = engine.versions(connection).access
        columns = (_user.c[name] for name in ("id", "name", "email", "active", "role_id", "name_f", "email_f"))
        rows = connection.execute(select(*columns).order_by(_user.c.name_f, _user.c.id)).all()
    by_id = {row.id: Person(row.id, row.name, row.email, row.active, row.role_id) for row in rows}
    by_text: dict[str, int] = {}
    for row in sorted(rows, key=lambda row: not row.active):  # somebody active wins over a namesake who left
        namesake = by_id.get(by_text.get(row.name_f, 0))
        if namesake is not None and namesake.active == row.active:
            by_text[row.name_f] = 0  # two people of that name: neither
        by_text.setdefault(row.name_f, row.id)
    by_text |= {row.email_f: row.id for row in rows}
    _known = _Known(database, version, MappingProxyType(by_id), MappingProxyType(by_text))
    return _known
