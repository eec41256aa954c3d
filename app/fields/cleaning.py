"""Text as it may be stored: no NUL, no control characters, no lone surrogates, NFC; and its folded shadow.

PostgreSQL cannot store U+0000, neither engine can encode a lone surrogate, and control characters break CSV, XLSX and XML. What
people cannot see is removed silently; what they can see is never changed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

from app.base.i18n import N_
from app.base.text import fold
from app.fields.spec import Problem

SHADOW = 600
"""Characters of a folded shadow: a B-tree key of PostgreSQL holds 2,704 bytes."""

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff\U0010ffff]")
_BREAKS = re.compile("[\t\r\n\x85\u2028\u2029]+")
_SHOWN = 60


def clean_line(raw: Any) -> str | None:
    """`raw` as one line of text; None when nothing is left. Raises `Problem` when it is no text at all."""
    text = _text(raw)
    if not text.isprintable():
        text = _BREAKS.sub(" ", _INVISIBLE.sub("", text))
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip() or None


def clean_lines(raw: Any) -> str | None:
    """`raw` as text of several lines separated by \\n; None when nothing is left. Raises `Problem` when it is no text."""
    text = _text(raw)
    if not text.isprintable():
        text = (
            text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        )
        text = _INVISIBLE.sub("", text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.rstrip().lstrip("\n") if text.strip() else None


def shadow(text: str | None) -> str | None:
    """The folded shadow of `text`, short enough for an index."""
    return None if text is None else fold(text)[:SHADOW]


def shown(raw: Any) -> str:
    """`raw` for a message: on one line, without what is invisible, shortened."""
    text = _BREAKS.sub(" ", _INVISIBLE.sub("", raw if isinstance(raw, str) else str(raw))).strip()
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _text(raw: Any) -> str:
    if isinstance(raw, str):
        return raw
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):  # a spreadsheet's 75001.0 is a post code
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, Decimal):
        return f"{raw:f}"
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, date):
        return raw.isoformat()
    raise Problem(N_("A text is expected here."))
