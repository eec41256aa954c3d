"""`comptoir upgrade`: brings the database to the form that this program needs; starting the server does it as well."""

from __future__ import annotations

import argparse
from typing import Any

from app.base.i18n import _
from app.commands.house import add_data, opened, say


def add_parser(subparsers: Any) -> None:
    """Options of `upgrade`."""
    parser = subparsers.add_parser("upgrade", help=_("bring the database up to date (starting does it as well)"))
    add_data(parser, _("folder of the data"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Opening the data folder upgrades it."""
    with opened(args) as settings:
        say(_("The database in %(folder)s is up to date.", folder=settings.data))
    return 0
