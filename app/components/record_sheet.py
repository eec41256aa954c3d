"""The page of one record. Its surface is record_sheet.js.

Invariants: the record never passes through the page's socket; the component reads and writes /api/ui with the rights of whoever
looks. Python tells it that something changed (`refresh`); which tab is open stands in the address.
"""

from __future__ import annotations

from typing import Any

from nicegui import ui

from app.base.i18n import _, pgettext
from app.components import words
from app.components.scripts import share

share("comptoir-kinds", "kinds")
share("comptoir-board", "board")
share("comptoir-record", "record")
share("comptoir-shell", "shell_parts")


class RecordSheet(ui.element, component="record_sheet.js"):
    """One record of a described module."""

    def __init__(
        self,
        module: dict[str, Any],
        record_id: str,
        *,
        targets: dict[str, Any],
        stages: list[dict[str, Any]],
        deleted: bool,
        query: dict[str, str],
    ) -> None:
        """`targets`: described modules of the related lists, by API name; `stages`: [{value, label, kind}] of the stage path."""
        super().__init__()
        self._props.update(
            module=module, url=f"/api/ui/{module['slug']}", id=record_id, deleted=deleted, targets=targets, stages=stages, query=query,
            stageField=module["board"]["by"] if stages and module["board"] else "", strings=strings(),
        )  # fmt: skip
        self.classes("cp-grow").style("display:flex;min-width:0;min-height:0;flex-direction:column")

    def refresh(self) -> None:
        """The record, or what is linked to it, changed: read again what is shown."""
        self.run_method("refresh")


def strings() -> dict[str, str]:
    """The words of the record page."""
    n = "{n}"
    return {
        **words.kinds(),
        **words.counted("more_changes", "and one more field", "and %(n)s more fields"),
        "path": _("Where you are"), "place": _("%(n)s of %(total)s", n=n, total="{total}"), "previous": _("Previous"), "next": _("Next"),
        "more_actions": _("More actions"), "edit": _("Edit"), "clone": _("Duplicate"), "copy_link": _("Copy the link"),
        "copied": _("Link copied"), "print": _("Print"), "delete": _("Delete"), "deleted": _("%(name)s deleted", name="{name}"),
        "restore": _("Restore"), "in_bin": _("This record is in the recycle bin."), "tab_info": _("Overview"), "tab_timeline": _("Timeline"),
        "hidden_empty": _("Empty fields hidden · %(n)s", n=n), "hide_empty": _("Hide empty fields"), "related": _("Related lists"),
        "card": _("Business card"), "details": _("Details"), "notes": _("Notes"), "write_note": _("Write a note"), "add_note": _("Add the note"),
        "note_added": _("Note added"), "note_changed": _("Note changed"), "note_deleted": _("Note deleted"), "edit_note": _("Edit the note"),
        "modified": _("modified"), "save": _("Save"), "cancel": _("Cancel"), "retry": _("Try again"), "error_title": _("This record could not be shown"),
        "edit_value": _("%(field)s: %(value)s, edit", field="{field}", value="{value}"), "empty": _("empty"), "discard": _("Discard"),
        "keep_mine": _("Keep my value"), "keep_theirs": _("Keep theirs"), "none_here": _("Nothing here yet."), "show_more": _("Show more"),
        "timeline": _("Timeline"), "show": _("Show"), "all": _("Everything"), "stages": _("Stages"), "edits": _("Edits"), "others": _("Created, deleted"),
        "nothing_happened": _("Nothing has happened yet."), "undo": _("Undo"), "undo_named": _("Undo: %(what)s", what="{what}"), "undone": _("undone"),
        "as_it_was": _("As it was on…"), "day": _("Day"), "same_as_now": _("It was the same as now."), "today": _("Today"),
        "from_import": _("import"), "from_api": _("API"), "from_cli": _("command line"), "from_automation": _("automation"), "from_system": _("Comptoir"),
        "n_days": _("%(n)s d", n=n), "won": pgettext("Stage", "Won"), "lost": pgettext("Stage", "Lost"), "stage_now": _("Stage: %(stage)s", stage="{stage}"),
        "theirs": _("Meanwhile saved by somebody else: %(value)s", value="{value}"), "copy": _("Copy"),
        "copy_value": _("Copy: %(field)s", field="{field}"), "value_copied": _("Copied"), "undo_shared": _("Undo for all its records"),
        "show_details": _("Show all details"), "hide_details": _("Hide the details"), "key_save": _("save"), "key_cancel": _("cancel"), "escape": _("Esc"),
        "next_action": _("Next action"), "no_action": _("No action planned"), "closing_passed": _("Closing date passed"), "what_next": _("What comes next?"),
        "plan": _("Plan"), "done": pgettext("Action", "Done"), "postpone": _("Postpone"), "postponed": _("Closing postponed to %(day)s", day="{day}"),
        "action_done": _("Done: %(what)s", what="{what}"), "tomorrow": _("Tomorrow"), "in_3_days": _("In 3 days"), "monday": _("Monday"),
        "in_2_weeks": _("In 2 weeks"), "closing": _("Closing"), "stage_history": _("Stage history"), "since": _("Since"), "lasted": _("Lasted"),
        "amount": _("Amount"), "probability": _("Probability"), "by_whom": _("By"),
        "refused": _("This did not work"), "reason_title": _("Why was it lost?"), "won_title": _("Which stage?"), "stage": _("Stage"),
        "reason": _("Reason"), "choose_reason": _("Choose why the deal was lost."), "confirm": _("Confirm"),
    }  # fmt: skip
