"""Fields of a module, declared in one line each on a SQLModel class: `amount: Decimal | None = money(N_("Amount"), api="Amount")`.

Each function returns a `sqlmodel.Field` whose column carries the `FieldSpec` in `info["field"]`; the module's registry fills in the
name and the module. All columns may be NULL: what is required is a rule of the pipeline, so that drafts, imports and later changes
of the rule need no migration. Every function takes the properties of a `FieldSpec` as keywords (see `Properties`).
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Any, TypedDict, Unpack

from sqlmodel import Field

from app.base.i18n import Text
from app.fields.registry import types
from app.fields.spec import Choice, FieldSpec


class Properties(TypedDict, total=False):
    """What every field may say about itself."""

    required: bool
    unique: bool
    read_only: bool
    hidden: bool
    indexed: bool
    help: Text | None
    default: Any
    section: str
    former_labels: tuple[str, ...]


def spec(type: str, label: Text, api: str, settings: dict[str, Any], properties: Properties, name: str = "") -> FieldSpec:
    """The `FieldSpec` of one declaration; raises `KeyError` for a type that does not exist."""
    types[type]
    frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items() if value is not None}
    return FieldSpec(type=type, label=label, api_name=api, name=name, settings=MappingProxyType(frozen), **properties)


def field(declared: FieldSpec) -> Any:
    """The attribute of a SQLModel class for a field that was specified."""
    foreign_key = declared.settings.get("foreign_key", "")
    linked: dict[str, Any] = {"foreign_key": foreign_key, "ondelete": "SET NULL"} if foreign_key else {}
    return Field(
        default=None,
        nullable=True,
        sa_type=types[declared.type].column_type(declared),
        sa_column_kwargs={"info": {"field": declared}},
        **linked,
    )


def text(label: Text, *, api: str, max_length: int = 255, **properties: Unpack[Properties]) -> Any:
    """One line of text of at most `max_length` characters."""
    return field(spec("text", label, api, {"max_length": max_length}, properties))


def long_text(label: Text, *, api: str, max_length: int = 32_000, **properties: Unpack[Properties]) -> Any:
    """Text of several lines."""
    return field(spec("long_text", label, api, {"max_length": max_length}, properties))


def email(label: Text, *, api: str, max_length: int = 254, **properties: Unpack[Properties]) -> Any:
    """One e-mail address."""
    return field(spec("email", label, api, {"max_length": max_length}, properties))


def phone(label: Text, *, api: str, region: str = "FR", **properties: Unpack[Properties]) -> Any:
    """One telephone number; `region` is where numbers without a country code belong."""
    return field(spec("phone", label, api, {"region": region}, properties))


def url(label: Text, *, api: str, max_length: int = 2_000, **properties: Unpack[Properties]) -> Any:
    """The address of a web page."""
    return field(spec("url", label, api, {"max_length": max_length}, properties))


def integer(
    label: Text, *, api: str, minimum: int | None = None, maximum: int | None = None, **properties: Unpack[Properties]
) -> Any:
    """A whole number between the limits, which are included."""
    return field(spec("integer", label, api, {"minimum": minimum, "maximum": maximum}, properties))


def decimal(
    label: Text,
    *,
    api: str,
    scale: int = 2,
    minimum: str | None = None,
    maximum: str | None = None,
    **properties: Unpack[Properties],
) -> Any:
    """An exact number with `scale` decimals; the limits are exact numbers in text and included."""
    return field(spec("decimal", label, api, {"scale": scale, "minimum": minimum, "maximum": maximum}, properties))


def percent(
    label: Text,
    *,
    api: str,
    scale: int = 2,
    minimum: str | None = None,
    maximum: str | None = None,
    **properties: Unpack[Properties],
) -> Any:
    """A percentage: 50 means 50 %."""
    return field(spec("percent", label, api, {"scale": scale, "minimum": minimum, "maximum": maximum}, properties))


def money(label: Text, *, api: str, scale: int = 4, minimum: str | None = None, **properties: Unpack[Properties]) -> Any:
    """An amount in the record's currency, kept with `scale` decimals."""
    return field(spec("money", label, api, {"scale": scale, "minimum": minimum}, properties))


def date_(label: Text, *, api: str, **properties: Unpack[Properties]) -> Any:
    """A day, without time or zone."""
    return field(spec("date", label, api, {}, properties))


def datetime_(label: Text, *, api: str, **properties: Unpack[Properties]) -> Any:
    """An instant, shown in the reader's zone."""
    return field(spec("datetime", label, api, {}, properties))


def picklist(label: Text, *, api: str, choices: Iterable[Choice], **properties: Unpack[Properties]) -> Any:
    """One value out of `choices`."""
    return field(spec("picklist", label, api, {"choices": tuple(choices)}, properties))


def multi_picklist(label: Text, *, api: str, choices: Iterable[Choice], **properties: Unpack[Properties]) -> Any:
    """Any number of values out of `choices`."""
    return field(spec("multi_picklist", label, api, {"choices": tuple(choices)}, properties))


def boolean(label: Text, *, api: str, **properties: Unpack[Properties]) -> Any:
    """Yes or no."""
    return field(spec("boolean", label, api, {}, properties))


def link(label: Text, *, api: str, target: str, foreign_key: str = "", **properties: Unpack[Properties]) -> Any:
    """One record of the module `target` (API name); `foreign_key` ("accounts.id") for a standard module."""
    return field(spec("link", label, api, {"target": target, "foreign_key": foreign_key}, properties))


def multi_link(label: Text, *, api: str, target: str, **properties: Unpack[Properties]) -> Any:
    """Any number of records of the module `target`; kept in `record_link`, not in a column."""
    return field(spec("multi_link", label, api, {"target": target}, properties))


def any_link(label: Text, *, api: str, targets: Iterable[str] = (), **properties: Unpack[Properties]) -> Any:
    """One record of any of the modules `targets` (empty: of all): columns `<name>_module` and `<name>_id`."""
    return field(spec("any_link", label, api, {"targets": tuple(targets)}, properties))


def person(label: Text, *, api: str, foreign_key: str = "", **properties: Unpack[Properties]) -> Any:
    """One user."""
    return field(spec("person", label, api, {"foreign_key": foreign_key}, properties))


def auto_number(
    label: Text,
    *,
    api: str,
    prefix: str = "",
    digits: int = 5,
    suffix: str = "",
    start: int = 1,
    **properties: Unpack[Properties],
) -> Any:
    """A number that the system gives: prefix, at least `digits` digits, suffix."""
    properties.setdefault("read_only", True)
    return field(
        spec("auto_number", label, api, {"prefix": prefix, "digits": digits, "suffix": suffix, "start": start}, properties)
    )


def computed(
    label: Text, *, api: str, result: str, formula: str, depends: Iterable[str], settings: dict[str, Any] | None = None,
    **properties: Unpack[Properties],
) -> Any:  # fmt: skip
    """A value of type `result` that `formula` (its name in services/rules) makes of the fields `depends`; kept like a typed one."""
    properties.setdefault("read_only", True)
    own = {"result": result, "formula": formula, "depends": tuple(depends)}
    return field(spec("computed", label, api, {**(settings or {}), **own}, properties))
