"""The theme in a real browser: before the first paint, live in automatic mode, and nothing asked for that is not ours."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.servers import ROOT, free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.browsers import NewPage

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]

STATE = """() => ({
  html: document.documentElement.classList.contains("cp-dark"),
  dark: document.body.classList.contains("body--dark"), light: document.body.classList.contains("body--light"),
  quasar: Quasar.Dark.isActive, background: getComputedStyle(document.body).backgroundColor,
  scheme: getComputedStyle(document.documentElement).colorScheme})"""
DARK = {"html": True, "dark": True, "light": False, "quasar": True, "background": "rgb(18, 20, 18)", "scheme": "dark"}
LIGHT = {"html": False, "dark": False, "light": True, "quasar": False, "background": "rgb(242, 239, 232)", "scheme": "light"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The style page, in a process of its own."""
    port, log = free_port(), tmp_path_factory.mktemp("styleguide") / "log"
    dropped = ("PYTEST_", "NICEGUI_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.styleguide", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(f"http://127.0.0.1:{port}/login", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(15)


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 90
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text("utf-8", "replace")
            assert time.monotonic() < end, "the style page did not start"
            time.sleep(0.05)


def settled(page: Page, expected: dict[str, object]) -> None:
    """Waits until the page is as `expected`, and shows the difference when it does not become so."""
    try:
        page.wait_for_function(f"wanted => JSON.stringify(({STATE})()) === JSON.stringify(wanted)", arg=expected, timeout=5_000)
    except Exception:
        assert page.evaluate(STATE) == expected
        raise


def test_automatic_mode_follows_the_system_while_the_page_is_open(new_page: NewPage, base: str) -> None:
    page = new_page(color_scheme="light")
    page.goto(f"{base}/home", wait_until="networkidle")
    settled(page, LIGHT)
    page.emulate_media(color_scheme="dark")
    settled(page, DARK)
    page.emulate_media(color_scheme="light")
    settled(page, LIGHT)


def test_a_chosen_theme_stays_whatever_the_system_says(new_page: NewPage, base: str) -> None:
    page = new_page(color_scheme="light")
    page.goto(f"{base}/home", wait_until="networkidle")
    page.evaluate("cpTheme('dark')")
    settled(page, DARK)
    page.emulate_media(color_scheme="dark")
    page.emulate_media(color_scheme="light")
    page.reload(wait_until="networkidle")
    settled(page, DARK)
    page.evaluate("Quasar.Dark.set(false)")  # whoever else switches: ours wins
    settled(page, DARK)
    page.evaluate("cpTheme('auto')")
    settled(page, LIGHT)


def test_the_theme_is_set_before_the_first_paint(new_page: NewPage, base: str) -> None:
    page = new_page(color_scheme="dark")
    page.goto(f"{base}/home", wait_until="commit")
    page.wait_for_function("document.head?.querySelector('link[rel=stylesheet]')")
    assert page.evaluate("document.documentElement.classList.contains('cp-dark')")


def test_reinforced_contrast_changes_the_lines(new_page: NewPage, base: str) -> None:
    page = new_page(color_scheme="light")
    page.goto(f"{base}/home", wait_until="networkidle")
    line = "getComputedStyle(document.body).getPropertyValue('--line').trim()"
    assert page.evaluate(line) == "#E7E2D8"
    page.evaluate("cpTheme('auto', true)")
    assert page.evaluate(line) == "#8F8777"
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "15px"


def test_only_our_own_fonts_are_asked_for(new_page: NewPage, base: str) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base}/components", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    fonts = [address.rsplit("/", 1)[1] for address in asked if ".woff" in address]
    assert sorted(fonts) == ["inter.woff2", "newsreader.woff2", "symbols.woff2"]
    used = page.evaluate(
        "[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family.replaceAll('\"', '')).sort()"
    )
    assert used == ["Comptoir Symbols", "Inter", "Newsreader"]


@pytest.mark.parametrize("width", [1440, 1180, 1024, 900, 600, 390])
@pytest.mark.parametrize("screen", ["list-plain", "board", "record", "home", "setup", "setting", "states", "login"])
def test_nothing_is_wider_than_the_window(new_page: NewPage, base: str, screen: str, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto(f"{base}/{screen}")
    page.wait_for_selector(".cp-shell, .cp-login")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('.cp-title > *, .cp-record-head *, .cp-top > *, .cp-foot > *, .cp-phonebar > *')]
        .filter(e => getComputedStyle(e).clipPath === 'none' && e.getBoundingClientRect().width > 0)
        .filter(e => e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.className)"""
    )
    assert beyond == []
