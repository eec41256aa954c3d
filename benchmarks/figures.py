"""Figures: what was measured, its floor in the same run, the budget; and how they are timed and printed.

Invariant: every time is a median; a floor is measured in the same run on the same machine, so that the ratio says something where
milliseconds do not.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `budget` is the aim in words, `note` what was counted beside."""

    operation: str
    value: float
    unit: str = "ms"
    floor: float | None = None
    floor_of: str = ""
    budget: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many floors the value is."""
        return self.value / self.floor if self.floor else None

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return {**asdict(self), "ratio": self.ratio}


def table(figures: Sequence[Figure]) -> str:
    """The figures in Markdown."""
    lines = ["| operation | measured | floor | ratio | budget | note |", "|---|---:|---:|---:|---|---|"]
    for f in figures:
        floor = f"{_number(f.floor)} {f.unit} ({f.floor_of})" if f.floor is not None else ""
        ratio = f"{f.ratio:.1f}" if f.ratio is not None else ""
        lines.append(f"| {f.operation} | {_number(f.value)} {f.unit} | {floor} | {ratio} | {f.budget} | {f.note} |")
    return "\n".join(lines)


def median(call: Callable[[], Any], times: int = 9) -> float:
    """Milliseconds of `call`, the median after one call to warm up; fewer repeats for what takes a second."""
    began = time.perf_counter()
    call()
    found = []
    for _time in range(times if time.perf_counter() - began < 1 else 3):
        began = time.perf_counter()
        call()
        found.append((time.perf_counter() - began) * 1000)
    return statistics.median(found)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0…1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.1f}"
