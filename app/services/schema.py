"""Fields and picklist values made at run time: columns, metadata and schema version in one transaction, through log and undo.

Invariants: a custom field is the column `cf_<id>` (and its shadows) of its module's table, always nullable; adding is instant.
Removing hides the field and keeps the column, so that undo brings everything back. Only people who may set up change the schema.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.base.errors import Forbidden, Invalid, NotFound
from app.base.i18n import N_, Text, raw
from app.base.ids import new_id
from app.base.text import fold
from app.database import ddl
from app.database.engine import current
from app.fields.registry import types
from app.fields.settings import read_settings
from app.fields.spec import FieldSpec
from app.modules import registry
from app.modules.overlay import choices_to_json, custom_fields
from app.modules.spec import ModuleSpec
from app.modules.system import CustomField, Override
from app.services.actor import Actor, ctx
from app.services.log import Changes, bump, change_set

MAX_FIELDS = 300
_CUSTOM = CustomField.__table__  # type: ignore[attr-defined]
_OVERRIDE = Override.__table__  # type: ignore[attr-defined]
_NOT_CUSTOM = ("computed", "auto_number", "any_link")


def add_field(
    actor: Actor,
    module: str,
    label: str | Mapping[str, str],
    type_key: str,
    *,
    settings: Mapping[str, Any] | None = None,
    section: str = "information",
) -> FieldSpec:
    """Makes a field. `label`: its word, or {language: word}; `settings` as the type's, choices as [{value, labels, colour}].

    Raises `Invalid` with what is wrong, `Forbidden` without the right to set up.
    """
    _check_right(actor)
    spec = _fresh(module)
    labels = {"fr": label, "en": label} if isinstance(label, str) else dict(label)
    labels = {lang: " ".join(word.split()) for lang, word in labels.items() if word.strip()}
    _check_new(spec, labels, type_key, section)
    checked = read_settings(types[type_key], settings or {}, ctx(actor))
    with change_set(actor, N_("Field “%(field)s” added", field=raw(next(iter(labels.values()))))) as changes:
        count = changes.connection.execute(select(func.count()).where(_CUSTOM.c.module == spec.api_name)).scalar_one()
        if count >= MAX_FIELDS:
            raise Invalid(N_("A module can have %(n)s fields of its own at most.", n=MAX_FIELDS))
        row = {
            "id": new_id(), "module": spec.api_name, "type": type_key, "api_name": _api_name(spec, labels), "labels": labels,
            "settings": checked, "section": section, "active": True, "position": count,
        }  # fmt: skip
        made = custom_fields([row])[0]
        for column in types[type_key].columns(made):
            ddl.add_column(changes.connection, spec.table, column)
        changes.insert(CustomField, row)
        _schema_changed(changes)
    return _fresh(module).field(made.name)


def set_active(actor: Actor, module: str, field: str, active: bool) -> None:
    """Hides a custom field (its values stay), or shows it again."""
    _check_right(actor)
    found = re.fullmatch(r"cf_(\d+)", field)
    with change_set(actor, N_("Field hidden") if not active else N_("Field shown")) as changes:
        if found is None or not changes.update(CustomField, int(found[1]), {"active": active}):
            raise NotFound(N_("There is no field “%(field)s” in %(module)s.", field=field, module=module))
        _schema_changed(changes)


def add_choices(actor: Actor, module: str, field: str, values: Sequence[Mapping[str, Any]]) -> FieldSpec:
    """Adds values to a picklist: [{value, labels?, colour?, extra?}]; those that exist already are left alone."""
    _check_right(actor)
    f = _fresh(module).field(field)
    if "choices" not in f.settings:
        raise Invalid(N_("“%(field)s” is not a picklist.", field=f.label))
    known = {fold(c.value) for c in f.choices}
    added = [dict(v) for v in values if fold(v["value"]) not in known]
    if not added:
        return f
    every = [*choices_to_json(f.choices), *({"labels": {"fr": v["value"], "en": v["value"]}, **v} for v in added)]
    with change_set(actor, N_("Values added to “%(field)s”", field=f.label)) as changes:
        if f.custom:
            row_id = int(f.name.removeprefix("cf_"))
            row = changes.connection.execute(select(_CUSTOM.c.settings).where(_CUSTOM.c.id == row_id)).scalar_one()
            changes.update(CustomField, row_id, {"settings": {**(row or {}), "choices": every}})
        else:
            set_property(changes, f.module, f.name, "choices", every)
        _schema_changed(changes)
    return _fresh(module).field(f.name)


def set_property(changes: Changes, module: str, field: str, name: str, value: Any) -> None:
    """Writes one overlay row inside an open change set; None takes the declaration's own value again."""
    row_id = changes.connection.execute(
        select(_OVERRIDE.c.id).where(_OVERRIDE.c.module == module, _OVERRIDE.c.field == field, _OVERRIDE.c.property == name)
    ).scalar()
    if row_id is None:
        if value is not None:
            changes.insert(Override, {"module": module, "field": field, "property": name, "value": value})
    elif value is None:
        changes.delete(Override, row_id)
    else:
        changes.update(Override, row_id, {"value": value})


def _schema_changed(changes: Changes) -> None:
    bump(changes.connection, "schema_version")
    changes.topics.add(("schema",))

    def reload() -> None:
        with current().reading() as connection:
            registry.refresh(connection)

    changes.after_commit(reload)


def _fresh(module: str) -> ModuleSpec:
    """The module as the database has it now, whatever this process knew."""
    with current().reading() as connection:
        return registry.refresh(connection).module(module)


def _check_right(actor: Actor) -> None:
    if not actor.tool("setup"):
        raise Forbidden(N_("Only an administrator can change fields and lists."))


def _check_new(spec: ModuleSpec, labels: Mapping[str, str], type_key: str, section: str) -> None:
    problems: dict[str, Text | str] = {}
    if not labels:
        problems["label"] = N_("Give the field a name.")
    elif any(len(word) > 80 for word in labels.values()):
        problems["label"] = N_("The name of a field has 80 characters at most.")
    else:
        taken = {fold(str(f.label)) for f in spec.fields} | {fold(w) for f in spec.fields for _, w in f.label.labels}
        if any(fold(word) in taken for word in labels.values()):
            problems["label"] = N_("%(module)s already has a field with this name.", module=spec.plural)
    if type_key not in types.keys() or type_key in _NOT_CUSTOM:  # noqa: SIM118 - a registry, not a dict
        problems["type"] = N_("There is no field type “%(type)s”.", type=type_key)
    if section not in {s.key for s in spec.sections}:
        problems["section"] = N_("There is no section “%(section)s”.", section=section)
    if problems:
        raise Invalid(problems)


def _api_name(spec: ModuleSpec, labels: Mapping[str, str]) -> str:
    """An API name made of the label, as Zoho does: words joined by underscores, free in the module."""
    word = labels.get("en") or next(iter(labels.values()))
    base = "_".join(part.capitalize() for part in re.findall(r"[a-z0-9]+", fold(word))) or "Field"
    if base[0].isdigit():
        base = f"Field_{base}"
    base = base[:70]
    taken = {f.api_name for f in spec.fields}
    number, name = 1, base
    while name in taken:
        number, name = number + 1, f"{base}{number}"
    return name
