"""Filters: SQL and Python decide alike; what is wrong is said; patterns read from left to right; hidden fields are out of reach."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import using
from app.database import engine
from app.database.engine import Database
from app.fields.spec import Ctx
from app.modules import registry
from app.services import actor as actors
from app.services import filters, pipeline
from app.services.actor import SYSTEM, Actor, Permissions
from tests.support.databases import People
from tests.support.seeding import seed

DEALS = registry.snapshot().module("Deals")
CTX = Ctx(today=__import__("datetime").date(2026, 6, 15), user_id=103, team_ids=frozenset({103, 104}))
LEAVES: list[Mapping[str, Any]] = [
    {"field": "stage", "op": "in", "value": ["Closed Won", "Qualification"]},
    {"field": "stage", "op": "empty"},
    {"field": "stage", "op": "is_not", "value": "Qualification"},
    {"field": "amount", "op": "ge", "value": "40000"},
    {"field": "amount", "op": "not_between", "value": ["10000", "50000"]},
    {"field": "closing_on", "op": "this_year"},
    {"field": "closing_on", "op": "before", "value": "2026-09-01"},
    {"field": "deal_name", "op": "contains", "value": "élan"},
    {"field": "next_step", "op": "not_contains", "value": "SUD"},
    {"field": "owner_id", "op": "me"},
    {"field": "owner_id", "op": "my_team"},
    {"field": "overall_sales_days", "op": "lt", "value": 200},
]


def limited(**fields: str) -> Actor:
    """A seller with a profile that limits fields of deals."""
    everything = MappingProxyType({"*": frozenset(actors.OPERATIONS)})
    limits: Any = MappingProxyType({"Deals": MappingProxyType(fields)})
    return Actor(user_id=103, team_ids=frozenset({103}), profile=Permissions(everything, limits))


def parse(tree: Any, actor: Actor = SYSTEM) -> filters.Filter:
    return filters.parse(tree, DEALS, actor, CTX)


trees = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"and": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"or": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=8,
)


def test_sql_and_python_choose_the_same_records(database: Database) -> None:
    rng = random.Random(3)
    seed("Deals", 60, rng, blanks=0.4, owner_id=lambda: rng.choice([None, 101, 103, 104]))
    table = registry.snapshot().table("Deals")
    with engine.reading() as connection:
        rows = connection.execute(select(table)).mappings().all()
        values = {row["id"]: pipeline.unpack(DEALS, dict(row)) | {"amount_c": row["amount_c"]} for row in rows}

        @given(trees)
        @settings(max_examples=60)
        def alike(tree: Mapping[str, Any]) -> None:
            chosen = parse(tree)
            in_sql = set(connection.execute(select(table.c.id).where(chosen.sql(table, CTX))).scalars())
            assert in_sql == {number for number, record in values.items() if chosen.py(record, CTX)}
            opposite = parse({"not": tree})
            rest = set(connection.execute(select(table.c.id).where(opposite.sql(table, CTX))).scalars())
            assert in_sql | rest == values.keys()
            assert not in_sql & rest

        alike()


@given(trees)
def test_the_tree_comes_back_as_json(tree: Mapping[str, Any]) -> None:
    once = parse(tree).json()
    assert once is not None
    assert parse(once).json() == once


def test_nothing_asked_lets_everything_through() -> None:
    for nothing in (None, {}, {"and": []}, {"or": [{"and": []}]}):
        chosen = parse(nothing)
        assert not chosen
        assert chosen.py({}, CTX)
        assert chosen.json() is None


@pytest.mark.parametrize(
    "wrong",
    [
        [], "stage", 7, {"and": {}}, {"xor": []}, {"and": [], "or": []}, {"and": [3]}, {"field": 3, "op": "is"}, {"field": "stage"},
        {"field": "stage", "op": "gt", "value": 3}, {"field": "amount", "op": "gt", "value": "much"},
        {"field": "account_id.industry", "op": "is", "value": "x"}, {"field": "stage", "op": "in", "value": ["x"] * 9000},
        {"field": "id", "op": "in", "value": ["one"]}, {"and": [LEAVES[0]] * 200},
    ],
    ids=lambda wrong: str(wrong)[:40],
)  # fmt: skip
def test_what_cannot_be_read_is_said(wrong: Any) -> None:
    with pytest.raises(Invalid) as error:
        parse(wrong)
    assert str(error.value)


def test_brackets_without_end_are_refused() -> None:
    tree: dict[str, Any] = dict(LEAVES[0])
    for _ in range(200):
        tree = {"not": tree}
    with pytest.raises(Invalid):
        parse(tree)


def test_unknown_and_hidden_fields_are_refused() -> None:
    with pytest.raises(NotFound):
        parse({"field": "nonsense", "op": "is", "value": 1})
    hidden = {"or": [LEAVES[0], {"field": "Amount", "op": "gt", "value": "1"}]}
    assert parse(hidden, limited(amount="read"))
    with pytest.raises(Forbidden):
        parse(hidden, limited(amount="hidden"))


def test_api_names_are_understood_and_written_back_as_names() -> None:
    assert parse({"field": "Closing_Date", "op": "today"}).json() == {"field": "closing_on", "op": "today"}


def test_without_drops_only_what_speaks_of_the_field_alone() -> None:
    stage, amount, both = LEAVES[0], LEAVES[3], {"or": [LEAVES[0], LEAVES[3]]}
    assert parse({"and": [stage, amount, both]}).without("stage").json() == {"and": [parse(amount).json(), parse(both).json()]}
    assert not parse(stage).without("stage")
    assert parse(both).without("stage").json() == parse(both).json()


def test_two_filters_together() -> None:
    both = parse(LEAVES[1]).both(parse(LEAVES[3]))
    assert [c.field.name for c in both.conditions()] == ["stage", "amount"]
    assert not parse(None).both(parse({}))


@pytest.mark.parametrize(
    ("pattern", "bracketed"),
    [
        ("1 or 2 and 3", "(1 or 2) and 3"),
        ("1 and 2 or 3", "(1 and 2) or 3"),
        ("1 and (2 or 3)", "1 and (2 or 3)"),
        ("(1 AND 2) AND 3", "1 and 2 and 3"),
        ("1 et 2 ou non 3", "(1 and 2) or not 3"),
        ("((1)or((2)and 3))", "1 or (2 and 3)"),
        ("", "1 and 2 and 3"),
    ],
)
def test_patterns_are_read_from_left_to_right(pattern: str, bracketed: str) -> None:
    three = [LEAVES[0], LEAVES[3], LEAVES[5]]
    tree = filters.from_pattern(pattern, three)
    assert filters.to_pattern(tree) == (bracketed, [dict(c) for c in three])
    assert filters.from_pattern(bracketed, three) == tree


@pytest.mark.parametrize(
    "wrong", ["1 and", "and 1", "(1 and 2", "1 and 2)", "1 2", "1 and 4", "0 or 1", "1 or 2", "1 & 2", "((", "1 and ()"]
)
def test_patterns_that_make_no_sense_are_explained(wrong: str) -> None:
    with pytest.raises(Invalid) as error:
        filters.from_pattern(wrong, [LEAVES[0], LEAVES[3], LEAVES[5]])
    assert str(error.value)


@given(trees)
def test_every_tree_has_a_pattern_that_means_the_same(tree: Mapping[str, Any]) -> None:
    pattern, conditions = filters.to_pattern(parse(tree).json())
    again = parse(filters.from_pattern(pattern, conditions))
    assert filters.to_pattern(again.json()) == (pattern, conditions)


def test_a_filter_reads_as_a_sentence() -> None:
    chosen = parse(
        {
            "and": [
                {"field": "stage", "op": "in", "value": ["Closed Won"]},
                {"not": {"field": "deal_name", "op": "is", "value": "Été"}},
            ]
        }
    )
    with using("en"):
        assert filters.sentence(chosen, replace(CTX, language="en")) == "Stage is one of Closed Won and not (Deal Name is Été)"
        assert filters.sentence(parse(None), CTX) == ""


def test_a_stored_filter_is_found_again_under_its_key(database: Database) -> None:
    tree = {"and": [LEAVES[0], LEAVES[3]]}
    key = filters.remember(tree)
    assert filters.remember({"and": [LEAVES[0], LEAVES[3]]}) == key
    assert filters.recall(key) == tree
    assert filters.remember({"and": [LEAVES[3], LEAVES[0]]}) != key
    with pytest.raises(NotFound):
        filters.recall("nonsense")


def test_certain_records_can_be_asked_for(database: Database, people: People) -> None:
    first, _second, third = seed("Deals", 3)
    table = registry.snapshot().table("Deals")
    with engine.reading() as connection:
        chosen = parse({"field": "id", "op": "in", "value": [str(first), third]})
        assert set(connection.execute(select(table.c.id).where(chosen.sql(table, CTX))).scalars()) == {first, third}
    assert chosen.py({"id": first}, CTX)
