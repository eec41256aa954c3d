"""Starred views of all modules."""

from __future__ import annotations

from typing import Any

from app.services import actor as actors
from app.services import views
from app.services.pinned import pinned
from tests.support.databases import People


def test_stars_of_one_s_own_in_the_order_of_the_modules(database: Any, people: People) -> None:
    seller, other = actors.load(people.seller), actors.load(people.other)
    mine = views.save(seller, "Deals", {"name": "À relancer"})
    for module, view_id in (("Deals", mine.id), ("Accounts", "recent"), ("Deals", "my")):
        views.favourite(seller, module, view_id)
    views.favourite(other, "Products", "all")
    assert [(v.module, v.id) for v in pinned(seller)] == [("Accounts", "recent"), ("Deals", mine.id), ("Deals", "my")]
    views.favourite(seller, "Deals", "my", False)
    views.delete(seller, "Deals", mine.id)
    assert [(v.module, v.id) for v in pinned(seller)] == [("Accounts", "recent")]
