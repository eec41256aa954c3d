"""Makes `docs/screenshot.png`, the picture in the README: `.venv/bin/python docs/screenshot.py`, after `comptoir.py test`.

Starts Comptoir on a fresh folder with the sample data, signs in and takes the pipeline at twice the resolution.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.support.browsers import SWITCHES, chromium_path, sign_in  # noqa: E402
from tests.support.servers import ADMIN_EN, Server  # noqa: E402

TARGET = ROOT / "docs" / "screenshot.png"
PAGE = "/deals?view=kanban"
WAIT_FOR = "[data-testid=kanban-card]"


def main() -> None:
    """Writes TARGET."""
    with tempfile.TemporaryDirectory(prefix="comptoir-screenshot-") as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data", demo=True)
        server.add_user(ADMIN_EN)
        with server:
            browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(SWITCHES))
            page = browser.new_page(viewport={"width": 1440, "height": 900}, device_scale_factor=2, locale="en-GB")
            sign_in(page, server.base, ADMIN_EN)
            page.goto(server.base + PAGE)
            page.locator(WAIT_FOR).first.wait_for()
            page.wait_for_load_state("networkidle")
            picture = page.screenshot()
            browser.close()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
