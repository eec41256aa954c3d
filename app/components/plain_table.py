"""A table of texts to read, drawn by the browser: previews of files, rows side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nicegui import ui


class PlainTable(ui.element, component="plain_table.js"):
    """`rows`: {"cells": [text | {"old", "text"} | {"chip", "text"}]}; `numbered`: the first column holds numbers; `wrap`: long texts take several lines."""

    def __init__(
        self, label: str, columns: Sequence[str], rows: Sequence[dict[str, Any]], *, numbered: bool = False, wrap: bool = False
    ) -> None:
        super().__init__()
        self._props["label"] = label
        self._props["columns"] = list(columns)
        self._props["rows"] = list(rows)
        self._props["numbered"] = numbered
        self._props["wrap"] = wrap
