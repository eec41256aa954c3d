"""Drafts: what somebody typed into a form and has not saved yet, kept on the server per person and form.

Invariants: a draft is its author's alone and never a record; saving the form removes it. `form` is "Deals/new" or "Deals/<id>".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from app.base import clock
from app.base.errors import Invalid
from app.base.i18n import N_
from app.base.ids import new_id
from app.database.engine import reading, writing
from app.modules.system import Draft
from app.services.actor import Actor

MAX_BYTES = 512_000
_DRAFT = Draft.__table__  # type: ignore[attr-defined]


def keep(actor: Actor, form: str, values: Mapping[str, Any], version: int | None = None) -> None:
    """Keeps what was typed, in place of an earlier draft of this form. `version`: of the record when editing began."""
    if len(json.dumps(values)) > MAX_BYTES:
        raise Invalid(N_("This is too long to be kept as a draft. Save it, or shorten it."))
    with writing() as connection:
        mine = (_DRAFT.c.user_id == actor.user_id) & (_DRAFT.c.form == form[:120])
        row = {"values": dict(values), "version": version, "at": clock.now()}
        done = connection.execute(update(_DRAFT).where(mine).values(row))
        if not done.rowcount:
            connection.execute(insert(_DRAFT).values(id=new_id(), user_id=actor.user_id, form=form[:120], **row))


def get(actor: Actor, form: str) -> dict[str, Any] | None:
    """The actor's draft of a form: {values, version, at}; None when there is none."""
    with reading() as connection:
        query = select(_DRAFT.c["values"], _DRAFT.c.version, _DRAFT.c.at).where(
            _DRAFT.c.user_id == actor.user_id, _DRAFT.c.form == form
        )
        row = connection.execute(query).mappings().first()
    return None if row is None else {"values": row["values"], "version": row["version"], "at": row["at"].isoformat()}


def drop(actor: Actor, form: str) -> None:
    """Forgets a draft: the form was saved, or its author does not want it."""
    with writing() as connection:
        connection.execute(delete(_DRAFT).where(_DRAFT.c.user_id == actor.user_id, _DRAFT.c.form == form))
