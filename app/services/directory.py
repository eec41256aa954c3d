"""The people of the organisation by id, name and e-mail: for owner cells, for parsing owners in files, for pickers.

Invariants: read once per `access_version` and kept in memory (a small team), so that a page of records needs no statement for its
owners. Everybody may see everybody's name: this is the company's own staff. People who left stay, marked inactive.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select

from app.base.text import fold
from app.database import engine
from app.modules.system import User


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as others see them."""

    id: int
    name: str
    email: str
    active: bool
    role_id: int | None = None


_user = User.metadata.tables["user"]
_state = User.metadata.tables["schema_state"]
_lock = threading.Lock()
_known: dict[str, tuple[int, Mapping[int, Person], Mapping[str, int]]] = {}  # database → (access_version, by id, by text)


def people() -> Mapping[int, Person]:
    """Everybody by id, in the order of their names."""
    return _read()[1]


def find(text: str) -> int | None:
    """The id of the only person with that name or e-mail (case and accents ignored); None when nobody or several."""
    return _read()[2].get(fold(text)) or None


def forget() -> None:
    """Drops what is known of people: for tests that put another database under the same address."""
    with _lock:
        _known.clear()


def _read() -> tuple[int, Mapping[int, Person], Mapping[str, int]]:
    database = engine.current()
    key = str(database.engine.url)
    with database.reading() as connection:
        version = connection.execute(select(_state.c.access_version)).scalar_one()
        known = _known.get(key)
        if known is not None and known[0] == version:
            return known
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
    found = (version, MappingProxyType(by_id), MappingProxyType(by_text))
    with _lock:
        _known[key] = found
    return found
