"""A single operation is one transaction: broken at any of its statements, or at its commit, it has changed nothing.

Each operation runs once to count its statements; then, on the same data, it is broken at each of them in turn. After each fault
every table holds what it held before, and the operation still works when nothing breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import event, text

from app.base.i18n import N_
from app.database import ddl, engine
from app.database.engine import Database
from app.modules import registry
from app.services import actor as actors
from app.services import bulk, log, notes, people, records, schema, settings, undo, views
from app.services.actor import Actor
from tests.support import databases
from tests.support.databases import PEOPLE


class Broken(Exception):
    """The fault that a test puts in."""


@dataclass
class Prepared:
    """What operations work on."""

    admin: Actor
    account: str
    deal: str
    binned: str
    last_set: str


def _create(p: Prepared) -> None:
    values = {"deal_name": "Nouvelle", "amount": "12,50", "stage": "Qualification", "account_id": p.account}
    records.create(p.admin, "Deals", values)


def _update(p: Prepared) -> None:
    records.update(p.admin, "Deals", p.deal, {"stage": "Closed Won", "amount": "99"})


def _delete_parent(p: Prepared) -> None:
    records.delete(p.admin, "Accounts", p.account)


def _restore(p: Prepared) -> None:
    records.restore(p.admin, "Deals", p.binned)


def _undo(p: Prepared) -> None:
    assert undo.undo(p.admin, p.last_set).done == 1


def _many(p: Prepared) -> None:
    with log.change_set(p.admin, N_("Several")) as changes:
        bulk.create_many(p.admin, "Accounts", [{"account_name": f"Compte {n}"} for n in range(3)], within=changes)
        bulk.update_many(p.admin, "Deals", [(int(p.deal), {"amount": "5"})], within=changes)
        bulk.delete_many(p.admin, "Deals", [int(p.deal)], within=changes)


def _note(p: Prepared) -> None:
    notes.add(p.admin, "Deals", p.deal, "Rappeler lundi")


def _field(p: Prepared) -> None:
    schema.add_field(p.admin, "Deals", "Couleur", "text")


def _view(p: Prepared) -> None:
    views.save(p.admin, "Deals", {"name": "Les miennes", "columns": ["deal_name", "amount"]})


def _deactivate(p: Prepared) -> None:
    people.set_active(p.admin, PEOPLE.other, False)


def _company(p: Prepared) -> None:
    settings.update_company(p.admin, {"name": "Ateliers Moreau"})


OPERATIONS: list[Callable[[Prepared], None]] = [
    _create, _update, _delete_parent, _restore, _undo, _many, _note, _field, _view, _deactivate, _company,
]  # fmt: skip


@pytest.fixture
def prepared(database: Database) -> Prepared:
    admin = actors.load(PEOPLE.admin)
    account = records.create(admin, "Accounts", {"account_name": "Ateliers Moreau"})
    deal = records.create(admin, "Deals", {"deal_name": "Toiture", "amount": "100", "account_id": account.id})
    binned = records.create(admin, "Deals", {"deal_name": "Ancienne"})
    records.delete(admin, "Deals", binned.id)
    changed = records.update(admin, "Deals", deal.id, {"amount": "120"})
    return Prepared(admin, account.id, deal.id, binned.id, changed.set_id)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__.strip("_"))
def test_an_operation_that_breaks_has_changed_nothing(
    database: Database, prepared: Prepared, operation: Callable[[Prepared], None]
) -> None:
    before = _everything(database)
    number = 1
    while _breaks(database, operation, prepared, number):
        after = _everything(database)
        assert {table: rows for table, rows in after.items() if rows != before[table]} == {}, f"statement {number}"
        number += 1
    assert number > 4, "hardly anything was written"
    assert _everything(database) != before


def _breaks(database: Database, operation: Callable[[Prepared], None], prepared: Prepared, number: int) -> bool:
    """Runs `operation` with a fault at its statement `number` (its commits count); False when it has fewer, and succeeded."""
    with _fault(database, number) as reached:
        try:
            operation(prepared)
        except Broken:
            return True
    assert not reached[0], "the fault was swallowed"
    return False


@contextmanager
def _fault(database: Database, number: int) -> Iterator[list[bool]]:
    """Raises `Broken` at statement `number` of write units."""
    count, reached = 0, [False]

    def step(*_: Any) -> None:
        nonlocal count
        if getattr(database._units, "writing", False):
            count += 1
            if count == number:
                reached[0] = True
                raise Broken

    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine, name, step)
    try:
        yield reached
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(database.engine, name, step)


def _everything(database: Database) -> dict[str, Any]:
    """Every row of every table, with its columns."""
    found: dict[str, Any] = {}
    with database.reading(alone=True) as connection:
        for name in databases.metadata().tables:
            result = connection.execute(text(f'SELECT * FROM "{name}"'))
            found[name] = (tuple(result.keys()), sorted(map(repr, result)))
    return found


def test_what_was_rolled_back_is_not_remembered(database: Database, prepared: Prepared) -> None:
    """A field whose making broke at the commit is neither in the database nor in what the program knows."""
    count = 0

    def refuse(_connection: Any) -> None:
        nonlocal count
        count += 1
        raise Broken

    event.listen(database.engine, "commit", refuse)
    try:
        with pytest.raises(Broken):
            schema.add_field(prepared.admin, "Deals", "Couleur", "text")
    finally:
        event.remove(database.engine, "commit", refuse)
    assert count == 1
    with engine.reading() as connection:
        snapshot = registry.refresh(connection)
        assert not [field for field in snapshot.module("Deals").fields if field.custom]
        assert not [name for name in ddl.columns_of(connection, "deals") if name.startswith("cf_")]
    records.update(prepared.admin, "Deals", prepared.deal, {"amount": "7"})
