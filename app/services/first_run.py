"""The first run: the company and its first administrator, made together or not at all.

Invariants: open only while no active administrator exists; the check and the writing are one transaction, so that two browsers
cannot both be first. The code printed on the console proves that somebody is at the machine.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from app.base.errors import Conflict, Invalid
from app.base.i18n import N_, Text
from app.modules.system import SchemaState
from app.services import defaults, people, settings
from app.services.actor import SYSTEM
from app.services.log import change_set
from app.services.tables import table

START = ("sample", "import", "empty")
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is taken for something else
_ATTEMPTS = 20
CLOSED = N_("Comptoir is set up already: sign in.")


class Code:
    """The code on the console: eight letters, good for as long as the process runs, for a number of attempts."""

    def __init__(self) -> None:
        self.value = "-".join("".join(secrets.choice(_CODE_LETTERS) for _ in range(4)) for _ in range(2))
        self._left = _ATTEMPTS

    def accepts(self, given: str) -> bool:
        """Whether `given` is the code; after too many wrong ones, nothing is."""
        if self._left <= 0:
            return False
        cleaned = "".join(c for c in given.upper() if c.isalnum())
        if hmac.compare_digest(cleaned.encode(), self.value.replace("-", "").encode()):
            return True
        self._left -= 1
        return False


def is_open() -> bool:
    """Whether the first-run page is offered."""
    return not people.has_administrator()


def set_up(company: Mapping[str, Any], person: Mapping[str, Any], password: str) -> people.Member:
    """Keeps the company's settings and makes the first administrator. Raises `Invalid` by field, `Conflict` when it is too late."""
    problems: dict[str, Text | str] = {}
    try:
        checked = settings.check(company)
    except Invalid as error:
        problems |= {f"company_{k}" if k == "name" else k: v for k, v in error.fields.items()}
        checked = {}
    if not checked.get("name") and "company_name" not in problems:
        problems["company_name"] = N_("Enter the name of your company.")
    try:
        with change_set(SYSTEM, N_("Comptoir set up")) as changes:
            state = table(SchemaState)
            changes.connection.execute(select(state.c.id).with_for_update())  # two browsers cannot both be first
            if people.has_administrator():
                raise Conflict(CLOSED)
            defaults.ensure(changes, checked.get("language", "fr"))
            settings.write(changes, replace(settings.company(), **checked))
            about = {"profile": people.ADMINISTRATOR, "language": checked.get("language", "fr"), **person}
            made = people.create(SYSTEM, about, password, within=changes, company=str(checked.get("name", "")))
            if problems:
                raise Invalid(problems)
    except Invalid as error:
        raise Invalid({**problems, **error.fields}) from None
    finally:
        settings.forget()
    return made
