"""What holds for every test: no network, no variables of the developer's own, one profile for generated cases.

Marks are given here where they follow from what a test uses: a test with a browser is `e2e` and may take longer.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from tests.support.network import forbid_network
from tests.support.servers import ADMIN_EN, ADMIN_FR, FONTS, NewServer, Server

pytest_plugins = ["tests.support.postgres", "tests.support.browsers"]
if find_spec("tests.support.databases"):
    pytest_plugins.append("tests.support.databases")

E2E_TIMEOUT = 180  # seconds: the first test of a worker also starts the server and the browser

settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "full", deadline=None, max_examples=500, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("full" if os.environ.get("COMPTOIR_TEST_FULL") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Closes the network, except to the database server that the developer named."""
    named = os.environ.get("COMPTOIR_TEST_DATABASE_URL")
    forbid_network(*filter(None, [make_url(named).host if named else None]))
    for name in [name for name in os.environ if name.startswith("COMPTOIR_") and not name.startswith("COMPTOIR_TEST_")]:
        del os.environ[name]


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks tests that use a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.e2e)
        if item.get_closest_marker("e2e") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(E2E_TIMEOUT))


@pytest.fixture(scope="session")
def font_folder() -> Path:
    """A cache for subset fonts that outlives the tests: cutting them takes seconds."""
    return FONTS


@pytest.fixture(scope="session")
def furnished_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder (SQLite) with two administrators, ADMIN_FR and ADMIN_EN; to be copied, not used."""
    server = Server(tmp_path_factory.mktemp("furnished") / "data")
    server.add_user(ADMIN_FR)
    server.add_user(ADMIN_EN)
    return server.data


@pytest.fixture
def new_server(tmp_path: Path, furnished_folder: Path) -> Iterator[NewServer]:
    """`new_server(demo=False, database_url=None)`: a server of this test's own with the two administrators, not started yet.

    Name it before `new_page` among a test's arguments: pages are closed first, before they miss their server.
    """
    made: list[Server] = []

    def make(**options: Any) -> Server:
        server = Server(tmp_path / f"data{len(made) + 1}", **options)
        made.append(server)
        if options.get("database_url"):
            server.add_user(ADMIN_FR)
            server.add_user(ADMIN_EN)
        else:
            shutil.copytree(furnished_folder, server.data)
        return server

    yield make
    for server in made:
        server.stop()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, furnished_folder: Path) -> Iterator[Server]:
    """The application with the two administrators and no records, running, one for each test file."""
    yield from _running(tmp_path_factory.mktemp("server") / "data", furnished_folder, demo=False)


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory, furnished_folder: Path) -> Iterator[Server]:
    """The application with the two administrators and the sample data, one for each worker: tests only read, or put back."""
    yield from _running(tmp_path_factory.mktemp("demo") / "data", furnished_folder, demo=True)


def _running(data: Path, furnished: Path, *, demo: bool) -> Iterator[Server]:
    shutil.copytree(furnished, data)
    with Server(data, demo=demo) as server:
        yield server
