"""The structure that ARCHITECTURE.md promises: imports go one way, and files stay readable in one sitting."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.support.servers import ROOT

LONG_FILE = 400  # lines: the aim; longer ones are named at the end of the test's output (pytest -rP)
LONGEST_FILE = 600


def python_files() -> list[Path]:
    """All that people wrote: migrations are made by `app.database.migrations.generate`."""
    found = [path for folder in ("app", "requirements", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    return [path for path in found if path.parent != ROOT / "app" / "database" / "migrations" / "versions"]


def test_imports_go_downwards(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_files_are_readable_in_one_sitting() -> None:
    written = [path for path in python_files() if path.parent.name != "versions"]  # revisions of the schema are generated
    lengths = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in written}
    longer = sorted(((length, path) for path, length in lengths.items() if length > LONG_FILE), reverse=True)
    for length, path in longer:
        print(f"{length:5} lines: {path}")  # noqa: T201 - this is what the test is for
    assert not [str(path) for length, path in longer if length > LONGEST_FILE]


def test_a_file_begins_with_its_purpose() -> None:
    sources = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in python_files()}
    silent = [str(path) for path, source in sources.items() if source.strip() and not ast.get_docstring(ast.parse(source))]
    assert not silent, "these files do not say what they are for"
