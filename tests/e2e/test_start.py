"""The application as a process: it starts, says what hinders it, survives being killed, and lets its people in."""

from __future__ import annotations

import json
import re
import socket
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.browsers import NewPage, SignedIn, sign_in
from tests.support.postgres import Postgres
from tests.support.servers import ADMIN_EN, ADMIN_FR, Account, NewServer, Server

pytestmark = pytest.mark.e2e


def health(server: Server) -> dict[str, str]:
    with urllib.request.urlopen(f"{server.base}/healthz", timeout=10) as answer:
        found: dict[str, str] = json.load(answer)
    return found


def hindered(server: Server, *words: str) -> str:
    """What a start that cannot be says: one sentence or a few, never a traceback."""
    done = server.cli("serve", "--port", str(server.port), "--no-browser", *words, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr.strip()


def test_it_is_healthy_and_its_log_is_clean(server: Server) -> None:
    assert health(server)["database"] == "sqlite"
    assert health(server)["version"]
    assert "Traceback" not in server.log_tail()


@pytest.mark.parametrize("account", [ADMIN_FR, ADMIN_EN], ids=["fr", "en"])
def test_people_sign_in_and_read_their_language(server: Server, signed_in: SignedIn, account: Account) -> None:
    page = signed_in(server, account)
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{account.language}(-|$)"))
    expect(page.get_by_role("navigation").first).to_be_visible()


def test_a_stranger_sees_the_sign_in_page_only(server: Server, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{server.base}/deals")
    expect(page).to_have_url(re.compile(r"/login(\?|$)"))
    expect(page.locator("input[type=password]")).to_be_visible()


def test_somebody_made_while_it_runs_can_sign_in(server: Server, new_page: NewPage) -> None:
    late = Account("late@example.com", "encore une phrase sûre 9")
    server.add_user(late)
    sign_in(new_page(), server.base, late)


def test_a_second_server_on_the_same_folder_is_refused(server: Server) -> None:
    second = Server(server.data)
    assert str(server.pid) in hindered(second)
    assert health(server)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    server = Server(tmp_path / "data")
    with socket.create_server(("127.0.0.1", server.port)):
        assert str(server.port) in hindered(server)


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    server = Server(tmp_path / "file" / "data")
    assert str(tmp_path / "file") in hindered(server)


def test_killed_and_started_again_it_has_its_people(new_server: NewServer, new_page: NewPage) -> None:
    server = new_server().start()
    server.kill()
    server.start()
    sign_in(new_page(), server.base, ADMIN_FR)
    assert "Traceback" not in server.log_tail()


@pytest.mark.postgres
def test_it_runs_on_postgresql(new_server: NewServer, postgres: Postgres, new_page: NewPage) -> None:
    server = new_server(database_url=postgres.create_database()).start()
    assert health(server)["database"] == "postgresql"
    sign_in(new_page(), server.base, ADMIN_FR)
