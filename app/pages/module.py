"""The page of a module: its records as a list or a board, with saved views, filters, search and order, all in the address.

`?cv=` view, `?view=kanban`, `?filter=` (JSON, or ~key of a stored one), `?sort=amount:desc,…`, `?q=`. Invariants: the address always says
what is on screen, so that reload, back and a copied link work; records never pass through here, components read them as JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from babel.numbers import format_decimal
from nicegui import ui

from app.base.errors import ComptoirError, Invalid
from app.base.i18n import _
from app.components import save_view
from app.components.elements import icon, icon_button, set_attribute, set_text, tag
from app.components.filter_panel import FilterPanel
from app.components.kanban_board import KanbanBoard
from app.components.record_table import RecordTable
from app.components.view_picker import ViewPicker
from app.pages import module_state
from app.pages.module_state import State
from app.pages.visit import Visit
from app.services import export_jobs, people, views, work
from app.services.views import View

_PANEL_OPEN = "list.filters"
_WIDTHS = "list.widths."


async def page(visit: Visit) -> None:
    """Draws the list or the board that the address names."""
    state = await work.interactive(module_state.load, visit.actor, visit.params["module"], visit.query)
    visit.title(str(state.described["plural"]))
    ModulePage(visit, state)


class ModulePage:
    """One open page: its parts, and what they tell each other."""

    def __init__(self, visit: Visit, state: State) -> None:
        self.visit, self.state, self.spec = visit, state, state.described
        self.panel: FilterPanel | None = None
        self.table: RecordTable | None = None
        self.board: KanbanBoard | None = None
        self.count: int | None = None
        self.selected: dict[str, Any] = {}
        with tag("div", "cp-page", data_testid="module-page"):
            self._title()
            self._problem()
            with tag("div", "cp-body cp-body--flush"):
                self.area = tag("div", "cp-list")
        self._fill()
        if state.preferences.get(_PANEL_OPEN) or state.conditions:
            self._open_panel(narrow=False)
        visit.subscribe(("module", self.spec["api"]), self._changed)
        visit.subscribe(("views", self.spec["api"]), self.picker.reload)

    # parts

    def _title(self) -> None:
        state = self.state
        with tag("div", "cp-title cp-title--list"):
            tag("h1", "cp-h1", self.spec["plural"])
            self.picker = ViewPicker(state.view, self._views, choose=self._choose, star=self._star, delete=self._delete_view)
            self.count_label = tag("span", "cp-title-count num", aria_live="polite")
            tag("span", "cp-spacer")
            self.search = self._search()
            if self.spec["board"]:
                self._kinds()
            self.filter_button = tag(
                "button", "cp-btn cp-btn--neutral", type="button", aria_pressed="false", data_action="filters"
            )
            with self.filter_button:
                icon("filter_list")
                tag("span", "cp-btn-word", _("Filter"))
                self.filter_number = tag("span", "num")
            self.filter_button.on("click", self._toggle_panel)
            self._more()
            if "create" in self.spec["can"]:
                with tag("a", "cp-btn cp-btn--primary", href=f"/{self.spec['slug']}/new", data_action="new"):
                    icon("add")
                    tag("span", "", self.spec["new"])
                    tag("kbd", "cp-kbd cp-kbd--on", "N", aria_hidden="true")
        self._show_number()

    def _search(self) -> ui.element:
        with tag("span", "cp-inputbox cp-quickfilter"):
            icon("search")
            label = _("Search in this list")
            field = tag(
                "input",
                "cp-input",
                type="search",
                data_search="",
                aria_label=label,
                placeholder=label,
                autocomplete="off",
                **{"^value": self.state.q},  # an attribute, not the property: drawing again must not undo what was typed
            )
        script = "(event) => emit(event.target.value)"
        field.on(
            "input", lambda event: self._look_for(str(event.args or "")), js_handler=script, throttle=0.25, leading_events=False
        )
        return field

    def _kinds(self) -> None:
        self.kind_buttons: dict[str, ui.element] = {}
        with tag("div", "cp-seg", role="group", aria_label=_("Display")):
            for kind, label, name in (("list", _("List"), "table_rows"), ("kanban", _("Kanban"), "view_kanban")):
                pressed = "true" if self.state.kind == kind else "false"
                item = tag("button", "cp-seg-item", type="button", aria_pressed=pressed, aria_label=label, data_kind=kind)
                with item:
                    icon(name)
                    tag("span", "cp-seg-label", label)
                item.on("click", lambda kind=kind: self._switch(kind))
                self.kind_buttons[kind] = item

    def _more(self) -> None:
        opener = icon_button(
            _("More actions"), "more_horiz", classes="cp-btn cp-btn--neutral cp-btn--icon", aria_haspopup="menu"
        )
        with opener, ui.menu().props("auto-close").classes("cp-menu"):
            self.columns_item = self._item("view_column", _("Columns"), self._columns)
            if "import" in self.spec["can"]:
                self._item("upload", _("Import a file"), lambda: ui.navigate.to(f"/{self.spec['slug']}/import"))
            if "export" in self.spec["can"]:
                self._item("download", _("Export to CSV"), lambda: self._export("csv"))
                self._item("table_chart", _("Export to Excel"), lambda: self._export("xlsx"))
            if "delete" in self.spec["can"]:
                self._item("restore_from_trash", _("Recycle bin"), lambda: ui.navigate.to("/setup/bin"))

    def _item(self, icon_name: str, label: str, action: Any) -> ui.element:
        item = tag("button", "cp-menu-item", type="button", role="menuitem")
        with item:
            icon(icon_name)
            tag("span", "", label)
        return item.on("click", action)

    def _problem(self) -> None:
        if self.state.problem:
            with tag("div", "cp-banner cp-banner--wa cp-listbanner", role="alert"):
                icon("filter_list_off")
                tag("span", "", _("The filter of this address was left out: %(why)s", why=self.state.problem))

    def _fill(self) -> None:
        """The table or the board, in the place of what was there."""
        if self.table is not None:
            self.table.delete()
        if self.board is not None:
            self.board.delete()
        self.table = self.board = None
        with self.area:
            if self.state.kind == "kanban":
                self.board = self._make_board()
            else:
                self.table = self._make_table()
        self.columns_item.set_visibility(self.table is not None)

    def _make_table(self) -> RecordTable:
        state = self.state
        widths = state.preferences.get(_WIDTHS + self.spec["api"]) or {}
        table = RecordTable(self.spec, query=state.question, sort=state.order, columns=state.view.columns, widths=widths)
        table.hear("sort", self._sorted).hear("columns", self._columns_changed).hear("count", self._counted)
        table.hear("clear", self._clear).hear("filters", self._toggle_panel).hear(
            "export", lambda selection: self._export("csv", selection)
        )
        table.hear("create", lambda _args: self._create())
        table.hear("import", lambda _args: ui.navigate.to(f"/{self.spec['slug']}/import"))
        return table

    def _make_board(self) -> KanbanBoard:
        board = KanbanBoard(self.spec, query=self.state.board_question)
        board.hear("count", self._counted).hear("group", self._grouped)
        return board.hear("create", self._create)

    def _grouped(self, change: Mapping[str, Any]) -> None:
        self.state.by = str(change.get("by") or self.state.by)
        self.state.total = str(change.get("total") or "")
        self._write_address(push=False)

    def _create(self, values: Mapping[str, Any] | None = None) -> None:
        """Opens the form, perhaps with values to begin with."""
        begin = urlencode({str(name): str(value) for name, value in (values or {}).items()})
        ui.navigate.to(f"/{self.spec['slug']}/new" + (f"?{begin}" if begin else ""))

    # filters, search, order

    def _open_panel(self, *, narrow: bool = True) -> None:
        state = self.state
        with self.area:
            panel = FilterPanel(
                self.spec,
                conditions=state.conditions,
                pattern=state.pattern,
                question=state.question,
                count=self.count,
                narrow=narrow,
            )
        panel.move(target_index=0)
        panel.hear("change", self._filter).hear("save", self._save_view).hear("close", self._close_panel)
        self.panel = panel
        set_attribute(self.filter_button, "aria-pressed", "true")

    def _close_panel(self, _args: Any = None) -> None:
        if self.panel is not None:
            self.panel.delete()
            self.panel = None
            set_attribute(self.filter_button, "aria-pressed", "false")
            self.filter_button.run_method("focus")

    async def _toggle_panel(self, _args: Any = None) -> None:
        is_open = self.panel is None
        if is_open:
            self._open_panel()
        else:
            self._close_panel()
        await work.interactive(people.keep_preferences, await self.visit.again(), {_PANEL_OPEN: is_open or None})

    async def _filter(self, message: Mapping[str, Any]) -> None:
        actor = await self.visit.again()
        before = self.state.filter_text
        try:
            await work.interactive(module_state.set_filter, actor, self.state, message["conditions"], str(message["pattern"]))
        except Invalid as error:
            if self.panel is not None:
                self.panel.refuse({name: str(text) for name, text in error.fields.items()})
            return
        if self.state.filter_text != before:
            self._ask(push=bool(before) != bool(self.state.filter_text))

    async def _clear(self, _args: Any = None) -> None:
        self.state.q = ""
        self.search.run_method("select")
        ui.run_javascript(f"getElement({self.search.id}).value = ''")
        await work.interactive(module_state.set_filter, await self.visit.again(), self.state, [], "")
        if self.panel is not None:
            self.panel.begin([], "")
        self._ask()

    def _look_for(self, text: str) -> None:
        if text.strip() != self.state.q.strip():
            self.state.q = text[:200]
            self._ask()

    def _ask(self, *, push: bool = False) -> None:
        """The components ask the new question; the address says it."""
        question = self.state.question
        if self.table is not None:
            self.table.apply(**question)
        if self.board is not None:
            self.board.apply(**question)
        if self.panel is not None:
            self.panel.asked(question)
        self._show_number()
        self._write_address(push=push)

    def _sorted(self, sort: list[list[str]]) -> None:
        self.state.sort = tuple((name, way) for name, way in sort)
        self._write_address(push=True)

    def _write_address(self, *, push: bool) -> None:
        address = self.state.address
        ui.context.client.sub_pages_router.current_path = address
        how = "pushState" if push else "replaceState"
        path = json.dumps(address)
        ui.run_javascript(f"history.{how}({{page: {path}}}, '', (window.path_prefix || '') + {path})")

    def _show_number(self) -> None:
        n = len(self.state.conditions)
        set_text(self.filter_number, f" · {n}" if n else "")
        name = _("Filter, %(n)s conditions", n=n) if n else _("Filter")
        set_attribute(self.filter_button, "aria-label", name)

    def _counted(self, answer: Mapping[str, Any]) -> None:
        self.count = int(answer["count"])
        text = format_decimal(self.count, locale=self.visit.actor.language).replace("\u00a0", "\u202f")
        set_text(self.count_label, text + ("+" if answer.get("capped") else ""))
        if self.panel is not None:
            self.panel.counted(self.count)

    def _changed(self) -> None:
        if self.table is not None:
            self.table.refresh()
        if self.board is not None:
            self.board.refresh()

    # views

    async def _views(self) -> list[View]:
        return await work.interactive(views.list_views, await self.visit.again(), self.spec["api"])

    async def _choose(self, view: View) -> None:
        kind = self.state.kind
        await work.interactive(module_state.open_view, await self.visit.again(), self.state, view.id)
        self._show_view(rebuild=kind != self.state.kind)
        self._write_address(push=True)

    def _show_view(self, *, rebuild: bool = False) -> None:
        state = self.state
        self.picker.show(state.view)
        ui.run_javascript(f"getElement({self.search.id}).value = ''")
        if self.panel is not None:
            self.panel.begin([], "")
            self.panel.asked(state.question)
        if rebuild:
            self._fill()
            self._show_kind()
        elif self.table is not None:
            self.table.apply(**state.question, sort=state.order, columns=list(state.view.columns))
        elif self.board is not None:
            self.board.apply(**state.question)
        self._show_number()

    async def _star(self, view: View) -> None:
        await work.interactive(views.favourite, await self.visit.again(), self.spec["api"], view.id, not view.favourite)
        await self.picker.reload()

    async def _delete_view(self, view: View) -> None:
        actor = await self.visit.again()
        if self.state.view.id == view.id:  # first: nothing on the page may ask for a view that is gone
            await work.interactive(module_state.open_view, actor, self.state, "all")
            self._show_view()
            self._write_address(push=False)
        set_id = await work.interactive(views.delete, actor, self.spec["api"], view.id)
        _toast(_("View “%(name)s” deleted", name=str(view.name)), undo=set_id)
        await (
            self.picker.reload()
        )  # last: it takes away the button that was pressed, and with it this handler's place on the page

    async def _save_view(self, _args: Any = None) -> None:
        actor = await self.visit.again()
        sentence = await work.interactive(module_state.in_words, actor, self.state)
        view = self.state.view
        current = str(view.name) if view.can_edit and not view.standard else ""
        save_view.ask(sentence, may_share=actor.tool("manage_views"), current=current, save=self._keep_view)

    async def _keep_view(self, values: dict[str, Any], changes_current: bool) -> None:
        actor, state = await self.visit.again(), self.state
        tree = await work.interactive(module_state.whole_filter, actor, state)
        wanted = {
            **values,
            "filter": tree,
            "sort": [list(one) for one in state.order],
            "columns": list(state.view.columns),
            "kind": state.kind,
        }
        view_id = state.view.id if changes_current else None
        view = await work.interactive(views.save, actor, self.spec["api"], wanted, view_id)
        await work.interactive(module_state.open_view, actor, state, view.id)
        self._show_view()
        self._write_address(push=True)
        _toast(_("View “%(name)s” saved", name=str(view.name)))

    async def _columns_changed(self, change: Mapping[str, Any]) -> None:
        actor = await self.visit.again()
        columns = [str(name) for name in change["columns"]]
        await work.interactive(views.keep_look, actor, self.spec["api"], self.state.view.id, columns=columns)
        widths = {str(name): int(width) for name, width in change["widths"].items() if str(name) in columns}
        await work.interactive(people.keep_preferences, actor, {_WIDTHS + self.spec["api"]: widths or None})
        self.state.view = await work.interactive(views.get, actor, self.spec["api"], self.state.view.id)

    def _columns(self) -> None:
        if self.table is not None:
            self.table.open_columns()

    # kinds, exports

    def _switch(self, kind: str) -> None:
        if kind != self.state.kind:
            self.state.kind = kind
            self._fill()
            self._show_kind()
            self._write_address(push=True)

    def _show_kind(self) -> None:
        for kind, item in getattr(self, "kind_buttons", {}).items():
            set_attribute(item, "aria-pressed", "true" if kind == self.state.kind else "false")

    async def _export(self, kind: str, selection: Mapping[str, Any] | None = None) -> None:
        request = module_state.export_of(self.state, kind, selection)
        try:
            job = await work.interactive(export_jobs.submit, await self.visit.again(), request)
        except ComptoirError as error:
            _toast(str(error.message), kind="error")
            return
        _toast(_("The export is being made."), link=f"/jobs/{job}")


def _toast(text: str, **options: Any) -> None:
    ui.run_javascript(f"window.comptoir.toast({json.dumps(text)}, {json.dumps(options)})")
