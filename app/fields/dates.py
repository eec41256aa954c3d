"""Days and instants as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

from app.base.clock import zone_info
from app.base.i18n import N_
from app.fields.cleaning import shown
from app.fields.spec import Ctx, Problem

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_date(raw: Any, ctx: Ctx) -> date | None:
    """The day that `raw` says; None for blank. Raises `Problem`."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = str(raw).strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(N_("“%(value)s” is not a date.", value=shown(raw))) from None


def read_datetime(raw: Any, ctx: Ctx) -> datetime | None:
    """The instant that `raw` says, in UTC; None for blank. Raises `Problem`."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        found = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
    except ValueError:
        raise Problem(N_("“%(value)s” is not a date and time.", value=shown(raw))) from None
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone_info(ctx.zone))
    return found.astimezone(UTC)
