"""Stage history of deals, as people read it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.base.errors import NotFound
from app.base.i18n import N_
from app.base.ids import parse_id
from app.database.engine import reading
from app.modules import registry
from app.modules.system import StageChange, User
from app.services import query
from app.services.actor import Actor

_STAGE, _USER = StageChange.__table__, User.__table__  # type: ignore[attr-defined]


def history(actor: Actor, module: str, record_id: str | int) -> list[dict[str, Any]]:
    """The stages that a deal went through, newest first, read through the deal; `days`: how long the stage before it lasted.

    Amounts are exact decimals in text, and absent where the actor may not see the field. `NotFound` when out of sight.
    """
    spec = registry.snapshot().module(module)
    if spec.api_name != "Deals":
        raise NotFound(N_("Only deals have a stage history."))
    query.get(actor, module, record_id, deleted=None, fields=[spec.title])
    hidden = {n for n in ("amount", "probability", "closing_on", "expected_revenue") if not actor.sees(spec, n)}
    if not actor.sees(spec, "stage"):
        return []
    with reading() as connection:
        rows = connection.execute(
            select(_STAGE, _USER.c.name.label("by"))
            .outerjoin(_USER, _USER.c.id == _STAGE.c.user_id)
            .where(_STAGE.c.deal_id == parse_id(record_id))
            .order_by(_STAGE.c.at.desc(), _STAGE.c.id.desc())
            .limit(200)
        ).mappings()
        found = []
        for row in rows:
            choice = spec.field("stage").choice(row["stage"])
            entry: dict[str, Any] = {
                "at": row["at"].isoformat(), "by": row["by"] or "", "stage": row["stage"], "label": str(choice.label) if choice else row["stage"],
                "days": row["days_in_stage"], "amount": row["amount"], "probability": row["probability"],
                "closing_on": row["closing_on"].isoformat() if row["closing_on"] else None,
            }  # fmt: skip
            found.append({k: None if k in hidden else v for k, v in entry.items()})
    return found
