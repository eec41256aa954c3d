"""What the page of a module shows: view, kind, filter, search and order, read from an address and written back to it.

Invariants: loading happens in a lane, in the language of the person; a filter in the state was checked with their rights.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from app.base.errors import ComptoirError, NotFound
from app.base.i18n import using
from app.modules import registry
from app.services import actor as actors
from app.services import board, describe, directory, exporting, filters, people, query, views
from app.services.actor import Actor
from app.services.listing import read_filter
from app.services.views import View

KINDS = ("list", "kanban")
LONGEST = 300  # characters of a filter in an address; longer ones get a short key
Tree = Mapping[str, Any]


@dataclass
class State:
    """What is on screen. `filter_text` is the filter as the address and /api/ui have it."""

    described: dict[str, Any]
    view: View
    kind: str = "list"
    tree: Tree | None = None
    filter_text: str = ""
    q: str = ""
    sort: tuple[tuple[str, str], ...] | None = None  # None: the view's
    conditions: list[dict[str, Any]] = field(default_factory=list)
    pattern: str = ""
    preferences: dict[str, Any] = field(default_factory=dict)
    problem: str = ""  # of the filter in the address
    by: str = ""  # what the board is grouped by and adds up, where that is not the module's own choice
    total: str = ""

    @property
    def slug(self) -> str:
        return str(self.described["slug"])

    @property
    def question(self) -> dict[str, str]:
        """What components ask /api/ui with."""
        return {"view": self.view.id, "filter": self.filter_text, "q": self.q}

    @property
    def board_question(self) -> dict[str, str]:
        """What the board asks /api/ui with."""
        return self.question | {"by": self.by, "total": self.total}

    @property
    def order(self) -> tuple[tuple[str, str], ...]:
        return self.view.sort if self.sort is None else self.sort

    @property
    def address(self) -> str:
        """The address of what is on screen."""
        parts = {
            "view": self.kind if self.kind != "list" else "",
            "cv": self.view.id if self.view.id != "all" else "",
            "filter": self.filter_text,
            "sort": ",".join(f"{name}:{way}" for name, way in self.sort) if self.sort is not None else "",
            "q": self.q,
            "by": self.by if self.kind == "kanban" else "",
            "total": self.total if self.kind == "kanban" else "",
        }
        text = urlencode({key: value for key, value in parts.items() if value}, safe=":,~")
        return f"/{self.slug}" + (f"?{text}" if text else "")


def load(actor: Actor, module: str, asked: Mapping[str, str]) -> State:
    """Reads an address. An unknown view gives the first one; a filter that is wrong is named in `problem` and left out."""
    with using(actor.language):
        spec = registry.snapshot().module(module)
        described = describe.describe(actor, spec.api_name)
        state = State(described, _view(actor, spec.api_name, asked.get("cv", "")), preferences=people.preferences(actor))
        kind = asked.get("view") or state.view.kind
        state.kind = kind if kind in KINDS and (kind == "list" or described["board"]) else "list"
        state.q = asked.get("q", "")[:200]
        known = {one["name"] for one in described["fields"]}
        state.by = asked["by"] if asked.get("by") in known else ""
        state.total = asked["total"] if asked.get("total") in known | {board.NO_SUM} else ""
        state.sort = _sort(described, asked.get("sort", "")) if "sort" in asked else None
        if asked.get("filter"):
            try:
                tree = read_filter(asked["filter"])
                state.tree = filters.parse(tree, spec, actor).json()
                state.filter_text = asked["filter"]
            except ComptoirError as error:
                state.problem = str(error.message)
        state.pattern, state.conditions = for_panel(actor, state.described, state.tree)
        return state


def open_view(actor: Actor, state: State, view_id: str) -> None:
    """Another view, without the filters and the order of the one before."""
    with using(actor.language):
        state.view = _view(actor, state.described["api"], view_id)
        state.kind = (
            state.view.kind if state.view.kind in KINDS and (state.described["board"] or state.view.kind == "list") else "list"
        )
    state.tree, state.filter_text, state.q, state.sort, state.conditions, state.pattern = None, "", "", None, [], ""


def set_filter(actor: Actor, state: State, conditions: Sequence[Tree], pattern: str) -> None:
    """The panel's conditions become the filter. Raises `Invalid` with what is wrong, and then changes nothing."""
    tree = filters.parse(
        filters.from_pattern(pattern, conditions), registry.snapshot().module(state.described["api"]), actor
    ).json()
    text = json.dumps(tree, ensure_ascii=False, separators=(",", ":")) if tree else ""
    if len(text) > LONGEST and tree:
        text = "~" + filters.remember(tree)
    state.tree, state.filter_text = tree, text
    state.conditions, state.pattern = [dict(one) for one in conditions], pattern


def export_of(state: State, kind: str, selection: Mapping[str, Any] | None = None) -> exporting.Request:
    """What to export: all that is shown, or what is selected of it ({"ids"}, or {"all", "except"})."""
    columns, module = state.view.columns, state.described["api"]
    if selection and not selection.get("all"):
        return exporting.Request(module, kind, ids=tuple(str(i) for i in selection["ids"]), fields=columns, sort=state.order)
    parts = [part for part in (state.tree, _without(selection)) if part]
    tree = {"and": parts} if len(parts) > 1 else next(iter(parts), None)
    return exporting.Request(module, kind, view=state.view.id, filter=tree, text=state.q, sort=state.order, fields=columns)


def _without(selection: Mapping[str, Any] | None) -> Tree | None:
    excluded = [str(i) for i in (selection or {}).get("except", ())]
    return {"field": "id", "op": "not_in", "value": excluded} if excluded else None


def whole_filter(actor: Actor, state: State) -> Tree | None:
    """The view's filter and the panel's together: what "save as a view" keeps."""
    spec = registry.snapshot().module(state.described["api"])
    return filters.parse(state.view.filter, spec, actor).both(filters.parse(state.tree, spec, actor)).json()


def in_words(actor: Actor, state: State) -> str:
    """The whole filter as a sentence."""
    with using(actor.language):
        spec = registry.snapshot().module(state.described["api"])
        return filters.sentence(filters.parse(whole_filter(actor, state), spec, actor), actors.ctx(actor), _namer(actor))


def for_panel(actor: Actor, described: Mapping[str, Any], tree: Tree | None) -> tuple[str, list[dict[str, Any]]]:
    """A filter as pattern and conditions; conditions on links carry the titles of what they name. A plain "and" has no pattern."""
    if not tree:
        return "", []
    pattern, conditions = filters.to_pattern(tree)
    by_name = {one["name"]: one for one in described["fields"]}
    for condition in conditions:
        known = by_name.get(condition["field"])
        if known and known["cell"] in ("link", "links", "person") and condition.get("value"):
            condition["shown"] = _titles(actor, known, condition["value"])
    plain = " and ".join(str(n + 1) for n in range(len(conditions)))
    return ("" if pattern == plain else pattern), conditions


def _titles(actor: Actor, described: Mapping[str, Any], value: Any) -> Any:
    ids = [str(one) for one in (value if isinstance(value, list) else [value]) if str(one).isdigit()]
    if described["cell"] == "person":
        everybody = directory.people()
        found = [{"id": i, "title": everybody[int(i)].name} for i in ids if int(i) in everybody]
    else:
        titles = query.titles(actor, described["target"]["api"], ids)
        found = [{"id": i, "title": str(titles[int(i)])} for i in ids if int(i) in titles and not titles[int(i)].restricted]
    return found if isinstance(value, list) else (found[0] if found else None)


def _namer(actor: Actor) -> Any:
    def name_of(spec: Any, value: Any) -> str:
        if spec.type == "person":
            person = directory.people().get(int(value))
            return person.name if person else str(value)
        return str(query.titles(actor, spec.target, [value])[int(value)])

    return name_of


def _view(actor: Actor, module: str, view_id: str) -> View:
    try:
        return views.get(actor, module, view_id or "all")
    except NotFound:
        return views.get(actor, module, "all")


def _sort(described: Mapping[str, Any], text: str) -> tuple[tuple[str, str], ...]:
    known = {one["name"] for one in described["fields"] if one["sortable"]}
    parts = [part.partition(":") for part in text.split(",")]
    return tuple((name, "desc" if way == "desc" else "asc") for name, _colon, way in parts if name in known)[:3]
