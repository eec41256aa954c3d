"""Every address of the product and the page that answers it. Pages are imported when they are first opened.

Invariants: fixed addresses stand before those with parameters; each page is a function `page(visit)` (plain or async) that draws
`.cp-page` into the sheet; it raises `NotFound` and `Forbidden` freely, this module shows them; everything else is shown with a code
that is in the log. The rights are checked by services; `tool` only spares people a page on which nothing would work.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from nicegui import ui
from nicegui.elements.sub_pages import SubPages
from nicegui.page_arguments import PageArguments, RouteMatch

from app.api.guards import fault
from app.api.session import NotSignedIn
from app.base.errors import ComptoirError, Forbidden, NotFound
from app.base.i18n import N_, Text, _
from app.components.elements import icon, tag
from app.modules import registry
from app.pages.visit import Visit, actor_of


@dataclass(frozen=True, slots=True)
class Route:
    """An address pattern and where its page is: "module:function"."""

    path: str
    page: str
    tool: str = ""

    def load(self) -> Callable[[Visit], Any]:
        """The page's function."""
        module, _colon, name = self.page.partition(":")
        found: Callable[[Visit], Any] = getattr(importlib.import_module(f"app.pages.{module}"), name or "page")
        return found


ROUTES: tuple[Route, ...] = (
    Route("/", "home"),
    Route("/import", "imports"),
    Route("/import/{job}", "imports:job"),
    Route("/jobs", "jobs"),
    Route("/jobs/{job}", "jobs:job"),
    Route("/setup", "setup.index"),
    Route("/setup/me", "setup.me"),
    Route("/setup/company", "setup.company", "setup"),
    Route("/setup/network", "setup.network", "setup"),
    Route("/setup/users", "setup.people", "setup"),
    Route("/setup/users/{person}", "setup.person", "setup"),
    Route("/setup/profiles", "setup.profiles", "setup"),
    Route("/setup/profiles/{profile}", "setup.profiles:one", "setup"),
    Route("/setup/roles", "setup.roles", "setup"),
    Route("/setup/sharing", "setup.sharing", "setup"),
    Route("/setup/bin", "setup.bin"),
    Route("/{module}", "module"),
    Route("/{module}/new", "forms:new"),
    Route("/{module}/import", "imports"),
    Route("/{module}/{record}", "record"),
    Route("/{module}/{record}/edit", "forms:edit"),
)

_UNKNOWN = N_("There is no page at this address.")


class Pages(SubPages):
    """The sub pages of the shell: every navigation builds the page anew; what is not there is shown in our own words."""

    def __init__(self) -> None:
        super().__init__({route.path: _builder(route) for route in ROUTES})

    def _required_query_params_changed(self, route_match: RouteMatch) -> bool:
        return True  # components change the address themselves: what we last saw of it says nothing

    def _render_404(self) -> None:
        show_problem(_UNKNOWN, title=N_("Nothing here"))

    def _render_error(self, _: Exception) -> None:
        show_fault(self._router.current_path)


def _builder(route: Route) -> Callable[..., Any]:
    async def build(arguments: PageArguments) -> None:
        try:
            visit = await _visit(arguments)
            if route.tool and not visit.actor.tool(route.tool):
                raise Forbidden(N_("Only an administrator can open this page."))
            if "module" in visit.params and not _is_module(visit):
                raise NotFound(_UNKNOWN)
            result = route.load()(visit)
            if inspect.isawaitable(result):
                await result
        except NotSignedIn:
            ui.navigate.to(f"/login?next={quote(arguments.path, safe='')}")
        except ComptoirError as error:
            _clear(arguments.frame, error.status)
            title = {403: N_("Not allowed"), 404: N_("Nothing here")}.get(error.status, N_("This did not work"))
            show_problem(error.message, title=title)
        except Exception:
            _clear(arguments.frame, 500)
            show_fault(arguments.path)

    parameter = inspect.Parameter("arguments", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=PageArguments)
    build.__signature__ = inspect.Signature([parameter])  # type: ignore[attr-defined]  # NiceGUI looks at the class itself
    return build


async def _visit(arguments: PageArguments) -> Visit:
    actor = await actor_of(ui.context.client)
    return Visit(actor, arguments.path, arguments.path_parameters, dict(arguments.query_parameters))


def _is_module(visit: Visit) -> bool:
    """Whether the address names a module that this person may see."""
    try:
        spec = registry.snapshot().module(visit.params["module"])
    except NotFound:
        return False
    return spec.slug == visit.params["module"] and visit.actor.can(spec, "read")


def _clear(frame: SubPages, status: int) -> None:
    ui.context.client.status_code = status
    frame.clear()


def show_fault(where: str) -> None:
    """An unexpected error (the one being handled): a message with the code under which the log has it."""
    code = fault(f"page {where}")
    show_problem(N_("Something went wrong. Nothing was changed. Reference %(code)s", code=code), title=N_("This did not work"))


def show_problem(message: Text | str, *, title: Text | str) -> None:
    """A whole page that says what is the matter and leads back."""
    ui.page_title(f"{title} · Comptoir")
    with tag("div", "cp-page"), tag("div", "cp-body"), tag("div", "cp-empty cp-empty--error", role="alert"):
        with tag("span", "cp-empty-badge", aria_hidden="true"):
            icon("error", "lg")
        tag("h1", "cp-empty-title", str(title))
        tag("p", "cp-empty-text", str(message))
        with tag("div", "cp-empty-actions"):
            tag("a", "cp-btn cp-btn--neutral", _("Back to the home page"), href="/")
