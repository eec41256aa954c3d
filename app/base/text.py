"""Folding: the one way Comptoir ignores case and accents, in search, sorting, matching and uniqueness."""

from __future__ import annotations

import unicodedata

_TABLE = str.maketrans(
    {
        "ł": "l",
        "Ł": "l",
        "ø": "o",
        "Ø": "o",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "đ": "d",
        "Đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ß": "ss",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "–": "-",
        "—": "-",
        "‑": "-",
    }
)
_LEADING = " \t\r\n\"'«»“”„([{<-_.,;:!¡?¿*#/\\"


def fold(text: str | None) -> str:
    """`text` without case, accents, doubled spaces and leading punctuation: "  Œuvre d’Éric" → "oeuvre d'eric"."""
    if not text:
        return ""
    if text.isascii():
        folded = text.casefold()
    else:
        decomposed = unicodedata.normalize("NFKD", text.translate(_TABLE))
        folded = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    folded = " ".join(folded.split())
    return folded.lstrip(_LEADING) or folded
