"""Folders of plain JavaScript modules that several components share, served by NiceGUI under a name for `import`.

Invariant: the address changes whenever any file of the folder does. NiceGUI itself looks at the folder's own time, which stays the
same when a file in it is edited, and browsers keep these files for a year.
"""

from __future__ import annotations

from pathlib import Path

from nicegui.dependencies import register_esm

_HERE = Path(__file__).parent


def share(name: str, folder: str) -> None:
    """Lets browsers write `import … from "<name>/<file>.js"` for the files of `folder`, which lies beside this module."""
    path = _HERE / folder
    register_esm(name, path, max_time=max(file.stat().st_mtime for file in path.glob("*.js")))
