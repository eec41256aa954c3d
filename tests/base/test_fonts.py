"""Fonts: subset once, kept, complete, small, and an icon that does not exist is named."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.base import fonts
from app.base.fonts import FontCache, FontSource, product_fonts
from app.components.assets import icon_font

ICONS = ("search", "person", "person_search", "add")


@pytest.fixture(scope="module")
def sources() -> dict[str, FontSource]:
    return {source.name: source for source in product_fonts(icon_font(), ICONS)}


@pytest.fixture(scope="module")
def made(sources: dict[str, FontSource], tmp_path_factory: pytest.TempPathFactory) -> tuple[FontCache, dict[str, bytes]]:
    cache = FontCache(tmp_path_factory.mktemp("fonts") / "not yet there")
    return cache, {name: cache.read(source) for name, source in sources.items()}


def test_they_are_small_woff2(made: tuple[FontCache, dict[str, bytes]]) -> None:
    bodies = made[1]
    assert all(body.startswith(b"wOF2") for body in bodies.values())
    assert len(bodies["inter"]) < 45_000
    assert len(bodies["newsreader"]) < 80_000
    assert len(bodies["symbols"]) < 3_000


@pytest.mark.parametrize("name", ["inter", "newsreader"])
def test_text_fonts_write_french_and_keep_their_weights(made: tuple[FontCache, dict[str, bytes]], name: str) -> None:
    font = TTFont(io.BytesIO(made[1][name]))
    written = {chr(code) for code in font.getBestCmap()}
    assert set("Éàœç’«»…–−€\u00a0\u202f") <= written
    if name == "inter":
        assert set("≈→↵ŁĂ×½") <= written
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert "tnum" in features  # lining figures are what both have by default
    weight = next(axis for axis in font["fvar"].axes if axis.axisTag == "wght")
    assert (weight.minValue, weight.maxValue) == {"inter": (400, 700), "newsreader": (500, 600)}[name]


def test_the_icon_font_has_the_named_icons_and_no_others(made: tuple[FontCache, dict[str, bytes]]) -> None:
    font = TTFont(io.BytesIO(made[1]["symbols"]))
    assert set(fonts._ligature_glyphs(font)) == set(ICONS)


def test_nothing_is_made_twice(
    made: tuple[FontCache, dict[str, bytes]], sources: dict[str, FontSource], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, bodies = made
    before = {path: path.stat().st_mtime_ns for path in cache.folder.iterdir()}
    monkeypatch.setattr(fonts, "subset_text", None)
    monkeypatch.setattr(fonts, "subset_icons", None)
    again = FontCache(cache.folder)
    assert {name: again.read(source) for name, source in sources.items()} == bodies
    assert {path: path.stat().st_mtime_ns for path in cache.folder.iterdir()} == before
    assert not list(cache.folder.glob("*.part"))


def test_the_key_follows_what_shapes_the_font(sources: dict[str, FontSource]) -> None:
    inter = sources["inter"]
    assert FontSource(inter.name, inter.family, inter.path, axes=inter.axes).key == inter.key
    assert FontSource(inter.name, inter.family, inter.path, axes=(("wght", 400.0),)).key != inter.key
    more = product_fonts(icon_font(), (*ICONS, "close"))[2]
    assert more.key != sources["symbols"].key


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    source = product_fonts(icon_font(), ("search", "no_such_icon"))[2]
    with pytest.raises(KeyError, match="no_such_icon"):
        FontCache(tmp_path).read(source)
    assert list(tmp_path.iterdir()) == []
