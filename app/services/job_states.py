"""How a job ends: done, failed with a reason, cancelled keeping or undoing, or waiting for the next process.

Invariants: an end is written only by whoever holds the lease; a fault of ours is kept in the log with a short code that the job
shows; what was committed before the end stays committed, so a failed job can go on.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

from sqlalchemy import select, update

from app.base import clock, events
from app.base.errors import ComptoirError, NotFound, Unavailable
from app.base.i18n import N_, Text, raw
from app.database import engine
from app.modules.system import Job
from app.services import jobs, undo
from app.services.jobs import Run
from app.services.tables import table

_log = logging.getLogger(__name__)
_job = table(Job)


def finished(work: Run) -> str:
    """The job did all it had to."""
    return _end(work, jobs.DONE)


def wait(work: Run) -> str:
    """The process closes; the next one goes on."""
    return _end(work, jobs.WAITING)


def failed(work: Run, message: Text | str) -> str:
    """The job cannot go on for a reason that its user can understand."""
    return _end(work, jobs.FAILED, message if isinstance(message, Text) else raw(message))


def fault(work: Run, error: BaseException) -> str:
    """A fault of ours: logged under a code, shown with it."""
    code = secrets.token_hex(3).upper()
    _log.error("job %s (%s) failed, code %s", work.id, work.kind, code, exc_info=error)
    return _end(
        work, jobs.FAILED, N_("An unexpected error stopped this job (code %(code)s). What was done so far is kept.", code=code)
    )


def cancelled(work: Run, how: str) -> str:
    """Somebody asked to stop, keeping what was done or undoing it."""
    if how == "undo":
        try:
            undone = undo.undo(work.actor, work.set_id, progress=lambda done: work.hold())
        except NotFound:  # it was stopped before it wrote anything
            undone = undo.Undone("")
        except ComptoirError as error:  # it can be rolled back later
            return failed(work, error.message)
        except Exception as error:
            return fault(work, error)
        work.counts = {**work.counts, "undone": True, "undone_records": undone.done, "not_undone": len(undone.refused)}
        return _end(work, jobs.CANCELLED, N_("Stopped; what it had done was undone."), counts=work.counts)
    return _end(work, jobs.CANCELLED, N_("Stopped; what it had done is kept."))


def may_retry(error: ComptoirError, attempt: int) -> bool:
    """Whether the database was away for a moment: then the job is read again and goes on from its last commit."""
    if not isinstance(error, Unavailable) or not (error.details.get("retry") or error.details.get("lost")):
        return False
    if attempt > jobs.MOST_ATTEMPTS:
        return False
    time.sleep(min(0.2 * 2**attempt, 5.0))
    return True


def roll_back(work: Run) -> None:
    """The kind "undo": undoes the change set of another job and says so in that job."""
    done = undo.undo(work.actor, int(work.params["set_id"]), progress=lambda done: work.hold())
    work.counts = {"undone_records": done.done, "not_undone": len(done.refused)}
    work.done = work.total = done.done
    other = int(work.params["job"])
    with engine.writing() as connection:
        counts = connection.execute(select(_job.c.counts).where(_job.c.id == other)).scalar() or {}
        connection.execute(update(_job).where(_job.c.id == other).values(counts={**counts, **work.counts, "undone": True}))
    work.report()


def _end(work: Run, state: str, message: Text | None = None, **values: Any) -> str:
    mine = (_job.c.id == work.id) & (_job.c.lease_of == jobs.ME) & (_job.c.state == jobs.RUNNING)
    with engine.writing() as connection:
        connection.execute(
            update(_job)
            .where(mine)
            .values(
                state=state,
                message=message.as_json() if message else None,
                lease_of="",
                lease_until=None,
                finished_at=None if state == jobs.WAITING else clock.now(),
                **values,
            )
        )
    events.publish([jobs.TOPIC])
    return state


jobs.register("undo", roll_back)
