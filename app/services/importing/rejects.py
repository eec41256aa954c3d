"""The rows that an import refused, as a CSV that can be mended and imported again: the file's own columns, then line and reason.

Invariant: cells are given back as they were in the file; only what a spreadsheet would run as a formula is guarded, as exports do.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from app.base.i18n import _, using
from app.services import exporting, jobs
from app.services.actor import Actor
from app.services.importing import running

BATCH = 1000


def csv_blocks(actor: Actor, job_id: str) -> Iterator[bytes]:
    """The rejected rows of an import in blocks of CSV (UTF-8 with its mark; ";" for French). Raises `NotFound`."""
    job = jobs.get(actor, job_id)
    headers = list(job.params.get("headers", []))
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";" if actor.language.startswith("fr") else ",", lineterminator="\r\n")
    with using(actor.language):  # never around a yield: the next block may be asked for from another context
        writer.writerow([exporting.guarded(h) for h in headers] + [_("Line"), _("Column"), _("Reason")])
    yield b"\xef\xbb\xbf" + _taken(buffer)
    after = (0, 0)
    while found := running.problems(actor, job_id, BATCH, after):
        for problem in found:
            cells = [*problem["cells"], *[""] * (len(headers) - len(problem["cells"]))]
            row = [exporting.guarded(c) for c in cells[: len(headers)]]
            with using(actor.language):
                message = str(problem["message"])
            writer.writerow([*row, problem["line"], problem["column"], message])
        after = (found[-1]["line"], found[-1]["id"])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data
