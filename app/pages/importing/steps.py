"""The steps of an import, drawn: file, what was seen, columns, try, start. One page, one step on screen at a time.

Invariants: a step that cannot be left says why beside what is wrong; going back loses nothing; nothing is written before « Import ».
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from nicegui import ui

from app.base.errors import ComptoirError, Conflict, Invalid
from app.base.i18n import _, ngettext, using
from app.components.elements import button, icon, tag
from app.components.file_drop import FileDrop
from app.components.mapping_table import MappingTable
from app.components.plain_table import PlainTable
from app.components.simple_form import Form, banner
from app.pages.importing import try_out
from app.pages.importing.shown import evidence, table_data, table_state
from app.pages.importing.state import Wizard
from app.pages.setup.parts import toast
from app.pages.visit import Visit
from app.services import work
from app.services.actor import Actor
from app.services.importing import encodings

ACCEPT = ".csv,.tsv,.txt,.psv,.ssv,.xlsx,.xlsm,.xls,.ods"
STEPS = ("file", "seen", "columns", "try")


class Steps:
    """An import being prepared on an open page."""

    def __init__(self, visit: Visit, module: str, modules: dict[str, str]) -> None:
        self.visit, self.modules = visit, modules
        self.wizard = Wizard(module)
        self.step = "file"
        self.turn = asyncio.Lock()  # two quick choices are done one after the other
        with tag("div", "cp-setup") as self.root:
            self.main = tag("div", "cp-stack", data_testid="import-step")
            with tag("aside", "cp-setup-side", aria_label=_("Steps")):
                self.side = tag("section", "cp-card")
        self.draw()

    def draw(self) -> None:
        """Draws the step that is open; in the page's own slot, for what was clicked is gone by then."""
        with self.root:
            self.main.clear()
            self._steps()
            with self.main:
                getattr(self, f"_{self.step}")()

    def go(self, step: str) -> None:
        """Opens another step."""
        self.step = step
        self.draw()
        with self.root:
            ui.run_javascript("document.querySelector('[data-testid=import-step] h2')?.scrollIntoView({block: 'nearest'})")

    async def run(self, call: Callable[..., Any], *args: Any, heavy: bool = False, **kwargs: Any) -> Any:
        """Runs `call(actor, …)`; what is refused is shown as a message, and None returned."""
        try:
            async with self.turn:
                actor = await self.visit.again()
                lane = work.heavy if heavy else work.interactive
                with using(actor.language):  # a thread does not know whose page it serves
                    return await lane(call, actor, *args, **kwargs)
        except ComptoirError as error:
            toast(str(error.message), kind="error")
            return None

    def _steps(self) -> None:
        names = {"file": _("File"), "seen": _("What we saw"), "columns": _("Columns"), "try": _("Try"), "done": _("Import")}
        self.side.clear()
        reached = STEPS.index(self.step)
        with self.side, tag("div", "cp-card-body"), tag("ol", "cp-steps"):
            for number, (key, name) in enumerate(names.items()):
                current = "step" if key == self.step else None
                tag("li", "cp-step is-done" if number < reached else "cp-step", name, aria_current=current)

    # file

    def _file(self) -> None:
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("Choose the file"))
            with tag("div", "cp-card-body cp-stack"):
                with Form(None, "cp-inline") as form:
                    form.choice(
                        "module", _("Import into"), self.wizard.module, self.modules, on_change=lambda: self._module(form)
                    )
                hint = _(
                    "CSV in any encoding and with any separator, or a workbook: .xlsx, .xls, .ods. The first row holds the names."
                )
                FileDrop("/api/ui/imports/files", self._arrived, accept=ACCEPT, hint=hint)

    def _module(self, form: Form) -> None:
        self.wizard = Wizard(str(form.fields["module"].value))

    async def _arrived(self, answer: dict[str, Any]) -> None:
        if await self.run(self._take, str(answer["source"]), heavy=True):
            self.go("seen")

    def _take(self, actor: Actor, source: str) -> bool:
        self.wizard.take(actor, source)
        return True

    # what was seen

    def _seen(self) -> None:
        w = self.wizard
        assert w.source is not None
        assert w.sniffed is not None
        assert w.findings is not None
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("What we saw"))
                tag("span", "cp-caption cp-faint", w.source.name, dir="auto", translate="no")
            with tag("div", "cp-card-body cp-stack"):
                self._reading(w)
                for line in evidence(w):
                    with tag("div", "cp-inline cp-muted"):
                        icon("info")
                        tag("span", "", line)
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("The first rows"))
            rows = [{"cells": [str(r.line), *(c[:200] for c in r.cells[: len(w.columns)])]} for r in w.sniffed.preview]
            PlainTable(_("The first rows of the file"), [_("Line"), *(c.label for c in w.columns)], rows, numbered=True)
        self._buttons("file", lambda: self.go("columns"), _("Columns"))

    def _reading(self, w: Wizard) -> None:
        """The settings of reading, each changeable; the preview follows."""
        assert w.sniffed is not None
        assert w.source is not None
        layout = w.sniffed.layout
        with Form(None) as form:
            if w.source.is_workbook:
                sheets = {s: s for s in w.source.sheets}
                form.choice("sheet", _("Sheet"), w.sheet or w.source.sheets[0], sheets, on_change=self._reread(form, "sheet"))
            else:
                known = {e: e for e in dict.fromkeys([layout.encoding, *encodings.OFFERED])}
                form.choice("encoding", _("Encoding"), layout.encoding, known, on_change=self._reread(form, "encoding"))
                separators = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
                form.choice(
                    "separator", _("Separator"), layout.separator, separators, on_change=self._reread(form, "separator")
                )
                quotes = {'"': _("double quote"), "'": _("single quote"), "": _("none")}
                form.choice("quote", _("Quote"), layout.quote, quotes, on_change=self._reread(form, "quote"))
            lines = {str(n): _("line %(n)s", n=n) for n in range(1, 16)} | {
                str(layout.header): _("line %(n)s", n=layout.header),
                "0": _("none"),
            }
            form.choice("header", _("Names of the columns"), str(layout.header), lines, on_change=self._reread(form, "header"))
            orders = {"": _("as in my language"), "day-first": _("day first (31/12/2026)"), "month-first": _("month first (12/31/2026)"),
                      "iso": _("year first (2026-12-31)")}  # fmt: skip
            form.choice("dates", _("Dates"), w.mapping.dates, orders, on_change=self._reread(form, "dates"))
            signs = {"": _("either"), ",": _("comma (1 234,50)"), ".": _("point (1,234.50)")}
            form.choice("decimal", _("Decimals"), w.mapping.decimal, signs, on_change=self._reread(form, "decimal"))

    def _reread(self, form: Form, name: str) -> Callable[[], Any]:
        async def changed() -> None:
            value: Any = form.fields[name].value
            await self.run(self.wizard.read_as, **{name: int(value) if name == "header" else value}, heavy=True)
            self.draw()

        return changed

    # columns

    def _columns(self) -> None:
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("Which column is which field"))
            self.note = tag("div", "cp-card-body cp-stack")
            self.note.set_visibility(False)
            self.table = tag("div")
            with tag("div", "cp-card-foot cp-mapping-tools"):
                self._file_buttons()
        self.options = tag("div", "cp-stack")
        self._buttons("seen", self._try_out, _("Try"))
        ui.timer(0, self._load_columns, once=True)

    def _file_buttons(self) -> None:
        if self.visit.actor.tool("setup"):
            button(_("Make the missing fields"), look="quiet", icon_name="add", classes="cp-btn--small").on(
                "click", self._offer_all, []
            )
        save = button(_("Save the mapping"), look="quiet", icon_name="download", classes="cp-btn--small")
        save.on("click", self._save_mapping, [])
        load = tag("label", "cp-btn cp-btn--quiet cp-btn--small")
        with load:
            icon("upload")
            tag("span", "cp-btn-label", _("Load a mapping"))
            chosen = tag("input", "cp-sr", type="file", accept=".json,application/json")
            read = "async (event) => { const file = event.target.files[0]; if (file) emit(file.size < 1048576 ? await file.text() : ''); }"
            chosen.on("change", self._load_mapping, js_handler=read)

    async def _load_columns(self) -> None:
        data = await self.run(table_data, self.wizard)
        if data is None:
            return
        with self.table:
            self.mapping = MappingTable(
                data["columns"],
                data["fields"],
                data["types"],
                creating=data["creating"],
                on_target=self._aim,
                on_word=self._mean,
            )
        await self._show_columns()

    async def _show_columns(self) -> None:
        found = await self.run(table_state, self.wizard)
        if found is None:
            return
        targets, problems, words, keys = found
        self.mapping.show(targets, {k: v for k, v in problems.items() if k}, words)
        self.note.clear()
        self.note.set_visibility(bool(problems.get("")) or self.wizard.remembered)
        with self.note:
            if problems.get(""):
                banner(problems[""], "wa", "warning")
            elif self.wizard.remembered:
                tag("p", "cp-muted", _("These columns are mapped as in your last import of such a file."))
        self.options.clear()
        with self.options:
            self._how(keys)

    def _how(self, keys: list[tuple[str, str]]) -> None:
        """Key, mode, links, new values, blanks."""
        m = self.wizard.mapping
        with tag("section", "cp-card"):
            with tag("div", "cp-card-head"):
                tag("h2", "cp-card-title", _("What to do with the rows"))
            with tag("div", "cp-card-body"), Form(None) as form:
                chosen = "" if m.key is None else ",".join(m.key) or "-"
                options = {
                    "": _("chosen for me: a key that no two rows share"),
                    **dict(keys),
                    "-": _("none: each row becomes a new record"),
                }
                if chosen not in options:
                    options[chosen] = chosen
                form.choice(
                    "key",
                    _("Rows and records are the same when they share"),
                    chosen,
                    options,
                    on_change=lambda: self._key(form),
                )
                modes = {
                    "both": _("add new records and update existing ones"),
                    "add": _("add new records only"),
                    "update": _("update existing records only"),
                }
                form.choice(
                    "mode", _("Then"), m.mode, modes, on_change=lambda: self.wizard.settle(mode=form.fields["mode"].value)
                )
                links = {"match": _("refuse the row"), "create": _("make the record it names")}
                form.choice(
                    "links",
                    _("A link to nothing"),
                    m.links,
                    links,
                    on_change=lambda: self.wizard.settle(links=form.fields["links"].value),
                )
                blanks = {"": _("leave the field as it is"), "1": _("empty the field")}
                form.choice("erase", _("A blank cell of an existing record"), "1" if m.erase else "", blanks,
                            on_change=lambda: self.wizard.settle(erase=bool(form.fields["erase"].value)))  # fmt: skip
                if self.visit.actor.tool("setup"):
                    form.check("new_values", _("Add values that are not in a list to the list"), m.new_values,
                               on_change=lambda: self.wizard.settle(new_values=bool(form.fields["new_values"].value)))  # fmt: skip

    def _key(self, form: Form) -> None:
        value = str(form.fields["key"].value)
        self.wizard.choose_key(None if not value else () if value == "-" else tuple(value.split(",")))

    async def _aim(self, column: str, target: Any) -> None:
        self.wizard.aim(column, target)
        await self._show_columns()

    async def _mean(self, column: str, cell: str, value: str) -> None:
        self.wizard.mean(column, cell, value)
        await self._show_columns()

    async def _offer_all(self) -> None:
        made = await self.run(lambda actor: self.wizard.offer_all())
        if made is not None:
            toast(
                ngettext("%(n)s field will be made.", "%(n)s fields will be made.", made)
                if made
                else _("Every column goes somewhere already.")
            )
            await self._show_columns()

    def _save_mapping(self) -> None:
        content = json.dumps(self.wizard.mapping.as_json(), ensure_ascii=False, indent=2)
        ui.download.content(content, "mapping.json", "application/json")

    async def _load_mapping(self, event: Any) -> None:
        absent = await self.run(self.wizard.load_file, str(event.args or "").encode(), heavy=True)
        if absent is None:
            return
        if absent:
            toast(_("The mapping names a column that the file does not have: %(column)s", column=absent[0]), kind="warning")
        self.draw()

    # try and start

    async def _try_out(self) -> None:
        problems = await self.run(self.wizard.problems)
        if problems is None:
            return
        if problems:
            toast(str(next(iter(problems.values()))), kind="error")
            return
        if await self.run(self.wizard.try_out, heavy=True) is not None:
            self.go("try")

    def _try(self) -> None:
        assert self.wizard.preview is not None
        try_out.draw(self.wizard.preview)
        self.again: Form | None = None
        self.note = tag("div", "cp-stack")
        self._buttons("columns", self._start, _("Import"), icon_name="upload")

    async def _start(self) -> None:
        again = self.again is not None and bool(self.again.fields["again"].value)
        try:
            actor = await self.visit.again()
            job = await work.heavy(self.wizard.start, actor, again=again)
        except Conflict as error:
            self._ask_again(str(error.message))
            return
        except Invalid as error:
            toast(str(error.message), kind="error")
            return
        ui.navigate.to(f"/import/{job}")

    def _ask_again(self, message: str) -> None:
        self.note.clear()
        with self.note:
            banner(message, "wa", "warning")
            with Form(None, "cp-inline") as self.again:
                self.again.check("again", _("I want these rows again"), False)

    def _buttons(self, back: str, forward: Callable[..., Any], label: str, icon_name: str = "arrow_forward") -> None:
        with tag("div", "cp-inline"):
            button(_("Back"), icon_name="arrow_back").on("click", lambda: self.go(back), [])
            button(label, look="primary", icon_name=icon_name, data_testid="import-next").on("click", forward, [])
