"""The door: pure ASGI around the whole application, for every request and every WebSocket.

Invariants: what is not listed as public needs a session; what changes something comes from our own pages; a body is never larger
than its limit; every answer carries the security headers; an unexpected error is shown with a short code that is in the log.
Rights are not decided here: services do that. Here it is only known who is there.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import session
from app.api.session import Visitor
from app.base.errors import ComptoirError, Unavailable
from app.base.i18n import N_, Text, using
from app.services import sessions, work

_log = logging.getLogger(__name__)

PUBLIC = ("/login", "/logout", "/recover", "/password", "/welcome", "/healthz", "/static", "/favicon.ico", "/robots.txt")
"""Addresses, and what lies below them, that need no session."""
OWN_KEYS = ("/crm/", "/oauth/")
"""For machines: they bring a token of their own and no cookie counts."""
_FRAMEWORK = "/_nicegui/"
_SOCKET = "/_nicegui_ws"
_GONE = "No response returned."  # what Starlette raises when the browser went away, as lists do with questions out of date
_UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_LIMIT = 2 * 1024 * 1024
_LARGE = (("/api/ui/imports", 400 * 1024 * 1024), ("/api/ui/files", 100 * 1024 * 1024))
_CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"

CSP = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""NiceGUI compiles templates in the browser: without 'unsafe-eval' its pages are blank."""
STRICT_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""For our plain pages."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self), payment=(), usb=(), interest-cohort=()",
}


@dataclass(frozen=True, slots=True)
class House:
    """What the door asks the house. `is_open_for_first_run` may ask the database; `error_page` draws a plain page."""

    is_open_for_first_run: Callable[[], bool]
    error_page: Callable[[Visitor, Text | str, str], str]


class Guard:
    """Wraps the application. See the module."""

    def __init__(self, app: ASGIApp, house: House) -> None:
        self._app = app
        self._house = house

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def guarded_send(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(MutableHeaders(scope=message))
            await send(message)

        headers = Headers(scope=scope)
        if _is_static(scope["path"]):
            await self._app(scope, receive, guarded_send)
            return
        visitor = Visitor(*_origin(headers, scope))
        try:
            visitor = await self._visitor(headers, scope)
            session.remember(scope, visitor)
            with using(visitor.language):
                answer = await self._refusal(headers, scope, visitor)
                if answer is not None:
                    await answer(scope, receive, guarded_send)
                    return
                limited = _Limited(receive, _limit(scope["path"]))
                await self._app(scope, limited, await self._renewing(headers, scope, visitor, guarded_send))
        except _TooLarge:
            if not started:
                await self._problem(visitor, scope, N_("This is too large to be sent."), 413)(scope, receive, guarded_send)
        except HTTPException as error:
            if not started:
                message = N_("There is nothing at this address.") if error.status_code == 404 else N_("The request could not be understood.")
                await self._problem(visitor, scope, message, error.status_code)(scope, receive, guarded_send)
        except ComptoirError as error:
            if started:
                raise
            await self._problem(visitor, scope, error.message, error.status)(scope, receive, guarded_send)
        except Exception as error:
            if isinstance(error, RuntimeError) and str(error) == _GONE:
                return
            code = fault(f"{scope['method']} {scope['path']}")
            if started:
                return  # the browser sees a broken answer; the log says why
            message = N_("Something went wrong. Nothing was changed. Reference %(code)s", code=code)
            await self._problem(visitor, scope, message, 500, code)(scope, receive, guarded_send)

    async def _visitor(self, headers: Headers, scope: Scope) -> Visitor:
        """Who is there. Raises `Unavailable` when the database does not answer."""
        address, agent, local, language = _origin(headers, scope)
        token = session.token_of(scope)
        signed_in = None
        if token and not scope["path"].startswith(OWN_KEYS):
            signed_in = sessions.remembered(token) or await work.interactive(sessions.find, token)
        if signed_in is not None:
            language = signed_in.language
        return Visitor(address, agent, local, language, token, signed_in)

    async def _refusal(self, headers: Headers, scope: Scope, visitor: Visitor) -> Response | None:
        """The answer instead of the page, or None when the request may go on."""
        path, method = scope["path"], scope["method"]
        if path.startswith(OWN_KEYS):
            return None
        if method in _UNSAFE and not session.is_same_origin(headers, scope):
            _log.warning("refused %s %s: it comes from another site", method, path)
            return self._problem(visitor, scope, N_("This request comes from another site and was not carried out."), 403)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > _limit(path):
            return self._problem(visitor, scope, N_("This is too large to be sent."), 413)
        if _is_public(path):
            return None
        if visitor.signed_in is None:
            if _wants_data(path):
                return self._problem(visitor, scope, N_("Sign in to go on."), 401)
            if await work.interactive(self._house.is_open_for_first_run):
                return RedirectResponse("/welcome", 303)
            query = scope["query_string"].decode("latin-1")
            wanted = path + (f"?{query}" if query else "")
            return RedirectResponse("/login" + (f"?next={quote(wanted, safe='')}" if wanted != "/" else ""), 303)
        if method in _UNSAFE and path.startswith("/api/") and "x-comptoir" not in headers:
            return self._problem(visitor, scope, N_("This request does not come from a page of Comptoir."), 403)
        return None

    async def _renewing(self, headers: Headers, scope: Scope, visitor: Visitor, send: Send) -> Send:
        """A `send` that gives the browser a new token with its next page, when rights changed."""
        signed_in = visitor.signed_in
        is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "") and not _wants_data(scope["path"])
        if signed_in is None or not signed_in.renew or not is_page or _is_public(scope["path"]):
            return send
        token = await work.interactive(sessions.renew, visitor.token)
        if token is None:
            return send

        async def with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                response = Response()
                session.keep_session(response, scope, token)
                MutableHeaders(scope=message).append("set-cookie", response.headers["set-cookie"])
            await send(message)

        return with_cookie

    def _problem(self, visitor: Visitor, scope: Scope, message: Text | str, status: int, code: str = "") -> Response:
        with using(visitor.language):
            if _wants_data(scope["path"]):
                return JSONResponse({"message": str(message), **({"code": code} if code else {})}, status)
            page = self._house.error_page(visitor, message, code)
            return HTMLResponse(page, status, {"Content-Security-Policy": STRICT_CSP, "Cache-Control": "no-store"})

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        refused = ""
        if not session.is_same_origin(headers, scope, required=True):
            refused = "another origin"
        else:
            try:
                visitor = await self._visitor(headers, scope)
                refused = "" if visitor.signed_in else "no session"
                session.remember(scope, visitor)
            except Unavailable:
                refused = "the database does not answer"
        if refused:
            _log.warning("refused a WebSocket from %s: %s", _origin(headers, scope)[0], refused)
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)


def fault(where: str) -> str:
    """Logs the exception being handled under a new short code, and returns the code to show."""
    code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(6))
    _log.exception("fault %s in %s", code, where)
    return code


class _TooLarge(HTTPException):
    """More bytes came than the limit. FastAPI lets no other exception pass while it reads a body."""

    def __init__(self) -> None:
        super().__init__(413)


class _Limited:
    """A `receive` that counts: for bodies that do not say their length."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _TooLarge
        return message


def _add_headers(headers: MutableHeaders) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", CSP)


def _origin(headers: Headers, scope: Scope) -> tuple[str, str, bool, str]:
    """Address, agent, whether it is this machine, and the browser's language."""
    client = scope.get("client")
    local = session.is_local(headers, scope)
    return (client[0] if client else "", headers.get("user-agent", "")[:255], local, session.preferred_language(headers, "fr"))


def _is_static(path: str) -> bool:
    return path.startswith((_FRAMEWORK, "/static/"))


def _is_public(path: str) -> bool:
    return any(path == public or path.startswith(public + "/") for public in PUBLIC)


def _wants_data(path: str) -> bool:
    return path.startswith(("/api/", _SOCKET))


def _limit(path: str) -> int:
    return next((limit for prefix, limit in _LARGE if path.startswith(prefix)), _LIMIT)


