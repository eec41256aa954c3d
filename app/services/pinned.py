"""The views that a person starred, of all modules: the rail shows them."""

from __future__ import annotations

from app.base.errors import Forbidden, NotFound
from app.modules import registry
from app.services import people, views
from app.services.actor import Actor
from app.services.views import View

MOST = 12


def pinned(actor: Actor) -> list[View]:
    """Starred views that this person may use now, in the order of the modules."""
    starred = [key.split(".", 2) for key, look in people.preferences(actor).items() if key.startswith("view.") and look.get("favourite")]
    order = {module.api_name: position for position, module in enumerate(registry.snapshot().modules)}
    found: list[View] = []
    for _view, module, view_id in sorted(starred, key=lambda key: (order.get(key[1], 99), key[2])):
        try:
            found.append(views.get(actor, module, view_id))
        except (Forbidden, NotFound):
            continue  # deleted, or no longer shared: the star stays in case it comes back
        if len(found) == MOST:
            break
    return found
