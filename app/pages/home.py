"""The home page."""

from __future__ import annotations

from nicegui import ui

from app.base.i18n import _
from app.pages.visit import Visit


def page(visit: Visit) -> None:
    """Greets the person."""
    visit.title(_("Home"))
    with ui.element("div").classes("cp-page"), ui.element("div").classes("cp-title"):
        heading = ui.element("h1").classes("cp-h1")
        heading._text = _("Good day, %(name)s", name=visit.actor.name.partition(" ")[0])
