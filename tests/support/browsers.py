"""A browser for the tests, and pages that report what went wrong in them.

`new_page()` opens a page in a context of its own: another person at another screen. `page` is one such page, and
`signed_in(server, account)` one where somebody is signed in already. A test fails when one of its pages had an
uncaught error, wrote `console.error`, or asked another host for anything (nothing gets there: names and addresses
beyond loopback do not resolve). What a test provokes on purpose it names first: `expected_problems.append(regex)`.
When a test fails, a picture of each open page is left in the temporary folder and named in the report.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, expect, sync_playwright

from tests.support.network import is_local
from tests.support.servers import ADMIN_FR, Account, Server

ENVIRONMENT = "COMPTOIR_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--no-sandbox",  # as root, and in containers, Chromium has none
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
)
_LOCAL_SCHEMES = ("data", "blob", "about", "chrome-error", "file")
EMAIL = re.compile(r"^\s*(adresse )?e-?mail", re.IGNORECASE)
PASSWORD = re.compile(r"^\s*(mot de passe|password)", re.IGNORECASE)
SIGN_IN = re.compile(r"se connecter|connexion|sign in|log in", re.IGNORECASE)

FAILED = pytest.StashKey[bool]()  # whether a test has failed

NewPage = Callable[..., Page]
SignedIn = Callable[..., Page]


def chromium_path() -> str | None:
    """The Chromium to use: the one that COMPTOIR_TEST_CHROMIUM names, else one on PATH, else None (Playwright's)."""
    return os.environ.get(ENVIRONMENT) or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="session")
def playwright_sync() -> Iterator[Playwright]:
    """Playwright, started once for each worker."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=10_000)
        yield playwright
        _resume_loop(playwright)


@pytest.fixture(scope="session")
def browser(playwright_sync: Playwright) -> Iterator[Browser]:
    """Chromium, started once for each worker. Tests take pages from `new_page` instead."""
    browser = playwright_sync.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
    yield browser
    _resume_loop(playwright_sync)
    browser.close()


@pytest.fixture
def expected_problems() -> list[str]:
    """Regular expressions of problems that this test provokes on purpose."""
    return []


@pytest.fixture
def new_page(browser: Browser, request: pytest.FixtureRequest, expected_problems: list[str]) -> Iterator[NewPage]:
    """Call it for a page in a new context; keyword arguments are Playwright's `new_context`'s."""
    watches: list[_Watch] = []

    def open_page(**options: Any) -> Page:
        defaults = {
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
            "viewport": {"width": 1440, "height": 900},
            "reduced_motion": "reduce",
        }
        watch = _Watch(browser.new_context(**{**defaults, **options}))
        watches.append(watch)
        return watch.context.new_page()

    open_page.watches = watches  # type: ignore[attr-defined]  # for the tests of this fixture
    yield open_page
    failed = request.node.stash.get(FAILED, False)
    pictures = [picture for watch in watches for picture in (watch.pictures(request.node.name) if failed else ())]
    for watch in watches:
        watch.context.close()
    problems = [
        problem
        for watch in watches
        for problem in watch.problems
        if not any(re.search(known, problem) for known in expected_problems)
    ]
    if pictures:
        print("pictures of the pages:", *pictures, sep="\n  ")  # noqa: T201 - shown by pytest with the failure
    if problems:
        pytest.fail("the browser reported:\n  " + "\n  ".join(dict.fromkeys(problems)), pytrace=False)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page of 1440 × 900 in French, nobody signed in."""
    return new_page()


@pytest.fixture
def signed_in(new_page: NewPage) -> SignedIn:
    """`signed_in(server, account, **context_options)`: a page where `account` is signed in, on the home page."""

    def open_signed_in(server: Server, account: Account = ADMIN_FR, **options: Any) -> Page:
        locale = {"fr": "fr-FR", "en": "en-GB"}[account.language]
        page = new_page(**{"locale": locale, **options})
        sign_in(page, server.base, account)
        return page

    return open_signed_in


def sign_in(page: Page, base: str, account: Account) -> None:
    """Signs `account` in through the form, as a person does, and waits for the page behind it."""
    page.goto(f"{base}/login")
    page.get_by_label(EMAIL).first.fill(account.email)
    page.get_by_label(PASSWORD).first.fill(account.password)
    page.get_by_role("button", name=SIGN_IN).first.click()
    page.wait_for_url(lambda url: urlsplit(url).path != "/login")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Lets asyncio tests run beside Playwright, whose suspended event loop this thread would take for a running one."""
    if "browser" in getattr(item, "fixturenames", ()):
        return (yield)
    suspended = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return (yield)
    finally:
        asyncio._set_running_loop(suspended if suspended and suspended.is_running() else None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tells fixtures whether their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


def _resume_loop(playwright: Playwright) -> None:
    """Undoes what `pytest_runtest_protocol` does for the tests without a browser."""
    asyncio._set_running_loop(playwright._impl_obj._loop)


class _Watch:
    """A browser context and everything that went wrong in its pages."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        context.set_default_navigation_timeout(60_000)  # the first page of a fresh server, on a busy machine
        self.problems: list[str] = []
        context.on("weberror", lambda error: self.problems.append(f"uncaught error: {error.error}"))
        context.on("console", self._console)
        context.on("request", self._request)

    def pictures(self, name: str) -> list[Path]:
        folder = Path(tempfile.mkdtemp(prefix="comptoir-e2e-"))
        stem = re.sub(r"[^\w.-]+", "_", name)
        paths = [folder / f"{stem}-{number}.png" for number, _ in enumerate(self.context.pages, 1)]
        for page, path in zip(self.context.pages, paths, strict=True):
            page.screenshot(path=path)
        return paths

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console.error: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in _LOCAL_SCHEMES and not is_local(address.hostname or ""):
            self.problems.append(f"request to another host: {request.url}")
