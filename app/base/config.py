"""Settings of one start: where the data are, which database, which address. From arguments, then the environment.

Invariants: frozen; the data folder exists and can be written to. A folder that another program synchronises, or that lies on
another computer, is refused with the reason: a database file is damaged when its parts are copied at different moments, and
file locks across a network cannot be relied on.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from urllib.parse import quote

from app.base.errors import Invalid
from app.base.i18n import N_, Text

DATABASE_URL = "COMPTOIR_DATABASE_URL"
DATA = "COMPTOIR_DATA"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8080

_SYNCED = {
    "onedrive": "OneDrive",
    "dropbox": "Dropbox",
    "mobile documents": "iCloud",
    "com~apple~clouddocs": "iCloud",
    "iclouddrive": "iCloud",
    "icloud drive": "iCloud",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "cloudstorage": "CloudStorage",  # where macOS puts all of them
    "nextcloud": "Nextcloud",
    "pcloud": "pCloud",
}
_NETWORK_TYPES = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "afpfs", "webdav", "davfs", "ncpfs", "ceph", "glusterfs"}
_NETWORK_FUSE = {"fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.glusterfs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one start of Comptoir works with. `database_url` is SQLAlchemy's; `host` and `port` are where it listens."""

    data: Path
    database_url: str
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    demo: bool = False

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file in the data folder."""
        return self.database_url.startswith("sqlite")

    def folder(self, name: str) -> Path:
        """A folder inside the data folder ("files", "backups", "logs", "cache"), made when absent."""
        path = self.data / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def load(
    data: Path | str | None = None,
    *,
    host: str | None = None,
    port: int | None = None,
    demo: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings of this start; makes the data folder. Raises `Invalid` saying what is wrong with it and what to do."""
    folder = Path(data or environment.get(DATA) or default_folder()).expanduser()
    reason = refusal(folder, environment)
    if reason is not None:
        raise Invalid(reason)
    _prepare(folder)
    if port is not None and not 0 <= port <= 65535:
        raise Invalid(N_("%(port)s is not a port. Choose a number from 1 to 65535.", port=port))
    return Settings(
        data=folder.resolve(),
        database_url=_database_url(folder.resolve(), environment),
        host=host or DEFAULT_HOST,
        port=DEFAULT_PORT if port is None else port,
        demo=demo,
    )


def default_folder() -> Path:
    """Where this platform keeps the data of programs, for the user who starts Comptoir."""
    import platformdirs

    return Path(platformdirs.user_data_dir("Comptoir", appauthor=False))


def refusal(folder: Path, environment: Mapping[str, str] = os.environ) -> Text | None:
    """Why data must not lie in `folder`; None when they may."""
    folder = folder.expanduser().absolute()
    for path in (folder, folder.resolve()):
        service = _synchronised_by(path, environment)
        if service:
            return N_(
                "The folder %(folder)s is synchronised by %(service)s, which would damage the database. "
                "Choose a folder on this computer only, with --data.",
                folder=str(folder),
                service=service,
            )
        if _is_remote(path):
            return N_(
                "The folder %(folder)s is on another computer, where the database could be damaged. "
                "Choose a folder on this computer, with --data.",
                folder=str(folder),
            )
    return None


def _synchronised_by(folder: Path, environment: Mapping[str, str]) -> str:
    for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial"):
        root = environment.get(name)
        if root and folder.is_relative_to(root):
            return "OneDrive"
    for part in folder.parts:
        word = part.casefold()
        known = _SYNCED.get(word) or next(
            (_SYNCED[w] for w in ("onedrive", "dropbox") if word.startswith((f"{w} ", f"{w}-"))), ""
        )
        if known:
            return known
    return ""


def _is_remote(folder: Path) -> bool:
    if sys.platform == "win32":
        return _is_remote_on_windows(folder)
    if PureWindowsPath(str(folder)).drive.startswith("\\\\"):
        return True
    kind = file_system(folder, _mounts())
    return kind in _NETWORK_TYPES or kind in _NETWORK_FUSE


def _is_remote_on_windows(folder: Path) -> bool:
    import ctypes

    if folder.drive.startswith("\\\\"):
        return True
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - exists on Windows only
    return bool(kernel.GetDriveTypeW(f"{folder.drive}\\") == 4)  # DRIVE_REMOTE


def file_system(folder: Path, mounts: Mapping[str, str]) -> str:
    """The type of file system that `folder` lies on, or will; `mounts` maps mount points to types."""
    for path in (folder, *folder.parents):
        if str(path) in mounts:
            return mounts[str(path)]
    return ""


def _mounts() -> dict[str, str]:
    if sys.platform == "linux":
        return linux_mounts(Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace"))
    if sys.platform == "darwin":
        done = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False)
        return mac_mounts(done.stdout)
    return {}


def linux_mounts(text: str) -> dict[str, str]:
    """Mount points and types out of /proc/self/mountinfo; of two on one point the later counts."""
    mounts = {}
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        if after and len(before.split()) > 4:
            point = before.split()[4]
            for code, character in (("\\040", " "), ("\\011", "\t"), ("\\134", "\\")):
                point = point.replace(code, character)
            mounts[point] = after.split()[0]
    return mounts


def mac_mounts(text: str) -> dict[str, str]:
    """Mount points and types out of what `mount` prints: `//server/share on /Volumes/share (smbfs, nodev)`."""
    mounts = {}
    for line in text.splitlines():
        point, separator, options = line.partition(" on ")[2].rpartition(" (")
        if separator:
            mounts[point] = options.partition(",")[0].rstrip(")")
    return mounts


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError) as error:
        message = N_("%(folder)s is not a folder. Choose another place for the data, with --data.", folder=str(folder))
        raise Invalid(message) from error
    except OSError as error:
        message = N_(
            "Comptoir cannot write to the folder %(folder)s (%(why)s). Give it the right to, or choose another with --data.",
            folder=str(folder),
            why=error.strerror or str(error),
        )
        raise Invalid(message) from error


def _database_url(folder: Path, environment: Mapping[str, str]) -> str:
    url = environment.get(DATABASE_URL, "").strip()
    if not url:
        return f"sqlite:///{quote((folder / 'comptoir.db').as_posix(), safe='/: ')}"
    scheme = url.partition(":")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        message = N_(
            "%(variable)s must start with postgresql+psycopg:// and not with %(scheme)s.", variable=DATABASE_URL, scheme=scheme
        )
        raise Invalid(message)
    return url.replace("postgres://", "postgresql+psycopg://", 1).replace("postgresql://", "postgresql+psycopg://", 1)
