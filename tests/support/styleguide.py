"""The living style page: every class of assets/css in a running NiceGUI, to look at and to take pictures of.

`python -m tests.support.styleguide [--port N]` serves /list /list-plain /board /canvas /record /home /setup /setting /states
/palette /drawer /dialog /login /components /floating; `--shoot FOLDER` takes pictures of all at 1440, 1024 and 390, light and dark.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tests.support import styleguide_pages as pages
from tests.support import styleguide_records as records

SCREENS: dict[str, Callable[[], str]] = {
    "list": lambda: pages.shell("leads", pages.list_page()),
    "list-plain": lambda: pages.shell("leads", pages.list_page(with_filters=False)),
    "board": lambda: pages.shell("deals", pages.board_page()),
    "canvas": lambda: pages.shell("accounts", pages.canvas_page()),
    "record": lambda: pages.shell("deals", records.record_page()),
    "home": lambda: pages.shell("home", records.home_page()),
    "setup": lambda: pages.shell("", records.setup_page()),
    "setting": lambda: pages.shell("", records.setting_page()),
    "states": lambda: pages.shell("quotes", records.states_page(), after=records.TOAST),
    "palette": lambda: pages.shell("leads", pages.list_page(), after=records.PALETTE),
    "drawer": lambda: pages.shell("leads", pages.list_page(), after=records.DRAWER),
    "dialog": lambda: pages.shell("leads", pages.list_page(), after=records.DIALOG),
    "login": lambda: records.LOGIN,
}
SIZES = {"1440": (1440, 900, False), "1024": (1024, 768, False), "touch": (1024, 768, True), "390": (390, 844, True)}


def serve(port: int) -> None:
    """Run the pages until stopped."""
    from nicegui import app, ui

    from app.components import assets

    cache = Path(tempfile.gettempdir()) / "comptoir-styleguide"
    assets.install(app, cache)

    def add(name: str, build: Callable[[], str]) -> None:
        @ui.page(f"/{name}", title=f"Comptoir · {name}")
        def page() -> None:
            ui.html(build(), sanitize=False)

    for name, build in SCREENS.items():
        add(name, build)

    @ui.page("/components", title="Comptoir · composants")
    def components() -> None:
        from tests.support.styleguide_widgets import widgets

        widgets()

    @ui.page("/floating", title="Comptoir · ce qui flotte")
    def floating() -> None:
        from tests.support.styleguide_widgets import floating as build_floating

        build_floating()

    ui.run(
        port=port,
        host="127.0.0.1",
        show=False,
        reload=False,
        dark=None,
        language="fr",
        tailwind=False,
        gzip_middleware_factory=assets.StaticGzip,
    )


def shoot(folder: Path, port: int, only: list[str]) -> None:
    """Start a server of our own, take the pictures, stop it."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen([sys.executable, "-m", "tests.support.styleguide", "--port", str(port)], env={**os.environ})
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=5).close()
                break
            except OSError:
                time.sleep(0.2)
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for size, (width, height, touch) in SIZES.items():
                for theme in ("light", "dark"):
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        has_touch=touch,
                        is_mobile=touch,
                        color_scheme=theme,
                        device_scale_factor=1.5,  # type: ignore[arg-type]
                    )
                    page = context.new_page()
                    page.on("console", lambda m: print(m.type, m.text) if m.type in ("error", "warning") else None)  # noqa: T201
                    page.on("pageerror", lambda e: print("page error", e))  # noqa: T201
                    for name in [*SCREENS, "components"]:
                        key = f"{name}-{size}-{theme}"
                        if only and not any(part in key for part in only):
                            continue
                        page.goto(f"http://127.0.0.1:{port}/{name}", wait_until="networkidle")
                        page.evaluate("document.fonts.ready")
                        page.screenshot(path=folder / f"{key}.png")
                    context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(10)


if __name__ in {"__main__", "__mp_main__"}:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--shoot", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    if given.shoot:
        shoot(given.shoot, given.port, given.only)
    else:
        serve(given.port)
