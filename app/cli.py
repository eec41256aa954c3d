"""The command line: finds the command, speaks the caller's language, turns errors into one sentence and an exit status.

Invariants: a command is a module with `add_parser(subparsers)` and `run(args) -> int`; only the one that is asked for is imported, so
that starting the server loads nothing else. Without a command, it is `serve`.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import locale
import logging
import os
import sys
from collections.abc import Sequence

from app.base.errors import ComptoirError
from app.base.i18n import LANGUAGES, _, using

COMMANDS = {
    "serve": "app.commands.serve",
    "user": "app.commands.user",
    "field": "app.commands.schema",
    "import": "app.commands.transfer",
    "export": "app.commands.transfer",
    "demo": "app.commands.demo",
    "upgrade": "app.commands.upgrade",
    "doctor": "app.commands.doctor",
    "logs": "app.commands.logs",
}


def main(words: Sequence[str]) -> int:
    """Runs one command; returns its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    with using(caller_language()):
        args = parse(words)
        try:
            return int(args.run(args))
        except ComptoirError as error:
            print(str(error), file=sys.stderr)
            for name, message in getattr(error, "fields", {}).items():
                if name and str(message) != str(error):
                    print(f"  {name}: {message}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 130
        except BrokenPipeError:
            return 1
        except Exception:
            logging.getLogger(__name__).exception("the command failed")
            print(_("Something went wrong; the log in the data folder says what (comptoir logs)."), file=sys.stderr)
            return 70


def parse(words: Sequence[str]) -> argparse.Namespace:
    """The command and its options; `run` is its function. Prints help and ends the program when that is asked for."""
    first = next((word for word in words if not word.startswith("-")), "")
    wants_help = bool(words) and words[0] in ("-h", "--help", "--version")
    if not wants_help and (not words or words[0] not in COMMANDS):
        if first and first not in COMMANDS and words[0] == first:
            wants_help = True
        elif not wants_help:
            words = ["serve", *words]
    parser = argparse.ArgumentParser(prog="comptoir", description=_("Comptoir, a CRM on your own machine."))
    parser.add_argument("--version", action="version", version=_version())
    subparsers = parser.add_subparsers(metavar=_("command"), required=True)
    modules = dict.fromkeys(COMMANDS.values()) if wants_help else [COMMANDS[words[0]]]
    for module in modules:
        if importlib.util.find_spec(module):
            importlib.import_module(module).add_parser(subparsers)
    return parser.parse_args(words)


def caller_language() -> str:
    """The language of the person at this terminal."""
    for name in ("COMPTOIR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "LANGUAGE"):
        code = os.environ.get(name, "")[:2].lower()
        if code in LANGUAGES:
            return code
    code = (locale.getlocale()[0] or "")[:2].lower()
    return code if code in LANGUAGES else "en"


def _version() -> str:
    from app.base.version import program_version

    return f"Comptoir {program_version()}"
