"""Guesses which column is which field: by its header first, then by what its values look like. A person sees and changes it.

Order of trust: API name, label in either language, former label, the module a link points to, a synonym, the look of the values.
Invariant: a synonym whose values do not fit the field is not proposed; a wrong silent guess costs more than an open question.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.base.i18n import LANGUAGES, using
from app.base.text import fold
from app.fields.choices import find_choice
from app.fields.spec import Choice, Ctx, FieldSpec
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services.actor import Actor
from app.services.importing import synonyms
from app.services.importing.evidence import Evidence, Findings
from app.services.importing.mapping import ID, Mapping, NewField, Target, importable
from app.services.importing.sniffing import Column

_NUMBERS = ("integer", "decimal", "money", "percent")
_FITS: dict[str, tuple[str, ...]] = {
    "date": ("date", "datetime"),
    "integer": (*_NUMBERS, "text", "phone", "boolean"),
    "decimal": (*_NUMBERS, "text"),
    "email": ("email", "text", "person"),
    "url": ("url", "text", "long_text"),
    "phone": ("phone", "text"),
    "boolean": ("boolean", "picklist", "text"),
}
_NEW_TYPE = {"date": "date", "integer": "integer", "decimal": "decimal", "email": "email", "url": "url", "boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping proposed, and why: column key → "api", "label", "former", "link", "synonym", "values"."""

    mapping: Mapping
    why: dict[str, str]


def guess(
    actor: Actor, spec: ModuleSpec, columns: Sequence[Column], findings: Findings, ctx: Ctx, given: Mapping | None = None
) -> Guess:
    """Proposes a field for each column that `given` does not settle."""
    given = given or Mapping()
    fields = importable(actor, spec)
    targets: dict[str, Target] = dict(given.columns)
    taken = {t for t in targets.values() if isinstance(t, str)}
    why: dict[str, str] = {}
    candidates: list[tuple[float, int, str, str]] = []
    for column in columns:
        if column.key in targets:
            continue
        evidence = findings.columns[column.index]
        for name, (score, reason) in _names_of(spec, fields, column).items():
            found = spec.by_name.get(name)
            score *= 1.0 if name == ID or found is None else _fit(found, evidence, ctx, trusted=reason != "synonym")
            candidates.append((score, column.index, name, reason))
    by_index = {c.index: c for c in columns}
    for score, index, name, reason in sorted(candidates, key=lambda c: (-c[0], c[1])):
        column = by_index[index]
        if score >= 0.4 and column.key not in targets and name not in taken:
            targets[column.key] = name
            taken.add(name)
            why[column.key] = reason
    _by_values(fields, columns, findings, targets, taken, why)
    _title(spec, columns, findings, targets, taken, why)
    for column in columns:
        targets.setdefault(column.key, None)
    values = {**_values(spec, columns, findings, targets), **given.values}
    return Guess(
        replace(
            given,
            columns={c.key: targets[c.key] for c in columns},
            values=values,
            dates=given.dates or findings.dates,
            decimal=given.decimal or findings.decimal,
        ),
        why,
    )


def new_field(spec: ModuleSpec, column: Column, evidence: Evidence) -> NewField:
    """The field that a column would become; its name is not one that the module has already."""
    kind = _NEW_TYPE.get(evidence.kind, "") if evidence.pure else ""
    if kind in ("integer", "decimal") and evidence.currency:
        kind = "money"
    if not kind:
        kind = "long_text" if evidence.longest > 255 else "picklist" if evidence.few and evidence.longest <= 60 else "text"
    label = column.key if column.key[0] != "#" else column.label
    label = " ".join(label.replace("_", " ").split()).capitalize() if "_" in label else label
    taken = {synonyms.words(word) for f in spec.fields for word in _labels_of(f)}
    number, free = 1, label[:70]
    while synonyms.words(free) in taken:
        number, free = number + 1, f"{label[:70]} ({number + 1})"
    return NewField(free, kind)


def guess_values(spec: FieldSpec, cells: Sequence[str]) -> dict[str, str]:
    """For cells that are no value of the list: the value they surely mean ("Won" → "Closed Won")."""
    found: dict[str, str] = {}
    for cell in cells:
        if not cell or find_choice(spec, cell):
            continue
        value = _meaning(spec.choices, fold(cell))
        if value:
            found[cell] = value
    return found


def _names_of(spec: ModuleSpec, fields: Sequence[FieldSpec], column: Column) -> dict[str, tuple[float, str]]:
    """The API names that a header may mean, with how sure that is."""
    header = synonyms.words(column.key)
    found: dict[str, tuple[float, str]] = {}
    title = spec.title_field
    if title.type == "text" and title in fields and header in _module_words(spec.api_name) | {"name", "nom"}:
        found[title.api_name] = (0.75, "synonym")
    for f in fields:
        for score, reason, words in _words_of(f):
            if header and header in words:
                found.setdefault(f.api_name, (score, reason))
    for name in synonyms.BY_WORD.get(header, ()):
        if name == ID or name in spec.by_name:
            found.setdefault(name, (0.7, "synonym"))
    return found


def _words_of(f: FieldSpec) -> list[tuple[float, str, set[str]]]:
    labels = {synonyms.words(word) for word in _labels_of(f)}
    links = _module_words(f.target) if f.type == "link" and f.target != f.module else set()
    return [
        (1.0, "api", {synonyms.words(f.api_name), synonyms.words(f.api_name.removesuffix("__s"))}),
        (0.95, "label", labels),
        (0.9, "former", {synonyms.words(w) for w in f.former_labels}),
        (0.8, "link", links),
    ]


def _labels_of(f: FieldSpec) -> set[str]:
    """A field's label in each language."""
    found = set()
    for language in LANGUAGES:
        with using(language):
            found.add(str(f.label))
    return found


def _module_words(api_name: str) -> set[str]:
    """What one record of a module, or several, are called in either language."""
    found = set()
    spec = registry.snapshot().module(api_name)
    for language in LANGUAGES:
        with using(language):
            found |= {synonyms.words(str(spec.singular)), synonyms.words(str(spec.plural))}
    return found


def _fit(f: FieldSpec, evidence: Evidence, ctx: Ctx, *, trusted: bool) -> float:
    """How well the values fit the field: 1 fully, 0 not at all. A trusted header keeps half, so that the person decides."""
    floor = 0.5 if trusted else 0.0
    kind = evidence.kind
    if not kind:
        return 1.0
    if f.type in ("picklist", "multi_picklist"):
        known = [bool(find_choice(f, v) or _meaning(f.choices, fold(v))) for v in evidence.values]
        return max(floor, 1.0 if sum(known) >= len(known) / 2 else 0.0)
    if f.type == "person":
        known = [ctx.people is not None and ctx.people(v) is not None for v in evidence.values]
        return max(0.0, sum(known) / max(len(known), 1) - 0.001) if sum(known) * 2 >= len(known) else 0.0
    if kind in _FITS:
        return 1.0 if f.type in _FITS[kind] else floor
    if f.type in ("text", "long_text", "link", "phone", "any_link"):
        return 1.0
    return floor


def _by_values(
    fields: Sequence[FieldSpec],
    columns: Sequence[Column],
    findings: Findings,
    targets: dict[str, Target],
    taken: set[str],
    why: dict[str, str],
) -> None:
    """The only column of e-mail addresses that no header explains fills the first such field that is left."""
    free = [f for f in fields if f.type == "email" and f.api_name not in taken]
    open_columns = [c for c in columns if c.key not in targets and findings.columns[c.index].kind == "email"]
    if free and len(open_columns) == 1:
        targets[open_columns[0].key] = free[0].api_name
        taken.add(free[0].api_name)
        why[open_columns[0].key] = "values"


def _title(
    spec: ModuleSpec,
    columns: Sequence[Column],
    findings: Findings,
    targets: dict[str, Target],
    taken: set[str],
    why: dict[str, str],
) -> None:
    """A module's name that no header gives is the first column whose values are all there and all different."""
    title = spec.title_field
    if title.api_name in taken or title.read_only or not title.required or title.type != "text":
        return
    for column in columns:
        evidence = findings.columns[column.index]
        if column.key not in targets and evidence.unique and evidence.kind == "text" and evidence.filled == findings.read > 1:
            targets[column.key] = title.api_name
            taken.add(title.api_name)
            why[column.key] = "values"
            return


def _values(
    spec: ModuleSpec, columns: Sequence[Column], findings: Findings, targets: MappingOf[str, Target]
) -> dict[str, dict[str, str]]:
    result: dict[str, dict[str, str]] = {}
    for column in columns:
        target = targets.get(column.key)
        found: Any = spec.by_name.get(target) if isinstance(target, str) else None
        if found is not None and found.type == "picklist":
            meant = guess_values(found, list(findings.columns[column.index].values))
            if meant:
                result[found.api_name] = meant
    return result


def _meaning(choices: Sequence[Choice], word: str) -> str | None:
    """The one value that a folded word means: won, lost, or the beginning of a single value."""
    for kind, known in (("won", synonyms.WON), ("lost", synonyms.LOST)):
        if word in known:
            return next((c.value for c in choices if c.extra.get("kind") == kind), None)
    if len(word) < 4:
        return None
    starts = [c.value for c in choices if fold(c.value).startswith((f"{word} ", f"{word}/"))]
    return starts[0] if len(starts) == 1 else None
