"""The ground the tests stand on: it must itself fail when it should."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tests.support.browsers import NewPage
from tests.support.network import NetworkForbidden
from tests.support.postgres import Postgres


class _Pages(BaseHTTPRequestHandler):
    """Serves `body` everywhere."""

    def __init__(self, *arguments: object, body: str) -> None:
        self._body = body.encode()
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self._body)))
        self.end_headers()
        self.wfile.write(self._body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def site(request: pytest.FixtureRequest) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Pages, body=request.param)) as http:
        thread = Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}/"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)])
def test_connections_to_other_machines_are_refused(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as client, pytest.raises(NetworkForbidden, match="only loopback"):
        client.connect(address)


def test_names_of_other_machines_are_not_looked_up() -> None:
    with pytest.raises(NetworkForbidden, match=r"example\.com"):
        socket.getaddrinfo("example.com", 443)


def test_this_machine_can_be_reached() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == listener.getsockname()


QUIET = "<!doctype html><link rel=icon href=data:,><title>t</title><p>bonjour</p>"


@pytest.mark.parametrize("site", [QUIET], indirect=True)
def test_a_page_without_faults_passes(site: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(site)
    assert page.get_by_text("bonjour").is_visible()
    assert page.evaluate("navigator.language") == "fr-FR"


@pytest.mark.parametrize(
    "site",
    [
        QUIET + "<script>console.error('broken thing')</script>",
        QUIET + "<script>setTimeout(() => { throw new Error('thrown thing') })</script>",
        QUIET + "<img src=http://other.example/x.png>",
    ],
    indirect=True,
    ids=["console.error", "uncaught", "other host"],
)
def test_a_page_with_faults_is_reported(site: str, new_page: NewPage, expected_problems: list[str]) -> None:
    page = new_page()
    page.goto(site)
    page.evaluate("new Promise(done => setTimeout(done))")  # behind the error that is thrown after loading
    watch = new_page.watches[0]  # type: ignore[attr-defined]
    assert any(
        "broken thing" in p or "thrown thing" in p or "request to another host: http://other.example" in p
        for p in watch.problems
    )
    expected_problems.append(".")


async def test_asyncio_works_after_a_browser_was_used() -> None:
    await asyncio.sleep(0)
    assert asyncio.get_running_loop().is_running()


@pytest.mark.postgres
def test_each_worker_has_a_database_of_its_own(postgres: Postgres, postgres_url: str) -> None:
    other = postgres.create_database()
    assert make_url(other).database != make_url(postgres_url).database
    plain = make_url(other).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (make_url(other).database,)
        postgres.drop_database(other)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


@pytest.mark.postgres
def test_a_server_of_ones_own_can_be_stopped_and_started(own_postgres: Postgres) -> None:
    plain = make_url(own_postgres.create_database()).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    own_postgres.stop()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(plain)
    own_postgres.start()
    with psycopg.connect(plain) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
