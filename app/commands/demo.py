"""`comptoir demo load|remove`: the sample company's year, in and out in one action."""

from __future__ import annotations

import argparse
from typing import Any

from app.base.i18n import _, ngettext
from app.commands.house import acting, add_data, opened, say


def add_parser(subparsers: Any) -> None:
    """Options of `demo`."""
    parser = subparsers.add_parser("demo", help=_("load or remove the sample data"))
    parser.add_argument("action", choices=("load", "remove"), help=_("what to do"))
    add_data(parser, _("folder of the data"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Loads the sample data in the name of the first administrator, or removes it."""
    from app.services import sample

    with opened(args):
        actor = acting(None, "cli")
        if args.action == "load":
            n = sample.load(actor)
            say(ngettext("%(n)s sample record made.", "%(n)s sample records made.", n))
        else:
            n = sample.remove(actor)
            say(ngettext("%(n)s sample record removed.", "%(n)s sample records removed.", n))
    return 0
