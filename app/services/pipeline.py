"""The pipeline: what every write of a record goes through, one record or a thousand. Only records, bulk and undo call it.

Order (architecture, decision 6): module access → load with the edit predicate in the WHERE → field access → parse and check, all
errors collected → version (others' fields merge, the same field conflicts) → links → the module's rules → computed values → write
→ the edit predicate again on the written row → history. Parsing needs no transaction and is done before one is opened.

A draft that is refused carries its error and is not written; the caller decides whether that fails the whole (one record) or only
the row (import). Nothing here commits: that is the change set's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, bindparam, insert, select, update

from app.base import clock
from app.base.errors import Conflict, Forbidden, NotFound
from app.base.i18n import N_, Text
from app.base.ids import new_id
from app.fields.registry import types
from app.fields.spec import Ctx, FieldSpec, Problem
from app.modules import registry
from app.modules.formulas import FORMULAS
from app.modules.spec import ModuleSpec
from app.services import access, record_links, rules
from app.services.actor import Actor
from app.services.draft import Draft
from app.services.log import CHANGE, CHANGE_SET, Changes

_CHUNK = 500
_CENT = Decimal("0.0001")
UNKNOWN_RECORD = N_("This record does not exist, or you do not have access to it.")


@dataclass(slots=True)
class Parsed:
    """What the caller sent, parsed and checked; `errors` by field name.

    `fixed`: Python values of fields that the system sets (created_at…), for new records that already have a past: a migration by
    an administrator, the sample data. Never filled from input that a form, an import file or the API names fields in.
    """

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Text | str] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Change:
    """A wished change of one record; `version` is the one the caller saw, None to skip the comparison."""

    id: int
    parsed: Parsed
    version: int | None = None


def parse(actor: Actor, spec: ModuleSpec, ctx: Ctx, values: Mapping[str, Any]) -> Parsed:
    """Parses `values` (by field name or API name). Fields that the actor may not write raise `Forbidden`."""
    parsed = Parsed()
    for key, raw in values.items():
        found = spec.by_name.get(key)
        if found is None or not actor.sees(spec, found):
            parsed.errors[key] = N_("There is no field “%(field)s” in %(module)s.", field=key, module=spec.plural)
            continue
        if found.read_only or found.type in ("computed", "auto_number"):
            parsed.errors[found.name] = N_("“%(field)s” is set by Comptoir and cannot be changed.", field=found.label)
            continue
        if actor.field_access(spec, found) != "write":
            raise Forbidden(N_("Your profile does not allow changing “%(field)s”.", field=found.label))
        kind = types[found.type]
        try:
            value = kind.parse(raw, found, ctx)
            if value is not None:
                kind.check(value, found)
        except Problem as problem:
            parsed.errors[found.name] = problem.message
            continue
        if value is None and found.required:
            parsed.errors[found.name] = N_("“%(field)s” is required.", field=found.label)
            continue
        parsed.values[found.name] = value
    return parsed


def create(changes: Changes, actor: Actor, spec: ModuleSpec, ctx: Ctx, rows: Sequence[Parsed]) -> list[Draft]:
    """Writes new records; returns a draft for each row, in order, refused ones with their error."""
    access.check(actor, spec.api_name, "create")
    table = registry.snapshot().table(spec.api_name)
    drafts = [_new_draft(actor, ctx, spec, parsed) for parsed in rows]
    _finish(changes, actor, spec, drafts)
    good = [d for d in drafts if d.error is None]
    if good:
        blank: dict[str, Any] = dict.fromkeys(c.name for c in table.columns)
        changes.connection.execute(insert(table), [blank | _columns(d, d.after) for d in good])
        for draft in good:
            changes.record(spec.api_name, draft.id, "create", None, None, 1)
        record_links.write(changes, spec, good)
        _after(changes, spec, good)
    return drafts


def edit(changes: Changes, actor: Actor, spec: ModuleSpec, ctx: Ctx, wishes: Sequence[Change]) -> list[Draft]:
    """Writes changes of existing records; returns a draft for each wish, in order. Unchanged records are not written."""
    access.check(actor, spec.api_name, "edit")
    table = registry.snapshot().table(spec.api_name)
    loaded = load(changes, actor, spec, [w.id for w in wishes], "edit")
    drafts = [_edit_draft(changes, actor, ctx, spec, wish, loaded.get(wish.id)) for wish in wishes]
    _finish(changes, actor, spec, drafts)
    good = [d for d in drafts if d.error is None and d.changes]
    if good:
        write(changes, table, good)
        _verify(changes, actor, spec, table, good)
        log_updates(changes, spec, good)
        record_links.write(changes, spec, good)
        _after(changes, spec, good)
    return drafts


def load(
    changes: Changes, actor: Actor, spec: ModuleSpec, ids: Iterable[int], action: str, *, deleted: bool = False
) -> dict[int, dict[str, Any]]:
    """The records that `actor` may `action`, whole, locked for this transaction: {id: Python values by field name}."""
    table = registry.snapshot().table(spec.api_name)
    wanted = list(dict.fromkeys(ids))
    result: dict[int, dict[str, Any]] = {}
    state = table.c.deleted_at.is_not(None) if deleted else table.c.deleted_at.is_(None)
    scope = access.scope(actor, spec.api_name, action, table)
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        query = select(*table.columns).where(table.c.id.in_(part), state, scope).with_for_update(of=table)
        for row in changes.connection.execute(query).mappings():
            result[row["id"]] = unpack(spec, dict(row))
    record_links.read(changes.connection, spec, result)
    return result


def unpack(spec: ModuleSpec, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of columns as Python values by field name, with `id` and `version`."""
    values = {f.name: types[f.type].load(row, f) for f in spec.fields if f.type != "multi_link"}
    values["id"], values["version"] = row["id"], row["version"]
    return values


def write(changes: Changes, table: Table, drafts: Sequence[Draft]) -> None:
    """Updates the changed columns of each draft, grouped by the same set of columns; raises the version by one."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for draft in drafts:
        draft.after["modified_at"] = changes.at
        draft.after["modified_by_id"] = changes.actor.user_id or None
        names = {*draft.changes, "modified_at", "modified_by_id"}
        if {"currency", "exchange_rate"} & names:
            names |= {f.name for f in draft.spec.fields if f.type == "money"}
        columns = _columns(draft, {n: draft.after.get(n) for n in names})
        columns |= {"_id": draft.id, "_version": draft.version, "version": draft.version + 1}
        groups.setdefault(tuple(sorted(columns)), []).append(columns)
    for columns_, rows in groups.items():
        values = {n: bindparam(f"v_{n}", type_=table.c[n].type) for n in columns_ if not n.startswith("_")}
        statement = update(table).where(table.c.id == bindparam("_id"), table.c.version == bindparam("_version")).values(values)
        bound = [{(n if n.startswith("_") else f"v_{n}"): v for n, v in row.items()} for row in rows]
        changes.connection.execute(statement, bound)


def log_updates(changes: Changes, spec: ModuleSpec, drafts: Sequence[Draft], op: str = "update") -> None:
    """History rows of drafts that were written: changed fields only, before and after, in JSON."""
    for draft in drafts:
        names = [n for n in draft.changes if n not in ("modified_at", "modified_by_id")]
        before = {n: to_json(spec, n, draft.before.get(n)) for n in names}
        after = {n: to_json(spec, n, draft.after.get(n)) for n in names}
        changes.record(spec.api_name, draft.id, op, before, after, draft.version + 1)


def to_json(spec: ModuleSpec, name: str, value: Any) -> Any:
    """A field's value as the log keeps it."""
    found = spec.by_name[name]
    return None if value is None else types[found.type].to_json(value, found)


def from_json(spec: ModuleSpec, name: str, data: Any) -> Any:
    """The inverse of `to_json`."""
    found = spec.by_name[name]
    return None if data is None else types[found.type].from_json(data, found)


def _new_draft(actor: Actor, ctx: Ctx, spec: ModuleSpec, parsed: Parsed) -> Draft:
    given = {n: v for n, v in parsed.values.items() if v is not None}
    after = {n: v for n, v in _defaults(actor, spec, ctx).items() if n not in parsed.values} | given
    draft = Draft(
        actor, ctx, spec, new_id(), {}, after, frozenset(parsed.values), errors=dict(parsed.errors), fixed=parsed.fixed
    )
    now = clock.now()
    after["created_at"] = after["modified_at"] = now
    after["created_by_id"] = after["modified_by_id"] = actor.user_id or None
    if after.get("owner_id") != (actor.user_id or None) and "owner_id" in given and not actor.can(spec, "assign"):
        draft.refused = Forbidden(N_("Your profile does not allow giving records to somebody else."))
    return draft


def _defaults(actor: Actor, spec: ModuleSpec, ctx: Ctx) -> dict[str, Any]:
    special = {"@me": actor.user_id or None, "@today": ctx.today, "@now": clock.now(), "@currency": ctx.currency}
    result: dict[str, Any] = {}
    for f in spec.fields:
        if f.default is not None:
            value = special.get(f.default, f.default) if isinstance(f.default, str) else f.default
            result[f.name] = value if isinstance(f.default, str) and f.default in special else types[f.type].from_json(value, f)
    return result


def _edit_draft(changes: Changes, actor: Actor, ctx: Ctx, spec: ModuleSpec, wish: Change, row: dict[str, Any] | None) -> Draft:
    if row is None:
        draft = Draft(actor, ctx, spec, wish.id, {"id": wish.id}, {"id": wish.id}, frozenset())
        draft.refused = NotFound(UNKNOWN_RECORD)
        return draft
    after = dict(row)
    after.update(wish.parsed.values)
    draft = Draft(actor, ctx, spec, wish.id, row, after, frozenset(wish.parsed.values), row["version"])
    draft.errors = dict(wish.parsed.errors)
    if wish.version is not None and wish.version != row["version"]:
        draft.refused = _conflict(changes, actor, spec, wish, row)
    if draft.changed("owner_id") and not actor.can(spec, "assign"):
        draft.refused = Forbidden(N_("Your profile does not allow giving records to somebody else."))
    return draft


def _conflict(changes: Changes, actor: Actor, spec: ModuleSpec, wish: Change, row: Mapping[str, Any]) -> Conflict | None:
    """None when the fields that others changed since `wish.version` are not the ones wished now (or agree with them)."""
    query = (
        select(CHANGE.c.after, CHANGE_SET.c.user_id)
        .join(CHANGE_SET, CHANGE_SET.c.id == CHANGE.c.set_id)
        .where(CHANGE.c.module == spec.api_name, CHANGE.c.record_id == wish.id, CHANGE.c.version > wish.version)
    )
    since: dict[str, int | None] = {}
    for after, user_id in changes.connection.execute(query):
        since.update(dict.fromkeys(after or {}, user_id))

    def theirs(name: str) -> Any:
        known = record_links.in_sight(changes.connection, actor, spec.by_name[name], row.get(name))
        return to_json(spec, name, row.get(name)) if known else None

    same = {
        name: {"mine": to_json(spec, name, value), "theirs": theirs(name), "by": since[name]}
        for name, value in wish.parsed.values.items()
        if name in since and value != row.get(name)
    }
    if not same:
        return None
    labels = ", ".join(str(spec.by_name[n].label) for n in same)
    return Conflict(
        N_("Somebody changed the same field meanwhile: %(fields)s.", fields=labels), fields=same, version=row["version"]
    )


def _finish(changes: Changes, actor: Actor, spec: ModuleSpec, drafts: Sequence[Draft]) -> None:
    """Links, required fields, rules, computed values and company amounts of drafts that are still good."""
    open_drafts = [d for d in drafts if d.refused is None]
    record_links.check(changes.connection, actor, spec, open_drafts)
    module_rules = rules.of(spec.api_name)
    required = [f for f in spec.fields if f.required]
    for draft in open_drafts:
        for f in required:
            if draft.after.get(f.name) is None and f.name not in draft.errors and (draft.is_new or f.name in draft.given):
                draft.errors[f.name] = N_("“%(field)s” is required.", field=f.label)
        if draft.errors or not (draft.is_new or draft.changes):
            continue
        if module_rules is not None:
            module_rules.before_save(draft)
        _compute(draft)
        draft.after.update(draft.fixed)
        if spec.has_money:
            _exchange(draft)


def _compute(draft: Draft) -> None:
    for f in draft.spec.fields:
        formula = FORMULAS.get(str(f.settings.get("formula", ""))) if f.type == "computed" else None
        if formula is not None:
            draft.after[f.name] = formula(draft.after)


def derive(draft: Draft) -> None:
    """What follows from other fields, after some were put back and others stayed: the rest of the rules is not asked again."""
    module_rules = rules.of(draft.spec.api_name)
    if module_rules is not None:
        module_rules.derive(draft)
    _compute(draft)


def _exchange(draft: Draft) -> None:
    """Fixes what the record's currency is worth in the company's."""
    after = draft.after
    currency = after.setdefault("currency", draft.ctx.currency) or draft.ctx.currency
    after["currency"] = currency
    if currency == draft.ctx.currency:
        after["exchange_rate"] = Decimal(1)
    elif not after.get("exchange_rate") or (draft.changed("currency") and "exchange_rate" not in draft.given):
        draft.errors["exchange_rate"] = N_(
            "Give the exchange rate: how much one %(currency)s is worth in %(company)s.",
            currency=currency,
            company=draft.ctx.currency,
        )


def _columns(draft: Draft, values: Mapping[str, Any]) -> dict[str, Any]:
    """Column values, shadows included, of the given fields of a draft."""
    result: dict[str, Any] = {}
    by_name = draft.spec.by_name
    for name, value in values.items():
        if value is None and draft.is_new:
            continue  # the row begins with every column empty
        found: FieldSpec | None = by_name.get(name)
        if found is None or found.type == "multi_link":
            continue
        result.update(types[found.type].store(value, found))
        if found.type == "money":
            rate = draft.after.get("exchange_rate") or Decimal(1)
            result[f"{name}_c"] = None if value is None else (value if rate == 1 else (value * rate).quantize(_CENT))
    if draft.is_new:
        result |= {"id": draft.id, "version": 1}
    return result


def _verify(changes: Changes, actor: Actor, spec: ModuleSpec, table: Table, drafts: Sequence[Draft]) -> None:
    """The edit predicate on the rows as written: a change must not lead to where one may not write. Handing over may."""
    ids = [d.id for d in drafts if not d.changed("owner_id")]
    scope = access.scope(actor, spec.api_name, "edit", table)
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        seen = set(changes.connection.execute(select(table.c.id).where(table.c.id.in_(part), scope)).scalars())
        if len(seen) != len(part):
            raise Forbidden(N_("This change would put the record out of your reach."))


def _after(changes: Changes, spec: ModuleSpec, drafts: Sequence[Draft]) -> None:
    module_rules = rules.of(spec.api_name)
    if module_rules is not None:
        module_rules.after_save(changes, drafts)


__all__ = ["Change", "Parsed", "create", "edit", "from_json", "load", "log_updates", "parse", "to_json", "unpack", "write"]
