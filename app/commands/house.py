"""What every command begins with: the data folder, its log, its database brought up to date."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app.base import config, logs
from app.base.config import Settings
from app.base.i18n import N_
from app.database import engine
from app.database.lock import NodeLease


def add_data(parser: argparse.ArgumentParser, help_text: str) -> None:
    """The option `--data`, which every command has."""
    parser.add_argument("--data", metavar="DIR", help=help_text)


@contextmanager
def opened(args: argparse.Namespace, **options: object) -> Iterator[Settings]:
    """The data folder of `args`, with its database in use and of today's form. `options`: host, port, demo."""
    from app.database.upgrade import upgrade
    from app.services import defaults, log
    from app.services.actor import SYSTEM
    from app.services.importing import sources

    settings = config.load(args.data, **options)  # type: ignore[arg-type]
    logs.set_up(settings.folder("logs"))
    database = engine.connect(settings.database_url)
    try:
        upgrade(database)
        engine.use(database)
        sources.use(settings.folder("transfers"))
        with NodeLease(database, settings.data):
            with log.change_set(SYSTEM, N_("First profiles and roles")) as changes:
                defaults.ensure(changes)
            yield settings
    finally:
        engine.use(None)
        database.close()
        logging.shutdown()


def say(text: str = "") -> None:
    """A line for the person at the terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
