"""`python -m app.modules.words`: writes a stub into locale/fr/modules.po for every declared word that has no French yet.

Invariant: what is there already is never touched; a stub has an empty translation, which the tests refuse until it is filled.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from app.base.i18n import LOCALE, Text
from app.modules import registry

FILE = LOCALE / "fr" / "modules.po"


def declared_words() -> Iterator[Text]:
    """Every word of every declared module: names, sections, views, related lists, labels, help, picklist values."""
    for spec in registry.snapshot().modules:
        yield from (spec.singular, spec.plural, spec.new)
        yield from (section.label for section in spec.sections)
        yield from (item.label for item in spec.related)
        yield from (view.label for view in spec.views)
        for field in spec.fields:
            yield field.label
            if field.help is not None:
                yield field.help
            yield from (choice.label for choice in field.choices)


def missing(file: Path = FILE) -> list[str]:
    """Message ids of declared words that the file does not hold, with or without context, in their order."""
    with file.open("rb") as source:
        known = {(message.context or "", message.id) for message in read_po(source, locale="fr")}
    found = [w.id for w in declared_words() if w.translate and (w.context, w.id) not in known and ("", w.id) not in known]
    return list(dict.fromkeys(found))


def add_stubs(file: Path = FILE) -> list[str]:
    """Appends a stub for each missing word; returns the words."""
    words = missing(file)
    with file.open("a", encoding="utf-8") as target:
        for word in words:
            quoted = word.replace("\\", "\\\\").replace('"', '\\"')
            target.write(f'\nmsgid "{quoted}"\nmsgstr ""\n')
    return words


if __name__ == "__main__":
    for added in add_stubs():
        sys.stdout.write(f"{FILE.name}: {added}\n")
