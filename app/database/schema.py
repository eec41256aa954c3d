"""Which schema a database has and which one this program needs, told without loading Alembic (a start shall be quick).

The revisions of `migrations/versions` form one line: each names the one before.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).resolve().parent / "migrations"
VERSION_TABLE = "alembic_version"
_REVISION = re.compile(r"^(down_)?revision = (?:'(\w+)'|\"(\w+)\"|None)", re.MULTILINE)


@lru_cache(maxsize=1)
def revisions() -> tuple[str, ...]:
    """The revisions that this program knows, oldest first; the last is the schema it works with."""
    after: dict[str, str] = {}
    for path in (FOLDER / "versions").glob("[0-9]*.py"):
        found = {down: one or two for down, one, two in _REVISION.findall(path.read_text(encoding="utf-8"))}
        after[found["down_"]] = found[""]
    line, last = [], ""
    while last in after:
        last = after[last]
        line.append(last)
    if len(line) != len(after):
        raise RuntimeError(f"the revisions in {FOLDER / 'versions'} do not form one line")
    return tuple(line)


def head() -> str:
    """The revision that this program works with."""
    if not revisions():
        raise RuntimeError(f"there is no revision in {FOLDER / 'versions'}")
    return revisions()[-1]


def revision_of(connection: Connection) -> str | None:
    """The revision of a database; None when it has none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return found


def is_empty(connection: Connection) -> bool:
    """Whether there is no table at all."""
    return not inspect(connection).get_table_names()
