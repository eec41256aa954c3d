"""Where services run: two lanes of threads, so that slow questions never stand in the way of a click.

`await interactive(fn, …)` for what somebody waits for, `await heavy(fn, …)` for counts, sums, charts, exports. Both carry the
context variables (language), stop a statement at their deadline, call again after a lost connection when nothing was written,
and are cancelled with their task while they still wait. What has begun is never cut: its result is given up, not its work.
NiceGUI's `run.io_bound` is not used: it gives None when cancelled.
"""

from __future__ import annotations

import asyncio
import contextvars
import gzip
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from app.base.i18n import language, using
from app.database import engine

P = ParamSpec("P")
T = TypeVar("T")

GZIP_FROM = 1_000
"""Bytes from which compressing is worth it."""


@dataclass(frozen=True)
class Lane:
    """Threads for one kind of call, and the seconds one statement of it may take."""

    pool: ThreadPoolExecutor
    seconds: float

    def submit(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Runs `call` in this lane, in a copy of the caller's context and in the language spoken there."""
        context = contextvars.copy_context()
        spoken = language()  # a page's language is known by its tab, which a thread does not see

        def run() -> T:
            with using(spoken), engine.time_limit(self.seconds):
                return engine.current().retrying(call, *args, **kwargs)

        return self.pool.submit(lambda: context.run(run))


INTERACTIVE = Lane(ThreadPoolExecutor(4, "interactive"), engine.DEFAULT_LIMIT)
HEAVY = Lane(ThreadPoolExecutor(2, "heavy"), 120.0)


async def interactive(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `call(…)`, run where clicks are served."""
    return await asyncio.wrap_future(INTERACTIVE.submit(call, *args, **kwargs))


async def heavy(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of `call(…)`, run where slow questions wait for each other."""
    return await asyncio.wrap_future(HEAVY.submit(call, *args, **kwargs))


def submit_interactive(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """For callers without an event loop: a future of `call(…)` in the interactive lane."""
    return INTERACTIVE.submit(call, *args, **kwargs)


@dataclass(frozen=True, slots=True)
class Body:
    """JSON that is ready to be sent: made, and compressed when worth it, in the thread that read the rows."""

    content: bytes
    headers: Mapping[str, str]


def json_body(data: Any, *, accept_encoding: str = "") -> Body:
    """`data` as a body; gzip at level 1 when the client takes it. Call it in a lane, never on the event loop.

    Numbers with decimals and ids are strings by then; NaN and infinity raise ValueError, for JSON has none.
    """
    content = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    headers = {"content-type": "application/json", "vary": "accept-encoding"}
    if len(content) >= GZIP_FROM and "gzip" in accept_encoding.lower():
        return Body(gzip.compress(content, compresslevel=1, mtime=0), {**headers, "content-encoding": "gzip"})
    return Body(content, headers)
