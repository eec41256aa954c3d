"""News of commits between real processes, on both engines: heard once, never lost, never told twice."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from app.base import clock, events, ids
from app.base.events import Topic
from app.database import engine, wake
from app.database.engine import Database
from app.modules.system import Outbox, SchemaState

ROOT = Path(__file__).resolve().parents[2]
outbox, state = Outbox.__table__, SchemaState.__table__  # type: ignore[attr-defined]

OTHER_PROCESS = """
import sys
from app.base import ids
from app.database import engine
from tests.database.test_wake import commit

ids.set_node(7)
engine.use(engine.connect(sys.argv[1]))
for line in sys.stdin:
    commit(*eval(line))
    print("done", flush=True)
"""


def commit(module: str, record_ids: list[int] | None, counter: str = "") -> None:
    """One write unit as a service makes it: an outbox row, then the news."""
    with engine.writing() as connection:
        row = {"id": ids.new_id(), "set_id": 1, "module": module, "ids": record_ids, "at": clock.now()}
        connection.execute(insert(outbox).values(txid=wake.transaction_id(connection)), [row])
        if counter:
            connection.execute(state.update().values({counter: state.c[counter] + 1}))
    wake.committed({("module", module), *(("record", module, str(i)) for i in record_ids or [])})


class Ear:
    """Remembers what it hears, and waits for it."""

    def __init__(self, *topics: Topic) -> None:
        self.heard: list[Topic] = []
        self._news = threading.Condition()
        self._ends = [events.subscribe(topic, self._hear) for topic in topics]

    def _hear(self, topic: Topic) -> None:
        with self._news:
            self.heard.append(topic)
            self._news.notify_all()

    def wait_for(self, topic: Topic, times: int = 1) -> None:
        with self._news:
            heard = self._news.wait_for(lambda: self.heard.count(topic) >= times, 10)
            assert heard, f"{topic} was not heard {times} times, only {self.heard}"

    def close(self) -> None:
        for end in self._ends:
            end()


@pytest.fixture
def listener(database: Database) -> Iterator[wake.Listener]:
    ids.set_node(3)
    found = wake.Listener(database)
    found.start()
    yield found
    found.stop()
    ids.set_node(0)


class Other:
    """A second process on the same database."""

    def __init__(self, database: Database) -> None:
        url = database.engine.url.render_as_string(hide_password=False)
        self._process = subprocess.Popen(
            [sys.executable, "-c", OTHER_PROCESS, url], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def commit(self, *arguments: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{arguments!r}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def close(self) -> None:
        self._process.communicate(timeout=20)


def test_another_process_is_heard_once_and_its_kinds_of_news_are_told_apart(
    database: Database, listener: wake.Listener
) -> None:
    record, many, module = ("record", "Deals", "42"), ("record", "Accounts", "9"), ("module", "Deals")
    with closing(Ear(record, many, module, ("access",), ("schema",))) as ear, closing(Other(database)) as other:
        other.commit("Deals", [42])
        ear.wait_for(record)
        other.commit("Accounts", None)  # too many to name
        ear.wait_for(many)
        other.commit("Deals", [43], "access_version")
        ear.wait_for(("access",))
        ear.wait_for(module, times=2)  # told in the same look as the counter, in any order
        assert ear.heard.count(record) == 1
        assert ear.heard.count(module) == 2
        assert ("schema",) not in ear.heard


def test_what_this_process_commits_is_told_at_once_and_once(database: Database, listener: wake.Listener) -> None:
    mine, theirs = ("record", "Deals", "1"), ("record", "Deals", "2")
    with closing(Ear(mine, theirs)) as ear, closing(Other(database)) as other:
        commit("Deals", [1])
        assert ear.heard == [mine]
        other.commit("Deals", [2])
        ear.wait_for(theirs)  # the listener has looked past our own row
        assert ear.heard == [mine, theirs]


def test_both_directions_work(database: Database, listener: wake.Listener) -> None:
    """A listener in another process hears this one."""
    code = """
import sys
from app.base import events, ids
from app.database import engine, wake
import threading
ids.set_node(8)
engine.use(engine.connect(sys.argv[1]))
heard = threading.Event()
events.subscribe(("record", "Deals", "5"), lambda topic: heard.set())
listener = wake.Listener(engine.current())
listener.start()
print("ready", flush=True)
print(heard.wait(10), flush=True)
listener.stop()
"""
    url = database.engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", code, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    commit("Deals", [5])
    assert process.communicate(timeout=20)[0] == "True\n"


@pytest.mark.postgres
def test_a_commit_that_comes_later_than_a_younger_one_is_not_missed(postgresql_database: Database) -> None:
    """Ids are made before commits: an older row may become visible after a younger one was read."""
    reader = wake.OutboxReader(postgresql_database)
    reader.begin()
    connection = postgresql_database.engine.connect()
    number = connection.scalar(text("SELECT pg_current_xact_id()::text::bigint"))
    row = {"id": ids.new_id(), "set_id": 1, "module": "Deals", "ids": [1], "at": clock.now(), "txid": number}
    connection.execute(insert(outbox), [row])
    commit("Deals", [2])
    assert reader.news() == {("module", "Deals"), ("record", "Deals", "2")}
    connection.commit()
    connection.close()
    assert reader.news() == {("module", "Deals"), ("record", "Deals", "1")}
    assert reader.news() == set()


@pytest.mark.postgres
def test_a_broken_connection_is_made_again_and_everybody_reads_again(postgresql_database: Database) -> None:
    reconnected = threading.Event()
    listener = wake.Listener(postgresql_database, reconnected.set)
    listener.start()
    with closing(Ear(("record", "Deals", "1"))) as ear:
        with postgresql_database.engine.begin() as connection:
            cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%wake'"
            connection.execute(text(cut))
        ear.wait_for(("record", "Deals", "1"))
    assert reconnected.is_set()
    listener.stop()


def test_topics_that_the_outbox_does_not_tell_fit_into_a_message(sqlite_database: Database) -> None:
    few = wake._message(sqlite_database, {("jobs",), ("module", "Deals")})
    assert '"topics": [["jobs"]]' in few
    many = wake._message(sqlite_database, {("setting", str(n)) for n in range(1000)})
    assert '"topics": [["everything"]]' in many
    assert len(many) < 8000
