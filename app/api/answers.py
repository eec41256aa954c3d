"""Errors of services as answers: JSON for our own components. One place for every route.

{"message", "fields": {name: message}, "conflict": {…}} with the status of the error.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.base.errors import ComptoirError, Conflict, Invalid
from app.base.i18n import _


def install(app: FastAPI) -> None:
    """Lets every route of `app` raise the errors of services."""
    app.add_exception_handler(ComptoirError, _answer)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _refused)


def as_json(error: ComptoirError) -> dict[str, Any]:
    """The body that says what is wrong, in the language spoken now."""
    body: dict[str, Any] = {"message": str(error.message)}
    if isinstance(error, Invalid):
        body["fields"] = {name: str(message) for name, message in error.fields.items() if name}
    if isinstance(error, Conflict) and "fields" in error.details:
        body["conflict"] = error.details["fields"]
    return body


async def _answer(request: Request, error: Exception) -> Response:
    if not request.url.path.startswith("/api/"):
        raise error  # a page: the guard draws it
    assert isinstance(error, ComptoirError)
    return JSONResponse(as_json(error), error.status)


async def _refused(request: Request, error: Exception) -> Response:
    """What the framework itself refuses."""
    assert isinstance(error, HTTPException)
    if not request.url.path.startswith("/api/") or error.status_code == 413:
        raise error  # a page, or a body beyond its limit: the guard says so
    message = _("There is nothing at this address.") if error.status_code in (404, 405) else _("The request could not be understood.")
    return JSONResponse({"message": message, "fields": {}}, 422 if error.status_code == 400 else error.status_code)


async def _not_understood(request: Request, error: Exception) -> Response:
    return JSONResponse({"message": _("The request could not be understood."), "fields": {}}, 422)
