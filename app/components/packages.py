"""JavaScript that several components share, as packages of the browser's import map: `comptoir-kinds`, `comptoir-list`.

Invariant: the address of a package carries a hash of what is in it. (NiceGUI's own `esm=` takes the folder's time, which an edit of
a file does not change: browsers would keep the old code for a year.)
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from nicegui.dependencies import register_esm

FOLDER = Path(__file__).resolve().parent


def register(name: str, folder: str) -> None:
    """Make the files of components/`folder` importable as `name`; its index.js is the package itself. Safe to call again."""
    path = FOLDER / folder
    digest = hashlib.sha256()
    for file in sorted(path.glob("*.js")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    register_esm(name, path, max_time=float(int(digest.hexdigest()[:12], 16)))


register("comptoir-kinds", "kinds")
register("comptoir-list", "list")
