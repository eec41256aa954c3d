"""The home page's components: exact, the viewer's own, and equal to the list that each opens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.base.errors import NotFound
from app.database.engine import Database
from app.services import actor as actors
from app.services import home, query, sample
from app.services.actor import Actor, Permissions
from tests.support.databases import People


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    sample.load(actors.load(people.admin))
    return actors.load(people.admin)


def test_every_component_has_content_and_its_list_agrees(admin: Actor) -> None:
    keys = [c["key"] for c in home.components(admin)]
    assert len(keys) == 8
    for key in keys:
        content = home.component(admin, key)
        assert content["label"]
        assert content["link"]["module"] in ("Deals", "Accounts")
    stages = home.component(admin, "stages")
    for row in stages["rows"]:
        assert query.count(admin, "Deals", filter=row["link"]["filter"]).n == row["count"]
    won = home.component(admin, "won")
    assert query.totals(admin, "Deals", ["amount"], filter=won["link"]["filter"])["amount"] == Decimal(won["value"])
    assert len(won["line"]) == 6
    assert won["line"][-1]["sum"] == won["value"]


def test_others_see_their_own_and_nothing_without_rights(admin: Actor, people: People) -> None:
    seller = actors.load(people.seller)
    assert home.component(seller, "pipeline")["value"] == "0"
    nobody = Actor(user_id=people.seller)
    assert home.components(nobody) == []
    with pytest.raises(NotFound):
        home.component(nobody, "won")


def test_no_figure_is_made_of_a_hidden_field(admin: Actor, people: People) -> None:
    def keys(hidden: str) -> set[str]:
        fields = {"Deals": {hidden: "hidden"}}
        seller = actors.load(people.seller)
        limited = replace(seller, profile=Permissions(seller.profile.modules, fields, seller.profile.tools))  # type: ignore[arg-type]
        shown = {c["key"] for c in home.components(limited)}
        assert all(home.component(limited, key)["label"] for key in shown)  # none fails
        return shown

    assert keys("amount") == {"late", "rate", "closing", "stages", "owners", "accounts"}
    assert keys("stage") == {"accounts"}
    assert "pipeline" in keys("expected_revenue")
