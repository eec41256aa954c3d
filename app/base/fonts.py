"""The product's fonts: subsets of Inter, Newsreader and an icon font as woff2, made once and kept in a cache folder.

Invariants: nothing is copied into the repository; sources are the installed packages. A font's `key` is a hash of its
source and of everything that shapes its subset, known before the font is made, so that pages can name its address at
once; a file in the cache is complete (written aside, then renamed) and never changes under its name.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

TEXT_RANGES = (
    (0x0020, 0x017F), (0x0218, 0x021B), (0x0300, 0x0304), (0x1E9E, 0x1E9E), (0x2010, 0x2027), (0x202F, 0x202F),
    (0x2030, 0x2033), (0x2039, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122), (0x2190, 0x2193),
    (0x21B5, 0x21B5), (0x21E7, 0x21E7), (0x2212, 0x2212), (0x2248, 0x2248), (0x2260, 0x2260), (0x2264, 0x2265),
    (0x2318, 0x2318), (0x2713, 0x2713),
)  # fmt: skip
"""Latin with French, German, Romanian, Polish…; punctuation, arrows and the signs that the interface uses."""

RECIPE = 2
"""Raise it when this file makes other fonts out of the same sources."""

TEXT_FEATURES = ("kern", "liga", "calt", "tnum", "lnum", "ccmp", "locl", "mark", "mkmk")


@dataclass(frozen=True)
class FontSource:
    """A font to subset. `axes` narrows or pins the axes of a variable font; `ligatures` keeps icons by name instead of text."""

    name: str
    family: str
    path: Path
    axes: tuple[tuple[str, float | tuple[float, float]], ...] = ()
    ligatures: tuple[str, ...] = ()
    key: str = field(init=False)

    def __post_init__(self) -> None:
        recipe = (RECIPE, version("fonttools"), version("brotli"), TEXT_RANGES, TEXT_FEATURES, self.axes, self.ligatures)
        digest = hashlib.sha256(self.path.read_bytes() + repr(recipe).encode()).hexdigest()
        object.__setattr__(self, "key", digest[:16])

    @property
    def weights(self) -> str:
        """The value of `font-weight` in @font-face."""
        weight = dict(self.axes).get("wght", 400)
        return f"{weight[0]:g} {weight[1]:g}" if isinstance(weight, tuple) else f"{weight:g}"


def product_fonts(icon_font: Path, icons: Sequence[str]) -> tuple[FontSource, ...]:
    """Inter and Newsreader from their packages, and `icon_font` reduced to the ligatures `icons`.

    The axes keep what the style guide uses: Inter at text size, Newsreader from 18 to 30 px; this is 94 kB instead of 266.
    """
    inter = Path(str(files("fontpkg_inter"))) / "files" / "Inter[opsz,wght].ttf"
    newsreader = Path(str(files("fontpkg_newsreader"))) / "files" / "Newsreader[opsz,wght].ttf"
    return (
        FontSource("inter", "Inter", inter, axes=(("opsz", 14.0), ("wght", (400.0, 700.0)))),
        FontSource("newsreader", "Newsreader", newsreader, axes=(("opsz", (18.0, 30.0)), ("wght", (500.0, 600.0)))),
        FontSource("symbols", "Comptoir Symbols", icon_font, ligatures=tuple(icons)),
    )


class FontCache:
    """woff2 files of fonts in a folder. Safe from several threads, and from several processes on one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def path(self, source: FontSource) -> Path:
        """Where the subset lies or will lie."""
        return self.folder / f"{source.name}-{source.key}.woff2"

    def read(self, source: FontSource) -> bytes:
        """The subset as woff2, made now if it is not in the cache (a second or two). Raises OSError when it cannot be kept."""
        with self._guard:
            lock = self._locks.setdefault(source.key, threading.Lock())
        with lock:
            path = self.path(source)
            if not path.exists():
                self._write(path, subset_icons(source) if source.ligatures else subset_text(source))
            return path.read_bytes()

    def _write(self, path: Path, font: TTFont) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=self.folder, suffix=".part")
        os.close(handle)
        try:
            font.flavor = "woff2"
            font.save(aside)
            Path(aside).replace(path)
        finally:
            Path(aside).unlink(missing_ok=True)


def subset_text(source: FontSource) -> TTFont:
    """A text font with the characters of TEXT_RANGES and the features of TEXT_FEATURES, its axes narrowed."""
    from fontTools.varLib import instancer

    font = _open(source.path)
    _add_narrow_space(font)
    subsetter = _subsetter(layout_features=list(TEXT_FEATURES))
    subsetter.populate(unicodes=[code for first, last in TEXT_RANGES for code in range(first, last + 1)])
    subsetter.subset(font)
    return instancer.instantiateVariableFont(font, dict(source.axes)) if source.axes else font


def subset_icons(source: FontSource) -> TTFont:
    """An icon font with the glyphs that `ligatures` name. Raises KeyError naming the icons it lacks.

    The letters stay too (a name is written with them), without the icons that they would also spell: hence no closure.
    """
    font = _open(source.path)
    glyphs = _ligature_glyphs(font)
    missing = [name for name in source.ligatures if name not in glyphs]
    if missing:
        raise KeyError(f"{source.family} has no icons named {', '.join(missing)}")
    subsetter = _subsetter(layout_features=["rlig", "liga"], layout_closure=False)
    subsetter.populate(glyphs=[glyphs[name] for name in source.ligatures], text="".join(source.ligatures))
    subsetter.subset(font)
    return font


def _add_narrow_space(font: TTFont) -> None:
    """French puts U+202F into every figure; Newsreader lacks it, and the space of another font would be too narrow."""
    for table in font["cmap"].tables:
        if table.isUnicode() and 0x00A0 in table.cmap:
            table.cmap.setdefault(0x202F, table.cmap[0x00A0])


def _open(path: Path) -> TTFont:
    from fontTools.ttLib import TTFont

    return TTFont(
        io.BytesIO(path.read_bytes()), lazy=True, recalcTimestamp=False
    )  # a lazy font would keep the file itself open


def _subsetter(**options: Any) -> Any:
    from fontTools import subset

    return subset.Subsetter(
        subset.Options(notdef_outline=True, name_IDs=[1, 2, 6], drop_tables=["STAT", "DSIG", "gasp"], **options)
    )


def _ligature_glyphs(font: TTFont) -> dict[str, str]:
    """Icon name (lower case) → glyph, from the ligatures of the font."""
    letters: dict[str, str] = {}
    for code, glyph in font.getBestCmap().items():
        letters.setdefault(glyph, chr(code).lower())
    glyphs: dict[str, str] = {}
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            for first, ligatures in getattr(table, "ligatures", {}).items():
                for ligature in ligatures:
                    name = "".join(letters.get(glyph, "?") for glyph in (first, *ligature.Component))
                    glyphs[name] = ligature.LigGlyph
    return glyphs
