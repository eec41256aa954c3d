"""The queue of writers: first come first served, interactive before bulk, nobody starves."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.base.errors import Unavailable
from app.database import queue
from app.database.queue import WriterQueue


class Line:
    """Writers who come one after the other while somebody holds the turn; `order` is how they were served."""

    def __init__(self) -> None:
        self.queue = WriterQueue()
        self.order: list[str] = []
        self._threads: list[threading.Thread] = []

    def come(self, name: str, *, bulk: bool = False) -> None:
        waiting = self._waiting()
        thread = threading.Thread(target=self._write, args=(name, bulk))
        thread.start()
        self._threads.append(thread)
        _until(lambda: self._waiting() > waiting)

    def leave(self) -> None:
        for thread in self._threads:
            thread.join(10)

    def _write(self, name: str, bulk: bool) -> None:
        with self.queue.turn(bulk=bulk):
            self.order.append(name)

    def _waiting(self) -> int:
        return len(self.queue._interactive) + len(self.queue._bulk)


def _until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(5000):
        if condition():
            return
        pause.wait(0.001)
    pytest.fail("this never happened")


def test_interactive_writers_go_first_and_in_their_order() -> None:
    line = Line()
    with line.queue.turn():
        assert not line.queue.is_wanted
        line.come("import", bulk=True)
        assert not line.queue.is_wanted
        line.come("first")
        line.come("second")
        assert line.queue.is_wanted
    line.leave()
    assert line.order == ["first", "second", "import"]


def test_a_bulk_writer_who_waited_long_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PATIENCE", -1)
    line = Line()
    with line.queue.turn():
        line.come("click")
        line.come("import", bulk=True)
    line.leave()
    assert line.order == ["import", "click"]


def test_waiting_ends_with_a_sentence_and_leaves_the_line() -> None:
    line = Line()
    with line.queue.turn(), pytest.raises(Unavailable), line.queue.turn(timeout=0.01):
        pytest.fail("two turns at once")
    with line.queue.turn(timeout=0.01):
        pass


def test_a_turn_that_fails_is_given_on() -> None:
    line = Line()
    with pytest.raises(ZeroDivisionError), line.queue.turn():
        raise ZeroDivisionError
    with line.queue.turn(timeout=0.01):
        pass
    assert not line.queue.is_wanted


def test_no_two_hold_the_turn_under_pressure() -> None:
    found = WriterQueue()
    inside, most = 0, 0

    def work(bulk: bool) -> None:
        nonlocal inside, most
        for _ in range(200):
            with found.turn(bulk=bulk):
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=work, args=(n % 2 == 0,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert most == 1
