"""The matrix: everybody × every module × every way to read or write. What may not be seen is in no answer, no error, no file, no order;
what may not be written writes nothing, not even into the log; and what is allowed works, so that the matrix cannot pass by refusing.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from app.base import clock
from app.base.errors import ComptoirError, Forbidden, Invalid, NotFound
from app.database.engine import Database
from app.fields.registry import types
from app.modules import registry
from app.services import (
    access,
    board,
    bulk,
    describe,
    exporting,
    filters,
    home,
    mass,
    notes,
    query,
    records,
    stages,
    timeline,
    undo,
    views,
)
from app.services.actor import Actor
from app.services.log import change_set
from app.services.query.source import kind
from tests.conformity.permission_world import (
    AMOUNT,
    MODULES,
    NOTE,
    SECRETS,
    TEXT,
    TITLE,
    Persona,
    World,
    allowed_everything_but,
    browser,
    shown,
    title_source,
)
from tests.support.databases import Make, People

Exit = Callable[[World, Actor], Any]


@pytest.fixture(params=MODULES)
def world(request: pytest.FixtureRequest, database: Database, people: People, make: Make) -> World:
    return World(request.param, people, make)


def _only(world: World) -> dict[str, Any]:
    return {"field": "id", "op": "in", "value": [str(world.id)]}


def _money(world: World) -> str:
    return next((f.name for f in world.spec.fields if f.type == "money" and not f.read_only), "version")


def _export(world: World, actor: Actor, **more: Any) -> str:
    wanted = exporting.prepare(actor, exporting.Request(world.module, api_names=True, **more))
    return b"".join(exporting.csv_blocks(wanted)).decode()


def _lanes(world: World, actor: Actor) -> Any:
    return board.lanes(
        actor, world.module, board.wish(world.module, by=next(f.name for f in world.spec.fields if f.type == "picklist"))
    )


READING: dict[str, Exit] = {
    "page": lambda w, a: [r.json() for r in query.page(a, w.module).rows],
    "page by filter": lambda w, a: [r.json() for r in query.page(a, w.module, filter=_only(w)).rows],
    "quick search": lambda w, a: [r.json() for r in query.page(a, w.module, text=TITLE).rows],
    "jump": lambda w, a: (
        [r.json() for r in query.page(a, w.module, offset=1, sort=(("created_at", "desc"),)).rows]
        + [r.json() for r in query.page(a, w.module, limit=1).rows]
    ),
    "stream": lambda w, a: [[r.json() for r in b] for b in query.stream(a, w.module)],
    "get": lambda w, a: query.get(a, w.module, w.id).json(),
    "get, deleted or not": lambda w, a: query.get(a, w.module, str(w.id), deleted=None).json(),
    "lookup": lambda w, a: query.lookup(a, w.module, TITLE[:4]),
    "lookup of nothing": lambda w, a: query.lookup(a, w.module, ""),
    "lookup inside": lambda w, a: query.lookup(a, w.module, TITLE[3:]),
    "titles": lambda w, a: [t.json() for t in query.titles(a, w.module, [w.id]).values()],
    "timeline": lambda w, a: timeline.timeline(a, w.module, w.id).entries,
    "as it was": lambda w, a: timeline.as_it_was(a, w.module, w.id, clock.now()),
    "notes": lambda w, a: notes.notes(a, w.module, w.id),
    "export": lambda w, a: _export(w, a),
    "export of chosen records": lambda w, a: _export(w, a, ids=(str(w.id),)),
    "board": _lanes,
}
"""Ways to read that show the record's words to whoever may see it, and nothing of it to others."""

COUNTING: dict[str, Exit] = {
    "count": lambda w, a: query.count(a, w.module, filter=_only(w)).n,
    "count all": lambda w, a: query.count(a, w.module, filter=_only(w), cap=None).n,
    "totals": lambda w, a: query.totals(a, w.module, [_money(w)] if _money(w) != "version" else [], filter=_only(w))["count"],
    "groups": lambda w, a: sum(g.count for g in query.groups(a, w.module, "owner_id", filter=_only(w))),
    "groups by month": lambda w, a: sum(
        g.count for g in query.groups(a, w.module, "created_at", bucket="month", filter=_only(w))
    ),
    "chips": lambda w, a: sum(c.count for c in query.chips(a, w.module, "owner_id", filter=_only(w))),
    "notes": lambda w, a: notes.count(a, w.module, w.id),
}
"""Ways to count: one where the record may be seen, zero or refused where not."""


def test_reading(world: World) -> None:
    wrong = []
    for exit, read in READING.items():
        for persona in world.personas:
            text = shown(read, world, persona.actor)
            expected = persona.may("export" if exit.startswith("export") else "read", world.module)
            found = NOTE in text if exit == "notes" and expected else _found(text)
            if found != expected:
                wrong.append(f"{persona.name}, {exit}: {'nothing' if expected else text[:200]}")
    assert not wrong, "\n".join(wrong)


def test_counting(world: World) -> None:
    wrong = []
    for exit, count in COUNTING.items():
        for persona in world.personas:
            try:
                found = count(world, persona.actor)
            except (Forbidden, NotFound):
                found = 0
            if found != int(persona.may("read", world.module)):
                wrong.append(f"{persona.name}, {exit}: {found}")
    assert not wrong, "\n".join(wrong)


def test_rows_say_what_their_reader_may_do(world: World) -> None:
    for persona in world.personas:
        if persona.may("read", world.module):
            row = query.get(persona.actor, world.module, world.id)
            (listed,) = query.page(persona.actor, world.module, filter=_only(world)).rows
            expected = (persona.may("edit", world.module), persona.may("delete", world.module))
            assert (row.can_edit, row.can_delete) == (listed.can_edit, listed.can_delete) == expected, persona.name


def test_sums_are_of_ones_own_records(world: World) -> None:
    money = _money(world)
    for persona in world.personas:
        if money != "version" and persona.actor.can(world.module, "read"):
            found = query.totals(persona.actor, world.module, [money], filter=_only(world))[money]
            assert str(found).startswith(AMOUNT) == persona.may("read", world.module), persona.name


def test_links_to_it_tell_nothing_to_who_may_not_see_it(world: World) -> None:
    for field, pointer in world.pointers:
        only = {"field": "id", "op": "in", "value": [str(pointer)]}
        ways: dict[str, Callable[[Actor], Any]] = {
            "page": lambda a, f=field, o=only: [r.json() for r in query.page(a, f.module, filter=o).rows],
            "sorted page": lambda a, f=field, o=only: [
                r.json() for r in query.page(a, f.module, filter=o, sort=((f.name, "asc"),)).rows
            ],
            "get": lambda a, f=field, p=pointer: query.get(a, f.module, p).json(),
            "groups": lambda a, f=field, o=only: [repr(g) for g in query.groups(a, f.module, f.name, filter=o)],
            "timeline": lambda a, f=field, p=pointer: timeline.timeline(a, f.module, p).entries,
            "export": lambda a, f=field: "".join(
                b.decode() for b in exporting.csv_blocks(exporting.prepare(a, exporting.Request(f.module, fields=(f.name,))))
            ),
            "chips": lambda a, f=field, o=only: [c.json() for c in query.chips(a, f.module, f.name, filter=o)],
            "lookup": lambda a, f=field: query.lookup(a, f.module, "Pointer"),
        }
        if not types[field.type].groupable:
            ways = {name: way for name, way in ways.items() if name not in ("groups", "chips", "sorted page")}
        for persona in world.personas:
            sees = persona.may("read", world.module)
            for name, way in ways.items():
                text = shown(way, persona.actor)
                hidden = TITLE not in text and str(world.id) not in text
                assert hidden or sees, (persona.name, field.name, name, text[:300])
                if sees and name in ("page", "get") and persona.actor.can(field.module, "read"):
                    assert TITLE in text, (persona.name, field.name, name)


def test_the_order_by_a_link_does_not_tell_its_title(world: World) -> None:
    """A cursor holds the sort values of the last row; that of a link out of sight is none."""
    stranger = next(p for p in world.personas if p.name == "stranger")
    for field, _pointer in world.pointers:
        cursor, seen = None, []
        while True:
            page = query.page(stranger.actor, field.module, sort=((field.name, "asc"),), limit=1, after=cursor)
            cursor = page.next
            if cursor is None:
                break
            seen.append(base64.urlsafe_b64decode(cursor + "==").decode())
        assert not any(TITLE.lower() in text.lower() for text in seen)


def test_a_link_cannot_be_made_to_what_one_does_not_see(world: World) -> None:
    for field, _pointer in world.pointers:
        spec = registry.snapshot().module(field.module)
        for persona in world.personas:
            before = world.everything()
            values = {title_source(spec): "Mine", field.name: str(world.id)}
            if persona.may("read", world.module) and persona.actor.can(spec, "create"):
                assert records.create(persona.actor, spec.api_name, values).id
            else:
                text = ""
                with pytest.raises((Invalid, Forbidden, NotFound)) as error:
                    records.create(persona.actor, spec.api_name, values)
                text = shown(lambda e: [str(e), e.details, getattr(e, "fields", {})], error.value)
                assert TITLE not in text
                assert world.everything() == before, persona.name


def test_the_browsers_routes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slug, only = world.spec.slug, json.dumps(_only(world))
    paths: dict[str, dict[str, Any]] = {
        f"{slug}/rows": {"filter": only},
        f"{slug}/{world.id}": {},
        f"{slug}/{world.id}/whole": {},
        f"{slug}/{world.id}/timeline": {},
        f"{slug}/{world.id}/notes": {},
        f"{slug}/board": {"by": next(f.name for f in world.spec.fields if f.type == "picklist")},
        f"lookup/{world.module}": {"q": TITLE},
        "palette": {"q": TITLE},
        "recent": {"items": f"{slug}/{world.id}"},
        f"{slug}/{world.id}/as-of": {"day": "2020-01-01"},
        f"{slug}/{world.id}/related": {},
        **{f"{slug}/{world.id}/related/{r.key}": {} for r in world.spec.related},
        f"{slug}/chips": {"field": "owner_id", "filter": only},
        f"{slug}/count": {"filter": only, "fields": _money(world)},
    }
    always = {f"{slug}/rows", f"{slug}/{world.id}", f"{slug}/{world.id}/whole", f"lookup/{world.module}", "palette", "recent"}
    with browser(monkeypatch) as call:
        for persona in world.personas:
            sees = persona.may("read", world.module)
            for path, parameters in paths.items():
                status, answer = call(persona.actor, "GET", path, **parameters)
                text = json.dumps(answer, ensure_ascii=False)
                if not sees:
                    assert not _found(text), (persona.name, path, text[:300])
                    if str(world.id) in path:
                        assert status in (403, 404), (persona.name, path)
                elif path in always:
                    assert (status, TITLE in text) == (200, True), (persona.name, path, text[:300])
                if path.endswith("/count") and status == 200:
                    assert answer["count"] == int(sees), persona.name


def _refused(result: Any) -> bool:
    """Bulk forms say what was refused instead of raising."""
    if isinstance(result, list):
        return all(isinstance(one, ComptoirError) for one in result)
    if isinstance(result, undo.Undone):
        return not result.done
    if isinstance(result, tuple):  # a route's status
        return bool(result[0] >= 400)
    return result == {} or (isinstance(result, mass.Outcome) and not result.done)


def _bulk(world: World, actor: Actor, action: str, persona: str) -> Any:
    with change_set(actor, registry.snapshot().module(world.module).plural) as changes:
        if action == "update":
            return bulk.update_many(actor, world.module, [(world.id, {"description": f"by {persona}"})], within=changes)
        return bulk.delete_many(actor, world.module, [world.id], within=changes)


def _mass(world: World, actor: Actor, action: str, values: dict[str, Any] | None = None, **question: Any) -> Any:
    asked = mass.Question(**question) if question else mass.Question.of_ids([world.id])
    return mass.apply(actor, world.module, action, asked, values)


def _board_move(world: World, actor: Actor, persona: str) -> Any:
    field = next(f for f in world.spec.fields if f.type == "picklist" and not f.read_only and f.name != "currency")
    values = [c.value for c in field.choices if c.active and c.extra.get("kind", "open") == "open"]
    current = query.get(world.admin, world.module, world.id).values.get(field.name)
    return board.move(actor, world.module, world.id, field.name, next(v for v in values if v != current))


WRITING: dict[str, tuple[tuple[str, ...], Callable[[World, Actor, str], Any]]] = {
    "update": (("edit",), lambda w, a, p: records.update(a, w.module, w.id, {"description": f"by {p}"})),
    "update many": (("edit",), lambda w, a, p: _bulk(w, a, "update", p)),
    "update a selection": (("edit", "mass"), lambda w, a, p: _mass(w, a, "update", {"description": f"selected {p}"})),
    "update all that match": (("edit", "mass"), lambda w, a, p: _mass(w, a, "update", {"description": f"all {p}"}, filter=_only(w))),
    "move on a board": (("edit",), _board_move),
    "hand over": (("edit", "assign"), lambda w, a, p: records.update(a, w.module, w.id, {"owner_id": str(w.people.admin)})),
    "hand over a selection": (("edit", "mass", "assign"), lambda w, a, p: _mass(w, a, "assign", {"owner_id": str(w.people.admin)})),
    "delete": (("delete",), lambda w, a, p: records.delete(a, w.module, w.id)),
    "delete many": (("delete",), lambda w, a, p: _bulk(w, a, "delete", p)),
    "delete a selection": (("delete", "mass"), lambda w, a, p: _mass(w, a, "delete")),
    "share": (("share",), lambda w, a, p: access.share(a, w.module, w.id, role_id=w.people.role_top)),
    "note": (("read",), lambda w, a, p: notes.add(a, w.module, w.id, f"{NOTE} by {p}")),
}  # fmt: skip


def test_writing(world: World) -> None:
    wrong = []
    for exit, (operations, write) in WRITING.items():
        for persona in world.personas:
            before = world.everything()
            expected = all(persona.may(op, world.module) for op in operations)
            done, said = _tried(lambda e=write, p=persona: e(world, p.actor, p.name))
            if done != expected:
                wrong.append(f"{persona.name}, {exit}: {said[:200] or 'done'}")
            if (world.everything() == before) == done:
                wrong.append(f"{persona.name}, {exit}: {'nothing was' if done else 'something was'} written")
            if not persona.may("read", world.module) and _found(said):
                wrong.append(f"{persona.name}, {exit}: the refusal tells {said[:200]}")
            _back(world)
    assert not wrong, "\n".join(wrong)


def _tried(write: Callable[[], Any]) -> tuple[bool, str]:
    """Whether it was done, and what the refusal said."""
    said: list[str] = []

    def attempt() -> Any:
        result = write()
        if _refused(result):
            said.append(str(result))
        return None if said else "done"

    text = shown(attempt)
    return text == '"done"', "" if text == '"done"' else " ".join([text, *said])


def _back(world: World) -> None:
    """Puts the record back: the administrator's, not deleted, the seller's, not shared with the direction."""
    if not query.page(world.admin, world.module, filter=_only(world)).rows:
        records.restore(world.admin, world.module, world.id)
    if query.get(world.admin, world.module, world.id).values["owner_id"] != world.people.seller:
        records.update(world.admin, world.module, world.id, {"owner_id": world.people.seller})
    for one in access.list_shares(world.admin, world.module, world.id):
        if one.role_id == str(world.people.role_top):
            access.unshare(world.admin, one.id)


def test_restoring(world: World) -> None:
    for persona in world.personas:
        records.delete(world.admin, world.module, world.id)
        before = world.everything()
        if persona.actor.can(world.module, "read"):
            rows = query.page(persona.actor, world.module).rows + query.page(persona.actor, world.module, text=TITLE).rows
            assert world.id not in {row.id for row in rows}, persona.name
            assert str(world.id) not in {one["id"] for one in query.lookup(persona.actor, world.module, TITLE)}, persona.name
            assert query.count(persona.actor, world.module, filter=_only(world)).n == 0
        assert TITLE not in shown(READING["get"], world, persona.actor), persona.name
        in_bin = shown(lambda a: [r.json() for r in query.page(a, world.module, deleted=True).rows], persona.actor)
        assert (TITLE in in_bin) == persona.may("read", world.module), persona.name
        done, _said = _tried(lambda p=persona: records.restore(p.actor, world.module, world.id))
        assert done == persona.may("delete", world.module), persona.name
        assert (world.everything() == before) == (not done)
        if not done:
            records.restore(world.admin, world.module, world.id)


def test_creating(world: World) -> None:
    values = {title_source(world.spec): "New one"} | {f.name: "Prospecting" for f in world.spec.fields if f.name == "stage"}
    for persona in world.personas:
        before = world.everything()
        done, _said = _tried(lambda p=persona: records.create(p.actor, world.module, values))
        assert done == persona.actor.can(world.module, "create"), persona.name
        assert (world.everything() == before) == (not done)


def test_undoing_what_somebody_else_did(world: World) -> None:
    others = [p for p in world.personas if p.actor.user_id != world.people.seller]
    for persona in sorted(others, key=lambda p: p.actor.is_admin):
        before = world.everything()
        done, said = _tried(lambda p=persona: undo.undo(p.actor, world.set_id))
        assert done == persona.actor.is_admin, persona.name
        assert (world.everything() == before) == (not done), persona.name
        assert not _found(said), persona.name


def test_only_the_author_changes_a_note(world: World) -> None:
    for persona in world.personas[3:]:
        for change in (lambda a: notes.edit(a, world.note_id, "changed"), lambda a: notes.remove(a, world.note_id)):
            before = world.everything()
            with pytest.raises(ComptoirError):
                change(persona.actor)
            assert world.everything() == before, persona.name
    assert notes.edit(world.seller, world.note_id, "mine")


def test_the_browsers_routes_write_nothing_that_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = world.spec.slug
    ways: dict[str, tuple[tuple[str, ...], Callable[[Any, Persona], Any]]] = {
        "change": (("edit",), lambda call, p: call(p.actor, "PATCH", f"{slug}/{world.id}", values={"description": f"route {p.name}"})),
        "mass": (("edit", "mass"), lambda call, p: call(p.actor, "POST", f"{slug}/mass", action="update", ids=[str(world.id)],
                                                        values={"description": f"mass {p.name}"})),
        "note": (("read",), lambda call, p: call(p.actor, "POST", f"{slug}/{world.id}/notes", content="by route")),
        "delete": (("delete",), lambda call, p: call(p.actor, "DELETE", f"{slug}/{world.id}")),
    }  # fmt: skip
    with browser(monkeypatch) as call:
        for name, (operations, way) in ways.items():
            for persona in world.personas:
                before = world.everything()
                expected = all(persona.may(op, world.module) for op in operations)
                status, answer = way(call, persona)
                assert (status < 400) == expected, (persona.name, name, answer)
                assert (world.everything() == before) == (not expected), (persona.name, name)
                if not persona.may("read", world.module):
                    assert not _found(str(answer)), (persona.name, name)
                _back(world)


def test_the_home_shows_ones_own_figures(world: World) -> None:
    stranger = next(p for p in world.personas if p.name == "stranger")
    for part in home.components(stranger.actor):
        assert not _found(shown(home.component, stranger.actor, part["key"])), part["key"]


def _found(text: str) -> bool:
    return any(secret in text for secret in SECRETS)


# Fields that a profile hides


def test_a_hidden_field_is_nowhere(world: World) -> None:
    for field in world.spec.fields:
        if field.name in (world.spec.title, "owner_id"):
            continue
        actor = allowed_everything_but(world.spec, field.name, "hidden")
        rows = [*query.page(actor, world.module).rows, query.get(actor, world.module, world.id)]
        rows += query.page(actor, world.module, fields=(world.spec.title, field.name)).rows
        rows += [row for batch in query.stream(actor, world.module, fields=(field.name,)) for row in batch]
        for row in rows:
            assert field.name not in row.values, field.name
            assert field.name not in row.json()["cells"], field.name
            assert field.name not in row.links, field.name
        assert field.name not in query.totals(actor, world.module, [field.name])
        assert field.name not in {f["name"] for f in describe.describe(actor, world.module)["fields"]}
        for entry in timeline.timeline(actor, world.module, world.id).entries:
            assert field.name not in {change["field"] for change in entry["changes"]}, field.name
        assert field.name not in timeline.as_it_was(actor, world.module, world.id, clock.now())
        assert field.api_name not in _export(world, actor).splitlines()[0].split(","), field.name
        assert field.api_name not in _export(world, actor, fields=(world.spec.title, field.name)).splitlines()[0].split(",")
        for view in views.list_views(actor, world.module):
            assert field.name not in view.columns, (view.id, field.name)
            assert field.name not in dict(view.sort), (view.id, field.name)
            assert field.name not in filters.field_names(view.filter or {"and": []}), (view.id, field.name)


def test_a_hidden_field_cannot_be_asked_for(world: World) -> None:
    for field in world.spec.fields:
        if field.name in (world.spec.title, "owner_id"):
            continue
        actor = allowed_everything_but(world.spec, field.name, "hidden")
        for name in (field.name, field.api_name):
            ways: list[Callable[[], Any]] = [
                lambda n=name: query.page(actor, world.module, sort=((n, "asc"),)),  # noqa: B023 - called at once
                lambda n=name: query.groups(actor, world.module, n),  # noqa: B023
                lambda n=name: query.chips(actor, world.module, n),  # noqa: B023
            ]
            ways += [
                lambda n=name, o=o: query.count(actor, world.module, filter={"field": n, "op": o.key, "value": "1"})  # noqa: B023
                for o in types[field.type].operators(field)
            ]
            for way in ways:
                with pytest.raises(Forbidden):
                    way()
        found = query.groups(actor, world.module, "owner_id", [(field.name, "sum")])
        assert all(not group.totals for group in found), field.name


def test_a_hidden_field_is_not_searched(world: World) -> None:
    for field in world.spec.fields:
        if (
            kind(field) not in ("text", "email", "phone")
            or field.name == world.spec.title
            or field.read_only
            or field.type == "computed"
        ):
            continue
        if field.name in world.spec.title_field.settings.get("depends", ()) or field.hidden:
            continue
        word = {"email": "zyxwvut@example.com", "phone": "+33 1 99 00 77 66"}.get(field.type, "zyxwvut")
        try:
            records.update(world.admin, world.module, world.id, {field.name: word})
        except Invalid:
            continue  # a number with a checksum: nothing to look for
        asked = word if field.type != "phone" else "0199007766"
        found = query.count(world.seller, world.module, text=asked).n
        hidden = query.count(allowed_everything_but(world.spec, field.name, "hidden"), world.module, text=asked).n
        assert (found, hidden) == (1, 0), field.name
        records.update(world.admin, world.module, world.id, {field.name: None})


def test_a_field_out_of_reach_is_not_written(world: World) -> None:
    for field in world.spec.fields:
        if field.name in (world.spec.title, "owner_id", title_source(world.spec)) or field.type in ("link", "computed"):
            continue
        rng = random.Random(1)
        value = types[field.type].to_json(types[field.type].example(rng, field), field)
        for limit in ("hidden", "read"):
            actor = allowed_everything_but(world.spec, field.name, limit)
            for write in (
                lambda a, v, n=field.name: records.update(a, world.module, world.id, {n: v}),
                lambda a, v, n=field.name: records.create(a, world.module, {title_source(world.spec): "X", n: v}),
                lambda a, v, n=field.name: _mass(world, a, "update", {n: v}),
            ):
                before = world.everything()
                with pytest.raises((Forbidden, Invalid)):
                    write(actor, value)
                assert world.everything() == before, (field.name, limit)


def test_stage_history_without_hidden_amounts(database: Database, people: People, make: Make) -> None:
    world = World("Deals", people, make)
    records.update(world.seller, "Deals", world.id, {"stage": "Qualification"})
    assert AMOUNT in str(stages.history(world.seller, "Deals", world.id))
    for field in ("amount", "probability", "closing_on", "stage"):
        actor = allowed_everything_but(world.spec, field, "hidden")
        try:
            history = stages.history(actor, "Deals", world.id)
        except Forbidden:
            continue
        assert all(not entry.get(field) for entry in history), field
    stranger = next(p for p in world.personas if p.name == "stranger")
    assert AMOUNT not in shown(stages.history, stranger.actor, "Deals", world.id)


def test_words_of_the_matrix_occur_nowhere_else(world: World) -> None:
    text = shown(READING["page"], world, world.admin)
    assert TITLE in text
    assert TEXT in text
