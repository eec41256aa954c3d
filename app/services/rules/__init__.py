"""The rules of modules, called by the pipeline explicitly: no signals, no hooks found by name.

A module's rules are a file of this folder with `before_save(draft)` (may set values, add errors and warnings), `derive(draft)`
(sets what follows from other fields: after undoing part of a change as well, where nothing else is ruled again) and
`after_save(changes, drafts)` (writes what belongs to the module beside the record, in the same transaction).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from app.services.rules import accounts, deals

if TYPE_CHECKING:
    from app.services.draft import Draft
    from app.services.log import Changes


class Rules(Protocol):
    """What a module's file offers."""

    def before_save(self, draft: Draft) -> None: ...

    def derive(self, draft: Draft) -> None: ...

    def after_save(self, changes: Changes, drafts: Sequence[Draft]) -> None: ...


RULES: dict[str, Rules] = {"Accounts": accounts, "Deals": deals}


def of(module: str) -> Rules | None:
    """The rules of a module, by API name; None for a module without special rules."""
    return RULES.get(module)
