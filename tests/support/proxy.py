"""A wire to PostgreSQL that a test can cut: before or after a COMMIT went through, or altogether."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Literal, Self

from sqlalchemy.engine import make_url

Cut = Literal["", "before", "after", "silently"]


class Proxy:
    """Listens on loopback and passes bytes to the server of `url`. `proxy.url` is the same database, through the proxy.

    `cut` decides over the next COMMIT: "before" it reaches the server, "after" the server obeyed, "silently" before it reaches
    the server, which is not told that its client is gone. `is_open = False` refuses new connections.
    """

    def __init__(self, url: str) -> None:
        server = make_url(url)
        self._server = server
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._wires: list[socket.socket] = []
        self._silent: list[socket.socket] = []
        self.cut: Cut = ""
        self.is_open = True
        self.connections = 0
        port = self._listening.getsockname()[1]
        self.url = server.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _close(self._listening)
        self.cut_all()
        for wire in self._silent:
            _close(wire)

    def cut_all(self) -> None:
        """Cuts every connection that exists."""
        wires, self._wires = self._wires, []
        for wire in wires:
            _close(wire)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the end of the listening socket is the end of the proxy
            while True:
                client, _ = self._listening.accept()
                self.connections += 1
                if not self.is_open:
                    _close(client)
                    continue
                server = self._connect()
                self._wires += [client, server]
                for source, target, cuts in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pass, args=(source, target, cuts), daemon=True).start()

    def _connect(self) -> socket.socket:
        host = self._server.host or str(self._server.query.get("host", ""))
        port = self._server.port or int(str(self._server.query.get("port", 5432)))
        if host.startswith("/"):
            wire = socket.socket(socket.AF_UNIX)
            wire.connect(f"{host}/.s.PGSQL.{port}")
            return wire
        return socket.create_connection((host, port))

    def _pass(self, source: socket.socket, target: socket.socket, cuts: bool) -> None:
        with contextlib.suppress(OSError):  # a cut wire
            while data := source.recv(65536):
                if cuts and self.cut and b"COMMIT" in data:
                    self._cut_at_commit(source, target, data)
                    return
                target.sendall(data)
        _close(target)

    def _cut_at_commit(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        cut, self.cut = self.cut, ""
        if cut == "after":
            self._wires.remove(client)
            client.shutdown(socket.SHUT_WR)  # nothing the server says arrives any more
            server.sendall(data)
        if cut == "silently":
            self._wires.remove(server)
            self._silent.append(server)
        else:
            server.shutdown(socket.SHUT_WR)
        _close(client)


def _close(wire: socket.socket) -> None:
    with contextlib.suppress(OSError):
        wire.shutdown(socket.SHUT_RDWR)
    wire.close()
