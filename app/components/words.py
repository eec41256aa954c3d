"""The words of the browser's components, translated here and handed over as the prop `strings`.

Invariants: numbers and names are filled in by the browser, so they stay as `{n}` and `{name}`; a word with a number has two forms,
`<key>_one` and `<key>_many` (both French and English need no more).
"""

from __future__ import annotations

from typing import Any

from app.base.i18n import _, language, pgettext

_N = "{n}"
_NAME = "{name}"


def kinds() -> dict[str, str]:
    """For cells and editors (components/kinds)."""
    return {
        "yes": _("Yes"),
        "no": _("No"),
        "none": _("No value"),
        "restricted": _("Restricted access"),
        "search": _("Search…"),
        "searching": _("Searching…"),
        "no_match": _("Nothing matches"),
        "choices": _("Choices"),
        "create_named": _("Create “%(name)s”", name=_NAME),
        "created_named": _("“%(name)s” created", name=_NAME),
        "remove_named": _("Remove %(name)s", name=_NAME),
        "calendar": _("Calendar"),
        "previous_month": _("Previous month"),
        "next_month": _("Next month"),
        "today": _("Today"),
        "clear": _("Clear"),
    }


def table(module: dict[str, Any]) -> dict[str, str]:
    """For the record table of a described module (services/describe.py)."""
    singular, plural = lower_first(module["singular"]), lower_first(module["plural"])
    gender = (
        "feminine" if module["new"].startswith("Nouvelle") else "masculine"
    )  # as French needs it: the module's own words tell
    return {
        **kinds(),
        **forms("n_records", f"{_N} {singular}", f"{_N} {plural}"),
        **forms("selected", pgettext(f"{gender} one", "selected"), pgettext(f"{gender} many", "selected")),
        **counted("select_all", "Select the only one", "Select all %(n)s"),
        **counted("update_title", "Update one record", "Update %(n)s records"),
        **counted("assign_title", "Give one record to somebody else", "Give %(n)s records to somebody else"),
        **counted("done_update", "One record updated", "%(n)s records updated"),
        **counted("done_assign", "One record handed over", "%(n)s records handed over"),
        **counted("done_delete", "One record deleted", "%(n)s records deleted"),
        **counted("done_restore", "One record restored", "%(n)s records restored"),
        **counted("job_started", "One record is being processed. You can go on working.",
                  "%(n)s records are being processed. You can go on working."),
        **counted("failed", "One record could not be changed: %(why)s", "%(n)s records could not be changed: %(why)s", why="{why}"),
        "position": _("%(n)s of %(total)s", n=_N, total="{total}"),
        "select_screen": _("Select what is on screen"),
        "select_named": _("Select %(name)s", name=_NAME),
        "deselect_named": _("Deselect %(name)s", name=_NAME),
        "selection_actions": _("Actions on the selection"),
        "clear_selection": _("Clear the selection"),
        "escape": _("Esc"),
        "update_field": _("Update a field"),
        "update": _("Update"),
        "assign": _("Change owner"),
        "export": _("Export"),
        "delete": _("Delete"),
        "cancel": _("Cancel"),
        "close": _("Close"),
        "open": _("Open"),
        "field": _("Field"),
        "choose_field": _("Choose a field"),
        "choose_person": _("Choose a person."),
        "new_value": _("New value"),
        "empty_clears": _("Leave it empty to clear the field."),
        "columns": _("Columns"),
        "shown_columns": _("Shown"),
        "hidden_columns": _("Not shown"),
        "search_field": _("Search a field"),
        "columns_hint": _("Drag to reorder, or Alt with the arrow keys."),
        "reset_columns": _("Reset"),
        "edit": _("Edit"),
        "edit_named": _("Edit %(name)s", name=_NAME),
        "save": _("Save"),
        "more_title": _("%(field)s: one more thing", field="{field}"),
        "peek": _("Preview"),
        "peek_named": _("Preview %(name)s", name=_NAME),
        "previous": _("Previous"),
        "next": _("Next"),
        "change_of": _("%(field)s of %(record)s", field="{field}", record="{record}"),
        "keep_mine": _("Keep my value"),
        "keep_theirs": _("Keep theirs"),
        "retry": _("Try again"),
        "retry_in": _("next attempt in %(n)s s", n=_N),
        "reference": _("Reference %(code)s", code="{code}"),
        "not_loaded": _("Part of the list could not be loaded."),
        "error_title": _("The list could not be loaded"),
        "error_offline": _("The server has not answered since %(time)s. What you typed is still shown and is not saved yet.",
                           time="{time}"),
        "nothing_found": _("Nothing matches these filters"),
        "nothing_found_text": _("Remove a filter or search for something else."),
        "clear_filters": _("Clear the filters"),
        "empty_title": pgettext(gender, "No %(records)s yet", records=plural if language() == "en" else singular),
        "empty_text": _("Create the first one, or import those you have from a file."),
        "import_file": _("Import a file"),
    }  # fmt: skip


def filters() -> dict[str, str]:
    """For the filter panel."""
    return {
        **kinds(),
        **counted("n_results", "%(n)s result", "%(n)s results"),
        "filters": _("Filters"),
        "clear": _("Clear"),
        "close": _("Close"),
        "search_field": _("Search a field"),
        "add_condition": _("Add a condition"),
        "operator_of": _("Condition on %(name)s", name=_NAME),
        "value_of": _("Value of %(name)s", name=_NAME),
        "from": _("From"),
        "to": _("To"),
        "and": _("and"),
        "days": _("Number of days"),
        "text": _("Text"),
        "several_hint": _("Separated by semicolons"),
        "remove_condition": _("Remove the condition on %(name)s", name=_NAME),
        "pattern": _("Combination"),
        "all_of": _("All conditions"),
        "any_of": _("Any condition"),
        "pattern_of": _("Pattern"),
        "pattern_hint": _("Numbers, brackets, “and”, “or”: (1 and 2) or 3"),
        "save_view": _("Save as a view"),
        "more": _("Show all"),
        "fewer": _("Show fewer"),
        "show_results": _("Show the results"),
    }


def counted(key: str, one: str, many: str, /, **params: str) -> dict[str, str]:
    """Both forms of a message with a number."""
    return forms(key, _(one, n=_N, **params), _(many, n=_N, **params))


def forms(key: str, one: str, many: str) -> dict[str, str]:
    """A word with a number, by the key that the browser looks up."""
    return {f"{key}_one": one, f"{key}_many": many}


def lower_first(text: str) -> str:
    """As it stands inside a sentence: "Deals" → "deals"; an abbreviation stays."""
    text = str(text)
    return text if text[:2].isupper() else text[:1].lower() + text[1:]
