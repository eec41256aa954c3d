"""Long work as rows: submitted, claimed by a lease, committed batch by batch with its cursor, cancelled, resumed, rolled back.

Invariants: one runner at a time works on a job (its lease is checked in the transaction of every batch); a batch's records, the
cursor and the counts are one transaction, so a job that is killed goes on exactly where its last commit stands; rights are looked
up again for each batch; all that a job writes is one change set, which `roll_back` undoes.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import socket
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from app.base import clock, events
from app.base.errors import ComptoirError, Conflict, NotFound
from app.base.i18n import N_, Text
from app.base.ids import new_id, parse_id
from app.database import engine
from app.modules.system import Job
from app.services import actor as actors
from app.services import log
from app.services.actor import Actor
from app.services.tables import table

LEASE = timedelta(seconds=120)
BEAT = timedelta(seconds=15)
MOST_ATTEMPTS = 5  # from the same commit
WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
TOPIC = ("jobs",)  # something about a job changed
SUBMITTED = ("jobs", "submitted")  # there is work
ME = f"{os.getpid()}@{socket.gethostname()[:18]}/{uuid.uuid4().hex[:8]}"
"""Who runs jobs here: process, machine, and a mark that no later process of the same number has."""

_BRING_KINDS = ("app.services.job_states", "app.services.importing.running", "app.services.export_jobs", "app.services.mass")
_job = table(Job)
_kinds: dict[str, Callable[[Run], None]] = {}


def register(kind: str, function: Callable[[Run], None]) -> None:
    """Says which function does the jobs of a kind."""
    _kinds[kind] = function


def kinds() -> tuple[str, ...]:
    """The kinds that this process can do: those registered, after the files that bring them were read."""
    for name in _BRING_KINDS:
        if importlib.util.find_spec(name):
            importlib.import_module(name)
    return tuple(_kinds)


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as its page shows it. `counts` and `params` are the kind's own."""

    id: str
    kind: str
    label: Text
    user_id: int | None
    state: str
    params: dict[str, Any]
    counts: dict[str, Any]
    total: int | None
    done: int
    message: Text | None
    set_id: str
    cancel: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.state in (DONE, FAILED, CANCELLED)


def submit(
    actor: Actor,
    kind: str,
    label: Text,
    params: Mapping[str, Any],
    *,
    total: int | None = None,
    claim: bool = False,
    job_id: int | None = None,
) -> str:
    """Queues a job of `actor` and returns its id. `claim` keeps it for this process, which then calls `run` itself."""
    number = job_id or new_id()
    now = clock.now()
    with engine.writing() as connection:
        connection.execute(
            insert(_job).values(
                id=number, kind=kind, label=label.as_json(), user_id=actor.user_id or None, state=RUNNING if claim else WAITING,
                params=dict(params), cursor={}, counts={}, total=total, done=0, set_id=new_id(), cancel="", created_at=now,
                lease_of=ME if claim else "", lease_until=now + LEASE if claim else None, started_at=now if claim else None,
            )
        )  # fmt: skip
    events.publish([TOPIC, SUBMITTED])
    return str(number)


def get(actor: Actor, job_id: str | int) -> JobView:
    """A job of `actor`; administrators see everybody's. Raises `NotFound`."""
    with engine.reading() as connection:
        row = connection.execute(select(_job).where(_job.c.id == parse_id(job_id))).mappings().first()
    if row is None or not _may_see(actor, row):
        raise NotFound(N_("There is no such job, or it is not yours."))
    return _view(row)


def recent(actor: Actor, limit: int = 50) -> list[JobView]:
    """The latest jobs of `actor`, newest first; administrators see everybody's."""
    question = select(_job).order_by(_job.c.created_at.desc(), _job.c.id.desc()).limit(limit)
    if not actor.is_admin:
        question = question.where(_job.c.user_id == actor.user_id)
    with engine.reading() as connection:
        return [_view(row) for row in connection.execute(question).mappings()]


def cancel(actor: Actor, job_id: str | int, *, undo: bool = False) -> None:
    """Asks a job to stop after its batch, keeping or undoing what it did. Raises `Conflict` when it is over."""
    job = get(actor, job_id)
    if job.is_over:
        raise Conflict(N_("This job is already over."))
    with engine.writing() as connection:
        connection.execute(update(_job).where(_job.c.id == int(job.id)).values(cancel="undo" if undo else "keep"))
        mine = (_job.c.id == int(job.id)) & (_job.c.state == WAITING) & (_job.c.done == 0)
        connection.execute(update(_job).where(mine).values(state=CANCELLED, finished_at=clock.now()))
    events.publish([TOPIC])


def resume(actor: Actor, job_id: str | int) -> None:
    """Queues a job that failed, or was cancelled keeping what it did, to go on where it stopped."""
    job = get(actor, job_id)
    if job.state not in (FAILED, CANCELLED) or job.counts.get("undone"):
        raise Conflict(N_("Only a job that failed or was stopped can go on."))
    with engine.writing() as connection:
        mine = (_job.c.id == int(job.id)) & _job.c.state.in_((FAILED, CANCELLED))
        connection.execute(update(_job).where(mine).values(state=WAITING, cancel="", message=None, finished_at=None))
    events.publish([TOPIC, SUBMITTED])


def roll_back(actor: Actor, job_id: str | int, *, claim: bool = False) -> str:
    """Queues the undoing of all that a job wrote; returns the id of that job. Raises `Conflict` while it runs."""
    job = get(actor, job_id)
    if not job.is_over:
        raise Conflict(N_("This job still runs. Cancel it first."))
    if job.counts.get("undone"):
        raise Conflict(N_("This job was already rolled back."))
    return submit(actor, "undo", N_("Roll back: %(job)s", job=job.label), {"job": job.id, "set_id": job.set_id}, claim=claim)


class Stopped(Exception):
    """The process is closing: the job waits for the next one."""


class LeaseLost(Exception):
    """Another runner took the job over; whatever this batch wrote is rolled back."""


class _Cancelled(Exception):
    """Somebody cancelled the job."""


@dataclass
class Run:
    """A job being done: what its function works with."""

    id: int
    kind: str
    label: Text
    user_id: int | None
    params: dict[str, Any]
    set_id: int
    cursor: dict[str, Any]
    counts: dict[str, Any]
    total: int | None
    done: int
    stopping: Callable[[], bool] = lambda: False
    progress: Callable[[Run], None] = lambda run: None
    _saved: int = field(default=0, repr=False)
    _beat: float = field(default_factory=time.monotonic, repr=False)

    @property
    def actor(self) -> Actor:
        """Whoever submitted the job, with the rights of now. Raises `Forbidden` when no longer active."""
        if self.user_id is None:
            return actors.SYSTEM
        return actors.load(self.user_id, source=self.kind if self.kind in ("import", "export") else "ui")

    @contextmanager
    def batch(self, actor: Actor | None = None) -> Iterator[log.Changes]:
        """One transaction of the job's change set; `cursor`, `counts` and `done`, set inside, are committed with it.

        Raises `Stopped` before it begins, `LeaseLost` (and rolls back) when another runner took over, `_Cancelled` after its commit.
        """
        if self.stopping():
            raise Stopped
        kept = (dict(self.cursor), dict(self.counts), self.done)
        try:
            with log.change_set(actor or self.actor, self.label, job_id=self.id, bulk=True, set_id=self.set_id) as changes:
                yield changes
                asked = self._keep(changes.connection)
        except BaseException:
            self.cursor, self.counts, self.done = kept
            raise
        self._saved = self.done
        self._tell(asked)

    def report(self) -> None:
        """Commits cursor, counts and progress without a change set: for jobs that write no records."""
        if self.stopping():
            raise Stopped
        with engine.writing(bulk=True) as connection:
            asked = self._keep(connection)
        self._saved = self.done
        self._tell(asked)

    def beat(self) -> None:
        """Says that the job lives, when it was quiet for a while; to be called in long loops that commit nothing."""
        if time.monotonic() - self._beat > BEAT.total_seconds():
            self.report()

    def hold(self) -> bool:
        """Keeps the lease during long work that is not this job's own batches, such as an undo; True, as progress callbacks say."""
        if time.monotonic() - self._beat > BEAT.total_seconds():
            with engine.writing() as connection:
                mine = (_job.c.id == self.id) & (_job.c.lease_of == ME)
                connection.execute(update(_job).where(mine).values(lease_until=clock.now() + LEASE))
            self._beat = time.monotonic()
        return True

    def _keep(self, connection: Connection) -> str:
        """Writes the state of the job if it is still this process's; returns what was asked of it meanwhile."""
        mine = (_job.c.id == self.id) & (_job.c.lease_of == ME) & (_job.c.done == self._saved) & (_job.c.state == RUNNING)
        row = connection.execute(
            update(_job)
            .where(mine)
            .values(cursor=self.cursor, counts=self.counts, done=self.done, total=self.total, lease_until=clock.now() + LEASE)
            .returning(_job.c.cancel)
        ).first()
        if row is None:
            raise LeaseLost
        return str(row[0] or "")

    def _tell(self, asked: str) -> None:
        self._beat = time.monotonic()
        self.progress(self)
        events.publish([TOPIC])
        if asked:
            raise _Cancelled(asked)


def claim(only: int | None = None) -> int | None:
    """Takes the oldest job that waits, or whose runner died, for this process (`only`: that job); None when there is none."""
    now = clock.now()
    query = (
        select(_job.c.id, _job.c.state, _job.c.lease_of, _job.c.lease_until)
        .where(_job.c.kind.in_(kinds()), _job.c.state.in_((WAITING, RUNNING)))
        .order_by(_job.c.created_at, _job.c.id)
    )
    if only is not None:
        query = query.where(_job.c.id == only)
    with engine.reading() as connection:
        candidates = connection.execute(query).all()
    for found in candidates:
        if found.state == RUNNING and not _is_dead(found.lease_of, found.lease_until, now):
            continue
        same = (_job.c.id == found.id) & (_job.c.state == found.state) & (_job.c.lease_of == found.lease_of)
        with engine.writing() as connection:
            taken = connection.execute(
                update(_job).where(same).values(state=RUNNING, lease_of=ME, lease_until=now + LEASE, started_at=now)
            ).rowcount
        if taken:
            return int(found.id)
    return None


def run(
    job_id: str | int, *, stopping: Callable[[], bool] = lambda: False, progress: Callable[[Run], None] = lambda run: None
) -> str:
    """Does a claimed job in this thread and returns the state it ends in. Faults are kept in the job, not raised."""
    from app.services import job_states

    number = parse_id(job_id)
    attempts: Counter[int] = Counter()  # at the same commit
    while True:
        work = _load(number, stopping, progress)
        attempts[work.done] += 1
        try:
            _kinds[work.kind](work)
        except Stopped:
            return job_states.wait(work)
        except LeaseLost:
            if _is_mine(number) and attempts[work.done] <= MOST_ATTEMPTS:
                continue  # a commit that seemed to succeed did not reach the database: go on from the last one that did
            return RUNNING
        except _Cancelled as asked:
            return job_states.cancelled(work, str(asked))
        except ComptoirError as error:
            if job_states.may_retry(error, attempts[work.done]):
                continue
            return job_states.failed(work, error.message)
        except Exception as error:
            return job_states.fault(work, error)
        return job_states.finished(work)


def _load(number: int, stopping: Callable[[], bool], progress: Callable[[Run], None]) -> Run:
    with engine.reading() as connection:
        row = connection.execute(select(_job).where(_job.c.id == number)).mappings().one()
    return Run(
        id=number, kind=row["kind"], label=Text.from_json(row["label"]), user_id=row["user_id"], params=dict(row["params"] or {}),
        set_id=row["set_id"], cursor=dict(row["cursor"] or {}), counts=dict(row["counts"] or {}), total=row["total"],
        done=row["done"], stopping=stopping, progress=progress, _saved=row["done"],
    )  # fmt: skip


def _is_mine(number: int) -> bool:
    with engine.reading() as connection:
        row = connection.execute(select(_job.c.state, _job.c.lease_of).where(_job.c.id == number)).one()
    return bool(row.state == RUNNING and row.lease_of == ME)


def _is_dead(owner: str, until: datetime | None, now: datetime) -> bool:
    """Whether the runner of a job is gone: its lease ran out, or it was a process of this machine that no longer exists."""
    if owner == ME:
        return False
    if until is None or until < now:
        return True
    process, _, rest = owner.partition("@")
    if rest.partition("/")[0] != ME.partition("@")[2].partition("/")[0] or not process.isdigit():
        return False
    return not _exists(int(process))


def _exists(process: int) -> bool:
    if process == os.getpid() or os.name == "nt":  # a signal would end a process of Windows: there the lease decides
        return os.name == "nt"
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _may_see(actor: Actor, row: RowMapping) -> bool:
    return actor.is_admin or row["user_id"] == actor.user_id


def _view(row: RowMapping) -> JobView:
    return JobView(
        id=str(row["id"]), kind=row["kind"], label=Text.from_json(row["label"]), user_id=row["user_id"], state=row["state"],
        params=dict(row["params"] or {}), counts=dict(row["counts"] or {}), total=row["total"], done=row["done"],
        message=Text.from_json(row["message"]) if row["message"] else None, set_id=str(row["set_id"] or ""), cancel=row["cancel"],
        created_at=row["created_at"], started_at=row["started_at"], finished_at=row["finished_at"],
    )  # fmt: skip
