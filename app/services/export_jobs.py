"""Exports as jobs: the file is made in the data folder and fetched when it is ready, also after the browser was closed.

Invariants: the file is complete or absent; only whoever asked for it (or an administrator) may fetch it, while they may still export;
an interrupted export begins again, for it changed nothing.
"""

from __future__ import annotations

from pathlib import Path

from app.base.errors import NotFound
from app.base.i18n import N_
from app.services import access, exporting, jobs
from app.services.actor import Actor
from app.services.importing import sources
from app.services.jobs import Run

KIND = "export"
REPORT_EVERY = 20_000  # records


def submit(actor: Actor, request: exporting.Request) -> str:
    """Queues an export and returns the job's id. Raises what `exporting.prepare` raises."""
    export = exporting.prepare(actor, request)
    label = N_("Export of %(module)s", module=export.spec.plural)
    return jobs.submit(actor, KIND, label, {**request.as_json(), "file": exporting.file_name(export)})


def run(work: Run) -> None:
    """Writes the file."""
    actor = work.actor
    export = exporting.prepare(actor, exporting.Request.from_json(work.params))

    def note(done: int) -> None:
        if done - work.done >= REPORT_EVERY:
            access.check(work.actor, export.spec, "export")
            work.done = done
            work.report()

    work.done = 0
    work.report()
    count = exporting.write(export, _path(work.id, export.request.format), note)
    work.done = work.total = count
    work.counts = {"rows": count}
    work.report()


def file_of(actor: Actor, job_id: str) -> tuple[Path, str]:
    """The finished file and the name to download it under. Raises `NotFound` when it is not there, `Forbidden` without the right."""
    job = jobs.get(actor, job_id)
    if job.kind != KIND or job.state != jobs.DONE:
        raise NotFound(N_("This file is not ready, or no longer kept. Export again."))
    access.check(actor, job.params["module"], "export")
    path = _path(int(job.id), job.params["format"])
    if not path.exists():
        raise NotFound(N_("This file is not ready, or no longer kept. Export again."))
    return path, job.params["file"]


def _path(job_id: int, kind: str) -> Path:
    folder = sources.root() / f"{job_id}"
    folder.mkdir(exist_ok=True)
    return folder / f"export.{kind}"


jobs.register(KIND, run)
