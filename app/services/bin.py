"""The recycle bin: what was deleted within 60 days, and its end. Restoring is `records.restore` or undo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from app.base import clock
from app.base.errors import Forbidden
from app.base.i18n import N_
from app.modules import registry
from app.modules.spec import ModuleSpec
from app.modules.system import Note, RecordLink, SampleRecord, Share, StageChange
from app.services import access
from app.services.actor import Actor
from app.services.log import Changes, change_set

KEPT = timedelta(days=60)
_BATCH = 500
_NOTE, _LINK, _SHARE = Note.__table__, RecordLink.__table__, Share.__table__  # type: ignore[attr-defined]
_STAGE, _SAMPLE = StageChange.__table__, SampleRecord.__table__  # type: ignore[attr-defined]


def purge(actor: Actor, module: str, ids: Sequence[int] | None = None) -> int:
    """Deletes for good those of `ids` (None: all) that are in the bin and within the actor's reach; how many. Cannot be undone."""
    if not actor.tool("recycle_bin_all"):
        raise Forbidden(N_("Only an administrator can empty the recycle bin."))
    spec = registry.snapshot().module(module)
    return _purge(actor, spec, ids, None)


def purge_expired(actor: Actor) -> int:
    """Nightly: deletes for good what has been in the bin for 60 days; how many records."""
    return sum(_purge(actor, spec, None, KEPT) for spec in registry.snapshot().modules)


def _purge(actor: Actor, spec: ModuleSpec, ids: Sequence[int] | None, older: timedelta | None) -> int:
    table = registry.snapshot().table(spec.api_name)
    where = [table.c.deleted_at.is_not(None), access.scope(actor, spec.api_name, "delete", table)]
    if ids is not None:
        where.append(table.c.id.in_(ids))
    if older is not None:
        where.append(table.c.deleted_at < clock.now() - older)
    done = 0
    while True:
        with change_set(actor, N_("%(modules)s deleted for good", modules=spec.plural), bulk=True) as changes:
            found = list(changes.connection.execute(select(table.c.id).where(*where).limit(_BATCH)).scalars())
            if found:
                _release(changes, spec, found)
                _remove_parts(changes, spec, found)
                changes.connection.execute(delete(table).where(table.c.id.in_(found)))
                for record_id in found:
                    changes.record(spec.api_name, record_id, "purge")
        done += len(found)
        if len(found) < _BATCH:
            return done


def _release(changes: Changes, spec: ModuleSpec, ids: Sequence[int]) -> None:
    """Children stay; their link to what is gone becomes empty."""
    for f in registry.snapshot().links_to(spec.api_name):
        if f.type == "link":
            child = registry.snapshot().table(f.module)
            changes.connection.execute(child.update().where(child.c[f.name].in_(ids)).values({f.name: None}))


def _remove_parts(changes: Changes, spec: ModuleSpec, ids: Sequence[int]) -> None:
    """Notes, shares, many-to-many links and stage history go with their record."""
    run = changes.connection.execute
    run(delete(_NOTE).where(_NOTE.c.parent_module == spec.api_name, _NOTE.c.parent_id.in_(ids)))
    run(delete(_SHARE).where(_SHARE.c.module == spec.api_name, _SHARE.c.record_id.in_(ids)))
    run(delete(_LINK).where(_LINK.c.module == spec.api_name, _LINK.c.from_id.in_(ids)))
    run(delete(_SAMPLE).where(_SAMPLE.c.module == spec.api_name, _SAMPLE.c.record_id.in_(ids)))
    if spec.api_name == "Deals":
        run(delete(_STAGE).where(_STAGE.c.deal_id.in_(ids)))
