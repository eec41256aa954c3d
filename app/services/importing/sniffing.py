"""How to read a text file of rows: encoding, separator, quote, escape, comments, header, found by looking; all of it can be changed.

A dialect is judged as CleverCSV does: rows of the same length, and cells that look like something. What a person needs to check
the guess (dates, decimals, odd rows) is in `evidence`. Invariant: looking never changes the file and reads it once.
"""

from __future__ import annotations

import io
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.services.importing import encodings
from app.services.importing.reading import SEPARATORS, Layout, Record, open_text, parse, records

SAMPLE = 1 << 16  # characters
SAMPLE_RECORDS = 400
_NUMBER = re.compile(r"[-+(]?\s*[€$£]?\s*\d[\d\s.,'’\u00a0\u202f]*\s*[%€$£)]?-?")
_DATE = re.compile(r"\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?.*)?")
_EMAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.\w+")
_WORDS = re.compile(r"[\w€$£°’'&@#!?+*/:%()\-. ]*", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file. `key` names it in a mapping: its header made distinct, or "#3" where it has none."""

    index: int
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What was seen: how to read the file, its columns, and what the first records look like."""

    layout: Layout
    columns: tuple[Column, ...]
    width: int  # the commonest number of cells
    preview: tuple[Record, ...]
    left_out: tuple[Record, ...] = field(default=())  # above the header


def sniff(path: Path, encoding: str = "", separator: str = "") -> Sniffed:
    """Looks at the beginning of a text file; what is given is not guessed. Raises `Invalid` when there is nothing to read."""
    encoding = encoding or encodings.encoding_of(path)
    try:
        with open_text(path, encoding) as file:
            text = file.read(SAMPLE)
            whole = not file.read(1)
    except UnicodeError:
        raise Invalid(
            N_(
                "This file cannot be read as %(encoding)s. Choose another encoding, or save the file as CSV UTF-8.",
                encoding=encoding,
            )
        ) from None
    if not whole:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    if not text.strip():
        raise Invalid(N_("This file is empty."))
    layout = _dialect(
        text, Layout(encoding=encoding, separator=separator or ","), SEPARATORS if not separator else (separator,)
    )
    layout = replace(layout, comment=_comment(text, layout))
    head = list(_sample(text, layout))
    return describe(path, replace(layout, header=_header(head)))


def describe(path: Path, layout: Layout, preview: int = 20, *, wide: bool = False) -> Sniffed:
    """The columns and first records of a file read in this way: after a person changed the guess, or with a saved mapping.

    `wide`: cells beyond the names are nameless columns, as in a workbook, where nothing can have split them by mistake.
    """
    above: list[Record] = []
    shown: list[Record] = []
    names: list[str] = []
    widths: Counter[int] = Counter()
    for record in itertools.islice(records(path, layout), SAMPLE_RECORDS):
        if record.line < layout.header:
            above.append(record)
        elif record.line == layout.header:
            names = record.cells
        else:
            widths[len(record.cells)] += 1
            if len(shown) < preview:
                shown.append(record)
    if layout.header and not names:
        raise Invalid(N_("Line %(line)s holds no column names.", line=layout.header))
    if not names and not shown:
        raise Invalid(N_("This file holds no rows."))
    width = widths.most_common(1)[0][0] if widths else len(names)
    if layout.header == 0 or (wide and widths):
        names = names + [""] * (max(widths) - len(names))
    return Sniffed(layout, columns(_trimmed(names, shown)), width, tuple(shown), tuple(above))


def columns(names: list[str]) -> tuple[Column, ...]:
    """Names made distinct: a second "Name" is "Name (2)", a blank one "#4", shown as "Column 4"."""
    seen: Counter[str] = Counter()
    result = []
    for index, name in enumerate(names):
        key = " ".join(name.replace("\x00", "").split()) or f"#{index + 1}"
        seen[key] += 1
        key = key if seen[key] == 1 else f"{key} ({seen[key]})"
        result.append(Column(index, key, key if name.strip() else _("Column %(n)s", n=index + 1)))
    return tuple(result)


def _trimmed(names: list[str], shown: list[Record]) -> list[str]:
    """Without the nameless columns at the end that hold nothing in the first rows (a separator too many on each line)."""
    width = len(names)
    while (
        width > 1
        and not names[width - 1].strip()
        and not any(r.cells[width - 1].strip() for r in shown if len(r.cells) >= width)
    ):
        width -= 1
    return names[:width]


def _sample(text: str, layout: Layout) -> list[Record]:
    """The first records; what a cut quote at the end of the sample spoils is dropped."""
    found: list[Record] = []
    try:
        found.extend(itertools.islice(parse(io.StringIO(text, newline=""), layout), SAMPLE_RECORDS))
    except Invalid:
        return found
    return found


def _dialect(text: str, base: Layout, separators: tuple[str, ...]) -> Layout:
    best, best_score = base, -1.0
    for separator in separators:
        for quote in _quotes(text, separator):
            spaces = (True, False) if quote and re.search(rf"{re.escape(separator)} +{quote}", text) else (False,)
            escapes = ("\\", "") if f"\\{separator}" in text else ("",)
            for space, escape in itertools.product(spaces, escapes):
                layout = replace(base, separator=separator, quote=quote, skip_space=space, escape=escape)
                score = _score(_sample(text, layout))
                if score > best_score + 1e-9:
                    best, best_score = layout, score
    return best


def _quotes(text: str, separator: str) -> tuple[str, ...]:
    """A single quote only where cells open and close with it, and no double quote does."""
    edge = rf"(^|{re.escape(separator)})"
    if re.search(rf'{edge}\s*"', text, re.MULTILINE):
        return ('"', "")
    singles = re.findall(rf"{edge}'[^'\r\n]*'(?={re.escape(separator)}|\r|\n|$)", text, re.MULTILINE)
    return ('"', "'") if len(singles) > 1 else ('"',)


def _score(found: list[Record]) -> float:
    """Rows of equal length (more columns are better, a little), times the share of cells that look like something."""
    if not found:
        return 0.0
    lengths = Counter(len(r.cells) for r in found)
    total = len(found)
    pattern = sum(count * (max(length - 1, 0.001) / length) for length, count in lengths.items()) / total / len(lengths)
    sample = [cell for record in found[:100] for cell in record.cells]
    return pattern * (sum(map(_known, sample)) / max(len(sample), 1) + 0.001)


def _known(cell: str) -> bool:
    """Whether a cell looks like one value: empty, a number, a date, an address, plain words; quotes or separators left in do not."""
    cell = cell.strip()
    return not cell or bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell) or _EMAIL.fullmatch(cell) or _sentence(cell))


def _sentence(cell: str) -> bool:
    """Words, perhaps with commas inside a sentence; a semicolon, bar, tab or a quote at its edge betrays a wrong dialect."""
    if cell[0] in "\"'" or cell[-1] == '"' or "\t" in cell or "|" in cell:
        return False
    return bool(_WORDS.fullmatch(cell)) or ", " in cell or len(cell) > 40


def _comment(text: str, layout: Layout) -> str:
    """ "#" when lines that begin so hold one cell while the others hold more."""
    found = _sample(text, layout)
    remarks = [r for r in found if r.cells[0].startswith("#")]
    rest = [len(r.cells) for r in found if not r.cells[0].startswith("#")]
    if remarks and rest and min(rest) > 1 and all(len(r.cells) == 1 for r in remarks):
        return "#"
    return ""


def _header(found: list[Record]) -> int:
    """The line of the first record that names nearly all columns with distinct words; 0 when the first ones are data already."""
    if not found:
        return 0
    wanted = max(_names(record.cells) for record in found[:15])
    full = max(len(record.cells) for record in found[:15])
    for record in found[:15]:
        filled = sum(bool(cell.strip()) for cell in record.cells)
        if any(_is_value(cell) for cell in record.cells) and _names(record.cells) < full and filled > full / 2:
            return 0 if record is found[0] or wanted == 0 else _fallback(found, record)
        if wanted and _names(record.cells) >= 0.8 * wanted and (record is not found[-1] or len(found) == 1):
            return record.line
    return _fallback(found, found[-1])


def _fallback(found: list[Record], data: Record) -> int:
    """The best named record above the first one that holds values."""
    above = [r for r in found if r.line < data.line]
    best = max(above, key=lambda r: _names(r.cells), default=None)
    return best.line if best is not None and _names(best.cells) > 1 else 0


def _names(cells: list[str]) -> int:
    return len({c.strip().casefold() for c in cells if c.strip() and not _is_value(c)})


def _is_value(cell: str) -> bool:
    cell = cell.strip()
    return bool(cell) and bool(_NUMBER.fullmatch(cell) or _DATE.fullmatch(cell) or _EMAIL.fullmatch(cell))


def as_json(sniffed: Sniffed) -> dict[str, Any]:
    """For the browser and for `--dry-run`: what was seen, in plain data."""
    return {
        "layout": sniffed.layout.as_json(),
        "columns": [{"key": c.key, "label": c.label} for c in sniffed.columns],
        "preview": [{"line": r.line, "cells": r.cells} for r in sniffed.preview],
    }
