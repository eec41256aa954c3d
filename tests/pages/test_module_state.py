"""The address of a list: what it says is shown, and what is shown is said by it."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from app.base.errors import Invalid
from app.database.engine import Database
from app.pages import module_state
from app.services import actor as actors
from app.services import views
from app.services.actor import Actor
from tests.support.databases import Make, People


@pytest.fixture
def admin(sqlite_database: Database, people: People) -> Actor:
    return actors.load(people.admin)


def again(actor: Actor, state: module_state.State) -> module_state.State:
    """The state that its own address gives."""
    return module_state.load(actor, "deals", dict(parse_qsl(urlsplit(state.address).query)))


def test_a_bare_address_is_the_first_view(admin: Actor) -> None:
    state = module_state.load(admin, "deals", {})
    assert (state.view.id, state.kind, state.address, state.filter_text) == ("all", "list", "/deals", "")


@pytest.mark.parametrize(
    "asked",
    [
        {"cv": "open"},
        {"view": "kanban", "cv": "my_open"},
        {"sort": "amount:desc,closing_on:asc"},
        {"q": "Vélo & Cie ?"},
        {"filter": '{"field":"stage","op":"in","value":["Qualification"]}', "cv": "open", "q": "x"},
    ],
)
def test_address_and_state_agree(admin: Actor, asked: dict[str, str]) -> None:
    state = module_state.load(admin, "deals", asked)
    assert state.problem == ""
    assert dict(parse_qsl(urlsplit(state.address).query)) == asked
    assert again(admin, state) == state


@pytest.mark.parametrize(
    "filter_text", ["{", "~nothing", '{"field":"nothing","op":"is"}', '{"field":"stage","op":"sounds like"}']
)
def test_a_filter_that_is_wrong_is_named_and_left_out(admin: Actor, filter_text: str) -> None:
    state = module_state.load(admin, "deals", {"filter": filter_text})
    assert state.problem
    assert (state.tree, state.filter_text, state.conditions) == (None, "", [])


def test_what_an_address_makes_up_is_ignored(admin: Actor) -> None:
    state = module_state.load(admin, "deals", {"cv": "nothing", "view": "map", "sort": "nothing:asc,amount:sideways"})
    assert (state.view.id, state.kind, state.sort) == ("all", "list", (("amount", "asc"),))


def test_conditions_become_a_filter_and_come_back(admin: Actor, make: Make, people: People) -> None:
    account = make.account("Cave de Montredon")
    state = module_state.load(admin, "deals", {})
    conditions = [
        {"field": "account_id", "op": "in", "value": [str(account)]},
        {"field": "owner_id", "op": "in", "value": [str(people.seller)]},
        {"field": "amount", "op": "between", "value": ["10k", "80 000"]},
    ]
    module_state.set_filter(admin, state, conditions, "(1 ou 2) et 3")
    found = again(admin, state)
    assert found.pattern.replace("and", "et").replace("or", "ou") == "(1 ou 2) et 3"
    assert found.conditions[0]["shown"] == [{"id": str(account), "title": "Cave de Montredon"}]
    assert found.conditions[1]["shown"][0]["id"] == str(people.seller)
    assert found.conditions[2]["value"] == ["10k", "80 000"]


def test_a_long_filter_is_a_short_key_in_the_address(admin: Actor) -> None:
    state = module_state.load(admin, "deals", {})
    names = [{"field": "deal_name", "op": "contains", "value": f"un nom assez long {n}"} for n in range(12)]
    module_state.set_filter(admin, state, names, "")
    assert state.filter_text.startswith("~")
    assert len(state.address) < 60
    assert [c["value"] for c in again(admin, state).conditions] == [c["value"] for c in names]


def test_a_mistake_changes_nothing(admin: Actor) -> None:
    state = module_state.load(admin, "deals", {})
    stage = {"field": "stage", "op": "in", "value": ["Qualification"]}
    module_state.set_filter(admin, state, [stage], "")
    before = state.filter_text
    for conditions, pattern in (([stage], "1 et 2"), ([{"field": "amount", "op": "ge", "value": "beaucoup"}], "")):
        with pytest.raises(Invalid):
            module_state.set_filter(admin, state, conditions, pattern)
        assert state.filter_text == before


def test_another_view_begins_without_the_filters_of_the_one_before(admin: Actor) -> None:
    state = module_state.load(
        admin, "deals", {"q": "x", "sort": "amount:asc", "filter": '{"field":"amount","op":"ge","value":"5"}'}
    )
    module_state.open_view(admin, state, "won")
    assert state.address == "/deals?cv=won"
    assert state.order == (("closing_on", "desc"),)


def test_an_export_is_of_what_is_shown_or_selected(admin: Actor) -> None:
    state = module_state.load(admin, "deals", {"cv": "open", "q": "x", "filter": '{"field":"amount","op":"ge","value":"5"}'})
    shown = module_state.export_of(state, "xlsx")
    assert (shown.view, shown.text, shown.format, shown.filter) == ("open", "x", "xlsx", state.tree)
    assert module_state.export_of(state, "csv", {"ids": ["1", "2"]}).ids == ("1", "2")
    rest = module_state.export_of(state, "csv", {"all": True, "except": ["7"]})
    assert rest.filter == {"and": [state.tree, {"field": "id", "op": "not_in", "value": ["7"]}]}


def test_a_saved_view_keeps_both_filters(admin: Actor) -> None:
    state = module_state.load(admin, "deals", {"cv": "open", "filter": '{"field":"amount","op":"ge","value":"5000"}'})
    whole = module_state.whole_filter(admin, state)
    view = views.save(admin, "Deals", {"name": "Grandes", "filter": whole})
    assert {c["field"] for c in module_state.for_panel(admin, state.described, view.filter)[1]} == {"stage", "amount"}
    assert "Montant" in module_state.in_words(admin, state)
