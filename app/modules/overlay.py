"""The overlay: what users changed of declared fields and modules, and the fields they made. Rows become specs here.

A property can be overlaid only when it is named in `CHANGEABLE`. Shipped picklist values are deactivated, never deleted: those
that an overlay does not mention (an upgrade brought them) are kept, behind the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from app.base.i18n import Text
from app.fields.spec import Choice, FieldSpec
from app.modules.spec import ModuleSpec

CHANGEABLE = ("label", "help", "required", "hidden", "section", "default", "choices", "unique")
MODULE_CHANGEABLE = ("singular", "plural", "in_rail", "position", "columns", "business_card")


def words(labels: Mapping[str, str], declared: Text | None = None) -> Text:
    """Words that users gave, by language; a language without a word falls back to the declaration, then to any word."""
    given = tuple((lang, label) for lang, label in labels.items() if label)
    if declared is not None:
        return replace(declared, labels=given)
    return Text(next((label for _, label in given), ""), translate=False, labels=given)


def choices_from_json(data: Sequence[Mapping[str, Any]], declared: Sequence[Choice] = ()) -> tuple[Choice, ...]:
    """Picklist values of an overlay or a custom field, in their order, merged over the declared ones."""
    shipped = {c.value: c for c in declared}
    result = []
    for item in data:
        base = shipped.pop(item["value"], None)
        label = words(item.get("labels", {}), base.label if base else None)
        extra = {**(dict(base.extra) if base else {}), **item.get("extra", {})}
        result.append(
            Choice(
                item["value"],
                label if str(label) or base else Text(item["value"], translate=False),
                item.get("colour", base.colour if base else ""),
                item.get("active", True),
                MappingProxyType(extra),
            )
        )
    return (*result, *shipped.values())


def choices_to_json(choices: Iterable[Choice]) -> list[dict[str, Any]]:
    """The inverse of `choices_from_json`, for the whole list."""
    return [
        {"value": c.value, "labels": dict(c.label.labels) or ({} if c.label.translate else {"fr": c.label.id, "en": c.label.id}),
         "colour": c.colour, "active": c.active, "extra": dict(c.extra)}
        for c in choices
    ]  # fmt: skip


def settings_from_json(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Type settings as kept in the database; choices become `Choice` objects."""
    settings = dict(data)
    if "choices" in settings:
        settings["choices"] = choices_from_json(settings["choices"])
    return MappingProxyType(settings)


def custom_fields(rows: Iterable[Mapping[str, Any]]) -> list[FieldSpec]:
    """The active custom fields of one module, in their order."""
    ordered = sorted((r for r in rows if r["active"]), key=lambda r: (r["position"], r["id"]))
    result = []
    for row in ordered:
        settings = row["settings"] or {}
        result.append(
            FieldSpec(
                type=row["type"],
                label=words(row["labels"] or {}),
                api_name=row["api_name"],
                name=f"cf_{row['id']}",
                module=row["module"],
                section=row["section"] or "information",
                settings=settings_from_json(settings),
                custom=True,
            )
        )
    return result


def apply_overrides(spec: ModuleSpec, rows: Iterable[Mapping[str, Any]]) -> ModuleSpec:
    """`spec` with the overlay's rows merged in; rows about fields or properties that no longer exist are left alone."""
    by_field: dict[str, dict[str, Any]] = {}
    for row in rows:
        by_field.setdefault(row["field"], {})[row["property"]] = row["value"]
    fields = tuple(_overlaid(f, by_field[f.name]) if f.name in by_field else f for f in spec.fields)
    changes: dict[str, Any] = {"fields": fields}
    for name, value in by_field.get("", {}).items():
        if name in ("singular", "plural"):
            changes[name] = words(value, getattr(spec, name))
        elif name in ("columns", "business_card"):
            known = {f.name for f in fields}
            changes[name] = tuple(v for v in value if v in known)
        elif name in MODULE_CHANGEABLE:
            changes[name] = value
    return replace(spec, **changes)


def _overlaid(field: FieldSpec, properties: Mapping[str, Any]) -> FieldSpec:
    changes: dict[str, Any] = {}
    for name, value in properties.items():
        if name == "label":
            changes["label"] = words(value, field.label)
            changes["former_labels"] = (*field.former_labels, field.label.id)
        elif name == "help":
            changes["help"] = words(value, field.help)
        elif name == "choices":
            merged = choices_from_json(value, field.choices)
            changes["settings"] = MappingProxyType({**field.settings, "choices": merged})
        elif name in CHANGEABLE:
            changes[name] = value
    return replace(field, **changes)
