"""The settings of a field type are fields themselves: one dialog, one command-line option and one check for all types.

`setting(…)` declares one in a type's `settings`. `read_settings` turns what a person gave into the plain JSON that is kept with a
custom field; picklists bring `choices` beside it, which are a list and have an editor of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, Text
from app.base.text import fold
from app.fields.cleaning import clean_line
from app.fields.spec import Ctx, FieldSpec, FieldType, Problem, types

MOST_CHOICES = 500
LONGEST_CHOICE = 120
COLOURS = ("", "ok", "wa", "da", "in", "pu", "nu", "r1", "r2", "r3", "r4", "r5")


def setting(
    type: str, name: str, label: Text, default: Any = None, *, required: bool = False, help: Text | None = None, **settings: Any
) -> FieldSpec:
    """One setting: a field whose name is the key in `FieldSpec.settings`."""
    return FieldSpec(
        type=type, label=label, api_name=name, name=name, default=default, required=required, help=help,
        settings=MappingProxyType(settings),
    )  # fmt: skip


def read_settings(field_type: FieldType, raw: Mapping[str, Any], ctx: Ctx) -> dict[str, Any]:
    """Checked settings in plain JSON, defaults filled in. Raises `Invalid` with a message per setting."""
    problems: dict[str, Text | str] = {}
    result: dict[str, Any] = {}
    known = {spec.name: spec for spec in field_type.settings}
    for name in raw:
        if name not in known and not (name == "choices" and _has_choices(field_type)):
            problems[name] = N_("“%(type)s” has no setting “%(setting)s”.", type=field_type.label, setting=name)
    for name, spec in known.items():
        kind = types[spec.type]
        try:
            value = kind.parse(raw.get(name), spec, ctx)
            kind.check(value, spec)
            data = kind.to_json(value, spec) if value is not None else spec.default
            if data is None and spec.required:
                raise Problem(N_("“%(setting)s” must be given.", setting=spec.label))
            if data is not None:
                result[name] = data
        except Problem as problem:
            problems[name] = problem.message
    if _has_choices(field_type):
        try:
            result["choices"] = read_choices(raw.get("choices") or ())
        except Problem as problem:
            problems["choices"] = problem.message
    if not problems and _crossed(result):
        problems["minimum"] = N_("The smallest value is larger than the largest one.")
    if problems:
        raise Invalid(problems)
    return result


def read_choices(raw: Any) -> list[dict[str, Any]]:
    """Values of a picklist in plain JSON, [{"value", "labels", "colour"}]; texts alone are values. Raises `Problem`."""
    if isinstance(raw, str):
        raw = raw.split("\n") if "\n" in raw else raw.split(";")
    if not isinstance(raw, (list, tuple)):
        raise Problem(N_("Give the values of the list, one a line."))
    found: dict[str, dict[str, Any]] = {}
    for item in raw:
        choice = dict(item) if isinstance(item, Mapping) else {"value": item}
        value = clean_line(choice.get("value"))
        if value is None:
            continue
        if len(value) > LONGEST_CHOICE:
            raise Problem(N_("A value of a list has at most %(limit)s characters.", limit=LONGEST_CHOICE))
        if fold(value) in found:
            raise Problem(N_("“%(value)s” is in the list twice.", value=value))
        if choice.get("colour", "") not in COLOURS:
            raise Problem(N_("“%(colour)s” is not a colour of the interface.", colour=str(choice["colour"])))
        found[fold(value)] = {"labels": {}, "colour": "", **choice, "value": value}
    if len(found) > MOST_CHOICES:
        raise Problem(N_("A list has at most %(most)s values.", most=MOST_CHOICES))
    return list(found.values())


def _has_choices(field_type: FieldType) -> bool:
    return field_type.editor in ("choice", "choices")


def _crossed(settings: Mapping[str, Any]) -> bool:
    low, high = settings.get("minimum"), settings.get("maximum")
    return low is not None and high is not None and float(low) > float(high)
