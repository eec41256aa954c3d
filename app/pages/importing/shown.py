"""What the steps of an import show, in words and plain data: made in a lane, in the reader's language."""

from __future__ import annotations

from typing import Any

from app.base.i18n import _, language, ngettext
from app.fields.formats import format_number
from app.fields.registry import types
from app.modules import registry
from app.pages.importing.state import NEW_TYPES, Wizard
from app.services.actor import Actor


def evidence(w: Wizard) -> list[str]:
    """What a person needs to check the guess, in sentences."""
    f = w.findings
    assert f is not None
    shown = format_number(f.read, language())
    lines = [
        ngettext("%(shown)s row", "%(shown)s rows", f.read, shown=shown)
        if f.whole
        else _("Looked at the first %(n)s rows.", n=shown)
    ]
    orders = f.orders
    words = {"day-first": _("day first"), "month-first": _("month first"), "iso": _("year first"), "ambiguous": _("either")}
    if orders:
        lines.append(
            _(
                "Dates: %(orders)s",
                orders=", ".join(f"{format_number(n, language())} {words[o]}" for o, n in orders.most_common()),
            )
        )
    if f.decimal:
        lines.append(_("Decimals with a comma") if f.decimal == "," else _("Decimals with a point"))
    if f.longer:
        text = _("Some rows have more cells than columns and will be refused, the first in line %(line)s: a separator inside a text is not quoted.",
                 line=f.longer[0])  # fmt: skip
        lines.append(text)
    if f.shorter:
        lines.append(
            ngettext(
                "%(n)s row is short; its missing cells are blank.",
                "%(n)s rows are short; their missing cells are blank.",
                f.shorter,
            )
        )
    if any(c.rounded for c in f.columns):
        lines.append(_("A column holds ids that a spreadsheet has rounded (5.36E+18); such rows cannot be matched by id."))
    return lines


def table_data(actor: Actor, w: Wizard) -> dict[str, Any]:
    """What the mapping table shows and does not change."""
    spec, findings = w.spec(), w.findings
    assert findings is not None
    fields = w.fields(actor)
    groups = [
        {"label": str(s.label), "options": [{"value": f.api_name, "label": str(f.label) + (" *" if f.required else "")} for f in fields if f.section == s.key]}
        for s in spec.sections
    ]  # fmt: skip
    groups.append({"label": _("Record"), "options": [{"value": "id", "label": _("Id of the record")}]})
    why = {"api": _("by its API name"), "label": _("by its name"), "former": _("by its former name"), "link": _("by its name"),
           "synonym": _("by a usual name"), "values": _("by its values")}  # fmt: skip
    columns = [
        {"key": c.key, "label": c.label, "samples": [v[:60] for v in list(findings.columns[c.index].values)[:3]],
         "why": why.get(w.why.get(c.key, ""), ""), "offer": w.offer(c).as_json()}
        for c in w.columns
    ]  # fmt: skip
    names = [{"value": t, "label": str(types[t].label)} for t in NEW_TYPES if t in set(types.keys())]
    return {
        "columns": columns,
        "fields": [g for g in groups if g["options"]],
        "types": names,
        "creating": w.may_create_fields(actor),
    }


def table_state(actor: Actor, w: Wizard) -> tuple[dict[str, Any], dict[str, str], dict[str, Any], list[tuple[str, str]]]:
    """Targets, problems by column, words to settle, keys to choose from."""
    spec = w.spec()
    problems = {k: str(m) for k, m in w.problems(actor).items()}
    targets = {k: t if t is None or isinstance(t, str) else t.as_json() for k, t in w.mapping.columns.items()}
    words = {}
    for column, found in w.words().items():
        f = spec.by_name[str(w.mapping.columns[column])]
        options = [{"value": c.value, "label": str(c.label)} for c in f.choices if c.active]
        words[column] = [{"cell": cell, "value": value, "options": options} for cell, value in found]
    keys = []
    for names in w.keys:
        labels = [_("Id of the record") if n == "id" else str(spec.by_name[n].label) for n in names]
        keys.append((",".join(names), " + ".join(labels)))
    return targets, problems, words, keys


def modules_for(actor: Actor) -> dict[str, str]:
    """The modules that one may import into: API name → name."""
    return {m.api_name: str(m.plural) for m in registry.snapshot().modules if actor.can(m, "import") and actor.can(m, "create")}
