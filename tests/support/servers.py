"""The application as a process of its own, as people run it: started on a fresh data folder and a free port.

`Server(folder)` is started with `start()`, or by `with`. It runs with the interpreter of the tests, in an
environment without pytest's and NiceGUI's own variables (NiceGUI behaves differently under pytest), and is ended
by its process id.
"""

from __future__ import annotations

import getpass
import http.client
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(tempfile.gettempdir()) / f"comptoir-test-fonts-{getpass.getuser()}"  # kept from run to run
_DROPPED = ("PYTEST_", "NICEGUI_", "COMPTOIR_", "COV_")


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in."""

    email: str
    password: str
    language: str = "fr"
    profile: str = "Administrator"


ADMIN_FR = Account("claire.admin@example.com", "une phrase longue et sûre 7", "fr")
ADMIN_EN = Account("alan.admin@example.com", "a long and safe sentence 7", "en")


class ServerFailed(AssertionError):
    """The application did not do what a test asked of its process; the message ends with its output."""


class Server:
    """One application process. `base` is its address, `log` the file with its output, `data` its folder."""

    def __init__(self, data: Path, *, demo: bool = False, database_url: str | None = None, host: str = "127.0.0.1") -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self.port = free_port()
        self.base = f"http://{host}:{self.port}"
        self._host, self._demo, self._database_url = host, demo, database_url
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """The id of the running process."""
        assert self._process is not None, "the server has not been started"
        return self._process.pid

    def start(self, timeout: float = 90) -> Self:
        """Starts the application and waits, `timeout` seconds at most, until `/healthz` answers 200."""
        words = ["serve", "--host", self._host, "--port", str(self.port), "--no-browser", *(["--demo"] if self._demo else [])]
        self.data.parent.mkdir(parents=True, exist_ok=True)
        _copy_fonts(FONTS, self.data / "cache")
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(*words), cwd=ROOT, env=self.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + timeout
        while not self.is_healthy():
            if self._process.poll() is not None:
                raise ServerFailed(f"the application stopped with status {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > end:
                self.stop()
                raise ServerFailed(f"/healthz did not answer within {timeout:.0f} s:\n{self.log_tail()}")
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """Ends the application as a service manager does, and kills it when that takes more than 15 s."""
        if self._process is None or self._process.poll() is not None:
            return
        _copy_fonts(self.data / "cache", FONTS)
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Ends the application as a power cut does."""
        assert self._process is not None, "the server has not been started"
        self._process.kill()
        self._process.wait(15)

    def restart(self) -> Self:
        """Stops and starts it on the same folder and port."""
        self.stop()
        return self.start()

    def cli(self, *words: str, stdin: str = "", check: bool = True, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        """Runs `comptoir WORDS` on the same data folder. With `check`, a status other than 0 raises ServerFailed."""
        done = subprocess.run(
            self._command(*words),
            cwd=ROOT,
            env=self.environment(),
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        if check and done.returncode:
            raise ServerFailed(f"comptoir {' '.join(words)} ended with status {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return done

    def add_user(self, account: Account) -> None:
        """Makes `account`; the server may run or not."""
        words = ("user", "add", account.email, "--profile", account.profile, "--language", account.language, "--password-stdin")
        self.cli(*words, stdin=account.password + "\n")

    def is_healthy(self) -> bool:
        """Whether `/healthz` answers 200 now."""
        connection = http.client.HTTPConnection(self._host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def log_tail(self, length: int = 4000) -> str:
        """The end of what the process wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-length:] if self.log.is_file() else ""

    def environment(self) -> dict[str, str]:
        """What the process sees of our environment."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_DROPPED)}
        kept |= {"PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
        if self._database_url:
            kept["COMPTOIR_DATABASE_URL"] = self._database_url
        return kept

    def _command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "app", *words, "--data", str(self.data)]


NewServer = Callable[..., Server]  # the fixture `new_server`


def _copy_fonts(source: Path, target: Path) -> None:
    """Spares each fresh folder the seconds in which fonts are cut to size; their names hold a digest of what went in."""
    for font in source.glob("*.woff2"):
        if not (target / font.name).exists():
            target.mkdir(parents=True, exist_ok=True)
            aside = target / f"{font.name}.{os.getpid()}"
            shutil.copyfile(font, aside)
            aside.replace(target / font.name)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
