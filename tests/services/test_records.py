"""The pipeline: what is written, what is refused, what merges; the same on both engines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.base.errors import Conflict, Forbidden, Invalid, NotFound
from app.base.i18n import N_
from app.database.engine import Database
from app.modules import registry
from app.modules.system import Change, ChangeSet, Outbox
from app.services import actor as actors
from app.services import bulk, records
from app.services.actor import Actor
from app.services.log import change_set
from tests.support.databases import Make, People


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


def rows(database: Database, model: type) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(model.__table__)).scalar_one())  # type: ignore[attr-defined]


def test_a_record_is_created_with_defaults_history_and_outbox(admin: Actor, database: Database) -> None:
    saved = records.create(admin, "Deals", {"Deal_Name": "Rénovation du chai", "amount": "12 500,50"})
    row = records.get(admin, "Deals", saved.id)
    assert row.values["amount"] == Decimal("12500.50")
    assert row.values["stage"] == "Prospecting"
    assert row.values["owner_id"] == admin.user_id
    assert row.values["currency"] == "EUR"
    assert saved.version == row.version == 1
    assert (rows(database, ChangeSet), rows(database, Change), rows(database, Outbox)) == (1, 1, 1)


def test_shadows_follow_the_value(admin: Actor, database: Database) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Œuvre d’Éric", "annual_revenue": "1000"})
    table = registry.snapshot().table("Accounts")
    with database.reading() as connection:
        row = connection.execute(select(table).where(table.c.id == int(saved.id))).mappings().one()
    assert row["account_name_f"] == "oeuvre d'eric"
    assert row["annual_revenue_c"] == Decimal(1000)
    records.update(admin, "Accounts", saved.id, {"account_name": "Zèle"})
    with database.reading() as connection:
        assert connection.execute(select(table.c.account_name_f).where(table.c.id == int(saved.id))).scalar_one() == "zele"


def test_all_errors_are_told_at_once_and_nothing_is_written(admin: Actor, database: Database) -> None:
    with pytest.raises(Invalid) as error:
        records.create(admin, "Contacts", {"email": "not an address", "born_on": "31/02/2020", "nonsense": 1})
    assert set(error.value.fields) == {"email", "born_on", "nonsense", "last_name"}
    with pytest.raises(Invalid) as missing:
        records.create(admin, "Contacts", {"first_name": "Ana"})
    assert set(missing.value.fields) == {"last_name"}
    assert rows(database, ChangeSet) == rows(database, Change) == 0


def test_system_fields_cannot_be_sent(admin: Actor) -> None:
    with pytest.raises(Invalid) as error:
        records.create(
            admin, "Deals", {"deal_name": "X", "created_at": "2020-01-01", "expected_revenue": 5, "id": 7, "version": 3}
        )
    assert set(error.value.fields) == {"created_at", "expected_revenue", "id", "version"}


def test_an_unchanged_save_writes_nothing(admin: Actor, database: Database) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau", "phone": "01 99 00 12 34"})
    again = records.update(admin, "Accounts", saved.id, {"account_name": "Moreau"})
    assert again.changed == ()
    assert again.version == 1
    assert rows(database, ChangeSet) == 1


def test_different_fields_merge_and_the_same_field_conflicts(admin: Actor, database: Database, people: People) -> None:
    other = actors.load(people.director)
    saved = records.create(admin, "Accounts", {"account_name": "Moreau", "phone": "01 99 00 12 34", "account_site": "Lille"})
    records.update(other, "Accounts", saved.id, {"account_site": "Lyon"}, version=1) if other.is_admin else records.update(
        admin, "Accounts", saved.id, {"account_site": "Lyon"}, version=1
    )
    merged = records.update(admin, "Accounts", saved.id, {"account_number": "A-1"}, version=1)
    assert merged.version == 3
    with pytest.raises(Conflict) as error:
        records.update(admin, "Accounts", saved.id, {"account_site": "Brest"}, version=1)
    assert error.value.details["fields"]["account_site"]["theirs"] == "Lyon"
    assert error.value.details["fields"]["account_site"]["mine"] == "Brest"
    agreed = records.update(admin, "Accounts", saved.id, {"account_site": "Lyon"}, version=1)
    assert agreed.changed == ()


def test_a_deleted_record_is_not_found_and_comes_back_whole(admin: Actor) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau"})
    records.delete(admin, "Accounts", saved.id)
    with pytest.raises(NotFound):
        records.get(admin, "Accounts", saved.id)
    with pytest.raises(NotFound):
        records.update(admin, "Accounts", saved.id, {"account_name": "Y"})
    records.restore(admin, "Accounts", saved.id)
    assert records.get(admin, "Accounts", saved.id).values["account_name"] == "Moreau"


def test_what_one_may_not_see_is_not_found_and_stays_as_it_was(admin: Actor, database: Database, people: People) -> None:
    saved = records.create(admin, "Accounts", {"account_name": "Moreau"})
    seller = actors.load(people.seller)
    before = rows(database, Change)
    for attempt in (
        lambda: records.update(seller, "Accounts", saved.id, {"account_name": "Mine"}),
        lambda: records.delete(seller, "Accounts", saved.id),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert rows(database, Change) == before
    assert records.get(admin, "Accounts", saved.id).values["account_name"] == "Moreau"


def test_links_must_lead_somewhere(admin: Actor, database: Database, people: People) -> None:
    account = records.create(admin, "Accounts", {"account_name": "Moreau"})
    deal = records.create(admin, "Deals", {"deal_name": "D", "account_id": account.id})
    assert records.get(admin, "Deals", deal.id).values["account_id"] == int(account.id)
    for wrong in ("123456789", str(int(account.id) + 1)):
        with pytest.raises(Invalid) as error:
            records.create(admin, "Deals", {"deal_name": "D", "account_id": wrong})
        assert set(error.value.fields) == {"account_id"}
    seller = actors.load(people.seller)
    with pytest.raises(Invalid):
        records.create(seller, "Deals", {"deal_name": "D", "account_id": account.id})
    with pytest.raises(Invalid):
        records.update(admin, "Accounts", account.id, {"parent_account_id": account.id})


def test_handing_over_needs_its_own_right(admin: Actor, database: Database, people: People, make: Make) -> None:
    seller = actors.load(people.seller)
    mine = records.create(seller, "Accounts", {"account_name": "Moreau"})
    assert seller.can("Accounts", "assign")
    records.update(seller, "Accounts", mine.id, {"owner_id": str(people.director)})
    with pytest.raises(NotFound):
        records.get(seller, "Accounts", mine.id)
    assert records.get(admin, "Accounts", mine.id).values["owner_id"] == people.director


def test_foreign_money_needs_a_rate_and_counts_in_the_companys_currency(admin: Actor, database: Database) -> None:
    with pytest.raises(Invalid) as error:
        records.create(admin, "Deals", {"deal_name": "D", "amount": "100", "currency": "USD"})
    assert set(error.value.fields) == {"exchange_rate"}
    saved = records.create(admin, "Deals", {"deal_name": "D", "amount": "100", "currency": "USD", "exchange_rate": "0.9"})
    table = registry.snapshot().table("Deals")
    with database.reading() as connection:
        query = select(table.c.amount, table.c.amount_c).where(table.c.id == int(saved.id))
        assert tuple(connection.execute(query).one()) == (Decimal(100), Decimal(90))
    records.update(admin, "Deals", saved.id, {"exchange_rate": "0.5"})
    with database.reading() as connection:
        assert connection.execute(select(table.c.amount_c).where(table.c.id == int(saved.id))).scalar_one() == Decimal(50)


def test_many_records_have_the_same_rules_and_one_change_set(admin: Actor, database: Database) -> None:
    with change_set(admin, N_("Import")) as changes:
        outcomes = bulk.create_many(
            admin, "Accounts", [{"account_name": f"A {i}"} for i in range(50)] + [{"phone": "1"}], within=changes
        )
    good = [o for o in outcomes if isinstance(o, records.Saved)]
    assert len(good) == 50
    assert isinstance(outcomes[-1], Invalid)
    assert rows(database, ChangeSet) == 1
    assert rows(database, Change) == 50
    with change_set(admin, N_("Import")) as changes:
        wishes = [(int(s.id), {"account_name": s.id, "account_type": "Customer"}) for s in good]
        done = bulk.update_many(admin, "Accounts", [*wishes, (5, {"account_name": "x"})], within=changes)
    assert isinstance(done[-1], NotFound)
    assert all(isinstance(o, records.Saved) and o.version == 2 for o in done[:-1])
    assert records.get(admin, "Accounts", good[7].id).values["account_name"] == good[7].id


def test_a_profile_without_a_right_is_refused(database: Database, people: People) -> None:
    nobody = Actor(user_id=people.seller, team_ids=frozenset({people.seller}))
    with pytest.raises(Forbidden):
        records.create(nobody, "Accounts", {"account_name": "Moreau"})
    assert rows(database, Change) == 0


def test_a_namesake_is_saved_and_said(admin: Actor, people: People) -> None:
    records.create(admin, "Accounts", {"account_name": "Ateliers Moreau"})
    again = records.create(admin, "Accounts", {"account_name": "ATELIERS  MOREAU"})
    assert len(again.warnings) == 1
    seller = actors.load(people.seller)
    hidden = records.create(seller, "Accounts", {"account_name": "ateliers moreau"})
    assert "Claire Martin" in str(hidden.warnings[0])
    assert "Moreau" not in str(hidden.warnings[0])


def test_a_conflict_does_not_tell_of_a_record_out_of_sight(admin: Actor, people: People) -> None:
    seller = actors.load(people.seller)
    secret = records.create(admin, "Accounts", {"account_name": "Out of sight"})
    own = records.create(seller, "Accounts", {"account_name": "Mine"})
    deal = records.create(seller, "Deals", {"deal_name": "Presses"})
    records.update(admin, "Deals", deal.id, {"account_id": secret.id})
    with pytest.raises(Conflict) as error:
        records.update(seller, "Deals", deal.id, {"account_id": own.id}, version=1)
    assert error.value.details["fields"]["account_id"]["theirs"] is None
