"""What a page subscribes to ends with it; what a page raises is shown. Guards the parts of NiceGUI that this relies on."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing.user import User
from nicegui.testing.user_simulation import user_simulation

from app.base import events
from app.base.errors import Forbidden, NotFound
from app.base.i18n import N_, using
from app.pages import routes, visit
from app.pages.routes import Pages, Route
from app.pages.visit import Visit
from app.services.actor import SYSTEM

heard: list[Any] = []
TOPIC = ("record", "Deals", "1")


def quiet(visit: Visit) -> None:
    ui.label("quiet page")


def listening(visit: Visit) -> None:
    visit.subscribe([TOPIC, ("module", "Deals")], lambda: heard.append(None))
    ui.label("listening page")


async def telling(visit: Visit) -> None:
    async def refresh(topics: frozenset[Any]) -> None:
        await asyncio.sleep(0)
        label.text = f"heard {len(topics)}"

    label = ui.label("telling page")
    visit.subscribe(TOPIC, refresh)


def shows(visit: Visit) -> None:
    ui.label(f"{visit.params['one']} {visit.query.get('q')}")


def missing(_visit: Visit) -> None:
    ui.label("half drawn")
    raise NotFound(N_("It is not there."))


async def forbidden(_visit: Visit) -> None:
    await asyncio.sleep(0)
    raise Forbidden(N_("It is not yours."))


def broken(_visit: Visit) -> None:
    ui.label("half drawn")
    raise ZeroDivisionError("secret detail")


@pytest.fixture
async def user(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[User]:
    """Somebody on a small product of these pages."""

    async def system(_client: Any) -> Any:
        return SYSTEM

    names = ("quiet", "listening", "telling", "missing", "forbidden", "broken")
    table = [Route(f"/{name}", name) for name in names] + [Route("/shows/{one}", "shows")]
    monkeypatch.setattr(routes, "ROUTES", tuple(table))
    monkeypatch.setattr(Route, "load", lambda self: globals()[self.page])
    monkeypatch.setattr(routes, "actor_of", system)
    heard.clear()

    async def root() -> None:
        pages = Pages()
        if pages._active_tasks:
            await asyncio.wait(pages._active_tasks, timeout=5)

    with using("en"):
        async with user_simulation(root=root) as found:
            yield found


async def go(user: User, path: str) -> None:
    """Goes to another page of the same tab, as a click on a link does."""
    client = user.client
    assert client is not None
    with client:
        await client.sub_pages_router._handle_open(path)


async def texts(user: User) -> str:
    """All that the page says, once it is drawn."""
    client = user.client
    assert client is not None
    for _turn in range(50):
        await asyncio.sleep(0.01)
        if not any(tasks for element in client.layout.descendants() if (tasks := getattr(element, "_active_tasks", None))):
            break
    return "\n".join(str(getattr(e, "text", "") or e._text or "") for e in client.layout.descendants())


async def test_subscriptions_end_with_their_page(user: User) -> None:
    await user.open("/quiet")
    await user.should_see("quiet page")
    before = events.subscribers()
    for _visit in range(5):
        await go(user, "/listening")
        await user.should_see("listening page")
        assert events.subscribers() == before + 2
        await go(user, "/quiet")
        await user.should_see("quiet page")
        assert events.subscribers() == before


async def test_going_to_the_same_address_draws_the_page_anew(user: User) -> None:
    await user.open("/telling")
    await user.should_see("telling page")
    events.publish([TOPIC])
    await asyncio.sleep(visit.COALESCE_SECONDS * 2)
    await user.should_see("heard 1")
    await go(user, "/telling")
    await user.should_see("telling page")


async def test_news_arrive_together_and_in_the_page(user: User) -> None:
    await user.open("/telling")
    await user.should_see("telling page")
    thread = threading.Thread(target=lambda: [events.publish([TOPIC]) for _time in range(50)])
    thread.start()
    thread.join()
    await asyncio.sleep(visit.COALESCE_SECONDS * 2)
    await user.should_see("heard 1")


async def test_a_callback_without_parameter_is_called_once_for_many_news(user: User) -> None:
    await user.open("/listening")
    await user.should_see("listening page")
    for _time in range(10):
        events.publish([TOPIC, ("module", "Deals"), ("module", "Accounts")])
    await asyncio.sleep(visit.COALESCE_SECONDS * 2)
    assert len(heard) == 1


async def test_a_page_gets_what_the_address_says(user: User) -> None:
    await user.open("/shows/4711?q=%C3%A9t%C3%A9")
    await user.should_see("4711 été")


@pytest.mark.parametrize(
    ("path", "title", "text"),
    [("/missing", "Nothing here", "It is not there."), ("/forbidden", "Not allowed", "It is not yours."), ("/none", "Nothing here", "no page")],
)
async def test_refusals_are_shown_instead_of_half_a_page(user: User, path: str, title: str, text: str) -> None:
    await user.open("/quiet")
    await go(user, path)
    shown = await texts(user)
    assert title in shown
    assert text in shown
    assert "half drawn" not in shown


@pytest.mark.parametrize(("path", "status"), [("/quiet", 200), ("/missing", 404), ("/forbidden", 403), ("/none", 404), ("/broken", 500)])
async def test_the_first_answer_has_the_status_of_its_page(user: User, path: str, status: int) -> None:
    assert (await user.http_client.get(path)).status_code == status


async def test_a_fault_shows_a_code_and_no_detail(user: User, caplog: pytest.LogCaptureFixture) -> None:
    await user.open("/quiet")
    await go(user, "/broken")
    shown = await texts(user)
    assert "secret detail" not in shown
    assert "half drawn" not in shown
    code = re.search(r"fault (\w{6}) in", caplog.text)
    assert code is not None
    assert f"Reference {code[1]}" in shown
    assert "ZeroDivisionError" in caplog.text
