"""Signing in and out, and the page behind a one-time link: plain forms.

Invariants: what is answered does not tell whether an account exists; the session is new at every sign-in; one lands on our own
pages only. Passwords are compared in a lane of their own, so that a flood of attempts never stands in the way of work.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from app.api import session
from app.base.errors import ComptoirError, Invalid, NotFound
from app.base.i18n import N_, _, pgettext, using
from app.pages import plain
from app.services import first_run, links, sessions, sign_in, work

P = ParamSpec("P")
T = TypeVar("T")
router = APIRouter(include_in_schema=False)
_WAITING = 40  # attempts that may wait for a thread; more are told to come back
_lane = work.Lane(ThreadPoolExecutor(2, "sign-in"), 15.0)
_pending = 0
_BUSY = N_("Too many people are signing in at this moment. Try again in a few seconds.")
_NOTICES = {"password": N_("Your password is saved: sign in with it."), "out": N_("You are signed out.")}


@router.get("/login")
async def login(request: Request) -> Response:
    """The form; whoever is signed in goes on at once."""
    wanted = session.safe_next(request.query_params.get("next", "/"))
    if session.visitor_of(request).signed_in is not None:
        return RedirectResponse(wanted, 303)
    if await work.interactive(first_run.is_open):
        return RedirectResponse("/welcome", 303)
    notice = _NOTICES.get(request.query_params.get("notice", ""))
    return plain.page(request, "login", email="", error="", notice=str(notice or ""), next=wanted)


@router.post("/login")
async def sign_in_with(request: Request) -> Response:
    """Checks what was entered and starts a session."""
    form = await request.form()
    email, wanted = _text(form, "email"), session.safe_next(_text(form, "next") or "/")
    try:
        session.check_form(request, form)
        entered = await _attempt(request, email, _text(form, "password"))
    except ComptoirError as error:
        values = {"email": email, "error": str(error.message), "notice": "", "next": wanted}
        return plain.page(request, "login", status=error.status, **values)
    response = RedirectResponse(wanted, 303)
    old = session.visitor_of(request).token
    if old:
        await work.interactive(sessions.end, old)
    session.keep_session(response, request.scope, entered.token)
    session.keep_device(response, request.scope, entered.device)
    return response


@router.get("/logout")
async def ask_logout(request: Request) -> Response:
    """For whoever opens the address: signing out takes a click, a link elsewhere cannot do it."""
    form = {"action": "/logout", "label": pgettext("button", "Sign out")}
    message = _("Your unsaved input stays on the server as a draft.")
    return plain.page(request, "message", title=_("Sign out"), message=message, form=form, link="", link_label="")


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    """Ends this browser's session; its open pages go to the sign-in form."""
    token = session.visitor_of(request).token
    if token:
        await work.interactive(sessions.end, token)
    response = RedirectResponse("/login?notice=out", 303)
    session.drop_session(response, request.scope)
    return response


@router.get("/recover")
async def recover(request: Request) -> Response:
    """How one gets a link to choose a new password."""
    return plain.page(request, "recover")


@router.get("/password/{secret}")
async def choose_password(request: Request, secret: str) -> Response:
    """The form behind a one-time link."""
    try:
        owner = await work.interactive(links.owner, secret)
    except NotFound as error:
        return _gone(request, error)
    with using(owner.language):
        return plain.page(request, "password", owner=owner, error="", errors=defaultdict(str))


@router.post("/password/{secret}")
async def save_password(request: Request, secret: str) -> Response:
    """Keeps the chosen password and leads to the sign-in form."""
    form = await request.form()
    owner = None
    try:
        owner = await work.interactive(links.owner, secret)
        session.check_form(request, form)
        if _text(form, "password") != _text(form, "again"):
            raise Invalid({"again": N_("The two passwords are not the same.")})
        await _lane_call(links.use, secret, _text(form, "password"))
    except NotFound as error:
        return _gone(request, error)
    except ComptoirError as error:
        if owner is None:
            raise
        with using(owner.language):
            fields = {k: str(v) for k, v in error.fields.items() if k} if isinstance(error, Invalid) else {}
            message = "" if fields else str(error.message)
            status = error.status
            return plain.page(request, "password", status=status, owner=owner, error=message, errors=defaultdict(str, fields))
    response = RedirectResponse("/login?notice=password", 303)
    session.drop_session(response, request.scope)
    return response


async def _attempt(request: Request, email: str, password: str) -> sign_in.Entered:
    visitor = session.visitor_of(request)
    return await _lane_call(
        sign_in.sign_in, email, password, address=visitor.address, agent=visitor.agent, secret=session.secret(),
        device=session.device_of(request),
    )  # fmt: skip


async def _lane_call(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Runs in the lane of passwords, unless too many wait there already."""
    global _pending
    if _pending >= _WAITING:
        raise sign_in.Locked(_BUSY)
    _pending += 1
    try:
        return await asyncio.wrap_future(_lane.submit(call, *args, **kwargs))
    finally:
        _pending -= 1


def _gone(request: Request, error: NotFound) -> Response:
    values = {"title": _("This link does not work any more"), "message": str(error.message), "form": None}
    return plain.page(request, "message", status=404, **values, link="/login", link_label=_("Back to signing in"))


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
