"""The server: one application out of pages, JSON and static files, behind one door, on its listeners.

Invariants: 127.0.0.1 is always listened on; whatever starts here stops here, in the opposite order; one server a data folder (the
lock is held by the caller). NiceGUI is mounted inside our own application, so that middleware and plain routes are ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import importlib.util
import logging
import os
import secrets
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from app.api import listeners
from app.base.config import Settings
from app.base.errors import ComptoirError, Unavailable
from app.base.i18n import _, set_language_source
from app.base.version import program_version

_log = logging.getLogger(__name__)
RECONNECT_SECONDS = 120
PING_EVERY, PING_PATIENCE = 10, 8
_DAY = 24 * 3600
_STOP_SECONDS = 3


def build(settings: Settings) -> FastAPI:
    """The whole application, ready to be served. The database is in use already."""
    os.environ.setdefault("NICEGUI_STORAGE_PATH", str(settings.folder("cache") / "nicegui"))
    from nicegui import app as nicegui_app
    from nicegui import ui

    from app.api import answers, guards, me, session
    from app.components import assets, scripts, theme
    from app.pages import first_run, login, plain, shell
    from app.services import first_run as first_run_service

    scripts.share_all()
    set_language_source(shell.language_of_client)
    session.set_secret(_secret(settings.data / "secret.key"))
    web = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    answers.install(web)
    _fixed_routes(web, settings)
    for router in (login.router, first_run.router, me.router, *_other_routers()):
        web.include_router(router)
    web.add_api_route("/api/{path:path}", _no_such_data, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    served = assets.install(web, settings.folder("cache"))
    plain.set_head(served.head_html())
    ui.run_with(
        web,
        root=shell.root,
        title="Comptoir",
        favicon=theme.ASSETS / "logo.svg",
        dark=None,
        language="fr",
        binding_refresh_interval=0.5,
        reconnect_timeout=RECONNECT_SECONDS,
        gzip_middleware_factory=assets.StaticGzip,  # type: ignore[arg-type]
        tailwind=False,
        show_welcome_message=False,
    )
    nicegui_app.on_startup(_tune_pings)
    nicegui_app.on_exception(_handler_failed)
    house = guards.House(is_open_for_first_run=first_run_service.is_open, error_page=plain.error_page)
    web.add_middleware(guards.Guard, house=house)
    return web


def _other_routers() -> list[Any]:
    """The JSON of the components."""
    names = ("transfer", "home", "activity", "board", "records")  # the most general last
    return [importlib.import_module(f"app.api.{name}").router for name in names if importlib.util.find_spec(f"app.api.{name}")]


def serve(settings: Settings, *, open_browser: bool = True) -> int:
    """Serves until a signal comes. Returns the exit status. Raises `PortBusy` with what to do."""
    sockets = listeners.sockets(settings.host, settings.port)
    port = sockets[0].getsockname()[1]
    application = build(settings)
    options: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False, "ws": "wsproto", "lifespan": "on"}
    server = listeners.Server(uvicorn.Config(application, timeout_graceful_shutdown=_STOP_SECONDS, **options), settings.host)
    listeners.running = server
    _announce(settings, port)
    if open_browser:
        _open_browser(server, f"http://127.0.0.1:{port}/")
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGTERM, _stop)
    with contextlib.suppress(KeyboardInterrupt, SystemExit):  # people are served in their language, not in the terminal's:
        contextvars.Context().run(asyncio.run, server.serve(sockets=sockets))
    return 0 if server.started else 3


def _stop(_number: int, _frame: object) -> None:
    """uvicorn raises the signal that stopped it once more; this unwinds the callers, which give back the data folder."""
    raise SystemExit(0)


@asynccontextmanager
async def _lifespan(_web: FastAPI) -> AsyncIterator[None]:
    """What runs beside the pages: news from other processes, jobs, house-keeping, the farewell to revoked sessions."""
    from app.database import engine
    from app.database.wake import Listener
    from app.pages import shell
    from app.services import sessions
    from app.services.worker import Worker

    loop = asyncio.get_running_loop()
    sessions.on_end(lambda ids: _on_loop(loop, shell.leave, ids))
    listener = Listener(engine.current())
    listener.start()
    worker = Worker().start()
    cleaning = asyncio.create_task(_clean_daily())
    try:
        yield
    finally:
        cleaning.cancel()
        await asyncio.gather(cleaning, return_exceptions=True)
        await asyncio.to_thread(worker.stop)
        listener.stop()


def _on_loop(loop: asyncio.AbstractEventLoop, call: Callable[..., None], *args: Any) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call, *args)


async def _clean_daily() -> None:
    from app.services import bin as recycle_bin
    from app.services import sessions, sign_in, work
    from app.services.actor import SYSTEM
    from app.services.importing import sources

    while True:
        for call in (sessions.clean, sign_in.clean, sources.forget_old, partial(recycle_bin.purge_expired, SYSTEM)):
            try:
                await work.heavy(call)
            except Unavailable as error:
                _log.warning("house-keeping waits for tomorrow: %s", error)
        await asyncio.sleep(_DAY)


def _fixed_routes(web: FastAPI, settings: Settings) -> None:
    from app.database import engine
    from app.services import work

    release = program_version()

    def look() -> str:
        with engine.reading():
            return engine.current().dialect

    async def healthz() -> Response:
        try:
            dialect = await asyncio.wait_for(work.interactive(look), 10)
        except (Unavailable, TimeoutError):
            return JSONResponse({"status": "unavailable", "version": release, "database": "unavailable"}, 503)
        return JSONResponse({"status": "ok", "version": release, "database": dialect})

    async def robots() -> Response:
        return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")

    web.add_api_route("/healthz", healthz, methods=["GET"])
    web.add_api_route("/robots.txt", robots, methods=["GET"])


async def _no_such_data(request: Request) -> Response:
    return JSONResponse({"message": _("There is nothing at this address."), "fields": {}}, 404)


def _tune_pings() -> None:
    """NiceGUI derives them from the reconnect timeout: a lost network would show after a minute and a half."""
    from nicegui import core

    core.sio.eio.ping_interval = PING_EVERY
    core.sio.eio.ping_timeout = PING_PATIENCE


def _handler_failed(error: Exception) -> None:
    """An event handler raised: a message with what is wrong, or with a code that is in the log. The page stays usable."""
    from nicegui import ui
    from nicegui.slot import Slot

    from app.api.guards import fault
    from app.components.shell import Shell

    if isinstance(error, ComptoirError):
        text = str(error)
    else:
        try:
            raise error
        except Exception:
            code = fault("an event handler")
        text = _("Something went wrong. Nothing was changed. Reference %(code)s", code=code)
    if not Slot.get_stack():
        return
    for element in ui.context.client.layout.descendants():
        if isinstance(element, Shell):
            element.toast(text, kind="error")


def _announce(settings: Settings, port: int) -> None:
    from app.pages import first_run
    from app.services import first_run as first_run_service

    addresses = [f"http://127.0.0.1:{port}/"]
    if settings.host not in listeners.LOOPBACK:
        others = listeners.network_addresses() if settings.host in listeners.EVERYWHERE else [settings.host]
        addresses += [f"http://{name}:{port}/" for name in others]
    lines = [_("Comptoir is at %(address)s", address="  ".join(addresses))]
    if first_run_service.is_open():
        lines.append(_("It is not set up yet: open this address on this computer, or elsewhere with the code %(code)s",
                       code=first_run.CODE.value))  # fmt: skip
    lines.append(_("Ctrl+C stops it."))
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    _log.info("started version %s on %s, data in %s", program_version(), ", ".join(addresses), settings.data)


def _open_browser(server: uvicorn.Server, address: str) -> None:
    def wait_and_open() -> None:
        waiting = threading.Event()
        for _attempt in range(200):
            if server.started:
                webbrowser.open(address)
                return
            waiting.wait(0.05)

    threading.Thread(target=wait_and_open, name="browser", daemon=True).start()


def _secret(path: Path) -> bytes:
    """The key that signs form tokens and device marks: made once, readable by its owner only."""
    try:
        found = path.read_bytes()
    except FileNotFoundError:
        found = b""
    if len(found) >= 32:
        return found
    made = secrets.token_bytes(32)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


