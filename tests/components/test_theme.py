"""Colours: every pair that is text on a surface is readable, in both palettes; tokens are the only source of colours."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from app.components.theme import ASSETS, AVATAR_COLOURS, Theme, avatar_colour, contrast, palette

SURFACES = ("frame", "sheet", "sunk", "hover")
TEXT = [
    *((ink, surface) for ink in ("ink", "ink2", "ink3", "acc") for surface in (*SURFACES, "acct")),
    *((ink, "nub") for ink in ("ink", "ink2", "nut", "ink3")),
    *((f"{status}t", f"{status}b") for status in ("ok", "wa", "da", "brass")),
    ("int", "inb"), ("put", "pub"), ("nut", "nub"),
    *((status, surface) for status in ("okt", "wat", "dat", "int", "put") for surface in ("sheet", "sunk", "frame")),
    ("onacc", "acc"), ("onacc", "acch"), ("sheet", "dat"),
    ("oninv", "inv"), ("inv2", "inv"), ("invact", "inv"), ("oninv", "invline"),
    *((f"av{n}t", f"av{n}b") for n in range(1, AVATAR_COLOURS + 1)),
]  # fmt: skip
GRAPHICS = [
    ("field", "sheet"),
    ("field", "sunk"),
    ("brass", "sheet"),
    ("r3", "sheet"),
    ("r4", "sheet"),
    ("r5", "sheet"),
    ("acc", "nub"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "surface"), TEXT)
def test_text_is_readable(theme: Theme, ink: str, surface: str) -> None:
    colours = palette(theme)
    assert contrast(colours[ink], colours[surface]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("mark", "surface"), GRAPHICS)
def test_outlines_and_marks_are_seen(theme: Theme, mark: str, surface: str) -> None:
    colours = palette(theme)
    assert contrast(colours[mark], colours[surface]) >= 3


def test_both_palettes_have_the_same_tokens() -> None:
    light, dark = palette("light"), palette("dark")
    assert light.keys() == dark.keys()
    assert light["acc"] == "#0B5A66"
    assert dark["acc"] == "#67C3CE"
    assert light["scrim"].startswith("rgba(")


def test_contrast_is_the_one_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#0B5A66", "#0B5A66") == 1


def test_no_colour_stands_outside_the_tokens() -> None:
    found = []
    for path in sorted((ASSETS / "css").glob("*.css")):
        if path.name == "tokens.css":
            continue
        css = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text("utf-8"), flags=re.DOTALL)
        masks = re.sub(r"#(?:000|fff)\b", "", css)  # in masks and on paper black and white are not colours of the theme
        found += [f"{path.name}: {colour}" for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", masks)]
    assert found == []


def test_every_variable_that_is_used_is_declared() -> None:
    css = "\n".join(path.read_text("utf-8") for path in (ASSETS / "css").glob("*.css"))
    declared = set(re.findall(r"(--[a-z][a-z0-9-]*)\s*:", css))
    used = {name for name in re.findall(r"var\((--[a-z0-9-]+)", css) if not name.startswith("--cp-")}  # --cp-…: by style="…"
    assert used - declared == set()


def test_no_text_is_below_11_px_except_initials() -> None:
    small = []
    for path in (ASSETS / "css").glob("*.css"):
        for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text("utf-8")):
            sizes = [float(px) for px in re.findall(r"font(?:-size)?:[^;]*?(\d+(?:\.\d+)?)px", body)]
            if any(0 < size < 11 for size in sizes) and "avatar" not in selector:
                small.append(f"{path.name}: {selector.strip()}")
    assert small == []


def test_an_avatar_colour_is_stable_and_spread() -> None:
    assert [avatar_colour(i) for i in ("225179981123584", 225179981123584)] == [avatar_colour("225179981123584")] * 2
    assert avatar_colour("1") == 2  # as avatarColour("1") in the browser: 49 % 65521 % 6 + 1
    spread = Counter(avatar_colour(225179981123584 + n * 4096) for n in range(600))
    assert set(spread) == set(range(1, AVATAR_COLOURS + 1))
    assert max(spread.values()) < 200
