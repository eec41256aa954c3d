"""Reads a text file of rows, one record at a time, whatever its size: memory stays flat.

Invariants: every record carries the number of its first line in the file; cells are text, exactly as written (only what the
file's own quoting adds is taken away); blank records and comment lines are counted and left out, nothing else is.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from app.base.errors import Invalid
from app.base.i18n import N_

SEPARATORS = (",", ";", "\t", "|")
MAX_CELL = 1_000_000  # characters; beyond it a quote was not closed, or it is no table
csv.field_size_limit(MAX_CELL)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a text file is read. `header` is the line (from 1) whose record names the columns, 0 when there is none."""

    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'  # "" when cells are never quoted
    escape: str = ""
    skip_space: bool = False  # blanks after a separator are not part of the cell
    comment: str = ""  # lines that begin so are remarks
    header: int = 1

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Layout:
        """The layout of that JSON; unknown keys are ignored. Raises `Invalid` for a layout that cannot be."""
        known = {k: v for k, v in data.items() if k in cls.__slots__}
        for name, value in known.items():
            kind = {"header": int, "skip_space": bool}.get(name, str)
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
                raise Invalid(N_("“%(name)s” is not a way to read a file.", name=name))
        layout = replace(cls(), **known)
        if not 0 <= layout.header < 1_000_000:
            raise Invalid(N_("“%(name)s” is not a way to read a file.", name="header"))
        if len(layout.separator) != 1 or len(layout.quote) > 1 or len(layout.escape) > 1 or layout.separator in "\r\n":
            raise Invalid(N_("The separator, the quote and the escape are one character each."))
        return layout


class Record(NamedTuple):
    """One record of the file: the line where it begins (from 1) and its cells."""

    line: int
    cells: list[str]


def records(path: Path, layout: Layout) -> Iterator[Record]:
    """Every record that is neither blank nor a comment, header included. Raises `Invalid` when the text cannot be read."""
    with open_text(path, layout.encoding) as file:
        yield from parse(file, layout)


def rows(path: Path, layout: Layout) -> Iterator[Record]:
    """The records below the header."""
    for record in records(path, layout):
        if record.line > layout.header:
            yield record


def open_text(path: Path, encoding: str) -> TextIO:
    """The file as text, its line ends untouched. Raises `Invalid` when the encoding is unknown."""
    try:
        return path.open(encoding=encoding, newline="")
    except LookupError:
        raise Invalid(N_("“%(encoding)s” is not an encoding that can be read.", encoding=encoding)) from None


def parse(lines: Iterator[str] | TextIO, layout: Layout) -> Iterator[Record]:
    """The records of these lines. Raises `Invalid` with the line where reading stops, and what to do."""
    reader = _reader(lines, layout)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Invalid(_unclosed(line), line=line) from None
        except UnicodeDecodeError:
            raise Invalid(
                N_(
                    "Line %(line)s cannot be read as %(encoding)s. Choose another encoding, or save the file as CSV UTF-8.",
                    line=line,
                    encoding=layout.encoding,
                ),
                line=line,
            ) from None
        if cells is None:
            return
        if not any(cells) or (layout.comment and cells[0].startswith(layout.comment)):
            continue
        yield Record(line, cells)


def _unclosed(line: int) -> Any:
    return N_(
        "From line %(line)s on, a quote is opened and never closed. Close it, or read the file without quotes.", line=line
    )


def _reader(lines: Iterator[str] | TextIO, layout: Layout) -> Any:
    return csv.reader(
        lines,
        delimiter=layout.separator,
        quotechar=layout.quote or None,
        quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
        escapechar=layout.escape or None,
        doublequote=True,
        skipinitialspace=layout.skip_space,
    )
