"""Where the server listens: 127.0.0.1 always, the addresses of the local network when an administrator opened it, while it runs.

Invariants: each address has a socket of its own, so that one can be opened and closed without touching the others; what cannot be
listened on is said in the log and shown in Setup, the rest goes on. An address given by `--host` stays as given.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import sys
from contextlib import suppress

import uvicorn

from app.base import events
from app.base.errors import ComptoirError, Unavailable
from app.base.i18n import N_
from app.services import settings, work

_log = logging.getLogger(__name__)
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - the administrator asked for the network
LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NOBODY = "192.0.2.1"  # an address for documentation: connecting a datagram socket to it sends nothing
running: Server | None = None
"""The server of this process."""


class PortBusy(ComptoirError):
    """Another program listens there."""


class Server(uvicorn.Server):
    """uvicorn's, with listeners that come and go."""

    def __init__(self, config: uvicorn.Config, host: str) -> None:
        super().__init__(config)
        self.host = host
        self._network: dict[str, asyncio.Server] = {}
        self._following: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listens, then follows the setting."""
        await super().startup(sockets=sockets)
        if self.started and not self.is_fixed:
            self._following = asyncio.create_task(self._follow())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops following, then closes everything."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await super().shutdown(sockets=sockets)

    @property
    def addresses(self) -> list[str]:
        """Addresses for colleagues: `http://192.168.1.5:8080`."""
        port = self.port
        if self.host in LOOPBACK:
            return [f"http://{address}:{port}" for address in self._network]
        return [f"http://{address}:{port}" for address in (network_addresses() if self.host in EVERYWHERE else [self.host])]

    @property
    def is_fixed(self) -> bool:
        """Whether `--host` decides, and not the setting."""
        return self.host not in LOOPBACK

    @property
    def port(self) -> int:
        """The port of all listeners."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def _follow(self) -> None:
        """Listens as the setting says, until it is cancelled."""
        changed = asyncio.Event()
        loop = asyncio.get_running_loop()

        def heard(_topic: events.Topic) -> None:
            loop.call_soon_threadsafe(changed.set)

        unsubscribe = events.subscribe(("settings",), heard)
        try:
            while True:
                changed.clear()
                try:
                    await self._listen(await work.interactive(settings.is_open_to_network))
                except Unavailable as error:
                    _log.warning("the listeners stay as they are: %s", error)
                await changed.wait()
        finally:
            unsubscribe()

    async def _listen(self, is_open: bool) -> None:
        wanted = network_addresses() if is_open else []
        for address in [a for a in self._network if a not in wanted]:
            self._close(address)
        for address in [a for a in wanted if a not in self._network]:
            try:
                await self._open(address)
            except OSError as error:
                _log.warning("%s", _refused(address, self.port, error))

    async def _open(self, address: str) -> None:
        loop = asyncio.get_running_loop()
        state = self.lifespan.state

        def protocol() -> asyncio.Protocol:
            made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
                config=self.config, server_state=self.server_state, app_state=state, _loop=loop
            )
            return made

        listener = await loop.create_server(protocol, sock=_listen(address, self.port))
        self.servers.append(listener)
        self._network[address] = listener
        _log.info("listening on %s:%s", address, self.port)

    def _close(self, address: str) -> None:
        listener = self._network.pop(address)
        self.servers.remove(listener)
        listener.close()
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None and (transport.get_extra_info("sockname") or ("",))[0] == address:
                connection.shutdown()
        _log.info("no longer listening on %s", address)


def network_addresses() -> list[str]:
    """This computer's addresses on its local networks, the usual one first."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):  # no network at this moment
        probe.connect((_NOBODY, 9))
        found.append(str(probe.getsockname()[0]))
    with suppress(OSError):  # a name that nobody resolves
        found += [str(entry[4][0]) for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return [address for address in dict.fromkeys(found) if not address.startswith(("127.", "0."))]


def sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets for 127.0.0.1, and for `host` when it is another address. Port 0 takes a free one."""
    everywhere = host in EVERYWHERE
    hosts = [host] if everywhere else ["127.0.0.1", *([host] if host not in LOOPBACK else [])]
    found: list[socket.socket] = []
    for name in hosts:
        try:
            found.append(_listen(name, found[0].getsockname()[1] if found else port))
        except OSError as error:
            for opened in found:
                opened.close()
            raise _refused(name, port, error) from error
    return found


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # with its protocol named, asyncio sends answers at once (TCP_NODELAY): else each waits 40 ms for the browser to acknowledge its head
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two programs share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(512)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def _refused(host: str, port: int, error: OSError) -> PortBusy:
    if error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", -1)):
        return PortBusy(N_("Another program uses port %(port)s of this computer. Stop it, or choose another port: comptoir serve --port %(other)s",
                           port=port, other=port + 1))  # fmt: skip
    if error.errno == errno.EACCES:
        return PortBusy(N_("Ports below 1024 need special rights. Choose another one: comptoir serve --port 8080"))
    return PortBusy(N_("Comptoir cannot listen on %(host)s: this computer does not have that address (%(why)s).", host=host,
                       why=error.strerror or str(error)))  # fmt: skip
