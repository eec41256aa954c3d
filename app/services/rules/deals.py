"""Rules of deals: the stage sets probability and forecast category, revenue is expected, durations and stages are kept.

Source: spec.md B.2 (Zoho CRM, "Stage-Probability Mapping" and stage history), with our decisions in its section 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from app.base import clock
from app.base.i18n import N_
from app.base.ids import new_id
from app.modules.system import StageChange

if TYPE_CHECKING:
    from app.services.draft import Draft
    from app.services.log import Changes

_TRACKED = ("stage", "amount", "probability", "closing_on")
_CENT = Decimal("0.01")


def before_save(draft: Draft) -> None:
    """Stage → probability, category, durations; amount × probability → expected revenue; a loss has its reason."""
    if draft.changed("stage"):
        _enter_stage(draft)
    derive(draft)


def derive(draft: Draft) -> None:
    """Expected revenue follows from amount and probability, whatever way they changed."""
    after = draft.after
    if draft.changed("amount") or draft.changed("probability"):
        after["expected_revenue"] = expected(after.get("amount"), after.get("probability"))


def expected(amount: Decimal | None, probability: Decimal | None) -> Decimal | None:
    """Amount × probability (in percent), to the cent, half up; None when either is unknown."""
    if amount is None or probability is None:
        return None
    return (amount * probability / 100).quantize(_CENT, ROUND_HALF_UP)


def kind_of(draft: Draft, stage: str | None) -> str:
    """open, won or lost."""
    choice = draft.spec.field("stage").choice(stage or "")
    return str(choice.extra.get("kind", "open")) if choice else "open"


def _enter_stage(draft: Draft) -> None:
    after = draft.after
    choice = draft.spec.field("stage").choice(after.get("stage") or "")
    extra: Mapping[str, Any] = choice.extra if choice else {}
    if "probability" not in draft.given and "probability" in extra:
        after["probability"] = Decimal(extra["probability"])
    if "forecast_category" not in draft.given and "category" in extra:
        after["forecast_category"] = extra["category"]
    after["stage_changed_at"] = clock.now()
    kind = extra.get("kind", "open")
    if kind == "lost":
        if not after.get("reason_for_loss") and draft.actor.source == "ui":
            draft.errors["reason_for_loss"] = N_("Choose why the deal was lost.")
    else:
        after["reason_for_loss"] = None
    if kind == "open":
        after["sales_cycle_days"] = after["overall_sales_days"] = None
    else:
        _close(draft)


def _close(draft: Draft) -> None:
    """A deal that is won or lost has a closing day, and took some days from its creation."""
    after = draft.after
    if after.get("closing_on") is None:
        after["closing_on"] = draft.ctx.today
    created: datetime = draft.before.get("created_at") or clock.now()
    day = created.astimezone(clock.zone_info(draft.ctx.company_zone)).date()
    closed = min(after["closing_on"], draft.ctx.today)
    after["sales_cycle_days"] = after["overall_sales_days"] = (closed - day).days if closed >= day else None


def after_save(changes: Changes, drafts: Sequence[Draft]) -> None:
    """Stage history: a row for each deal whose stage, amount, probability or closing date changed."""
    rows = [_history(changes, draft) for draft in drafts if draft.is_new or any(draft.changed(n) for n in _TRACKED)]
    if rows:
        changes.connection.execute(insert(StageChange.__table__), rows)  # type: ignore[attr-defined]


def _history(changes: Changes, draft: Draft) -> dict[str, Any]:
    after, before = draft.after, draft.before
    entered: datetime | None = before.get("stage_changed_at")
    days = (changes.at - entered).days if entered and draft.changed("stage") else None
    return {
        "id": new_id(),
        "deal_id": draft.id,
        "set_id": changes.set_id,
        "at": after["created_at"] if draft.is_new else changes.at,
        "user_id": changes.actor.user_id or None,
        "stage": after.get("stage") or "",
        "amount": _text(after.get("amount")),
        "probability": _text(after.get("probability")),
        "expected_revenue": _text(after.get("expected_revenue")),
        "closing_on": after.get("closing_on"),
        "days_in_stage": days,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
