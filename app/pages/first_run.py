"""The first run: language, company, currency, administrator, and what to begin with. A plain form, open once.

Invariants: shown to somebody who sits at the server, or who has the code that the console shows; closed for good as soon as an
active administrator exists. What was typed stays when something is wrong.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.api import session
from app.base.errors import Conflict, Forbidden, Invalid
from app.base.i18n import LANGUAGES, N_, _, language, using
from app.pages import plain
from app.services import actor as actors
from app.services import first_run, settings, sign_in, work

router = APIRouter(include_in_schema=False)
CODE = first_run.Code()
_FIELDS = ("company_name", "language", "currency", "first_name", "last_name", "email", "start", "code", "network")
_WRONG_CODE = N_("This is not the code. It stands in the window or the log in which Comptoir was started.")


@router.get("/welcome")
async def welcome(request: Request) -> Response:
    """The form, or the question for the code when the browser is on another machine."""
    if not await work.interactive(first_run.is_open):
        return RedirectResponse("/login", 303)
    chosen = request.query_params.get("lang", "")
    with using(chosen if chosen in LANGUAGES else language()):
        if not session.visitor_of(request).is_local:
            return plain.page(request, "code", error="")
        return _form(request, {}, {}, "")


@router.post("/welcome")
async def set_up(request: Request) -> Response:
    """Makes company and administrator, signs them in and goes on with what they chose."""
    sent = await request.form()
    values = {name: str(sent.get(name, "")) for name in _FIELDS}
    if not await work.interactive(first_run.is_open):
        return RedirectResponse("/login", 303)
    spoken = values["language"] if values["language"] in LANGUAGES else language()
    with using(spoken):
        try:
            session.check_form(request, sent)
            if not session.visitor_of(request).is_local and not CODE.accepts(values["code"]):
                return plain.page(request, "code", status=403, error=str(_WRONG_CODE))
            if sent.get("step") == "code":
                return _form(request, {"code": values["code"]}, {}, "")
            return await _finish(request, values, str(sent.get("password", "")))
        except Conflict:
            return RedirectResponse("/login", 303)
        except Forbidden as error:
            return _form(request, values, {}, str(error.message), 403)
        except Invalid as error:
            fields = {k: str(v) for k, v in error.fields.items() if k}
            return _form(request, values, fields, _("Some answers need another look.") if fields else str(error.message), 422)


async def _finish(request: Request, values: dict[str, str], password: str) -> Response:
    company = {"name": values["company_name"], "language": values["language"], "currency": values["currency"], "zone": _zone()}
    person = {k: values[k] for k in ("first_name", "last_name", "email")}
    made = await work.interactive(first_run.set_up, company, person, password)
    visitor = session.visitor_of(request)
    entered = await work.interactive(
        sign_in.sign_in, made.email, password, address=visitor.address, agent=visitor.agent, secret=session.secret()
    )
    if values["network"]:
        await work.interactive(settings.open_to_network, actors.load(int(made.id)), True)
    if values["start"] == "sample":
        from app.services import sample

        await work.heavy(sample.load, actors.load(int(made.id)))
    response = RedirectResponse("/import" if values["start"] == "import" else "/", 303)
    session.keep_session(response, request.scope, entered.token)
    session.keep_device(response, request.scope, entered.device)
    return response


def _form(request: Request, values: dict[str, str], errors: dict[str, str], message: str, status: int = 200) -> Response:
    shown: dict[str, Any] = {"language": language(), "currency": "EUR", "start": "sample", **{k: v for k, v in values.items() if v}}
    starts = [
        ("sample", _("With sample data"), _("A small company’s year, to look around. It is removed with one click.")),
        ("import", _("Import my data"), _("From CSV or Excel files; everything can be undone.")),
        ("empty", _("Empty"), _("Start with a blank sheet.")),
    ]
    return plain.page(
        request, "welcome", status=status, error=message, errors=defaultdict(str, errors), values=defaultdict(str, shown),
        currencies=_currencies(), starts=starts,
    )  # fmt: skip


def _currencies() -> list[tuple[str, str]]:
    from babel import Locale

    names = Locale.parse(language()).currencies
    return [(code, f"{code} · {names.get(code, code)}") for code in settings.CURRENCIES]


def _zone() -> str:
    """The server's own time zone when it has a real one."""
    from tzlocal import get_localzone_name

    name = str(get_localzone_name() or "")
    return name if "/" in name and not name.startswith("Etc/") else settings.Company().zone
