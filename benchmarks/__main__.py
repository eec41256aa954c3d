"""`python -m benchmarks`: measures the program on both engines and prints a Markdown table.

--large: 1,000,000 accounts. --engine sqlite|postgresql. --only start,reads,…: parts of it. --json FILE: the same for programs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks import browsing, filling, moving, serving
from benchmarks.figures import Figure, table
from benchmarks.filling import Size
from tests.support import postgres as servers
from tests.support.servers import Server

PARTS = ("start", "reads", "saves", "home", "throughput", "browser", "tabs", "load", "importing", "transfer")
ENGINES = ("sqlite", "postgresql")


def main(words: Sequence[str] | None = None) -> int:
    """Measures what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--large", action="store_true", help="1,000,000 accounts")
    parser.add_argument("--accounts", type=int, default=0)
    parser.add_argument("--deals", type=int, default=10_000)
    parser.add_argument("--import-rows", type=int, default=20_000)
    parser.add_argument("--only", default=",".join(PARTS), help=f"of {', '.join(PARTS)}")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(words)
    parts = chosen.only.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    size = Size(chosen.accounts or (1_000_000 if chosen.large else 100_000), chosen.deals)
    found: dict[str, list[Figure]] = {}
    for name in ENGINES if chosen.engine == "both" else (chosen.engine,):
        found[name] = measure(name, size, parts, chosen.import_rows)
        sys.stdout.write(f"\n### {title(name, size)}\n\n{table(found[name])}\n")
        sys.stdout.flush()
    if chosen.json:
        data = {name: [figure.as_json() for figure in figures] for name, figures in found.items()}
        chosen.json.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
    return 0


def title(name: str, size: Size) -> str:
    """What was measured, on which machine, when."""
    machine = f"{os.cpu_count()} cores, {psutil.virtual_memory().total / 1e9:.0f} GB, Python {platform.python_version()}"
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{name}: {size.accounts:,} accounts, {size.deals:,} deals ({machine}, {time.strftime('%Y-%m-%d')}, {load})"


def measure(name: str, size: Size, parts: Sequence[str], import_rows: int) -> list[Figure]:
    """The figures of one engine."""
    with tempfile.TemporaryDirectory(prefix="comptoir-bench-") as text, _server(name, size, Path(text)) as server:
        folder, url = Path(text), filling.url_of(server)
        empty = browsing.Empty()
        figures: list[Figure] = []
        try:
            figures += _start(server, empty) if "start" in parts else []
            server.start()
            with filling.opened(url):
                token = serving.session()
                figures += _running(server, token, empty.base, parts, folder, import_rows)
            server.stop()
            if "transfer" in parts:
                with filling.opened(url):
                    figures += moving.rates(folder, import_rows)
        finally:
            server.stop()
            empty.stop()
    return figures


def _running(server: Server, token: str, empty: str, parts: Sequence[str], folder: Path, import_rows: int) -> list[Figure]:
    def client() -> serving.Client:
        return serving.Client(server.base, token)

    def importing() -> list[Figure]:
        file = folder / "accounts.csv"
        lines = ["Account Name;Phone;Billing City", *(f"Imported {n};0102030405;Lyon" for n in range(import_rows))]
        file.write_text("\n".join(lines), encoding="utf-8")
        return serving.while_importing(server, client(), file, import_rows)

    steps: dict[str, Callable[[], list[Figure]]] = {
        "reads": lambda: serving.reads(client()),
        "saves": lambda: serving.saves(client()),
        "home": lambda: serving.while_home_loads(client),
        "throughput": lambda: serving.throughput(client, empty),
    }
    figures: list[Figure] = []
    for name, step in steps.items():
        figures += step() if name in parts else []
    if {"browser", "tabs", "load"} & set(parts):
        with browsing.browser() as chromium:
            figures += browsing.first_load(chromium, server, token, empty) if "load" in parts else []
            figures += browsing.clicks(chromium, server, token, empty) if "browser" in parts else []
            figures += browsing.tabs(chromium, server, token) if "tabs" in parts else []
    figures += importing() if "importing" in parts else []
    return figures


def _start(server: Server, empty: browsing.Empty) -> list[Figure]:
    server.start()
    server.stop()
    began = time.perf_counter()
    server.start()
    took = time.perf_counter() - began
    ours, theirs = psutil.Process(server.pid), psutil.Process(empty.process.pid)
    rest, floor = ours.memory_info().rss / 1e6, theirs.memory_info().rss / 1e6
    spent, least = sum(ours.cpu_times()[:2]), empty.processor
    server.stop()
    return [
        Figure("second start to /healthz", took, "s", empty.seconds, "empty NiceGUI", "≤ 3 s"),
        Figure("second start, processor time", spent, "s", least, "empty NiceGUI", "≤ 3 s", "what the clock shows on an idle machine"),
        Figure("memory at rest", rest, "MB", floor, "empty NiceGUI", "≤ 250 MB"),
    ]


@contextmanager
def _server(name: str, size: Size, folder: Path) -> Iterator[Server]:
    if name == "sqlite":
        yield filling.sqlite_server(size, folder)
        return
    key = f"bench{uuid.uuid4().hex[:8]}"
    with servers._own_server(key, key) as postgres:
        url = postgres.create_database()
        try:
            yield filling.postgresql_server(size, folder, url)
        finally:
            postgres.drop_database(url)


if __name__ == "__main__":
    sys.exit(main())
