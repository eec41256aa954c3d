"""The form of a record, new or existing. Its surface is record_form.js.

Invariants: what is typed is kept as a draft in the browser and on the server until it is saved or given up; the server parses and
checks, and its messages stand at their fields.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from nicegui import ui

from app.base.i18n import _
from app.components import words
from app.components.scripts import share

share("comptoir-kinds", "kinds")
share("comptoir-form", "form")


class RecordForm(ui.element, component="record_form.js"):
    """Fields of a described module. `row` holds the cells to begin with ({} for a blank form)."""

    def __init__(
        self,
        module: dict[str, Any],
        *,
        record_id: str = "",
        row: dict[str, Any],
        given: Sequence[str] = (),
        draft: dict[str, Any] | None = None,
        title: str,
        sheet: bool = False,
        resume: bool = False,
    ) -> None:
        """`given`: fields of `row` that are sent although nobody types them (a link prefilled by the address, a copy).

        `sheet`: quick create beside a page, with the fields that the module names for it; `resume`: go on with the draft at once.
        """
        super().__init__()
        self._props.update(
            module=module, url=f"/api/ui/{module['slug']}", id=record_id, row=row, given=list(given), draft=draft, title=title,
            form=f"{module['api']}/{record_id or 'new'}", strings=strings(),
            sheet=sheet, resume=resume,
        )  # fmt: skip
        self.classes("cp-grow").style("display:flex;min-width:0;min-height:0;flex-direction:column")

    def hear_close(self, handler: Callable[[], Any]) -> RecordForm:
        """Calls `handler` when a sheet has saved or is given up."""
        self.on("close", lambda _event: handler())
        return self


def strings() -> dict[str, str]:
    """The words of forms."""
    return {
        **words.kinds(),
        "required": _("(required)"), "save": _("Save"), "save_new": _("Save and new"), "cancel": _("Cancel"), "saving": _("Saving…"),
        "created": _("%(name)s created", name="{name}"), "saved": _("%(name)s saved", name="{name}"), "nothing_changed": _("Nothing was changed."),
        "problems": _("Some fields need your attention."), "draft_found": _("A draft of %(when)s was kept.", when="{when}"),
        "draft_use": _("Go on with it"), "draft_drop": _("Discard it"), "draft_kept": _("Draft kept"), "draft_local": _("Draft kept in this browser"),
        "leave_title": _("Leave without saving?"), "leave_text": _("What you typed is kept as a draft and offered again next time."),
        "stay": _("Stay"), "leave": _("Leave"), "theirs": _("Meanwhile saved by somebody else: %(value)s", value="{value}"),
        "keep_mine": _("Keep my value"), "keep_theirs": _("Keep theirs"), "all_fields": _("Show all fields"), "fewer_fields": _("Show fewer fields"),
        "every_field": _("All fields"), "close": _("Close"), "draft_of": _("Draft kept: %(name)s", name="{name}"),
        "empty": _("empty"), "path": _("Where you are"),
    }  # fmt: skip
