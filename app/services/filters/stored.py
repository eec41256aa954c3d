"""Filters too long for an address, kept under a short key made of their content: storing one again gives the same key."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.base import clock
from app.base.errors import NotFound
from app.base.i18n import N_
from app.database import engine
from app.modules.system import StoredFilter
from app.services.tables import table

_stored = table(StoredFilter)


def remember(tree: Mapping[str, Any]) -> str:
    """Keeps a checked filter and gives its short key, for addresses."""
    text = json.dumps(tree, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    key = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()[:16]
    now = clock.now()
    with engine.reading() as connection:
        used_at = connection.execute(select(_stored.c.used_at).where(_stored.c.key == key)).scalar()
    if used_at is not None and now - used_at < timedelta(days=1):
        return key  # the usual case: no write
    with engine.writing() as connection:
        row = {"key": key, "filter": json.loads(text), "used_at": now}
        add = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(_stored).values(**row)
        connection.execute(add.on_conflict_do_update(index_elements=["key"], set_={"used_at": now}))
    return key


def recall(key: str) -> dict[str, Any]:
    """The filter kept under that key, to be parsed again with the reader's own rights. `NotFound` when there is none."""
    with engine.reading() as connection:
        found = connection.execute(select(_stored.c.filter).where(_stored.c.key == key)).scalar()
    if found is None:
        raise NotFound(N_("This filter is no longer kept. Set it again."))
    return dict(found)


def forget_unused(days: int = 365) -> int:
    """Removes the filters that nobody stored again for that long; how many."""
    with engine.writing(bulk=True) as connection:
        old = _stored.c.used_at < clock.now() - timedelta(days=days)
        return connection.execute(_stored.delete().where(old)).rowcount
