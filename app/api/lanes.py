"""How a JSON route of our own components answers: the service call and its JSON in a lane's thread, with the request's actor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.api.session import actor_of
from app.services import work
from app.services.actor import Actor

Lane = Callable[..., Awaitable[work.Body]]


async def answer(request: Request, build: Callable[[Actor], Any], lane: Lane = work.interactive) -> Response:
    """Runs `build` with the request's actor in a lane; JSON is made and compressed there, never on the event loop."""

    def run() -> work.Body:
        return work.json_body(build(actor_of(request)), accept_encoding=request.headers.get("accept-encoding", ""))

    body = await lane(run)
    return Response(body.content, headers=dict(body.headers))
