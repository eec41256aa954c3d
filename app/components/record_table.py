"""The record table of a module: rows, sorting, selection, editing in place. Its surface is record_table.js.

Invariants: no record passes through the page's socket; the component reads /api/ui with the rights of whoever looks. Python tells it
what to ask for (`apply`) and that something changed (`refresh`, `refresh_record`), and hears what is to be remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments, handle_event

from app.components import words
from app.components.scripts import share

Sort = Sequence[tuple[str, str]]

share("comptoir-kinds", "kinds")
share("comptoir-list", "list")


class RecordTable(ui.element, component="record_table.js"):
    """One module's records. Events: `sort`, `columns`, `count`, `selection`, `create`, `import`, `clear`, `export`, `filters`."""

    def __init__(
        self,
        module: dict[str, Any],
        *,
        query: dict[str, str],
        sort: Sort = (),
        columns: Sequence[str] = (),
        widths: dict[str, int] | None = None,
    ) -> None:
        """`module` comes from `services.describe`; `query` has view, filter (JSON or ~key) and q."""
        super().__init__()
        self._props.update(
            module=module,
            url=f"/api/ui/{module['slug']}",
            query=query,
            sort=[list(one) for one in sort],
            columns=list(columns or module["columns"]),
            widths=widths or {},
            defaults=list(module["columns"]),
            strings=words.table(module),
        )
        self.classes("cp-grow").style("display:flex;min-width:0;min-height:0")

    def hear(self, event: str, handler: Callable[..., Any]) -> RecordTable:
        """Calls `handler(arguments)` for an event of the component."""
        self.on(event, lambda e: _call(handler, e))
        return self

    def apply(self, **question: Any) -> None:
        """Ask for something else: view, filter, q, sort, columns, widths; what is not named stays."""
        if "sort" in question:
            question["sort"] = [list(one) for one in question["sort"]]
        self.run_method("apply", question)

    def refresh(self) -> None:
        """Records of the module changed: read what is visible again."""
        self.run_method("refresh")

    def refresh_record(self, record_id: str) -> None:
        """One record changed."""
        self.run_method("refresh_record", record_id)

    def open_columns(self) -> None:
        """Show the column chooser."""
        self.run_method("open_columns")


def _call(handler: Callable[..., Any], event: GenericEventArguments) -> None:
    handle_event(lambda: handler(event.args), event)
