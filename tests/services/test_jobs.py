"""Jobs: one runner at a time, the cursor with each commit, stopping, going on, undoing; rights as of each batch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update

from app.base import clock
from app.base.errors import Conflict, NotFound
from app.base.i18n import N_
from app.database import engine
from app.modules import registry
from app.modules.system import User
from app.services import actor as actors
from app.services import bulk, jobs
from app.services.actor import Actor
from app.services.jobs import Run
from app.services.worker import Worker
from tests.support.databases import PEOPLE, Make
from tests.support.imports import count, rows_of

LABEL = N_("A job")


@pytest.fixture
def admin(database: object) -> Actor:
    return actors.load(PEOPLE.admin)


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    jobs.kinds()
    jobs.register("count", _count)
    yield
    del jobs._kinds["count"]


def _count(work: Run) -> None:
    """Makes accounts, two a batch."""
    for number in range(work.cursor.get("next", 0), work.params["until"], 2):
        with work.batch() as changes:
            rows = [{"account_name": f"Account {n}"} for n in (number, number + 1)]
            bulk.create_many(work.actor, "Accounts", rows, within=changes)
            work.cursor = {"next": number + 2}
            work.counts = {"made": number + 2}
            work.done += 2
        if work.params.get("fail_at") == number:
            raise RuntimeError("a fault")
        if work.params.get("cancel_at") == number:
            jobs.cancel(work.actor, str(work.id), undo=work.params["undo"])


def test_a_job_runs_to_its_end(admin: Actor) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 6}, total=6)
    assert jobs.get(admin, job_id).state == "waiting"
    assert jobs.claim() == int(job_id)
    assert jobs.claim() is None
    assert jobs.run(job_id) == "done"
    job = jobs.get(admin, job_id)
    assert (job.done, job.counts, job.total) == (6, {"made": 6}, 6)
    assert job.finished_at is not None
    assert count("Accounts") == 6


def test_what_failed_goes_on_where_it_stood(admin: Actor) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 6, "fail_at": 2}, claim=True)
    assert jobs.run(job_id) == "failed"
    assert (jobs.get(admin, job_id).done, count("Accounts")) == (4, 4)
    jobs.resume(admin, job_id)
    assert jobs.claim() == int(job_id)
    assert jobs.run(job_id) == "done"
    assert count("Accounts") == 6


@pytest.mark.parametrize(("undo", "left"), [(False, 4), (True, 0)])
def test_stopping_keeps_or_undoes(admin: Actor, undo: bool, left: int) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 20, "cancel_at": 0, "undo": undo}, claim=True)
    assert jobs.run(job_id) == "cancelled"
    assert count("Accounts") == left
    job = jobs.get(admin, job_id)
    assert bool(job.counts.get("undone")) is undo
    if undo:
        with pytest.raises(Conflict):
            jobs.resume(admin, job_id)


def test_a_job_that_waits_is_stopped_at_once(admin: Actor) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 6})
    jobs.cancel(admin, job_id)
    assert jobs.get(admin, job_id).state == "cancelled"
    assert jobs.claim() is None
    with pytest.raises(Conflict):
        jobs.cancel(admin, job_id)


def test_a_job_of_a_process_that_died_is_taken_over(admin: Actor) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 6}, claim=True)
    _owner(job_id, f"999999@{jobs.ME.partition('@')[2].partition('/')[0]}/dead", clock.now() + timedelta(hours=1))
    assert jobs.claim() == int(job_id)
    _owner(job_id, "7@another-computer/x", clock.now() + timedelta(hours=1))
    assert jobs.claim() is None, "its lease still counts"
    _owner(job_id, "7@another-computer/x", clock.now() - timedelta(seconds=1))
    assert jobs.claim() == int(job_id)


def test_whoever_lost_the_lease_writes_nothing_more(admin: Actor) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 6}, claim=True)

    def stolen(work: Run) -> None:
        if work.done == 2:
            _owner(job_id, "7@another-computer/x", clock.now() + timedelta(hours=1))

    assert jobs.run(job_id, progress=stolen) == "running"
    assert count("Accounts") == jobs.get(admin, job_id).done == 2


def test_a_commit_that_only_seemed_to_succeed_is_done_again(admin: Actor) -> None:
    job_id = jobs.submit(admin, "count", LABEL, {"until": 8}, claim=True)
    accounts = registry.snapshot().table("Accounts")
    lost = []

    def lose(work: Run) -> None:
        if work.done == 4 and not lost:
            lost.append(work.done)
            with engine.writing() as connection:
                connection.execute(delete(accounts).where(accounts.c.account_name.in_(["Account 2", "Account 3"])))
                connection.execute(update(jobs._job).where(jobs._job.c.id == int(job_id)).values(done=2, cursor={"next": 2}))

    assert jobs.run(job_id, progress=lose) == "done"
    assert sorted(r["account_name"] for r in rows_of("Accounts")) == [f"Account {n}" for n in range(8)]


def test_rights_are_looked_up_at_each_batch(admin: Actor, make: Make) -> None:
    person = make.user("Zoé Durand")
    job_id = jobs.submit(actors.load(person), "count", LABEL, {"until": 8}, claim=True)

    def leaves(work: Run) -> None:
        from app.modules.system import SchemaState, User
        from app.services.tables import table

        state = table(SchemaState)
        with engine.writing() as connection:
            connection.execute(update(table(User)).where(table(User).c.id == person).values(active=False))
            connection.execute(update(state).values(access_version=state.c.access_version + 1))

    assert jobs.run(job_id, progress=leaves) == "failed"
    assert count("Accounts") == 2


def test_only_ones_own_jobs(admin: Actor) -> None:
    seller = actors.load(PEOPLE.seller)
    mine = jobs.submit(seller, "count", LABEL, {"until": 2})
    other = jobs.submit(admin, "count", LABEL, {"until": 2})
    assert [j.id for j in jobs.recent(seller)] == [mine]
    assert {j.id for j in jobs.recent(admin)} == {mine, other}
    for call in (jobs.get, jobs.cancel, jobs.roll_back):
        with pytest.raises(NotFound):
            call(seller, other)


def test_a_worker_does_what_waits_and_puts_down_what_it_does(admin: Actor) -> None:
    begun, ended = threading.Event(), threading.Event()

    def slow(work: Run) -> None:
        begun.set()
        while True:
            with work.batch() as changes:
                bulk.create_many(work.actor, "Accounts", [{"account_name": "X"}], within=changes)
                work.done += 1

    def quick(work: Run) -> None:
        ended.set()

    jobs.register("slow", slow)
    jobs.register("quick", quick)
    try:
        first = jobs.submit(admin, "slow", LABEL, {})
        worker = Worker().start()
        try:
            assert begun.wait(10)
            jobs.submit(admin, "quick", LABEL, {})
            assert ended.wait(10), "another job need not wait for a long one"
        finally:
            worker.stop()
        job = jobs.get(admin, first)
        assert job.state == "waiting"
        assert job.done == count("Accounts") > 0
    finally:
        del jobs._kinds["slow"], jobs._kinds["quick"]


def _owner(job_id: str, owner: str, until: Any) -> None:
    with engine.writing() as connection:
        connection.execute(update(jobs._job).where(jobs._job.c.id == int(job_id)).values(lease_of=owner, lease_until=until))


def test_a_job_that_wrote_nothing_is_stopped_and_undone_all_the_same(admin: Actor) -> None:
    def nothing(work: Run) -> None:
        jobs.cancel(work.actor, str(work.id), undo=True)
        work.report()

    jobs.register("nothing", nothing)
    try:
        job_id = jobs.submit(admin, "nothing", LABEL, {}, claim=True)
        assert jobs.run(job_id) == jobs.CANCELLED
        assert jobs.get(admin, job_id).counts["undone_records"] == 0
    finally:
        del jobs._kinds["nothing"]


def test_a_job_whose_undoing_is_refused_does_not_run_for_ever(admin: Actor) -> None:
    def deactivated(work: Run) -> None:
        with work.batch() as changes:
            bulk.create_many(work.actor, "Accounts", [{"account_name": "A"}], within=changes)
        jobs.cancel(work.actor, str(work.id), undo=True)
        with engine.writing() as connection:
            connection.execute(update(User.__table__).where(User.__table__.c.id == admin.user_id).values(active=False))  # type: ignore[attr-defined]
            actors.access_changed(connection)
        work.report()

    jobs.register("deactivated", deactivated)
    try:
        job_id = jobs.submit(admin, "deactivated", LABEL, {}, claim=True)
        assert jobs.run(job_id) == jobs.FAILED
        assert jobs.get(actors.SYSTEM, job_id).message
    finally:
        del jobs._kinds["deactivated"]
