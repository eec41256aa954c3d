"""The start from nothing, for real: a folder without `.venv`, a Python, and one tiny package that needs no network."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.servers import ROOT


class Scratch:
    """A copy of the start in a folder of its own, with one tiny requirement that needs no network."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "Comptoir à moi"
        (self.folder / "requirements").mkdir(parents=True)
        for name in ("comptoir.py", *(f"requirements/{path.name}" for path in (ROOT / "requirements").glob("*.py"))):
            (self.folder / name).write_bytes((ROOT / name).read_bytes())
        (self.folder / "app").mkdir()
        (self.folder / "app" / "__main__.py").write_text(
            "import json, os, sys, thing\n"
            "print(json.dumps([sys.argv[1:], os.getcwd(), sys.prefix, thing.VERSION]))\n"
            "sys.exit(7 if '--fail' in sys.argv else 0)\n"
        )
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        self.require(self.wheel("1.0"))

    def wheel(self, version: str) -> tuple[str, str]:
        """Makes the package `thing`: its version and its hash."""
        path = self.wheels / f"thing-{version}-py3-none-any.whl"
        information = f"thing-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("thing.py", f"VERSION = {version!r}\n")
            archive.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: thing\nVersion: {version}\n")
            archive.writestr(f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            archive.writestr(f"{information}/RECORD", "")
        return version, hashlib.sha256(path.read_bytes()).hexdigest()

    def require(self, pin: tuple[str, str]) -> None:
        for kind in ("run", "dev"):
            lines = f"thing=={pin[0]} \\\n    --hash=sha256:{pin[1]}\n"
            (self.folder / "requirements" / f"{kind}.txt").write_text(lines)

    def start(self, *words: str, command: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "LC_"))}
        variables = {
            "LANG": "en_GB.UTF-8",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_CONFIG_FILE": os.devnull,
        }
        program = [command] if command else [sys.executable, str(self.folder / "comptoir.py")]
        return subprocess.run(
            [*program, *words], cwd=cwd, env=kept | variables, capture_output=True, text=True, encoding="utf-8", check=False
        )


@pytest.mark.e2e
@pytest.mark.skipif(sys.platform == "win32", reason="looks at the layout that other systems have")
def test_from_nothing_to_a_running_application(tmp_path: Path) -> None:
    scratch = Scratch(tmp_path)
    venv = scratch.folder / ".venv"

    first = scratch.start("--data", "été 1", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert json.loads(first.stdout) == [["--data", "été 1"], str(tmp_path), str(venv), "1.0"]
    assert [line[:3] for line in first.stderr.splitlines() if line[0].isdigit()] == ["1/3", "2/3", "3/3"]

    second = scratch.start(command=str(venv / "bin" / "comptoir"))
    assert json.loads(second.stdout)[2:] == [str(venv), "1.0"]
    assert second.stderr == ""
    assert scratch.start("--fail").returncode == 7

    scratch.require(("1.0", "0" * 64))
    (venv / "lib").joinpath(
        f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages", "thing-1.0.dist-info", "INSTALLER"
    ).unlink()
    damaged = scratch.start()
    assert damaged.returncode == 1
    assert "is not the one that Comptoir expects" in damaged.stderr
    assert damaged.stdout == ""

    scratch.require(scratch.wheel("1.1"))
    (venv / "bin" / "python").unlink()
    repaired = scratch.start()
    assert json.loads(repaired.stdout)[3] == "1.1"
    assert "Making the Python environment" in repaired.stderr
    assert len(list(venv.glob(".comptoir-*"))) == 1
