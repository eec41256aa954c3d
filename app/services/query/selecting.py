"""A SELECT of the records that an actor may act on, for services that read something else through them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select

from app.services.actor import Actor
from app.services.query.source import FilterLike, Source


def select(
    connection: Connection,
    actor: Actor,
    module: str,
    *,
    fields: tuple[str, ...] = (),
    filter: FilterLike = None,
    text: str = "",
    deleted: bool | None = False,
    action: str = "read",
) -> Select[Any]:
    """The ids of records, and the columns of `fields` (`Forbidden` for a hidden one), that pass the filter and the actor's rights.

    Use it as a sub-select: `.where(note.c.parent_id.in_(select(…)))`. `action`: read, edit, delete… (see `access.scope`).
    """
    source = Source(connection, actor, module, filter=filter, text=text, deleted=deleted, action=action)
    columns = [source.table.c.id, *(source.table.c[source.field(name).name] for name in fields)]
    return sa.select(*columns).where(source.where())
