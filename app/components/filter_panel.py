"""The filter panel of a list or a board. Its surface is filter_panel.js; the filter itself is made and judged in Python.

Invariants: the panel knows conditions, never records; what it sends is checked by services/filters.py with the actor's rights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments, handle_event

from app.components import words
from app.components.scripts import share

share("comptoir-kinds", "kinds")
share("comptoir-list", "list")


class FilterPanel(ui.element, component="filter_panel.js"):
    """Conditions on one module. Events: `change` ({"conditions", "pattern"}), `save`, `close`."""

    def __init__(
        self,
        module: dict[str, Any],
        *,
        conditions: Sequence[Mapping[str, Any]] = (),
        pattern: str = "",
        question: Mapping[str, str],
        count: int | None = None,
        narrow: bool = True,
    ) -> None:
        """`conditions`: {"field", "op", "value", "shown"?}; `shown` has {id, title} for linked records. `question`: view, filter, q.

        `narrow`: whether it may open as an overlay on narrow screens; else it closes itself there.
        """
        super().__init__()
        self._props.update(
            module=module,
            url=f"/api/ui/{module['slug']}",
            strings=words.filters(),
            conditions=[dict(one) for one in conditions],
            pattern=pattern,
            question=dict(question),
            count=count,
            narrow=narrow,
        )

    def hear(self, event: str, handler: Callable[..., Any]) -> FilterPanel:
        """Calls `handler(arguments)` for an event of the component."""
        self.on(event, lambda e: _call(handler, e))
        return self

    def begin(self, conditions: Sequence[Mapping[str, Any]], pattern: str) -> None:
        """Show other conditions: another view was chosen."""
        self.run_method("begin", [dict(one) for one in conditions], pattern)

    def asked(self, question: Mapping[str, str]) -> None:
        """The list now asks this: counts of values are read again."""
        self.run_method("asked", dict(question))

    def counted(self, n: int) -> None:
        """How many records match."""
        self.run_method("counted", n)

    def refuse(self, problems: Mapping[str, str]) -> None:
        """What is wrong, by field; "" is the pattern or the whole."""
        self.run_method("refuse", dict(problems))


def _call(handler: Callable[..., Any], event: GenericEventArguments) -> None:
    handle_event(lambda: handler(event.args), event)
