"""The page of one record: /deals/4711. Everything on it follows from the module's declaration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.base.events import Topic
from app.components.record_sheet import RecordSheet
from app.modules import registry
from app.pages.visit import Visit
from app.services import query, work
from app.services.actor import Actor
from app.services.describe import describe


@dataclass(frozen=True, slots=True)
class _Found:
    module: dict[str, Any]
    id: str
    title: str
    deleted: bool
    targets: dict[str, Any]
    stages: list[dict[str, Any]]


async def page(visit: Visit) -> None:
    """Draws the record; raises `NotFound` when it is out of sight."""
    found = await work.interactive(_read, visit.actor, visit.params["module"], visit.params["record"])
    visit.title(found.title)
    sheet = RecordSheet(
        found.module, found.id, targets=found.targets, stages=found.stages, deleted=found.deleted, query=dict(visit.query)
    )
    topics: list[Topic] = [("record", found.module["api"], found.id)]
    topics += [("module", name) for name in found.targets]
    visit.subscribe(topics, sheet.refresh)


def _read(actor: Actor, module: str, record: str) -> _Found:
    spec = registry.snapshot().module(module)
    row = query.get(actor, spec.api_name, record, deleted=None)
    described = describe(actor, spec.api_name)
    targets = {item["module"]: describe(actor, item["module"]) for item in described["related"]}
    stages: list[dict[str, Any]] = []
    if spec.board is not None and described["board"]:
        choices = spec.field(spec.board.by).choices
        if any("kind" in choice.extra for choice in choices):
            stages = [
                {"value": c.value, "label": str(c.label), "kind": c.extra.get("kind", "open")}
                for c in choices
                if c.active or c.value == row.values.get(spec.board.by)
            ]
    return _Found(described, str(row.id), row.title, row.values.get("deleted_at") is not None, targets, stages)
