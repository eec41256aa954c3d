"""Imports in tests: a text or file goes through the same calls as the product's pages and command line make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.database import engine
from app.modules import registry
from app.services import jobs
from app.services.actor import Actor
from app.services.importing import mapping, planning, running, sources
from app.services.jobs import JobView
from app.services.query.source import snapshot

COUNTS = ("created", "updated", "unchanged", "skipped", "failed")


def wish_of(actor: Actor, module: str, source: sources.Source, **given: Any) -> mapping.Mapping:
    """The mapping that would be proposed, over what is given as in a mapping file."""
    wish = mapping.from_json(given)
    sniffed = planning.look(source, "", wish.encoding, wish.separator, wish.layout)
    findings = planning.examine(source, sniffed)
    return planning.propose(actor, module, sniffed, findings, mapping.resolve(wish, sniffed.columns)[0]).mapping


def bring(
    actor: Actor, module: str, content: str | bytes | Path, name: str = "file.csv", again: bool = False, **given: Any
) -> JobView:
    """Imports and returns the job as it ended; its counts add up."""
    source = kept(actor, content, name)
    job_id = running.submit(actor, module, source, wish_of(actor, module, source, **given), again=again, claim=True)
    jobs.run(job_id)
    job = jobs.get(actor, job_id)
    assert job.counts.get("read", 0) == sum(job.counts.get(c, 0) for c in COUNTS)
    return job


def kept(actor: Actor, content: str | bytes | Path, name: str = "file.csv") -> sources.Source:
    """The file in the data folder."""
    if isinstance(content, Path):
        return sources.keep_file(actor, content)
    return sources.keep(actor, name, [content.encode() if isinstance(content, str) else content])


def figures(job: JobView) -> tuple[int, ...]:
    """created, updated, unchanged, skipped, failed."""
    return tuple(int(job.counts.get(c, 0)) for c in COUNTS)


def reasons(actor: Actor, job: JobView) -> list[tuple[int, str, str]]:
    """Line, column and message of what was refused."""
    return [(p["line"], p["column"], str(p["message"])) for p in running.problems(actor, job.id)]


def rows_of(module: str) -> list[dict[str, Any]]:
    """Every record that is not deleted, whole, as columns, in the order of ids."""
    with engine.reading() as connection:
        table = snapshot(connection).table(module)
        found = connection.execute(select(*table.columns).where(table.c.deleted_at.is_(None)).order_by(table.c.id))
        return [dict(row) for row in found.mappings()]


def count(module: str) -> int:
    """How many records are not deleted."""
    with engine.reading() as connection:
        table = registry.snapshot().table(module)
        return int(connection.execute(select(func.count()).where(table.c.deleted_at.is_(None))).scalar_one())
