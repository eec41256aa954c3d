"""Words: gettext with contexts, English message ids, French from locale/fr/*.po; the language comes from the user.

`_` translates now, `N_` gives a lazy `Text` for declarations, which is translated when it is shown. The server registers with
`set_language_source` a function that tells the language of whoever is served now; elsewhere `using(language)` sets it.
"""

from __future__ import annotations

import gettext as _gettext
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

LANGUAGES = ("fr", "en")
DEFAULT_LANGUAGE = "fr"
LOCALE = Path(__file__).resolve().parent.parent / "locale"

_language: ContextVar[str | None] = ContextVar("language", default=None)
_source: Callable[[], str | None] = lambda: None  # noqa: E731 - replaced by the server
_lock = threading.Lock()


def set_language_source(source: Callable[[], str | None]) -> None:
    """`source` gives the language of the user being served now, or None when nobody is."""
    global _source
    _source = source


def language() -> str:
    """The language to speak now: set by `using`, else the served user's, else French."""
    return _language.get() or _source() or DEFAULT_LANGUAGE


@contextmanager
def using(lang: str) -> Iterator[None]:
    """Speak `lang` inside the block (HTTP routes, the command line, threads)."""
    token = _language.set(lang if lang in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _language.reset(token)


@lru_cache(maxsize=8)
def catalog(lang: str) -> _gettext.NullTranslations:
    """All .po files of a language as one catalog. English needs none: the ids are English."""
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged = Catalog(locale=lang)
    with _lock:
        for path in sorted((LOCALE / lang).glob("*.po")):
            with path.open("rb") as file:
                for message in read_po(file, locale=lang):
                    if message.id:
                        merged.add(message.id, message.string, context=message.context)
        if not len(merged):
            return _gettext.NullTranslations()
        buffer = io.BytesIO()
        write_mo(buffer, merged)
        buffer.seek(0)
        return _gettext.GNUTranslations(buffer)


def _(message: str, /, **params: Any) -> str:
    """`message` in the language spoken now, with %(name)s parameters filled in."""
    text = catalog(language()).gettext(message)
    return text % params if params else text


def pgettext(context: str, message: str, /, **params: Any) -> str:
    """Like `_`, in a context ("Deals.Amount"); falls back to the word without context."""
    found = catalog(language())
    text = found.pgettext(context, message)
    if text == message:
        text = found.gettext(message)
    return text % params if params else text


def ngettext(singular: str, plural: str, n: int, /, **params: Any) -> str:
    """The form for `n`, which is also available as %(n)s."""
    return catalog(language()).ngettext(singular, plural, n) % {"n": n, **params}


@dataclass(frozen=True, slots=True)
class Text:
    """A message that is translated when it is shown. Plain text that users typed has `translate=False`."""

    id: str
    context: str = ""
    params: tuple[tuple[str, Any], ...] = ()
    translate: bool = True
    plural: str = ""
    labels: tuple[tuple[str, str], ...] = ()  # words that users gave, by language; they win

    def __str__(self) -> str:
        lang = language()
        for known, label in self.labels:
            if known == lang and label:
                return label
        if not self.translate:
            return self.id
        params = {k: str(v) if isinstance(v, Text) else v for k, v in self.params}
        if self.plural:
            return ngettext(self.id, self.plural, int(params["n"]), **{k: v for k, v in params.items() if k != "n"})
        return pgettext(self.context, self.id, **params) if self.context else _(self.id, **params)

    def in_context(self, context: str) -> Text:
        """The same words, looked up under `context` first."""
        return self if self.context else replace(self, context=context)

    def as_json(self) -> dict[str, Any]:
        """For the log: read back with `Text.from_json` in any language."""
        data: dict[str, Any] = {"id": self.id}
        if self.context:
            data["context"] = self.context
        if self.params:
            data["params"] = {k: v.as_json() if isinstance(v, Text) else v for k, v in self.params}
        if self.plural:
            data["plural"] = self.plural
        if not self.translate:
            data["translate"] = False
        if self.labels:
            data["labels"] = dict(self.labels)
        return data

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Text:
        params = {k: cls.from_json(v) if isinstance(v, dict) and "id" in v else v for k, v in data.get("params", {}).items()}
        return cls(
            data["id"],
            data.get("context", ""),
            tuple(params.items()),
            data.get("translate", True),
            data.get("plural", ""),
            tuple(data.get("labels", {}).items()),
        )


def N_(message: str, /, **params: Any) -> Text:
    """A lazy message, for declarations and errors: shown in the language of whoever reads it."""
    return Text(message, params=tuple(params.items()))


def N_n(singular: str, plural: str, n: int, /, **params: Any) -> Text:
    """A lazy message with a number, `%(n)s`."""
    return Text(singular, params=(("n", n), *params.items()), plural=plural)


def raw(text: str) -> Text:
    """Text that users typed: never translated."""
    return Text(text, translate=False)
