"""The dry run on screen: counts, what would be made, problems by line, twenty rows side by side."""

from __future__ import annotations

from typing import Any

from app.base.i18n import _, language, ngettext, pgettext
from app.components.elements import icon, tag
from app.components.plain_table import PlainTable
from app.fields.formats import format_number
from app.modules import registry
from app.services.importing.dry_run import Preview, Shown

LOOKS = {"created": "ok", "updated": "in", "unchanged": "nu", "skipped": "nu", "failed": "da"}
PROBLEMS = 50


def row_words() -> dict[str, str]:
    """What would become of one row."""
    return {action: pgettext("Row", action) for action in LOOKS}


def action_words() -> dict[str, str]:
    """What became, or would become, of rows."""
    return {
        "created": _("created"),
        "updated": _("updated"),
        "unchanged": _("unchanged"),
        "skipped": _("skipped"),
        "failed": _("failed"),
    }


def counts(values: Any, *, read: int) -> None:
    """Figures that add up: read = created + updated + unchanged + skipped + failed."""
    with tag("dl", "cp-jobcounts"):
        for key, word in (("read", _("read")), *action_words().items()):
            with tag("div"):
                tag("dt", "", word)
                tag("dd", "num", format_number(read if key == "read" else int(values.get(key, 0)), language()), data_count=key)


def draw(preview: Preview) -> None:
    """The dry run."""
    with tag("section", "cp-card"):
        with tag("div", "cp-card-head"):
            tag("h2", "cp-card-title", _("What the import would do"))
        with tag("div", "cp-card-body cp-stack"):
            counts(preview.counts, read=preview.counts["read"])
            for line in _notes(preview):
                with tag("div", "cp-inline cp-muted"):
                    icon("info")
                    tag("span", "", line)
    if preview.problems:
        rows: list[dict[str, Any]] = [{"cells": [str(p.line), p.column, str(p.message)]} for p in preview.problems[:PROBLEMS]]
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("Rows that would be refused"))
            PlainTable(_("Rows that would be refused"), [_("Line"), _("Column"), _("Reason")], rows, numbered=True, wrap=True)
    if preview.shown:
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("The first rows, now and after"))
            _side_by_side(preview.shown)


def _notes(preview: Preview) -> list[str]:
    lines = []
    if not preview.whole:
        tried = format_number(preview.counts["read"], language())
        lines.append(
            _(
                "Tried on the first %(n)s rows; the import does all %(total)s.",
                n=tried,
                total=format_number(preview.total, language()),
            )
        )
    lines.append(
        _("Rows and records are matched by: %(key)s", key=preview.key)
        if preview.key
        else _("Nothing tells rows and records apart: each row becomes a new record.")
    )
    for module, n in preview.new_links.items():
        spec = registry.snapshot().module(module)
        lines.append(_("Made for links: %(n)s %(module)s", n=n, module=spec.plural))
    if preview.new_fields:
        lines.append(_("Fields made: %(names)s", names=", ".join(preview.new_fields)))
    for label, values in preview.new_values.items():
        lines.append(ngettext("“%(field)s” gets one value more: %(values)s", "“%(field)s” gets %(n)s values more: %(values)s", len(values),
                              field=label, values=", ".join(values[:8]) + ("…" if len(values) > 8 else "")))  # fmt: skip
    return lines


def _side_by_side(shown: list[Shown]) -> None:
    names = [str(s.label) for s in shown[0].sides]
    words = row_words()
    rows = []
    for one in shown:
        cells: list[Any] = [str(one.line), {"chip": LOOKS[one.action], "text": words[one.action]}]
        for side in one.sides:
            changed = one.action == "updated" and side.after and side.now != side.after
            cells.append({"old": side.now or "—", "text": side.after} if changed else side.after or side.now)
        rows.append({"cells": cells})
    PlainTable(_("The first rows, now and after"), [_("Line"), _("Action"), *names], rows, numbered=True)
