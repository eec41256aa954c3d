"""Fields and values made at run time: instant, in history, used at once by every service; bad input is refused whole."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.base.errors import Forbidden, Invalid, NotFound
from app.database.engine import Database
from app.fields.registry import types
from app.modules import registry
from app.services import actor as actors
from app.services import query, records, schema
from app.services.actor import Actor
from tests.support.databases import People


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


@pytest.mark.parametrize(
    ("kind", "settings", "typed", "stored"),
    [
        ("text", {}, "bleu", "bleu"),
        ("money", {}, "1 234,50 €", Decimal("1234.50")),
        ("integer", {}, "12", 12),
        ("date", {}, "31/12/2026", None),
        ("boolean", {}, "oui", True),
        ("picklist", {"choices": [{"value": "a", "labels": {"fr": "Rouge", "en": "Red"}}]}, "rouge", "a"),
        ("link", {"target": "Accounts"}, None, None),
        ("multi_picklist", {"choices": [{"value": "a"}, {"value": "b"}]}, ["a", "b"], ("a", "b")),
    ],
)
def test_a_new_field_works_at_once(admin: Actor, kind: str, settings: dict[str, object], typed: object, stored: object) -> None:
    made = schema.add_field(admin, "Deals", {"fr": f"Champ {kind}", "en": f"Field {kind}"}, kind, settings=settings)
    assert made.custom
    assert made.api_name == f"Field_{kind.title()}" or made.api_name.startswith("Field_")
    saved = records.create(admin, "Deals", {"deal_name": "D", made.api_name: typed})
    row = records.get(admin, "Deals", saved.id)
    assert row.values[made.name] == stored or (kind == "date" and row.values[made.name].isoformat() == "2026-12-31")
    operators = {o.key for o in types[kind].operators(made)}
    if "empty" in operators:
        assert query.count(admin, "Deals", filter={"field": made.name, "op": "empty"}).n == (1 if typed is None else 0)
    page = query.page(admin, "Deals", sort=[(made.name, "desc")] if types[kind].sortable else [])
    assert [r.id for r in page.rows] == [int(saved.id)]


def test_bad_fields_are_refused_with_every_reason(admin: Actor, people: People) -> None:
    schema.add_field(admin, "Deals", {"fr": "Couleur", "en": "Colour"}, "text")
    for label, kind, section, wrong in (
        ("", "text", "information", {"label"}),
        ("couleur", "text", "information", {"label"}),
        ("Montant", "text", "information", {"label"}),
        ("x" * 81, "text", "information", {"label"}),
        ("New", "colour", "nowhere", {"type", "section"}),
    ):
        with pytest.raises(Invalid) as error:
            schema.add_field(admin, "Deals", label, kind, section=section)
        assert set(error.value.fields) == wrong
    with pytest.raises(Invalid):
        schema.add_field(admin, "Deals", "Size", "text", settings={"max_length": "many"})
    with pytest.raises(Forbidden):
        schema.add_field(actors.load(people.seller), "Deals", "New", "text")
    with pytest.raises(NotFound):
        schema.add_field(admin, "Nowhere", "New", "text")


def test_values_are_added_to_shipped_and_own_lists(admin: Actor) -> None:
    stage = schema.add_choices(
        admin, "Deals", "stage", [{"value": "Engaging", "extra": {"probability": 30, "category": "Pipeline"}}]
    )
    assert stage.choices[-1].value == "Engaging"
    saved = records.create(admin, "Deals", {"deal_name": "D", "stage": "engaging"})
    assert records.get(admin, "Deals", saved.id).values["probability"] == 30
    again = schema.add_choices(admin, "Deals", "stage", [{"value": "engaging"}])
    assert len(again.choices) == len(stage.choices)
    own = schema.add_field(admin, "Deals", "Colour", "picklist", settings={"choices": [{"value": "a"}]})
    own = schema.add_choices(admin, "Deals", own.name, [{"value": "b"}])
    assert [c.value for c in own.choices] == ["a", "b"]
    with pytest.raises(Invalid):
        schema.add_choices(admin, "Deals", "deal_name", [{"value": "b"}])


def test_a_hidden_field_keeps_its_values(admin: Actor) -> None:
    made = schema.add_field(admin, "Deals", "Colour", "text")
    saved = records.create(admin, "Deals", {"deal_name": "D", made.name: "bleu"})
    schema.set_active(admin, "Deals", made.name, False)
    assert made.name not in registry.snapshot().module("Deals").by_name
    assert made.name not in records.get(admin, "Deals", saved.id).values
    schema.set_active(admin, "Deals", made.name, True)
    assert records.get(admin, "Deals", saved.id).values[made.name] == "bleu"
