"""Paging gives each row once: every sortable field of every module, up and down, one to three columns, with blanks and ties, both
engines, while rows are added in between; and jumps by offset land where paging would."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

from app.base.errors import ComptoirError, Invalid
from app.database.engine import Database
from app.fields.registry import types
from app.modules import registry
from app.services import actor as actors
from app.services import query
from app.services.actor import Actor
from app.services.query.source import kind
from tests.support.databases import People
from tests.support.seeding import seed

MODULES = [m.api_name for m in registry.snapshot().modules]
ROWS, SIZE = 41, 9  # a page ends within ties, within blanks, and where one phase follows another


def sortable(module: str) -> list[str]:
    """The fields that a list can be sorted by."""
    return [f.name for f in registry.snapshot().module(module).fields if types[f.type].sortable and types[kind(f)].sortable]


class World:
    """Records of every module, few different values and many blanks, linked to each other at random."""

    def __init__(self, people: People) -> None:
        self.rng = random.Random(11)
        self.people = people
        self.ids: dict[str, list[int]] = {}
        for module in MODULES:
            self.add(module, ROWS)

    def add(self, module: str, number: int) -> list[int]:
        """More records of a module; half their values repeat."""
        spec = registry.snapshot().module(module)
        values: dict[str, Any] = {}
        for field in spec.fields:
            if field.type == "person":
                values[field.name] = lambda: self.rng.choice([None, self.people.admin, self.people.seller, self.people.other])
            elif field.type == "link":
                values[field.name] = lambda of=field.target: self.rng.choice([None, *self.ids.get(of, [])[:9]])
            elif field.name not in ("deleted_at", "deleted_by_id") and field.type not in ("multi_link", "any_link"):
                few = [None] + [types[field.type].example(self.rng, field) for _ in range(5)]
                values[field.name] = lambda few=few: self.rng.choice(few)
        made = seed(module, number, self.rng, **values)
        self.ids.setdefault(module, []).extend(made)
        return made


@pytest.fixture
def world(database: Database, people: People) -> World:
    return World(people)


def pages(actor: Actor, module: str, sort: Any, **more: Any) -> Iterator[list[int]]:
    """The ids of each page, until the end."""
    cursor: str | None = None
    for _ in range(1000):
        page = query.page(actor, module, sort=sort, after=cursor, limit=SIZE, fields=(), **more)
        yield [row.id for row in page.rows]
        cursor = page.next
        if cursor is None:
            return
    raise AssertionError("the list does not end")


def whole(actor: Actor, module: str, sort: Any) -> list[int]:
    return [i for page in pages(actor, module, sort) for i in page]


def sorts(module: str) -> list[tuple[tuple[str, str], ...]]:
    """Every field in both directions; pairs and triples of fields of different kinds in all mixtures of directions."""
    names = sortable(module)
    found: list[tuple[tuple[str, str], ...]] = [((name, d),) for name in names for d in ("asc", "desc")]
    one_of_each = list({kind(registry.snapshot().module(module).field(n)): n for n in names}.values())
    rng = random.Random(5)
    for _ in range(18):
        chosen = rng.sample(one_of_each, rng.choice([2, 3]))
        found.append(tuple((name, rng.choice(["asc", "desc"])) for name in chosen))
    return found


@pytest.mark.parametrize("module", MODULES)
def test_each_row_is_given_once_in_every_order(world: World, people: People, module: str) -> None:
    admin, seller = actors.load(people.admin), actors.load(people.seller)
    everything = set(world.ids[module])
    own = {row.id for batch in query.stream(seller, module, fields=()) for row in batch}
    for place, sort in enumerate(sorts(module)):
        found = whole(admin, module, sort)
        assert len(found) == len(set(found)), sort
        assert set(found) == everything, sort
        if place % 2 and len(sort) == 1:  # upwards is enough for who sees a part
            continue
        seen = whole(seller, module, sort)
        assert len(seen) == len(set(seen)), sort
        assert set(seen) == own, sort
    assert own < everything or module == "Products"


@pytest.mark.parametrize("module", MODULES)
def test_the_order_is_the_one_asked_for(world: World, people: People, module: str) -> None:
    admin = actors.load(people.admin)
    spec = registry.snapshot().module(module)
    for name in sortable(module):
        if kind(spec.field(name)) in ("link", "person", "picklist", "money"):
            continue
        for direction in ("asc", "desc"):
            rows = query.page(admin, module, sort=((name, direction),), limit=1000).rows
            values = [row.values[name] for row in rows]
            filled = [v for v in values if v is not None]
            assert values[len(filled) :] == [None] * (len(values) - len(filled)), (name, direction)  # blanks last
            if kind(spec.field(name)) in ("text", "email", "phone", "url", "long_text", "auto_number"):
                shadow = types[kind(spec.field(name))]
                filled = [shadow.store(v, spec.field(name)).get(f"{name}_f", v) for v in filled]
            assert filled == sorted(filled, reverse=direction == "desc"), (name, direction)


def test_picklists_sort_in_the_order_of_their_values(world: World, people: People) -> None:
    admin = actors.load(people.admin)
    order = [c.value for c in registry.snapshot().module("Deals").field("stage").choices]
    for direction in ("asc", "desc"):
        values = [row.values["stage"] for row in query.page(admin, "Deals", sort=(("stage", direction),), limit=1000).rows]
        places = [order.index(v) for v in values if v is not None]
        assert places == sorted(places, reverse=direction == "desc")
        assert values[len(places) :] == [None] * (len(values) - len(places))


def test_links_sort_by_their_title_and_those_out_of_sight_come_last(world: World, people: People) -> None:
    from app.base.text import fold

    for user in (people.admin, people.seller):
        rows = query.page(actors.load(user), "Deals", sort=(("account_id", "asc"),), limit=1000).rows
        links = [row.links.get("account_id") for row in rows]
        names = [fold(str(link)) for link in links if link is not None and not link.restricted and str(link)]  # type: ignore[union-attr]
        assert names == sorted(names)
        assert all(link is None or link.restricted or not str(link) for link in links[len(names) :])  # type: ignore[union-attr]
        assert (user == people.seller) == any(link is not None and link.restricted for link in links)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "sort",
    [(("amount", "desc"),), (("stage", "asc"), ("closing_on", "desc")), (("account_id", "asc"),), (("deal_name", "asc"),)],
)
def test_rows_added_in_between_disturb_nothing(world: World, people: People, sort: Any) -> None:
    admin = actors.load(people.admin)
    before = set(world.ids["Deals"])
    found: list[int] = []
    for page in pages(admin, "Deals", sort):
        found += page
        if len(world.ids["Deals"]) < 80:
            world.add("Deals", 5)
    assert len(found) == len(set(found))
    assert before <= set(found)


@pytest.mark.parametrize(
    "sort", [(("amount", "desc"),), (("stage", "desc"),), (("created_at", "asc"), ("stage", "asc")), (("owner_id", "asc"),)]
)
def test_a_jump_lands_where_paging_would(world: World, people: People, sort: Any) -> None:
    for user in (people.admin, people.seller):
        actor = actors.load(user)
        all_rows = whole(actor, "Deals", sort)
        for offset in (0, 1, 6, 20, len(all_rows) - 1, len(all_rows), 500):
            page = query.page(actor, "Deals", sort=sort, offset=offset, limit=SIZE, fields=())
            assert [row.id for row in page.rows] == all_rows[offset : offset + SIZE], offset
            assert (page.next is None) == (offset + SIZE >= len(all_rows)), offset
            if page.next:
                after = query.page(actor, "Deals", sort=sort, after=page.next, limit=SIZE, fields=())
                assert [row.id for row in after.rows] == all_rows[offset + SIZE : offset + 2 * SIZE], offset


def test_values_that_the_list_does_not_know_are_not_lost(world: World, people: People) -> None:
    seed("Deals", 4, stage="Abandoned by an older version")
    seed("Deals", 2, stage="Zzz")
    admin = actors.load(people.admin)
    for direction in ("asc", "desc"):
        for sort in ((("stage", direction),), (("closing_on", "asc"), ("stage", direction))):
            found = whole(admin, "Deals", sort)
            assert len(found) == len(set(found)) == ROWS + 6


def test_a_stream_gives_each_row_once(world: World, people: People) -> None:
    admin = actors.load(people.admin)
    for sort in ((), (("stage", "asc"),), (("account_id", "desc"), ("amount", "asc"))):
        batches = [[row.id for row in batch] for batch in query.stream(admin, "Deals", sort=sort, batch=10, fields=())]
        assert [len(b) for b in batches] == [10, 10, 10, 10, 1]
        assert {i for b in batches for i in b} == set(world.ids["Deals"])
    assert [len(b) for b in query.stream(admin, "Deals", batch=ROWS, fields=())] == [ROWS]


def test_a_cursor_from_elsewhere_shows_nothing(world: World, people: People) -> None:
    admin = actors.load(people.admin)
    cursor = query.page(admin, "Deals", sort=(("amount", "asc"),), limit=5).next
    assert cursor
    import base64
    import json

    signature, phase, *_values = json.loads(base64.urlsafe_b64decode(cursor + "=="))

    def forge(*data: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode()

    forged = [
        "x", "", " ", "é", "AAAA", forge(), forge(signature), forge("other", 0, 1, 2), forge(signature, 9, {"n": "1"}, 2), forge(signature, -1, {"n": "1"}, 2),
        forge(signature, "0", {"n": "1"}, 2), forge(signature, 0, {"n": "1"}, "2"), forge(signature, 0, {"n": "NaN"}, 2), forge(signature, 0, {"n": "1e99"}, 2),
        forge(signature, 0, {"n": "1"}, 2**70), forge(signature, 0, None, 2), forge(signature, 0, {"n": "1"}), forge(signature, 0, {"d": "2026-01-01"}, 2),
        forge(signature, 0, {"x": "1"}, 2), forge(signature, 0, {}, 2), forge(signature, 0, 1.5, 2), forge(signature, 0, True, 2), cursor[:-4],
    ]  # fmt: skip
    for text in forged:
        if text:
            with pytest.raises(Invalid):
                query.page(admin, "Deals", sort=(("amount", "asc"),), after=text)
    with pytest.raises(Invalid):
        query.page(admin, "Deals", sort=(("amount", "desc"),), after=cursor)
    assert phase == 0


def test_orders_that_make_no_sense_are_refused(world: World, people: People) -> None:
    admin = actors.load(people.admin)
    for sort in (
        (("amount", "up"),),
        (("nothing", "asc"),),
        tuple((n, "asc") for n in ("amount", "stage", "closing_on", "deal_name")),
    ):
        with pytest.raises(ComptoirError):
            query.page(admin, "Deals", sort=sort)
