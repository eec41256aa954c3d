"""The real deals: 85 accounts, 7 products, 8,800 deals become a pipeline whose figures are those computed from the files themselves.

By the command line and by the services, on both engines; imported twice they change nothing. The files stay where they are.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.services import actor as actors
from app.services import board, exporting, query
from app.services.actor import Actor
from app.services.exporting import Request
from app.services.importing import planning, sources
from tests.support.databases import PEOPLE
from tests.support.imports import bring, count, figures
from tests.support.places import Place
from tests.support.servers import ROOT

DEALS = ROOT.parent / "shared" / "data" / "deals"
pytestmark = pytest.mark.skipif(not DEALS.is_dir(), reason="the deals are not here")

MAPPING: dict[str, Any] = {
    "columns": {
        "opportunity_id": "Deal_Name",
        "account": "Account_Name",
        "product": {"new": "Product sold", "type": "picklist"},
        "sales_agent": {"new": "Sales agent", "type": "text"},
        "deal_stage": "Stage",
        "engage_date": {"new": "Engaged on", "type": "date"},
        "close_date": "Closing_Date",
        "close_value": "Amount",
    },
    "values": {"Stage": {"Won": "Closed Won", "Lost": "Closed Lost", "Engaging": "Qualification"}},
    "dates": "iso",
    "links": "match",
}
WON, LOST = "Closed Won", "Closed Lost"
QUARTERS = {
    "2017Q1": (531, 116, 1_134_672),
    "2017Q2": (1254, 778, 3_086_111),
    "2017Q3": (1257, 790, 2_982_255),
    "2017Q4": (1196, 789, 2_802_496),
}
PRODUCTS = {
    "GTXPro": (729, 3_510_578), "GTX Plus Pro": (479, 2_629_651), "MG Advanced": (654, 2_216_387), "GTX Plus Basic": (653, 705_275),
    "GTX Basic": (915, 499_263), "GTK 500": (15, 400_612), "MG Special": (793, 43_768),
}  # fmt: skip
STAGES = {"Prospecting": 500, "Qualification": 1589, WON: 4238, LOST: 2473}


@pytest.fixture
def admin(database: object, tmp_path: Path) -> Iterator[Actor]:
    sources.use(tmp_path / "transfers")
    yield actors.load(PEOPLE.admin, "import")
    sources.use(None)


@pytest.mark.timeout(240)
def test_the_services_give_the_ground_truth(admin: Actor) -> None:
    assert figures(bring(admin, "Accounts", DEALS / "accounts.csv")) == (85, 0, 0, 0, 0)
    assert figures(bring(admin, "Products", DEALS / "products.csv")) == (7, 0, 0, 0, 0)
    job = bring(admin, "Deals", DEALS / "sales_pipeline.csv", **MAPPING)
    assert figures(job) == (8800, 0, 0, 0, 0)
    assert figures(bring(admin, "Deals", DEALS / "sales_pipeline.csv", **MAPPING)) == (0, 0, 8800, 0, 0)
    assert figures(bring(admin, "Accounts", DEALS / "accounts.csv")) == (0, 0, 85, 0, 0)
    assert (count("Accounts"), count("Products"), count("Deals")) == (85, 7, 8800)
    _accounts(admin)
    _list_and_board(admin)
    _by_quarter_and_product(admin)
    rows = _exported(admin)
    _by_agent(rows)
    _by_account(rows)


def _accounts(actor: Actor) -> None:
    totals = query.totals(actor, "Accounts", ["annual_revenue", "employees"])
    assert (totals["annual_revenue"], totals["employees"]) == (Decimal("169543.80"), 396_170)
    assert query.count(actor, "Accounts", filter={"field": "parent_account_id", "op": "not_empty"}).n == 15
    assert query.count(actor, "Accounts", filter={"field": "billing_country", "op": "is", "value": "United States"}).n == 71


def _list_and_board(actor: Actor) -> None:
    won = {"field": "stage", "op": "in", "value": [WON]}
    assert query.totals(actor, "Deals", ["amount"], filter=won) == {"count": 4238, "amount": Decimal(10_005_534)}
    assert query.count(actor, "Deals", filter={"field": "account_id", "op": "empty"}).n == 1425
    by_stage = {g.value: (g.count, g.totals["amount"]) for g in query.groups(actor, "Deals", "stage", ["amount"])}
    assert {s: n for s, (n, _sum) in by_stage.items() if n} == STAGES
    assert (by_stage[WON][1], by_stage[LOST][1]) == (Decimal(10_005_534), 0)
    lanes = {f["value"]: f for f in board.figures(actor, "Deals", board.wish("Deals"))}
    assert lanes[WON]["count"] == 4238
    assert Decimal(str(lanes[WON]["sum"])) == 10_005_534


def _by_quarter_and_product(actor: Actor) -> None:
    for stage, place in ((WON, 0), (LOST, 1)):
        only = {"field": "stage", "op": "in", "value": [stage]}
        groups = query.groups(actor, "Deals", "closing_on", ["amount"], bucket="quarter", filter=only)
        assert [g.count for g in groups if g.value] == [figures[place] for figures in QUARTERS.values()]
        if stage == WON:
            assert [g.totals["amount"] for g in groups if g.value] == [figures[2] for figures in QUARTERS.values()]
    field = planning.module_of("Deals").field("Product_Sold").name
    won = {"field": "stage", "op": "in", "value": [WON]}
    found = {g.value: (g.count, g.totals["amount"]) for g in query.groups(actor, "Deals", field, ["amount"], filter=won)}
    assert {k: v for k, v in found.items() if v[0]} == PRODUCTS


def _exported(actor: Actor) -> list[dict[str, str]]:
    content = b"".join(exporting.csv_blocks(exporting.prepare(actor, Request("Deals", api_names=True)))).decode()
    rows = list(csv.DictReader(content.splitlines()))
    assert len(rows) == 8800
    assert sum(Decimal(r["Amount"]) for r in rows if r["Stage"] == WON) == 10_005_534
    assert min(r["Engaged_On"] for r in rows if r["Engaged_On"]) == "2016-10-20"
    return rows


def _by_agent(rows: list[dict[str, str]]) -> None:
    found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        if row["Stage"] in (WON, LOST):
            quarter = f"{row['Closing_Date'][:4]}Q{(int(row['Closing_Date'][5:7]) + 2) // 3}"
            of = found[row["Sales_Agent"], quarter]
            of[0 if row["Stage"] == WON else 1] += 1
            of[2] += int(Decimal(row["Amount"])) if row["Stage"] == WON else 0
    truth = _truth("TRUTH_agent_quarter.csv")
    assert len(truth) == 120
    assert {(t["sales_agent"], t["quarter"]): [int(t["won"]), int(t["lost"]), int(t["won_value"])] for t in truth} == dict(
        found
    )


def _by_account(rows: list[dict[str, str]]) -> None:
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in rows:
        if row["Account_Name"]:
            of = found[row["Account_Name"]]
            of[0] += 1
            of[1] += row["Stage"] == WON
            of[2] += int(Decimal(row["Amount"])) if row["Stage"] == WON else 0
    truth = _truth("TRUTH_account.csv")
    assert {t["account"]: [int(t["deals"]), int(t["won"]), int(t["won_value"])] for t in truth} == dict(found)


def _truth(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DEALS / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_command_line_gives_the_ground_truth(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    place = Place(tmp_path / "data", kind, request)
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps(MAPPING), encoding="utf-8")
    deals = ["import", str(DEALS / "sales_pipeline.csv"), "--module", "Deals", "--mapping", str(mapping), "--json"]
    trial = place.command("import", str(DEALS / "accounts.csv"), "--module", "Accounts", "--dry-run", "--json")
    assert (trial["read"], trial["created"], trial["job"]) == (85, 85, None)
    assert place.one("SELECT count(*) FROM accounts") == 0
    assert (
        place.command("import", str(DEALS / "accounts.csv"), "--module", "Accounts", "--create-fields", "--json")["created"]
        == 85
    )
    assert place.command("import", str(DEALS / "products.csv"), "--module", "Products", "--json")["created"] == 7
    assert place.command(*deals)["created"] == 8800
    again = place.command(*deals)
    assert {k: again[k] for k in ("read", "created", "updated", "unchanged", "skipped", "failed")} == {
        "read": 8800, "created": 0, "updated": 0, "unchanged": 8800, "skipped": 0, "failed": 0,
    }  # fmt: skip
    won = f"FROM deals WHERE stage = '{WON}' AND deleted_at IS NULL"
    assert place.one(f"SELECT count(*) {won}") == 4238
    assert place.one(f"SELECT sum(amount_c) {won}") == 10_005_534 * 10_000
    out = tmp_path / "won.csv"
    place.command("export", "--module", "Deals", "--view", "won", "--format", "csv", "--api-names", "--out", str(out))
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert (len(rows), sum(Decimal(r["Amount"]) for r in rows)) == (4238, 10_005_534)
