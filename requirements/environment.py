"""The environment `.venv`, and the marker that says what is installed in it.

`.venv/.comptoir-<hash>` (`.comptoir-dev-<hash>` with the tests) is written last, so it stands for a complete
installation of exactly these requirements. It holds a stamp of the Python that `.venv` stands on: when that one is
upgraded or removed, the marker no longer counts. Looking costs one hash and starts no process.
"""

import hashlib
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
WINDOWS = sys.platform == "win32"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
VENV_PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
LOG = VENV / "comptoir-install.log"


def requirements_file(kind: str) -> Path:
    """The pinned requirements: `run` for the application, `dev` for the application and its tests."""
    return ROOT / "requirements" / f"{kind}.txt"


def marker(kind: str) -> Path:
    """The file whose presence says that exactly these requirements are installed, completely."""
    digest = hashlib.sha256(requirements_file(kind).read_bytes()).hexdigest()[:16]
    return VENV / (f".comptoir-{digest}" if kind == "run" else f".comptoir-{kind}-{digest}")


def interpreter_stamp() -> str:
    """Changes when the Python that `.venv` stands on is removed, replaced or upgraded; empty without one."""
    try:
        if WINDOWS:  # python.exe in .venv is a copy that starts the one named here
            settings = (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
            base = Path(re.search(r"^home *= *(.+)$", settings, re.MULTILINE)[1].strip(), "python.exe")  # type: ignore[index]
        else:
            base = VENV_PYTHON.resolve(strict=True)
        status = base.stat()
    except (OSError, TypeError):
        return ""
    return f"{base} {status.st_size} {status.st_mtime_ns}"


def is_ready(kind: str) -> bool:
    """Whether `.venv` can be used as it is."""
    try:
        stamp = marker(kind).read_text(encoding="utf-8")
    except FileNotFoundError:
        return False
    return stamp != "" and stamp == interpreter_stamp()
