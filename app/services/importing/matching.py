"""Finds the records that cells speak of: links by title, rows by their duplicate key; in batches, under the actor's own rights.

Invariants: a text matches one record or none. Spelling with case and accents wins over spelling without; where several records
remain, the row is refused and says so: merging two customers by mistake is worse than asking. What is found is remembered only
while it is unique; the pipeline checks each link again when it writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from app.base.i18n import N_, Text, raw
from app.base.text import fold
from app.fields.cleaning import SHADOW
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services.actor import Actor
from app.services.importing.converting import Converted, rounded_id
from app.services.importing.mapping import ID
from app.services.query.source import Source

REMEMBERED = 50_000
MOST_ALIKE = 20_000  # records of the same names that are looked at for one batch
_CHUNK = 400
_ID_DIGITS = 15  # ids are longer; a title of so many digits is none


class NewLink(str):
    """In a dry run, stands for the id of a record that would be made for a link."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A title that no record of `module` has."""

    module: str
    title: str


class Links:
    """Resolves the link cells of one file."""

    def __init__(self, spec: ModuleSpec, columns: Mapping[str, str]) -> None:
        """`columns`: field name → column key, for messages."""
        self._spec = spec
        self._columns = columns
        self._known: dict[tuple[str, str], int] = {}

    def resolve(self, connection: Connection, actor: Actor, rows: Sequence[Converted]) -> list[Missing]:
        """Moves what is found from `links` to `values`, or to `errors`; returns the distinct titles that are nowhere."""
        wanted: dict[str, set[str]] = {}
        for row in rows:
            for name, title in row.links.items():
                target = self._spec.by_name[name].target
                if (target, title) not in self._known:
                    wanted.setdefault(target, set()).add(title)
        found = {target: find_titles(connection, actor, target, titles) for target, titles in wanted.items()}
        missing: dict[tuple[str, str], Missing] = {}
        for row in rows:
            for name, title in list(row.links.items()):
                target = self._spec.by_name[name].target
                known = self._known.get((target, title))
                if known is None:
                    outcome = found.get(target, {}).get(title)
                    if isinstance(outcome, int):
                        self.remember(target, title, outcome)
                        known = outcome
                    elif outcome is not None:
                        row.errors[self._columns.get(name, name)] = outcome
                        del row.links[name]
                        continue
                if known is not None:
                    row.values[name] = known
                    del row.links[name]
                else:
                    missing.setdefault((target, fold(title)), Missing(target, title))
        return list(missing.values())

    def remember(self, target: str, title: str, record_id: int) -> None:
        """Keeps what a title means, until there are too many."""
        if len(self._known) < REMEMBERED:
            self._known[target, title] = record_id

    def forget(self) -> None:
        """Drops what is remembered: after a batch that made records was rolled back."""
        self._known.clear()


def find_titles(connection: Connection, actor: Actor, module: str, titles: Iterable[str]) -> dict[str, int | Text]:
    """For each title the id of the only record it names, or why none can be told; absent when there is none."""
    source = Source(connection, actor, module)
    table, title = source.table, source.spec.title
    if title + "_f" not in table.c:
        return {}
    by_fold: dict[str, list[tuple[int, str]]] = {}
    wanted = list(titles)
    keys = sorted({fold(t)[:SHADOW] for t in wanted})
    for start in range(0, len(keys), _CHUNK):
        part = table.c[title + "_f"].in_(keys[start : start + _CHUNK])
        query = select(table.c.id, table.c[title], table.c[title + "_f"]).where(source.where(), part)
        for record_id, text, shadow in connection.execute(query):
            by_fold.setdefault(shadow, []).append((record_id, text))
    ids = _existing(connection, source, [int(t) for t in wanted if _is_id(t)])
    result: dict[str, int | Text] = {}
    for text in wanted:
        candidates = by_fold.get(fold(text)[:SHADOW], [])
        exact = [i for i, t in candidates if t == text]
        if len(exact) == 1 or len(candidates) == 1:
            result[text] = exact[0] if len(exact) == 1 else candidates[0][0]
        elif candidates:
            result[text] = N_(
                "%(n)s %(module)s are called “%(title)s”. Write the id of the right one instead.",
                n=len(candidates), module=source.spec.plural, title=raw(text),
            )  # fmt: skip
        elif _is_id(text) and int(text) in ids:
            result[text] = int(text)
        elif "E+" in text.upper() and text[:1].isdigit():
            result[text] = rounded_id(text).message
    return result


def unknown(missing: Missing) -> Text:
    """The message about a link to nothing."""
    spec = registry.snapshot().module(missing.module)
    return N_(
        "There is no %(module)s called “%(title)s”. Correct the name, or let the import create it.",
        module=spec.singular, title=raw(missing.title),
    )  # fmt: skip


def can_create(actor: Actor, module: str) -> bool:
    """Whether a record of `module` can be made of a title alone, by this actor."""
    spec = registry.snapshot().module(module)
    title = spec.title_field
    others = [f for f in spec.fields if f.required and f.default is None and f.name != title.name and not f.read_only]
    return title.type == "text" and not others and actor.can(spec, "create") and actor.field_access(spec, title) == "write"


class Key:
    """The fields that together mean "the same record": how a row's key is made, found and named."""

    def __init__(self, spec: ModuleSpec, names: Sequence[str]) -> None:
        """`names`: field names in order of weight, or the record's "id" alone."""
        self.names = tuple(names)
        self._spec = spec
        self._by_id = self.names == (ID,)
        self._fields = [] if self._by_id else [spec.by_name[n] for n in self.names]
        self._columns = [f.name + _suffix(f) for f in self._fields]

    def of(self, row: Converted) -> tuple[Any, ...] | None:
        """The row's key as it is compared; None when its first part is blank: such a row is like no other."""
        if self._by_id:
            return None if row.id is None else (row.id,)
        parts: list[Any] = []
        for f, column in zip(self._fields, self._columns, strict=True):
            value = row.values.get(f.name)
            if value is None and not parts:
                return None
            parts.append(None if value is None else types[f.type].store(value, f)[column])
        return tuple(parts) if parts else None

    def find(self, connection: Connection, actor: Actor, keys: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], list[int]]:
        """The records that have each of these keys, at most three a key (more than one is too many already)."""
        wanted = {key for key in keys if not any(isinstance(part, NewLink) for part in key)}
        if not wanted:
            return {}
        source = Source(connection, actor, self._spec.api_name)
        if self._by_id:
            return {(i,): [i] for i in _existing(connection, source, [k[0] for k in wanted])}
        columns = [source.table.c[name] for name in self._columns]
        first = sorted({k[0] for k in wanted}, key=str)
        found: dict[tuple[Any, ...], list[int]] = {}
        for start in range(0, len(first), _CHUNK):
            query = select(source.table.c.id, *columns).where(source.where(), columns[0].in_(first[start : start + _CHUNK]))
            for record_id, *parts in connection.execute(query):
                key = tuple(parts)
                if key in wanted and len(same := found.setdefault(key, [])) < 3:
                    same.append(record_id)
        return found

    @property
    def label(self) -> str:
        """The key's fields in words."""
        return ", ".join("id" if n == ID else str(self._spec.by_name[n].label) for n in self.names)

    def ambiguous(self, count: int) -> Text:
        """The message about a key that several records share."""
        return N_(
            "%(n)s %(module)s or more share this %(fields)s, so that nobody can tell which one is meant. "
            "Merge them, or choose another key.",
            n=count, module=self._spec.plural, fields=self.label,
        )  # fmt: skip


def find_identical(
    connection: Connection, actor: Actor, spec: ModuleSpec, rows: Sequence[Converted], before: datetime
) -> dict[int, int]:
    """For rows without a key: line → a record, older than `before`, that holds every value of the row already.

    This is what makes a file that was imported once change nothing the second time. Rows of the same file are never compared.
    """
    source = Source(connection, actor, spec.api_name)
    anchor = next((f for f in spec.fields if f.required and f.name + "_f" in source.table.c), None)
    if anchor is None:
        return {}
    by_anchor: dict[str, list[Converted]] = {}
    for row in rows:
        if row.values.get(anchor.name) is not None and not row.links and row.values.keys() <= source.spec.by_name.keys():
            by_anchor.setdefault(fold(row.values[anchor.name])[:SHADOW], []).append(row)
    names = sorted({n for same in by_anchor.values() for row in same for n in row.values})
    fields = [f for f in source.fields(names) if f.type != "multi_link"]
    found: dict[int, int] = {}
    wanted = sorted(by_anchor)
    for start in range(0, len(wanted), _CHUNK):
        older = source.table.c.created_at < before
        part = source.table.c[anchor.name + "_f"].in_(wanted[start : start + _CHUNK])
        query = select(*source.columns(fields)).where(source.where(), part, older).limit(MOST_ALIKE)
        for record in source.rows(connection.execute(query).mappings(), fields):
            for row in by_anchor[fold(record.values[anchor.name])[:SHADOW]]:
                if all(record.values.get(n) == v for n, v in row.values.items()):
                    found.setdefault(row.record.line, record.id)
    return found


def current_values(
    connection: Connection, actor: Actor, spec: ModuleSpec, ids: Sequence[int], names: Sequence[str]
) -> dict[int, dict[str, Any]]:
    """The values of some fields now, for showing what an update would change."""
    source = Source(connection, actor, spec.api_name)
    fields = [f for f in source.fields(list(names)) if f.type != "multi_link"]
    columns = source.columns(fields)
    result: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(*columns).where(source.where(), source.table.c.id.in_(ids[start : start + _CHUNK]))
        for row in source.rows(connection.execute(query).mappings(), fields):
            result[row.id] = row.values
    return result


def _existing(connection: Connection, source: Source, ids: Sequence[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        query = select(source.table.c.id).where(source.where(), source.table.c.id.in_(ids[start : start + _CHUNK]))
        found.update(connection.execute(query).scalars())
    return found


def any_known(connection: Connection, actor: Actor, module: str, texts: Sequence[str]) -> bool:
    """Whether one of these texts is the id of a record of the module."""
    ids = [
        int(t) for t in (text.strip().removeprefix("zcrm_") for text in texts) if t.isascii() and t.isdigit() and len(t) < 20
    ]
    return bool(_existing(connection, Source(connection, actor, module), [i for i in ids if 0 < i < 1 << 63]))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and _ID_DIGITS < len(text) <= 19 and int(text) < 1 << 63


def _suffix(f: FieldSpec) -> str:
    """The column that a key compares: the folded shadow of text, the value itself of everything else."""
    return "_f" if any(c.name == f.name + "_f" for c in types[f.type].columns(f)) else ""
