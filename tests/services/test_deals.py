"""The rules of deals: stage, probability, category, revenue, durations, reason for loss, stage history."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from app.base.errors import Invalid
from app.database.engine import Database
from app.modules.system import StageChange
from app.services import actor as actors
from app.services import records
from app.services.actor import Actor, ctx
from tests.support.databases import People


@pytest.fixture
def admin(database: Database, people: People) -> Actor:
    return actors.load(people.admin)


def test_the_stage_sets_probability_category_and_revenue(admin: Actor) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "D", "amount": "1000,10", "stage": "Qualification"})
    values = records.get(admin, "Deals", saved.id).values
    assert (values["probability"], values["forecast_category"], values["expected_revenue"]) == (
        25,
        "Pipeline",
        Decimal("250.03"),
    )
    records.update(admin, "Deals", saved.id, {"probability": "40"})
    assert records.get(admin, "Deals", saved.id).values["expected_revenue"] == Decimal("400.04")
    records.update(admin, "Deals", saved.id, {"stage": "Négociation"})
    values = records.get(admin, "Deals", saved.id).values
    assert (values["stage"], values["probability"], values["forecast_category"]) == ("Negotiation/Review", 85, "Committed")


def test_a_probability_given_with_the_stage_stays(admin: Actor) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "D", "stage": "Qualification", "probability": 33})
    assert records.get(admin, "Deals", saved.id).values["probability"] == 33
    with pytest.raises(Invalid):
        records.update(admin, "Deals", saved.id, {"probability": 101})


def test_winning_sets_the_closing_day_and_the_duration(admin: Actor) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "D", "amount": 10})
    records.update(admin, "Deals", saved.id, {"stage": "Closed Won"})
    values = records.get(admin, "Deals", saved.id).values
    assert values["closing_on"] == ctx(admin).today
    assert values["sales_cycle_days"] == values["overall_sales_days"] == 0
    assert values["expected_revenue"] == 10
    records.update(admin, "Deals", saved.id, {"stage": "Prospecting"})
    assert records.get(admin, "Deals", saved.id).values["sales_cycle_days"] is None


def test_losing_on_screen_asks_the_reason_and_an_import_does_not(admin: Actor) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "D"})
    with pytest.raises(Invalid) as error:
        records.update(admin, "Deals", saved.id, {"stage": "Closed Lost"})
    assert set(error.value.fields) == {"reason_for_loss"}
    records.update(admin, "Deals", saved.id, {"stage": "Closed Lost", "reason_for_loss": "Price"})
    assert records.get(admin, "Deals", saved.id).values["probability"] == 0
    records.update(admin, "Deals", saved.id, {"stage": "Qualification"})
    assert records.get(admin, "Deals", saved.id).values["reason_for_loss"] is None
    records.create(admin.from_source("import"), "Deals", {"deal_name": "L", "stage": "Closed Lost"})


def test_stage_history_has_a_row_for_each_change(admin: Actor, database: Database) -> None:
    saved = records.create(admin, "Deals", {"deal_name": "D", "amount": 5})
    records.update(admin, "Deals", saved.id, {"stage": "Qualification"})
    records.update(admin, "Deals", saved.id, {"amount": 7})
    records.update(admin, "Deals", saved.id, {"next_step": "Call"})
    table = StageChange.__table__  # type: ignore[attr-defined]
    with database.reading() as connection:
        found = connection.execute(
            select(table.c.stage, table.c.amount, table.c.days_in_stage).order_by(table.c.at, table.c.id)
        ).all()
    assert [(r.stage, Decimal(r.amount), r.days_in_stage) for r in found] == [
        ("Prospecting", 5, None), ("Qualification", 5, 0), ("Qualification", 7, None),
    ]  # fmt: skip
