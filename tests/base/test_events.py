"""The bus: who subscribes hears, once, and a fault of one does not silence the others."""

from __future__ import annotations

import logging

import pytest

from app.base import events
from app.base.events import Topic


def test_subscribers_hear_their_topic_until_they_end() -> None:
    heard: list[Topic] = []
    before = events.subscribers()
    end = events.subscribe(("record", "Deals", "1"), heard.append)
    events.publish([("record", "Deals", "1"), ("record", "Deals", "1"), ("record", "Deals", "2")])
    end()
    end()
    events.publish([("record", "Deals", "1")])
    assert heard == [("record", "Deals", "1")]
    assert events.subscribers() == before


def test_the_same_callback_may_subscribe_twice_and_ends_once_each() -> None:
    heard: list[Topic] = []
    first = events.subscribe(("jobs",), heard.append)
    second = events.subscribe(("jobs",), heard.append)
    first()
    events.publish([("jobs",)])
    second()
    assert heard == [("jobs",)]


def test_everything_reaches_everybody() -> None:
    heard: list[Topic] = []
    ends = [events.subscribe(topic, heard.append) for topic in (("module", "Deals"), ("jobs",))]
    events.publish([events.EVERYTHING])
    for end in ends:
        end()
    assert heard == [("module", "Deals"), ("jobs",)]


def test_a_star_reaches_all_of_a_kind() -> None:
    heard: list[Topic] = []
    topics: list[Topic] = [("record", "Deals", "1"), ("record", "Deals", "2"), ("record", "Accounts", "1"), ("module", "Deals")]
    ends = [events.subscribe(topic, heard.append) for topic in topics]
    events.publish([("record", "Deals", "*"), ("record", "Deals", "1")])
    for end in ends:
        end()
    assert sorted(heard) == [("record", "Deals", "1"), ("record", "Deals", "2")]


def test_a_failing_subscriber_is_logged_and_the_next_is_called(caplog: pytest.LogCaptureFixture) -> None:
    def fail(topic: Topic) -> None:
        raise ZeroDivisionError

    heard: list[Topic] = []
    ends = [events.subscribe(("access",), callback) for callback in (fail, heard.append)]
    with caplog.at_level(logging.ERROR):
        events.publish([("access",)])
    for end in ends:
        end()
    assert heard == [("access",)]
    assert "ZeroDivisionError" in caplog.text


def test_unsubscribing_from_within_a_callback_works() -> None:
    heard: list[Topic] = []

    def once(topic: Topic) -> None:
        heard.append(topic)
        end()

    end = events.subscribe(("schema",), once)
    events.publish([("schema",)])
    events.publish([("schema",)])
    assert heard == [("schema",)]
