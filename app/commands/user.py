"""`comptoir user add|reset|list`: people, from the server's own terminal, also while the server runs."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.commands.house import add_data, opened, say


def add_parser(subparsers: Any) -> None:
    """Options of `user`."""
    parser = subparsers.add_parser("user", help=_("people who sign in: add, reset, list"))
    actions = parser.add_subparsers(metavar=_("action"), required=True)
    add = actions.add_parser("add", help=_("add a person"))
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--profile", required=True, metavar="P", help=_("what they may do: Administrator, Standard, or one of yours"))
    add.add_argument("--role", default="", metavar="R", help=_("their place in the team"))
    add.add_argument("--language", choices=("fr", "en"), help=_("language they read"))
    add.add_argument("--first-name", default="", metavar="N")
    add.add_argument("--last-name", default="", metavar="N")
    add.add_argument("--password-stdin", action="store_true", help=_("read the password from the standard input"))
    reset = actions.add_parser("reset", help=_("print a link with which a person chooses a new password, once, within 24 hours"))
    reset.add_argument("email", metavar="EMAIL")
    listed = actions.add_parser("list", help=_("show who can sign in"))
    for child, call in ((add, _add), (reset, _reset), (listed, _list)):
        add_data(child, _("folder of the data"))
        child.set_defaults(run=call)


def _add(args: argparse.Namespace) -> int:
    from app.cli import caller_language
    from app.services import defaults, people, settings
    from app.services.actor import SYSTEM
    from app.services.log import change_set

    password = _password(args.password_stdin)
    with opened(args):
        values = {"email": args.email, "profile": args.profile, "role": args.role, "first_name": args.first_name, "last_name": args.last_name}
        if args.language:
            values["language"] = args.language
        with change_set(SYSTEM.from_source("cli"), N_("Person added: %(email)s", email=args.email)) as changes:
            if not people.has_administrator():
                language = args.language or caller_language()
                defaults.ensure(changes, language)
                settings.write(changes, settings.Company(language=language))
            made = people.create(SYSTEM.from_source("cli"), values, password, within=changes)
        say(_("%(email)s can sign in, with the profile %(profile)s.", email=made.email, profile=made.profile))
    return 0


def _reset(args: argparse.Namespace) -> int:
    from app.database.lock import owner
    from app.services import links, people
    from app.services.actor import SYSTEM

    with opened(args) as settings:
        person = people.find(args.email)
        token = links.make(SYSTEM.from_source("cli"), person.id)
        running = owner(settings.data)
        base = running.address if running and running.address else f"http://127.0.0.1:{settings.port}/"
        say(_("With this link %(name)s chooses a new password, once, within 24 hours:", name=person.name))
        say(f"{base.rstrip('/')}/password/{token}")
        if running is None:
            say(_("Comptoir does not run at this moment: start it first."))
    return 0


def _list(args: argparse.Namespace) -> int:
    from app.services import people
    from app.services.actor import SYSTEM

    with opened(args):
        members = people.members(SYSTEM)
    for member in members:
        state = _("active") if member.active else _("not active")
        say("\t".join((member.email, member.name, member.profile, member.role or "–", member.language, state)))
    if not members:
        say(_("There is nobody yet: comptoir user add EMAIL --profile Administrator"))
    return 0


def _password(from_input: bool) -> str:
    if from_input:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Invalid(N_("Give the password on the standard input, with --password-stdin."))
    first = getpass.getpass(_("Password: "))
    if first != getpass.getpass(_("The same once more: ")):
        raise Invalid(N_("The two passwords are not the same."))
    return first
