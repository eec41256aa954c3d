"""What Setup's first page says."""

from __future__ import annotations

from typing import Any

import pytest

from app.base.errors import Forbidden
from app.services import actor as actors
from app.services import people as people_service
from app.services import sample, settings
from app.services.overview import overview
from tests.support.databases import Make, People


def test_figures_and_the_latest_changes(database: Any, people: People) -> None:
    admin = actors.load(people.admin)
    settings.update_company(admin, {"name": "Atelier Lumen"})
    people_service.change(admin, people.seller, {"first_name": "Anna"})
    found = overview(admin)
    assert found.people == 4
    assert found.size is None or found.size > 10_000
    assert found.database in ("SQLite", "PostgreSQL")
    assert [c.name for c in found.changes] == ["Claire Martin", "Claire Martin"]
    assert found.changes[0].at >= found.changes[1].at


def test_first_steps_are_one_s_own_not_the_samples(database: Any, people: People, make: Make) -> None:
    admin = actors.load(people.admin)
    for number in (people.director, people.seller, people.other):
        people_service.set_active(admin, number, False)
    sample.load(admin)
    assert overview(admin).done == frozenset()
    settings.update_company(admin, {"name": "Atelier Lumen"})
    people_service.set_active(admin, people.seller, True)
    make.account("Ateliers Moreau")
    assert overview(admin).done == {"company", "team", "data"}


def test_it_is_for_those_who_set_up(database: Any, people: People) -> None:
    with pytest.raises(Forbidden):
        overview(actors.load(people.seller))
