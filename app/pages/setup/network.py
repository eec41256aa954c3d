"""Whether colleagues on the local network reach this server, and at which address."""

from __future__ import annotations

import asyncio

from app.api import listeners
from app.base.i18n import _
from app.components.elements import tag
from app.components.simple_form import Form, banner
from app.pages.setup.parts import act, card, frame, save
from app.pages.visit import Visit
from app.services import settings
from app.services.actor import Actor

_PATIENCE = 0.3  # seconds until the listeners have followed a change


async def page(visit: Visit) -> None:
    """The page."""
    is_open = await act(_is_open)
    with frame(visit, "network"):
        box = tag("div", "cp-stack", style="gap:16px")

    async def draw() -> None:
        await asyncio.sleep(_PATIENCE)
        now = await act(_is_open)
        box.clear()
        with box:
            _content(now)

    visit.subscribe([("settings",)], draw)
    with box:
        _content(is_open)


def _content(is_open: bool) -> None:
    server = listeners.running
    if server is not None and server.is_fixed:
        banner(_("The server was started with --host: that decides, whatever is chosen here."), "in", "info")
    _switch(is_open)
    found = server.addresses if server is not None else []
    with card(_("Addresses for your colleagues")), tag("div", "cp-rows"):
        for address in found:
            with tag("div", "cp-row"):
                tag("a", "cp-row-title", address, href=address, target="_blank", translate="no")
        if not found:
            tag("p", "cp-row cp-faint", _("None: only this computer reaches Comptoir."))


def _switch(is_open: bool) -> None:
    async def change() -> None:
        chosen = bool(form.fields["open"].value)
        said = _("Comptoir is open to the local network.") if chosen else _("Comptoir is closed to the network.")
        await save(form, said, settings.open_to_network, chosen)

    with card(_("Access")), Form(None, "") as form, tag("div", "cp-setting"):
        with tag("div", "cp-setting-main"):
            tag("div", "cp-setting-name", _("Open to the local network"))
            tag("div", "cp-setting-text", _("Colleagues then open Comptoir in the browser of their computer, tablet or phone."))
            tag("div", "cp-setting-text", _("What they send is not encrypted on its way: choose this on a network that you trust."))
        with tag("div", "cp-setting-control"):
            form.check("open", "", is_open, switch=True, on_change=change).name_aloud(_("Open to the local network"))


def _is_open(_actor: Actor) -> bool:
    return settings.is_open_to_network()
