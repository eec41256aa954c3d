"""The dialog that keeps a filter, an order and columns as a view."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from nicegui import ui

from app.base.errors import ComptoirError, Invalid
from app.base.i18n import _
from app.components.elements import button, icon, set_attribute, set_text, tag

Save = Callable[[dict[str, Any], bool], Awaitable[None]]


def ask(sentence: str, *, may_share: bool, current: str, save: Save) -> None:
    """Opens the dialog. `sentence` says the filter in words; `current`: the name of a view of one's own that may be changed instead,
    or ""; `save(values, changes_current)` keeps it, and raises what is wrong with the name."""
    values: dict[str, Any] = {"name": "", "audience": "me"}
    with ui.dialog() as dialog, ui.card().classes("cp-dialog"):
        dialog._props["aria-label"] = _("Save as a view")
        tag("h2", "cp-dialog-title", _("Save as a view"))
        if sentence:
            tag("p", "cp-dialog-text", sentence, dir="auto", translate="no")
        with tag("form", "cp-dialog-body") as form:
            with tag("label", "cp-field"):
                with tag("span", "cp-label", _("Name")):
                    tag("span", "cp-required", " " + _("(required)"))
                name = tag(
                    "input",
                    "cp-input",
                    type="text",
                    maxlength="120",
                    autocomplete="off",
                    autofocus=True,
                    data_testid="view-name",
                )
                problem = _problem()
            if may_share:
                _audience(values)
        name.on(
            "input", lambda event: values.update(name=str(event.args or "")), js_handler="(event) => emit(event.target.value)"
        )

        async def keep(changes_current: bool) -> None:
            try:
                wanted = {k: v for k, v in values.items() if not changes_current or k not in ("name", "audience")}
                await save(wanted, changes_current)
            except ComptoirError as error:
                _refuse(name, problem, error)
                return
            dialog.close()

        form.on("submit", lambda: keep(False), js_handler="(event) => { event.preventDefault(); emit() }")
        with tag("div", "cp-dialog-actions"):
            button(_("Cancel")).on("click", dialog.close)
            if current:
                button(_("Update “%(name)s”", name=current), translate="no").on("click", lambda: keep(True))
            button(_("Save"), look="primary", data_testid="save-view").on("click", lambda: keep(False))
    dialog.on("hide", dialog.delete)
    dialog.open()


def _audience(values: dict[str, Any]) -> None:
    with tag("fieldset", "cp-field"):
        tag("legend", "cp-label", _("Who sees it"))
        for value, label in (("me", _("Only me")), ("all", _("Everyone"))):
            with tag("label", "cp-check"):
                choice = tag("input", "", type="radio", name="cp-audience", value=value, checked=value == "me" or None)
                choice.on("change", lambda value=value: values.update(audience=value), js_handler="() => emit()")
                tag("span", "", label)


def _problem() -> Mapping[str, ui.element]:
    with tag("span", "cp-error", role="alert") as box:
        icon("error", "sm")
        text = tag("span")
    box.set_visibility(False)
    return {"box": box, "text": text}


def _refuse(name: ui.element, problem: Mapping[str, ui.element], error: ComptoirError) -> None:
    message = next(iter(error.fields.values())) if isinstance(error, Invalid) else error.message
    set_text(problem["text"], str(message))
    problem["box"].set_visibility(True)
    set_attribute(name, "aria-invalid", "true")
