"""What the page of a job shows: the job, what may be asked of it, the first records and refusals of an import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.database import engine
from app.services import jobs, query
from app.services.actor import Actor
from app.services.jobs import JobView
from app.services.log import CHANGE

TITLES, PROBLEMS = 10, 50


@dataclass(frozen=True)
class Report:
    """`titles`: id and title of the first records that the job wrote; `problems`: the first rows that it refused."""

    job: JobView
    titles: tuple[tuple[str, str], ...] = ()
    problems: tuple[dict[str, Any], ...] = ()
    can_resume: bool = False
    can_roll_back: bool = False


def read(actor: Actor, job_id: str) -> Report:
    """The report of a job that the actor may see. Raises `NotFound`."""
    job = jobs.get(actor, job_id)
    undone = bool(job.counts.get("undone"))
    resumable = job.state == jobs.FAILED or (job.state == jobs.CANCELLED and not undone and job.cancel != "undo")
    if job.kind != "import":
        changed = job.kind == "mass" and job.done > 0
        return Report(job, can_resume=resumable, can_roll_back=job.is_over and changed and not undone)
    from app.services.importing import running

    problems = tuple(running.problems(actor, job_id, PROBLEMS)) if job.counts.get("failed") or job.state == jobs.DONE else ()
    changed = bool(job.counts.get("created") or job.counts.get("updated") or job.counts.get("linked"))
    titles = _titles(actor, job) if changed and job.is_over and not undone else ()
    return Report(job, titles, problems, resumable, job.is_over and changed and not undone)


def _titles(actor: Actor, job: JobView) -> tuple[tuple[str, str], ...]:
    module = job.params["module"]
    first = (
        select(CHANGE.c.record_id)
        .where(CHANGE.c.set_id == int(job.set_id), CHANGE.c.module == module)
        .order_by(CHANGE.c.id)
        .limit(TITLES)
    )
    with engine.reading() as connection:
        ids = list(dict.fromkeys(connection.execute(first).scalars()))
    found = query.titles(actor, module, ids)
    return tuple((str(i), found[i].title) for i in ids if not found[i].restricted)
