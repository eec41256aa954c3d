"""The two palettes in Python, for what cannot read CSS variables (charts, e-mails, PDF), and colours chosen for people.

Invariants: `assets/css/tokens.css` is the only source; nothing here repeats a colour. A record's avatar colour depends on
its id alone, and `avatarColour` in the browser's code computes the same number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

ASSETS = Path(__file__).resolve().parents[2] / "assets"
Theme = Literal["light", "dark"]
AVATAR_COLOURS = 6

_DECLARATION = re.compile(r"^\s*--([a-z0-9]+):\s*(#[0-9A-F]{6}|rgba\([\d.,]+\));$", re.MULTILINE)


@cache
def palette(theme: Theme) -> Mapping[str, str]:
    """Token → colour, as `{"acc": "#0B5A66", …}`; `scrim` is an rgba(). Values are as CSS has them."""
    css = (ASSETS / "css" / "tokens.css").read_text("utf-8")
    block = css[css.index(".cp-dark, .body--dark {") :] if theme == "dark" else css
    return MappingProxyType(dict(_DECLARATION.findall(block[: block.index("\n}")])))


def avatar_colour(record_id: str | int) -> int:
    """1 to 6, always the same for one id: the number of classes `cp-avatar--c1` … `cp-avatar--c6`."""
    hashed = 0
    for character in str(record_id):
        hashed = (hashed * 31 + ord(character)) % 65521
    return hashed % AVATAR_COLOURS + 1


def contrast(first: str, second: str) -> float:
    """WCAG contrast ratio of two #RRGGBB colours, 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
