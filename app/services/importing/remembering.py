"""Mappings remembered by module and header set: the next file with the same columns is mapped as the last one was."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import insert, select, update

from app.base import clock
from app.base.errors import ComptoirError
from app.base.ids import new_id
from app.base.text import fold
from app.database import engine
from app.modules.system import ImportMapping
from app.services.importing import mapping
from app.services.importing.mapping import Mapping
from app.services.tables import table

_kept = table(ImportMapping)


def headers_hash(headers: Sequence[str]) -> str:
    """What identifies a set of columns, whatever their order."""
    return hashlib.sha256("\x1f".join(sorted(map(fold, headers))).encode()).hexdigest()


def remember(module: str, headers: Sequence[str], found: Mapping) -> None:
    """Keeps the mapping of these columns, over an older one."""
    where = (_kept.c.module == module) & (_kept.c.headers_hash == headers_hash(headers))
    values = {"mapping": found.as_json(), "used_at": clock.now()}
    with engine.writing() as connection:
        if not connection.execute(update(_kept).where(where).values(values)).rowcount:
            connection.execute(insert(_kept).values(id=new_id(), module=module, headers_hash=headers_hash(headers), **values))


def recall(module: str, headers: Sequence[str]) -> Mapping | None:
    """The mapping that these columns had last time; None when there is none, or when it no longer makes sense."""
    query = select(_kept.c.mapping).where(_kept.c.module == module, _kept.c.headers_hash == headers_hash(headers))
    with engine.reading() as connection:
        data = connection.execute(query).scalar()
    if data is None:
        return None
    try:
        return mapping.from_json(data)
    except ComptoirError:
        return None
