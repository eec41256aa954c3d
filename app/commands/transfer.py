"""`comptoir import` and `comptoir export`: files in and out from the terminal, also while the server runs.

Invariants: the file is copied into the data folder first, so that a job outlives the terminal; on SQLite a running server does the job
(one process writes), otherwise this process does it. With --json the last line of the output is the result and nothing else.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.base.config import Settings
from app.base.errors import Conflict, Invalid
from app.base.i18n import N_, _
from app.commands.house import acting, add_data, opened, say

LOOK_EVERY = 0.2  # seconds between looks at a job that the server does
NOTED = 20  # problems that are printed
COUNTS = ("read", "created", "updated", "unchanged", "skipped", "failed")


def add_parser(subparsers: Any) -> None:
    """Options of `import` and `export`."""
    brought = subparsers.add_parser("import", help=_("import a CSV or Excel file"))
    brought.add_argument(
        "file", metavar="FILE", nargs="?", help=_("the file; its encoding, separator and columns are found out")
    )
    brought.add_argument("--module", required=True, metavar="M", help=_("where the records go: Accounts, Deals…"))
    brought.add_argument("--mapping", metavar="M.json", help=_("which column is which field; what it leaves out is guessed"))
    brought.add_argument(
        "--create-fields", action="store_true", help=_("make fields and list values for what is not there yet")
    )
    brought.add_argument(
        "--key", metavar="FIELD", help=_("fields that mean the same record, with commas between; “none” for no key")
    )
    brought.add_argument(
        "--mode", choices=("add", "update", "both"), help=_("add new records, update existing ones, or both (default)")
    )
    brought.add_argument("--sheet", default="", metavar="S", help=_("sheet of a workbook; the first one by default"))
    brought.add_argument("--dry-run", action="store_true", help=_("say what would happen and change nothing"))
    brought.add_argument("--again", action="store_true", help=_("import a file without key a second time"))
    brought.add_argument("--resume", metavar="JOB", help=_("go on with an import that was interrupted"))
    brought.add_argument(
        "--as", dest="as_email", metavar="EMAIL", help=_("whose records they become; the first administrator by default")
    )
    brought.add_argument("--json", action="store_true", help=_("the last line is the result as JSON"))
    out = subparsers.add_parser("export", help=_("export a list as CSV or Excel file"))
    out.add_argument("--module", required=True, metavar="M", help=_("which records: Accounts, Deals…"))
    out.add_argument("--format", required=True, choices=("csv", "xlsx"))
    out.add_argument("--view", default="", metavar="V", help=_("a view: its filter, order and columns"))
    out.add_argument("--api-names", action="store_true", help=_("API names as headers and actual values of lists, with ids"))
    out.add_argument("--separator", default="", metavar="S", help=_("of a CSV: a comma, a semicolon, or “tab”"))
    out.add_argument("--out", required=True, metavar="FILE")
    out.add_argument(
        "--as", dest="as_email", metavar="EMAIL", help=_("with whose rights; the first administrator's by default")
    )
    for parser, call in ((brought, _import), (out, _export)):
        add_data(parser, _("folder of the data"))
        parser.set_defaults(run=call)


def _import(args: argparse.Namespace) -> int:
    with opened(args) as settings:
        actor = acting(args.as_email, "import")
        if args.resume:
            return _go_on(args, settings, actor)
        if not args.file:
            raise Invalid(N_("Say which file to import."))
        from app.services.importing import planning, running, sources

        module = _module(args.module)
        source = sources.keep_file(actor, Path(args.file))
        wish, sniffed = _wish(args, actor, module, source)
        _tell(source, sniffed, wish, args)
        if args.dry_run:
            plan = planning.make(actor, module, source, wish, sheet=args.sheet)
            return _dry_run(args, actor, plan)
        own = not _server_works(settings)
        try:
            job = running.submit(actor, module, source, wish, sheet=args.sheet, again=args.again, claim=own)
        except Conflict as error:
            if error.details.get("repeated"):
                say(_("To import it again all the same, add --again."))
            raise
        return _finish(args, actor, job, own)


def _go_on(args: argparse.Namespace, settings: Settings, actor: Any) -> int:
    from app.services import jobs

    job = jobs.get(actor, args.resume)
    if job.is_over:
        jobs.resume(actor, job.id)
    own = not _server_works(settings)
    if own and jobs.claim(only=int(job.id)) is None:
        raise Conflict(N_("This import is being done by another process."))
    return _finish(args, actor, job.id, own)


def _wish(args: argparse.Namespace, actor: Any, module: str, source: Any) -> tuple[Any, Any]:
    """The mapping: the file's, the options' and the guess's, in this order of weight; with what was seen."""
    from app.services.importing import guessing, mapping, planning, remembering

    given = mapping.Mapping()
    if args.mapping:
        try:
            given = mapping.read_file(Path(args.mapping).read_bytes())
        except OSError as error:
            raise Invalid(
                N_("The file %(file)s cannot be read: %(why)s.", file=args.mapping, why=error.strerror or str(error))
            ) from None
    sniffed = planning.look(source, args.sheet, given.encoding, given.separator, given.layout)
    findings = planning.examine(source, sniffed, args.sheet)
    if not args.mapping:
        given = remembering.recall(module, [c.key for c in sniffed.columns]) or given
    given, absent = mapping.resolve(given, sniffed.columns)
    for key in absent:
        _warn(_("The mapping names a column that the file does not have: %(column)s", column=key))
    wish = planning.propose(actor, module, sniffed, findings, given).mapping
    if args.create_fields:
        free = [c for c in sniffed.columns if wish.columns.get(c.key) is None and c.key not in given.columns]
        offered = {
            c.key: guessing.new_field(planning.module_of(module), c, findings.columns[c.index])
            for c in free
            if findings.columns[c.index].filled
        }
        wish = replace(wish, columns={**wish.columns, **offered}, new_values=True)
    if args.key:
        wish = replace(wish, key=() if args.key == "none" else tuple(k.strip() for k in args.key.split(",")))
    if args.mode:
        wish = replace(wish, mode=args.mode)
    return wish, sniffed


def _tell(source: Any, sniffed: Any, wish: Any, args: argparse.Namespace) -> None:
    """What was seen, so that a wrong guess shows before it matters."""
    from app.services.importing.mapping import NewField

    layout = sniffed.layout
    names = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
    if not source.is_workbook:
        say(_("%(file)s: %(encoding)s, separator %(separator)s, names in line %(line)s", file=source.name, encoding=layout.encoding,
              separator=names.get(layout.separator, layout.separator), line=layout.header))  # fmt: skip
    else:
        say(_("%(file)s: workbook, sheet %(sheet)s", file=source.name, sheet=args.sheet or source.sheets[0]))
    for column in sniffed.columns:
        target = wish.columns.get(column.key)
        word = target or _("left out")
        if isinstance(target, NewField):
            word = _("new field “%(label)s”", label=target.label)
        say(f"  {column.label} → {word}")


def _dry_run(args: argparse.Namespace, actor: Any, plan: Any) -> int:
    from app.services.importing import dry_run

    found = dry_run.preview(actor, plan)
    for problem in found.problems[:NOTED]:
        _say_problem(problem.line, problem.column, str(problem.message))
    say(_("Nothing was changed. The import would do this:"))
    _say_counts({**found.counts})
    if args.json:
        say(json.dumps({**{c: found.counts[c] for c in COUNTS}, "job": None, "dry_run": found.as_json()}, ensure_ascii=False))
    return 0


def _finish(args: argparse.Namespace, actor: Any, job_id: str, own: bool) -> int:
    """Does the job here or waits for the server, says how it ended, and returns the exit status."""
    from app.services import jobs
    from app.services.importing import running

    try:
        if own:
            jobs.run(job_id, progress=_progress)
        while not (job := jobs.get(actor, job_id)).is_over:
            _progress(job)
            time.sleep(LOOK_EVERY)
    except KeyboardInterrupt:
        say(_("Interrupted. Go on with: comptoir import --module %(module)s --resume %(job)s", module=args.module, job=job_id))
        raise
    if sys.stderr.isatty():
        _warn("")
    for problem in running.problems(actor, job_id, NOTED):
        _say_problem(problem["line"], problem["column"], str(problem["message"]))
    _say_counts(job.counts)
    if job.counts.get("linked"):
        say(_("Records made for links: %(n)s", n=job.counts["linked"]))
    if job.message is not None:
        _warn(str(job.message))
    if args.json:
        say(json.dumps({**{c: int(job.counts.get(c, 0)) for c in COUNTS}, "job": job_id}))
    return 0 if job.state == jobs.DONE else 1


def _progress(job: Any) -> None:
    if sys.stderr.isatty():
        total = f" / {job.total:,}" if job.total else ""
        sys.stderr.write(f"\r{job.done:,}{total} ")
        sys.stderr.flush()


def _warn(text: str) -> None:
    """A line beside the result."""
    sys.stderr.write(text + "\n")


def _say_problem(line: int, column: str, message: str) -> None:
    where = _("Line %(line)s, %(column)s", line=line, column=column) if column else _("Line %(line)s", line=line)
    _warn(f"{where}: {message}")


def _say_counts(counts: Any) -> None:
    words = (
        ("read", _("read")), ("created", _("created")), ("updated", _("updated")), ("unchanged", _("unchanged")),
        ("skipped", _("skipped")), ("failed", _("failed")),
    )  # fmt: skip
    say(", ".join(f"{word} {counts.get(key, 0)}" for key, word in words))


def _export(args: argparse.Namespace) -> int:
    from app.services import exporting

    with opened(args):
        actor = acting(args.as_email, "export")
        request = exporting.Request(_module(args.module), args.format, view=args.view, api_names=args.api_names)
        if args.separator:
            request = replace(request, separator="\t" if args.separator == "tab" else args.separator)
        target = Path(args.out)
        if not target.parent.is_dir():
            raise Invalid(N_("There is no folder %(folder)s.", folder=str(target.parent)))
        try:
            count = exporting.write(exporting.prepare(actor, request), target)
        except OSError as error:
            raise Invalid(
                N_("The file %(file)s cannot be written: %(why)s.", file=str(target), why=error.strerror or str(error))
            ) from None
        say(_("%(n)s records written to %(file)s", n=count, file=str(target)))
    return 0


def _module(name: str) -> str:
    from app.base.text import fold
    from app.database import engine
    from app.modules import registry

    with engine.reading() as connection:
        modules = registry.refresh(connection)
    for spec in modules.modules:
        if fold(name) in (fold(spec.api_name), fold(spec.slug), fold(str(spec.plural))):
            return spec.api_name
    known = ", ".join(m.api_name for m in modules.modules)
    raise Invalid(N_("There is no module “%(name)s”. Known: %(known)s.", name=name, known=known))


def _server_works(settings: Settings) -> bool:
    """Whether a server on this data folder does our jobs: on SQLite, where one process writes."""
    from app.database.lock import owner

    return settings.is_sqlite and owner(settings.data) is not None
