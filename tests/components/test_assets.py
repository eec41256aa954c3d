"""What is served: addresses with hashes, kept for ever; bundles compressed once; icons that the code names exist."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from nicegui import Client
from starlette.types import ASGIApp

from app.components import assets
from app.components.assets import Assets, StaticGzip, icon_font, install, stylesheet_names
from app.components.icons import ICONS
from app.components.theme import ASSETS

ROOT = Path(__file__).resolve().parents[2]


class Browser:
    """Asks an application without a server between them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def get(self, address: str, **headers: str) -> httpx.Response:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://comptoir") as client:
            return await client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture(scope="module")
def loaded(font_folder: Path) -> Assets:
    return Assets.load(font_folder)


@pytest.fixture
def client(loaded: Assets) -> Browser:
    app = FastAPI()
    app.add_api_route("/static/{_hash}/{_name}", loaded.answer, methods=["GET"])
    return Browser(app)


def addresses(html: str) -> list[str]:
    return re.findall(r'(?:href|src)="([^"]+)"', html)


async def test_the_head_names_hashed_addresses_that_are_kept_for_ever(client: Browser, loaded: Assets) -> None:
    named = addresses(loaded.head_html())
    assert sorted(name.rsplit("/", 1)[1] for name in named) == [
        "app.css",
        "inter.woff2",
        "logo.svg",
        "newsreader.woff2",
        "symbols.woff2",
    ]
    for address in named:
        assert re.fullmatch(r"/static/[0-9a-f]{16}/[a-z]+\.[a-z0-9]+", address)
        answer = await client.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert len(answer.content) > 200


async def test_fonts_are_asked_for_at_the_address_that_is_preloaded(client: Browser, loaded: Assets) -> None:
    stylesheet = loaded.url("app.css")
    css = (await client.get(stylesheet)).text
    asked = [f"/static/{path}" for path in re.findall(r'src:url\("\.\./([^"]+)"\)', css)]
    assert asked == [loaded.url(f"{font.name}.woff2") for font in loaded.fonts]
    assert "Roboto" not in css
    assert '"Material' not in css


async def test_the_stylesheet_travels_compressed(client: Browser, loaded: Assets) -> None:
    packed = await client.get(loaded.url("app.css"))
    plain = await client.get(loaded.url("app.css"), Accept_Encoding="identity")
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < len(plain.content) / 3


async def test_an_old_or_invented_address_is_404(client: Browser, loaded: Assets) -> None:
    assert (await client.get("/static/0123456789abcdef/app.css")).status_code == 404
    assert (await client.get(loaded.url("inter.woff2").replace("inter", "../../secret"))).status_code == 404
    with pytest.raises(KeyError):
        loaded.url("nothing.css")


def test_the_hash_follows_the_content(loaded: Assets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Assets.load(tmp_path).url("app.css") == loaded.url("app.css")
    css = assets.stylesheet(loaded.fonts)
    monkeypatch.setattr(assets, "stylesheet", lambda fonts: css + ".x{color:red}")
    assert Assets.load(tmp_path).url("app.css") != loaded.url("app.css")


def test_every_stylesheet_is_joined_and_says_its_vocabulary() -> None:
    names = stylesheet_names()
    assert sorted(names) == sorted(path.stem for path in (ASSETS / "css").glob("*.css"))
    assert (names[0], names[-1]) == ("tokens", "quasar")
    for name in names:
        assert (ASSETS / "css" / f"{name}.css").read_text("utf-8").startswith("/*"), name


def test_squeezing_keeps_every_rule() -> None:
    css = '/* words */\n.a {\n  color: var(--ink);\n}\n\n\n.b { content: "·"; }\n'
    assert assets._squeeze(css) == '\n.a {\ncolor: var(--ink);\n}\n.b { content: "·"; }\n'


async def test_install_puts_the_head_into_every_page(font_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "shared_head_html", "")
    app = FastAPI()
    served = install(app, font_folder)
    assert served.head_html() in Client.shared_head_html
    for font in served.fonts:  # being made in the background
        assert (await Browser(app).get(served.url(f"{font.name}.woff2"))).content.startswith(b"wOF2")
    assert (await Browser(app).get(served.url("logo.svg"))).headers["content-type"].startswith("image/svg+xml")


def test_theme_html_cannot_be_broken_out_of() -> None:
    assert assets.theme_html("dark", contrast=True) == '<script>cpTheme("dark",true)</script>'


def test_the_icon_font_is_in_nicegui() -> None:
    assert icon_font().suffix == ".woff2"
    assert icon_font().is_file()


def test_icons_are_sorted_and_unique() -> None:
    assert list(ICONS) == sorted(set(ICONS))


def test_every_icon_that_the_code_names_is_in_the_font() -> None:
    patterns = (
        re.compile(r"\bsym_r_([a-z0-9_]+)"),
        re.compile(r"""cp-icon[^"'<>]*["'](?: aria-hidden=\\?["']true\\?["'])?>([a-z0-9_]+)<"""),
        re.compile(r"""\bicon\s*[=:]\s*["']([a-z0-9_]+)["']"""),
        re.compile(r"""\bicon\(\s*["']([a-z0-9_]+)["']"""),
    )
    unknown = []
    for path in sorted([*(ROOT / "app").rglob("*.py"), *(ROOT / "app").rglob("*.js"), *(ROOT / "app").rglob("*.html")]):
        if path.name == "icons.py":
            continue
        text = path.read_text("utf-8")
        names = {name for pattern in patterns for name in pattern.findall(text)}
        unknown += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(names - set(ICONS))]
    assert unknown == []


class Bundle:
    """A little application that counts how often it was asked."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.asked = 0
        self.body = "let a = 1;\n" * 2000
        self.app.add_api_route(f"{StaticGzip.BUNDLES}static/quasar.js", self.script)
        self.app.add_api_route(f"{StaticGzip.BUNDLES}static/fonts/a.woff2", self.font)
        self.app.add_api_route(f"{StaticGzip.BUNDLES}fleeting", self.fleeting)
        self.app.add_api_route(f"{StaticGzip.DYNAMIC}a", self.script)
        self.app.add_api_route("/api/packed", self.packed)
        self.app.add_api_route("/api/plain", self.plain)
        self.client = Browser(StaticGzip(self.app))

    def script(self) -> Response:
        self.asked += 1
        return Response(self.body, media_type="text/javascript", headers={**assets.FOREVER, "ETag": '"1"'})

    def font(self) -> Response:
        self.asked += 1
        return Response(b"wOF2" * 1000, media_type="font/woff2", headers=assets.FOREVER)

    def fleeting(self) -> Response:
        self.asked += 1
        return PlainTextResponse(self.body, headers={"Cache-Control": "no-store"})

    def packed(self) -> Response:
        return Response(
            gzip.compress(b'{"a": 1}' * 500, 1), media_type="application/json", headers={"Content-Encoding": "gzip"}
        )

    def plain(self) -> Response:
        return JSONResponse(["word"] * 2000)


async def test_a_bundle_is_compressed_once() -> None:
    bundle = Bundle()
    address = f"{StaticGzip.BUNDLES}static/quasar.js"
    first, second = await bundle.client.get(address), await bundle.client.get(address, If_None_Match='"1"')
    for answer in (first, second):
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["cache-control"] == assets.FOREVER["Cache-Control"]
        assert int(answer.headers["content-length"]) < 500
        assert answer.text == bundle.body
    assert bundle.asked == 1


async def test_who_cannot_read_gzip_gets_the_file_itself() -> None:
    bundle = Bundle()
    answer = await bundle.client.get(f"{StaticGzip.BUNDLES}static/quasar.js", Accept_Encoding="identity")
    assert "content-encoding" not in answer.headers
    assert answer.text == bundle.body


@pytest.mark.parametrize("name", ["static/fonts/a.woff2", "dynamic_resources/a", "fleeting"])
async def test_what_is_compressed_already_or_may_change_is_not_kept(name: str) -> None:
    bundle = Bundle()
    for _ in range(2):
        answer = await bundle.client.get(StaticGzip.BUNDLES + name)
        assert answer.status_code == 200
    assert bundle.asked == 2


async def test_json_that_is_compressed_already_passes_unchanged() -> None:
    answer = await Bundle().client.get("/api/packed")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == b'{"a": 1}' * 500


async def test_other_answers_are_compressed_as_usual() -> None:
    answer = await Bundle().client.get("/api/plain")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.json() == ["word"] * 2000
