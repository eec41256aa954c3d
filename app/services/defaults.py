"""What a fresh database holds before anybody worked in it: the two built-in profiles and a small tree of roles.

Invariants: made once, when there is no profile yet; afterwards they belong to the company, which may rename and change them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.base.i18n import N_, _, pgettext, using
from app.modules.system import Profile, Role
from app.services import log
from app.services.actor import EVERY_MODULE, OPERATIONS, access_changed
from app.services.tables import table

_EVERYTHING: dict[str, Any] = {}
_STANDARD = {"modules": {EVERY_MODULE: list(OPERATIONS)}, "fields": {}, "tools": ["manage_views"]}

_PROFILES = (
    ("administrator", N_("Administrator"), N_("May do everything, the set-up included."), _EVERYTHING),
    ("standard", N_("Standard"), N_("Works with every module, on the records within reach; without the set-up."), _STANDARD),
)


def words(key: str, text: str) -> str:
    """The name or description of a profile: what comes with Comptoir is in the reader's language until somebody changes it."""
    return _(text) if key and text else text


def ensure(changes: log.Changes, language: str = "fr") -> None:
    """Makes the profiles and roles (these in `language`), inside an open change set, unless there are some."""
    if changes.connection.execute(select(table(Profile).c.id).limit(1)).first():
        return
    for key, name, description, permissions in _PROFILES:
        values = {"key": key, "name": name.id, "description": description.id, "permissions": permissions}
        changes.insert(Profile, values)
    with using(language):
        roles = (pgettext("Role", "Management"), pgettext("Role", "Sales"))
    parent: int | None = None
    for role in roles:
        parent = changes.insert(Role, {"name": role, "parent_id": parent})
    access_changed(changes.connection)
