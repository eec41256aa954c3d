"""`comptoir [serve]`: the server."""

from __future__ import annotations

import argparse
from typing import Any

from app.base.i18n import _
from app.commands.house import add_data, opened


def add_parser(subparsers: Any) -> None:
    """Options of `serve`."""
    parser = subparsers.add_parser("serve", help=_("start the server (what happens without a command)"))
    parser.add_argument("--host", metavar="H", help=_("address to listen on besides 127.0.0.1; 0.0.0.0 opens it to the network"))
    parser.add_argument("--port", metavar="N", type=int, help=_("port to listen on (8080)"))
    parser.add_argument("--no-browser", action="store_true", help=_("do not open the browser"))
    parser.add_argument("--demo", action="store_true", help=_("load the sample data if it is not there"))
    add_data(parser, _("folder of the data"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until it is told to stop."""
    from app import server
    from app.base import config
    from app.database.lock import FolderLock

    given = {"host": args.host, "port": args.port, "demo": args.demo}
    settings = config.load(args.data, **given)
    with FolderLock(settings.data).acquire(f"http://127.0.0.1:{settings.port}/"), opened(args, **given) as settings:
        if settings.demo:
            _load_sample()
        return server.serve(settings, open_browser=not args.no_browser)


def _load_sample() -> None:
    """For the first administrator; before there is one, the first-run page offers it."""
    from app.services import actor, people, sample
    from app.services.actor import SYSTEM

    administrators = [member for member in people.members(SYSTEM, active=True) if member.is_admin]
    if administrators and not sample.is_loaded():
        first = min(administrators, key=lambda member: member.created_at)
        sample.load(actor.load(int(first.id), "system"))
