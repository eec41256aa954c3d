"""Imports of a test keep their files in the test's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import actor as actors
from app.services.actor import Actor
from app.services.importing import sources
from tests.support.databases import PEOPLE


@pytest.fixture(autouse=True)
def _transfers(tmp_path: Path) -> Iterator[None]:
    sources.use(tmp_path / "transfers")
    yield
    sources.use(None)


@pytest.fixture
def admin(database: object) -> Actor:
    """An administrator, who reads French."""
    return actors.load(PEOPLE.admin, "import")


@pytest.fixture
def seller(database: object) -> Actor:
    """Somebody of the standard profile."""
    return actors.load(PEOPLE.seller, "import")
