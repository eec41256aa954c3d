"""What goes wrong between us and the database, in words; and the breaker that stops asking a database that is gone.

Invariants: a message says what happened, whether anything was saved, and what to do. `details["lost"]` marks a connection that
broke, `details["retry"]` that nothing was written and that the same call may simply be made again. Errors of our own making
(a wrong statement, a violated constraint) are not translated: they belong to the caller.
"""

from __future__ import annotations

import sqlite3
import threading
import time

from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.base.errors import Unavailable
from app.base.i18n import N_, Text

PATIENCE = 10.0
"""Seconds during which a lost database is asked again before people are told."""

PROBE = 1.0
"""Seconds between two questions to a database that is gone."""

_NO_ANSWER = N_("The database does not answer. Nothing was changed; please try again in a moment.")
_BUSY = N_("The database is busy with other changes. Nothing was saved; please try again.")
_TOO_LONG = N_("This took too long and was stopped. Nothing was changed. Narrow it down, or try again later.")
_FULL = N_("The disk is full. Nothing was saved. Free some space on the computer that runs Comptoir, then try again.")
_READ_ONLY = N_("The database cannot be written to. Nothing was saved. Check the rights on the data folder, or its disk.")
_BROKEN = N_("The database file cannot be read. Nothing was changed. Check the disk, then restore the last backup.")
_DISK = N_("The disk does not answer properly. Nothing was saved. Check the disk of the computer that runs Comptoir.")
UNKNOWN = N_("The connection broke while saving, so it is not known whether the change was kept. Look before trying again.")

_SQLITE: dict[str, Text] = {
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_INTERRUPT": _TOO_LONG,
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_CANTOPEN": _READ_ONLY,
    "SQLITE_CORRUPT": _BROKEN,
    "SQLITE_NOTADB": _BROKEN,
    "SQLITE_IOERR": _DISK,
}
_POSTGRES: dict[str, Text] = {
    "53100": _FULL,
    "25006": _READ_ONLY,
    "57014": _TOO_LONG,
    "25P03": _TOO_LONG,
    "25P04": _TOO_LONG,
    "55P03": _BUSY,
    "40001": _BUSY,
    "40P01": _BUSY,
    "53300": _BUSY,
    "53200": _NO_ANSWER,
}
_RETRY = {_BUSY, _NO_ANSWER}


def translate(error: BaseException) -> Unavailable | None:
    """The error to show instead of `error`; None when it is not the database's fault."""
    if isinstance(error, PoolTimeout):
        return Unavailable(_BUSY, retry=True)
    if not isinstance(error, DBAPIError):
        return None
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return translate_sqlite(original)
    if error.connection_invalidated:
        return Unavailable(_NO_ANSWER, lost=True, retry=True)
    code = getattr(original, "sqlstate", None)
    if code in _POSTGRES:
        return Unavailable(_POSTGRES[code], retry=_POSTGRES[code] in _RETRY)
    if isinstance(error, OperationalError | InternalError) and (not code or code[:2] in ("08", "57")):
        return Unavailable(_NO_ANSWER, lost=True, retry=True)  # refused, shutting down, starting up
    return None


def translate_sqlite(original: sqlite3.Error) -> Unavailable | None:
    """The same for an error of a SQLite connection that is not SQLAlchemy's."""
    name = getattr(original, "sqlite_errorname", None) or ""
    for prefix, message in _SQLITE.items():
        if name.startswith(prefix):
            return Unavailable(message, retry=message in _RETRY)
    return None


class Breaker:
    """Opens when somebody asked a database in vain for `PATIENCE` seconds: then calls fail at once; one may probe every `PROBE`."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._open = False
        self._probed_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether calls fail at once."""
        return self._open

    def check(self) -> None:
        """Raises `Unavailable` while the database is known to be gone, except for the one who probes."""
        if not self._open:
            return
        with self._guard:
            if time.monotonic() - self._probed_at < PROBE:
                raise Unavailable(_NO_ANSWER, lost=True)
            self._probed_at = time.monotonic()

    def gave_up(self) -> None:
        """The database did not answer for as long as one waits."""
        with self._guard:
            self._open = True
            self._probed_at = time.monotonic()

    def worked(self) -> None:
        """It answered."""
        self._open = False
