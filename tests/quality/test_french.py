"""Every visible string has its French, with the same parameters and French typography; one message, one translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from app.modules.words import missing
from tests.support.servers import ROOT

_PLAIN = {"_", "N_"}
_PLURAL = {"ngettext", "N_n"}
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")


def catalogs() -> dict[Path, list[Message]]:
    """Every .po file of the French folder with its messages."""
    found = {}
    for path in sorted((ROOT / "app" / "locale" / "fr").glob("*.po")):
        with path.open("rb") as file:
            found[path] = [message for message in read_po(file, locale="fr") if message.id]
    return found


def marked() -> Iterator[tuple[str, str, str, Path]]:
    """Every message that the code marks: (context, id, plural, file)."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if name in _PLAIN and texts:
                yield "", texts[0], "", path
            elif name in _PLURAL and len(texts) > 1:
                yield "", texts[0], texts[1], path
            elif name == "pgettext" and len(texts) > 1:
                yield texts[0], texts[1], "", path


def test_every_message_has_its_french() -> None:
    known: set[tuple[str, str]] = set()
    for messages in catalogs().values():
        for message in messages:
            first = message.id[0] if isinstance(message.id, tuple | list) else message.id
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            if all(strings):
                known.add((message.context or "", first))
                known.add(("", first)) if not message.context else None
    lost = {
        f"{path.relative_to(ROOT)}: {text}"
        for context, text, _plural, path in marked()
        if (context, text) not in known and ("", text) not in known
    }
    assert not lost, "\n".join(sorted(lost))


def test_every_declared_word_has_its_french() -> None:
    assert missing() == []


def test_parameters_and_typography() -> None:
    wrong = []
    for path, messages in catalogs().items():
        for message in messages:
            ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
            strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
            wanted = {p for text in ids for p in _PARAMETER.findall(text) if p}
            for text in strings:
                if {p for p in _PARAMETER.findall(text) if p} - wanted or (
                    len(ids) == 1 and wanted - set(_PARAMETER.findall(text))
                ):
                    wrong.append(f"{path.name}: parameters of {text!r}")
                plain = re.sub(r"https?://\S+|`[^`]*`|\S+=\S+", "", text)
                if re.search(
                    r"[^\s\u202f\u00a0?!:;»)][?!;]|[ \u00a0][;:!?](?=\s|$)|«[^\u202f\u00a0]|[^\u202f\u00a0]»|\w'\w", plain
                ):
                    wrong.append(f"{path.name}: typography of {text!r}")
    assert not wrong, "\n".join(wrong)


def test_one_message_has_one_translation() -> None:
    seen: dict[tuple[str, str], tuple[str, object]] = {}
    wrong = []
    for path, messages in catalogs().items():
        for message in messages:
            first = message.id[0] if isinstance(message.id, tuple | list) else message.id
            strings = tuple(message.string) if isinstance(message.string, tuple | list) else (message.string,)
            key = (message.context or "", first)
            if key in seen and seen[key][1] != strings:
                wrong.append(f"{key}: {seen[key][0]} says {seen[key][1]}, {path.name} says {strings}")
            seen.setdefault(key, (path.name, strings))
    assert not wrong, "\n".join(wrong)
