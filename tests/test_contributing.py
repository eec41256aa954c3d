"""CONTRIBUTING.md is true: its examples are applied to a copy of the repository, and what they promise is tried there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers import ROOT

pytestmark = pytest.mark.timeout(180)
_BLOCK = re.compile(r"^```(?P<kind>\w+)(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_INFO = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')

_TRY = """
import sys
from pathlib import Path
from app.base.i18n import using
from app.database import engine
from app.database.upgrade import upgrade
from app.fields.registry import types
from app.modules import registry
from app.modules.words import missing
from app.services import query, records
from app.services.actor import SYSTEM

database = engine.connect(f"sqlite:///{Path(sys.argv[1]) / 'comptoir.db'}")
upgrade(database)
engine.use(database)
account = records.create(SYSTEM, "Accounts", {"Account_Name": "Moreau", "LinkedIn__s": "linkedin.com/company/moreau"})
found = query.page(SYSTEM, "Accounts", filter={"field": "linkedin", "op": "contains", "value": "moreau"})
assert [str(row.id) for row in found.rows] == [account.id]
with using("fr"):
    print(registry.snapshot().module("Accounts").field("linkedin").label)
machine = records.create(SYSTEM, "Machines", {"Machine_Name": "Presse", "Account_Name": account.id})
assert records.get(SYSTEM, "Machines", machine.id).values["state"] == "Running"
assert registry.snapshot().module("machines").api_name == "Machines"
assert types["rating"].cell == "number"
print("still without French:", *missing())
"""


def blocks() -> list[tuple[str, dict[str, str], str]]:
    """The examples of CONTRIBUTING.md: (kind, what stands behind it, text)."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        info = {name: quoted or plain for name, quoted, plain in _INFO.findall(match["info"])}
        found.append((match["kind"], info, match["body"]))
    return found


def apply(folder: Path, info: dict[str, str], body: str) -> None:
    """One example: a new file, lines after a place, a replacement, a registered type, or a filled stub."""
    path = folder / info["file"]
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if "after" in info:
        line = next(line for line in text.splitlines() if line.startswith(info["after"]))
        text = text.replace(line + "\n", f"{line}\n{body}", 1)
    elif "replace" in info:
        assert info["replace"] in text
        text = text.replace(info["replace"], body.rstrip("\n"), 1)
    elif "register" in info:
        module, name = info["register"].split(":")
        text = text.replace("from app.fields.types.text", f"from {module} import {name}\nfrom app.fields.types.text", 1)
        text = text.replace("        UrlType,\n", f"        UrlType,\n        {name},\n", 1)
    elif "fill" in info:
        stub = f'msgid "{info["fill"]}"\nmsgstr ""\n'
        assert stub in text, "the command made no stub"
        text = text.replace(stub, stub.replace('""', f'"{body.strip()}"'))
    else:
        assert not text, f"{path} exists already"
        text = body
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def changed_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with every example applied, its commands run."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("app", "assets", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    every = blocks()
    fills = [b for b in every if "fill" in b[1]]
    for kind, info, body in every:
        if kind in ("python", "po") and "file" in info and "fill" not in info:
            apply(folder, info, body)
    run(folder, "-m", "app.modules.words")
    for _kind, info, body in fills:
        apply(folder, info, body)
    run(folder, "-m", "app.database.migrations.generate", "accounts: LinkedIn page")
    return folder


def run(folder: Path, *words: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COMPTOIR_")}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment | {"PYTHONPATH": str(folder)}, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_examples_work(changed_copy: Path, tmp_path: Path) -> None:
    said = run(changed_copy, "-c", _TRY, str(tmp_path))
    assert "Page LinkedIn" in said
    assert "Machine Name" not in said.partition("still without French:")[2], "stubs were not written for the new module"


def test_every_example_with_a_file_is_applied() -> None:
    kinds = [kind for kind, info, _body in blocks() if "file" in info]
    assert kinds.count("python") == 6
    assert kinds.count("po") == 1
