"""What the browser loads besides NiceGUI: the stylesheet, the fonts, the logo, the theme script.

Invariants: every address carries a hash of what it names, so that answers may be kept for a year; the theme is set before
the first paint and is ours alone (pages call `set_theme`, never `ui.dark_mode`); large bundles are compressed once, in a
thread. A plain page (sign-in) takes `Assets.head_html` too, and looks the same without NiceGUI.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

import nicegui
from fastapi import FastAPI, Request, Response
from nicegui import ui
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.base.fonts import FontCache, FontSource, product_fonts
from app.components.icons import ICONS
from app.components.theme import ASSETS, palette

FIRST, LAST = ("tokens", "base", "controls", "shell", "list", "board", "record", "floating", "home", "setup"), ("quasar",)
"""Files of assets/css whose place matters; the others come between, by name: adding a file needs no change here."""

ThemeChoice = Literal["auto", "light", "dark"]
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NICEGUI_FOLDER = Path(nicegui.__file__).parent

THEME_SCRIPT = """
(() => {
  const html = document.documentElement, system = matchMedia("(prefers-color-scheme: dark)");
  let choice = "auto", contrast = false;
  try { [choice, contrast] = JSON.parse(localStorage.getItem("cp-theme")) || [choice, contrast]; } catch { /* not allowed */ }
  const dark = () => choice === "dark" || (choice !== "light" && system.matches);
  const paint = () => {
    const on = dark(), body = document.body;
    html.classList.toggle("cp-dark", on);
    html.classList.toggle("cp-contrast", contrast);
    if (!body || body.classList.contains("body--dark") === on && body.classList.contains("body--light") === !on) return;
    if (window.Quasar?.Dark) Quasar.Dark.set(on);
    body.classList.toggle("body--dark", on);
    body.classList.toggle("body--light", !on);
  };
  window.cpTheme = (theme, more) => {
    choice = theme ?? choice;
    contrast = more ?? contrast;
    try { localStorage.setItem("cp-theme", JSON.stringify([choice, contrast])); } catch { /* private window */ }
    paint();
    dispatchEvent(new CustomEvent("cp-theme", { detail: { dark: dark() } }));
  };
  system.addEventListener("change", () => { paint(); dispatchEvent(new CustomEvent("cp-theme", { detail: { dark: dark() } })); });
  paint();
  addEventListener("DOMContentLoaded", () => {  // Quasar sets its own classes on the body when it starts: ours win
    new MutationObserver(paint).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    paint();
  });
})();
"""


def stylesheet(fonts: tuple[FontSource, ...]) -> str:
    """The whole CSS: @font-face for `fonts` (addresses relative to the stylesheet's own), then the files in order."""
    faces = [
        f'@font-face{{font-family:"{font.family}";font-weight:{font.weights};font-style:normal;'
        f"font-display:{'block' if font.ligatures else 'swap'};"
        f'src:url("../{font.key}/{font.name}.woff2") format("woff2")}}'
        for font in fonts
    ]
    return "\n".join([*faces, *((ASSETS / "css" / f"{name}.css").read_text("utf-8") for name in stylesheet_names())])


def stylesheet_names() -> tuple[str, ...]:
    """The files of assets/css without their ending, in the order in which they are joined."""
    others = {path.stem for path in (ASSETS / "css").glob("*.css")} - {*FIRST, *LAST}
    return (*FIRST, *sorted(others), *LAST)


@dataclass(frozen=True)
class File:
    """A small file in memory, as it is and compressed."""

    body: bytes
    packed: bytes
    media: str


@dataclass(frozen=True)
class Assets:
    """The files as they are served: address → content. Fonts are made once, in a thread; a request for one waits for it."""

    cache: FontCache
    fonts: tuple[FontSource, ...]
    files: Mapping[str, File]

    @classmethod
    def load(cls, cache_folder: Path) -> Assets:
        """Read the sources; `cache_folder` keeps the subset fonts between starts."""
        fonts = product_fonts(icon_font(), ICONS)
        logo = (ASSETS / "logo.svg").read_bytes()
        files = {}
        for name, body, media in (
            ("app.css", _squeeze(stylesheet(fonts)).encode(), "text/css; charset=utf-8"),
            ("logo.svg", logo, "image/svg+xml"),
        ):
            packed = gzip.compress(body, 9, mtime=0)
            files[f"/static/{hashlib.sha256(body).hexdigest()[:16]}/{name}"] = File(body, packed, media)
        return cls(FontCache(cache_folder), fonts, files)

    def url(self, name: str) -> str:
        """The address of "app.css", "logo.svg" or a font by its file name. Raises KeyError for anything else."""
        for font in self.fonts:
            if name == f"{font.name}.woff2":
                return f"/static/{font.key}/{name}"
        for address in self.files:
            if address.endswith(f"/{name}"):
                return address
        raise KeyError(name)

    def head_html(self) -> str:
        """Stylesheet, fonts, favicon and theme for the <head> of any page."""
        preloads = "".join(
            f'<link rel="preload" href="{self.url(f"{font.name}.woff2")}" as="font" type="font/woff2" crossorigin>'
            for font in self.fonts
        )
        colours = "".join(
            f'<meta name="theme-color" content="{palette(theme)["frame"]}" media="(prefers-color-scheme: {theme})">'
            for theme in ("light", "dark")
        )
        script = re.sub(r"\s*//[^\n]*|\n\s*", " ", THEME_SCRIPT).strip()
        return (
            f"<script>{script}</script>{preloads}"
            f'<link rel="stylesheet" href="{self.url("app.css")}">'
            f'<link rel="icon" type="image/svg+xml" href="{self.url("logo.svg")}">{colours}'
        )

    def prepare_fonts(self) -> None:
        """Make the fonts that the cache lacks: some seconds at the very first start, nothing later."""
        for font in sorted(self.fonts, key=lambda font: not font.ligatures):  # icons first: no other font stands in for them
            self.cache.read(font)

    async def answer(self, request: Request) -> Response:
        """The response for an address under /static; 404 when the hash is not the present one."""
        address = request.url.path
        if address in self.files:
            file = self.files[address]
            if "gzip" not in request.headers.get("accept-encoding", ""):
                return Response(file.body, media_type=file.media, headers={**FOREVER, "Vary": "Accept-Encoding"})
            return Response(
                file.packed, media_type=file.media, headers={**FOREVER, "Vary": "Accept-Encoding", "Content-Encoding": "gzip"}
            )
        for font in self.fonts:
            if address == f"/static/{font.key}/{font.name}.woff2":
                body = await asyncio.to_thread(self.cache.read, font)
                return Response(body, media_type="font/woff2", headers=FOREVER)
        return Response("Not found", status_code=404, media_type="text/plain")


def install(app: FastAPI, cache_folder: Path) -> Assets:
    """Serve the assets from `app` and put them into the head of every NiceGUI page. Call once, before the server starts.

    Fonts are made meanwhile, in a thread of their own.
    """
    assets = Assets.load(cache_folder)
    threading.Thread(target=assets.prepare_fonts, name="fonts", daemon=True).start()
    app.add_api_route("/static/{_hash}/{_name}", assets.answer, methods=["GET"], include_in_schema=False)
    ui.add_head_html(assets.head_html(), shared=True)
    return assets


def icon_font() -> Path:
    """Material Symbols Rounded as NiceGUI ships it. Raises LookupError when this version does not."""
    css = (NICEGUI_FOLDER / "static" / "fonts.css").read_text("utf-8")
    found = re.search(r'font-family: "Material Symbols Rounded";[^}]*?src: url\(([^)]+)\)', css)
    if found is None:
        raise LookupError("NiceGUI's fonts.css has no Material Symbols Rounded any more")
    return NICEGUI_FOLDER / "static" / found[1].strip("\"'")


def theme_html(choice: ThemeChoice, *, contrast: bool = False) -> str:
    """For the head of one page (`ui.add_head_html` in the page's root): the user's own theme before the first paint."""
    return f"<script>cpTheme({json.dumps(choice)},{json.dumps(contrast)})</script>"


def set_theme(choice: ThemeChoice, *, contrast: bool = False) -> None:
    """Switch the theme of the open page at once. Needs a client (a page or one of its events)."""
    ui.run_javascript(f"cpTheme({json.dumps(choice)},{json.dumps(contrast)})")


def _squeeze(css: str) -> str:
    """Without comments and indentation: a third smaller, and still readable in a browser's inspector."""
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"^[ \t]+", "", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), flags=re.MULTILINE))


class StaticGzip:
    """gzip for `ui.run(gzip_middleware_factory=…)`: NiceGUI's own files are compressed once, in a thread, and kept.

    Starlette's middleware compresses each response anew, on the event loop below 128 kB (plotly: half a second of a frozen
    server for every cold browser). A response that already has a Content-Encoding passes unchanged. Addresses carry the
    version or a hash, except the dynamic resources. NiceGUI sets Cache-Control outside of this, so it is not seen here.
    """

    BUNDLES = f"/_nicegui/{nicegui.__version__}/"
    DYNAMIC = f"{BUNDLES}dynamic_resources/"
    LIMIT = 96 * 2**20

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._dynamic = GZipMiddleware(app, minimum_size=1024, compresslevel=4)
        self._kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}
        self._size = 0
        self._locks: dict[str, asyncio.Lock] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._is_bundle(scope):
            await self._dynamic(scope, receive, send)
            return
        key = scope["path"] + "?" + scope.get("query_string", b"").decode("latin-1")
        if key not in self._kept:
            async with self._locks.setdefault(key, asyncio.Lock()):
                if key not in self._kept and not await self._fill(key, scope, receive, send):
                    return
            self._locks.pop(key, None)
        headers, body = self._kept[key]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _is_bundle(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        return (
            scope["method"] == "GET"
            and scope["path"].startswith(self.BUNDLES)
            and not scope["path"].startswith(self.DYNAMIC)
            and "gzip" in headers.get("accept-encoding", "")
            and "range" not in headers
        )

    async def _fill(self, key: str, scope: Scope, receive: Receive, send: Send) -> bool:
        """Ask the application; keep the compressed body if it may be kept, else pass the answer on and return False."""
        messages: list[Message] = []
        await self.app(_without_conditions(scope), receive, partial(_collect, messages))
        start, body = messages[0], b"".join(message.get("body", b"") for message in messages[1:])
        headers = Headers(raw=start["headers"])
        if not (_may_be_kept(start["status"], headers) and len(body) >= 1024 and self._size < self.LIMIT):
            for message in messages:
                await send(message)
            return False
        packed = await asyncio.to_thread(gzip.compress, body, 7, mtime=0)
        dropped = (b"content-length", b"etag", b"last-modified", b"vary")
        raw = [(name, value) for name, value in start["headers"] if name.lower() not in dropped]
        raw += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding"), (b"content-length", str(len(packed)).encode())]
        self._kept[key] = (raw, packed)
        self._size += len(packed)
        return True


async def _collect(messages: list[Message], message: Message) -> None:
    messages.append(message)


def _without_conditions(scope: Scope) -> Scope:
    """The same request without If-None-Match and If-Modified-Since: the whole file is wanted."""
    conditions = (b"if-none-match", b"if-modified-since")
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in conditions]}


def _may_be_kept(status: int, headers: Headers) -> bool:
    media = headers.get("content-type", "")
    return (
        status == 200
        and "content-encoding" not in headers
        and "set-cookie" not in headers
        and "no-store" not in headers.get("cache-control", "")
        and (media.startswith("text/") or "javascript" in media or "json" in media or "svg" in media or "wasm" in media)
    )
