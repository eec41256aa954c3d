"""Any list as a file: CSV or XLSX, read by key out of one snapshot and written as it is read.

Invariants: only records and fields that the actor sees; nothing is written for who may not export. A text cell that a spreadsheet would
run as a formula begins with an apostrophe in CSV (the import takes it away again, exactly); in XLSX it is stored as text. Numbers stay
numbers, days are ISO. With `api_names` headers are API names and picklists their actual values: for machines, and for moving house.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.base.clock import zone_info
from app.base.errors import Invalid
from app.base.i18n import N_, _, using
from app.database import engine
from app.fields.choices import choice_label
from app.fields.numbers import plain
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules.spec import ModuleSpec
from app.services import access, query, views
from app.services.actor import Actor
from app.services.query import Row
from app.services.query.rows import RESTRICTED
from app.services.query.source import snapshot

FORMATS = ("csv", "xlsx")
BATCH = 2_000
XLSX_ROWS = 1_048_575  # below the header
XLSX_CELL = 32_767
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_PHONE = re.compile(r"\+?[\d\s().\-/\u00a0\u202f]+")
_NUMBERS = ("integer", "decimal", "percent", "money")
_HIDDEN = ("deleted_at", "deleted_by_id")
Cell = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Request:
    """What to export. `fields` empty: every field that the actor sees. `separator` empty: what a spreadsheet of the
    actor's language opens by a double click (with the UTF-8 mark), or a comma for machines (`api_names`)."""

    module: str
    format: str = "csv"
    view: str = ""
    filter: Mapping[str, Any] | None = None
    text: str = ""
    sort: Sequence[Sequence[str]] = ()
    fields: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    api_names: bool = False
    separator: str = ""
    mark: bool = False

    def as_json(self) -> dict[str, Any]:
        """For a job's parameters."""
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Request:
        lists = {k: tuple(data[k]) for k in ("fields", "ids") if data.get(k)}
        known = {k: v for k, v in data.items() if k in cls.__slots__ and k not in ("fields", "ids")}
        return cls(**{**known, **lists})


@dataclass(frozen=True, slots=True)
class Export:
    """A request with everything looked up: what is read, and how each column is written."""

    actor: Actor
    spec: ModuleSpec
    request: Request
    fields: tuple[FieldSpec, ...]
    with_id: bool
    filter: Mapping[str, Any] | None
    sort: tuple[tuple[str, str], ...]
    labels: tuple[str, ...] = field(default=())


def spreadsheet(request: Request, language: str) -> Request:
    """The request with the separator and mark that a spreadsheet program of that language opens by a double click."""
    if request.api_names:
        return replace(request, separator=",")
    return replace(request, separator=";" if language.startswith("fr") else ",", mark=True)


def prepare(actor: Actor, request: Request) -> Export:
    """Checks a request. Raises `Invalid`, `Forbidden`, `NotFound` (the view, a field)."""
    with engine.reading() as connection:
        spec = snapshot(connection).module(request.module)
    access.check(actor, spec, "export")
    if not request.separator:
        request = spreadsheet(request, actor.language)
    if request.format not in FORMATS:
        raise Invalid(N_("An export is CSV or XLSX."))
    if request.separator not in (",", ";", "\t", "|"):
        raise Invalid(N_("The separator is a comma, a semicolon, a tab or a bar."))
    view = views.get(actor, spec.api_name, request.view) if request.view else None
    names = request.fields or (view.columns if view and view.columns else ())
    wanted = [spec.field(n) for n in names] if names else [f for f in spec.fields if request.api_names or not f.hidden]
    fields = tuple(f for f in wanted if actor.sees(spec, f) and (names or f.name not in _HIDDEN))
    parts = [dict(f) for f in (view.filter if view else None, request.filter) if f]
    chosen = parts[0] if len(parts) == 1 else {"and": parts} if parts else None
    sort = tuple((str(f), str(d)) for f, d in (request.sort or (view.sort if view else ()) or ()))
    with using(actor.language):
        labels = tuple(f.api_name if request.api_names else str(f.label) for f in fields)
    return Export(actor, spec, request, fields, request.api_names, chosen, sort, labels)


def rows(export: Export) -> Iterator[list[Row]]:
    """The records in batches."""
    names = [f.name for f in export.fields]
    if not export.request.ids:
        yield from query.stream(
            export.actor, export.spec.api_name, fields=names, filter=export.filter, text=export.request.text,
            sort=export.sort, batch=BATCH,
        )  # fmt: skip
        return
    wanted = {int(i) for i in export.request.ids}
    for batch in query.stream(
        export.actor, export.spec.api_name, fields=names, filter=export.filter, sort=export.sort, batch=BATCH
    ):
        yield [row for row in batch if row.id in wanted]


def csv_blocks(export: Export, progress: Callable[[int], None] = lambda done: None) -> Iterator[bytes]:
    """The CSV file in blocks, as it is read; `progress` hears how many records are written."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=export.request.separator, lineterminator="\r\n")
    with using(export.actor.language):
        cells = _cells(export)
    writer.writerow((["id"] if export.with_id else []) + [guarded(label) for label in export.labels])
    yield (b"\xef\xbb\xbf" if export.request.mark else b"") + _taken(buffer)
    done = 0
    for batch in rows(export):
        writer.writerows([[cell(row) for cell in cells] for row in batch])
        done += len(batch)
        yield _taken(buffer)
        progress(done)


def write(export: Export, path: Path, progress: Callable[[int], None] = lambda done: None) -> int:
    """Writes the file (aside, then named) and returns how many records it holds. Raises `Invalid` when XLSX cannot hold them."""
    aside = path.with_name(f"{path.name}.part")
    count = 0

    def note(done: int) -> None:
        nonlocal count
        count = done
        progress(done)

    try:
        if export.request.format == "xlsx":
            count = _write_xlsx(export, aside, progress)
        else:
            with aside.open("wb") as file:
                for block in csv_blocks(export, note):
                    file.write(block)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return count


def file_name(export: Export) -> str:
    """The name that the file is downloaded under."""
    with using(export.actor.language):
        plural = str(export.spec.plural)
    return f"{plural.replace('/', '-')}.{export.request.format}"


def _write_xlsx(export: Export, path: Path, progress: Callable[[int], None]) -> int:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    try:
        sheet = book.add_worksheet(str(export.spec.api_name)[:31])
        bold, day, moment = (
            book.add_format(f) for f in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm:ss"})
        )
        sheet.freeze_panes(1, 0)
        for column, label in enumerate((["id"] if export.with_id else []) + list(export.labels)):
            sheet.write_string(0, column, label, bold)
        with using(export.actor.language):
            writers = _xlsx_cells(export, sheet, day, moment)
        done = 0
        for batch in rows(export):
            if done + len(batch) > XLSX_ROWS:
                raise Invalid(N_("An Excel sheet holds %(n)s rows at most. Export as CSV, or filter the list.", n=XLSX_ROWS))
            for row in batch:
                done += 1
                for column, put in writers:
                    put(done, column, row)
            progress(done)
        return done
    finally:
        book.close()


def _xlsx_cells(export: Export, sheet: Any, day: Any, moment: Any) -> list[tuple[int, Callable[[int, int, Row], None]]]:
    zone = zone_info(export.actor.zone)
    offset = 1 if export.with_id else 0
    found: list[tuple[int, Callable[[int, int, Row], None]]] = []
    if export.with_id:
        found.append((0, lambda line, column, row: sheet.write_string(line, column, str(row.id))))

    def writer(f: FieldSpec) -> Callable[[int, int, Row], None]:
        text = _text_cell(f, export, safe=False)
        kind = _kind(f)

        def put(line: int, column: int, row: Row) -> None:
            value = row.values.get(f.name)
            if value is None and f.name not in row.links:
                return
            if kind in _NUMBERS and value is not None:
                sheet.write_number(line, column, float(value))  # a spreadsheet knows no other numbers
            elif kind == "date":
                sheet.write_datetime(line, column, value, day)
            elif kind == "datetime" and value is not None:
                sheet.write_datetime(line, column, value.astimezone(zone).replace(tzinfo=None), moment)
            else:
                sheet.write_string(line, column, str(text(row))[:XLSX_CELL])

        return put

    return found + [(offset + i, writer(f)) for i, f in enumerate(export.fields)]


def _cells(export: Export) -> list[Cell]:
    """How each column of a CSV is written."""
    first: list[Cell] = [lambda row: row.id] if export.with_id else []
    return first + [_text_cell(f, export, safe=True) for f in export.fields]


def _kind(f: FieldSpec) -> str:
    return str(f.settings["result"]) if f.type == "computed" else f.type


def _text_cell(f: FieldSpec, export: Export, *, safe: bool) -> Cell:
    """The function that writes one field of a row as text; made once, called for every row."""
    name, kind = f.name, _kind(f)
    if kind in ("link", "person", "any_link", "multi_link"):
        return _link_cell(name, safe)
    if kind in _NUMBERS:
        comma = export.request.separator == ";" and not export.request.api_names
        return _number_cell(name, comma)
    if kind == "date":
        return lambda row: "" if (v := row.values[name]) is None else v.isoformat()
    if kind == "datetime":
        zone = zone_info(export.actor.zone)
        return lambda row: "" if (v := row.values[name]) is None else _moment(v, zone, export.request.api_names)
    if kind in ("picklist", "multi_picklist", "boolean"):
        return _words_cell(f, export, safe)
    guard = guarded if kind != "phone" else _safe_phone
    if kind in ("text", "long_text", "email", "url", "phone", "auto_number"):
        return (
            (lambda row: "" if (v := row.values[name]) is None else guard(v)) if safe else (lambda row: row.values[name] or "")
        )
    ctx = _ctx(export.actor)
    return lambda row: (
        guarded(types[f.type].format(row.values[name], f, ctx)) if safe else types[f.type].format(row.values[name], f, ctx)
    )


def _ctx(actor: Actor) -> Any:
    from app.services import actor as actors

    return actors.ctx(actor)


def _link_cell(name: str, safe: bool) -> Cell:
    restricted = str(RESTRICTED)  # now, in the actor's language: rows are written in whatever is spoken then

    def cell(row: Row) -> str:
        link = row.links.get(name)
        if link is None:
            return ""
        links = link if isinstance(link, tuple) else (link,)
        text = "; ".join(restricted if one.restricted else one.title for one in links)
        return guarded(text) if safe else text

    return cell


def _number_cell(name: str, comma: bool) -> Cell:
    def cell(row: Row) -> Any:
        value = row.values[name]
        if value is None:
            return ""
        text = plain(value) if isinstance(value, Decimal) else str(value)
        return text.replace(".", ",") if comma else text

    return cell


def _words_cell(f: FieldSpec, export: Export, safe: bool) -> Cell:
    """Picklists and yes/no: labels in the actor's language, or actual values."""
    known: dict[Any, str] = {None: ""}
    language, actual, name = export.actor.language, export.request.api_names, f.name

    def words(value: Any) -> str:
        if isinstance(value, bool):
            with using(language):
                return ("true" if value else "false") if actual else (_("Yes") if value else _("No"))
        if isinstance(value, tuple):
            return "; ".join(words(one) for one in value)
        return str(value) if actual else choice_label(f, value, language)

    def cell(row: Row) -> str:
        value = row.values[name]
        if value not in known:
            text = words(value)
            known[value] = guarded(text) if safe else text
        return known[value]

    return cell


def _moment(value: datetime, zone: Any, exact: bool) -> str:
    local = value.astimezone(zone)
    return local.isoformat(timespec="seconds") if exact else local.strftime("%Y-%m-%d %H:%M:%S")


def guarded(text: str) -> str:
    """The text so that no spreadsheet runs it; one apostrophe more when it already looks guarded, so that reading is exact."""
    if text and (text[0] in _FORMULA or (text[0] == "'" and _GUARDED.match(text))):
        return f"'{text}"
    return text


def _safe_phone(text: str) -> str:
    """A number in international notation is no formula."""
    return text if _PHONE.fullmatch(text) else guarded(text)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
