"""The world of the permission matrix: one record of each module that belongs to a seller, and everybody who may or may not reach it.

What may not be seen carries words and an amount that occur nowhere else, so that an answer can be searched for them whatever its shape.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import insert, select

from app.api import activity, answers, board, lanes, me
from app.api import records as record_routes
from app.base import clock, ids
from app.base.errors import ComptoirError
from app.database import engine
from app.fields.registry import types
from app.fields.spec import FieldSpec
from app.modules import registry, system
from app.modules.spec import ModuleSpec
from app.services import access, notes, records
from app.services import actor as actors
from app.services.access.scopes import LEVELS, reaches
from app.services.actor import OPERATIONS, Actor, Permissions
from app.services.tables import table
from tests.support.databases import Make, People

TITLE, TEXT, NOTE = "Zyxwtitle", "Zyxwtext", "Zyxwnote"
AMOUNT = "987654.32"
SECRETS = (TITLE, TEXT, NOTE, AMOUNT, "987,654", "987 654", "987\u202f654", "987\u00a0654")
MODULES = [m.api_name for m in registry.snapshot().modules]
_KEPT = (system.Change, system.ChangeSet, system.Outbox, system.Share, system.Note, system.RecordLink, system.StageChange, system.Counter,
         system.SavedView, system.Job)  # fmt: skip


@dataclass(frozen=True)
class Persona:
    """Somebody, and how far the record is theirs: none, read, write or all."""

    name: str
    actor: Actor
    level: str

    def may(self, op: str, module: str) -> bool:
        """Whether the operation on the record is expected to be allowed."""
        needed = {
            "read": "read",
            "export": "read",
            "edit": "write",
            "assign": "write",
            "share": "write",
            "mass": "write",
            "delete": "all",
        }[op]
        return self.actor.can(module, op) and reaches(self.level, needed)


class World:
    """A seller's record of `module`, a pointer to it from every link field there is, and the personas."""

    def __init__(self, module: str, people: People, make: Make) -> None:
        self.people, self.make = people, make
        self.spec: ModuleSpec = registry.snapshot().module(module)
        self.module = module
        self.admin = actors.load(people.admin)
        for each in MODULES:
            access.set_sharing_default(self.admin, each, "private")
        self.seller = actors.load(people.seller)
        self.id = self._record(self.spec, owner_id=people.seller)
        with_text = records.update(self.seller, module, self.id, {"description": f"{TEXT} revised"})
        self.set_id = with_text.set_id
        self.note_id = notes.add(self.seller, module, self.id, f"{NOTE} on it")["id"]
        self.pointers = list(self._pointers())
        self.personas = list(self._personas())
        for persona in self.personas:
            for field, number in self.pointers:
                self._share(field.module, number, "read", user_id=persona.actor.user_id)

    def _record(self, spec: ModuleSpec, **values: Any) -> int:
        rng = random.Random(3)
        given: dict[str, Any] = {"description": f"{TEXT} first"}
        for field in spec.fields:
            if field.type == "money" and not field.read_only:
                given[field.name] = AMOUNT
            elif field.required and field.type not in ("link", "computed"):
                given[field.name] = types[field.type].to_json(types[field.type].example(rng, field), field)
        given[title_source(spec)] = TITLE
        return int(records.create(self.admin, spec.api_name, {**given, **values}).id)

    def _pointers(self) -> Iterator[tuple[FieldSpec, int]]:
        for field in registry.snapshot().links_to(self.module):
            spec = registry.snapshot().module(field.module)
            made = int(records.create(self.admin, spec.api_name, {title_source(spec): f"Pointer {field.name}"}).id)
            records.update(self.admin, spec.api_name, made, {field.name: str(self.id)})
            yield field, made

    def _personas(self) -> Iterator[Persona]:
        p = self.people
        yield Persona("administrator", self.admin, "all")
        yield Persona("director above", actors.load(p.director), "all")
        yield Persona("owner", self.seller, "all")
        yield Persona("peer", actors.load(p.other), "none")
        for level in LEVELS:
            user = self.make.user(f"Shared {level.title()}", role=None)
            self._share(self.module, self.id, level, user_id=user)
            yield Persona(f"shared {level}", actors.load(user), level)
        north = self.make.role("Nord")
        south = self.make.role("Sud", north)
        self._share(self.module, self.id, "read", role_id=north)
        yield Persona("role with a share", actors.load(self.make.user("Role Shared", role=north)), "read")
        yield Persona("role below one with a share", actors.load(self.make.user("Role Below", role=south)), "read")
        stranger = actors.load(self.make.user("Some Stranger", role=None))
        yield Persona("stranger", stranger, "none")
        for level in LEVELS:
            opened = MappingProxyType({self.module: level})
            yield Persona(f"module open: {level}", replace(stranger, sharing=opened), level)
        reader = actors.load(self.make.user("Mere Reader", role=None))
        self._share(self.module, self.id, "all", user_id=reader.user_id)
        yield Persona("profile that reads only", replace(reader, profile=self._profile("read")), "all")
        yield Persona("profile without the module", replace(reader, profile=self._profile()), "all")

    def _profile(self, *ops: str) -> Permissions:
        everything = frozenset(OPERATIONS)
        return Permissions(MappingProxyType({"*": everything, self.module: frozenset(ops)}))

    def _share(
        self, module: str, record_id: int, permission: str, *, user_id: int | None = None, role_id: int | None = None
    ) -> None:
        row = {"id": ids.new_id(), "module": module, "record_id": record_id, "user_id": user_id, "role_id": role_id,
               "permission": permission, "created_at": clock.now(), "created_by_id": None}  # fmt: skip
        with engine.writing() as connection:
            connection.execute(insert(table(system.Share)).values(**row))

    def everything(self) -> dict[str, Any]:
        """Every row that a write could touch: what a refused one must leave as it was."""
        with engine.reading() as connection:
            found = {m: connection.execute(select(registry.snapshot().table(m)).order_by("id")).all() for m in MODULES}
            kept = {t.__name__: table(t) for t in _KEPT}
            return found | {name: connection.execute(select(t).order_by(*t.primary_key)).all() for name, t in kept.items()}


def title_source(spec: ModuleSpec) -> str:
    """The field that one writes to name a record: the title, or the last one that it is computed from."""
    depends = spec.title_field.settings.get("depends", ())
    return str(depends[-1]) if depends else spec.title


def shown(call: Any, *args: Any) -> str:
    """Everything that a call tells its caller, as one text: its result, or its error with all details."""
    try:
        result = call(*args)
    except ComptoirError as error:
        result = [str(error), error.details, getattr(error, "fields", {})]
    return json.dumps(result, default=repr, ensure_ascii=False)


@contextmanager
def browser(monkeypatch: Any) -> Iterator[Any]:
    """A function (actor, method, path, **json) that calls the routes of our own components as somebody, without a session."""
    app = FastAPI()
    answers.install(app)
    for module in (activity, board, me, record_routes):
        app.include_router(module.router)
    acting: list[Actor] = []
    for module in (lanes, me):
        monkeypatch.setattr(module, "actor_of", lambda request: acting[-1])
    transport = httpx.ASGITransport(app)
    with asyncio.Runner() as loop:

        def call(actor: Actor, method: str, path: str, **body: Any) -> tuple[int, Any]:
            acting.append(actor)
            given: dict[str, Any] = {"params": body} if method == "GET" else {"json": body}

            async def ask() -> httpx.Response:
                async with httpx.AsyncClient(transport=transport, base_url="http://comptoir") as client:
                    return await client.request(method, f"/api/ui/{path}", **given)

            answer = loop.run(ask())
            return answer.status_code, answer.json()

        yield call


def allowed_everything_but(spec: ModuleSpec, field: str, access: str) -> Actor:
    """The seller's rights without one field."""
    limits: Mapping[str, Any] = MappingProxyType({spec.api_name: MappingProxyType({field: access})})
    profile = Permissions(MappingProxyType({"*": frozenset(OPERATIONS)}), limits)
    return replace(actors.load(People().seller), profile=profile)
