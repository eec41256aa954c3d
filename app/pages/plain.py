"""Plain HTML pages outside the shell: sign-in, first run, one-time links, errors. They work without JavaScript.

Invariants: text is escaped by the template engine; the policy allows no inline script but the theme's own, by its hash; nothing is
kept by caches.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.api import session
from app.api.guards import STRICT_CSP
from app.api.session import Visitor
from app.base.i18n import Text, _, language, pgettext, using

LANGUAGE_NAMES = (("fr", "Français"), ("en", "English"))
_head = ""


def set_head(head_html: str) -> None:
    """Stylesheet, fonts and theme for every plain page, from `Assets.head_html`."""
    global _head
    _head = head_html
    policy.cache_clear()


def page(request: Request, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page made of `templates/<name>.html`, with a form token bound to this browser."""
    token, nonce = session.form_token(request)
    html = _render(name, token=token, **values)
    response = HTMLResponse(html, status, {"Content-Security-Policy": policy(), "Cache-Control": "no-store"})
    session.keep_form(response, request.scope, nonce)
    return response


def error_page(visitor: Visitor, message: Text | str, code: str) -> str:
    """A page that says what happened; `code` is in the log."""
    with using(visitor.language):
        return _render("message", title=_("This did not work"), message=str(message), form=None, link="", link_label="", token="")


@lru_cache(maxsize=1)
def policy() -> str:
    """The strict policy, with the theme's script allowed by its hash."""
    hashes = [base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in re.findall(r"<script>(.*?)</script>", _head, re.DOTALL)]
    return STRICT_CSP.replace("script-src 'self'", "script-src 'self' " + " ".join(f"'sha256-{h}'" for h in hashes))


def _render(name: str, **values: Any) -> str:
    template = _templates().get_template(f"{name}.html")
    return template.render(language=language(), head=Markup(_head), languages=LANGUAGE_NAMES, **values)  # noqa: S704 - our own


@lru_cache(maxsize=1)
def _templates() -> Environment:
    folder = Path(__file__).with_name("templates")
    environment = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.update(_=_, pgettext=pgettext)
    return environment

