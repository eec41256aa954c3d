"""A module in plain data, for the components of the browser: fields with their kinds, operators and words, as one person may use them.

Invariants: what the actor may not see is not in it; every word is in the language spoken now; ids of operators, kinds and fields are
those of the filters, the query and the records services.
"""

from __future__ import annotations

from typing import Any

from app.base.i18n import _
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules import registry
from app.modules.registry import Snapshot
from app.modules.spec import ModuleSpec
from app.services.actor import OPERATIONS, Actor

_MADE = ("computed", "auto_number")  # by the system, whatever their declaration says
_NEVER = ("deleted_at", "deleted_by_id")


def describe(actor: Actor, module: str) -> dict[str, Any]:
    """The module for the browser; `NotFound` when there is none. Fields carry `hidden` when they are not offered by default."""
    snapshot = registry.snapshot()
    spec = snapshot.module(module)
    seen = [field for field in spec.fields if actor.sees(spec, field) and field.name not in _NEVER]
    names = {field.name for field in seen}
    return {
        "api": spec.api_name,
        "slug": spec.slug,
        "singular": str(spec.singular),
        "plural": str(spec.plural),
        "new": str(spec.new),
        "icon": spec.icon,
        "title": spec.title,
        "subtitle": spec.subtitle if spec.subtitle in names else "",
        "avatar": spec.avatar,
        "fields": [describe_field(actor, snapshot, spec, field) for field in seen],
        "sections": _sections(spec, seen),
        "columns": [name for name in spec.columns if name in names],
        "card": [name for name in spec.board.card if name in names] if spec.board else [],
        "business_card": [name for name in spec.business_card if name in names],
        "quick_create": [name for name in spec.quick_create if name in names],
        "default_sort": [list(one) for one in spec.default_sort if one[0] in names],
        "board": _board(spec, names),
        "can": [op for op in OPERATIONS if actor.can(spec, op)],
        "related": [_related(snapshot, actor, related) for related in spec.related if _reads(actor, snapshot, related.module)],
    }


def describe_field(actor: Actor, snapshot: Snapshot, spec: ModuleSpec, field: FieldSpec) -> dict[str, Any]:
    """One field: names, words, kinds, what a filter offers, and what its type adds (choices, scale, max_length, href…)."""
    field_type = types[field.type]
    own = field_type.describe(field)
    data: dict[str, Any] = {
        "name": field.name,
        "api": field.api_name,
        "module": spec.api_name,
        "label": str(field.label),
        "type": field.type,
        "cell": field_type.cell,
        "editor": field_type.editor,
        "align": field_type.align,
        "required": field.required,
        "readonly": field.read_only or field.type in _MADE or actor.field_access(spec, field) != "write",
        "unique": field.unique,
        "hidden": field.hidden,
        "custom": field.custom,
        "help": str(field.help) if field.help else "",
        "section": field.section,
        "sortable": field_type.sortable,
        "groupable": field_type.groupable,
        "aggregates": list(field_type.aggregates),
        "operators": [
            {"key": operator.key, "label": str(operator.label), "editor": operator.editor} for operator in field_type.operators(field)
        ],
        **own,
    }  # fmt: skip
    if field.type == "email":
        data.setdefault("href", "mailto")
    if field.target:
        data["target"] = _target(actor, snapshot, field.target)
        data["readonly"] = data["readonly"] or not data["target"]["readable"]
    elif "targets" in own:
        data["targets"] = [_target(actor, snapshot, name) for name in own["targets"] if _reads(actor, snapshot, name)]
        data["readonly"] = True  # its editor first asks which module: the record page has it
    return data


def _target(actor: Actor, snapshot: Snapshot, name: str) -> dict[str, Any]:
    """What a link's editor and cell need to know of the module it points to."""
    spec = snapshot.module(name)
    return {
        "api": spec.api_name,
        "slug": spec.slug,
        "title": spec.title,
        "singular": str(spec.singular),
        "icon": spec.icon,
        "avatar": spec.avatar,
        "readable": actor.can(spec, "read"),
        "can_create": actor.can(spec, "create"),
    }


def _sections(spec: ModuleSpec, seen: list[FieldSpec]) -> list[dict[str, Any]]:
    """The sections that hold something; fields without one stand in the first."""
    known = [section.key for section in spec.sections]
    used = {field.section for field in seen}
    found = [
        {"key": section.key, "label": str(section.label), "collapsed": section.collapsed}
        for section in spec.sections
        if section.key in used
    ]
    if used - set(known):
        found += [{"key": key, "label": _("Other"), "collapsed": False} for key in sorted(used - set(known))]
    return found


def _board(spec: ModuleSpec, names: set[str]) -> dict[str, Any] | None:
    board = spec.board
    if board is None or board.by not in names:
        return None
    return {"by": board.by, "total": board.total if board.total in names else "", "card": [n for n in board.card if n in names]}


def _related(snapshot: Snapshot, actor: Actor, related: Any) -> dict[str, Any]:
    spec = snapshot.module(related.module)
    seen = [name for name in related.columns if name in spec.by_name and actor.sees(spec, spec.by_name[name])]
    return {
        "key": related.key, "label": str(related.label), "module": spec.api_name, "slug": spec.slug, "field": related.field,
        "icon": spec.icon, "columns": seen, "new": str(spec.new), "can": [op for op in ("create", "edit") if actor.can(spec, op)],
    }  # fmt: skip


def _reads(actor: Actor, snapshot: Snapshot, module: str) -> bool:
    """Whether the module exists and the actor may read it."""
    return any(spec.api_name == module and actor.can(spec, "read") for spec in snapshot.modules)
