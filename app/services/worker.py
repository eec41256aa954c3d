"""Threads of the server that do waiting jobs, beside people's own clicks.

Invariants: `stop` returns when every job is put down at its last commit; a worker never dies of a job. Jobs left by a process
that died are taken up within `PAUSE` seconds after the start.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from app.base import events
from app.base.errors import ComptoirError
from app.services import jobs

PAUSE = 2.0  # seconds between looks when nothing wakes the worker: jobs that other processes submit
_log = logging.getLogger(__name__)


class Worker:
    """Does jobs until it is stopped."""

    def __init__(self, threads: int = 2) -> None:
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._threads = [threading.Thread(target=self._work, name=f"jobs-{n}", daemon=True) for n in range(threads)]
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> Worker:
        self._unsubscribe = events.subscribe(jobs.SUBMITTED, lambda topic: self._wake.set())
        for thread in self._threads:
            thread.start()
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """Asks running jobs to pause after their batch, and waits for that."""
        self._stopping.set()
        self._wake.set()
        self._unsubscribe()
        for thread in self._threads:
            thread.join(timeout)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                job_id = jobs.claim()
                if job_id is not None:
                    jobs.run(job_id, stopping=self._stopping.is_set)
                    continue
            except ComptoirError as error:
                _log.warning("jobs wait: %s", error)
            except Exception:
                _log.exception("the worker met a fault")
            self._wake.wait(PAUSE)
            self._wake.clear()
