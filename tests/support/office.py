"""An office for tests in a browser: one server, people who signed in once, records made through the JSON of the product.

Fixture `office` (import it into a test file, with `signed_in_once`): `office.open("/deals")` opens a page where the French administrator
is signed in already, `office.make("deals", deal_name="D")` makes a record and gives its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, Playwright

from tests.support.browsers import NewPage, sign_in
from tests.support.servers import ADMIN_EN, ADMIN_FR, Account, Server

States = dict[str, Any]  # by language: the storage of a context in which somebody signed in


@pytest.fixture(scope="module")
def signed_in_once(browser: Browser, server: Server) -> States:
    """Both administrators sign in, once for each test file."""
    found = {}
    for account in (ADMIN_FR, ADMIN_EN):
        context = browser.new_context()
        sign_in(context.new_page(), server.base, account)
        found[account.language] = context.storage_state()
        context.close()
    return found


class Office:
    """A server and those who work on it."""

    def __init__(self, server: Server, states: States, new_page: NewPage, http: APIRequestContext) -> None:
        self.server, self._states, self._new_page, self._http = server, states, new_page, http

    def open(self, path: str, account: Account = ADMIN_FR, **options: Any) -> Page:
        """A page at `path`, in a context of its own, `account` signed in, the connection up."""
        locale = {"fr": "fr-FR", "en": "en-GB"}[account.language]
        page = self._new_page(**{"locale": locale, "storage_state": self._states[account.language], **options})
        self.go(page, path)
        return page

    def go(self, page: Page, path: str) -> None:
        """Opens an address of the server as a fresh page."""
        page.goto(self.server.base + path)
        page.wait_for_function("window.did_handshake === true && window.socket?.connected")

    def make(self, module: str, **values: Any) -> str:
        """A new record; gives its id."""
        return str(self.ask("POST", module, values=values)["row"]["id"])

    def change(self, module: str, record_id: str, **values: Any) -> None:
        """Changes a record, as the French administrator."""
        self.ask("PATCH", f"{module}/{record_id}", values=values)

    def cells(self, module: str, record_id: str) -> dict[str, Any]:
        """What a record holds now."""
        found: dict[str, Any] = self.ask("GET", f"{module}/{record_id}")["cells"]
        return found

    def count(self, module: str, text: str) -> int:
        """How many records of a module match a text."""
        return int(self.ask("GET", f"{module}/count?q={quote(text)}")["count"])

    def ask(self, method: str, path: str, status: int = 200, headers: dict[str, str] | None = None, **body: Any) -> Any:
        """JSON of /api/ui; fails on another status than `status`."""
        sent = {"X-Comptoir": "1", "Origin": self.server.base} if headers is None else headers
        answer = self._http.fetch(f"{self.server.base}/api/ui/{path}", method=method, headers=sent, data=body or None)
        assert answer.status == status, f"{method} {path}: {answer.status} {answer.text()[:500]}"
        return answer.json()


@pytest.fixture
def office(server: Server, signed_in_once: States, new_page: NewPage, playwright_sync: Playwright) -> Iterator[Office]:
    """The server of this test file, with both administrators signed in."""
    http = playwright_sync.request.new_context(storage_state=signed_in_once["fr"])
    yield Office(server, signed_in_once, new_page, http)
    http.dispose()
