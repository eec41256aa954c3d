#!/usr/bin/env python3
"""Starts Comptoir: `python comptoir.py` runs it, `python comptoir.py test` tests it, `python comptoir.py WORDS` does the rest.

Needs nothing but Python 3.11: it has `requirements/install.py` make `.venv` beside itself, once, and hands over to
`app/` (or to `tests/run.py`) with the Python in there. Invariants: the standard library only; nothing here that an
older Python 3 cannot parse, since it must be able to say that it is too old; once installed, a start writes nothing
and starts no process before the hand-over, so that it is quick and works in a folder that cannot be written to.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - somebody will try
    sys.stderr.write(
        "Comptoir a besoin de Python 3.11 ou plus récent, et celui-ci est Python {0}.{1}.\n"
        "  Installez-le, puis lancez, par exemple, python3.11 comptoir.py\n"
        "Comptoir needs Python 3.11 or newer; this one is Python {0}.{1}.\n"
        "  Install it, then start for example: python3.11 comptoir.py\n".format(*sys.version_info[:2])
    )
    sys.exit(1)

import os
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # Python does it, except with -P and -I

from requirements.environment import VENV_PYTHON, is_ready
from requirements.messages import Stop, say


def main(arguments: Sequence[str]) -> int:
    """Does what the command line asks; returns the exit status."""
    try:
        if arguments[:1] == ["test"]:
            ensure("dev")
            return hand_over("tests.run", arguments[1:])
        ensure("run")
        return hand_over("app", arguments)
    except Stop as stop:
        say(stop.key, **stop.details)
        return 1
    except KeyboardInterrupt:
        return 130


def ensure(kind: str) -> None:
    """Has the requirements of `kind` ("run", "dev") installed in `.venv`; raises Stop when that cannot be."""
    if not is_ready(kind):
        from requirements.install import install

        install(kind)


def hand_over(module: str, arguments: Sequence[str]) -> int:
    """Becomes `python -m module arguments` with the Python of `.venv`; on Windows, waits for it and returns its status."""
    command = [str(VENV_PYTHON), "-P", "-X", "utf8", "-m", module, *arguments]
    if sys.platform != "win32":
        os.execv(command[0], command)
    import subprocess

    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:  # Ctrl+C reaches the application too, which ends by itself
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
