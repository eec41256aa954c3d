"""Duplicate warnings: a record that looks like one that exists already is saved all the same, and said so.

About a record out of the actor's sight only its owner is named.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, select

from app.base.i18n import N_, Text, raw
from app.fields.registry import types
from app.modules import registry
from app.modules.system import User
from app.services import access
from app.services.actor import Actor
from app.services.draft import Draft

_USER = User.__table__  # type: ignore[attr-defined]


def warnings(connection: Connection, actor: Actor, draft: Draft) -> list[Text]:
    """One sentence for each set of key fields that another record shares with this one; none when the keys did not change."""
    spec = draft.spec
    table = registry.snapshot().table(spec.api_name)
    found: list[Text] = []
    for keys in spec.duplicate_keys:
        if not any(draft.changed(k) for k in keys) or any(draft.after.get(k) in (None, "") for k in keys):
            continue
        same: list[ColumnElement[bool]] = []
        for key in keys:
            f = spec.field(key)
            suffix = types[f.type].order_columns(f)[0] if f.type not in ("link", "person") else ""
            same.append(table.c[key + suffix] == types[f.type].store(draft.after[key], f)[key + suffix])
        sees = access.scope(actor, spec.api_name, "read", table)
        query = (
            select(table.c[spec.title], _USER.c.name, sees.label("sees"))
            .outerjoin(_USER, _USER.c.id == table.c.owner_id)
            .where(and_(*same), table.c.id != draft.id, table.c.deleted_at.is_(None))
            .limit(1)
        )
        row = connection.execute(query).first()
        if row is None:
            continue
        label = ", ".join(str(spec.field(k).label) for k in keys)
        if row.sees:
            found.append(N_("“%(title)s” has the same %(fields)s.", title=raw(row[0] or "—"), fields=label))
        else:
            found.append(N_("A record of %(owner)s has the same %(fields)s.", owner=raw(row[1] or "—"), fields=label))
    return found
