"""The bus inside one process: who shows something hears that it changed, and reads it again with its own rights.

A topic says what changed, never its content: ("record", "Deals", "123"), ("module", "Deals"), ("jobs",), ("access",),
("schema",), ("settings",). Callbacks run in the publishing thread, after the commit: they must be quick and must not raise;
one that does is logged and the others are called. The side of the screens hops to its own loop by itself.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

Topic = tuple[str, ...]
Callback = Callable[[Topic], None]

EVERYTHING: Topic = ("everything",)
"""Published after news may have been missed (the connection that hears them broke): every subscriber is called."""

ANY = "*"
"""As the last part of a published topic: all of that kind. ("record", "Deals", "*") reaches who looks at any deal."""

_log = logging.getLogger(__name__)
_guard = threading.Lock()
_callbacks: dict[Topic, list[Callback]] = {}


def subscribe(topic: Topic, callback: Callback) -> Callable[[], None]:
    """Calls `callback(topic)` whenever `topic` is published. Returns what ends that; ending twice does nothing."""
    with _guard:
        _callbacks[topic] = [*_callbacks.get(topic, ()), callback]
    ended = False

    def unsubscribe() -> None:
        nonlocal ended
        with _guard:
            if ended:
                return
            ended = True
            left = list(_callbacks[topic])
            left.remove(callback)
            if left:
                _callbacks[topic] = left
            else:
                del _callbacks[topic]

    return unsubscribe


def publish(topics: Iterable[Topic]) -> None:
    """Tells the subscribers of each topic, once per topic. Any thread may call it."""
    wanted = dict.fromkeys(topics)
    with _guard:
        if EVERYTHING in wanted:
            wanted = dict.fromkeys(_callbacks)
        for many in [topic for topic in wanted if topic[-1] == ANY]:
            wanted |= dict.fromkeys(t for t in _callbacks if len(t) == len(many) and t[:-1] == many[:-1])
        calls = [(topic, callback) for topic in wanted for callback in _callbacks.get(topic, ())]
    for topic, callback in calls:
        try:
            callback(topic)
        except Exception:
            _log.exception("a subscriber of %s failed", topic)


def subscribers() -> int:
    """How many subscriptions there are: a page that leaves behind what it subscribed to shows here."""
    with _guard:
        return sum(map(len, _callbacks.values()))
