"""`comptoir logs`: the end of the log, or what stands under the code that a message showed."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from app.base import config, logs
from app.base.i18n import _
from app.commands.house import add_data, say

_START = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def add_parser(subparsers: Any) -> None:
    """Options of `logs`."""
    parser = subparsers.add_parser("logs", help=_("show the end of the log, or what a code stands for"))
    parser.add_argument("code", nargs="?", default="", metavar="CODE", help=_("the reference that a message showed"))
    parser.add_argument("--lines", type=int, default=60, metavar="N", help=_("how many lines (60)"))
    add_data(parser, _("folder of the data"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints it; status 1 when there is no such code."""
    folder = config.load(args.data).folder("logs")
    if not args.code:
        for line in _lines(folder)[-max(args.lines, 1) :]:
            say(line)
        return 0
    found = entries(_lines(folder), args.code)
    for entry in found:
        say(entry)
    if not found:
        say(_("The log does not know the code %(code)s.", code=args.code))
    return 0 if found else 1


def entries(lines: list[str], code: str) -> list[str]:
    """The entries of the log that name `code`, each with its traceback."""
    found: list[str] = []
    inside = False
    for line in lines:
        if _START.match(line):
            inside = re.search(rf"\b{re.escape(code.upper())}\b", line) is not None
            if inside:
                found.append(line)
        elif inside:
            found[-1] += "\n" + line
    return found


def _lines(folder: Path) -> list[str]:
    files = [folder / f"{logs.FILE}.{n}" for n in range(logs.KEPT, 0, -1)] + [folder / logs.FILE]
    return [line for file in files if file.is_file() for line in file.read_text("utf-8", errors="replace").splitlines()]
