"""The floor of pages and routes: NiceGUI with an empty page and a page behind a click, FastAPI with an empty JSON route.

`python -m benchmarks.empty PORT`; served as the program is, by uvicorn with the same options.
"""

from __future__ import annotations

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from nicegui import ui


def root() -> None:
    """The page: a link, and what stands behind it."""
    ui.link("go", "/other").classes("floor-link")
    ui.link("back", "/").classes("floor-back")
    ui.sub_pages({"/": lambda: ui.label("here"), "/other": lambda: ui.label("there").classes("floor-there")})


def main() -> None:
    """Serves until a signal comes."""
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    async def nothing() -> dict[str, Any]:
        return {}

    web.add_api_route("/healthz", nothing, methods=["GET"])
    ui.run_with(web, root=root, tailwind=False, show_welcome_message=False)
    uvicorn.run(web, host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False, ws="wsproto")


if __name__ == "__main__":
    main()
