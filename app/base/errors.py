"""What may cross the border of a service: five errors, each with a message in the user's language.

A message is kept as a translatable id with parameters, so that the same error is shown in the language of whoever reads it.
Nothing else is raised on purpose; anything else is a fault, shown with a short code that is in the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.base.i18n import Text


class ComptoirError(Exception):
    """An error that a user can understand and act on."""

    status = 400

    def __init__(self, message: Text | str, **details: Any) -> None:
        """`details` is plain data for callers that need more than the sentence (the API, a dialog)."""
        super().__init__(str(message))
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return str(self.message)


class Invalid(ComptoirError):
    """Input that cannot be accepted. `fields` maps a field's name to its message; '' is the record as a whole."""

    status = 422

    def __init__(self, fields: Mapping[str, Text | str] | Text | str, **details: Any) -> None:
        self.fields: dict[str, Text | str] = dict(fields) if isinstance(fields, Mapping) else {"": fields}
        super().__init__(next(iter(self.fields.values())), **details)


class Forbidden(ComptoirError):
    """The actor may not do this."""

    status = 403


class NotFound(ComptoirError):
    """There is no such thing, or the actor may not see it: the two cannot be told apart."""

    status = 404


class Conflict(ComptoirError):
    """Somebody changed the same thing meanwhile. `details['fields']`: {name: {"mine": …, "theirs": …}}."""

    status = 409


class Unavailable(ComptoirError):
    """The database or the disk does not answer; nothing was changed. Trying again later is safe."""

    status = 503
