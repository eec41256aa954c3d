"""The shell as a component: everything around the pages. It holds no data of its own, `pages/shell.py` gives it all."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from app.components.scripts import share

share("comptoir-shell", "shell_parts")


class Shell(ui.element, component="shell.js"):
    """Rail, top bar, footer, phone bar, palette, menus, messages. Its default slot is the page."""

    def __init__(self, data: dict[str, Any]) -> None:
        """`data`: see `pages/shell.py`, which makes it."""
        super().__init__()
        self._props["data"] = data

    def show(self, data: dict[str, Any]) -> None:
        """Takes new data (other rights, other modules) without touching the page."""
        if data != self._props["data"]:
            self._props["data"] = data
            self.update()

    def toast(self, text: str, **options: Any) -> None:
        """A message at the bottom: `undo` (change set), `link`, `kind` ("", "error", "warning")."""
        self.run_method("toast", text, options)
