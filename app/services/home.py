"""The figures and lists of the home page: each a component that is asked for by itself and opens the list behind it.

Invariants: everything is the viewer's own records, through `query`; each component names the address of the list that it is made of,
with the same filter, so that the two agree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from app.base.errors import NotFound
from app.base.i18n import N_, _, ngettext
from app.modules import registry
from app.modules.deals import LOST, OPEN, WON
from app.services import query
from app.services.actor import Actor, ctx

Json = dict[str, Any]
_MONTHS = 6


def components(actor: Actor) -> list[Json]:
    """What the home page consists of for this person: [{key, kind, label, module}]; nothing of modules they may not read, and no
    figure that would be made of a field hidden from them: it could only be wrong."""
    found: list[Json] = []
    if actor.can("Deals", "read"):
        found += [
            {"key": "won", "kind": "figure", "label": _("Won this month"), "module": "Deals"},
            {"key": "pipeline", "kind": "figure", "label": _("Open pipeline"), "module": "Deals"},
            {"key": "late", "kind": "figure", "label": _("Late deals"), "module": "Deals"},
            {"key": "rate", "kind": "figure", "label": _("Win rate"), "module": "Deals"},
            {"key": "closing", "kind": "list", "label": _("Deals to close"), "module": "Deals"},
            {"key": "stages", "kind": "bars", "label": _("Pipeline by stage"), "module": "Deals"},
            {"key": "owners", "kind": "bars", "label": _("Won by owner, 90 days"), "module": "Deals"},
        ]
    if actor.can("Accounts", "read"):
        found.append({"key": "accounts", "kind": "list", "label": _("New accounts"), "module": "Accounts"})
    return [c for c in found if all(actor.sees(c["module"], name) for name in _MADE_OF.get(c["key"], ()))]


_MADE_OF = {
    "won": ("stage", "closing_on", "amount"), "pipeline": ("stage", "amount"), "late": ("stage", "closing_on", "next_step"),
    "rate": ("stage", "closing_on"), "closing": ("stage", "closing_on"), "stages": ("stage",), "owners": ("stage", "closing_on"),
}  # fmt: skip


def component(actor: Actor, key: str) -> Json:
    """One component's content, see the functions below for its shape; `NotFound` for a key that the actor's home has not."""
    known = {c["key"]: c for c in components(actor)}
    if key not in known:
        raise NotFound(N_("There is no such part of the home page."))
    content: Json = _CONTENT[key](actor)
    return {**known[key], **content}


def _won(actor: Actor) -> Json:
    """Sum and number of deals won this month, the month before for comparison, and six months for the line."""
    month = {"and": [_in(WON), {"field": "closing_on", "op": "this_month"}]}
    now = _sum(actor, month)
    before = _sum(actor, {"and": [_in(WON), {"field": "closing_on", "op": "last_month"}]})
    return {
        "value": str(now["amount"]),
        "money": ctx(actor).currency,
        "note": ngettext("%(n)s deal", "%(n)s deals", now["count"]),
        "change": _change(now["amount"], before["amount"]),
        "line": _line(actor),
        "link": _link("", month),
    }


def _pipeline(actor: Actor) -> Json:
    """Sum and number of open deals, and what they are expected to bring."""
    found = query.totals(actor, "Deals", ["amount", "expected_revenue"], filter=OPEN)
    return {
        "value": str(found["amount"]),
        "money": ctx(actor).currency,
        "note": ngettext("%(n)s deal", "%(n)s deals", found["count"]),
        "weighted": str(found["expected_revenue"]) if "expected_revenue" in found else None,
        "link": _link("open"),
    }


def _late(actor: Actor) -> Json:
    """Open deals whose closing date is past, and those without a next step."""
    late = {"and": [OPEN, {"field": "closing_on", "op": "before", "value": "@today"}]}
    none = {"and": [OPEN, {"field": "next_step", "op": "empty"}]}
    idle = query.count(actor, "Deals", filter=none)
    found = query.totals(actor, "Deals", [], filter=late)
    return {
        "value": str(found["count"]),
        "money": "",
        "note": ngettext("%(n)s without a next step", "%(n)s without a next step", idle.n),
        "alert": found["count"] > 0,
        "link": _link("overdue"),
    }


def _rate(actor: Actor) -> Json:
    """Share of the deals closed in 90 days that were won; blank below ten, where a percentage would only pretend."""
    since = {"field": "closing_on", "op": "last_n_days", "value": 90}
    won = query.count(actor, "Deals", filter={"and": [_in(WON), since]}, cap=None).n
    lost = query.count(actor, "Deals", filter={"and": [_in(LOST), since]}, cap=None).n
    closed = {"and": [_in(WON + LOST), since]}
    enough = won + lost >= 10
    return {
        "value": str((Decimal(100 * won) / (won + lost)).quantize(Decimal("0.1"))) if enough else None,
        "money": "",
        "percent": True,
        "note": _("%(won)s won, %(lost)s lost in 90 days", won=won, lost=lost)
        if enough
        else _("Fewer than ten closed in 90 days"),
        "link": _link("", closed),
    }


def _closing(actor: Actor) -> Json:
    """The next open deals by closing date."""
    fields = ["deal_name", "account_id", "stage", "amount", "closing_on"]
    page = query.page(actor, "Deals", fields=fields, filter=OPEN, sort=[("closing_on", "asc")], limit=8)
    return {
        "columns": [n for n in fields if actor.sees("Deals", n)],
        "rows": [r.json() for r in page.rows],
        "link": _link("open"),
    }


def _stages(actor: Actor) -> Json:
    """Open amount and number by stage, in the order of the stages."""
    return _bars(actor, "stage", OPEN, keep_order=True)


def _owners(actor: Actor) -> Json:
    """Amount won in the last 90 days by owner, the largest first."""
    return _bars(
        actor, "owner_id", {"and": [_in(WON), {"field": "closing_on", "op": "last_n_days", "value": 90}]}, keep_order=False
    )


def _accounts(actor: Actor) -> Json:
    """The accounts that came last."""
    fields = ["account_name", "billing_city", "account_type"]
    page = query.page(actor, "Accounts", fields=fields, sort=[("created_at", "desc")], limit=5)
    return {
        "columns": [n for n in fields if actor.sees("Accounts", n)],
        "rows": [r.json() for r in page.rows],
        "link": {"module": "Accounts", "view": "", "filter": None},
    }


def _bars(actor: Actor, by: str, filter: Mapping[str, Any], *, keep_order: bool) -> Json:
    sums = ["amount"] if actor.sees("Deals", "amount") else []
    groups = query.groups(actor, "Deals", by, sums, filter=filter)
    if not keep_order:
        groups = sorted(groups, key=lambda g: -(g.totals.get("amount") or 0))[:8]
    field = registry.snapshot().module("Deals").field(by)
    rows = []
    for group in groups:
        value = str(group.value) if field.type == "person" and group.value is not None else group.value
        leaf: Json = {"field": by, "op": "empty"} if value is None else {"field": by, "op": "in", "value": [value]}
        choice = field.choice(str(group.value)) if field.choices else None
        rows.append(
            {"label": group.label, "count": group.count, "sum": str(group.totals["amount"]) if sums else None,
             "colour": choice.colour if choice else "", "link": _link("", {"and": [filter, leaf]})}
        )  # fmt: skip
    return {"rows": rows, "money": ctx(actor).currency if sums else "", "link": _link("", filter)}


def _sum(actor: Actor, filter: Mapping[str, Any]) -> Json:
    found = query.totals(actor, "Deals", ["amount"], filter=filter)
    return {"count": found["count"], "amount": found["amount"]}


def _line(actor: Actor) -> list[Json]:
    """Won amount of each of the last months, this one included, for the small line beside a figure."""
    today = ctx(actor).today
    first = _months_before(today.replace(day=1), _MONTHS - 1)
    since = {"and": [_in(WON), {"field": "closing_on", "op": "between", "value": [first.isoformat(), today.isoformat()]}]}
    found = {
        g.value: g.totals["amount"]
        for g in query.groups(actor, "Deals", "closing_on", ["amount"], bucket="month", filter=since)
    }
    months = [_months_before(today.replace(day=1), back) for back in range(_MONTHS - 1, -1, -1)]
    return [{"month": m.isoformat(), "sum": str(found.get(m, Decimal(0)))} for m in months]


def _months_before(first: date, number: int) -> date:
    for _step in range(number):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _change(now: Decimal, before: Decimal) -> str | None:
    """By how many percent a figure grew; None when there is nothing to compare with."""
    return str((100 * (now - before) / before).quantize(Decimal(1))) if before else None


def _in(stages: list[str]) -> Json:
    return {"field": "stage", "op": "in", "value": stages}


def _link(view: str = "", filter: Mapping[str, Any] | None = None) -> Json:
    """Where the list behind a figure is: a view and a filter, from which the page makes an address."""
    return {"module": "Deals", "view": view, "filter": filter}


_CONTENT: dict[str, Callable[[Actor], Json]] = {
    "won": _won, "pipeline": _pipeline, "late": _late, "rate": _rate, "closing": _closing, "stages": _stages, "owners": _owners,
    "accounts": _accounts,
}  # fmt: skip
