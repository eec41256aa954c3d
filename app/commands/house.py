"""What every command begins with: the data folder, its log, its database brought up to date."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from app.base import config, logs
from app.base.config import Settings
from app.base.errors import Invalid, NotFound
from app.base.i18n import N_
from app.database import engine
from app.database.lock import NodeLease

if TYPE_CHECKING:
    from app.services.actor import Actor


def add_data(parser: argparse.ArgumentParser, help_text: str) -> None:
    """The option `--data`, which every command has."""
    parser.add_argument("--data", metavar="DIR", help=help_text)


@contextmanager
def opened(args: argparse.Namespace, **options: object) -> Iterator[Settings]:
    """The data folder of `args`, with its database in use and of today's form. `options`: host, port, demo."""
    from app.database.upgrade import upgrade
    from app.services.importing import sources

    settings = config.load(args.data, **options)  # type: ignore[arg-type]
    logs.set_up(settings.folder("logs"))
    database = engine.connect(settings.database_url)
    try:
        upgrade(database)
        engine.use(database)
        sources.use(settings.folder("transfers"))
        with NodeLease(database, settings.data):
            yield settings
    finally:
        engine.use(None)
        database.close()
        logging.shutdown()


def acting(email: str | None, source: str) -> Actor:
    """Whose rights count: the person with that e-mail address, or the administrator who was there first."""
    from app.services import actor as actors
    from app.services import directory

    if email:
        found = directory.find(email)
        if found is None:
            raise NotFound(N_("There is no active person with the address %(email)s.", email=email))
        return actors.load(found, source)
    for person in sorted(directory.people().values(), key=lambda p: p.id):
        if person.active and (actor := actors.load(person.id, source)).is_admin:
            return actor
    raise Invalid(N_("There is no administrator yet. Add one first: comptoir user add EMAIL --profile Administrator"))


def say(text: str = "") -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
