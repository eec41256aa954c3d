"""Several servers on one PostgreSQL database are one product; it restarts under them and nothing is lost or doubled.

And on SQLite there is one server a folder: the second says who has it.
"""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.quality.test_door import sign_in
from tests.support.postgres import Postgres
from tests.support.postgres import _own_server as own_server
from tests.support.servers import ADMIN_FR, Server

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def restarted() -> Iterator[Postgres]:
    """A PostgreSQL server that only this file uses, so that it may restart it."""
    with own_server(uuid.uuid4().hex[:12], "comptoir_test") as server:
        yield server


@pytest.fixture(scope="module")
def pair(restarted: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two servers with data folders of their own on one database."""
    url = restarted.create_database()
    folder = tmp_path_factory.mktemp("pair")
    first, second = (Server(folder / name, database_url=url) for name in ("a", "b"))
    first.add_user(ADMIN_FR)
    with first, second:
        yield first, second


class Seller:
    """Somebody signed in at the first server, who is known at the second as well."""

    def __init__(self, *servers: Server) -> None:
        self._clients = [
            httpx.Client(base_url=server.base, headers={"X-Comptoir": "1", "Origin": server.base}, timeout=60)
            for server in servers
        ]
        assert sign_in(self._clients[0], ADMIN_FR).status_code == 303
        for client in self._clients[1:]:
            client.cookies.update(self._clients[0].cookies)

    def create(self, at: int, name: str) -> str:
        """The id of a new deal."""
        answer = self._clients[at].post("/api/ui/deals", json={"values": {"deal_name": name, "amount": "10"}})
        assert answer.is_success, answer.text
        return str(answer.json()["row"]["id"])

    def names(self, at: int) -> list[str]:
        """Every deal that a server shows."""
        found, params = [], {"limit": "200", "fields": "deal_name"}
        while True:
            answer = self._clients[at].get("/api/ui/deals/rows", params=params)
            assert answer.is_success, answer.text
            found += [row["title"] for row in answer.json()["rows"]]
            if not answer.json()["next"]:
                return sorted(found)
            params["after"] = answer.json()["next"]

    def fields(self, at: int) -> int:
        """How many fields a deal has there."""
        rows = self._clients[at].get("/api/ui/deals/rows", params={"limit": 1}).json()["rows"]
        return len(self._clients[at].get(f"/api/ui/deals/{rows[0]['id']}").json()["cells"])

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.mark.postgres
def test_two_servers_share_people_records_and_fields(pair: tuple[Server, Server]) -> None:
    assert [httpx.get(f"{server.base}/healthz").json()["database"] for server in pair] == ["postgresql", "postgresql"]
    seller = Seller(*pair)
    seller.create(0, "Toiture")
    assert "Toiture" in seller.names(1)
    seller.create(1, "Façade")
    assert {"Façade", "Toiture"} <= set(seller.names(0))
    before = seller.fields(1)
    pair[0].cli("field", "add", "Deals", "Couleur", "--type", "text")
    assert seller.fields(0) == seller.fields(1) == before + 1
    seller.close()


@pytest.mark.postgres
def test_a_restart_of_the_database_during_saves_loses_and_doubles_nothing(
    pair: tuple[Server, Server], restarted: Postgres
) -> None:
    seller = Seller(*pair)
    confirmed: list[str] = []
    problems: list[BaseException] = []
    stop = threading.Event()

    def save(at: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            try:
                seller.create(at, f"Affaire {at}-{number}")
            except BaseException as error:
                problems.append(error)
                return
            confirmed.append(f"Affaire {at}-{number}")

    threads = [threading.Thread(target=save, args=(at,)) for at in (0, 1)]
    for thread in threads:
        thread.start()
    _until(lambda: len(confirmed) > 10)
    restarted.stop()
    restarted.start()
    after = len(confirmed)
    _until(lambda: len(confirmed) > after + 10 or bool(problems))
    stop.set()
    for thread in threads:
        thread.join(60)
    assert problems == []
    found = [name for name in seller.names(0) if name.startswith("Affaire")]
    assert Counter(found) == Counter(confirmed)
    seller.close()


def test_a_second_server_on_a_folder_says_who_has_it(tmp_path: Path) -> None:
    with Server(tmp_path / "data") as server:
        second = server.cli("serve", "--no-browser", "--port", "0", check=False, timeout=60)
        assert second.returncode != 0
        assert str(server.pid) in second.stdout + second.stderr
        assert f":{server.port}" in second.stdout + second.stderr
        assert server.is_healthy()


def _until(condition: object, seconds: float = 60) -> None:
    pause = threading.Event()
    for _ in range(int(seconds * 100)):
        if condition():  # type: ignore[operator]
            return
        pause.wait(0.01)
    pytest.fail("this never happened")
