"""No test reaches another machine: a connection or a name lookup beyond loopback fails where it is made.

An audit hook, not a patched `socket`: it also sees connections that libraries make with saved references. It
cannot see libpq and Chromium, which make theirs in C; the browser is held back by its own switches (`browsers`).
"""

from __future__ import annotations

import ipaddress
import sys
from typing import Any

_allowed: set[str] = {"", "localhost", "0.0.0.0", "::"}
_installed = False


class NetworkForbidden(RuntimeError):
    """A test tried to reach another machine."""


def forbid_network(*allowed_hosts: str) -> None:
    """From now on only loopback, and `allowed_hosts`, can be reached by this process. Cannot be taken back."""
    global _installed
    _allowed.update(allowed_hosts)
    if not _installed:
        sys.addaudithook(_refuse)
        _installed = True


def is_local(host: str) -> bool:
    """Whether `host` (a name or an address) is this machine."""
    if host in _allowed:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""  # a string is a Unix socket: this machine
    elif event == "socket.getaddrinfo":
        host = arguments[0] or ""
    else:
        return
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if not is_local(name):
        raise NetworkForbidden(f"a test tried to reach {name!r}: only loopback is allowed")
