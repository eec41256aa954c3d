"""The home page's figures, lists and bars: each asks for itself, all in parallel, and reads again when data changes.

Its surface is home_grid.js. Invariants: contents come by JSON from app/api/home.py with the rights of whoever looks; a component that
fails shows its own error and leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nicegui import ui

from app.base.i18n import _
from app.components import words
from app.components.scripts import share

share("comptoir-kinds", "kinds")


class HomeGrid(ui.element, component="home_grid.js"):
    """`parts` come from `services.home.components`, `modules` are the described modules that their rows belong to, by API name."""

    def __init__(self, parts: list[dict[str, Any]], modules: dict[str, Any]) -> None:
        super().__init__()
        self._props.update(parts=parts, modules=modules, strings=strings())
        self.classes("cp-home")

    def refresh(self, modules: Iterable[str]) -> None:
        """Records of these modules changed: the parts made of them read again."""
        self.run_method("refresh", list(modules))


def strings() -> dict[str, str]:
    """The words of the home page's components."""
    return {
        **words.kinds(),
        "open_list": _("Open the list"),
        "nothing": _("Nothing here for now."),
        "failed": _("This part could not be loaded."),
        "retry": _("Try again"),
        "weighted": _("weighted %(amount)s", amount="{amount}"),
        "up": _("%(n)s %% more than last month", n="{n}"),
        "down": _("%(n)s %% less than last month", n="{n}"),
        "same": _("as last month"),
        "late": _("Late"),
        "trend": _("Last six months: %(values)s", values="{values}"),
        "not_enough": _("not enough data"),
        "amount": _("amount"),
    }
