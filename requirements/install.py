"""Installs the pinned requirements into `.venv`, one line a step, and says in a sentence what is wrong when it fails.

An installation that was cut goes on where it stopped; only one start installs at a time. Where packages come from
is pip's business and the environment's (PIP_INDEX_URL, pip.conf, a proxy): no address is named here. Only ready-made
packages are taken: building one would fetch tools that no hash protects.
"""

import contextlib
import errno
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from requirements.environment import (
    LOG,
    ROOT,
    SCRIPTS,
    VENV,
    VENV_PYTHON,
    WINDOWS,
    interpreter_stamp,
    is_ready,
    marker,
    requirements_file,
)
from requirements.messages import Stop, print_line, say, text

NEEDED_SPACE = {"run": 700, "dev": 1200}  # megabytes
PIP_INSTALL = (
    "-I -u -X utf8 -m pip install --require-hashes --no-deps --only-binary=:all: --no-compile --no-input --no-user"
    " --progress-bar=off --disable-pip-version-check --no-warn-script-location"
)

DIAGNOSES = (  # what pip says: the message we give; the first that is found counts
    ("disk", r"No space left on device|Errno 28\b|not enough space on the disk|WinError 112"),
    ("hash", r"DO NOT MATCH THE HASHES"),
    ("certificate", r"CERTIFICATE_VERIFY_FAILED|SSLError"),
    ("no_package", r"from versions: (?!none\))"),
    (
        "network",
        (
            r"Retrying \(Retry|NewConnectionError|Temporary failure in name resolution|getaddrinfo failed|Max retries exceeded"
            r"|ProxyError|ReadTimeoutError|ConnectTimeoutError|Connection (?:refused|reset|aborted)|Network is unreachable"
        ),
    ),
    ("no_package", r"No matching distribution found|is not a supported wheel"),
    ("read_only", r"Permission denied|Errno 13\b|Errno 30\b|Read-only file system|WinError 5\b"),
)


def install(kind: str) -> None:
    """Installs the requirements of `kind` ("run", "dev") into `.venv`; raises Stop with the reason when that cannot be."""
    try:
        with alone():
            if not is_ready(kind):  # another start may have done it meanwhile
                _install(kind)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Stop("disk", megabytes=NEEDED_SPACE[kind], folder=ROOT) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Stop("read_only", folder=error.filename or ROOT) from error
        raise


def _install(kind: str) -> None:
    started = time.monotonic()
    if shutil.disk_usage(ROOT).free < NEEDED_SPACE[kind] * 1_000_000:
        raise Stop("disk", megabytes=NEEDED_SPACE[kind], folder=ROOT)
    site_packages = make_environment()
    remove_half_installed(site_packages)
    for old in VENV.glob(".comptoir-*"):
        old.unlink()
    say("install")
    total = len(re.findall(r"^[A-Za-z0-9][^=\n]*==", requirements_file(kind).read_text(encoding="utf-8"), re.MULTILINE))
    run_pip(kind, Progress(total, site_packages))
    say("compile")
    _run("-m", "compileall", "-q", "-j", "0", "-x", r"[/\\]tests[/\\]", str(site_packages))
    write_script(site_packages)
    for done in {"run", kind}:  # dev.txt holds everything of run.txt, at the same versions
        marker(done).write_text(interpreter_stamp(), encoding="utf-8")
    say("ready", seconds=round(time.monotonic() - started))


def make_environment() -> Path:
    """`.venv` with a Python and a pip that work, made anew unless it has them; returns its site-packages."""
    found = _site_packages()
    if found:
        say("resume")
        return found
    for module in ("venv", "ensurepip"):
        if find_spec(module) is None:
            raise Stop("no_venv", module=module, version="{}.{}".format(*sys.version_info[:2]))
    say("venv")
    base = getattr(sys, "_base_executable", sys.executable)  # when this runs in the very .venv that it replaces
    done = subprocess.run([base, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, errors="replace")
    found = None if done.returncode else _site_packages()
    if found is None:
        output = done.stdout + done.stderr
        key = diagnose(output)
        if key == "read_only":
            raise Stop(key, folder=VENV)
        raise Stop("venv_failed" if key == "unknown" else key, detail=_end(output), folder=VENV, megabytes=NEEDED_SPACE["run"])
    return found


def _site_packages() -> Path | None:
    """Where `.venv` keeps packages; None unless its Python starts and has a pip."""
    question = "import pip, sys, sysconfig; sys.version_info >= (3, 11) or sys.exit(1); print(sysconfig.get_path('purelib'))"
    try:
        done = subprocess.run([str(VENV_PYTHON), "-I", "-c", question], capture_output=True, text=True, errors="replace")
    except OSError:  # absent, or of another user
        return None
    return Path(done.stdout.strip()) if done.returncode == 0 else None


def remove_half_installed(site_packages: Path) -> None:
    """Forgets packages whose installation was cut: pip, which writes INSTALLER after the files, would take them for whole."""
    for folder in site_packages.glob("*.dist-info"):
        if not (folder / "INSTALLER").is_file():
            shutil.rmtree(folder)
    for folder in site_packages.glob("~*"):  # what pip sets aside while it replaces a package
        shutil.rmtree(folder)


def run_pip(kind: str, progress: "Progress") -> None:
    """Installs the requirements of `kind` into `.venv`, showing how far it is; raises Stop with the reason when it fails."""
    command = [str(VENV_PYTHON), *PIP_INSTALL.split(), "-r", str(requirements_file(kind))]
    environment = {name: value for name, value in os.environ.items() if name not in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")}
    environment["LC_ALL"] = "C.UTF-8"  # the system's own error texts, which `diagnose` reads, in English
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    output: list[str] = []
    try:
        for line in _lines(process):
            output.append(line)
            progress.read(line)
            progress.show()
    finally:
        process.terminate()  # nothing, when it has ended by itself
        process.wait()
        progress.end()
        with contextlib.suppress(OSError):  # the disk may be full, and that is then the message
            LOG.write_text("".join(output), encoding="utf-8")
    if process.returncode:
        raise failure(kind, "".join(output))


def _lines(process: "subprocess.Popen[str]") -> Iterator[str]:
    """The lines that `process` writes, and an empty one whenever it is silent for half a second."""
    lines: SimpleQueue[str | None] = SimpleQueue()

    def read() -> None:
        for line in process.stdout or ():
            lines.put(line)
        process.wait()
        lines.put(None)

    Thread(target=read, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=0.5)
        except Empty:
            line = ""
        if line is None:
            return
        yield line


def failure(kind: str, output: str) -> Stop:
    """What to tell the user about a pip that ended with `output`."""
    key = diagnose(output)
    errors = [
        line
        for line in output.splitlines()
        if not re.match(r"\s*(WARNING|Looking|Processing|Collecting|Using|Ignoring|$)", line)
    ]
    return Stop(
        key,
        detail=_end("\n".join(errors)),
        folder=VENV,
        log=LOG,
        megabytes=NEEDED_SPACE[kind],
        version="{}.{}".format(*sys.version_info[:2]),
        platform=sys.platform,
    )


def diagnose(output: str) -> str:
    """The key of the sentence that fits what pip or venv said."""
    return next((key for key, pattern in DIAGNOSES if re.search(pattern, output)), "unknown")


class Progress:
    """Reads pip's lines and says how many packages are fetched, then installed: at most every 5 s, or in place on a terminal."""

    def __init__(self, total: int, site_packages: Path) -> None:
        self.total = total
        self.done = 0
        self.key = "fetching"
        self._site_packages = site_packages
        self._before = 0
        self._shown = ""
        self._shown_at = 0.0
        self._retried = False

    def read(self, line: str) -> None:
        """Takes one line of pip's output into account."""
        if line.startswith("Ignoring "):  # meant for another system or another Python
            self.total -= 1
        elif line.startswith(("Collecting ", "Processing ", "Requirement already satisfied")):
            self.done = min(self.done + 1, self.total)
        elif line.startswith("Installing collected packages:"):
            self.key, self.total, self.done = "installing", line.count(",") + 1, 0
            self._before = self._installed()
        elif "Retrying (Retry" in line and not self._retried:
            self._retried = True
            self.end()
            say("retrying")

    def show(self) -> None:
        """Shows where it is, if that has changed and is due."""
        if self.key == "installing":
            self.done = min(max(self._installed() - self._before, 0), self.total)
        line = text(self.key, os.environ, done=self.done, total=self.total)
        now = time.monotonic()
        terminal = sys.stderr.isatty()
        self._shown_at = self._shown_at or now
        if line != self._shown and (terminal or now - self._shown_at >= 5):
            print_line("\r" + line.ljust(78) if terminal else line, end="" if terminal else "\n")
            self._shown, self._shown_at = line, now

    def end(self) -> None:
        """Ends the line that was rewritten in place."""
        if self._shown and sys.stderr.isatty():
            print_line("")

    def _installed(self) -> int:
        return sum(1 for _ in self._site_packages.glob("*.dist-info/INSTALLER"))


def write_script(site_packages: Path) -> None:
    """Writes the command `comptoir` into `.venv`, and the path by which its Python finds `app/`; both survive a move."""
    (site_packages / "comptoir.pth").write_text(os.path.relpath(ROOT, site_packages) + "\n", encoding="utf-8")
    if WINDOWS:
        (SCRIPTS / "comptoir.cmd").write_text('@"%~dp0python.exe" "%~dp0..\\..\\comptoir.py" %*\n', encoding="ascii")
        return
    script = SCRIPTS / "comptoir"
    script.write_text(
        "#!/bin/sh\n"
        "# Made by comptoir.py: the same as `python comptoir.py`.\n"
        'here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)\n'
        'exec "$here/python" "$here/../../comptoir.py" "$@"\n',
        encoding="ascii",
    )
    script.chmod(0o755)


def _run(*words: str) -> None:
    """Runs the Python of `.venv`; what it says goes to the log."""
    with LOG.open("ab") as log:
        subprocess.run([str(VENV_PYTHON), "-I", *words], stdout=log, stderr=log, check=False)


def _end(output: str, lines: int = 6) -> str:
    return "\n".join("    " + line.strip()[:200] for line in output.strip().splitlines()[-lines:])


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one start installs at a time; the lock is on this very file, and goes when the process ends."""
    with Path(__file__).open("rb") as file:
        try:
            _lock(file.fileno(), wait=False)
        except BlockingIOError:
            say("waiting")
            _lock(file.fileno(), wait=True)
        except OSError as error:  # a file system without locks: two starts at once are unlikely enough
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL):
                raise
        yield


def _lock(descriptor: int, wait: bool) -> None:
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        return
    import msvcrt

    os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # beyond the end: a locked byte cannot be read by others
    while True:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            return
        except OSError as error:
            if not wait:
                raise BlockingIOError from error
            if error.errno != errno.EDEADLOCK:  # LK_LOCK gives up after 10 s; then again
                raise
