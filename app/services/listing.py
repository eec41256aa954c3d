"""What a list is asked for, read from an address or a request: view, filter, quick search, order.

Invariants: everything is checked with the actor's rights here; what cannot be understood raises with a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.base.errors import Forbidden, Invalid
from app.base.i18n import N_
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.services import filters, views
from app.services.actor import Actor
from app.services.filters import Filter

_MOST_SORTS = 3


@dataclass(frozen=True)
class Asked:
    """What a list is asked for: the view's own filter, what the panel adds, the quick search and the order."""

    spec: ModuleSpec
    view: Filter
    panel: Filter
    text: str
    sort: tuple[tuple[str, str], ...]

    @property
    def filter(self) -> Filter:
        return self.view.both(self.panel)

    @classmethod
    def of(cls, actor: Actor, module: str, parameters: Mapping[str, str]) -> Asked:
        """Reads view, filter (JSON or ~key), q and sort. `Invalid` says what cannot be understood."""
        spec = registry.snapshot().module(module)
        view = views.get(actor, spec.api_name, parameters["view"]) if parameters.get("view") else None
        sort = _sort(actor, spec, parameters.get("sort", "")) or (view.sort if view else spec.default_sort)
        return cls(
            spec,
            filters.parse(view.filter if view else None, spec, actor),
            filters.parse(read_filter(parameters.get("filter", "")), spec, actor),
            parameters.get("q", "")[:200].strip(),
            sort,
        )


def read_filter(text: str) -> Mapping[str, Any] | None:
    """The filter of an address: a tree in JSON, or `~` and the key of a stored one; None for none."""
    if not text:
        return None
    if text.startswith("~"):
        return filters.recall(text[1:])
    try:
        tree = json.loads(text)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise Invalid(N_("The filter of this address cannot be read. Clear the filters."))
    return tree


def _sort(actor: Actor, spec: ModuleSpec, text: str) -> tuple[tuple[str, str], ...]:
    wanted: list[tuple[str, str]] = []
    for part in text.split(",")[:_MOST_SORTS]:
        name, _colon, way = part.partition(":")
        if name:
            field = spec.field(name)
            if not actor.sees(spec, field):
                raise Forbidden(N_("You may not use the field “%(field)s”.", field=field.label))
            wanted.append((field.name, "desc" if way == "desc" else "asc"))
    return tuple(wanted)
