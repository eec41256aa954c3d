"""What the database says exists in French, with the same parameters."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from app.base import i18n

ROOT = Path(__file__).resolve().parents[2]
FILES = [ROOT / "app" / "base" / "config.py", *sorted((ROOT / "app" / "database").glob("*.py"))]


def messages() -> list[str]:
    """Every message marked with `N_` in the files of the database."""
    nodes = (node for path in FILES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    calls = (node for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_")
    return [ast.literal_eval(call.args[0]) for call in calls]


@pytest.mark.parametrize("message", messages())
def test_a_message_has_its_french(message: str) -> None:
    french = i18n.catalog("fr").gettext(message)
    assert french != message
    assert sorted(re.findall(r"%\(\w+\)s", french)) == sorted(re.findall(r"%\(\w+\)s", message))
    assert not re.search(r"[ \u00a0][;:!?]", french.replace("://", ""))
    assert "'" not in french


def test_there_are_messages() -> None:
    assert len(messages()) > 15
