"""What a fresh database holds before anybody worked in it: the two built-in profiles and a small tree of roles.

Invariants: made once, when there is no profile yet; afterwards they belong to the company, which may rename and change them.
"""

from __future__ import annotations

from sqlalchemy import select

from app.base.i18n import _, pgettext, using
from app.modules.system import Profile, Role
from app.services import log
from app.services.actor import EVERY_MODULE, OPERATIONS, access_changed
from app.services.tables import table

_STANDARD = {"modules": {EVERY_MODULE: list(OPERATIONS)}, "fields": {}, "tools": ["manage_views"]}


def ensure(changes: log.Changes, language: str = "fr") -> None:
    """Makes the profiles and roles, inside an open change set, unless there are some."""
    if changes.connection.execute(select(table(Profile).c.id).limit(1)).first():
        return
    with using(language):
        profiles = (
            ("administrator", _("Administrator"), _("May do everything, the set-up included."), None),
            ("standard", _("Standard"), _("Works with all records, without the set-up."), _STANDARD),
        )
        roles = (pgettext("Role", "Management"), pgettext("Role", "Sales"))
    for key, name, description, permissions in profiles:
        changes.insert(Profile, {"key": key, "name": name, "description": description, "permissions": permissions})
    parent: int | None = None
    for name in roles:
        parent = changes.insert(Role, {"name": name, "parent_id": parent})
    access_changed(changes.connection)
