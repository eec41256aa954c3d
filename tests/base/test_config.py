"""Where data may lie, and what a start works with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from app.base import config, i18n
from app.base.errors import Invalid


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with i18n.using("en"):
        yield


def test_a_fresh_folder_is_made_and_holds_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "données de l’équipe 100 %" / "comptoir?"
    settings = config.load(folder, environment={})
    assert folder.is_dir()
    assert Path(make_url(settings.database_url).database or "") == folder / "comptoir.db"
    assert (settings.host, settings.port, settings.is_sqlite) == ("127.0.0.1", 8080, True)


def test_the_environment_names_the_database_and_the_folder(tmp_path: Path) -> None:
    environment = {config.DATA: str(tmp_path / "here"), config.DATABASE_URL: "postgres://anna@db/crm"}
    settings = config.load(environment=environment)
    assert settings.data == tmp_path / "here"
    assert settings.database_url == "postgresql+psycopg://anna@db/crm"
    assert not settings.is_sqlite


def test_a_database_that_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="mysql"):
        config.load(tmp_path, environment={config.DATABASE_URL: "mysql://anna@db/crm"})


def test_an_impossible_port_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="70000"):
        config.load(tmp_path, port=70000, environment={})


@pytest.mark.parametrize(
    ("folder", "service"),
    [
        ("OneDrive/Documents/Comptoir", "OneDrive"),
        ("OneDrive - Cabinet Durand/Comptoir", "OneDrive"),
        ("Dropbox/Comptoir", "Dropbox"),
        ("Dropbox (Perso)/Comptoir", "Dropbox"),
        ("Library/Mobile Documents/com~apple~CloudDocs/Comptoir", "iCloud"),
        ("iCloudDrive/Comptoir", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-ana/Comptoir", "CloudStorage"),
    ],
)
def test_a_synchronised_folder_is_refused_and_not_made(tmp_path: Path, folder: str, service: str) -> None:
    with pytest.raises(Invalid, match=service):
        config.load(tmp_path / folder, environment={})
    assert not (tmp_path / folder).exists()


def test_onedrive_under_another_name_is_known_by_the_environment(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="OneDrive"):
        config.load(tmp_path / "Nuage" / "Comptoir", environment={"OneDriveCommercial": str(tmp_path / "Nuage")})


@pytest.mark.skipif(sys.platform == "win32", reason="needs the right to make links")
def test_a_link_into_a_synchronised_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Dropbox").mkdir()
    (tmp_path / "plain").symlink_to(tmp_path / "Dropbox")
    with pytest.raises(Invalid, match="Dropbox"):
        config.load(tmp_path / "plain" / "Comptoir", environment={})


def test_words_that_only_resemble_a_service_are_accepted(tmp_path: Path) -> None:
    assert config.refusal(tmp_path / "Dropboxer" / "onedriver", {}) is None


def test_network_shares_are_recognised_by_their_mount() -> None:
    linux = config.linux_mounts(
        "22 1 254:1 / / rw,relatime - ext4 /dev/vda rw\n"
        "40 22 0:35 / /mnt/team\\040share rw,relatime shared:1 - cifs //server/team rw\n"
        "41 22 0:36 / /home/ana/remote rw - fuse.sshfs host:/ rw\n"
    )
    mac = config.mac_mounts(
        "/dev/disk3s1 on / (apfs, local)\n//ana@server/team on /Volumes/team on mac (smbfs, nodev)\nmap auto_home on /System/Home (autofs)\n"
    )
    assert config.file_system(Path("/mnt/team share/crm/data"), linux) == "cifs"
    assert config.file_system(Path("/home/ana/remote"), linux) == "fuse.sshfs"
    assert config.file_system(Path("/home/ana/data"), linux) == "ext4"
    assert config.file_system(Path("/Volumes/team on mac/data"), mac) == "smbfs"
    assert config.file_system(Path("/Users/ana"), mac) == "apfs"


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_mounts", lambda: {str(tmp_path): "nfs4"})
    with pytest.raises(Invalid, match="another computer"):
        config.load(tmp_path / "data", environment={})


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Invalid, match="is not a folder"):
        config.load(tmp_path / "data", environment={})


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is closed to this user")
def test_a_closed_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(Invalid, match="cannot write"):
            config.load(tmp_path, environment={})
    finally:
        tmp_path.chmod(0o700)
