"""Who is asking: the session cookie, the acting user of a request, and what proves that a form is ours.

Invariants: the cookie holds a random token and nothing else; on HTTPS its name starts with `__Host-`, so that no other host of the
domain can set it. `Visitor` is made once a request by `api.guards` and stands in the scope; nothing else reads cookies.
A form is accepted with a token that is bound to the browser by a second cookie, and from our own origin only.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Scope

from app.base.errors import ComptoirError, Forbidden
from app.base.i18n import LANGUAGES, N_
from app.services import actor as actors
from app.services import sessions
from app.services.actor import Actor

_KEY = "comptoir.visitor"
_DEVICE_DAYS = 400
_LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
_FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip", "via", "cf-connecting-ip")
_secret = b""


class NotSignedIn(ComptoirError):
    """There is no valid session."""

    status = 401


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from and whose session it carries."""

    address: str  # of the browser
    agent: str
    is_local: bool  # this machine, not through a proxy and under a local name
    language: str
    token: str = ""
    signed_in: sessions.SignedIn | None = None


def set_secret(secret: bytes) -> None:
    """The key that signs form tokens and device marks; kept in the data folder."""
    global _secret
    _secret = secret


def secret() -> bytes:
    """The key given by `set_secret`."""
    if not _secret:
        raise RuntimeError("set_secret first")
    return _secret


def visitor_of(connection: HTTPConnection | Scope) -> Visitor:
    """What the guard found out about this request or WebSocket."""
    scope = connection.scope if isinstance(connection, HTTPConnection) else connection
    found: Visitor = scope[_KEY]
    return found


def remember(scope: Scope, visitor: Visitor) -> None:
    """Used by the guard."""
    scope[_KEY] = visitor


def actor_of(request: HTTPConnection) -> Actor:
    """Who acts in this request. Raises `NotSignedIn`, or `Forbidden` when the account was deactivated meanwhile.

    It may read the database: call it in a lane (`services.work`), or in a route that is a plain function.
    """
    signed_in = visitor_of(request).signed_in
    if signed_in is None:
        raise NotSignedIn(N_("Sign in to go on."))
    return actors.load(signed_in.user_id, "ui", signed_in.session_id)


def token_of(scope: Scope) -> str:
    """The session token that the browser sent; empty without one."""
    connection = HTTPConnection(scope)
    return connection.cookies.get(_session_name(_is_secure(scope)), "")


def keep_session(response: Response, scope: Scope, token: str) -> None:
    """Gives the browser its session."""
    secure = _is_secure(scope)
    response.set_cookie(
        _session_name(secure), token, max_age=int(sessions.ABSOLUTE.total_seconds()), path="/", secure=secure, httponly=True,
        samesite="lax",
    )  # fmt: skip


def drop_session(response: Response, scope: Scope) -> None:
    """Makes the browser forget its session."""
    secure = _is_secure(scope)
    response.delete_cookie(_session_name(secure), path="/", secure=secure, httponly=True, samesite="lax")


def device_of(request: Request) -> str:
    """The mark of a browser in which somebody signed in before."""
    return request.cookies.get(_device_name(_is_secure(request.scope)), "")[:200]


def keep_device(response: Response, scope: Scope, mark: str) -> None:
    """Lets the browser be known at the next sign-in."""
    secure = _is_secure(scope)
    response.set_cookie(
        _device_name(secure), mark, max_age=_DEVICE_DAYS * 86400, path="/", secure=secure, httponly=True, samesite="strict"
    )


def form_token(request: Request) -> tuple[str, str]:
    """A token for a hidden field and the cookie value that it is bound to (`keep_form`)."""
    nonce = request.cookies.get(_form_name(_is_secure(request.scope)), "")
    if len(nonce) < 20:
        nonce = secrets.token_urlsafe(18)
    return _form_signature(nonce), nonce


def keep_form(response: Response, scope: Scope, nonce: str) -> None:
    """Binds the forms of this browser."""
    secure = _is_secure(scope)
    response.set_cookie(_form_name(secure), nonce, path="/", secure=secure, httponly=True, samesite="strict")


def check_form(request: Request, form: Mapping[str, object]) -> None:
    """Raises `Forbidden` unless the form was made by us for this browser."""
    nonce = request.cookies.get(_form_name(_is_secure(request.scope)), "")
    given = str(form.get("token", ""))
    if not nonce or not hmac.compare_digest(given.encode(), _form_signature(nonce).encode()):
        raise Forbidden(N_("This form was open for too long, or cookies are off: send it again."), form=True)


def is_same_origin(headers: Headers, scope: Scope, *, required: bool = False) -> bool:
    """Whether the browser says that the request comes from our own pages; `required`: saying nothing is not enough."""
    site = headers.get("sec-fetch-site")
    if site and site not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is None:
        return not required
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc.lower() == headers.get("host", "").lower()


def is_local(headers: Headers, scope: Scope) -> bool:
    """Whether a person sits at this machine: a loopback peer, no forwarding headers, a local name in the address bar.

    The name matters: a page elsewhere can point its own name to 127.0.0.1 and read what answers there.
    """
    client = scope.get("client")
    if client is None or any(name in headers for name in _FORWARDED):
        return False
    host = headers.get("host", "")
    name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
    try:
        return ipaddress.ip_address(client[0]).is_loopback and name.lower() in _LOCAL_NAMES
    except ValueError:
        return False


def preferred_language(headers: Headers, default: str) -> str:
    """The first language of the browser's list that Comptoir speaks."""
    for part in headers.get("accept-language", "").split(","):
        code = part.partition(";")[0].strip()[:2].lower()
        if code in LANGUAGES:
            return code
    return default


def safe_next(address: str) -> str:
    """`address` when it is a path of ours, else the home page: signing in never leads elsewhere."""
    if (
        not address.startswith("/")
        or address.startswith(("//", "/login", "/logout", "/_nicegui", "/api/"))
        or "\\" in address
        or any(ord(c) < 32 or ord(c) == 127 for c in address)
    ):
        return "/"
    parts = urlsplit(address)
    return address if not parts.netloc and not parts.scheme else "/"


def _form_signature(nonce: str) -> str:
    return hmac.new(secret(), f"form\0{nonce}".encode(), hashlib.sha256).hexdigest()


def _is_secure(scope: Scope) -> bool:
    return scope.get("scheme") in ("https", "wss")


def _session_name(secure: bool) -> str:
    return "__Host-comptoir" if secure else "comptoir"


def _device_name(secure: bool) -> str:
    return "__Host-comptoir-device" if secure else "comptoir-device"


def _form_name(secure: bool) -> str:
    return "__Host-comptoir-form" if secure else "comptoir-form"
