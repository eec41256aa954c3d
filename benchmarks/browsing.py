"""What a person waits for in a browser, what a first load weighs, what an open tab costs the server.

Invariants: times are taken inside the page, from the click to two frames after the awaited element stands in the document; floors
are those of an empty NiceGUI page, taken in the same browser.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psutil  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.figures import Figure
from tests.support.browsers import SWITCHES, chromium_path
from tests.support.servers import ROOT, Server, ServerFailed, free_port

TABS = 20
_UNTIL = """async ([click, wait]) => {
  const element = document.querySelector(click);
  const began = performance.now();
  element.click();
  while (!document.querySelector(wait)) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  return performance.now() - began;
}"""


class Empty:
    """The process of empty.py. `seconds`, `processor`: what its start took by the clock and of the processor."""

    def __init__(self) -> None:
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("NICEGUI_", "PYTEST_"))}
        self.process = subprocess.Popen([sys.executable, "-m", "benchmarks.empty", str(port)], cwd=ROOT, env=environment)
        probe = Server(ROOT)  # only asked whether something answers there
        probe.port = port
        while not probe.is_healthy():
            if self.process.poll() is not None or time.perf_counter() - began > 60:
                raise ServerFailed("the empty server did not start")
            time.sleep(0.01)
        self.seconds = time.perf_counter() - began
        self.processor = sum(psutil.Process(self.process.pid).cpu_times()[:2])

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(15)


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
        yield found
        found.close()


def context(chromium: Browser, base: str, token: str) -> BrowserContext:
    """Somebody's browser, signed in."""
    found = chromium.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    if token:
        found.add_cookies([{"name": "comptoir", "value": token, "url": base}])
    return found


def clicks(chromium: Browser, server: Server, token: str, empty: str) -> list[Figure]:
    """From a click to what it shows."""
    floor = _floor_click(chromium, empty)
    page = context(chromium, server.base, token).new_page()
    page.goto(f"{server.base}/")
    page.wait_for_selector('.cp-nav[href="/accounts"]')
    row = '[data-testid="record-row"]'
    found = [
        _click(page, "list: click on the module → first row", '.cp-nav[href="/accounts"]', row, "/", floor, "≤ 150 ms"),
        _click(page, "home: click → first component", '.cp-nav[href="/"]', '[data-testid="home-component"]', "/accounts", floor, "≤ 200 ms"),
    ]
    page.goto(f"{server.base}/accounts")
    page.wait_for_selector(f'{row} a[href*="/accounts/"]')
    facts = '[data-testid="record-page"] [data-testid="timeline"]'
    found.append(_click(page, "record: click → facts and timeline", f'{row} a[href*="/accounts/"]', facts, "/accounts", floor, "≤ 200 ms", row))
    found.append(_board(page, server.base, floor))
    page.context.close()
    return found


def _click(page: Page, name: str, click: str, wait: str, home: str, floor: float, budget: str, ready: str = "") -> Figure:
    times = []
    for _turn in range(6):
        _visit(page, home)
        page.wait_for_selector(ready or click)
        page.wait_for_selector(click, state="attached")
        page.wait_for_timeout(300)  # what the page before still does belongs to that page
        times.append(float(page.evaluate(_UNTIL, [click, wait])))
    return Figure(name, statistics.median(times[1:]), "ms", floor, "empty NiceGUI page", budget)


def _visit(page: Page, path: str) -> None:
    page.evaluate("path => window.comptoir.navigate(path)", path)
    page.wait_for_function("path => location.pathname === path", arg=path)


def _board(page: Page, base: str, floor: float) -> Figure:
    times = []
    for _turn in range(6):
        page.goto(f"{base}/deals")
        page.wait_for_selector('[data-testid="record-row"]')
        page.wait_for_timeout(300)
        script = """async (wait) => {
          const began = performance.now();
          window.comptoir.navigate("/deals?view=kanban");
          while (!document.querySelector(wait)) await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          await new Promise(requestAnimationFrame);
          return performance.now() - began;
        }"""
        times.append(float(page.evaluate(script, '[data-testid="kanban-card"]')))
    return Figure("Kanban: switch → first cards", statistics.median(times[1:]), "ms", floor, "empty NiceGUI page", "≤ 150 ms")


def _floor_click(chromium: Browser, empty: str) -> float:
    page = context(chromium, empty, "").new_page()
    page.goto(empty)
    times = []
    for _turn in range(6):
        page.wait_for_selector(".floor-link")
        page.wait_for_timeout(200)
        times.append(float(page.evaluate(_UNTIL, [".floor-link", ".floor-there"])))
        page.click(".floor-back")
        page.wait_for_selector(".floor-there", state="detached")
    page.context.close()
    return statistics.median(times[1:])


def first_load(chromium: Browser, server: Server, token: str, empty: str) -> list[Figure]:
    """Bytes and requests of a page in a new browser, and in one that was there before."""
    cold, warm = _weigh(chromium, server.base, token, f"{server.base}/accounts", '[data-testid="record-row"]')
    bare, bare_warm = _weigh(chromium, empty, "", empty, ".floor-link")
    note = "{} requests, usable after {:.0f} ms"
    return [
        Figure("first load, cold", cold[0], "kB", bare[0], "empty NiceGUI page", "≤ 600 kB", note.format(*cold[1:])),
        Figure("first load, warm", warm[0], "kB", bare_warm[0], "empty NiceGUI page", "", note.format(*warm[1:])),
    ]


Weight = tuple[float, int, float]


def _weigh(chromium: Browser, base: str, token: str, address: str, ready: str) -> tuple[Weight, Weight]:
    visitor = context(chromium, base, token)
    found = []
    for _visit_number in range(2):
        page = visitor.new_page()
        seen: dict[str, float] = {"bytes": 0, "requests": 0}
        link = visitor.new_cdp_session(page)
        link.send("Network.enable")
        cached: set[str] = set()
        link.on("Network.requestServedFromCache", lambda event, cached=cached: cached.add(event["requestId"]))

        def finished(event: Any, seen: dict[str, float] = seen, cached: set[str] = cached) -> None:
            if event["requestId"] not in cached and event["encodedDataLength"]:
                seen["bytes"] += event["encodedDataLength"]
                seen["requests"] += 1

        link.on("Network.loadingFinished", finished)
        began = time.perf_counter()
        page.goto(address)
        page.wait_for_selector(ready)
        took = (time.perf_counter() - began) * 1000
        page.wait_for_timeout(1_000)
        found.append((seen["bytes"] / 1000, int(seen["requests"]), took))
        page.close()
    visitor.close()
    return found[0], found[1]


def tabs(chromium: Browser, server: Server, token: str, number: int = TABS) -> list[Figure]:
    """What each open browser adds to the server's memory."""
    process = psutil.Process(server.pid)
    _open(chromium, server, token, 1)[0].close()  # what the first page loads stays
    before = process.memory_info().rss
    opened = _open(chromium, server, token, number)
    grown = process.memory_info().rss - before
    for one in opened:
        one.close()
    return [Figure(f"memory of an open browser ({number} on a list)", grown / number / 1e6, "MB", budget="≤ 3 MB")]


def _open(chromium: Browser, server: Server, token: str, number: int) -> list[BrowserContext]:
    found = []
    for _number in range(number):
        visitor = context(chromium, server.base, token)
        page = visitor.new_page()
        page.goto(f"{server.base}/accounts")
        page.wait_for_selector('[data-testid="record-row"]')
        found.append(visitor)
    return found
