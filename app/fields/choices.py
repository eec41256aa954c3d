"""The words of picklists: a value is found by itself, by its label in either language, or by a former one, all folded."""

from __future__ import annotations

import threading
from typing import Any

from app.base.i18n import DEFAULT_LANGUAGE, LANGUAGES, N_, using
from app.base.text import fold
from app.fields import operators
from app.fields.cleaning import clean_line, shown
from app.fields.spec import Choice, FieldSpec, Problem

_NONE = frozenset({"-none-", "--none--", "- none -", "-aucun-", "-aucune-", "—", "-"})
_MOST = 500
_lock = threading.Lock()
_known: dict[int, _Words] = {}


def find_choice(spec: FieldSpec, text: str) -> str | None:
    """The stored value that `text` names: the value itself, a label in French or English, a former label; folded."""
    words = _words(spec.choices).values
    return words.get(text) or words.get(fold(text))


def is_none(text: str) -> bool:
    """Whether `text` is how Zoho and people write "no value" of a list."""
    return text.lower() in _NONE


def choice_label(spec: FieldSpec, value: str, language: str) -> str:
    """The label of `value` in `language`; the value itself when the list no longer has it."""
    words = _words(spec.choices)
    labels = words.labels.get(language) or words.labels[DEFAULT_LANGUAGE]
    return labels.get(value, value)


def unknown_choice(text: object) -> Problem:
    """`text` names no value of the list."""
    return Problem(N_("“%(value)s” is not in the list. Pick a value of the list, or add this one to it.", value=shown(text)))


def named_value(spec: FieldSpec, raw: Any) -> str | None:
    """The value that `raw` names in a filter. A value that the list no longer has stays itself: records may still hold it."""
    text = clean_line(raw)
    return None if text is None else find_choice(spec, text) or text


def choices_operand(operator: str, raw: Any, spec: FieldSpec) -> frozenset[str] | None:
    """The values that a filter on a picklist means; for `contains` those whose value or label, in any language, has the text."""
    if operator in ("empty", "not_empty"):
        return None
    if operator not in ("contains", "not_contains"):
        return operators.values_operand(raw, lambda one: named_value(spec, one))
    parts = operators.texts_operand(raw, lambda one: fold(clean_line(one)) or None)
    words = _words(spec.choices).values.items()
    return frozenset(value for word, value in words if any(part in fold(word) for part in parts))


class _Words:
    """A list's words: what may be written → value, and value → label by language."""

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        self.choices = choices
        self.labels: dict[str, dict[str, str]] = {language: _labels(choices, language) for language in LANGUAGES}
        self.values = {choice.value: choice.value for choice in choices}
        for choice in choices:
            self.values.setdefault(fold(choice.value), choice.value)
        for labels in self.labels.values():
            for value, label in labels.items():
                self.values.setdefault(fold(label), value)
        for choice in choices:
            for former in choice.extra.get("former_labels", ()):
                self.values.setdefault(fold(str(former)), choice.value)


def _labels(choices: tuple[Choice, ...], language: str) -> dict[str, str]:
    with using(language):
        return {choice.value: str(choice.label) for choice in choices}


def _words(choices: tuple[Choice, ...]) -> _Words:
    """Kept by identity: a list changes by being replaced."""
    known = _known.get(id(choices))
    if known is not None and known.choices is choices:
        return known
    words = _Words(choices)
    with _lock:
        if len(_known) >= _MOST:
            _known.clear()
        _known[id(choices)] = words
    return words
