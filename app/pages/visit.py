"""A visit: one person opens one address. What a page gets, and what it subscribes to.

Invariants: the actor is loaded anew for each visit; everything subscribed through `subscribe` ends with the page; callbacks arrive on
the loop, in the page's own slot, at most every 100 ms with what changed meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nicegui import background_tasks, ui
from nicegui.client import Client

from app.api.session import NotSignedIn
from app.base import events
from app.base.events import Topic
from app.base.i18n import N_
from app.services import actor as actors
from app.services import sessions, work
from app.services.actor import Actor

COALESCE_SECONDS = 0.1
Callback = Callable[[], Any] | Callable[[frozenset[Topic]], Any]


@dataclass(frozen=True)
class Visit:
    """What a page builder is given. `params` come from the path, `query` from what follows the question mark."""

    actor: Actor
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    def title(self, text: str) -> None:
        """The title of the window."""
        ui.page_title(f"{text} · Comptoir")

    async def again(self) -> Actor:
        """The actor as of now: for handlers of a page that has been open for a while."""
        return await actor_of(ui.context.client)

    def subscribe(self, topics: Topic | Iterable[Topic], callback: Callback) -> None:
        """See `subscribe`."""
        subscribe(topics, callback)


async def actor_of(client: Client) -> Actor:
    """Who uses this tab, with the rights of now. Raises `NotSignedIn` when the session ended, `Forbidden` for an account that is not active."""
    known = client.storage.get("session")
    if known is None:
        raise NotSignedIn(N_("Sign in to go on."))
    return await work.interactive(_load, known["user_id"], known["session_id"])


def _load(user_id: int, session_id: int) -> Actor:
    if not sessions.is_valid(session_id):  # the tab's connection lives longer than its session may
        raise NotSignedIn(N_("Sign in to go on."))
    return actors.load(user_id, "ui", session_id)


def subscribe(topics: Topic | Iterable[Topic], callback: Callback) -> None:
    """Calls `callback` after one of `topics` was published, for as long as the page being built is open.

    `callback` takes nothing, or the set of topics; it may be a coroutine function. Call it inside a page builder or a handler.
    """
    wanted = [topics] if isinstance(topics, tuple) and topics and isinstance(topics[0], str) else list(topics)
    scope = _Scope(callback)
    for topic in wanted:
        scope.ends.append(events.subscribe(topic, scope.hear))


class _Scope(ui.element):
    """An invisible element: when the page goes, it goes, and its subscriptions with it."""

    def __init__(self, callback: Callback) -> None:
        super().__init__("div")
        self.set_visibility(False)
        self.ends: list[Callable[[], None]] = []
        self._callback = callback
        self._loop = asyncio.get_running_loop()
        self._waiting: set[Topic] = set()
        self._takes_topics = _takes_argument(callback)

    def hear(self, topic: Topic) -> None:
        """Called in the publishing thread."""
        self._loop.call_soon_threadsafe(self._arrived, topic)

    def _arrived(self, topic: Topic) -> None:
        if not self._waiting and not self.is_deleted:
            self._loop.call_later(COALESCE_SECONDS, self._deliver)
        self._waiting.add(topic)

    def _deliver(self) -> None:
        topics, self._waiting = frozenset(self._waiting), set()
        slot = self.parent_slot
        if self.is_deleted or slot is None:
            return
        with slot:
            result = self._callback(topics) if self._takes_topics else self._callback()  # type: ignore[call-arg]
            if isinstance(result, Awaitable):
                background_tasks.create(_run(result), name="live update", context=slot.parent)

    def _handle_delete(self) -> None:
        for end in self.ends:
            end()
        self.ends.clear()
        super()._handle_delete()


async def _run(result: Awaitable[Any]) -> None:
    await result


def _takes_argument(callback: Callback) -> bool:
    import inspect

    parameters = inspect.signature(callback).parameters.values()
    return any(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)
