"""Undo of anything: one record, many, deletes, schema and settings; what was changed since is refused and named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.base import clock
from app.base.errors import Conflict, Forbidden, NotFound
from app.base.i18n import N_, using
from app.database.engine import Database
from app.modules import registry
from app.services import actor as actors
from app.services import bin, bulk, records, schema, timeline, undo
from app.services.actor import Actor, Permissions
from app.services.log import change_set
from tests.support.databases import People


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


def test_an_update_is_undone_and_redone(admin: Actor) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau", "employees": 5})
    changed = records.update(admin, "Accounts", saved.id, {"account_name": "Morel", "employees": 9})
    undone = undo.undo(admin, changed.set_id)
    assert (undone.done, undone.refused) == (1, [])
    assert records.get(admin, "Accounts", saved.id).values["account_name"] == "Moreau"
    with pytest.raises(Conflict):
        undo.undo(admin, changed.set_id)
    undo.undo(admin, undone.set_id)
    assert records.get(admin, "Accounts", saved.id).values["employees"] == 9


def test_a_field_changed_since_stays(admin: Actor) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau", "account_site": "Lille"})
    first = records.update(admin, "Accounts", saved.id, {"account_name": "Morel", "account_site": "Lyon"})
    records.update(admin, "Accounts", saved.id, {"account_site": "Brest"})
    undone = undo.undo(admin, first.set_id)
    row = records.get(admin, "Accounts", saved.id)
    assert (row.values["account_name"], row.values["account_site"]) == ("Moreau", "Brest")
    assert len(undone.refused) == 1


def test_create_and_delete_are_undone(admin: Actor) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau"})
    gone = records.delete(admin, "Accounts", saved.id)
    undo.undo(admin, gone.set_id)
    assert records.get(admin, "Accounts", saved.id).values["account_name"] == "Moreau"
    undo.undo(admin, saved.set_id)
    with pytest.raises(NotFound):
        records.get(admin, "Accounts", saved.id)


def test_another_persons_change_needs_the_right(admin: Actor, people: People) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau"})
    with pytest.raises(Forbidden):
        undo.undo(actors.load(people.seller), saved.set_id)


def test_many_are_undone_as_one(admin: Actor, database: Database) -> None:
    with change_set(admin, N_("Import")) as changes:
        made = bulk.create_many(admin, "Accounts", [{"account_name": f"A {i}"} for i in range(450)], within=changes)
    ids = [int(s.id) for s in made if isinstance(s, records.Saved)]
    with change_set(admin, N_("Mass update")) as changes:
        bulk.update_many(admin, "Accounts", [(i, {"account_type": "Customer"}) for i in ids], within=changes)
        number = changes.set_id
    assert undo.undo(admin, number).done == 450
    table = registry.snapshot().table("Accounts")
    with database.reading() as connection:
        assert set(connection.execute(select(table.c.account_type)).scalars()) == {None}
    assert undo.undo(admin, str(int(made[0].set_id))).done == 450  # type: ignore[union-attr]
    with database.reading() as connection:
        assert connection.execute(select(table.c.id).where(table.c.deleted_at.is_(None))).first() is None


def test_a_custom_field_is_undone_and_its_values_come_back(admin: Actor, database: Database) -> None:
    made = schema.add_field(admin, "Accounts", {"fr": "Couleur", "en": "Colour"}, "text")
    saved = records.create(admin, "Accounts", {"account_name": "Moreau", made.name: "bleu"})
    page = timeline.timeline(admin, "Accounts", saved.id)
    assert len(page.entries) == 1
    with database.reading() as connection:
        set_id = connection.exec_driver_sql("SELECT set_id FROM change WHERE module = '$CustomField'").scalar_one()
    undone = undo.undo(admin, set_id)
    with database.reading() as connection:
        registry.refresh(connection)
    assert made.name not in registry.snapshot().module("Accounts").by_name
    undo.undo(admin, undone.set_id)
    with database.reading() as connection:
        registry.refresh(connection)
    assert records.get(admin, "Accounts", saved.id).values[made.name] == "bleu"


def test_the_record_as_it_was(admin: Actor) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau"})
    real = clock.now()
    try:
        clock.set_clock(lambda: real + timedelta(days=1))
        records.update(admin, "Accounts", saved.id, {"account_name": "Morel"})
        clock.set_clock(lambda: real + timedelta(days=2))
        records.update(admin, "Accounts", saved.id, {"account_name": "Mordel"})
    finally:
        clock.set_clock(None)
    assert timeline.as_it_was(admin, "Accounts", saved.id, real + timedelta(hours=1))["account_name"] == "Moreau"
    assert timeline.as_it_was(admin, "Accounts", saved.id, real + timedelta(days=1, hours=1))["account_name"] == "Morel"
    with pytest.raises(NotFound):
        timeline.as_it_was(admin, "Accounts", saved.id, real - timedelta(days=1))


def test_the_bin_is_emptied_for_good_and_children_stay(admin: Actor, people: People) -> None:
    account = records.create(admin, "Accounts", {"account_name": "Moreau"})
    deal = records.create(admin, "Deals", {"deal_name": "D", "account_id": account.id})
    records.delete(admin, "Accounts", account.id)
    assert bin.purge_expired(admin) == 0
    with pytest.raises(Forbidden):
        bin.purge(actors.load(people.seller), "Accounts")
    assert bin.purge(admin, "Accounts") == 1
    assert records.get(admin, "Deals", deal.id).values["account_id"] is None
    with pytest.raises(NotFound):
        records.restore(admin, "Accounts", account.id)


_operation = st.tuples(
    st.sampled_from(["create", "update", "delete", "restore"]), st.integers(0, 5), st.sampled_from(["a", "B", None])
)


@given(st.lists(_operation, min_size=1, max_size=12))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_undoing_everything_gives_back_the_beginning(
    sqlite_database: Database, people: People, operations: list[tuple[str, int, str | None]]
) -> None:
    admin = actors.load(people.admin)
    ids = [records.create(admin, "Accounts", {"account_name": f"S{i}"}).id for i in range(3)]
    start = _image(sqlite_database)
    sets: list[str] = []
    for what, place, value in operations:
        try:
            if what == "create":
                made = records.create(admin, "Accounts", {"account_name": value or "x"})
                ids.append(made.id)
                sets.append(made.set_id)
            elif what == "update":
                done = records.update(admin, "Accounts", ids[place % len(ids)], {"account_site": value, "employees": place})
                sets += [done.set_id] if done.changed else []
            elif what == "delete":
                sets.append(records.delete(admin, "Accounts", ids[place % len(ids)]).set_id)
            else:
                sets.append(records.restore(admin, "Accounts", ids[place % len(ids)]).set_id)
        except NotFound:
            continue
    for number in reversed(sets):
        assert undo.undo(admin, number).refused == []
    assert _image(sqlite_database) == start


def _image(database: Database) -> list[tuple[object, ...]]:
    """The live records without version and authorship."""
    table = registry.snapshot().table("Accounts")
    columns = [
        c for c in table.columns if c.name not in ("version", "modified_at", "modified_by_id", "deleted_at", "deleted_by_id")
    ]
    with database.reading() as connection:
        return [tuple(r) for r in connection.execute(select(*columns).where(table.c.deleted_at.is_(None)).order_by(table.c.id))]


def test_what_follows_from_a_field_that_stays_is_made_anew(admin: Actor) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "Presses", "amount": "100", "stage": "Qualification"})
    first = records.update(admin, "Deals", saved.id, {"amount": "200", "probability": "20"})
    records.update(admin, "Deals", saved.id, {"amount": "300"})
    undone = undo.undo(admin, first.set_id)
    row = records.get(admin, "Deals", saved.id).values
    assert (row["amount"], row["expected_revenue"]) == (300, row["probability"] * 3)
    assert row["probability"] != 20
    assert len(undone.refused) == 1  # the amount alone: the revenue is neither the one before nor the one that was there


def test_a_hidden_field_that_stays_is_not_named(admin: Actor, people: People) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau", "rating": "Acquired", "owner_id": str(people.seller)})
    seller = actors.load(people.seller)
    first = records.update(seller, "Accounts", saved.id, {"rating": "Active", "account_name": "Morel"})
    records.update(admin, "Accounts", saved.id, {"rating": "Shut Down"})
    limits = Permissions(seller.profile.modules, {"Accounts": {"rating": "hidden"}}, seller.profile.tools)
    undone = undo.undo(replace(seller, profile=limits), first.set_id)
    with using("en"):
        assert [str(why) for why in undone.refused] == ["A field was changed since and stays as it is."]
