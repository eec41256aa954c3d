"""What every registered field type keeps: one way in, exact JSON and columns, and filters that mean the same in SQL and in Python."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Integer, MetaData, Table, delete, insert, select, type_coerce

from app.base.i18n import LANGUAGES, catalog, using
from app.database.engine import Database
from app.fields.registry import types
from app.fields.spec import KINDS, Ctx, FieldType, Problem
from tests.fields.samples import ALWAYS, EN, FR, OPERANDS, VALUES, each_type, sample

every_type = pytest.mark.parametrize("kind", [pytest.param(each, id=each.key) for each in each_type()])
with_column = pytest.mark.parametrize(
    "kind", [pytest.param(each, id=each.key) for each in each_type() if each.key != "multi_link"]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30), lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=6) | st.sampled_from(["id", "module"]), inner, max_size=3), max_leaves=5,
)  # fmt: skip


def accepted(read: Callable[[], Any]) -> Any:
    """What `read` gives; None when it refuses with words in every language."""
    try:
        return read()
    except Problem as problem:
        said = problem.message
    for language in LANGUAGES:
        with using(language):
            assert str(said)
    return None


def parsed(kind: FieldType, raw: Any, ctx: Ctx = FR) -> Any:
    """The value of `raw`, or None when this type refuses it."""
    try:
        return kind.parse(raw, sample(kind.key), ctx)
    except Problem:
        return None


@every_type
def test_names_a_cell_and_an_editor_that_exist(kind: FieldType) -> None:
    assert kind.cell in KINDS
    assert kind.editor in KINDS
    assert types[kind.key] is kind


@every_type
def test_says_its_words_in_french(kind: FieldType) -> None:
    words = [kind.label, *(operator.label for operator in kind.operators(sample(kind.key)))]
    french = catalog("fr")
    missing = [word.id for word in words if not french.gettext(word.id) or french.gettext(word.id) is word.id]
    same_in_both = {"=", "≠", "<", "≤", ">", "≥", "Date", "E-mail"}
    assert [word for word in missing if word not in same_in_both] == []


@every_type
def test_blank_is_none(kind: FieldType) -> None:
    for blank in (None, "", "  ", "\u00a0", "\t\n"):
        assert kind.parse(blank, sample(kind.key), FR) is None
    assert kind.format(None, sample(kind.key), FR) == ""
    assert kind.to_json(None, sample(kind.key)) is None
    assert kind.from_json(None, sample(kind.key)) is None


@every_type
def test_examples_are_valid(kind: FieldType) -> None:
    spec = sample(kind.key)
    for seed in range(20):
        value = kind.example(random.Random(seed), spec)
        kind.check(value, spec)
        assert kind.parse(kind.to_json(value, spec), spec, FR) == value


@every_type
def test_what_json_holds_comes_back(kind: FieldType) -> None:
    spec = sample(kind.key)

    @given(raw=VALUES[kind.key])
    def comes_back(raw: Any) -> None:
        value = parsed(kind, raw)
        data = json.loads(json.dumps(kind.to_json(value, spec)))
        assert kind.from_json(data, spec) == value
        assert kind.parse(data, spec, FR) == value
        assert kind.parse(data, spec, replace(EN, decimal=".")) == value

    comes_back()


@every_type
def test_what_is_written_is_read_back(kind: FieldType) -> None:
    """Export and import: what `format` writes, `parse` reads as the same value, in both languages and another zone."""
    spec = sample(kind.key)

    @given(raw=VALUES[kind.key], ctx=st.sampled_from([FR, EN, replace(FR, currency="JPY"), replace(EN, currency="CHF")]))
    def read_back(raw: Any, ctx: Ctx) -> None:
        value = parsed(kind, raw, ctx)
        if isinstance(value, datetime):
            value = value.replace(microsecond=0)
        written = kind.format(value, spec, ctx)
        assert kind.parse(written, spec, ctx) == value, written
        assert kind.parse(written, spec, replace(ctx, decimal="," if ctx is FR else "")) == value or ctx is not FR

    read_back()


@every_type
def test_any_input_gives_a_value_or_a_problem(kind: FieldType) -> None:
    spec = sample(kind.key)

    @given(raw=JSON)
    @example(raw="\x00")
    @example(raw="\ud800")
    @example(raw=float("nan"))
    @example(raw=float("inf"))
    @example(raw="9" * 5000)
    @example(raw="1e99")
    @example(raw=10**400)
    @example(raw={"id": []})
    def survives(raw: Any) -> None:
        for ctx in (FR, EN):
            value = accepted(lambda ctx=ctx: kind.parse(raw, spec, ctx))  # type: ignore[misc]
            kind.check(value, spec)
            json.dumps(kind.to_json(value, spec), allow_nan=False).encode()
            kind.format(value, spec, ctx).encode()
            kind.store(value, spec)

    survives()


@every_type
def test_any_operand_gives_a_value_or_a_problem(kind: FieldType) -> None:
    spec = sample(kind.key)

    @given(raw=JSON, operator=st.sampled_from([operator.key for operator in kind.operators(spec)] or ["is"]))
    def survives(raw: Any, operator: str) -> None:
        accepted(lambda: kind.operand(operator, raw, spec, FR))

    survives()


def table_of(kind: FieldType) -> Table:
    """A table with the columns of a field of that type."""
    name = f"conformity_{kind.key}"
    return Table(name, MetaData(), Column("id", Integer, primary_key=True), *kind.columns(sample(kind.key)))


def stored(kind: FieldType, value: Any) -> dict[str, Any]:
    """Column values; of money also the one that the pipeline adds (here the company's currency is the record's)."""
    spec = sample(kind.key)
    values = kind.store(value, spec)
    return {**values, f"{spec.name}_c": value} if "_c" in kind.order_columns(spec) else values


@with_column
def test_what_columns_hold_comes_back(kind: FieldType, database: Database) -> None:
    table, spec = table_of(kind), sample(kind.key)
    names = {column.name for column in kind.columns(spec)}

    @settings(max_examples=settings().max_examples // 5, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(raws=st.lists(VALUES[kind.key] | st.none(), min_size=1, max_size=8))
    def comes_back(raws: list[Any]) -> None:
        values = [parsed(kind, raw) for raw in raws]
        rows = [{"id": number, **stored(kind, value)} for number, value in enumerate(values)]
        assert all(set(row) - {"id"} == names for row in rows)
        with database.engine.begin() as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), rows)
            found = connection.execute(select(table).order_by(table.c.id)).mappings().all()
        assert [kind.load(row, spec) for row in found] == values

    table.create(database.engine)
    try:
        comes_back()
    finally:
        table.drop(database.engine)


def flat(raws: list[Any]) -> list[Any]:
    """The values themselves, those of several taken apart."""
    return [one for raw in raws if raw is not None for one in (raw if isinstance(raw, list) else [raw])]


def operand(kind: FieldType, key: str, editor: str, raws: list[Any], ctx: Ctx, number: int) -> Any:
    """An operand of the operator `key`; raises `Problem` when `raws` cannot be one."""
    if editor == "none":
        return None
    raw: Any = number
    if editor == "range":
        raw = raws[:2] if len(raws) > 1 else [raws[0], None]
    elif editor == "many":
        raw = raws
    elif editor != "number":
        raw = raws[0]
    if isinstance(raw, (date, datetime)):
        raw = raw.isoformat()
    return kind.operand(key, raw, sample(kind.key), ctx)


@with_column
def test_operators_mean_the_same_in_sql_and_in_python(kind: FieldType, database: Database) -> None:
    """And are two-valued: no NULL comes out of them, so that NOT, AND and OR around them agree as well."""
    table, spec = table_of(kind), sample(kind.key)
    tried: dict[str, set[bool]] = {}

    @settings(
        max_examples=settings().max_examples * 3 // 5,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(
        raws=st.lists(VALUES[kind.key] | st.none(), min_size=1, max_size=6),
        others=st.lists(OPERANDS[kind.key], min_size=1, max_size=3),
        ctx=st.sampled_from([FR, EN]),
        number=st.integers(0, 400),
    )
    def same(raws: list[Any], others: list[Any], ctx: Ctx, number: int) -> None:
        values = [parsed(kind, raw, ctx) for raw in (*raws, *ALWAYS.get(kind.key, ()))] + [None]
        tests = []
        for operator in kind.operators(spec):
            for given_values in (others, flat(raws) or others):
                try:
                    tests.append((operator, operand(kind, operator.key, operator.editor, given_values, ctx, number)))
                except Problem:
                    continue
        conditions = [
            type_coerce(operator.sql(lambda suffix: table.c[spec.name + suffix], value, ctx), Boolean()).label(f"c{n}")
            for n, (operator, value) in enumerate(tests)
        ]
        with database.engine.begin() as connection:
            connection.execute(delete(table))
            connection.execute(insert(table), [{"id": n, **stored(kind, value)} for n, value in enumerate(values)])
            rows = connection.execute(select(*conditions).select_from(table).order_by(table.c.id)).all()
        for stored_value, row in zip(values, rows, strict=True):
            for (operator, value), answer in zip(tests, row, strict=True):
                expected = operator.py(stored_value, value, ctx)
                tried.setdefault(operator.key, set()).add(expected)
                assert answer is expected, (operator.key, stored_value, value, answer, expected)

    table.create(database.engine)
    try:
        same()
    finally:
        table.drop(database.engine)
    assert set(tried) == {operator.key for operator in kind.operators(spec)}
    assert [key for key, answers in tried.items() if answers != {True, False}] == []


@with_column
def test_sorts_alike_everywhere(kind: FieldType, database: Database) -> None:
    """The columns that sort a field give one total order on both engines, that of their Python values."""
    if not kind.sortable:
        pytest.skip("not sorted")
    table, spec = table_of(kind), sample(kind.key)
    column = table.c[spec.name + kind.order_columns(spec)[0]]
    rng = random.Random(1)
    values = {kind.example(rng, spec) for _ in range(30)} | {
        parsed(kind, raw) for raw in ("Éa", "eb", "ez", "Zoé", "œuvre", "5", "-3")
    }
    rows = [{"id": n, **stored(kind, value)} for n, value in enumerate(sorted(values - {None}, key=str))]
    table.create(database.engine)
    try:
        with database.engine.begin() as connection:
            connection.execute(insert(table), rows)
            found = list(connection.scalars(select(column).order_by(column)))
        assert found == sorted(found)
        assert len(found) == len(rows)
    finally:
        table.drop(database.engine)
