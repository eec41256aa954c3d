"""A board: records in lanes by the value of a field, with the number and the sum of each lane; moving a card is an edit.

Invariants: lanes, sums and cards are the viewer's own records, through `query` alone; sums are in the company's currency. A move goes
through the pipeline like any other edit and is refused by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.database import engine
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services import query, records
from app.services.actor import Actor, ctx

CARDS = 20
MOST_CARDS = 500  # in one answer: what a lane that was read far down asks for again
LANES = 60
WEIGHTED = "expected_revenue"
BY = ("picklist", "link", "person")  # types of fields that make lanes
NO_SUM = "none"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What a board shows: grouped `by`, `total` summed (empty: none), `card` fields, under a filter, a text and a sort."""

    by: str
    total: str = ""
    card: tuple[str, ...] = ()
    filter: Mapping[str, Any] | None = None
    text: str = ""
    sort: tuple[tuple[str, str], ...] = ()


def wish(
    module: str, *, by: str = "", total: str = "", filter: Any = None, text: str = "", sort: Sequence[tuple[str, str]] = ()
) -> Wish:
    """The module's own board, with what the caller wants different; `total` is `NO_SUM` for none.

    `Invalid` when the module has no field to group by, or the field is none that makes lanes.
    """
    spec = registry.snapshot().module(module)
    board = spec.board
    if not by and board is None:
        raise Invalid(N_("Choose a list or a person to group %(module)s by.", module=spec.plural))
    grouped = spec.field(by or (board.by if board else ""))
    if grouped.type not in BY:
        raise Invalid(N_("Records cannot be grouped by “%(field)s”.", field=grouped.label))
    return Wish(
        grouped.name,
        "" if total == NO_SUM else _summable(spec, total) or (board.total if board else ""),
        board.card if board else (),
        filter,
        text,
        tuple(sort) or spec.default_sort,
    )


def lanes(actor: Actor, module: str, wanted: Wish) -> Json:
    """The whole board: {"by", "total", "lanes", "zones", "mixed", "sum", "weighted", "beyond"}.

    A lane is {value, label, colour, kind, probability, count, sum, cards, next}. `sum` and `weighted` are over all lanes shown, None
    where there is nothing to add up; `beyond` is the number of lanes that are left out, the smallest ones.
    """
    with engine.reading():  # one snapshot for all lanes, begun once
        return _lanes(actor, module, wanted)


def _lanes(actor: Actor, module: str, wanted: Wish) -> Json:
    spec = registry.snapshot().module(module)
    field = spec.field(wanted.by)
    sums = [wanted.total] if wanted.total and actor.sees(spec, wanted.total) else []
    weighs = bool(sums) and wanted.total == "amount" and WEIGHTED in spec.by_name and actor.sees(spec, WEIGHTED)
    figures_ = [*sums, WEIGHTED] if weighs else sums
    groups = query.groups(actor, module, field.name, figures_, filter=wanted.filter, text=wanted.text)
    found = {g.value: g for g in groups if not g.restricted}  # what leads out of sight is not "without a value"
    every = _values(field, found)
    zones = [lane for lane in every if lane["kind"] in ("won", "lost")]
    open_ = [lane for lane in every if lane["kind"] not in ("won", "lost")]
    shown = open_[:LANES]
    on_board = [group for group in (_group(field, found, lane["value"]) for lane in shown) if group]
    for lane in shown:
        group = _group(field, found, lane["value"])
        lane |= _figures(group, wanted.total, sums)
        lane |= cards(actor, module, wanted, lane["value"]) if group else {"cards": [], "next": None}
    return {
        "by": field.name,
        "total": wanted.total if sums else "",
        "lanes": shown,
        "zones": _zones(actor, module, spec, wanted, zones, sums),
        "mixed": bool(sums) and _is_mixed(actor, module, spec, wanted),
        "sum": _added(on_board, wanted.total) if sums else None,
        "weighted": _added(on_board, WEIGHTED) if weighs else None,
        "beyond": len(open_) - len(shown),
    }


def cards(actor: Actor, module: str, wanted: Wish, value: Any, after: str | None = None, limit: int = CARDS) -> Json:
    """The next cards of a lane, at most `MOST_CARDS`: {"cards": [card], "next": cursor or None}."""
    spec = registry.snapshot().module(module)
    fields = [n for n in dict.fromkeys((spec.title, wanted.by, "owner_id", *wanted.card, *_extra(spec))) if actor.sees(spec, n)]
    page = query.page(
        actor,
        module,
        fields=fields,
        filter=_in_lane(wanted, value),
        text=wanted.text,
        sort=wanted.sort,
        after=after,
        limit=max(1, min(limit, MOST_CARDS)),
    )
    today = ctx(actor).today
    return {"cards": [row.json() | {"mark": mark(spec, row.values, today)} for row in page.rows], "next": page.next}


def figures(actor: Actor, module: str, wanted: Wish) -> list[Json]:
    """Count and sum of every lane, without cards: after a move."""
    spec = registry.snapshot().module(module)
    sums = [wanted.total] if wanted.total and actor.sees(spec, wanted.total) else []
    found = query.groups(actor, module, wanted.by, sums, filter=wanted.filter, text=wanted.text)
    return [{"value": _key(spec.field(wanted.by), g.value), **_figures(g, wanted.total, sums)} for g in found if not g.restricted]


def move(
    actor: Actor,
    module: str,
    record_id: str | int,
    by: str,
    value: Any,
    extra: Mapping[str, Any] | None = None,
    *,
    version: int | None = None,
) -> records.Saved:
    """Puts a card into the lane `value`; `extra` are further fields that the drop asked for (the reason of a loss)."""
    return records.update(actor, module, record_id, {by: value, **(extra or {})}, version=version)


def mark(spec: ModuleSpec, values: Mapping[str, Any], today: date) -> str:
    """What a card of a deal says about its next action: "late", "none" or ""; other modules have no mark."""
    if spec.api_name != "Deals" or "next_step" not in values:
        return ""
    choice = spec.field("stage").choice(values.get("stage") or "")
    if choice is not None and choice.extra.get("kind", "open") != "open":
        return ""
    closing = values.get("closing_on")
    if closing is not None and closing < today:
        return "late"
    return "" if values.get("next_step") else "none"


def _extra(spec: ModuleSpec) -> tuple[str, ...]:
    return ("stage", "closing_on", "next_step") if spec.api_name == "Deals" else ()


def _values(field: FieldSpec, found: Mapping[Any, query.Group]) -> list[Json]:
    """The lanes in their order: a picklist's active values and used retired ones; else the values that records have."""
    if field.choices:
        known = [c for c in field.choices if c.active or c.value in found]
        lanes_ = [
            {"value": c.value, "label": str(c.label), "colour": c.colour, "kind": c.extra.get("kind", ""),
             "probability": c.extra.get("probability")}
            for c in known
        ]  # fmt: skip
        strange = [v for v in found if v is not None and v not in {c.value for c in known}]
        lanes_ += [{"value": v, "label": str(v), "colour": "", "kind": "", "probability": None} for v in strange]
    else:
        lanes_ = [
            {"value": _key(field, g.value), "label": g.label, "colour": "", "kind": "", "probability": None}
            for g in found.values()
            if g.value is not None
        ]
    if None in found:
        lanes_.append({"value": None, "label": _("Without a value"), "colour": "", "kind": "", "probability": None})
    return lanes_


def _key(field: FieldSpec, value: Any) -> Any:
    return str(value) if field.type in ("link", "person") and value is not None else value


def _summable(spec: ModuleSpec, name: str) -> str:
    if not name:
        return ""
    field = spec.field(name)
    if "sum" not in types[field.type].aggregates:
        raise Invalid(N_("“%(field)s” cannot be added up.", field=field.label))
    return field.name


def _group(field: FieldSpec, found: Mapping[Any, query.Group], value: Any) -> query.Group | None:
    """The group of a lane: lanes of links and people carry ids as text."""
    return found.get(int(value) if value is not None and field.type in ("link", "person") else value)


def _added(groups: Sequence[query.Group], name: str) -> str:
    return str(sum((Decimal(group.totals.get(name) or 0) for group in groups), Decimal(0)))


def _figures(group: query.Group | None, total: str, sums: Sequence[str]) -> Json:
    amount = group.totals.get(total) if group and sums else None
    return {"count": group.count if group else 0, "sum": str(amount or 0) if sums else None}


def _in_lane(wanted: Wish, value: Any) -> Json:
    leaf: Json = {"field": wanted.by, "op": "empty"} if value is None else {"field": wanted.by, "op": "in", "value": [value]}
    return {"and": [wanted.filter, leaf]} if wanted.filter else leaf


def _zones(
    actor: Actor, module: str, spec: ModuleSpec, wanted: Wish, closing: Sequence[Json], sums: Sequence[str]
) -> list[Json]:
    """Closed stages as drop zones, one for won and one for lost, with what was closed this month."""
    zones = []
    for kind, label in (("won", _("Won")), ("lost", _("Lost"))):
        values = [lane["value"] for lane in closing if lane["kind"] == kind]
        if not values:
            continue
        leaves: list[Any] = [{"field": wanted.by, "op": "in", "value": values}]
        if "closing_on" in spec.by_name:
            leaves.append({"field": "closing_on", "op": "this_month"})
        if wanted.filter:
            leaves.append(wanted.filter)
        figures_ = query.totals(actor, module, sums, filter={"and": leaves}, text=wanted.text)
        stages = [{"value": lane["value"], "label": lane["label"]} for lane in closing if lane["kind"] == kind]
        amount = str(figures_.get(wanted.total, 0)) if sums else None
        zones.append({"kind": kind, "label": label, "values": stages, "count": figures_["count"], "sum": amount})
    return zones


def _is_mixed(actor: Actor, module: str, spec: ModuleSpec, wanted: Wish) -> bool:
    """Whether amounts of several currencies are added up: the sum is then marked as converted."""
    if not spec.has_money or not actor.sees(spec, "currency"):
        return False
    foreign = {"field": "currency", "op": "not_in", "value": [ctx(actor).currency]}
    both = {"and": [wanted.filter, foreign]} if wanted.filter else foreign
    return query.count(actor, module, filter=both, text=wanted.text, cap=1).n > 0
