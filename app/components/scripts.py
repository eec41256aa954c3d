"""Folders of plain JavaScript modules that several components share, served by NiceGUI under a name for `import`.

Invariants: every folder is known before the first page is built, for a browser takes the list of names once a page (import map), and
components come later. The address changes whenever any file of the folder does. NiceGUI itself looks at the folder's own time, which stays the
same when a file in it is edited, and browsers keep these files for a year.
"""

from __future__ import annotations

from pathlib import Path

from nicegui.dependencies import register_esm

_HERE = Path(__file__).parent
_shared: set[str] = set()


def share(name: str, folder: str) -> None:
    """Lets browsers write `import … from "<name>/<file>.js"` for the files of `folder`, which lies beside this module."""
    if name in _shared:
        return  # as it was when the application started, also when the files have changed since
    _shared.add(name)
    path = _HERE / folder
    register_esm(name, path, max_time=max(file.stat().st_mtime for file in path.glob("*.js")))


def share_all() -> None:
    """Shares every folder of JavaScript here: `kinds` as "comptoir-kinds", `shell_parts` as "comptoir-shell"."""
    for folder in sorted({path.parent.name for path in _HERE.glob("*/*.js")}):
        share(f"comptoir-{folder.removesuffix('_parts')}", folder)
