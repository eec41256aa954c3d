"""The picker of saved views: favourites, mine, shared with me, public; with a search, stars, and the bin for one's own.

Invariants: its list is built when it opens, from what the actor may use then; choosing, starring and deleting are told to the page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui

from app.base.i18n import _
from app.base.text import fold
from app.components.elements import icon, icon_button, set_attribute, set_text, tag
from app.services.views import View

Load = Callable[[], Awaitable[Sequence[View]]]
Act = Callable[[View], Any]


class ViewPicker:
    """The button with the view's name, and its list. `choose`, `star` and `delete` are called with a view."""

    def __init__(self, current: View, load: Load, *, choose: Act, star: Act, delete: Act) -> None:
        self._load, self._choose, self._star, self._delete = load, choose, star, delete
        self._views: Sequence[View] = ()
        self._current = current.id
        self._text = ""
        self._button = tag(
            "button", "cp-viewpick", type="button", aria_haspopup="dialog", aria_expanded="false", data_testid="view-picker"
        )
        with self._button:
            self._name = tag("span", "", str(current.name), dir="auto", translate=None if current.standard else "no")
            icon("expand_more")
            with ui.menu().props("no-parent-event role=dialog").classes("cp-menu cp-viewmenu") as self._menu:
                self._menu._props["aria-label"] = _("Views")
                self._search()
                self._list = tag("div", "cp-viewmenu-list")
        self._button.on("click", self._open)
        self._menu.on("hide", self._closed)

    def show(self, current: View) -> None:
        """Another view is in use."""
        self._current = current.id
        set_text(self._name, str(current.name))
        set_attribute(self._name, "translate", None if current.standard else "no")

    async def reload(self) -> None:
        """Views changed: draw an open list again."""
        if self._menu.value:
            self._views = await self._load()
            self._draw()

    async def _open(self) -> None:
        self._views = await self._load()
        self._text = ""
        self._draw()
        set_attribute(self._button, "aria-expanded", "true")
        self._menu.open()

    def _closed(self) -> None:
        set_attribute(self._button, "aria-expanded", "false")

    def _search(self) -> None:
        with tag("span", "cp-inputbox"):
            icon("search")
            field = tag(
                "input",
                "cp-input",
                type="text",
                aria_label=_("Search a view"),
                placeholder=_("Search a view"),
                autocomplete="off",
            )

        def typed(event: Any) -> None:
            self._text = str(event.args or "")
            self._draw()

        field.on("input", typed, js_handler="(event) => emit(event.target.value)", throttle=0.15, leading_events=False)

    def _draw(self) -> None:
        self._list.clear()
        wanted = fold(self._text)
        found = [view for view in self._views if not wanted or wanted in fold(str(view.name))]
        with self._list:
            for label, views in _grouped(found):
                with tag("div", "cp-viewmenu-group", role="group", aria_label=label):
                    tag("div", "cp-menu-label", label)
                    for view in views:
                        self._row(view)
            if not found:
                tag("div", "cp-listbox-note", _("Nothing matches"), role="status")

    def _row(self, view: View) -> None:
        name = str(view.name)
        own = None if view.standard else "no"
        with tag("div", "cp-viewrow", data_id=view.id):
            item = tag(
                "button",
                "cp-menu-item",
                type="button",
                aria_current="true" if view.id == self._current else None,
                translate=own,
            )
            with item:
                icon("view_kanban" if view.kind == "kanban" else "table_rows")
                tag("span", "cp-viewrow-name", name, dir="auto")
                if view.group in ("shared", "others") and view.owner:
                    tag("span", "cp-faint cp-caption", view.owner, translate="no")
            item.on("click", lambda: self._chosen(view))
            label = (
                _("Remove “%(name)s” from the favourites", name=name)
                if view.favourite
                else _("Add “%(name)s” to the favourites", name=name)
            )
            star = tag(
                "button", "cp-iconbtn cp-iconbtn--small", type="button", aria_label=label, title=label,
                aria_pressed="true" if view.favourite else "false", translate=own,
            )  # fmt: skip
            with star:
                tag("span", "cp-star" if view.favourite else "cp-star cp-star--off", aria_hidden="true")
            star.on("click", lambda: self._star(view))
            if view.can_edit:
                text = _("Delete the view “%(name)s”", name=name)
                icon_button(text, "delete", classes="cp-iconbtn cp-iconbtn--small", translate="no").on(
                    "click", lambda: self._delete(view)
                )

    async def _chosen(self, view: View) -> None:
        self._menu.close()
        result = self._choose(view)
        if isinstance(result, Awaitable):
            await result


def _grouped(views: Sequence[View]) -> list[tuple[str, list[View]]]:
    """The list under its headings; a favourite stands only at the top."""
    labels = {
        "mine": _("Created by me"),
        "shared": _("Shared with me"),
        "public": _("Public views"),
        "others": _("Views of others"),
    }
    starred = [view for view in views if view.favourite]
    found = [(_("Favourites"), starred)] if starred else []
    for group, label in labels.items():
        part = [view for view in views if view.group == group and not view.favourite]
        if part:
            found.append((label, part))
    return found
