"""Ids: 63 bits that grow with time, made without asking the database. Text outside the services.

41 bits of milliseconds since 2020, 10 bits of node (leased per process), 12 bits of sequence. "Newest" means `created_at`,
never the id: clocks differ between nodes.
"""

from __future__ import annotations

import threading
import time

from app.base.errors import NotFound
from app.base.i18n import N_

EPOCH_MS = 1_577_836_800_000  # 2020-01-01T00:00:00Z
_lock = threading.Lock()
_node = 0
_last = 0
_sequence = 0


def set_node(node: int) -> None:
    """The number of this process among those that write to the same database, 0 to 1023."""
    global _node
    if not 0 <= node < 1024:
        raise ValueError(node)
    _node = node


def node() -> int:
    """The number of this process; 0 when it has none of its own."""
    return _node


def node_of(id: int) -> int:
    """The number of the process that made `id`."""
    return id >> 12 & 1023


def first_id(seconds: float) -> int:
    """The smallest id that could be made at that time (seconds since 1970), to find rows by their age."""
    return max(int(seconds * 1000) - EPOCH_MS, 0) << 22


def new_id() -> int:
    """A new id, greater than every one that this process made before, also when the clock goes back."""
    global _last, _sequence
    with _lock:
        ms = max(time.time_ns() // 1_000_000 - EPOCH_MS, _last)
        if ms == _last:
            _sequence += 1
            if _sequence == 4096:
                ms, _sequence = ms + 1, 0
        else:
            _sequence = 0
        _last = ms
        return ms << 22 | _node << 12 | _sequence


def parse_id(value: str | int) -> int:
    """The number of an id that came from outside; `NotFound` when it cannot be one."""
    if isinstance(value, bool) or not (
        isinstance(value, int) or (isinstance(value, str) and value.isascii() and value.isdigit())
    ):
        raise NotFound(N_("There is no record with this address."))
    number = int(value) if isinstance(value, int) or len(value) <= 19 else 0  # longer texts take long to read
    if not 0 < number < 1 << 63:
        raise NotFound(N_("There is no record with this address."))
    return number
