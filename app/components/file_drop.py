"""The place where a file is dropped or chosen; it goes to the server while it is read, never through the page's own connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nicegui import ui

from app.base.i18n import _
from app.services.importing.sources import UPLOAD_LIMIT


class FileDrop(ui.element, component="file_drop.js"):
    """`on_uploaded(answer)` hears what the server said: {"source", "name", "kind", "size", "sheets"}."""

    def __init__(self, url: str, on_uploaded: Callable[[dict[str, Any]], Any], *, accept: str = "", hint: str = "") -> None:
        super().__init__()
        limit = UPLOAD_LIMIT >> 20
        self._props["url"] = url
        self._props["accept"] = accept
        self._props["limit"] = UPLOAD_LIMIT
        self._props["strings"] = {
            "drop": _("Drop a file here"),
            "choose": _("Choose a file"),
            "hint": hint,
            "sending": _("Sending the file"),
            "cancel": _("Cancel"),
            "too_large": _("This file is larger than %(limit)s MB. Split it, or import it on the server with: comptoir import FILE --module …",
                           limit=limit),
            "silent": _("The file did not arrive. Check the connection and try again."),
        }  # fmt: skip
        self.on("uploaded", lambda event: on_uploaded(event.args))
