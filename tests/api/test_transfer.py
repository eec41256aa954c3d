"""Uploads and downloads: what arrives is kept or refused with a sentence, what leaves belongs to whoever asks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.api import answers, transfer
from app.base.i18n import using
from app.services import actor as actors
from app.services import jobs
from app.services.actor import Actor
from app.services.importing import sources
from tests.support.databases import PEOPLE, Make
from tests.support.imports import bring

Client = Callable[[int], httpx.AsyncClient]


@pytest.fixture(autouse=True)
def _transfers(tmp_path: Path) -> Iterator[None]:
    sources.use(tmp_path / "transfers")
    with using("en"):
        yield
    sources.use(None)


@pytest.fixture
def client(sqlite_database: object, monkeypatch: pytest.MonkeyPatch) -> Client:
    """`client(user_id)`: the routes as that person reaches them, the door of the server aside."""
    app = FastAPI()
    answers.install(app)
    app.include_router(transfer.router)

    def of(user_id: int) -> httpx.AsyncClient:
        monkeypatch.setattr(transfer, "actor_of", lambda request: actors.load(user_id))
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://comptoir")

    return of


async def test_an_upload_is_kept_as_it_came(client: Client) -> None:
    content = b"Account_Name\nOne\n" * 100_000
    answer = await client(PEOPLE.admin).post("/api/ui/imports/files?name=..%2F..%2Faccounts.csv", content=content)
    data = answer.json()
    assert answer.status_code == 200
    assert (data["name"], data["kind"], data["size"]) == ("accounts.csv", "text", len(content))
    source = sources.get(_actor(PEOPLE.admin), data["source"])
    assert sources.text_of(source).read_bytes() == content


async def test_an_upload_over_the_limit_is_refused_by_its_announced_size(client: Client) -> None:
    headers = {"content-length": str(200 << 20)}
    answer = await client(PEOPLE.admin).post("/api/ui/imports/files?name=a.csv", content=b"a", headers=headers)
    assert answer.status_code == 422
    assert "larger than 100 MB" in answer.json()["message"]


async def test_an_upload_that_is_no_table_is_refused_and_gone(client: Client) -> None:
    answer = await client(PEOPLE.admin).post("/api/ui/imports/files?name=a.csv", content=b"%PDF-1.7 ...")
    assert answer.status_code == 422
    assert "not a table" in answer.json()["message"]
    assert not list(sources.root().iterdir())


async def test_rejects_and_mapping_belong_to_their_job(client: Client) -> None:
    job = bring(_actor(PEOPLE.admin), "Accounts", "Account_Name,Employees\nOne,many\nTwo,2\n")
    mine = client(PEOPLE.admin)
    rejects = await mine.get(f"/api/ui/imports/{job.id}/rejects.csv")
    assert rejects.headers["content-disposition"].startswith("attachment")
    assert rejects.content.decode("utf-8-sig").splitlines()[1].startswith("One;many;2;Employees;")
    mapping = await mine.get(f"/api/ui/imports/{job.id}/mapping.json")
    assert json.loads(mapping.content)["columns"]["Employees"] == "Employees"
    theirs = client(PEOPLE.seller)
    for address in (
        f"/api/ui/imports/{job.id}/rejects.csv",
        f"/api/ui/imports/{job.id}/mapping.json",
        f"/api/ui/exports/{job.id}/file",
    ):
        assert (await theirs.get(address)).status_code == 404


async def test_an_export_is_made_and_fetched(client: Client, make: Make) -> None:
    make.account("Élan")
    mine = client(PEOPLE.admin)
    wish: dict[str, Any] = {"module": "Accounts", "format": "csv", "fields": ["account_name"], "q": "elan"}
    job = (await mine.post("/api/ui/exports/new", json=wish)).json()["job"]
    assert (await mine.get(f"/api/ui/exports/{job}/file")).status_code == 404
    jobs.claim(only=int(job))
    jobs.run(job)
    file = await mine.get(f"/api/ui/exports/{job}/file")
    assert file.content.decode("utf-8-sig").splitlines() == ["Nom du compte", "Élan"]
    assert "Comptes.csv" in file.headers["content-disposition"]


@pytest.mark.parametrize("wish", [{}, {"module": "Nothing"}, {"module": "Accounts", "format": "exe"}, {"module": 5}])
async def test_a_wrong_wish_is_refused(client: Client, wish: dict[str, Any]) -> None:
    answer = await client(PEOPLE.admin).post("/api/ui/exports/new", json=wish)
    assert answer.status_code in (404, 422)
    assert answer.json()["message"]


def _actor(user_id: int) -> Actor:
    return actors.load(user_id)
