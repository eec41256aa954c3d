"""A field is declared in one line; its column carries the specification."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from app.base.errors import Invalid
from app.base.i18n import N_, raw
from app.database.types import Id, Scaled
from app.fields import declare
from app.fields.registry import STANDARD, types
from app.fields.settings import read_choices, read_settings
from app.fields.spec import Choice, FieldSpec, FieldType, TypeRegistry
from tests.fields.samples import FR, sample


class Apart(SQLModel, registry=registry()):
    """Not among the product's tables."""


class Declared(Apart, table=True):
    __tablename__ = "declared_for_tests"
    id: int = Field(primary_key=True, sa_type=Id)
    name: str = declare.text(N_("Name"), api="Name", required=True, unique=True, max_length=120, section="information")
    account_id: int | None = declare.link(N_("Account"), api="Account", target="Accounts", foreign_key="declared_for_tests.id")
    amount: Decimal | None = declare.money(N_("Amount"), api="Amount", help=N_("Amount"))
    probability: Decimal | None = declare.percent(N_("Probability"), api="Probability", scale=0)
    closing_on: date | None = declare.date_(N_("Closing"), api="Closing", default="@today")
    stage: str | None = declare.picklist(
        N_("Stage"), api="Stage", choices=[Choice("New", raw("Neuf"))], former_labels=("Phase",)
    )
    full_name: str | None = declare.computed(N_("Full"), api="Full", result="text", formula="full_name", depends=("a", "b"))
    number: str | None = declare.auto_number(N_("Number"), api="Number", prefix="F-")


COLUMNS = inspect(Declared).local_table.columns


def declared(name: str) -> FieldSpec:
    """The specification that a column carries."""
    found: Any = COLUMNS[name].info["field"]
    assert isinstance(found, FieldSpec)
    return found


def test_columns_carry_their_specification_and_may_be_blank() -> None:
    assert [column.name for column in COLUMNS if "field" in column.info] == [column.name for column in COLUMNS][1:]
    assert all(column.nullable for column in COLUMNS if column.name != "id")
    name = declared("name")
    assert (name.type, name.api_name, name.required, name.unique, name.section) == ("text", "Name", True, True, "information")
    assert repr(COLUMNS["name"].type) == "String(length=120)"
    assert isinstance(COLUMNS["probability"].type, Scaled)
    assert COLUMNS["probability"].type.scale == 0
    assert declared("stage").choices[0].value == "New"
    assert declared("stage").former_labels == ("Phase",)
    assert declared("closing_on").default == "@today"


def test_settings_cannot_be_changed() -> None:
    assert isinstance(declared("stage").settings, MappingProxyType)
    with pytest.raises(TypeError):
        declared("stage").settings["choices"] = ()  # type: ignore[index]


def test_what_the_system_fills_is_read_only() -> None:
    assert declared("full_name").read_only
    assert declared("number").read_only
    assert declared("full_name").settings["depends"] == ("a", "b")


def test_a_purged_target_leaves_the_link_blank() -> None:
    key = next(iter(COLUMNS["account_id"].foreign_keys))
    assert (key.target_fullname, key.ondelete) == ("declared_for_tests.id", "SET NULL")
    column = types["link"].columns(sample("link", foreign_key="accounts.id"))[0]
    assert next(iter(column.foreign_keys)).ondelete == "SET NULL"


def test_a_type_that_does_not_exist_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        declare.spec("colour", N_("Colour"), "Colour", {}, {})


def test_shadows_and_columns() -> None:
    names = {key: [column.name for column in types[key].columns(sample(key, "x"))] for key in types.keys()}  # noqa: SIM118
    assert names["text"] == ["x", "x_f"]
    assert names["money"] == ["x", "x_c"]
    assert names["any_link"] == ["x_id", "x_module"]
    assert names["computed"] == ["x", "x_f"]
    assert names["multi_link"] == []
    assert names["picklist"] == ["x"]


def test_a_computed_field_behaves_as_its_result() -> None:
    spec = sample("computed", result="money")
    assert types["computed"].store(Decimal(5), spec) == {"f_computed": Decimal(5)}
    assert types["computed"].order_columns(spec) == ("_c",)
    assert types["computed"].describe(spec)["cell"] == "money"


def test_the_registry_takes_each_type_once() -> None:
    own = TypeRegistry()
    own.register(STANDARD[0])
    with pytest.raises(ValueError, match="twice"):
        own.register(STANDARD[0])

    class Odd(FieldType):
        key, label, cell = "odd", N_("Text"), "hologram"

    with pytest.raises(ValueError, match="kind"):
        own.register(Odd())


def test_settings_are_checked_as_fields() -> None:
    assert read_settings(types["text"], {}, FR) == {"max_length": 255}
    assert read_settings(types["decimal"], {"scale": "3", "maximum": "1 000,5"}, FR) == {"scale": 3, "maximum": "1000.5"}
    assert read_settings(types["link"], {"target": "Accounts"}, FR) == {"target": "Accounts"}
    for key, given, wrong in (
        ("text", {"max_length": 9999}, "max_length"), ("text", {"colour": "red"}, "colour"), ("link", {}, "target"),
        ("decimal", {"minimum": 5, "maximum": 1}, "minimum"), ("picklist", {"choices": ["a", "A"]}, "choices"),
        ("integer", {"minimum": "beaucoup"}, "minimum"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            read_settings(types[key], given, FR)
        assert set(refused.value.fields) == {wrong}


def test_settings_of_every_type_make_a_working_field() -> None:
    for kind in STANDARD:
        settings = read_settings(kind, {"target": "Accounts"} if kind.key in ("link", "multi_link") else {}, FR)
        spec = FieldSpec(type=kind.key, label=N_("Text"), api_name="X", name="x", settings={**settings, "result": "text"})
        assert kind.column_type(spec) is not None
        for setting in kind.settings:
            assert setting.type in types.keys()  # noqa: SIM118
            assert setting.name == setting.api_name


def test_choices_from_a_person() -> None:
    assert [choice["value"] for choice in read_choices("Rouge\n\n Vert ")] == ["Rouge", "Vert"]
    assert read_choices([{"value": "A", "labels": {"fr": "Ah"}, "colour": "ok"}]) == [
        {"value": "A", "labels": {"fr": "Ah"}, "colour": "ok"}
    ]
