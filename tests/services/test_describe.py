"""A module as the browser gets it: complete, in one's language, and without what one may not see."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.base.errors import NotFound
from app.base.i18n import using
from app.database.engine import Database
from app.fields.spec import KINDS
from app.modules import registry
from app.services import actor as actors
from app.services.actor import Permissions
from app.services.describe import describe
from tests.support.databases import People


def test_every_module_is_described_in_plain_json(sqlite_database: Database, people: People) -> None:
    admin = actors.load(people.admin)
    for spec in registry.snapshot().modules:
        found = describe(admin, spec.api_name)
        assert json.loads(json.dumps(found)) == found
        names = [field["name"] for field in found["fields"]]
        assert len(names) == len(set(names))
        assert {found["title"], *found["columns"], *found["card"], *found["business_card"]} <= set(names)
        assert {field["section"] for field in found["fields"]} - {""} <= {section["key"] for section in found["sections"]}


def test_every_field_names_kinds_that_exist_and_operators_of_filters(sqlite_database: Database, people: People) -> None:
    for field in describe(actors.load(people.admin), "Deals")["fields"]:
        assert field["cell"] in KINDS
        assert field["editor"] in KINDS
        assert field["label"]
        assert all(
            operator["label"] and operator["editor"] in ("none", "one", "many", "range", "number", "text")
            for operator in field["operators"]
        )


def test_words_are_in_the_language_spoken(sqlite_database: Database, people: People) -> None:
    admin = actors.load(people.admin)
    with using("fr"):
        french = describe(admin, "Deals")
    with using("en"):
        english = describe(admin, "Deals")
    assert (french["plural"], english["plural"]) == ("Transactions", "Deals")
    labels = {field["name"]: field["label"] for field in french["fields"]}
    assert (labels["amount"], labels["closing_on"]) == ("Montant", "Date de clôture prévue")


def test_what_is_hidden_is_not_there_and_what_may_be_read_is_not_editable(sqlite_database: Database, people: People) -> None:
    seller = actors.load(people.seller)
    limited = replace(
        seller,
        profile=Permissions(
            modules={"Deals": frozenset({"read", "edit"})}, fields={"Deals": {"amount": "hidden", "next_step": "read"}}
        ),
    )
    found = describe(limited, "Deals")
    fields = {field["name"]: field for field in found["fields"]}
    assert "amount" not in fields
    assert "amount" not in found["columns"] + found["business_card"] + found["quick_create"]
    assert found["board"]["total"] == ""
    assert fields["next_step"]["readonly"]
    assert found["can"] == ["read", "edit"]


def test_a_link_to_a_module_out_of_reach_cannot_be_set(sqlite_database: Database, people: People) -> None:
    seller = actors.load(people.seller)
    limited = replace(seller, profile=Permissions(modules={"Deals": frozenset({"read", "edit"})}))
    account = next(field for field in describe(limited, "Deals")["fields"] if field["name"] == "account_id")
    assert account["readonly"]
    assert not account["target"]["can_create"]


def test_a_module_that_does_not_exist_is_not_described(sqlite_database: Database, people: People) -> None:
    with pytest.raises(NotFound):
        describe(actors.load(people.admin), "Nothing")
