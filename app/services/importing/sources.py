"""Files to import, kept in the data folder until their job is old: the original, what is known of it, and its sheets as text.

Invariants: a file is written aside and named only when it is complete; its kind is told by its content, never by its name alone;
what is not a table is refused with what to do. A source belongs to whoever brought it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.base import clock, config
from app.base.errors import Invalid, NotFound
from app.base.i18n import N_, Text
from app.base.ids import new_id, parse_id
from app.database import engine
from app.services.actor import Actor
from app.services.importing import spreadsheets

UPLOAD_LIMIT = 100 << 20
"""Bytes that a browser may send; the command line has no limit, for it copies inside the machine."""

KEPT = timedelta(days=60)  # like the recycle bin: as long as a rejected row may be wanted
_root: Path | None = None
_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "document"),
    (b"\x1f\x8b", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"BEGIN:VCARD", "cards"),
    (b"SQLite format 3", "database"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was brought. `kind`: text, xlsx, xls or ods; `sheets` names those of a workbook."""

    id: str
    name: str
    kind: str
    size: int
    sha256: str
    user_id: int
    sheets: tuple[str, ...] = ()

    @property
    def is_workbook(self) -> bool:
        return self.kind != "text"


def use(folder: Path | None) -> None:
    """Where this process keeps transferred files: the server and the command line name it; None forgets it."""
    global _root
    _root = folder


def root() -> Path:
    """The folder of transferred files; unless named, beside the database file or in the data folder."""
    if _root is not None:
        folder = _root
    else:
        beside = engine.current().path
        folder = (beside.parent if beside is not None else config.load().data) / "transfers"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def keep(actor: Actor, name: str, blocks: Iterable[bytes], limit: int | None = UPLOAD_LIMIT) -> Source:
    """Writes a file into the data folder and tells what it is. Raises `Invalid` when it is too large or no table."""
    number = str(new_id())
    folder = root() / number
    folder.mkdir()
    try:
        digest, size = hashlib.sha256(), 0
        with (folder / "original").open("wb") as file:
            for block in blocks:
                size += len(block)
                if limit is not None and size > limit:
                    raise Invalid(too_large(limit))
                digest.update(block)
                file.write(block)
        kind = _kind(folder / "original", name)
        if kind != "text":
            (folder / "original").rename(folder / f"original.{kind}")
        sheets = tuple(spreadsheets.sheet_names(folder / f"original.{kind}")) if kind != "text" else ()
        source = Source(number, Path(name).name[:200], kind, size, digest.hexdigest(), actor.user_id, sheets)
        (folder / "about.json").write_text(json.dumps(asdict(source)), encoding="utf-8")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return source


def keep_file(actor: Actor, path: Path) -> Source:
    """`keep` for a file of this machine. Raises `Invalid` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return keep(actor, path.name, iter(lambda: file.read(1 << 20), b""), limit=None)
    except OSError as error:
        raise Invalid(
            N_("The file %(file)s cannot be read: %(why)s.", file=str(path), why=error.strerror or str(error))
        ) from None


def get(actor: Actor, source_id: str) -> Source:
    """A source of `actor`'s; administrators get everybody's. Raises `NotFound`."""
    path = root() / str(parse_id(source_id)) / "about.json"
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise NotFound(N_("This file is no longer kept. Bring it again.")) from None
    source = Source(**{**data, "sheets": tuple(data["sheets"])})
    if source.user_id != actor.user_id and not actor.is_admin:
        raise NotFound(N_("This file is no longer kept. Bring it again."))
    return source


def text_of(source: Source, sheet: str = "") -> Path:
    """The file to read as text: the original, or the sheet of the workbook as CSV, made once. Raises `Invalid`."""
    folder = root() / source.id
    if not source.is_workbook:
        return folder / "original"
    if sheet and sheet not in source.sheets:
        raise Invalid(N_("This workbook has no sheet of that name."))
    target = folder / f"sheet-{source.sheets.index(sheet) if sheet else 'first'}.csv"
    if not target.exists():
        aside = target.with_suffix(".part")
        records = spreadsheets.write_csv(folder / f"original.{source.kind}", aside, sheet)
        if not records:
            aside.unlink()
            raise Invalid(N_("This sheet is empty."))
        aside.rename(target)
    return target


def forget_old() -> int:
    """Removes what was brought longer ago than `KEPT`; how many files."""
    before = (clock.now() - KEPT).timestamp()
    removed = 0
    for folder in root().iterdir():
        if folder.is_dir() and folder.stat().st_mtime < before:
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
    return removed


def _kind(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head.strip():
        raise Invalid(N_("This file is empty."))
    kind = next((kind for mark, kind in _HEADS if head.lstrip(b"\xef\xbb\xbf").startswith(mark)), "text")
    if kind == "zip":
        return _zip_kind(path)
    if name.lower().endswith((".json", ".vcf", ".ics")):
        raise Invalid(_not_a_table(name))
    if kind == "text" and head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Invalid(
            N_("This is a web page or XML, not a table. Open it in a spreadsheet and save it as Excel workbook or CSV.")
        )
    if kind not in ("text", "xls"):
        raise Invalid(_not_a_table(name))
    return kind


def _zip_kind(path: Path) -> str:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()[:2000])
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype")
                if kind.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                    return "ods"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Invalid(N_("This file is damaged: it cannot be opened.")) from None
    if any(n.startswith("word/") for n in names):
        raise Invalid(_not_a_table(path.name))
    raise Invalid(N_("This is a ZIP archive. Unpack it, then import the CSV or Excel file that it holds."))


def _not_a_table(name: str) -> Text:
    return N_("“%(file)s” is not a table. Save it as CSV or as an Excel workbook (.xlsx).", file=Path(name).name)


def too_large(limit: int) -> Text:
    """The message about a file of more bytes than `limit`."""
    return N_(
        "This file is larger than %(limit)s MB. Split it, or import it on the server with: comptoir import FILE --module …",
        limit=limit >> 20,
    )
