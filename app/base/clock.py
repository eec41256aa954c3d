"""Time: instants are aware and in UTC; days are plain dates in a named zone. Tests may set the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - replaced in tests


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _now()


def today(zone: str = "Europe/Paris") -> date:
    """The day it is in `zone`."""
    return now().astimezone(zone_info(zone)).date()


def set_clock(source: Callable[[], datetime] | None) -> None:
    """For tests: `source` replaces the clock; None gives the real one back."""
    global _now
    _now = source or (lambda: datetime.now(UTC))


@lru_cache(maxsize=64)
def zone_info(zone: str) -> ZoneInfo:
    """The zone of that IANA name; raises `KeyError` when there is none."""
    return ZoneInfo(zone)
