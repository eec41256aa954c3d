"""The organisation's sharing defaults: what everybody may do with everybody's records, module by module."""

from __future__ import annotations

from functools import partial

from app.base.i18n import _
from app.components.elements import tag
from app.components.simple_form import Form
from app.modules import registry
from app.pages.setup.parts import act, card, frame, save
from app.pages.visit import Visit
from app.services import access


async def page(visit: Visit) -> None:
    """The page."""
    now = await act(access.sharing_defaults)
    words = {
        "private": _("Private: only the owner, and those above in the tree of roles"),
        "read": _("Everybody reads"),
        "write": _("Everybody reads and changes"),
        "all": _("Everybody reads, changes and deletes"),
    }

    async def change(module: str) -> None:
        await save(form, _("The sharing rule is saved."), access.set_sharing_default, module, form.fields[module].value)

    with frame(visit, "sharing"), card(_("By default")), Form(None, "") as form:
        for module in registry.snapshot().modules:
            with tag("div", "cp-setting"):
                with tag("div", "cp-setting-main"):
                    tag("div", "cp-setting-name", str(module.plural))
                with tag("div", "cp-setting-control"):
                    field = form.choice(
                        module.api_name, "", now[module.api_name], words, on_change=partial(change, module.api_name)
                    )
                    field.name_aloud(str(module.plural))
