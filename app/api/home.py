"""JSON of the home page's components."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.lanes import answer
from app.services import home, work

router = APIRouter(prefix="/api/ui", include_in_schema=False)


@router.get("/home/{key}")
async def component(request: Request, key: str) -> Response:
    """One component's content, see services/home.py; in the heavy lane, so that a full home never delays a click."""
    return await answer(request, lambda actor: home.component(actor, key), work.heavy)
