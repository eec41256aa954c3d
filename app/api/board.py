"""JSON of boards: lanes with figures, more cards of a lane, a card that moves."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app.api.lanes import answer
from app.base.errors import Invalid
from app.base.i18n import N_
from app.services import board, query, work
from app.services.actor import Actor
from app.services.listing import Asked

router = APIRouter(prefix="/api/ui", include_in_schema=False)


@router.get("/{module}/board")
async def lanes(request: Request, module: str, by: str = "", total: str = "") -> Response:
    """The whole board, see `board.lanes`; filter, view, q and sort as for lists."""

    def read(actor: Actor) -> dict[str, Any]:
        asked = Asked.of(actor, module, request.query_params)
        return board.lanes(actor, asked.spec.api_name, _wish(asked, by, total))

    return await answer(request, read)


@router.get("/{module}/board/cards")
async def cards(request: Request, module: str, lane: str, after: str = "", by: str = "", total: str = "", limit: int = board.CARDS) -> Response:
    """The next cards of a lane; `lane` is its value in JSON."""

    def read(actor: Actor) -> dict[str, Any]:
        asked = Asked.of(actor, module, request.query_params)
        return board.cards(actor, asked.spec.api_name, _wish(asked, by, total), _lane(lane), after or None, limit)

    return await answer(request, read)


@router.get("/{module}/board/figures")
async def figures(request: Request, module: str, by: str = "", total: str = "") -> Response:
    """Count and sum of every lane: {"figures": [{"value", "count", "sum"}]}."""

    def read(actor: Actor) -> dict[str, Any]:
        asked = Asked.of(actor, module, request.query_params)
        return {"figures": board.figures(actor, asked.spec.api_name, _wish(asked, by, total))}

    return await answer(request, read, work.heavy)


@router.post("/{module}/board/move")
async def move(request: Request, module: str, order: dict[str, Any] = Body()) -> Response:
    """Moves a card: {"id", "by", "lane", "values", "version"} → {"row", "undo", "warnings"}; refused like any edit."""

    def do(actor: Actor) -> dict[str, Any]:
        version, extra = order.get("version"), order.get("values") or {}
        if not isinstance(extra, dict):
            raise Invalid(N_("The request could not be understood."))
        seen = version if isinstance(version, int) and not isinstance(version, bool) else None
        saved = board.move(
            actor, module, str(order.get("id", "")), str(order.get("by", "")), order.get("lane"), extra, version=seen
        )
        row = query.get(actor, module, saved.id).json()
        return {"row": row, "undo": saved.set_id if saved.changed else "", "warnings": [str(w) for w in saved.warnings]}

    return await answer(request, do)


def _wish(asked: Asked, by: str, total: str) -> board.Wish:
    return board.wish(asked.spec.api_name, by=by, total=total, filter=asked.filter.json(), text=asked.text, sort=asked.sort)


def _lane(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        raise Invalid(N_("The request could not be understood.")) from None
    if not (value is None or isinstance(value, str | bool)):
        raise Invalid(N_("The request could not be understood."))
    return value
