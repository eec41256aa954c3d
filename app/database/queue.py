"""The queue of writers: SQLite lets one transaction write at a time, and its own waiting (`busy_timeout`) is not fair.

Invariants: the turn is handed directly to the next in line, so that nobody overtakes; interactive writers come before bulk
ones, except that a bulk writer who has waited `PATIENCE` seconds goes first, so that an import never starves.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from app.base.errors import Unavailable
from app.base.i18n import N_

PATIENCE = 0.5


class _Waiter:
    """Somebody in line: `turn` is a closed lock that the one before opens."""

    __slots__ = ("since", "turn")

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.turn = threading.Lock()
        self.turn.acquire()


class WriterQueue:
    """A fair lock with two priorities, for the threads of one process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._interactive: deque[_Waiter] = deque()
        self._bulk: deque[_Waiter] = deque()

    @contextmanager
    def turn(self, *, bulk: bool = False, timeout: float = 10.0) -> Iterator[None]:
        """Waits for the turn and holds it. Raises `Unavailable` after `timeout` seconds in line."""
        self._acquire(self._bulk if bulk else self._interactive, timeout)
        try:
            yield
        finally:
            self._release()

    @property
    def is_wanted(self) -> bool:
        """Whether an interactive writer waits: a bulk job that holds the turn should commit and step aside."""
        return bool(self._interactive)

    def _acquire(self, line: deque[_Waiter], timeout: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            waiter = _Waiter()
            line.append(waiter)
        if waiter.turn.acquire(timeout=timeout):
            return
        with self._guard:
            if waiter in line:
                line.remove(waiter)
                raise Unavailable(N_("The database is busy with other changes. Nothing was saved; please try again."))
        # the turn was handed over at the very last moment: it is ours

    def _release(self) -> None:
        with self._guard:
            waiter = self._next()
            if waiter is None:
                self._taken = False
            else:
                waiter.turn.release()

    def _next(self) -> _Waiter | None:
        if self._bulk and (not self._interactive or time.monotonic() - self._bulk[0].since > PATIENCE):
            return self._bulk.popleft()
        return self._interactive.popleft() if self._interactive else None
