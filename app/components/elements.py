"""Plain HTML elements with our own classes, in one line each: what pages are written with where Quasar's widgets are too much."""

from __future__ import annotations

from typing import Any

from nicegui import ui


def tag(name: str, classes: str = "", text: str = "", /, **attributes: Any) -> ui.element:
    """An element; `aria_label="…"` becomes aria-label, `data_id=…` data-id, `type_` type; None leaves an attribute out."""
    element = ui.element(name)
    if classes:
        element.classes(classes)
    if text:
        element._text = text
    for key, value in attributes.items():
        if value is not None:
            element._props[key.rstrip("_").replace("_", "-")] = value
    return element


def icon(name: str, size: str = "") -> ui.element:
    """An icon of components/icons.py; `size`: "", "sm", "md" or "lg"."""
    return tag("span", f"cp-icon cp-icon--{size}" if size else "cp-icon", name, aria_hidden="true", translate="no")


def button(text: str, *, look: str = "neutral", icon_name: str = "", classes: str = "", **attributes: Any) -> ui.element:
    """A button of the style guide: `look` is primary, neutral, quiet, danger…; the text is also its accessible name."""
    element = tag("button", f"cp-btn cp-btn--{look} {classes}".strip(), type="button", **attributes)
    with element:
        if icon_name:
            icon(icon_name)
        tag("span", "cp-btn-label", text)
    return element


def icon_button(label: str, icon_name: str, *, classes: str = "cp-iconbtn", **attributes: Any) -> ui.element:
    """A button with an icon alone: `label` is its accessible name and its tooltip."""
    element = tag("button", classes, type="button", aria_label=label, title=label, **attributes)
    with element:
        icon(icon_name)
    return element


def set_text(element: ui.element, text: str) -> None:
    """Another text for an element made by `tag`."""
    if element._text != text:
        element._text = text
        element.update()


def set_attribute(element: ui.element, name: str, value: Any) -> None:
    """Another value for an attribute; None takes it away."""
    if element._props.get(name) == value:
        return
    if value is None:
        element._props.pop(name, None)
    else:
        element._props[name] = value
    element.update()
