"""The JSON of records: what components ask and what they are answered, on both engines."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app.api import answers, lanes, records
from app.base.i18n import using
from app.database.engine import Database
from app.services import actor as actors
from app.services import jobs, mass, query, views
from tests.support.databases import Make, People
from tests.support.seeding import seed


class Ui:
    """The routes, used by one person."""

    def __init__(self, web: FastAPI, runner: asyncio.Runner, who: dict[str, int]) -> None:
        self._web, self._runner, self._who = web, runner, who

    def by(self, user_id: int) -> Ui:
        """From now on somebody else uses them."""
        self._who["id"] = user_id
        return self

    def get(self, path: str, status: int = 200, **parameters: Any) -> Any:
        return self._answer("GET", path, status, params=parameters)

    def post(self, path: str, body: Any, status: int = 200) -> Any:
        return self._answer("POST", path, status, json=body)

    def patch(self, path: str, body: Any, status: int = 200) -> Any:
        return self._answer("PATCH", path, status, json=body)

    def delete(self, path: str, status: int = 200) -> Any:
        return self._answer("DELETE", path, status)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self._web), base_url="http://test") as client:
                return await client.request(method, f"/api/ui/{path}", **options)

        return self._runner.run(send())

    def _answer(self, method: str, path: str, status: int, **options: Any) -> Any:
        response = self.ask(method, path, **options)
        assert response.status_code == status, response.text
        return response.json()


@pytest.fixture
def ui(database: Database, people: People, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ui]:
    who = {"id": people.admin}
    monkeypatch.setattr(lanes, "actor_of", lambda request: actors.load(who["id"]))
    web = FastAPI()
    answers.install(web)
    web.include_router(records.router)
    with using("en"), asyncio.Runner() as runner:
        yield Ui(web, runner, who)


def titles(answer: Any) -> list[str]:
    return [row["title"] for row in answer["rows"]]


def test_pages_of_a_list_follow_each_other_and_jumps_agree(ui: Ui) -> None:
    seed("Accounts", 25)
    whole = ui.get("accounts/rows", sort="account_name:asc", fields="account_name", limit=500)
    assert len(whole["rows"]) == 25
    assert whole["next"] is None
    walked, after = [], ""
    while True:
        part = ui.get("accounts/rows", sort="account_name:asc", fields="account_name", limit=10, after=after)
        walked += [row["id"] for row in part["rows"]]
        after = part["next"]
        if not after:
            break
    assert walked == [row["id"] for row in whole["rows"]]
    jump = ui.get("accounts/rows", sort="account_name:asc", fields="account_name", limit=10, offset=10)
    assert [row["id"] for row in jump["rows"]] == walked[10:20]


def test_rows_hold_text_ids_and_only_the_fields_asked_for(ui: Ui, make: Make) -> None:
    account = make.account("Cave de Montredon")
    deal = ui.post("deals", {"values": {"deal_name": "Étiqueteuse", "account_id": str(account), "amount": "12,5k"}})["row"]
    row = ui.get("deals/rows", fields="amount,account_id", q="etiqueteuse")["rows"][0]
    assert row["id"] == deal["id"]
    assert row["cells"] == {"amount": "12500", "account_id": {"id": str(account), "title": "Cave de Montredon"}}
    assert set(row["can"]) == {"edit", "delete"}


def test_view_filter_and_search_are_all_applied(ui: Ui, make: Make) -> None:
    for name, stage in (("Un", "Qualification"), ("Deux", "Qualification"), ("Trois", "Prospecting"), ("Quatre", "Closed Won")):
        ui.post("deals", {"values": {"deal_name": name, "stage": stage, "amount": "1000"}})
    assert set(titles(ui.get("deals/rows", view="open"))) == {"Un", "Deux", "Trois"}
    only = json.dumps({"field": "stage", "op": "in", "value": ["Qualification", "Closed Won"]})
    assert set(titles(ui.get("deals/rows", view="open", filter=only))) == {"Un", "Deux"}
    assert titles(ui.get("deals/rows", view="open", filter=only, q="deu")) == ["Deux"]
    assert ui.get("deals/count", view="open", filter=only, fields="deal_name,amount") == {
        "count": 2, "capped": False, "totals": {"amount": "2000"},
    }  # fmt: skip


def test_a_facet_counts_under_every_filter_but_its_own_and_within_the_view(ui: Ui) -> None:
    for stage, source in (
        ("Qualification", "Partner"),
        ("Qualification", "Trade Show"),
        ("Prospecting", "Partner"),
        ("Closed Won", "Partner"),
    ):
        ui.post("deals", {"values": {"deal_name": stage, "stage": stage, "lead_source": source}})
    tree = {
        "and": [
            {"field": "stage", "op": "in", "value": ["Prospecting"]},
            {"field": "lead_source", "op": "in", "value": ["Partner"]},
        ]
    }
    answer = ui.get("deals/chips", field="stage", view="open", filter=json.dumps(tree))
    counts = {chip["value"]: chip["count"] for chip in answer["chips"]}
    assert (counts["Qualification"], counts["Prospecting"], counts["Closed Won"]) == (1, 1, 0)


def test_a_stored_filter_is_named_by_its_key(ui: Ui, people: People) -> None:
    from app.services import filters

    ui.post("deals", {"values": {"deal_name": "Un", "stage": "Qualification"}})
    ui.post("deals", {"values": {"deal_name": "Deux", "stage": "Prospecting"}})
    key = filters.remember({"field": "stage", "op": "in", "value": ["Prospecting"]})
    assert titles(ui.get("deals/rows", filter=f"~{key}")) == ["Deux"]
    assert "no longer kept" in ui.get("deals/rows", 404, filter="~nothing")["message"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"filter": "{broken"}, 422),
        ({"filter": "[1]"}, 422),
        ({"filter": '{"field": "stage", "op": "sounds_like", "value": "x"}'}, 422),
        ({"filter": '{"field": "nothing", "op": "is", "value": "x"}'}, 404),
        ({"sort": "nothing:asc"}, 404),
        ({"view": "nothing"}, 404),
        ({"limit": "many"}, 422),
        ({"after": "not-a-cursor"}, 422),
    ],
)
def test_what_cannot_be_understood_says_so(ui: Ui, parameters: dict[str, str], status: int) -> None:
    assert ui.get("deals/rows", status, **parameters)["message"]


def test_an_edit_in_place_gives_the_row_and_its_undo(ui: Ui) -> None:
    made = ui.post("deals", {"values": {"deal_name": "Four", "amount": "10"}})["row"]
    saved = ui.patch(f"deals/{made['id']}", {"values": {"amount": "1 234,5"}, "version": made["version"]})
    assert saved["row"]["cells"]["amount"] == "1234.5"
    assert saved["row"]["version"] == made["version"] + 1
    ui.post(f"undo/{saved['undo']}", {})
    assert ui.get(f"deals/{made['id']}")["cells"]["amount"] == "10"


def test_an_edit_that_changes_nothing_has_nothing_to_undo(ui: Ui) -> None:
    made = ui.post("deals", {"values": {"deal_name": "Four", "next_step": "Appeler"}})["row"]
    assert ui.patch(f"deals/{made['id']}", {"values": {"next_step": "Appeler"}, "version": made["version"]})["undo"] == ""


def test_refused_input_is_named_by_field_and_nothing_is_written(ui: Ui) -> None:
    made = ui.post("deals", {"values": {"deal_name": "Four", "amount": "10"}})["row"]
    refused = ui.patch(f"deals/{made['id']}", {"values": {"amount": "douze"}, "version": made["version"]}, 422)
    assert set(refused["fields"]) == {"amount"}
    assert ui.get(f"deals/{made['id']}")["cells"]["amount"] == "10"
    lost = ui.patch(f"deals/{made['id']}", {"values": {"stage": "Closed Lost"}, "version": made["version"]}, 422)
    assert "reason_for_loss" in lost["fields"]


def test_two_people_on_one_field_conflict_and_on_two_fields_merge(ui: Ui) -> None:
    made = ui.post("deals", {"values": {"deal_name": "Four", "amount": "10"}})["row"]
    path, seen = f"deals/{made['id']}", made["version"]
    ui.patch(path, {"values": {"amount": "20"}, "version": seen})
    merged = ui.patch(path, {"values": {"next_step": "Appeler"}, "version": seen})
    assert (merged["row"]["cells"]["amount"], merged["row"]["cells"]["next_step"]) == ("20", "Appeler")
    conflict = ui.patch(path, {"values": {"amount": "30"}, "version": seen}, 409)
    assert conflict["conflict"]["amount"]["theirs"]
    assert ui.get(path)["cells"]["amount"] == "20"


def test_records_out_of_sight_do_not_exist(ui: Ui, people: People) -> None:
    mine = ui.by(people.seller).post("deals", {"values": {"deal_name": "À moi"}})["row"]
    ui.by(people.other)
    assert ui.get("deals/rows")["rows"] == []
    ui.get(f"deals/{mine['id']}", 404)
    ui.patch(f"deals/{mine['id']}", {"values": {"deal_name": "Pris"}}, 404)
    ui.delete(f"deals/{mine['id']}", 404)
    refused = ui.post("deals/mass", {"action": "delete", "ids": [mine["id"]]}, 403)
    assert refused["message"]
    assert ui.by(people.seller).get(f"deals/{mine['id']}")["title"] == "À moi"


def test_a_deleted_record_is_gone_and_comes_back(ui: Ui) -> None:
    made = ui.post("deals", {"values": {"deal_name": "Four"}})["row"]
    gone = ui.delete(f"deals/{made['id']}")
    ui.get(f"deals/{made['id']}", 404)
    ui.post(f"undo/{gone['undo']}", {})
    assert ui.get(f"deals/{made['id']}")["title"] == "Four"


def test_few_records_are_changed_at_once_and_undone_at_once(ui: Ui) -> None:
    ids = [ui.post("deals", {"values": {"deal_name": f"Four {n}"}})["row"]["id"] for n in range(3)]
    done = ui.post("deals/mass", {"action": "update", "ids": ids, "values": {"next_step": "Appeler"}})
    assert (done["done"], done["failed"]) == (3, [])
    assert {ui.get(f"deals/{i}")["cells"]["next_step"] for i in ids} == {"Appeler"}
    ui.post(f"undo/{done['undo']}", {})
    assert {ui.get(f"deals/{i}")["cells"]["next_step"] for i in ids} == {None}


def test_one_refused_record_does_not_stop_the_others(ui: Ui, people: People) -> None:
    theirs = ui.by(people.other).post("deals", {"values": {"deal_name": "À eux"}})["row"]["id"]
    mine = ui.by(people.seller).post("deals", {"values": {"deal_name": "À moi"}})["row"]["id"]
    done = ui.post("deals/mass", {"action": "update", "ids": [theirs, mine], "values": {"next_step": "Appeler"}})
    assert (done["done"], done["refused"]) == (1, 1)
    assert [one["id"] for one in done["failed"]] == [theirs]
    assert done["failed"][0]["message"]
    assert ui.by(people.other).get(f"deals/{theirs}")["cells"]["next_step"] is None


def test_a_value_that_fits_nobody_is_refused_by_field(ui: Ui) -> None:
    made = ui.post("deals", {"values": {"deal_name": "Four"}})["row"]["id"]
    refused = ui.post("deals/mass", {"action": "update", "ids": [made], "values": {"amount": "douze"}}, 422)
    assert "amount" in refused["fields"]
    ui.post("deals/mass", {"action": "update", "ids": [], "values": {"amount": "1"}}, 422)
    ui.post("deals/mass", {"action": "paint", "ids": [made]}, 422)
    ui.post("deals/mass", {"action": "update", "ids": [made], "values": {}}, 422)


def test_handing_over_needs_its_right(ui: Ui, people: People) -> None:
    made = ui.by(people.seller).post("deals", {"values": {"deal_name": "Four"}})["row"]["id"]
    done = ui.by(people.admin).post(
        "deals/mass", {"action": "assign", "ids": [made], "values": {"owner_id": str(people.other)}}
    )
    assert done["done"] == 1
    assert ui.get(f"deals/{made}")["cells"]["owner_id"]["id"] == str(people.other)
    ui.by(people.seller).get(f"deals/{made}", 404)


def test_all_that_match_but_some(ui: Ui) -> None:
    ids = [ui.post("deals", {"values": {"deal_name": f"Four {n}", "stage": "Qualification"}})["row"]["id"] for n in range(4)]
    other = ui.post("deals", {"values": {"deal_name": "Autre", "stage": "Prospecting"}})["row"]["id"]
    only = json.dumps({"field": "stage", "op": "in", "value": ["Qualification"]})
    order = {"action": "delete", "all": True, "filter": only, "view": "open", "except": [ids[0]]}
    assert ui.post("deals/mass", order)["done"] == 3
    assert {row["id"] for row in ui.get("deals/rows")["rows"]} == {ids[0], other}
    assert ui.post("deals/mass", {**order, "except": 5}, 422)["message"]
    assert ui.get("deals/rows", offset=10**20)["rows"] == []


def test_many_records_become_a_job_that_does_each_once(ui: Ui, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mass, "DIRECT", 5)
    monkeypatch.setattr(mass, "BATCH", 4)
    seed("Accounts", 11, blanks=0, owner_id=people.admin)
    job = ui.post("accounts/mass", {"action": "update", "all": True, "values": {"billing_city": "Angers"}})["job"]
    assert jobs.claim(int(job)) == int(job)
    assert jobs.run(job) == jobs.DONE
    admin = actors.load(people.admin)
    found = jobs.get(admin, job)
    assert (found.done, found.counts["done"], found.counts["failed"]) == (11, 11, 0)
    angers = {"field": "billing_city", "op": "is", "value": "Angers"}
    assert query.count(admin, "Accounts", filter=angers).n == 11


def test_pickers_find_records_and_colleagues(ui: Ui, make: Make, people: People) -> None:
    account = make.account("Biscuiterie Kermadec")
    make.account("Aciers Bréval")
    assert [one["id"] for one in ui.get("lookup/accounts", q="kerm")["results"]] == [str(account)]
    found = ui.get("lookup/people")["results"]
    assert str(people.seller) in [one["id"] for one in found]
    assert all(one["title"] and one["hint"] for one in found)


def test_ids_are_text_everywhere(ui: Ui, make: Make) -> None:
    make.account("Biscuiterie Kermadec")
    ui.post("deals", {"values": {"deal_name": "Four"}})
    for answer in (
        ui.get("deals/rows"),
        ui.get("lookup/accounts"),
        ui.get("lookup/people"),
        ui.get("deals/chips", field="owner_id"),
    ):
        text = json.dumps(answer)
        assert not [number for number in _numbers(json.loads(text)) if number > 2**31]


def _numbers(data: Any) -> list[float]:
    if isinstance(data, dict):
        return [n for value in data.values() for n in _numbers(value)]
    if isinstance(data, list):
        return [n for value in data for n in _numbers(value)]
    return [data] if isinstance(data, int | float) and not isinstance(data, bool) else []


def test_a_long_answer_is_compressed_where_it_was_made(ui: Ui) -> None:
    seed("Accounts", 60)
    response = ui.ask("GET", "accounts/rows", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.json()["rows"]) == 60


def test_counts_are_capped_until_asked_exactly(ui: Ui, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.services.query import aggregates

    monkeypatch.setattr(aggregates.count, "__kwdefaults__", {**aggregates.count.__kwdefaults__, "cap": 10})
    seed("Accounts", 12)
    assert ui.get("accounts/count")["capped"] is True
    assert ui.get("accounts/count", exact="1") == {"count": 12, "capped": False, "totals": {}}


def test_a_saved_view_orders_its_rows(ui: Ui, people: People) -> None:
    for name in ("B", "C", "A"):
        ui.post("deals", {"values": {"deal_name": name}})
    view = views.save(actors.load(people.admin), "Deals", {"name": "Par nom", "sort": [["deal_name", "desc"]]})
    assert titles(ui.get("deals/rows", view=view.id)) == ["C", "B", "A"]
    assert titles(ui.get("deals/rows", view=view.id, sort="deal_name:asc")) == ["A", "B", "C"]


def test_the_routes_do_not_block_the_loop(ui: Ui) -> None:
    """Routes are coroutines whose work runs in a lane: none does it in the loop's own thread."""
    assert all(asyncio.iscoroutinefunction(route.endpoint) for route in records.router.routes)  # type: ignore[attr-defined]
