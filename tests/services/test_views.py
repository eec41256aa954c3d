"""Views: standard ones for every module, saved ones for oneself or others, personal columns; nothing of fields that are hidden."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import select

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import using
from app.database.engine import Database
from app.modules import registry
from app.modules.system import ChangeSet
from app.services import actor as actors
from app.services import query, undo, views
from app.services.actor import Actor, Permissions
from app.services.tables import table
from tests.support.databases import People
from tests.support.seeding import seed

AMOUNT = {"field": "amount", "op": "gt", "value": "1000"}


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


@pytest.fixture
def seller(database: Database, people: People) -> Actor:
    return actors.load(people.seller)


def without(actor: Actor, field: str) -> Actor:
    limits: Any = MappingProxyType({"Deals": MappingProxyType({field: "hidden"})})
    return replace(actor, profile=Permissions(actor.profile.modules, limits, actor.profile.tools))


def names(actor: Actor) -> dict[str, str]:
    """Saved views of deals by name, with the group they stand in."""
    return {str(v.name): v.group for v in views.list_views(actor, "Deals") if not v.standard}


@pytest.mark.parametrize("module", [m.api_name for m in registry.snapshot().modules])
def test_every_standard_view_opens(seller: Actor, module: str) -> None:
    seed(module, 5, owner_id=seller.user_id)
    found = views.list_views(seller, module)
    assert {"all", "my", "recent", "modified", "shared"} <= {v.id for v in found}
    assert len({v.id for v in found}) == len(found)
    for view in found:
        page = query.page(seller, module, filter=view.filter, sort=view.sort, fields=view.columns)
        assert query.count(seller, module, filter=view.filter).n == len(page.rows)
        assert views.get(seller, module, view.id) == view
        assert view.json()["name"]
        assert view.columns
        assert not view.can_edit
    assert len(query.page(seller, module, filter=views.get(seller, module, "my").filter).rows) == 5


def test_the_names_of_standard_views_in_both_languages(seller: Actor) -> None:
    for language, name in (("fr", "Toutes les Transactions"), ("en", "All Deals")):
        with using(language):
            assert str(views.get(seller, "Deals", "all").name) == name


def test_a_saved_view_is_ones_own(seller: Actor, admin: Actor, people: People) -> None:
    saved = views.save(
        seller,
        "deals",
        {
            "name": "  Les  grosses ",
            "filter": AMOUNT,
            "sort": [["Amount", "desc"]],
            "columns": ["Deal_Name", "amount", "amount"],
        },
    )
    assert saved.json() | {"id": ""} == {
        "id": "", "module": "Deals", "name": "Les grosses", "filter": AMOUNT, "sort": [["amount", "desc"]], "columns": ["deal_name", "amount"],
        "kind": "list", "settings": {}, "group": "mine", "favourite": False, "standard": False, "owner": "Ana Núñez", "audience": "me",
        "shared_with": {}, "can_edit": True,
    }  # fmt: skip
    assert names(seller) == {"Les grosses": "mine"}
    other = actors.load(people.other)
    assert names(other) == {}
    assert names(admin) == {"Les grosses": "others"}
    for call in (
        lambda: views.get(other, "Deals", saved.id),
        lambda: views.save(other, "Deals", {"name": "x"}, saved.id),
        lambda: views.delete(other, "Deals", saved.id),
    ):
        with pytest.raises(NotFound):
            call()
    with pytest.raises(NotFound):
        views.get(seller, "Accounts", saved.id)


def test_views_for_others(seller: Actor, people: People) -> None:
    views.save(seller, "Deals", {"name": "Pour tous", "audience": "all"})
    one = views.save(seller, "Deals", {"name": "Pour Tom", "audience": "some", "shared_with": {"users": [str(people.other)]}})
    views.save(
        seller, "Deals", {"name": "Pour la direction", "audience": "some", "shared_with": {"roles": [str(people.role_top)]}}
    )
    other, director = actors.load(people.other), actors.load(people.director)
    assert names(other) == {
        "Pour tous": "public",
        "Pour Tom": "shared",
        "Pour la direction": "shared",
    }  # a role reaches those below
    assert names(director) == {"Pour tous": "public", "Pour la direction": "shared"}
    assert views.get(other, "Deals", one.id).shared_with == {}
    with pytest.raises(Forbidden):
        views.save(other, "Deals", {"name": "À moi"}, one.id)
    with pytest.raises(Forbidden):
        views.delete(other, "Deals", one.id)
    plain = replace(seller, profile=Permissions(seller.profile.modules))
    for values in ({"audience": "all"}, {"audience": "some"}, {"shared_with": {"users": [str(people.other)]}}):
        with pytest.raises(Forbidden):
            views.save(plain, "Deals", {"name": "x", **values})
    assert views.save(plain, "Deals", {"name": "x"}).audience == "me"


def test_views_are_changed_deleted_and_brought_back(seller: Actor, database: Database) -> None:
    saved = views.save(seller, "Deals", {"name": "Une", "filter": AMOUNT})
    views.save(seller, "Deals", {"name": "Deux", "filter": None, "kind": "kanban", "settings": {"by": "stage"}}, saved.id)
    changed = views.get(seller, "Deals", saved.id)
    assert (str(changed.name), changed.filter, changed.kind, changed.settings) == ("Deux", None, "kanban", {"by": "stage"})
    with database.reading() as connection:
        last = connection.execute(select(table(ChangeSet).c.id).order_by(table(ChangeSet).c.id.desc()).limit(1)).scalar_one()
    undo.undo(seller, last)
    assert str(views.get(seller, "Deals", saved.id).name) == "Une"
    undo.undo(seller, views.delete(seller, "Deals", saved.id))
    assert views.get(seller, "Deals", saved.id).filter == AMOUNT


@pytest.mark.parametrize(
    "values",
    [
        {"name": ""}, {"name": " "}, {"name": "x" * 121}, {"filter": {"field": "nothing", "op": "is"}}, {"filter": {"field": "amount", "op": "is", "value": "?"}},
        {"sort": [["nothing", "asc"]]}, {"sort": [["amount", "up"]]}, {"sort": [["amount", "asc"]] * 4}, {"columns": ["nothing"]}, {"kind": "pie"},
        {"settings": [1]}, {"settings": {"x": "y" * 30000}}, {"audience": "nobody"}, {"shared_with": {"users": ["999"]}}, {"owner_id": 5}, {"id": 1},
    ],
    ids=lambda values: str(values)[:50],
)  # fmt: skip
def test_what_cannot_be_kept_is_said(seller: Actor, values: dict[str, Any]) -> None:
    with pytest.raises((Invalid, NotFound)):
        views.save(seller, "Deals", {"name": "x", **values})
    assert names(seller) == {}


def test_standard_views_stay_as_they_are(admin: Actor) -> None:
    with pytest.raises(Invalid):
        views.save(admin, "Deals", {"name": "x"}, "all")
    with pytest.raises(Invalid):
        views.delete(admin, "Deals", "won")


def test_ones_own_columns_order_and_star(seller: Actor, people: People) -> None:
    views.keep_look(seller, "Deals", "all", columns=["deal_name", "Amount"], sort=[["amount", "desc"]])
    views.favourite(seller, "Deals", "all")
    mine = views.get(seller, "Deals", "all")
    assert (mine.columns, mine.sort, mine.favourite) == (("deal_name", "amount"), (("amount", "desc"),), True)
    other = views.get(actors.load(people.other), "Deals", "all")
    assert (other.favourite, len(other.columns) > 2) == (False, True)
    assert views.get(without(seller, "amount"), "Deals", "all").columns == ("deal_name",)
    assert views.get(without(seller, "amount"), "Deals", "all").sort == ()
    views.keep_look(seller, "Deals", "all")
    views.favourite(seller, "Deals", "all", on=False)
    assert views.get(seller, "Deals", "all") == views.get(actors.load(people.other), "Deals", "all")


def test_a_view_about_a_hidden_field_does_not_exist(seller: Actor, people: People) -> None:
    saved = views.save(seller, "Deals", {"name": "Les grosses", "filter": {"not": {"or": [AMOUNT]}}, "audience": "all"})
    blind = without(actors.load(people.other), "amount")
    assert names(actors.load(people.other)) == {"Les grosses": "public"}
    assert names(blind) == {}
    with pytest.raises(NotFound):
        views.get(blind, "Deals", saved.id)
    assert "amount" not in views.get(blind, "Deals", "all").columns
    for values in ({"filter": AMOUNT}, {"sort": [["amount", "asc"]]}, {"columns": ["amount"]}):
        with pytest.raises(Forbidden):
            views.save(blind, "Deals", {"name": "x", **values})


def test_no_views_without_the_module(seller: Actor) -> None:
    nobody = replace(seller, profile=Permissions())
    for call in (
        lambda: views.list_views(nobody, "Deals"),
        lambda: views.get(nobody, "Deals", "all"),
        lambda: views.save(nobody, "Deals", {"name": "x"}),
    ):
        with pytest.raises(Forbidden):
            call()
