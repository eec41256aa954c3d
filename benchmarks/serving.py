"""What the server takes to answer: reads beside the bare SQL they send, saves beside a bare commit, many clients at once.

Invariants: requests go over loopback with a session of the administrator, as the browser sends them; the floor of a read is the same
SELECTs sent by the driver alone, and the note says how many there are (without the one that begins every unit).
"""

from __future__ import annotations

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, select, update

from app.database import engine
from app.modules import registry
from app.modules.system import User
from app.services import actor as actors
from app.services import board, home, query, sessions, timeline
from app.services.actor import Actor
from app.services.listing import Asked
from app.services.tables import table
from benchmarks.figures import Figure, median, percentile
from benchmarks.statements import Statements, recorded
from tests.support.servers import Server

Json = Any


class Client:
    """One connection to the server that stays open, signed in."""

    def __init__(self, base: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=120)
        self._used = 0.0
        self._headers = {"Cookie": f"comptoir={token}", "X-Comptoir": "1", "Origin": base, "Accept-Encoding": "identity"}

    def ask(self, path: str, method: str = "GET", body: Json = None) -> Json:
        """The JSON of an answer; anything but 200 raises."""
        data = self.raw(path, method, body)
        return json.loads(data)

    def raw(self, path: str, method: str = "GET", body: Json = None) -> bytes:
        """The bytes of an answer; anything but 200 raises."""
        sent = None if body is None else json.dumps(body)
        if time.monotonic() - self._used > 2:
            self._connection.close()  # the server does so after five seconds of silence
        self._connection.request(method, path, sent, {**self._headers, **({"Content-Type": "application/json"} if sent else {})})
        answer = self._connection.getresponse()
        data = answer.read()
        self._used = time.monotonic()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:300]!r}")
        return data


def session() -> str:
    """A session of the administrator in the database in use."""
    with engine.writing() as connection:
        person = connection.execute(select(table(User).c.id)).scalars().first()
        return sessions.start(connection, int(person or 0), address="127.0.0.1", agent="benchmark")


def administrator() -> Actor:
    """Who acts when a service is called here."""
    with engine.reading() as connection:
        person = connection.execute(select(table(User).c.id)).scalars().first()
    return actors.load(int(person or 0))


@dataclass(frozen=True, slots=True)
class Read:
    """A route and the service call behind it."""

    name: str
    path: str
    call: Callable[[], Any]
    budget: str


def reads(client: Client) -> list[Figure]:
    """Every read, through the server, beside its SQL."""
    figures = []
    empty = median(lambda: client.raw("/healthz"))
    figures.append(Figure("a route that asks for the counters alone", empty, "ms", note="part of every figure below"))
    for read in [*_lists(client), *_records()]:
        statements = recorded(read.call)
        bare = median(statements.run)
        whole = median(lambda read=read: client.raw(read.path))  # type: ignore[misc]
        figures.append(Figure(read.name, whole, "ms", bare, "bare SQL", read.budget, f"{len(statements.texts)} statements"))
    return figures


def _lists(client: Client) -> list[Read]:
    with engine.reading() as connection:
        accounts = registry.snapshot().table("Accounts")
        half = int(connection.execute(select(func.count()).select_from(accounts)).scalar_one()) // 2
    contains = json.dumps({"field": "account_site", "op": "contains", "value": "ar"})
    picked = json.dumps({"field": "industry", "op": "in", "value": [registry.snapshot().module("Accounts").field("industry").choices[0].value]})
    dated = json.dumps({"field": "created_at", "op": "this_month"})
    cursor = client.ask(f"/api/ui/accounts/rows?fields=account_name&limit=1&offset={half}")["next"]
    return [
        _rows("list: first page", "Accounts", "≤ 3 × SQL"),
        _rows("list: next page by key, at the middle", "Accounts", "≤ 3 × SQL", after=cursor),
        _rows("list: jump to the middle (offset)", "Accounts", "≤ 150 ms", offset=str(half)),
        _rows("list: sort by a field with index", "Accounts", "≤ 150 ms", sort="modified_at:desc"),
        _rows("list: sort by a field without index", "Accounts", "≤ 150 ms; 1M ≤ 400", sort="employees:desc"),
        _rows("list: filter contains", "Accounts", "≤ 150 ms; 1M ≤ 400", filter=contains),
        _rows("list: filter picklist", "Accounts", "≤ 150 ms; 1M ≤ 400", filter=picked),
        _rows("list: filter relative date", "Accounts", "≤ 150 ms; 1M ≤ 400", filter=dated),
        _rows("list: quick search, common word", "Accounts", "≤ 150 ms; 1M ≤ 400", q="ar"),
        _count("count, capped", ""),
        _count("count, exact", "true"),
        _chips(),
        _home(),
        _board(),
    ]  # fmt: skip


def _path(module: str, part: str, parameters: Mapping[str, str]) -> str:
    return f"/api/ui/{module.lower()}/{part}?{urlencode(parameters)}"


def _rows(name: str, module: str, budget: str, **parameters: str) -> Read:
    columns = registry.snapshot().module(module).columns
    asked = {"fields": ",".join(columns), "limit": "50", **parameters}

    def call() -> Any:
        actor = administrator()
        found = Asked.of(actor, module, asked)
        return query.page(
            actor, module, fields=columns, filter=found.filter, text=found.text, sort=found.sort, limit=50,
            after=asked.get("after"), offset=int(asked.get("offset", 0)) or None,
        )  # fmt: skip

    return Read(name, _path(module, "rows", asked), call, budget)


def _count(name: str, exact: str) -> Read:
    asked = {"exact": exact} if exact else {}
    return Read(
        name,
        _path("Accounts", "count", asked),
        lambda: query.count(administrator(), "Accounts", cap=None if exact else 10_000),
        "≤ 150 ms; 1M ≤ 400",
    )


def _chips() -> Read:
    asked = {"field": "industry"}
    return Read(
        "chips of a picklist",
        _path("Accounts", "chips", asked),
        lambda: query.chips(administrator(), "Accounts", "industry"),
        "1M ≤ 400 ms",
    )


def _home() -> Read:
    return Read("home: open deals", "/api/ui/home/pipeline", lambda: home.component(administrator(), "pipeline"), "8 in ≤ 600 ms")


def _board() -> Read:
    return Read("Kanban of deals, whole", "/api/ui/deals/board", lambda: board.lanes(administrator(), "Deals", board.wish("Deals")), "≤ 150 ms")


def _records() -> list[Read]:
    actor = administrator()
    row = query.page(actor, "Accounts", fields=(), limit=1, offset=5).rows[0]
    address = f"/api/ui/accounts/{row.id}"
    related = {"field": "account_id", "op": "in", "value": [str(row.id)]}
    names = ("deal_name", "stage", "amount", "closing_on")
    return [
        Read("record: whole", f"{address}/whole", lambda: query.get(actor, "Accounts", row.id, deleted=None), "≤ 200 ms together"),
        Read("record: timeline", f"{address}/timeline", lambda: timeline.timeline(actor, "Accounts", row.id), ""),
        Read(
            "record: related deals", f"{address}/related/deals",
            lambda: (query.get(actor, "Accounts", row.id, deleted=None, fields=["account_name"]),
                     query.page(actor, "Deals", fields=names, filter=related, sort=(("closing_on", "asc"),), limit=5)), "",
        ),
    ]  # fmt: skip


def saves(client: Client, label: str = "", budget: str = "≤ 100 ms") -> list[Figure]:
    """A cell saved, and a card dropped, beside an UPDATE and a commit of the driver alone."""
    bare = median(bare_save, 15)
    name = "phone"
    row = client.ask("/api/ui/accounts/rows?limit=1&fields=phone")["rows"][0]
    numbers = iter(range(10, 10_000))

    def save() -> None:
        nonlocal row
        body = {"values": {name: f"01 02 03 {next(numbers):04}"}, "version": row["version"]}
        row = client.ask(f"/api/ui/accounts/{row['id']}", "PATCH", body)["row"]

    figures = [Figure(f"cell saved{label}", median(save, 15), "ms", bare, "UPDATE and commit", budget)]
    lanes = [lane for lane in client.ask("/api/ui/deals/board")["lanes"] if lane["cards"] and lane["value"]]
    card, stages = lanes[0]["cards"][0], [lane["value"] for lane in lanes[:2]]
    turns = iter(range(1, 10_000))

    def drop() -> None:
        nonlocal card
        body = {"id": card["id"], "by": "stage", "lane": stages[next(turns) % 2], "version": card["version"]}
        card = client.ask("/api/ui/deals/board/move", "POST", body)["row"]

    figures.append(Figure("card dropped", median(drop, 15), "ms", bare, "UPDATE and commit", budget))
    return figures


def bare_save() -> None:
    """The floor of a save."""
    accounts = registry.snapshot().table("Accounts")
    with engine.current().engine.begin() as connection:
        one = select(accounts.c.id).order_by(accounts.c.id).limit(1).scalar_subquery()
        connection.execute(update(accounts).where(accounts.c.id == one).values(version=accounts.c.version))


def while_home_loads(new_client: Callable[[], Client]) -> list[Figure]:
    """The home's components asked for together, as its page does; and list calls meanwhile."""
    keys = [c["key"] for c in home.components(administrator())]
    alone, path = new_client(), "/api/ui/accounts/rows?limit=50"
    quiet = median(lambda: alone.raw(path))
    clients = [new_client() for _ in keys]
    together: list[float] = []
    meanwhile: list[float] = []
    for _round in range(5):
        began = time.perf_counter()
        threads = [threading.Thread(target=c.raw, args=(f"/api/ui/home/{k}",)) for c, k in zip(clients, keys, strict=True)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            asked = time.perf_counter()
            alone.raw(path)
            meanwhile.append((time.perf_counter() - asked) * 1000)
        together.append((time.perf_counter() - began) * 1000)
    return [
        Figure(f"home: {len(keys)} components together", statistics.median(together), "ms", budget="≤ 600 ms"),
        Figure("list call while a home loads", statistics.median(meanwhile), "ms", quiet, "the same alone", "≤ 20 ms"),
    ]


def while_importing(server: Server, client: Client, file: Path, rows: int) -> list[Figure]:
    """A cell saved again and again while the server does an import."""
    row = client.ask("/api/ui/accounts/rows?limit=1&fields=phone")["rows"][0]
    worker = threading.Thread(
        target=server.cli, args=("import", str(file), "--module", "Accounts", "--key", "none", "--again"), kwargs={"timeout": 600}
    )
    worker.start()
    times: list[float] = []
    number = 1000
    while worker.is_alive():
        time.sleep(0.05)
        number += 1
        began = time.perf_counter()
        body = {"values": {"phone": f"01 02 03 {number:04}"}, "version": row["version"]}
        row = client.ask(f"/api/ui/accounts/{row['id']}", "PATCH", body)["row"]
        times.append((time.perf_counter() - began) * 1000)
    worker.join()
    note = f"95 %: {percentile(times, 0.95):.0f} ms, worst {max(times):.0f} ms, {len(times)} saves, {rows:,} rows"
    return [Figure("cell saved while an import runs", statistics.median(times), "ms", median(bare_save), "UPDATE and commit", "≤ 100 ms", note)]


def throughput(new_client: Callable[[], Client], empty: str, seconds: float = 4.0) -> list[Figure]:
    """Requests a second of 200 records with 8 clients, beside a route that does nothing."""
    columns = ",".join(registry.snapshot().module("Accounts").columns)
    path = f"/api/ui/accounts/rows?limit=200&fields={columns}"
    found = _rate([new_client() for _ in range(8)], path, seconds)
    floor = _rate([Client(empty, "") for _ in range(8)], "/healthz", seconds)
    return [Figure("200 records as JSON, 8 clients", found, "requests/s", floor, "empty route", "≥ 300", "the clients share the two cores")]


def _rate(clients: list[Client], path: str, seconds: float) -> float:
    done = [0] * len(clients)
    until = time.perf_counter() + seconds

    def work(place: int) -> None:
        while time.perf_counter() < until:
            clients[place].raw(path)
            done[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / seconds


__all__ = ["Client", "Statements", "reads", "saves", "session", "throughput", "while_home_loads", "while_importing"]
