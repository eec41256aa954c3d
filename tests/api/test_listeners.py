"""Where the server listens: what cannot be is a sentence; the network comes and goes while it runs."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from app.api import listeners
from tests.support.browsers import SignedIn
from tests.support.network import forbid_network
from tests.support.servers import ADMIN_FR, ROOT, Server, free_port


def close(opened: list[socket.socket]) -> None:
    for one in opened:
        one.close()


def test_this_computer_alone_unless_asked() -> None:
    opened = listeners.sockets("127.0.0.1", 0)
    assert [s.getsockname()[0] for s in opened] == ["127.0.0.1"]
    close(opened)


def test_another_address_comes_beside_the_loopback_on_the_same_port() -> None:
    opened = listeners.sockets("127.0.0.2", 0)
    assert [s.getsockname()[0] for s in opened] == ["127.0.0.1", "127.0.0.2"]
    assert len({s.getsockname()[1] for s in opened}) == 1
    close(opened)


def test_everywhere_is_one_socket() -> None:
    opened = listeners.sockets("0.0.0.0", 0)
    assert [s.getsockname()[0] for s in opened] == ["0.0.0.0"]
    close(opened)


def test_answers_are_sent_at_once() -> None:
    """With Nagle's algorithm the body of each answer waits 40 ms for the browser to acknowledge its head."""

    async def accepted() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def look(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        [opened] = listeners.sockets("127.0.0.1", 0)
        async with await asyncio.start_server(look, sock=opened):
            _reader, writer = await asyncio.open_connection(*opened.getsockname())
            result = await found
            writer.close()
            await writer.wait_closed()
            return result

    assert asyncio.run(accepted()) != 0


def test_a_busy_port_names_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(listeners.PortBusy) as refused:
            listeners.sockets("127.0.0.1", port)
    assert str(port) in str(refused.value)
    assert str(port + 1) in str(refused.value)


def test_an_address_of_another_computer_is_refused_and_nothing_stays_open() -> None:
    port = free_port()
    with pytest.raises(listeners.PortBusy, match=r"198\.51\.100\.7"):
        listeners.sockets("198.51.100.7", port)
    with socket.socket() as free:
        free.bind(("127.0.0.1", port))


@pytest.fixture
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("network") / "data") as server:
        server.add_user(ADMIN_FR)
        yield server


def answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def network_addresses() -> list[str]:
    """This computer's addresses, asked by a process of its own: the tests' own may not even look beyond loopback."""
    question = "from app.api.listeners import network_addresses; print(*network_addresses())"
    return subprocess.run([sys.executable, "-c", question], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.e2e
def test_the_network_is_opened_and_closed_while_people_work(
    empty_server: Server, signed_in: SignedIn, expected_problems: list[str]
) -> None:
    expected_problems.append("ERR_CONNECTION_REFUSED")  # while it starts again
    mine = network_addresses()
    if not mine:
        pytest.skip("this computer is on no network")
    forbid_network(*mine)  # our own addresses are no other machine
    page = signed_in(empty_server)
    address = f"http://{mine[0]}:{empty_server.port}"
    assert not answers(address)
    page.goto(f"{empty_server.base}/setup/network")
    switch = page.get_by_role("switch", name="Ouvert au réseau local")
    switch.click()
    expect(page.get_by_role("link", name=address)).to_be_visible()
    assert answers(address)
    assert answers(empty_server.base)
    page.locator("[data-testid=toast]").get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("link", name=address)).to_have_count(0)
    expect(switch).not_to_be_checked()
    assert not answers(address)
    switch.click()
    expect(page.get_by_role("link", name=address)).to_be_visible()
    empty_server.restart()
    until = time.monotonic() + 10
    while not answers(address) and time.monotonic() < until:
        time.sleep(0.05)
    assert answers(address)  # it is kept
