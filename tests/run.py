"""Runs the tests: `python comptoir.py test [--fast | --full] [pytest's own arguments]`.

`--fast` leaves out what needs a browser or PostgreSQL (under a minute), `--full` leaves nothing out (before a
release), the default leaves out what is marked `slow`. Sees to a Chromium by itself: the one that
COMPTOIR_TEST_CHROMIUM names, one on PATH or in its usual place, Playwright's own, or one installed now, as a Debian
package for root and by Playwright for everybody else. PostgreSQL comes with the requirements (`support/postgres.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "COMPTOIR_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
)
CHOICES = {"--fast": "not e2e and not postgres and not slow", "": "not slow", "--full": ""}
ONE_PROCESS = re.compile(r"-n.*|--numprocesses.*|--dist.*|-s|--capture=no|--pdb|--trace|--collect-only|--co|.*::.*")


def main(arguments: Sequence[str]) -> int:
    """Runs pytest on what `arguments` choose; returns its exit status, or 2 when the tests cannot be run."""
    modes = [word for word in arguments if word in CHOICES]
    if len(set(modes)) > 1:
        print("choose --fast or --full, not both", file=sys.stderr)
        return 2
    mode = modes[0] if modes else ""
    rest = [word for word in arguments if word not in CHOICES]
    environment = dict(os.environ)
    if mode == "--full":
        environment["COMPTOIR_TEST_FULL"] = "1"
    if mode != "--fast":
        chromium = find_chromium() or install_chromium()
        if chromium is None:
            print(
                f"The tests need Chromium or Chrome, and installing it failed: install one, or name it in {CHROMIUM}; "
                "or run `python comptoir.py test --fast`, which needs none.",
                file=sys.stderr,
            )
            return 2
        environment[CHROMIUM] = chromium
    status = subprocess.run(pytest_command(mode, rest), cwd=ROOT, env=environment, check=False).returncode
    if status != 1 or rest:
        return status
    print("What failed runs once more, alone: a test that only fails beside another process is named above, and not red.", flush=True)
    again = [*pytest_command(mode, ["--last-failed", "--last-failed-no-failures=none", "-n", "0"])]
    return subprocess.run(again, cwd=ROOT, env=environment, check=False).returncode


def pytest_command(mode: str, rest: Sequence[str]) -> list[str]:
    """The command that runs pytest: two processes, unless `rest` names single tests or asks for what needs one."""
    command = [sys.executable, "-X", "utf8", "-m", "pytest"]
    if CHOICES[mode]:
        command += ["-m", CHOICES[mode]]
    if "-n" not in rest and not any(ONE_PROCESS.fullmatch(word) for word in rest):
        command += ["-n", "2", "--dist", "loadscope"]
    return [*command, *rest]


def find_chromium() -> str | None:
    """The path of a Chromium that starts."""
    return next((path for path in _candidates() if _starts(path)), None)


def install_chromium() -> str | None:
    """Installs a Chromium and returns its path; None when that fails."""
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update"], ["install", "-y", "chromium"]):
            print("Chromium is missing: apt-get", *words, file=sys.stderr, flush=True)
            subprocess.run(["apt-get", "-q", *words], env=environment, stdout=sys.stderr, check=False)
        if found := find_chromium():
            return found
    print("Chromium is missing: playwright install chromium", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    return find_chromium()


def _candidates() -> Iterator[str]:
    if os.environ.get(CHROMIUM):
        yield os.environ[CHROMIUM]
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield from PLACES
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Whether the browser at `path` runs: Ubuntu's chromium-browser may be a hint at a snap package instead of one."""
    if not Path(path).is_file():
        return False
    if sys.platform == "win32":  # there `--version` opens a window
        return True
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
