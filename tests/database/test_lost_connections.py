"""PostgreSQL goes away at the worst moment: nothing is lost, nothing is written twice, people are told, it recovers by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from app.base import i18n
from app.base.errors import Unavailable
from app.database import engine, failures
from app.database.engine import Database
from app.modules.system import Setting
from tests.support.postgres import Postgres
from tests.support.proxy import Cut, Proxy

pytestmark = pytest.mark.postgres

setting = Setting.__table__  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with i18n.using("en"):
        yield


@pytest.fixture
def proxy(postgresql_database: Database) -> Iterator[Proxy]:
    with Proxy(postgresql_database.engine.url.render_as_string(hide_password=False)) as found:
        yield found


@pytest.fixture
def database(postgresql_database: Database, proxy: Proxy) -> Iterator[Database]:
    """The same database, through the proxy."""
    found = engine.connect(proxy.url)
    engine.use(found)
    yield found
    engine.use(postgresql_database)
    found.close()


class Saving:
    """A service call that writes one row, and counts how often it ran."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        with engine.writing(set_id=1) as connection:
            connection.execute(setting.insert(), [{"key": f"attempt {self.calls}", "value": 1}])


def rows() -> int:
    with engine.reading() as connection:
        return connection.scalar(select(func.count()).select_from(setting)) or 0


@pytest.mark.parametrize(("cut", "calls"), [("after", 1), ("before", 2), ("silently", 2)])
def test_a_save_whose_connection_breaks_at_commit_is_there_exactly_once(
    database: Database, proxy: Proxy, cut: Cut, calls: int
) -> None:
    proxy.cut = cut
    saving = Saving()
    database.retrying(saving)
    assert saving.calls == calls
    assert rows() == 1


def test_a_save_that_is_not_called_again_says_what_happened(database: Database, proxy: Proxy) -> None:
    proxy.cut = "before"
    with pytest.raises(Unavailable, match="Nothing was changed"):
        Saving()()
    assert rows() == 0


def test_when_nobody_can_tell_people_are_told_to_look(
    database: Database, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "PATIENCE", 0.2)

    def save() -> None:
        with engine.writing(set_id=4711) as connection:
            connection.execute(setting.insert(), [{"key": "perhaps", "value": 1}])
            proxy.cut, proxy.is_open = "after", False

    with pytest.raises(Unavailable, match="not known") as caught:
        database.retrying(save)
    assert caught.value.details["set_id"] == 4711


def test_a_unit_that_committed_is_not_run_again(database: Database, proxy: Proxy) -> None:
    saving = Saving()

    def two_units() -> None:
        saving()
        proxy.cut = "before"
        saving()

    with pytest.raises(Unavailable):
        database.retrying(two_units)
    assert saving.calls == 2
    assert rows() == 1


def test_reading_goes_on_after_a_restart(database: Database, proxy: Proxy) -> None:
    assert rows() == 0
    proxy.is_open = False
    proxy.cut_all()
    threading.Timer(0.3, setattr, (proxy, "is_open", True)).start()
    assert rows() == 0


def test_a_read_cut_in_the_middle_is_called_again(database: Database, proxy: Proxy) -> None:
    calls = []

    def read() -> int:
        with engine.reading() as connection:
            calls.append(1)
            if len(calls) == 1:
                proxy.cut_all()
            return connection.scalar(select(func.count()).select_from(setting)) or 0

    assert database.retrying(read) == 0
    assert len(calls) == 2


def test_a_database_that_stays_away_fails_at_once_and_comes_back_by_itself(
    database: Database, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "PATIENCE", 0.2)
    monkeypatch.setattr(failures, "PROBE", 3600)
    proxy.is_open = False
    proxy.cut_all()
    with pytest.raises(Unavailable, match="does not answer"):
        rows()
    assert database.breaker.is_open
    tried = proxy.connections
    with pytest.raises(Unavailable, match="does not answer"):
        rows()
    assert proxy.connections == tried  # nobody was asked
    proxy.is_open = True
    monkeypatch.setattr(failures, "PROBE", 0)
    assert rows() == 0
    assert not database.breaker.is_open


def test_a_real_restart_during_saves_loses_nothing_confirmed(own_postgres: Postgres) -> None:
    from tests.support.databases import _build

    url = own_postgres.create_database()
    _build(url)
    database = engine.connect(url)
    engine.use(database)
    confirmed, stop = [], threading.Event()

    def save(number: int) -> None:
        with engine.writing(set_id=number) as connection:
            connection.execute(setting.insert(), [{"key": str(number), "value": 1}])

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            database.retrying(save, number)
            confirmed.append(str(number))

    writer = threading.Thread(target=write)
    writer.start()
    _until(lambda: len(confirmed) > 20)
    own_postgres.stop()
    own_postgres.start()
    after = len(confirmed)
    _until(lambda: len(confirmed) > after + 20)
    stop.set()
    writer.join(20)
    with engine.reading() as connection:
        assert sorted(connection.scalars(select(setting.c.key))) == sorted(confirmed)
    engine.use(None)
    database.close()


def _until(condition: object, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)
