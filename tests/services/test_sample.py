"""The sample data: the same story each time, dated from today, gone in one action without touching what people made."""

from __future__ import annotations

import pytest

from app.base.errors import Conflict
from app.database.engine import Database
from app.services import actor as actors
from app.services import query, records, sample
from tests.support.databases import People


def test_sample_data_comes_and_goes(database: Database, people: People) -> None:
    admin = actors.load(people.admin)
    mine = records.create(admin, "Accounts", {"account_name": "Mine"})
    assert not sample.is_loaded()
    sample.load(admin)
    admin = actors.load(people.admin)
    assert sample.is_loaded()
    open_deals = {"field": "stage", "op": "not_in", "value": ["Closed Won", "Closed Lost", "Closed Lost to Competition"]}
    assert query.count(admin, "Deals").n == 168
    assert 20 <= query.count(admin, "Deals", filter=open_deals).n <= 80
    with pytest.raises(Conflict):
        sample.load(admin)
    sample.remove(admin)
    assert not sample.is_loaded()
    assert [query.count(admin, m).n for m in ("Accounts", "Contacts", "Deals", "Products")] == [1, 0, 0, 0]
    assert records.get(admin, "Accounts", mine.id).values["account_name"] == "Mine"
