"""JSON for the shell: one's own settings, what the palette finds, titles of recent records."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from app.api.session import actor_of
from app.base.errors import Forbidden, NotFound
from app.base.ids import parse_id
from app.modules import registry
from app.services import people, query, work
from app.services.actor import Actor

router = APIRouter(prefix="/api/ui", include_in_schema=False)
PER_MODULE = 6
MOST = 24
_PREFERENCES = {"letters", "contrast"}


@router.get("/me")
async def me(request: Request) -> dict[str, Any]:
    """Who is signed in."""
    actor = await work.interactive(actor_of, request)
    return {"id": str(actor.user_id), "name": actor.name, "language": actor.language, "zone": actor.zone}


@router.patch("/me")
async def change_me(request: Request, values: dict[str, Any] = Body()) -> dict[str, Any]:
    """Changes language or theme, or a preference of the shell (letters, contrast)."""

    def change() -> dict[str, Any]:
        actor = actor_of(request)
        own = {k: v for k, v in values.items() if k in ("language", "theme")}
        kept = {k: bool(v) for k, v in values.items() if k in _PREFERENCES}
        if own:
            people.change(actor, actor.user_id, own)
        if kept:
            people.keep_preferences(actor, kept)
        return {"saved": sorted([*own, *kept])}

    return await work.interactive(change)


@router.get("/palette")
async def palette(request: Request, q: str = "") -> Response:
    """Records whose title matches what was typed, a few of each module that this person may read."""

    def find() -> work.Body:
        actor = actor_of(request)
        return work.json_body({"items": found(actor, q)}, accept_encoding=request.headers.get("accept-encoding", ""))

    body = await work.interactive(find)
    return Response(body.content, headers=dict(body.headers))


@router.get("/recent")
async def recent(request: Request, items: str = "") -> dict[str, Any]:
    """Titles of records given as "deals/4711,…", in that order; those that are gone or out of sight are left out."""

    def find() -> list[dict[str, str]]:
        return titles_of(actor_of(request), [item.partition("/")[::2] for item in items.split(",")[:30] if "/" in item])

    return {"items": await work.interactive(find)}


def found(actor: Actor, text: str) -> list[dict[str, str]]:
    """Entries of the palette for `text`."""
    if len(text.strip()) < 2:
        return []
    entries: list[dict[str, str]] = []
    for module in registry.snapshot().modules:
        if not actor.can(module, "read") or len(entries) >= MOST:
            continue
        rows = query.lookup(actor, module.api_name, text[:200], limit=PER_MODULE)
        entries += [_entry(module, row["id"], row["title"], str(row["subtitle"] or module.singular)) for row in rows]
    return entries


def titles_of(actor: Actor, wanted: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Entries for (slug, id), with the rights of now."""
    entries: list[dict[str, str]] = []
    for slug, record_id in wanted:
        try:
            module = registry.snapshot().module(slug)
            title = query.titles(actor, module.api_name, [record_id])[parse_id(record_id)]
        except (NotFound, Forbidden):
            continue
        if not title.restricted and not title.deleted:
            entries.append(_entry(module, str(title.id), title.title, str(module.singular)))
    return entries


def _entry(module: Any, record_id: str, title: str, note: str) -> dict[str, str]:
    return {
        "id": record_id, "label": title, "title": title, "note": note, "module": str(module.singular), "icon": module.icon,
        "href": f"/{module.slug}/{record_id}",
    }  # fmt: skip
