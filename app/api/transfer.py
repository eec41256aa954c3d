"""Files in and out for our own pages: upload of a file to import, downloads of exports, rejects and mappings.

Invariants: an upload is written to the data folder while it arrives, never held in memory; what its name says counts for nothing, its
content is looked at; downloads are attachments, for whoever the job belongs to.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from urllib.parse import quote

import anyio
from fastapi import APIRouter, Body, Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from app.api.session import actor_of
from app.base.errors import Invalid
from app.base.i18n import N_
from app.services import export_jobs, exporting, jobs, work
from app.services.importing import rejects, sources

router = APIRouter(prefix="/api/ui")


@router.post("/imports/files")
async def upload(request: Request, name: str = "") -> Response:
    """Keeps the body as a file to import: {"source", "name", "kind", "size", "sheets"}."""
    actor = await work.interactive(actor_of, request)
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > sources.UPLOAD_LIMIT:
        raise Invalid(sources.too_large(sources.UPLOAD_LIMIT))
    blocks = request.stream().__aiter__()
    source = await anyio.to_thread.run_sync(lambda: sources.keep(actor, name or "file", _pulled(blocks)))
    return JSONResponse(
        {"source": source.id, "name": source.name, "kind": source.kind, "size": source.size, "sheets": list(source.sheets)}
    )


@router.get("/imports/{job}/rejects.csv")
def rejected(request: Request, job: str) -> Response:
    """The rows that an import refused, with their reasons."""
    actor = actor_of(request)
    jobs.get(actor, job)
    return StreamingResponse(
        rejects.csv_blocks(actor, job), media_type="text/csv; charset=utf-8", headers=_attachment("rejects.csv")
    )


@router.get("/imports/{job}/mapping.json")
def mapping_file(request: Request, job: str) -> Response:
    """The mapping of an import, as `comptoir import --mapping` takes it."""
    found = jobs.get(actor_of(request), job)
    content = json.dumps(found.params.get("mapping", {}), ensure_ascii=False, indent=2)
    return Response(content, media_type="application/json", headers=_attachment("mapping.json"))


@router.post("/exports/new")
def export(request: Request, wish: Annotated[dict[str, Any], Body()]) -> Response:
    """Queues an export: {"module", "format", "view", "filter", "q", "sort", "fields", "ids", "api_names"} → {"job"}."""
    actor = actor_of(request)
    return JSONResponse({"job": export_jobs.submit(actor, _request_of(wish))})


@router.get("/exports/{job}/file")
def exported(request: Request, job: str) -> Response:
    """The file of a finished export."""
    path, name = export_jobs.file_of(actor_of(request), job)
    return FileResponse(path, headers=_attachment(name), media_type="application/octet-stream")


def _request_of(wish: dict[str, Any]) -> exporting.Request:
    if not isinstance(wish.get("module"), str):
        raise Invalid(N_("Say which module to export."))
    known = {k: wish[k] for k in ("module", "format", "view", "filter", "sort", "fields", "ids", "api_names") if wish.get(k)}
    try:
        return exporting.Request.from_json({**known, "text": str(wish.get("q") or "")})
    except TypeError:
        raise Invalid(N_("This export cannot be understood.")) from None


def _pulled(blocks: AsyncIterator[bytes]) -> Iterator[bytes]:
    """The blocks of a request, asked for from a worker thread: the disk sets the pace."""

    async def following() -> bytes | None:
        return await anext(blocks, None)

    while (block := anyio.from_thread.run(following)) is not None:
        yield block


def _attachment(name: str) -> dict[str, str]:
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    return {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "no-store",
    }
