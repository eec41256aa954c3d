"""Which column is which field: the mapping file (JSON), checked against a module and the actor's rights.

Invariants: keys are the columns' own names (`Column.key`), values API names; a field is filled by one column; what the actor may not
write is refused, never dropped silently. Absent columns are guessed (see `guessing`), `None` leaves a column out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, Text
from app.base.text import fold
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules.spec import ModuleSpec
from app.services.actor import Actor
from app.services.importing.reading import Layout
from app.services.importing.sniffing import Column

ID = "id"
MODES = ("add", "update", "both")
LINKS = ("match", "create")
DATES = ("", "day-first", "month-first", "iso")
NOT_IMPORTED = ("computed", "auto_number", "multi_link", "any_link")
MAX_FILE = 1 << 20


@dataclass(frozen=True, slots=True)
class NewField:
    """A field to make for a column: its label, in the words of the file, and its type."""

    label: str
    type: str = "text"

    def as_json(self) -> dict[str, Any]:
        return {"new": self.label, "type": self.type}


Target = str | NewField | None


@dataclass(frozen=True, slots=True)
class Mapping:
    """What an import does with a file. `columns`: column key → API name, new field, or None; `values`: API name → {cell: value}."""

    columns: dict[str, Target] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    dates: str = ""
    decimal: str = ""
    encoding: str = ""
    separator: str = ""
    links: str = "match"
    mode: str = "both"
    key: tuple[str, ...] | None = None  # API names; () for none; None to choose
    new_values: bool = False  # picklist values that are not in the list are added to it
    erase: bool = False  # a blank cell empties the field of a record that exists
    layout: dict[str, Any] = field(default_factory=dict)  # header, quote, escape… when they differ from the guess

    def as_json(self) -> dict[str, Any]:
        """The mapping file: what is at its default is left out."""
        data: dict[str, Any] = {
            "columns": {k: t.as_json() if isinstance(t, NewField) else t for k, t in self.columns.items()},
            "values": self.values,
        }
        for name in ("dates", "decimal", "encoding", "separator", "mode", "links", "layout"):
            if getattr(self, name):
                data[name] = getattr(self, name)
        if self.key is not None:
            data["key"] = list(self.key)
        for name in ("new_values", "erase"):
            if getattr(self, name):
                data[name] = True
        return data


def from_json(data: Any) -> Mapping:
    """The mapping of that JSON. Raises `Invalid` naming what is wrong; unknown keys are refused, for they are mistyped ones."""
    if not isinstance(data, dict):
        raise Invalid(N_("A mapping file is a JSON object with “columns”."))
    known = {
        "columns",
        "values",
        "dates",
        "decimal",
        "encoding",
        "separator",
        "links",
        "mode",
        "key",
        "new_values",
        "erase",
        "layout",
    }
    unknown = sorted(set(data) - known)
    if unknown:
        raise Invalid(N_("A mapping file has no “%(key)s”. Known: %(known)s.", key=unknown[0], known=", ".join(sorted(known))))
    values = data.get("values") or {}
    if not isinstance(values, dict) or not all(isinstance(v, dict) for v in values.values()):
        raise Invalid(N_('“values” gives for each field what its cells mean: {"Stage": {"Won": "Closed Won"}}.'))
    key = data.get("key")
    if not (key is None or isinstance(key, str) or (isinstance(key, list) and all(isinstance(k, str) for k in key))):
        raise Invalid(N_("“key” of a mapping file is the API name of a field, or a list of them."))
    layout = dict(_object(data.get("layout"), "layout"))
    Layout.from_json(layout)
    mapping = Mapping(
        columns={str(k): _target(k, t) for k, t in _object(data.get("columns"), "columns").items()},
        values={str(f): {str(c): str(v) for c, v in words.items()} for f, words in values.items()},
        key=None if key is None else (key,) if isinstance(key, str) else tuple(key),
        new_values=bool(data.get("new_values", False)),
        erase=bool(data.get("erase", False)),
        layout=layout,
        **{n: str(data[n]) for n in ("dates", "decimal", "encoding", "separator", "links", "mode") if data.get(n)},
    )
    _one_of("dates", mapping.dates, DATES)
    _one_of("decimal", mapping.decimal, ("", ",", "."))
    _one_of("links", mapping.links, LINKS)
    _one_of("mode", mapping.mode, MODES)
    return mapping


def read_file(content: bytes) -> Mapping:
    """The mapping out of an uploaded or named file. Raises `Invalid`."""
    if len(content) > MAX_FILE:
        raise Invalid(N_("This is too large for a mapping file."))
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError):
        raise Invalid(N_("This is not a mapping file: it is not JSON.")) from None
    return from_json(data)


def resolve(mapping: Mapping, columns: Sequence[Column]) -> tuple[Mapping, list[str]]:
    """The mapping with its keys as this file writes them (case and accents ignored), and the keys that the file does not have."""
    exact = {c.key: c.key for c in columns}
    folded = {fold(c.key): c.key for c in reversed(columns)}
    found: dict[str, Target] = {}
    absent = []
    for key, target in mapping.columns.items():
        name = exact.get(key) or folded.get(fold(key))
        if name is None:
            absent.append(key)
        else:
            found[name] = target
    return replace(mapping, columns=found), absent


def importable(actor: Actor, spec: ModuleSpec) -> list[FieldSpec]:
    """The fields that this actor may fill from a file."""
    return [
        f
        for f in spec.fields
        if not f.read_only
        and f.type not in NOT_IMPORTED
        and f.type in set(types.keys())
        and actor.field_access(spec, f) == "write"
    ]


def check(actor: Actor, spec: ModuleSpec, mapping: Mapping, columns: Sequence[Column]) -> dict[int, FieldSpec | NewField | str]:
    """What each column (by its index) fills: a field, a new one, or the record's id. Raises `Invalid` with what to mend.

    `fields` of the error is by column key, so that the browser shows it beside the column.
    """
    allowed = {f.api_name: f for f in importable(actor, spec)} | {f.name: f for f in importable(actor, spec)}
    result: dict[int, FieldSpec | NewField | str] = {}
    taken: dict[str, str] = {}
    problems: dict[str, Text | str] = {}
    for column in columns:
        target = mapping.columns.get(column.key)
        if target is None:
            continue
        if isinstance(target, NewField):
            name, found = f"new:{fold(target.label)}", target
        else:
            name, found = (ID, ID) if target == ID else (target, allowed.get(target))  # type: ignore[assignment]
        if found is None:
            problems[column.key] = _refused(actor, spec, str(target))
            continue
        if isinstance(found, FieldSpec):
            name = found.name
        if name in taken:
            problems[column.key] = N_(
                "The columns “%(one)s” and “%(other)s” both go to the same field. Leave one of them out.",
                one=taken[name], other=column.key,
            )  # fmt: skip
            continue
        taken[name] = column.key
        result[column.index] = found
    if not problems:
        problems = _missing(spec, mapping, set(taken))
    if problems:
        raise Invalid(problems)
    return result


def key_fields(spec: ModuleSpec, mapping: Mapping, filled: MappingOf[int, FieldSpec | NewField | str]) -> tuple[str, ...]:
    """The duplicate key as field names ("id" for the record's own). Raises `Invalid` when no column fills it."""
    names = []
    targets = {f.name for f in filled.values() if isinstance(f, FieldSpec)} | ({ID} if ID in filled.values() else set())
    for key in mapping.key or ():
        name = ID if key == ID else spec.field(key).name
        if name not in targets:
            label = "id" if name == ID else spec.field(key).label
            raise Invalid(N_("“%(field)s” is the duplicate key, but no column fills it.", field=label))
        names.append(name)
    if ID in names and len(names) > 1:
        raise Invalid(N_("The id is a key by itself; take the other fields out of the duplicate key."))
    return tuple(names)


def _missing(spec: ModuleSpec, mapping: Mapping, filled: set[str]) -> dict[str, Text | str]:
    """What a new record needs and no column gives; nothing when only existing records are updated."""
    if not filled:
        return {"": N_("No column goes to a field. Choose at least one.")}
    if mapping.mode == "update":
        return {}
    lacking = [f for f in spec.fields if f.required and f.default is None and f.name not in filled and not f.read_only]
    if lacking:
        return {"": N_("“%(field)s” is required. Choose the column that holds it.", field=lacking[0].label)}
    return {}


def _refused(actor: Actor, spec: ModuleSpec, target: str) -> Text:
    found = spec.by_name.get(target)
    if found is None or not actor.sees(spec, found):
        return N_("There is no field “%(field)s” in %(module)s.", field=target, module=spec.plural)
    if found.read_only or found.type in NOT_IMPORTED:
        return N_("“%(field)s” cannot be filled from a file.", field=found.label)
    return N_("Your profile does not allow changing “%(field)s”.", field=found.label)


def _target(column: Any, target: Any) -> Target:
    if target is None or isinstance(target, str):
        return target or None
    if isinstance(target, dict) and isinstance(target.get("new"), str) and target["new"].strip():
        kind = str(target.get("type") or "text")
        if kind not in set(types.keys()) or kind in NOT_IMPORTED or kind in ("link", "person"):
            raise Invalid(N_("A column cannot become a field of type “%(type)s”.", type=kind))
        return NewField(" ".join(target["new"].split())[:80], kind)
    raise Invalid(
        N_(
            'The column “%(column)s” needs an API name, {"new": label, "type": type}, or null to leave it out.',
            column=str(column),
        )
    )


def _object(data: Any, name: str) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise Invalid(N_("“%(name)s” of a mapping file is a JSON object.", name=name))
    return data


def _one_of(name: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise Invalid(
            N_("“%(name)s” of a mapping file is one of: %(known)s.", name=name, known=", ".join(k for k in known if k))
        )
