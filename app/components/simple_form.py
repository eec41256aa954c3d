"""Small forms for set-up and dialogs: labels above native fields, messages under them, the first wrong one focused.

Invariants: what was typed stays whatever the server says: a field's value is given to the browser once, as an attribute, which
redrawing cannot put back (as the property `value` it would be at each redraw). Handlers run in the slot of the tab, so that they may
redraw the very button they belong to. Records have a form of their own (record_form); this one is for a handful of fields.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nicegui import ui

from app.base.errors import Invalid
from app.base.i18n import Text, _
from app.components.elements import icon, tag

_ids = iter(range(1, 10**12))


def button(
    text: str, on_click: Callable[..., Any] | None = None, *, kind: str = "neutral", symbol: str = "", **props: Any
) -> ui.element:
    """A button of the style guide: primary, neutral, quiet, danger, danger-quiet; more with `kind="neutral cp-btn--small"`."""
    first, _space, more = kind.partition(" ")
    with tag(
        "button", f"cp-btn cp-btn--{first} {more}".strip(), "" if symbol else text, type=props.pop("type", "button"), **props
    ) as made:
        if symbol:
            icon(symbol)
            tag("span", "", text)
    if on_click is not None:
        made.on("click", in_tab(on_click), [])
    return made


def in_tab(handler: Callable[..., Any]) -> Callable[..., Any]:
    """`handler` run in the slot of its tab: it goes on also when the element that called it is drawn anew meanwhile."""

    async def run(*args: Any) -> None:
        with ui.context.client:
            result = handler(*args)
            if inspect.isawaitable(result):
                await result

    async def run_with_event(event: Any) -> None:
        await run(event)

    async def run_alone() -> None:
        await run()

    return run_with_event if takes_event(handler) else run_alone


def takes_event(handler: Callable[..., Any]) -> bool:
    """Whether `handler` wants the event: it has a parameter without a default."""
    parameters = inspect.signature(handler).parameters.values()
    return any(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters)


class Field:
    """One field of a form: `value` is what the browser shows, `fail(message)` explains what is wrong."""

    def __init__(self, name: str, label: str, control: ui.element, box: ui.element, value: Any) -> None:
        self.name, self.label, self.value = name, label, value
        self._control, self._box = control, box
        self._error: ui.element | None = None

    def fail(self, message: str) -> None:
        """Shows `message` under the field; empty takes it away."""
        if self._error is not None:
            self._error.delete()
            self._error = None
        if not message:
            self._control.props(remove="aria-invalid aria-describedby")
            return
        number = f"cp-e{next(_ids)}"
        with self._box, tag("span", "cp-error", id=number) as self._error:
            icon("error", "sm")
            tag("span", "", message)
        self._control._props["aria-invalid"] = "true"
        self._control._props["aria-describedby"] = number
        self._control.update()

    def name_aloud(self, text: str) -> None:
        """The accessible name of a field whose label stands elsewhere."""
        self._control._props["aria-label"] = text

    def focus(self) -> None:
        """Puts the cursor into it."""
        ui.run_javascript(f"document.getElementById('{self._control._props['id']}')?.focus()")

    def put(self, value: str) -> None:
        """Shows another value."""
        self.value = value
        words = f"{json.dumps(self._control._props['id'])}, {json.dumps(value)}"
        ui.run_javascript(
            f"((id, value) => {{ const field = document.getElementById(id); if (field) field.value = value; }})({words})"
        )


class Form:
    """A form and its fields, in the order in which they are made inside `with form:`."""

    def __init__(self, on_submit: Callable[[], Any] | None = None, classes: str = "cp-form") -> None:
        self.fields: dict[str, Field] = {}
        self.element = tag("form", classes, novalidate=True)
        if on_submit is not None:
            self.element.on("submit", in_tab(on_submit), js_handler="(event) => { event.preventDefault(); emit(); }")

        with self.element:
            self._inside = tag("div", "cp-section") if classes == "cp-form" else self.element

    def __enter__(self) -> Form:
        self._inside.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._inside.__exit__(*error)

    def text(self, name: str, label: str, value: str = "", *, type: str = "text", hint: str = "", optional: bool = False,
             wide: bool = False, **props: Any) -> Field:  # fmt: skip
        """One line of text; `type` may be email, password, search…"""
        with self._box(wide) as box:
            number = self._label(label, optional)
            first = {"^value": value} if value else {}
            control = tag(
                "input", "cp-input", id=number, name=name, type=type, dir="auto", **{"autocomplete": "off", **props, **first}
            )
            self._hint(hint, control)
        return self._keep(name, label, control, box, value, "(event) => emit(event.target.value)", "input")

    def area(self, name: str, label: str, value: str = "", *, hint: str = "", optional: bool = False, rows: int = 3) -> Field:
        """Several lines of text."""
        with self._box(True) as box:
            number = self._label(label, optional)
            control = tag("textarea", "cp-textarea", value, id=number, name=name, rows=rows, dir="auto")
            self._hint(hint, control)
        return self._keep(name, label, control, box, value, "(event) => emit(event.target.value)", "input")

    def choice(self, name: str, label: str, value: str, options: Mapping[str, str], *, hint: str = "", wide: bool = False,
               on_change: Callable[[], Any] | None = None) -> Field:  # fmt: skip
        """One of `options` (value → words)."""
        with self._box(wide) as box:
            number = self._label(label, False)
            with tag("span", style="position:relative;display:block"):
                # the arrow as an icon: over a picture in the background nobody can measure the contrast of the text
                with tag("select", "cp-select", id=number, name=name, style="background-image:none;width:100%") as control:
                    _options(options, value)
                icon("expand_more")._props["style"] = "position:absolute;right:6px;top:calc(50% - 9px);pointer-events:none"
            self._hint(hint, control)
        return self._keep(name, label, control, box, value, "(event) => emit(event.target.value)", "change", on_change)

    def check(
        self, name: str, label: str, value: bool, *, switch: bool = False, on_change: Callable[[], Any] | None = None
    ) -> Field:
        """Yes or no."""
        with tag("label", "cp-switch" if switch else "cp-check") as box:
            role = "switch" if switch else None
            control = tag(
                "input", "", type="checkbox", name=name, role=role, id=f"cp-f{next(_ids)}", checked=True if value else None
            )
            if label:
                tag("span", "", label)
        return self._keep(name, label, control, box, value, "(event) => emit(event.target.checked)", "change", on_change)

    def values(self) -> dict[str, Any]:
        """What the fields show."""
        return {name: field.value for name, field in self.fields.items()}

    def show(self, error: Invalid) -> str:
        """Puts messages under their fields and the cursor into the first; returns what belongs to no field."""
        rest = []
        for field in self.fields.values():
            field.fail(str(error.fields.get(field.name, "")))
        for name, message in error.fields.items():
            if name not in self.fields:
                rest.append(str(message))
        first = next((field for field in self.fields.values() if field.name in error.fields), None)
        if first is not None:
            first.focus()
        return " ".join(dict.fromkeys(rest))

    def clear(self) -> None:
        """Takes all messages away."""
        for field in self.fields.values():
            field.fail("")

    def _box(self, wide: bool) -> ui.element:
        return tag("div", "cp-field cp-field--wide" if wide else "cp-field")

    def _label(self, label: str, optional: bool) -> str:
        number = f"cp-f{next(_ids)}"
        if not label:
            return number
        with tag("label", "cp-label", for_=number):
            tag("span", "", label)
            if optional:
                tag("span", "cp-faint", f" {_('(optional)')}")
        return number

    def _hint(self, hint: str, control: ui.element) -> None:
        if hint:
            number = f"cp-h{next(_ids)}"
            tag("span", "cp-hint", hint, id=number)
            control._props["aria-describedby"] = number

    def _keep(self, name: str, label: str, control: ui.element, box: ui.element, value: Any, read: str, event: str,
              on_change: Callable[[], Any] | None = None) -> Field:  # fmt: skip
        field = self.fields[name] = Field(name, label, control, box, value)

        def changed(event: Any) -> Any:
            field.value = event.args
            return on_change() if on_change is not None else None

        control.on(event, in_tab(changed), js_handler=read)
        return field


def _options(options: Mapping[str, str], value: str) -> None:
    for key, words in options.items():
        tag("option", "", words, value=key, **({"^selected": ""} if key == value else {}))


def banner(message: Text | str, kind: str = "da", symbol: str = "error") -> ui.element:
    """A message that stays: kinds da, wa, ok, in."""
    with tag("div", f"cp-banner cp-banner--{kind}", role="alert" if kind == "da" else "status") as made:
        icon(symbol)
        tag("span", "", str(message))
    return made


def definitions(rows: Iterable[tuple[str, str]]) -> None:
    """Names and values, one a line."""
    with tag("dl", "cp-defs"):
        for name, value in rows:
            with tag("div"):
                tag("dt", "", name)
                tag("dd", "", value, translate="no", dir="auto")
