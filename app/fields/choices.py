"""The words of picklists: a value is found by itself, by its label in either language, or by a former one, all folded."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from app.base.i18n import LANGUAGES, N_, using
from app.base.text import fold
from app.fields import operators
from app.fields.cleaning import clean_line, shown
from app.fields.spec import Choice, FieldSpec, Problem

_NONE = frozenset({"-none-", "--none--", "- none -", "-aucun-", "-aucune-", "—", "-"})
_MOST = 500
_lock = threading.Lock()
_known: dict[int, tuple[tuple[Choice, ...], Mapping[str, str]]] = {}


def find_choice(spec: FieldSpec, text: str) -> str | None:
    """The stored value that `text` names: the value itself, a label in French or English, a former label; folded."""
    words = _words(spec.choices)
    return words.get(text) or words.get(fold(text))


def is_none(text: str) -> bool:
    """Whether `text` is how Zoho and people write "no value" of a list."""
    return text.lower() in _NONE


def choice_label(spec: FieldSpec, value: str, language: str) -> str:
    """The label of `value` in `language`; the value itself when the list no longer has it."""
    choice = spec.choice(value)
    if choice is None:
        return value
    with using(language):
        return str(choice.label)


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
    words = _words(spec.choices).items()
    return frozenset(value for word, value in words if any(part in fold(word) for part in parts))


def _words(choices: tuple[Choice, ...]) -> Mapping[str, str]:
    """What may be written → value. Kept by identity: a list changes by being replaced."""
    known = _known.get(id(choices))
    if known is not None and known[0] is choices:
        return known[1]
    words: dict[str, str] = {choice.value: choice.value for choice in choices}
    for choice in choices:
        words.setdefault(fold(choice.value), choice.value)
    for language in LANGUAGES:
        with using(language):
            for choice in choices:
                words.setdefault(fold(str(choice.label)), choice.value)
    for choice in choices:
        for former in choice.extra.get("former_labels", ()):
            words.setdefault(fold(str(former)), choice.value)
    with _lock:
        if len(_known) >= _MOST:
            _known.clear()
        _known[id(choices)] = (choices, words)
    return words
