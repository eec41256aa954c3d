"""Everything an import needs before its first row: the file as it is read, what each column fills, the key, what is new.

Invariants: planning writes nothing; it reads the file once (`survey`) to count rows, to see which key is unique in it, and to find
picklist values that are not in their lists. New fields take part under a provisional name until they are made.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.base import clock
from app.base.errors import Forbidden, Invalid
from app.base.i18n import N_, raw
from app.base.text import fold
from app.database import engine
from app.fields.choices import find_choice
from app.fields.spec import Choice, FieldSpec
from app.modules.spec import ModuleSpec
from app.services import access
from app.services import actor as actors
from app.services.actor import Actor
from app.services.importing import evidence, guessing, mapping, reading, sniffing, sources
from app.services.importing.converting import Converter
from app.services.importing.mapping import ID, Mapping, NewField
from app.services.importing.matching import Key, Links, any_known, can_create
from app.services.importing.reading import Layout, Record
from app.services.importing.sniffing import Column, Sniffed
from app.services.importing.sources import Source
from app.services.query.source import snapshot

MAX_NEW_VALUES = 300
PROVISIONAL = "new_"


@dataclass(slots=True)
class Survey:
    """What one pass over the file tells."""

    rows: int = 0
    new_values: dict[str, list[str]] = field(default_factory=dict)  # field name → values not in its list, as written
    repeated: dict[tuple[str, ...], int] = field(default_factory=dict)  # key → rows whose key came before in the file


@dataclass
class Plan:
    """An import that can begin. `spec` holds new fields and values provisionally."""

    spec: ModuleSpec
    source: Source
    path: Path
    sniffed: Sniffed
    mapping: Mapping
    filled: dict[int, FieldSpec | str]
    new_fields: dict[int, NewField]
    survey: Survey
    key: Key | None
    converter: Converter
    links: Links
    since: datetime  # when the import was asked for: what is older was not made by it

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.sniffed.columns

    @property
    def keys(self) -> dict[int, str]:
        """Column keys by index."""
        return {c.index: c.key for c in self.columns}

    def column_of(self, name: str) -> str:
        """The key of the column that fills a field; "" when there is none."""
        return next((self.keys[i] for i, f in self.filled.items() if (f if isinstance(f, str) else f.name) == name), "")

    def rows(self, skip: int = 0) -> Iterator[Record]:
        """The rows of the file, without the first `skip`."""
        return itertools.islice(reading.rows(self.path, self.sniffed.layout), skip, None)


def look(
    source: Source, sheet: str = "", encoding: str = "", separator: str = "", layout: dict[str, Any] | None = None
) -> Sniffed:
    """How the file is read: guessed, with what a person or a mapping file settled. Raises `Invalid`."""
    path = sources.text_of(source, sheet)
    if source.is_workbook:
        encoding, separator = "utf-8", ","
    if layout and "header" in layout and separator and encoding:
        return sniffing.describe(
            path, Layout.from_json({**layout, "encoding": encoding, "separator": separator}), wide=source.is_workbook
        )
    found = sniffing.sniff(path, encoding, separator)
    if source.is_workbook:
        found = sniffing.describe(path, replace(found.layout, quote='"', escape="", skip_space=False), wide=True)
    if layout:
        found = sniffing.describe(path, Layout.from_json({**found.layout.as_json(), **layout}), wide=source.is_workbook)
    return found


def module_of(key: str) -> ModuleSpec:
    """The module as the database has it now: another process may have added fields."""
    with engine.reading() as connection:
        return snapshot(connection).module(key)


def examine(source: Source, sniffed: Sniffed, sheet: str = "") -> evidence.Findings:
    """What the values look like."""
    return evidence.examine(reading.rows(sources.text_of(source, sheet), sniffed.layout), len(sniffed.columns))


def propose(
    actor: Actor, module: str, sniffed: Sniffed, findings: evidence.Findings, given: Mapping | None = None
) -> guessing.Guess:
    """The mapping that is proposed for a file, over what `given` settles."""
    spec = module_of(module)
    found = guessing.guess(actor, spec, sniffed.columns, findings, actors.ctx(actor), given)
    for column in sniffed.columns:  # a column of ids is ours only if some of them are: other programs have ids as well
        if found.mapping.columns.get(column.key) == ID and column.key in found.why:
            with engine.reading() as connection:
                known = any_known(connection, actor, spec.api_name, list(findings.columns[column.index].values))
            if not known:
                found = replace(found, mapping=replace(found.mapping, columns={**found.mapping.columns, column.key: None}))
    return found


def make(actor: Actor, module: str, source: Source, wish: Mapping, *, sheet: str = "", since: datetime | None = None) -> Plan:
    """The plan of an import whose mapping is settled. Raises `Invalid` by column, `Forbidden` without the right to import."""
    spec = module_of(module)
    access.check(actor, spec, "import")
    sniffed = look(source, sheet, wish.encoding, wish.separator, wish.layout)
    wish, _absent = mapping.resolve(wish, sniffed.columns)
    wish = _reusing(spec, wish)
    targets = mapping.check(actor, spec, wish, sniffed.columns)
    new_fields = {i: t for i, t in targets.items() if isinstance(t, NewField)}
    filled: dict[int, FieldSpec | str] = {
        i: t if not isinstance(t, NewField) else _provisional(spec, i, t) for i, t in targets.items()
    }
    if wish.links == "create":
        for f in filled.values():
            if isinstance(f, FieldSpec) and f.type == "link" and f.target != spec.api_name and not can_create(actor, f.target):
                wish = replace(wish, links="match")
    if (new_fields or wish.new_values) and not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can change fields and lists."))
    path = sources.text_of(source, sheet)
    candidates = _candidates(spec, filled) if wish.key is None else []
    found = survey(path, sniffed, filled, wish, candidates, new_fields)
    for index, f in filled.items():
        if isinstance(f, FieldSpec) and (wish.new_values or index in new_fields) and found.new_values.get(f.name):
            filled[index] = _extended(f, found.new_values[f.name])
    spec = replace(spec, fields=_replaced(spec, [f for f in filled.values() if isinstance(f, FieldSpec)]))
    names = mapping.key_fields(spec, wish, filled) if wish.key is not None else _best(candidates, found)
    context = replace(actors.ctx(actor), decimal=wish.decimal, dates=wish.dates)
    keys = {c.index: c.key for c in sniffed.columns}
    converter = Converter(filled, keys, len(sniffed.columns), wish.values, context, erase=wish.erase)
    key = Key(spec, names) if names else None
    names_of = {f.name: keys[i] for i, f in filled.items() if isinstance(f, FieldSpec)}
    return Plan(
        spec,
        source,
        path,
        sniffed,
        wish,
        filled,
        new_fields,
        found,
        key,
        converter,
        Links(spec, names_of),
        since or clock.now(),
    )


def survey(
    path: Path,
    sniffed: Sniffed,
    filled: dict[int, FieldSpec | str],
    wish: Mapping,
    candidates: Sequence[tuple[str, ...]],
    new_fields: dict[int, NewField],
) -> Survey:
    """Reads the file once and counts."""
    result = Survey(repeated=dict.fromkeys(candidates, 0))
    index_of = {(f if isinstance(f, str) else f.name): i for i, f in filled.items()}
    seen: dict[tuple[str, ...], set[int]] = {key: set() for key in candidates}
    lists: dict[int, tuple[FieldSpec, MappingOf[str, str], dict[str, str]]] = {
        i: (f, wish.values.get(f.api_name, {}), {})
        for i, f in filled.items()
        if isinstance(f, FieldSpec) and f.type == "picklist" and (wish.new_values or i in new_fields)
    }
    for record in reading.rows(path, sniffed.layout):
        result.rows += 1
        cells = record.cells
        for key in candidates:
            parts = [cells[index_of[n]] if index_of[n] < len(cells) else "" for n in key]
            if parts[0].strip():
                mark = hash(tuple(map(fold, parts)))
                if mark in seen[key]:
                    result.repeated[key] += 1
                seen[key].add(mark)
        for index, (f, words, unknown) in lists.items():
            cell = cells[index].strip() if index < len(cells) else ""
            if cell and cell not in unknown:
                meant = words.get(cell, cell)
                unknown[cell] = "" if find_choice(f, meant) else meant
                if len(unknown) > 4 * MAX_NEW_VALUES:
                    raise Invalid(_too_many(f))
    for f, _words, unknown in lists.values():
        new = list(dict.fromkeys(v for v in unknown.values() if v))
        if len(new) > MAX_NEW_VALUES:
            raise Invalid(_too_many(f))
        if new:
            result.new_values[f.name] = new
    return result


def _too_many(f: FieldSpec) -> Any:
    return N_(
        "“%(field)s” would get more than %(n)s new values. Make it a text field, or leave the column out.",
        field=f.label, n=MAX_NEW_VALUES,
    )  # fmt: skip


def _candidates(spec: ModuleSpec, filled: dict[int, FieldSpec | str]) -> list[tuple[str, ...]]:
    """The keys that the file could fill, the surest first: the id, single fields, the title, fields together."""
    names = {(f if isinstance(f, str) else f.name) for f in filled.values()}
    if ID in names:
        return [(ID,)]
    single = [k for k in spec.duplicate_keys if len(k) == 1]
    several = [k for k in spec.duplicate_keys if len(k) > 1]
    return [k for k in dict.fromkeys([*single, (spec.title,), *several]) if names.issuperset(k)]


def _best(candidates: Sequence[tuple[str, ...]], found: Survey) -> tuple[str, ...]:
    """The first key that no two rows of the file share; none rather than one that would merge rows."""
    return next((k for k in candidates if not found.repeated[k]), ())


def _reusing(spec: ModuleSpec, wish: Mapping) -> Mapping:
    """A new field that somebody made by now, perhaps this very import before it was killed, is taken as it is."""
    labels = {
        fold(word): f.api_name for f in spec.fields if f.custom for word in (str(f.label), *(w for _, w in f.label.labels))
    }
    columns = {k: labels.get(fold(t.label), t) if isinstance(t, NewField) else t for k, t in wish.columns.items()}
    return replace(wish, columns=columns)


def _provisional(spec: ModuleSpec, index: int, new: NewField) -> FieldSpec:
    if any(fold(str(f.label)) == fold(new.label) for f in spec.fields):
        raise Invalid(
            {
                "": N_(
                    "%(module)s already has a field called “%(label)s”. Choose it, or another name.",
                    module=spec.plural,
                    label=raw(new.label),
                )
            }
        )
    return FieldSpec(
        type=new.type,
        label=raw(new.label),
        api_name=f"{PROVISIONAL}{index}",
        name=f"{PROVISIONAL}{index}",
        module=spec.api_name,
        custom=True,
    )


def _extended(f: FieldSpec, values: Sequence[str]) -> FieldSpec:
    choices = (*f.choices, *(Choice(v, raw(v)) for v in values))
    return replace(f, settings=MappingProxyType({**f.settings, "choices": choices}))


def _replaced(spec: ModuleSpec, changed: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    by_name = {f.name: f for f in changed}
    kept = tuple(by_name.pop(f.name, f) for f in spec.fields)
    return (*kept, *by_name.values())
