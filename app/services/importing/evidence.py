"""What the values of each column look like, counted: kinds, date order, decimal sign, longest text, a few distinct values.

Used to guess the mapping and shown to the person: "12,480 rows day-first, 3,058 ambiguous". Invariant: counting is bounded
(`LIMIT` rows, `DISTINCT` values a column); the numbers say of how many rows they speak.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.services.importing.reading import Record

LIMIT = 200_000
CLASSIFIED = 2_000  # rows of which every cell is classified; the rest only for dates and long texts
DISTINCT = 200
ISO, DAY_FIRST, MONTH_FIRST = "iso", "day-first", "month-first"

_DATE = re.compile(r"\s*(\d{1,4})([-/. ])(\d{1,2})\2(\d{1,4})(?:[ T]\d{1,2}:\d{2}.*)?\s*")
_INTEGER = re.compile(r"[-+]?(\d{1,18}|\d{1,3}([ \u00a0\u202f'’]\d{3})+)")
_POINT = re.compile(r"[-+(]?\s*[€$£]?\s*(\d+|\d{1,3}([,  \u202f'’]\d{3})+)\.\d+\s*[%€$£)]?-?")
_COMMA = re.compile(r"[-+(]?\s*[€$£]?\s*(\d+|\d{1,3}([.  \u202f'’]\d{3})+),\d+\s*[%€$£)]?-?")
_THREE = re.compile(r"[-+]?[1-9]\d{0,2}([.,])\d{3}")  # 1.234 alone says nothing about the decimal sign
_GROUPS = re.compile(r"[-+]?\d{1,3}([.,])\d{3}(\1\d{3})+")  # 1,234,567 does
_CURRENCY = re.compile(r"[€$£]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_URL = re.compile(r"(https?://|www\.)[^\s/]+\.[^\s/]+(/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"\+?[\d(][\d\s().\-/]{7,20}\d(\s*x\d+)?")
_YES_NO = frozenset({"true", "false", "yes", "no", "oui", "non", "vrai", "faux", "0", "1", "x"})
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d{2}", re.IGNORECASE)


@dataclass(slots=True)
class Evidence:
    """What is known of one column. `kinds` counts the classified cells; `filled` counts all cells that are not blank."""

    filled: int = 0
    longest: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)  # iso, day-first, month-first, ambiguous
    values: Counter[str] = field(default_factory=Counter)  # at most DISTINCT of them
    unique: bool = True  # no value came twice among the classified rows
    seen: set[str] = field(default_factory=set, repr=False)
    thousands: Counter[str] = field(default_factory=Counter)  # signs that stand as in 1,234 or 1,234,567 (which counts for ten)
    large: int = 0  # whole numbers from 1000 on, written without any sign
    small: int = 0  # those below
    currency: int = 0  # values with the sign of a currency
    rounded: int = 0  # ids that a spreadsheet turned into 5.36E+18

    @property
    def kind(self) -> str:
        """The kind of nearly all values: date, integer, decimal, email, url, phone, boolean, else text; "" for an empty column."""
        total = sum(self.kinds.values())
        if not total:
            return ""
        numbers = self.kinds["integer"] + self.kinds["point"] + self.kinds["comma"]
        if self.kinds["boolean"] + self.kinds["integer"] == total and set(self.values) <= _YES_NO and len(self.values) == 2:
            return "boolean"
        if numbers >= 0.98 * total:
            return "integer" if self.kinds["integer"] == total else "decimal"
        kind, count = self.kinds.most_common(1)[0]
        return kind if count >= 0.9 * total and kind not in ("point", "comma") else "text"

    @property
    def pure(self) -> bool:
        """Whether no value that was looked at is of another kind."""
        numbers = {"integer", "point", "comma"}
        kinds = {"number" if k in numbers else k for k in self.kinds}
        return len(kinds) <= 1 or self.kind == "boolean"

    @property
    def groups(self) -> str:
        """The sign that separates thousands in this column, "" when nothing proves it."""
        sign, count = (self.thousands.most_common(1) or [("", 0)])[0]
        return sign if len(self.thousands) == 1 and (count >= 10 or (count >= 2 and self.small and not self.large)) else ""

    @property
    def few(self) -> bool:
        """Whether the values repeat so much that they look like a list to choose from."""
        return 1 < len(self.values) <= 15 and self.filled >= 5 * len(self.values)


@dataclass(slots=True)
class Findings:
    """The evidence of all columns, of `read` rows; `whole` when these are all."""

    columns: list[Evidence]
    read: int = 0
    whole: bool = True
    longer: list[int] = field(default_factory=list)  # lines with more cells than columns (the first 20)
    shorter: int = 0

    @property
    def orders(self) -> Counter[str]:
        """Dates of all date columns, by the order they prove."""
        return sum((c.orders for c in self.columns if c.kind == "date"), Counter())

    @property
    def dates(self) -> str:
        """The order of dates that the evidence proves best; "" when there is none or only ambiguous ones."""
        orders = Counter({k: n for k, n in self.orders.items() if k != "ambiguous"})
        return orders.most_common(1)[0][0] if orders else ""

    @property
    def decimal(self) -> str:
        """The decimal sign that most numbers prove; "" when none does."""
        point = sum(c.kinds["point"] for c in self.columns)
        comma = sum(c.kinds["comma"] for c in self.columns)
        if point != comma:
            return "." if point > comma else ","
        groups = {c.groups for c in self.columns if c.groups}
        return "" if len(groups) != 1 else "." if groups == {","} else ","


def examine(rows: Iterable[Record], width: int) -> Findings:
    """Counts what the cells of up to `LIMIT` rows look like."""
    found = Findings([Evidence() for _ in range(width)])
    iterator = iter(rows)
    for record in itertools.islice(iterator, CLASSIFIED):
        _count(found, record, width)
        for evidence, cell in zip(found.columns, record.cells, strict=False):
            text = cell.strip()
            if text:
                _classify(evidence, text)
    dated = [i for i, evidence in enumerate(found.columns) if evidence.kind == "date"]
    for record in itertools.islice(iterator, LIMIT - CLASSIFIED):
        _count(found, record, width)
        for index, cell in enumerate(record.cells[:width]):
            if cell:
                evidence = found.columns[index]
                evidence.filled += 1
                if len(cell) > evidence.longest:
                    evidence.longest = len(cell)
        for index in dated:
            if index < len(record.cells) and (order := date_order(record.cells[index])):
                found.columns[index].orders[order] += 1
    found.whole = next(iterator, None) is None
    return found


def date_order(text: str) -> str:
    """Which order a written date proves: iso, day-first, month-first, or ambiguous; "" when it is no numeric date."""
    match = _DATE.fullmatch(text)
    if not match:
        return ""
    first, second, third = match[1], int(match[3]), match[4]
    if len(first) == 4:
        return ISO if 1 <= second <= 12 and 1 <= int(third) <= 31 else ""
    if len(first) > 2 or len(third) not in (2, 4):
        return ""
    day = int(first)
    if not (1 <= day <= 31 and 1 <= second <= 31) or (day > 12 and second > 12):
        return ""
    if day > 12:
        return DAY_FIRST
    if second > 12:
        return MONTH_FIRST
    return "ambiguous"


def _count(found: Findings, record: Record, width: int) -> None:
    found.read += 1
    cells = record.cells
    if len(cells) < width:
        found.shorter += 1
    elif len(cells) > width and any(c.strip() for c in cells[width:]) and len(found.longer) < 20:
        found.longer.append(record.line)


def _classify(evidence: Evidence, text: str) -> None:
    evidence.filled += 1
    evidence.longest = max(evidence.longest, len(text))
    evidence.kinds[_kind(text)] += 1
    if order := date_order(text):
        evidence.orders[order] += 1
    if _ROUNDED.fullmatch(text):
        evidence.rounded += 1
    if match := _THREE.fullmatch(text) or _GROUPS.fullmatch(text):
        evidence.thousands[match[1]] += 1 if match.re is _THREE else 10
    elif text.isdigit():
        evidence.large += len(text) > 3
        evidence.small += len(text) <= 3
    if _CURRENCY.search(text):
        evidence.currency += 1
    if text in evidence.seen:
        evidence.unique = False
    else:
        evidence.seen.add(text)
    if text in evidence.values or len(evidence.values) < DISTINCT:
        evidence.values[text] += 1


def _kind(text: str) -> str:
    if text.casefold() in _YES_NO and not text.isdigit():
        return "boolean"
    if date_order(text):
        return "date"
    if _INTEGER.fullmatch(text):
        return "integer" if not (len(text) > 1 and text[0] == "0") else _zeros(text)
    if _THREE.fullmatch(text) or _GROUPS.fullmatch(text):
        return "integer"
    if _POINT.fullmatch(text):
        return "point"
    if _COMMA.fullmatch(text):
        return "comma"
    if _EMAIL.fullmatch(text):
        return "email"
    if _URL.fullmatch(text):
        return "url"
    return "phone" if _PHONE.fullmatch(text) else "text"


def _zeros(text: str) -> str:
    """Digits that begin with zero are a postcode, a reference or a phone, never a number."""
    return "phone" if len(text) >= 9 else "text"
