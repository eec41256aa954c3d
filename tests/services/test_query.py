"""Reading: counts, sums, groups and facets against plain Python; quick search; how many statements a page takes; every plan agrees."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, insert

from app.base import ids
from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import using
from app.database import engine
from app.database.engine import Database
from app.modules import registry
from app.modules.system import RecordLink, User
from app.services import access, query, records
from app.services import actor as actors
from app.services.actor import Actor
from app.services.query import buckets, source
from app.services.tables import table
from tests.support.databases import Make, People
from tests.support.seeding import seed


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


@pytest.fixture
def deals(admin: Actor, people: People) -> list[query.Row]:
    """120 deals of three people with accounts, as an administrator sees them."""
    rng = random.Random(2)
    owners = [None, people.seller, people.other, people.director]
    accounts = seed("Accounts", 12, rng, blanks=0.0, owner_id=lambda: rng.choice(owners))
    seed("Deals", 120, rng, owner_id=lambda: rng.choice(owners), account_id=lambda: rng.choice([None, *accounts]))
    return query.page(admin, "Deals", limit=1000).rows


def statements(database: Database, call: Callable[[], Any]) -> int:
    """How many SELECTs a call sends, without the counters that each unit reads."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        if statement.startswith("SELECT") and "schema_state" not in statement:
            found.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
    return len(found)


def test_a_page_takes_few_statements_however_many_rows(database: Database, deals: list[query.Row], people: People) -> None:
    for user in (people.admin, people.seller):
        actor = actors.load(user)
        for sort in ((), (("stage", "desc"),), (("account_id", "asc"), ("stage", "asc"))):
            few = statements(database, lambda a=actor, s=sort: query.page(a, "Deals", sort=s, limit=2))
            many = statements(database, lambda a=actor, s=sort: query.page(a, "Deals", sort=s, limit=100))
            assert few <= many <= 5, (user, sort)
    assert statements(database, lambda: query.count(actors.load(people.seller), "Deals")) == 1


def test_counts_stop_at_their_cap(deals: list[query.Row], admin: Actor) -> None:
    assert query.count(admin, "Deals") == query.Count(120)
    assert query.count(admin, "Deals", cap=120) == query.Count(120)
    assert query.count(admin, "Deals", cap=119) == query.Count(119, capped=True)
    assert query.count(admin, "Deals", cap=None) == query.Count(120)


def test_sums_are_exact_and_in_the_companys_currency(admin: Actor) -> None:
    seed("Deals", 3, amount=Decimal("0.1"), blanks=1.0)
    records.create(admin, "Deals", {"Deal_Name": "Au loin", "amount": "100", "currency": "USD", "exchange_rate": "0.9"})
    found = query.totals(admin, "Deals", ["amount", "probability", "deal_name"])
    assert found["amount"] == Decimal("90.3")
    assert found["count"] == 4
    assert "deal_name" not in found
    assert query.totals(admin, "Deals", ["amount"], filter={"field": "stage", "op": "is", "value": "Closed Lost"}) == {
        "count": 0,
        "amount": 0,
    }


def test_groups_agree_with_the_records(deals: list[query.Row], admin: Actor) -> None:
    found = query.groups(admin, "Deals", "stage", ["amount", ("amount", "avg"), ("amount", "min"), ("closing_on", "max")])
    order = [c.value for c in registry.snapshot().module("Deals").field("stage").choices]
    assert [g.value for g in found] == [v for v in [*order, None] if v in {r["stage"] for r in deals}]
    for group in found:
        mine = [r for r in deals if r["stage"] == group.value]
        amounts = [r["amount"] for r in mine if r["amount"] is not None]
        assert group.count == len(mine)
        assert group.totals["amount"] == sum(amounts)
        assert group.totals["amount.min"] == min(amounts, default=None)
        assert abs(group.totals["amount.avg"] - sum(amounts) / len(amounts)) < Decimal("0.0001")
        assert group.totals["closing_on.max"] == max((r["closing_on"] for r in mine if r["closing_on"]), default=None)


@pytest.mark.parametrize("bucket", buckets.BUCKETS)
def test_dates_are_grouped_in_time(deals: list[query.Row], admin: Actor, bucket: str) -> None:
    ctx = actors.ctx(admin)
    expected = Counter(buckets.bucket_of(r["closing_on"], bucket, ctx) for r in deals)
    found = query.groups(admin, "Deals", "closing_on", bucket=bucket)
    assert {g.value: g.count for g in found} == expected
    days = [g.value for g in found if g.value is not None]
    assert days == sorted(days)
    assert all(g.label for g in found)


def test_an_instant_belongs_to_the_day_of_the_company(admin: Actor) -> None:
    moments = [
        datetime(2026, 3, 28, 22, 59, tzinfo=UTC), datetime(2026, 3, 28, 23, 0, tzinfo=UTC),  # winter: one hour east
        datetime(2026, 3, 29, 21, 59, tzinfo=UTC), datetime(2026, 3, 29, 22, 0, tzinfo=UTC),  # summer: two, since that night
        datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, tzinfo=UTC), datetime(2026, 10, 25, 23, 0, tzinfo=UTC),
    ]  # fmt: skip
    for moment in moments:
        seed("Deals", 1, created_at=moment)
    found = {g.value: g.count for g in query.groups(admin, "Deals", "created_at", bucket="day")}
    assert found == {
        date(2026, 3, 28): 1, date(2026, 3, 29): 2, date(2026, 3, 30): 1, date(2026, 10, 25): 2, date(2026, 10, 26): 1,
    }  # fmt: skip


def test_buckets_have_names_and_first_days() -> None:
    from app.fields.spec import Ctx

    ctx = Ctx(today=date(2026, 1, 1), language="en", fiscal_month=4, week_start=6)
    day = date(2026, 2, 18)
    first = {b: buckets.bucket_of(day, b, ctx) for b in buckets.BUCKETS}
    assert first == {
        "day": day, "week": date(2026, 2, 15), "month": date(2026, 2, 1), "quarter": date(2026, 1, 1), "year": date(2026, 1, 1),
        "fiscal_quarter": date(2026, 1, 1), "fiscal_year": date(2025, 4, 1),
    }  # fmt: skip
    with using("en"):
        names = {b: buckets.bucket_label(first[b] or day, b, ctx) for b in buckets.BUCKETS}
    assert names["quarter"] == "Q1 2026"
    assert names["fiscal_quarter"] == "Q4 2025–2026"
    assert names["fiscal_year"] == "2025–2026"
    assert names["month"] == "February 2026"
    with pytest.raises(Invalid):
        buckets.bucket_of(day, "decade", ctx)


def test_facets_apply_every_filter_but_their_own(deals: list[query.Row], admin: Actor) -> None:
    tree = {"and": [{"field": "stage", "op": "in", "value": ["Closed Won"]}, {"field": "amount", "op": "gt", "value": "20000"}]}
    rich = [r for r in deals if r["amount"] is not None and r["amount"] > 20000]
    stages = {c.value: c.count for c in query.chips(admin, "Deals", "stage", filter=tree)}
    assert {v: n for v, n in stages.items() if n} == Counter(r["stage"] for r in rich)
    assert len(stages) >= len([c for c in registry.snapshot().module("Deals").field("stage").choices if c.active])
    won = [r for r in rich if r["stage"] == "Closed Won"]
    owners = {c.value: c.count for c in query.chips(admin, "Deals", "owner_id", filter=tree)}
    assert owners == Counter(None if r["owner_id"] is None else str(r["owner_id"]) for r in won)


def test_yes_and_no_are_facets(admin: Actor) -> None:
    seed("Products", 3, product_active=True)
    seed("Products", 2, product_active=False)
    seed("Products", 1, product_active=None)
    assert [(c.value, c.count) for c in query.chips(admin, "Products", "product_active")] == [(True, 3), (False, 3)]
    with pytest.raises(Invalid):
        query.chips(admin, "Products", "product_name")


def test_links_out_of_sight_are_one_nameless_group(deals: list[query.Row], people: People) -> None:
    seller = actors.load(people.seller)
    found = query.groups(seller, "Deals", "account_id", ["amount"])
    assert sum(g.restricted for g in found) == 1
    hidden = next(g for g in found if g.restricted)
    assert hidden.value is None
    assert sum(g.count for g in found) == query.count(seller, "Deals").n
    named = {str(g.value) for g in found if g.value}
    assert {c.value for c in query.chips(seller, "Deals", "account_id") if c.value} == named


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("elan", 1),
        ("ÉLAN du", 1),
        ("du nord élan", 1),
        ("sud", 0),
        ("06 12 34", 1),
        ("0612", 1),
        ("+33 6 12", 1),
        ("cave@", 1),
        ("%", 0),
        ("_", 0),
        ("' OR 1=1", 0),
    ],
)
def test_the_quick_search_finds_words_anywhere(admin: Actor, text: str, hits: int) -> None:
    records.create(admin, "Contacts", {"last_name": "Élan du Nord", "mobile": "06 12 34 56 78", "email": "cave@example.com"})
    records.create(admin, "Contacts", {"last_name": "Quelqu’un"})
    assert query.count(admin, "Contacts", text=text).n == hits


def test_the_quick_search_finds_the_account_of_a_deal(admin: Actor, people: People, make: Make) -> None:
    account = make.account("Brasserie du Port", owner_id=str(people.admin))
    records.create(admin, "Deals", {"deal_name": "Fûts", "account_id": str(account), "owner_id": str(people.seller)})
    assert query.count(admin, "Deals", text="port").n == 1
    assert query.count(actors.load(people.seller), "Deals", text="port").n == 0  # the account is out of sight


def test_a_lookup_puts_beginnings_first(admin: Actor, make: Make) -> None:
    for name in ("Grand Port", "Portail", "Œuvre portée", "Autre"):
        make.account(name)
    assert [one["title"] for one in query.lookup(admin, "Accounts", "port")] == ["Portail", "Grand Port", "Œuvre portée"]
    assert [one["title"] for one in query.lookup(admin, "Accounts", "port", limit=1)] == ["Portail"]
    assert len(query.lookup(admin, "Accounts", "", limit=3)) == 3


def test_titles_say_what_is_gone_or_out_of_sight(admin: Actor, people: People, make: Make) -> None:
    here, gone = make.account("Ici"), make.account("Parti")
    records.delete(admin, "Accounts", gone)
    found = query.titles(admin, "Accounts", [here, str(gone), 999])
    assert (found[here].title, found[here].deleted) == ("Ici", False)
    assert (found[gone].title, found[gone].deleted) == ("Parti", True)
    assert found[999].restricted
    assert query.titles(actors.load(people.seller), "Accounts", [here])[here].json() == {"restricted": True}


def test_a_row_as_json(admin: Actor, people: People, make: Make) -> None:
    account = make.account("Chai")
    saved = records.create(
        admin, "Deals", {"deal_name": "Fûts", "amount": "12,50", "account_id": str(account), "closing_on": "2026-05-04"}
    )
    data = query.get(admin, "Deals", saved.id, fields=("amount", "account_id", "contact_id", "owner_id", "closing_on")).json()
    assert data == {
        "id": saved.id, "version": 1, "title": "Fûts", "currency": "EUR", "can": ["edit", "delete"],
        "cells": {"amount": "12.5", "account_id": {"id": str(account), "title": "Chai"}, "contact_id": None,
                  "owner_id": {"id": str(people.admin), "title": "Claire Martin"}, "closing_on": "2026-05-04"},
    }  # fmt: skip


def test_a_person_who_left_is_still_named(admin: Actor, people: People) -> None:
    number = seed("Deals", 1, owner_id=people.other)[0]
    with engine.writing() as connection:
        connection.execute(table(User).update().where(table(User).c.id == people.other).values(active=False))
        actors.access_changed(connection)
    assert query.get(admin, "Deals", number).json()["cells"]["owner_id"] == {
        "id": str(people.other),
        "title": "Tom O’Neill",
        "inactive": True,
    }


def test_the_recycle_bin_is_read_apart(admin: Actor, make: Make) -> None:
    here, gone = make.account("Ici"), make.account("Parti")
    records.delete(admin, "Accounts", gone)
    names = lambda **more: [r.title for r in query.page(admin, "Accounts", **more).rows]  # noqa: E731
    assert names() == ["Ici"]
    assert names(deleted=True) == ["Parti"]
    assert sorted(names(deleted=None)) == ["Ici", "Parti"]
    with pytest.raises(NotFound):
        query.get(admin, "Accounts", gone)
    assert query.get(admin, "Accounts", gone, deleted=None).deleted
    with pytest.raises(NotFound):
        query.get(admin, "Accounts", here, deleted=True)


@pytest.mark.parametrize("wrong", ["", "x", "-1", "1.5", "9" * 30, True, "٣"])
def test_addresses_that_are_none(admin: Actor, wrong: Any) -> None:
    with pytest.raises(NotFound):
        query.get(admin, "Deals", wrong)


def test_modules_and_fields_that_are_none(admin: Actor) -> None:
    with pytest.raises(NotFound):
        query.page(admin, "Nowhere")
    with pytest.raises(NotFound):
        query.page(admin, "Deals", fields=("nothing",))
    with pytest.raises(Invalid):
        query.groups(admin, "Deals", "deal_name")
    with pytest.raises(Invalid):
        query.groups(admin, "Deals", "stage", [("amount", "median")])
    with pytest.raises(Forbidden):
        query.page(Actor(user_id=5), "Deals")


def test_a_statement_to_join_with_carries_the_rights(people: People, deals: list[query.Row]) -> None:
    seller = actors.load(people.seller)
    with engine.reading() as connection:
        statement = query.select(connection, seller, "Deals", fields=("amount",))
        assert len(connection.execute(statement).all()) == query.count(seller, "Deals").n
        assert (
            connection.execute(
                query.select(connection, seller, "Deals", action="delete", filter={"field": "id", "op": "in", "value": ["1"]})
            ).all()
            == []
        )


@pytest.mark.parametrize(
    "sort",
    [
        (("closing_on", "asc"),),
        (("amount", "desc"),),
        (("account_id", "asc"),),
        (("owner_id", "desc"),),
        (("deal_name", "asc"), ("stage", "asc")),
    ],
)
def test_every_plan_gives_the_same_list(database: Database, people: People, monkeypatch: pytest.MonkeyPatch, sort: Any) -> None:
    """A list is read by walking an index, from its scope, or by looking at all: the rows and their order are the same."""
    rng = random.Random(4)
    accounts = seed("Accounts", 9, rng, owner_id=people.seller)
    seed(
        "Deals",
        90,
        rng,
        owner_id=lambda: rng.choice([people.seller, people.other]),
        account_id=lambda: rng.choice([None, *accounts]),
    )

    def listed(actor: Actor, **more: Any) -> list[int]:
        found, cursor = [], None
        while True:
            page = query.page(actor, "Deals", sort=sort, after=cursor, limit=13, fields=(), **more)
            found += [row.id for row in page.rows]
            cursor = page.next
            if cursor is None:
                return found

    filters: list[Any] = [None, {"field": "amount", "op": "gt", "value": "30000"}]
    plain = {
        (user, str(tree)): listed(actors.load(user), filter=tree) for user in (people.admin, people.seller) for tree in filters
    }
    walked: list[bool] = []
    real = source.Source.is_broad
    monkeypatch.setattr(source, "_BROAD", 3)
    monkeypatch.setattr(source.Source, "is_broad", lambda self: walked.append(real(self)) or real(self))
    monkeypatch.setattr(source.Source, "is_rare", lambda self: bool(self.filter))
    for (user, tree), expected in plain.items():
        assert listed(actors.load(user), filter=filters[0] if tree == "None" else filters[1]) == expected
    assert (True in walked) == database.is_sqlite  # PostgreSQL weighs the limit of a page itself
    assert False in walked


def test_rare_is_what_the_newest_records_do_not_have(database: Database, people: People) -> None:
    seed("Deals", 20, deal_name="Fût")
    with engine.reading() as connection:
        admin = actors.load(people.admin)
        assert not source.Source(connection, admin, "Deals", text="fut").is_rare()
        assert source.Source(connection, admin, "Deals", text="tonneau").is_rare()
        assert not source.Source(connection, admin, "Deals").is_rare()


def test_fields_with_several_links(admin: Actor, people: People, monkeypatch: pytest.MonkeyPatch, make: Make) -> None:
    """No standard module has one yet: a field is added to the module's declaration for this test."""
    from dataclasses import replace
    from types import MappingProxyType

    from app.fields.spec import FieldSpec
    from app.modules.registry import Snapshot

    old = registry.snapshot()
    several = FieldSpec(type="multi_link", label=old.module("Deals").plural, api_name="Partners", name="partner_ids", module="Deals",
                        settings=MappingProxyType({"target": "Accounts"}))  # fmt: skip
    one, two = make.account("Un"), make.account("Deux", owner_id=str(people.seller))
    deal = seed("Deals", 1, owner_id=people.seller)[0]
    rows = [{"id": ids.new_id(), "module": "Deals", "field": "partner_ids", "from_id": deal, "to_id": to} for to in (one, two)]
    with engine.writing() as connection:
        connection.execute(insert(table(RecordLink)), rows)
    deals = old.module("Deals")
    with_field = Snapshot([replace(m, fields=(*m.fields, several)) if m is deals else m for m in old.modules], old.version)
    monkeypatch.setattr(registry, "_current", with_field)
    both = query.get(admin, "Deals", deal).json()["cells"]["partner_ids"]
    assert both == [{"id": str(one), "title": "Un"}, {"id": str(two), "title": "Deux"}]
    mine = query.get(actors.load(people.seller), "Deals", deal)
    assert mine.json()["cells"]["partner_ids"] == [{"restricted": True}, {"id": str(two), "title": "Deux"}]
    assert mine["partner_ids"] == (two,)


def test_shares_are_a_filter(admin: Actor, people: People) -> None:
    shared, _other = seed("Accounts", 2, owner_id=people.seller)
    access.share(actors.load(people.seller), "Accounts", shared, user_id=people.other)
    found = query.page(actors.load(people.other), "Accounts", filter={"field": "id", "op": "shared_with_me"}).rows
    assert [row.id for row in found] == [shared]
    assert query.page(admin, "Accounts", filter={"field": "id", "op": "shared_with_me"}).rows == []
