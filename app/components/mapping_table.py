"""Which column of a file is which field, as a table that a person changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from app.base.i18n import _


class MappingTable(ui.element, component="mapping_table.js"):
    """`columns`: {"key", "label", "samples", "why", "offer"}; `fields`: groups of {"value", "label"}; see `show` for the rest."""

    def __init__(
        self,
        columns: Sequence[Mapping[str, Any]],
        fields: Sequence[Mapping[str, Any]],
        types: Sequence[Mapping[str, str]],
        *,
        creating: bool,
        on_target: Callable[[str, Any], Any],
        on_word: Callable[[str, str, str], Any],
    ) -> None:
        super().__init__()
        self._props.update(columns=list(columns), fields=list(fields), types=list(types), creating=creating, strings=_strings())
        self._props.update(targets={}, problems={}, words={})
        self.on("target", lambda event: on_target(event.args["column"], event.args["target"]))
        self.on("word", lambda event: on_word(event.args["column"], event.args["cell"], event.args["value"]))

    def show(
        self, targets: Mapping[str, Any], problems: Mapping[str, str], words: Mapping[str, Sequence[Mapping[str, Any]]]
    ) -> None:
        """Draws the choices made, what is wrong with them by column, and words that are in no list yet."""
        self._props.update(targets=dict(targets), problems=dict(problems), words={k: list(v) for k, v in words.items()})
        self.update()


def _strings() -> dict[str, str]:
    return {
        "title": _("Columns of the file"),
        "column": _("Column of the file"),
        "examples": _("First values"),
        "field": _("Goes to"),
        "field_of": _("Field for the column %(column)s", column="{column}"),
        "empty": _("(empty)"),
        "leave_out": _("Leave out"),
        "new_field": _("Make a field"),
        "new_label": _("Name of the new field for %(column)s", column="{column}"),
        "new_type": _("Type of the new field for %(column)s", column="{column}"),
        "quoted": _("“%(word)s”", word="{word}"),
        "means": _("means"),
        "meaning_of": _("Meaning of “%(word)s”", word="{word}"),
        "not_in_list": _("Not in the list"),
    }
