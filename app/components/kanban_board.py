"""The board of a module: records in lanes, dragged by mouse, touch or keyboard. Its surface is kanban_board.js.

Invariants: no record passes through the page's socket; the component reads and writes /api/ui with the rights of whoever looks, and
a move goes through the same rules as an edit. Python tells it what to ask for (`apply`) and that something changed (`refresh`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.events import handle_event

from app.base.i18n import _
from app.components import words
from app.components.scripts import share

share("comptoir-kinds", "kinds")
share("comptoir-board", "board")
share("comptoir-shell", "shell_parts")


class KanbanBoard(ui.element, component="kanban_board.js"):
    """One module's board. Events: `count` ({count, capped} of records in lanes), `create` ({field: value} to begin with), `group` ({by} or {total})."""

    def __init__(self, module: dict[str, Any], *, query: dict[str, str]) -> None:
        """`module` comes from `services.describe`; `query` has view, filter (JSON or ~key), q, sort, by and total."""
        super().__init__()
        self._props.update(module=module, url=f"/api/ui/{module['slug']}", query=query, strings=strings(module))
        self.classes("cp-boardwrap")

    def hear(self, event: str, handler: Callable[..., Any]) -> KanbanBoard:
        """Calls `handler(arguments)` for an event of the component."""
        self.on(event, lambda e: handle_event(lambda: handler(e.args), e))
        return self

    def apply(self, **question: Any) -> None:
        """Ask for something else: view, filter, q, sort, by, total; what is not named stays."""
        self.run_method("apply", question)

    def refresh(self) -> None:
        """Records of the module changed: read what is visible again."""
        self.run_method("refresh")


def strings(module: dict[str, Any]) -> dict[str, str]:
    """The words of the board."""
    return {
        **words.kinds(),
        **words.counted("more", "%(n)s more", "%(n)s more"),
        **words.counted("beyond", "and one more lane", "and %(n)s more lanes"),
        "total": _("Total"),
        "weighted": _("Weighted"),
        "by": _("By: %(field)s", field="{field}"),
        "group_by": _("Group by"),
        "sum_of": _("Sum: %(field)s", field="{field}"),
        "add_up": _("Add up"),
        "no_sum": _("No sum"),
        "add": _("Add"),
        "add_to": _("Add to %(name)s", name="{name}"),
        "collapse": _("Collapse %(name)s", name="{name}"),
        "expand": _("Expand %(name)s", name="{name}"),
        "about": _("Converted at the rate of each record"),
        "moved": _("%(name)s: %(lane)s", name="{name}", lane="{lane}"),
        "late": _("Late"),
        "no_action": _("No action planned"),
        "won_month": _("Won this month"),
        "lost_month": _("Lost this month"),
        "grabbed": _("%(name)s is picked up. Arrow keys move it, Enter drops it, Escape puts it back.", name="{name}"),
        "over": _("%(name)s over %(lane)s", name="{name}", lane="{lane}"),
        "put_back": _("%(name)s is back where it was.", name="{name}"),
        "card_help": _("Space picks the card up, Enter opens it."),
        "reason_title": _("Why was it lost?"),
        "won_title": _("Which stage?"),
        "stage": _("Stage"),
        "reason": _("Reason"),
        "choose_reason": _("Choose why the deal was lost."),
        "cancel": _("Cancel"),
        "confirm": _("Confirm"),
        "error_title": _("The board could not be loaded"),
        "retry": _("Try again"),
        "empty_title": _("Nothing to show on this board"),
        "empty_text": _("Create the first one, or import those you have from a file."),
        "new": module["new"],
        "board": _("%(records)s by %(field)s", records=module["plural"], field="{field}"),
    }
