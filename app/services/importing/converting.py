"""A record of the file becomes field values: each cell through its field type, once for each distinct text.

Invariants: blank cells are left out (or empty the field, when asked), so defaults apply; a text that a spreadsheet program was kept
from running ("'=1+1", as exports write it) loses that apostrophe and no other; a record with more cells than columns is refused
whole, for nobody can tell which cell went where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.base.errors import NotFound
from app.base.i18n import N_, Text
from app.base.ids import parse_id
from app.base.text import fold
from app.fields.registry import types
from app.fields.spec import Ctx, FieldSpec, Problem
from app.services.importing.mapping import ID
from app.services.importing.reading import Record

MEMORY = 20_000  # distinct texts remembered a column
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_ROUNDED = re.compile(r"-?\d([.,]\d+)?E\+?\d{1,2}", re.IGNORECASE)


@dataclass(slots=True)
class Converted:
    """One record: `values` by field name, `links` to find by title, `errors` by column key."""

    record: Record
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    errors: dict[str, Text | str] = field(default_factory=dict)
    id: int | None = None
    key: tuple[Any, ...] | None = None  # of the record that it means, once links are found


class Converter:
    """Converts the records of one file."""

    def __init__(
        self,
        columns: Mapping[int, FieldSpec | str],
        keys: Mapping[int, str],
        width: int,
        values: Mapping[str, Mapping[str, str]],
        ctx: Ctx,
        *,
        erase: bool = False,
    ) -> None:
        """`columns`: index → field or "id"; `keys`: index → column key, for messages; `values`: API name → {cell: value}."""
        self._width = width
        self._erase = erase
        self._cells: list[tuple[int, str, str, Callable[[str], Any] | None]] = []
        for index, target in columns.items():
            if isinstance(target, str):
                self._cells.append((index, ID, keys[index], _id_of))
            elif target.type == "link":
                self._cells.append((index, target.name, keys[index], None))
            else:
                self._cells.append((index, target.name, keys[index], _reader(target, values.get(target.api_name, {}), ctx)))

    def __call__(self, record: Record) -> Converted:
        """The record's values, or what is wrong with each cell."""
        result = Converted(record)
        cells = record.cells
        if len(cells) > self._width and any(c.strip() for c in cells[self._width :]):
            result.errors[""] = N_(
                "This row has %(found)s cells where the file has %(wanted)s columns: a separator inside a text is not quoted.",
                found=len(cells), wanted=self._width,
            )  # fmt: skip
            return result
        filled = len(cells)
        for index, name, key, read in self._cells:
            cell = cells[index] if index < filled else ""
            if not cell or cell.isspace():
                if self._erase and name != ID:
                    result.values[name] = None
                continue
            if cell[0] == "'" and _GUARDED.match(cell):
                cell = cell[1:]
            if read is None:
                result.links[name] = " ".join(cell.split())
                continue
            value = read(cell)
            if isinstance(value, Problem):
                result.errors[key] = value.message
            elif name == ID:
                result.id = value
            elif value is not None:
                result.values[name] = value
        return result


def _reader(spec: FieldSpec, words: Mapping[str, str], ctx: Ctx) -> Callable[[str], Any]:
    """Reads a cell: the parsed value, None for blank, or the `Problem`. Remembers what it read."""
    kind = types[spec.type]
    known: dict[str, Any] = {}
    exact = dict(words)
    folded = {fold(k): v for k, v in words.items()}

    def parse(cell: str) -> Any:
        text = exact.get(cell.strip())
        if text is None and folded:
            text = folded.get(fold(cell))
        if text is None:
            text = cell
        try:
            value = kind.parse(text, spec, ctx)
            if value is not None:
                kind.check(value, spec)
        except Problem as problem:
            return problem
        return value

    def read(cell: str) -> Any:
        found = known.get(cell, known)
        if found is not known:
            return found
        value = parse(cell)
        if len(known) < MEMORY:
            known[cell] = value
        return value

    return read


def _id_of(cell: str) -> Any:
    text = cell.strip().removeprefix("zcrm_")
    if _ROUNDED.fullmatch(text):
        return rounded_id(cell)
    try:
        return parse_id(text)
    except NotFound:
        return Problem(N_("“%(value)s” is not the id of a record.", value=cell[:60]))


def rounded_id(cell: str) -> Problem:
    """The message about an id that a spreadsheet turned into a rounded number."""
    return Problem(
        N_(
            "“%(value)s” is an id that a spreadsheet has rounded. Export again, and import that file without saving it in a spreadsheet.",
            value=cell[:60],
        )
    )
