"""Where somebody stands in an import: the file, what was seen, the mapping, the dry run. Plain calls of services, nothing drawn.

Invariants: every method that reads takes the actor of now and runs in a lane; what a person settled is never guessed again; the same
mapping object is what the mapping file holds, so saving and loading it loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import Text
from app.fields.choices import find_choice
from app.fields.spec import FieldSpec
from app.modules.spec import ModuleSpec
from app.services import actor as actors
from app.services.actor import Actor
from app.services.importing import dry_run, guessing, mapping, planning, remembering, running, sources
from app.services.importing.evidence import Findings
from app.services.importing.mapping import Mapping, NewField
from app.services.importing.sniffing import Column, Sniffed

TRIED = 20_000
"""Rows that the dry run of the browser tries; the job does all."""

WORDS = 60  # distinct words of a picklist column that are offered one by one
NEW_TYPES = (
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "percent",
    "date",
    "datetime",
    "boolean",
    "picklist",
    "email",
    "phone",
    "url",
)


@dataclass
class Wizard:
    """One import being prepared."""

    module: str
    source: sources.Source | None = None
    sheet: str = ""
    sniffed: Sniffed | None = None
    findings: Findings | None = None
    mapping: Mapping = field(default_factory=Mapping)
    why: dict[str, str] = field(default_factory=dict)
    remembered: bool = False
    preview: dry_run.Preview | None = None
    keys: list[tuple[str, ...]] = field(default_factory=list)

    @property
    def columns(self) -> Sequence[Column]:
        return self.sniffed.columns if self.sniffed else ()

    def spec(self) -> ModuleSpec:
        return planning.module_of(self.module)

    def take(self, actor: Actor, source_id: str) -> None:
        """A file has arrived: look at it, and propose what the last such file had, or a guess."""
        self.source = sources.get(actor, source_id)
        self.sheet, self.mapping, self.preview = "", Mapping(), None
        self.look(actor)

    def look(self, actor: Actor) -> None:
        """Reads the file as settled so far and guesses the rest anew."""
        assert self.source is not None
        self.sniffed = planning.look(
            self.source, self.sheet, self.mapping.encoding, self.mapping.separator, self.mapping.layout
        )
        self.findings = planning.examine(self.source, self.sniffed, self.sheet)
        known = remembering.recall(self.module, [c.key for c in self.columns])
        self.remembered = known is not None
        settled = replace(
            known or Mapping(), encoding=self.mapping.encoding, separator=self.mapping.separator, layout=self.mapping.layout
        )
        if self.mapping.dates or self.mapping.decimal:
            settled = replace(settled, dates=self.mapping.dates, decimal=self.mapping.decimal)
        self._propose(actor, settled)

    def read_as(self, actor: Actor, **settings: Any) -> None:
        """Another encoding, separator, header line, sheet, order of dates or decimal sign. Raises `Invalid` and keeps the old one."""
        before = (self.sheet, self.mapping, self.sniffed, self.findings)
        try:
            if "sheet" in settings:
                self.sheet, self.mapping = settings["sheet"], replace(self.mapping, layout={})
            if "header" in settings:
                self.mapping = replace(self.mapping, layout={**self.mapping.layout, "header": settings["header"]})
            if "quote" in settings:
                self.mapping = replace(self.mapping, layout={**self.mapping.layout, "quote": settings["quote"]})
            if "encoding" in settings or "separator" in settings:
                self.mapping = replace(self.mapping, layout={})
            plain = {k: settings[k] for k in ("encoding", "separator", "dates", "decimal") if k in settings}
            self.mapping = replace(self.mapping, **plain)
            if set(settings) <= {"dates", "decimal"}:
                return
            self.look(actor)
        except Invalid:
            self.sheet, self.mapping, self.sniffed, self.findings = before
            raise

    def load_file(self, actor: Actor, content: bytes) -> list[str]:
        """Takes a mapping file; returns its columns that this file does not have. Raises `Invalid`."""
        given, absent = mapping.resolve(mapping.read_file(content), self.columns)
        self.mapping = given
        assert self.source is not None
        self.sniffed = planning.look(self.source, self.sheet, given.encoding, given.separator, given.layout)
        self.findings = planning.examine(self.source, self.sniffed, self.sheet)
        self._propose(actor, given)
        return absent

    def _propose(self, actor: Actor, settled: Mapping) -> None:
        assert self.sniffed is not None
        assert self.findings is not None
        settled, _absent = mapping.resolve(settled, self.sniffed.columns)
        found = planning.propose(actor, self.module, self.sniffed, self.findings, settled)
        self.mapping, self.why = found.mapping, found.why

    # the mapping

    def aim(self, column: str, target: Any) -> None:
        """Sends a column to a field, to a new one, or leaves it out."""
        wish: mapping.Target = target
        if isinstance(target, dict):
            wish = NewField(" ".join(str(target.get("new", "")).split())[:80] or column, str(target.get("type", "text")))
        self.mapping = replace(self.mapping, columns={**self.mapping.columns, column: wish}, key=None)
        self.why.pop(column, None)

    def mean(self, column: str, cell: str, value: str) -> None:
        """Says which picklist value a word of the file means; "" for none."""
        target = self.mapping.columns.get(column)
        if not isinstance(target, str):
            return
        words = dict(self.mapping.values.get(target, {}))
        words.pop(cell, None)
        if value:
            words[cell] = value
        self.mapping = replace(self.mapping, values={**self.mapping.values, target: words})

    def problems(self, actor: Actor) -> dict[str, Text | str]:
        """What stands against the mapping, by column key; "" is the whole."""
        try:
            filled = mapping.check(actor, self.spec(), self.mapping, self.columns)
        except Invalid as error:
            return error.fields
        self.keys = _keys(self.spec(), filled)
        return {}

    def words(self) -> dict[str, list[tuple[str, str]]]:
        """For columns that go to a picklist: the file's words that its list does not have, with what they mean ("" for nothing yet)."""
        found: dict[str, list[tuple[str, str]]] = {}
        if self.findings is None:
            return found
        spec = self.spec()
        for column in self.columns:
            target = self.mapping.columns.get(column.key)
            f = spec.by_name.get(target) if isinstance(target, str) else None
            if f is None or f.type != "picklist":
                continue
            meant = self.mapping.values.get(f.api_name, {})
            cells = [c for c in self.findings.columns[column.index].values if not find_choice(f, c)]
            if cells:
                found[column.key] = [(c, meant.get(c, "")) for c in sorted(cells)[:WORDS]]
        return found

    def offer(self, column: Column) -> NewField:
        """The field that a column would become."""
        assert self.findings is not None
        return guessing.new_field(self.spec(), column, self.findings.columns[column.index])

    def offer_all(self) -> int:
        """Makes a field of every column that holds something and goes nowhere; how many."""
        assert self.findings is not None
        free = [c for c in self.columns if self.mapping.columns.get(c.key) is None and self.findings.columns[c.index].filled]
        self.mapping = replace(self.mapping, columns={**self.mapping.columns, **{c.key: self.offer(c) for c in free}})
        return len(free)

    # the run

    def choose_key(self, names: tuple[str, ...] | None) -> None:
        """The duplicate key: None leaves the choice, () means none."""
        self.mapping = replace(self.mapping, key=names)

    def settle(self, **values: Any) -> None:
        """Mode, links, new values, blanks."""
        self.mapping = replace(self.mapping, **values)

    def try_out(self, actor: Actor) -> dry_run.Preview:
        """What the import would do. Raises `Invalid`."""
        assert self.source is not None
        plan = planning.make(actor, self.module, self.source, self.mapping, sheet=self.sheet)
        self.mapping = plan.mapping
        self.preview = dry_run.preview(actor, plan, TRIED)
        return self.preview

    def start(self, actor: Actor, *, again: bool = False) -> str:
        """Queues the import and returns the job's id. Raises `Invalid`, `Conflict` (imported already, without key)."""
        assert self.source is not None
        return running.submit(actor, self.module, self.source, self.mapping, sheet=self.sheet, again=again)

    def fields(self, actor: Actor) -> list[FieldSpec]:
        """The fields that a column can go to."""
        return mapping.importable(actor, self.spec())

    def may_create_fields(self, actor: Actor) -> bool:
        return actor.tool("setup")

    def date_text(self, actor: Actor) -> str:
        """The order of dates in use."""
        return self.mapping.dates or ("day-first" if actors.ctx(actor).language.startswith("fr") else "month-first")


def _keys(spec: ModuleSpec, filled: dict[int, Any]) -> list[tuple[str, ...]]:
    """The keys that are offered: the id, each text or e-mail that identifies, the module's own sets."""
    names = {f if isinstance(f, str) else getattr(f, "name", "") for f in filled.values()}
    offered: list[tuple[str, ...]] = [(mapping.ID,)] if mapping.ID in names else []
    offered += [k for k in spec.duplicate_keys if names.issuperset(k)]
    if spec.title in names:
        offered.append((spec.title,))
    offered += [
        (f.name,)
        for f in spec.fields
        if f.name in names and (f.unique or f.type in ("email", "phone") or (f.custom and f.type == "text"))
    ]
    return list(dict.fromkeys(offered))
