"""`comptoir doctor`: looks at what can be wrong and says for each thing whether it is fine, and what to do when it is not."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.base import config, logs
from app.base.config import Settings
from app.base.errors import ComptoirError
from app.base.i18n import _
from app.commands.house import add_data, say

_ENOUGH_SPACE = 1 << 30


def add_parser(subparsers: Any) -> None:
    """Options of `doctor`."""
    parser = subparsers.add_parser("doctor", help=_("check that everything is in order"))
    add_data(parser, _("folder of the data"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints one line a check; status 1 when something is wrong."""
    bad = 0
    for name, check in _checks(args):
        try:
            note, fine = check()
        except ComptoirError as error:
            note, fine = str(error), False
        bad += not fine
        verdict = _("fine") if fine else _("WRONG")
        say(f"{verdict:8}{name}: {note}")
    return 1 if bad else 0


Check = Callable[[], tuple[str, bool]]


def _checks(args: argparse.Namespace) -> Iterator[tuple[str, Check]]:
    yield _("Python"), lambda: (sys.version.split()[0], sys.version_info >= (3, 11))
    yield _("Data folder"), lambda: (str(config.load(args.data).data), True)
    try:
        settings = config.load(args.data)
    except ComptoirError:
        return
    yield _("Free space"), lambda: _space(settings.data)
    yield _("Server"), lambda: _server(settings)
    yield _("Database"), lambda: _database(settings)
    yield _("Log"), lambda: _log(settings)


def _space(folder: Path) -> tuple[str, bool]:
    free = shutil.disk_usage(folder).free
    return _("%(mb)s MB free", mb=free >> 20), free > _ENOUGH_SPACE


def _server(settings: Settings) -> tuple[str, bool]:
    from app.database.lock import owner

    found = owner(settings.data)
    return (_("runs at %(address)s, process %(pid)s", address=found.address, pid=found.pid) if found else _("does not run")), True


def _database(settings: Settings) -> tuple[str, bool]:
    from sqlalchemy import text

    from app.database import engine

    if settings.is_sqlite and not Path(settings.database_url.removeprefix("sqlite:///")).exists():
        return _("not made yet: the first start makes it"), True
    database = engine.connect(settings.database_url)
    try:
        with database.reading() as connection:
            if not database.is_sqlite:
                return str(connection.execute(text("SHOW server_version")).scalar()), True
            answer = str(connection.execute(text("PRAGMA quick_check(1)")).scalar())
        return (_("SQLite, undamaged") if answer == "ok" else answer), answer == "ok"
    finally:
        database.close()


def _log(settings: Settings) -> tuple[str, bool]:
    path = settings.folder("logs") / logs.FILE
    lines = path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []
    faults = sum(" ERROR " in line for line in lines)
    return _("%(n)s faults in %(file)s (comptoir logs)", n=faults, file=path), True
