"""The benchmarks run: on a tiny database, every part without a browser gives its figures. No time is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Figure, median, percentile, table
from tests.support.servers import ROOT


def test_table_shows_floor_ratio_and_budget() -> None:
    shown = table([Figure("save", 12.0, "ms", 4.0, "bare commit", "≤ 100 ms"), Figure("memory", 1234.5, "MB")]).splitlines()
    assert shown[2] == "| save | 12.0 ms | 4.0 ms (bare commit) | 3.0 | ≤ 100 ms |  |"
    assert shown[3] == "| memory | 1,234 MB |  |  |  |  |"


def test_figure_without_a_floor_has_no_ratio() -> None:
    assert Figure("x", 1.0).ratio is None
    assert Figure("x", 6.0, floor=3.0).as_json()["ratio"] == 2.0


def test_median_calls_once_more_to_warm_up() -> None:
    calls: list[int] = []
    assert median(lambda: calls.append(1), times=5) >= 0
    assert len(calls) == 6
    assert percentile([5, 1, 2, 3, 4], 0.95) == 5


@pytest.mark.timeout(300)
def test_every_part_without_a_browser_runs_on_a_tiny_database(tmp_path: Path) -> None:
    words = ["--engine", "sqlite", "--accounts", "300", "--deals", "60", "--import-rows", "50", "--json", str(tmp_path / "out.json")]
    parts = "start,reads,saves,home,throughput,importing,transfer"
    command = [sys.executable, "-m", "benchmarks", *words, "--only", parts]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=280, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["sqlite"]
    assert all(figure["value"] > 0 for figure in figures)
    names = {figure["operation"] for figure in figures}
    assert {"second start to /healthz", "list: first page", "cell saved", "cell saved while an import runs"} <= names
    assert "| list: first page |" in done.stdout


def test_an_unknown_part_is_named() -> None:
    command = [sys.executable, "-m", "benchmarks", "--only", "nothing"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 2
    assert "nothing" in done.stderr
