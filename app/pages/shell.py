"""The one page of the product: the shell around whatever address is open. What it shows depends on the person's rights.

Invariants: language, theme and session of the tab come from its request, for the life of the tab; rights, modules and their names are
read again whenever they change, and the open page stays as it is.
"""

from __future__ import annotations

import asyncio
from typing import Any

from nicegui import ui
from nicegui.client import Client
from nicegui.events import GenericEventArguments

from app.api import session
from app.base.errors import ComptoirError
from app.components.assets import theme_html
from app.components.shell import Shell
from app.modules import registry
from app.pages import forms
from app.pages.routes import Pages
from app.pages.shell_data import shell_data
from app.pages.visit import actor_of, subscribe
from app.services import actor as actors
from app.services import people, settings, work
from app.services.actor import Actor
from app.services.pinned import pinned
from app.services.views import View

FIRST_PAGE_SECONDS = 1.5  # how long the first answer waits for its page, so that it arrives drawn and with the right status

async def root() -> None:
    """Builds the shell for the person whose request this is."""
    client = ui.context.client
    visitor = session.visitor_of(client.request)
    signed_in = visitor.signed_in
    assert signed_in is not None, "the guard lets nobody else in"
    client.storage["session"] = {"user_id": signed_in.user_id, "session_id": signed_in.session_id}
    client.storage["language"] = signed_in.language
    client.page.language = "en-GB" if signed_in.language == "en" else signed_in.language  # type: ignore[assignment]  # Quasar has no plain "en"
    client.page.dark = {"dark": True, "light": False}.get(signed_in.theme)
    actor = await work.interactive(actors.load, signed_in.user_id, "ui", signed_in.session_id)
    kept, company, starred = await work.interactive(_kept, actor)
    ui.add_head_html(theme_html(signed_in.theme, contrast=bool(kept.get("contrast"))))  # type: ignore[arg-type]
    with Shell(shell_data(actor, signed_in.theme, kept, company, starred)) as shell:
        pages = Pages()

    async def renew() -> None:
        now = await actor_of(client)
        theme = (await work.interactive(people.get, now, now.user_id)).theme
        shell.show(shell_data(now, theme, *(await work.interactive(_kept, now))))

    async def create(event: GenericEventArguments) -> None:
        with client.content:
            try:
                await forms.quick_create(await actor_of(client), str(event.args))
            except ComptoirError as error:
                shell.toast(str(error.message), kind="error")

    shell.on("create", create)
    topics = [("access",), ("schema",), ("settings",), ("preferences", str(actor.user_id))]
    subscribe([*topics, *(("views", module.api_name) for module in registry.snapshot().modules)], renew)
    if pages._active_tasks:
        await asyncio.wait(pages._active_tasks, timeout=FIRST_PAGE_SECONDS)


def language_of_client() -> str | None:
    """The language of the tab whose page or event is being worked on; None outside of one."""
    from nicegui.slot import Slot

    if not Slot.get_stack():
        return None
    found = ui.context.client.storage.get("language")
    return str(found) if found else None


def leave(session_ids: frozenset[int]) -> None:
    """Sends every tab of those sessions to the sign-in form. Call it on the loop."""
    for client in list(Client.instances.values()):
        known = client.storage.get("session")
        if known and known["session_id"] in session_ids:
            client.storage["session"] = None
            client.run_javascript("window.location.assign('/login')")


def _kept(actor: Actor) -> tuple[dict[str, Any], settings.Company, list[View]]:
    return people.preferences(actor), settings.company(), pinned(actor)
