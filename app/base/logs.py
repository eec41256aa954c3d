"""The log: a file in the data folder that turns over by itself, and short lines on the console.

Invariants: a line is one event, whatever was put into it (control characters are shown, not obeyed); passwords, tokens and cookies
are blotted out wherever they stand; the files are readable by their owner only.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

FILE = "comptoir.log"
BYTES = 2_000_000
KEPT = 5
_SECRETS = (
    re.compile(r"(?i)(/password/)[\w-]{8,}"),
    re.compile(r"(?i)\b((?:password|passwd|pwd|token|secret|authorization|cookie|code)\b[\"']?\s*[=:]\s*[\"']?)(?!\s)[^\s\"'&,;}]+"),
    re.compile(r"(://[^\s:/@]+:)[^\s@/]+(?=@)"),  # the password in a database address
)
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), 127) if code != 9}
_IN_TRACEBACK = {code: shown for code, shown in _CONTROLS.items() if code != 10}


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.message = blot(record.getMessage().translate(_CONTROLS))
        record.asctime = self.formatTime(record)
        line = self.formatMessage(record)
        if record.exc_info:
            line += "\n" + blot(self.formatException(record.exc_info).translate(_IN_TRACEBACK))
        return line


def set_up(folder: Path, *, console: bool = True) -> Path:
    """Writes the log into `folder`, and warnings to the console as well. Returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    handler = RotatingFileHandler(path, maxBytes=BYTES, backupCount=KEPT, encoding="utf-8", delay=True)
    path.touch(mode=0o600)
    if os.name == "posix":
        path.chmod(0o600)
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)-7s %(process)d %(name)s: %(message)s"))
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.handlers = [handler]
    if console:
        shown = logging.StreamHandler(sys.stderr)
        shown.setLevel(logging.WARNING)
        shown.setFormatter(_Formatter("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(shown)
    for noisy in ("uvicorn.access", "uvicorn.error", "alembic", "httpx", "apscheduler", "fontTools", "multipart", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return path


def blot(text: str) -> str:
    """`text` with secrets replaced by dots."""
    for pattern in _SECRETS:
        text = pattern.sub(r"\1…", text)
    return text
