"""Run-time schema changes, on both engines: inside the transaction, instant, and polite to long readers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, inspect, select, text

from app.base.errors import Unavailable
from app.database import ddl, engine
from app.database.engine import Database
from app.database.types import Id, Scaled, folded
from app.modules.system import Setting

setting = Setting.__table__  # type: ignore[attr-defined]


def test_an_added_column_takes_values_and_comes_with_its_transaction(database: Database) -> None:
    def add(*, fail: bool = False) -> None:
        with engine.writing() as connection:
            ddl.add_column(connection, "setting", Column("cf_1", Scaled(4)))
            ddl.add_column(connection, "setting", Column("cf_1_f", folded(40)))
            if fail:
                raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        add(fail=True)
    with engine.reading() as connection:
        assert "cf_1" not in ddl.columns_of(connection, "setting")
    add()
    table = Table("setting", MetaData(), Column("key", String), Column("cf_1", Scaled(4)), Column("cf_1_f", String))
    with engine.writing() as connection:
        connection.execute(insert(table), [{"key": "a", "cf_1": Decimal("12.3456"), "cf_1_f": "ä 100 %"}])
    with engine.reading() as connection:
        assert connection.execute(select(table.c.cf_1, table.c.cf_1_f)).all() == [(Decimal("12.3456"), "ä 100 %")]


def test_a_column_that_needs_a_value_is_refused(database: Database) -> None:
    with engine.writing() as connection, pytest.raises(ValueError, match="nullable"):
        ddl.add_column(connection, "setting", Column("cf_2", Integer, nullable=False))


def test_tables_and_indexes_are_made_once_and_dropped(database: Database) -> None:
    table = Table(
        "x_4711", MetaData(), Column("id", Id, primary_key=True), Column("name_f", folded(80)), Column("deleted_at", Integer)
    )
    with engine.writing() as connection:
        ddl.create_table(connection, table)
        name = ddl.add_index(connection, "x_4711", ["name_f", "id"])
        assert ddl.add_index(connection, "x_4711", ["name_f", "id"]) == name
        unique = ddl.add_index(connection, "x_4711", ["name_f"], unique=True, where="deleted_at IS NULL")
    with database.engine.connect() as connection:
        found = {index["name"]: bool(index["unique"]) for index in inspect(connection).get_indexes("x_4711")}
    assert found == {name: False, unique: True}
    with engine.writing() as connection:
        ddl.drop_index(connection, name)
        ddl.drop_index(connection, unique)
        ddl.drop_column(connection, "x_4711", "name_f")
        assert ddl.columns_of(connection, "x_4711") == {"id", "deleted_at"}
        assert ddl.columns_of(connection, "x_9999") == set()


def test_a_large_index_is_built_beside_a_writer(database: Database) -> None:
    name = ddl.build_index(database, "setting", ["value", "key"] if database.is_sqlite else ["key"])
    with database.engine.connect() as connection:
        assert name in {index["name"] for index in inspect(connection).get_indexes("setting")}


@pytest.mark.postgres
def test_an_index_whose_making_was_cut_is_made_again(postgresql_database: Database) -> None:
    with postgresql_database.engine.begin() as connection:
        connection.execute(insert(setting), [{"key": "a", "value": 1}, {"key": "b", "value": 1}])
    with postgresql_database.engine.connect() as connection:
        if not connection.scalar(text("SELECT usesuper FROM pg_user WHERE usename = current_user")):
            pytest.skip("only a superuser can damage an index")
    name = ddl.build_index(postgresql_database, "setting", ["key"])
    with postgresql_database.engine.begin() as connection:  # as a crash leaves it
        connection.execute(text(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{name}'::regclass"))
    ddl.build_index(postgresql_database, "setting", ["key"])
    with postgresql_database.engine.begin() as connection:
        assert connection.scalar(text(f"SELECT indisvalid FROM pg_index WHERE indexrelid = '{name}'::regclass"))


@pytest.mark.postgres
def test_a_change_behind_a_long_reader_gives_up_and_leaves_the_transaction_usable(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ddl, "LOCK_TIMEOUT", 0.02)
    monkeypatch.setattr(ddl, "ATTEMPTS", 2)
    with postgresql_database.reading(alone=True) as reader:
        reader.execute(select(setting.c.key))
        with engine.writing() as connection:
            with pytest.raises(Unavailable):
                ddl.add_column(connection, "setting", Column("cf_3", Integer))
            connection.execute(insert(setting), [{"key": "kept", "value": 1}])
    with engine.writing() as connection:
        ddl.add_column(connection, "setting", Column("cf_3", Integer))
        assert connection.scalar(text("SHOW lock_timeout")) == "0"


def test_long_names_stay_distinct_and_short_enough() -> None:
    names = {ddl.index_name("contacts", [f"a_rather_long_name_of_a_column_{n}", "another_long_name_here"]) for n in range(20)}
    assert len(names) == 20
    assert max(map(len, names)) <= 63
    with pytest.raises(ValueError, match="run time"):
        ddl.drop_index(None, "ix_deals_owner")  # type: ignore[arg-type]
