"""The sample company's year: accounts, people, products, and deals that moved through their stages until today."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from app.base import clock
from app.base.errors import ComptoirError, Conflict
from app.base.i18n import N_
from app.base.ids import new_id
from app.base.text import fold
from app.modules import registry
from app.modules.system import Note, Profile, SampleRecord, StageChange, User
from app.services import bulk, pipeline, settings
from app.services.actor import Actor, access_changed, ctx
from app.services.log import Changes, change_set
from app.services.records import Saved
from app.services.sample import data
from app.services.sample.removal import USERS, is_loaded

_SEED = 1789
_DEALS = 168
_LOST = ("Price", "Competition", "No Response", "Expectation Mismatch", "Project Cancelled")
_PATH = ("Prospecting", "Qualification", "Needs Analysis", "Value Proposition", "Negotiation/Review")
_SAMPLE = SampleRecord.__table__  # type: ignore[attr-defined]
_STAGE, _NOTE = StageChange.__table__, Note.__table__  # type: ignore[attr-defined]


def load(actor: Actor) -> int:
    """Fills an organisation with the sample company; returns how many records were made. `Conflict` when it is there already."""
    if is_loaded():
        raise Conflict(N_("The sample data is loaded already."))
    rng = random.Random(_SEED)  # noqa: S311 - the same story each time is the point
    day = clock.today(settings.company().zone)
    with change_set(actor.from_source("system"), N_("Sample data loaded")) as changes:
        actor = changes.actor
        people = [actor.user_id, *_people(changes)]
        accounts = _make(changes, "Accounts", _accounts(rng, people, day))
        contacts = _make(changes, "Contacts", _contacts(rng, accounts, people, day))
        _make(changes, "Products", _products(actor.user_id, day))
        stories = list(_deals(rng, accounts, contacts, people, day))
        deals = _make(changes, "Deals", [s[0] for s in stories], [s[1] for s in stories])
        _histories(changes, stories, deals)
        _notes(changes, rng, deals)
    return len(changes.rows)


def _people(changes: Changes) -> list[int]:
    """Three colleagues who own part of the records. They have no password, so nobody can sign in as them."""
    profile = changes.connection.execute(select(Profile.__table__.c.id).where(Profile.__table__.c.key == "standard")).scalar()  # type: ignore[attr-defined]
    if profile is None:
        return []
    made = []
    for first, last, email in data.PEOPLE:
        name = f"{first} {last}"
        values: Mapping[str, Any] = {
            "email": email, "email_f": fold(email), "name": name, "name_f": fold(name), "first_name": first, "last_name": last,
            "password_hash": "", "profile_id": profile, "role_id": None, "active": True, "language": "fr", "zone": "Europe/Paris",
            "theme": "auto", "preferences": None, "created_at": changes.at, "last_seen_at": None,
        }  # fmt: skip
        made.append(changes.insert(User, values))
    _list(changes, USERS, made)
    access_changed(changes.connection)
    changes.topics.add(("access",))
    return made


def _make(
    changes: Changes, module: str, rows: Sequence[Mapping[str, Any]], fixed: Sequence[Mapping[str, Any]] | None = None
) -> list[int]:
    """Writes rows through the pipeline; a key beginning with "+" is a value that the system sets (created_at)."""
    spec = registry.snapshot().module(module)
    context = ctx(changes.actor)
    parsed = []
    for number, row in enumerate(rows):
        one = pipeline.parse(changes.actor, spec, context, {k: v for k, v in row.items() if not k.startswith("+")})
        one.fixed = {k[1:]: v for k, v in row.items() if k.startswith("+")} | dict(fixed[number] if fixed else {})
        parsed.append(one)
    ids = [_id(outcome) for outcome in bulk.create_many(changes.actor, module, parsed, within=changes)]
    _list(changes, module, ids)
    return ids


def _id(outcome: Saved | ComptoirError) -> int:
    if isinstance(outcome, ComptoirError):
        raise outcome
    return int(outcome.id)


def _list(changes: Changes, module: str, ids: Iterable[int]) -> None:
    rows = [{"module": module, "record_id": i} for i in ids]
    if rows:
        changes.connection.execute(insert(_SAMPLE), rows)


def _accounts(rng: random.Random, people: Sequence[int], day: date) -> list[dict[str, Any]]:
    rows = []
    for number, (name, kind, industry, code, city, region, size) in enumerate(data.ACCOUNTS):
        site = fold(name).replace("'", "-").replace(" ", "-")
        rows.append(
            {"account_name": name, "account_type": kind, "industry": industry, "phone": _phone(rng, number % 4),
             "website": f"https://www.{site}.example", "employees": size, "annual_revenue": str(size * rng.randint(90, 240) * 1000),
             "siren": _siren(rng), "billing_street": f"{rng.randint(1, 140)} rue {rng.choice(('du Port', 'des Tilleuls', 'de la Gare', 'du Moulin'))}",
             "billing_code": code, "billing_city": city, "billing_state": region, "billing_country": "France",
             "owner_id": people[number % len(people)], "+created_at": _at(rng, day - timedelta(days=rng.randint(300, 420)))}
        )  # fmt: skip
    return rows


def _contacts(rng: random.Random, accounts: Sequence[int], people: Sequence[int], day: date) -> list[dict[str, Any]]:
    rows = []
    for number in range(len(accounts) * 2 + 12):
        place = number % len(accounts)
        first, last = rng.choice(data.FIRST_NAMES), data.LAST_NAMES[number % len(data.LAST_NAMES)]
        domain = fold(data.ACCOUNTS[place][0]).replace("'", "-").replace(" ", "-")
        mail = f"{fold(first)}.{fold(last)}".replace(" ", "-").replace("'", "")
        rows.append(
            {"salutation": rng.choice(("Mr.", "Mrs.")), "first_name": first, "last_name": last, "account_id": accounts[place],
             "title": rng.choice(data.TITLES), "department": rng.choice(data.DEPARTMENTS), "email": f"{mail}@{domain}.example",
             "phone": _phone(rng, place % 4), "mobile": _phone(rng, 4), "lead_source": rng.choice(("Trade Show", "External Referral", "Web Form", "Partner", "Cold Call")),
             "mailing_city": data.ACCOUNTS[place][4], "mailing_zip": data.ACCOUNTS[place][3], "mailing_country": "France",
             "owner_id": people[place % len(people)], "+created_at": _at(rng, day - timedelta(days=rng.randint(200, 400)))}
        )  # fmt: skip
    return rows


def _products(owner: int, day: date) -> list[dict[str, Any]]:
    return [
        {"product_code": code, "product_name": name, "product_category": category, "usage_unit": unit, "unit_price": price,
         "owner_id": owner, "quantity_in_stock": "0" if category in ("Service", "Software", "Training") else str(len(name) * 3),
         "reorder_level": "10", "sales_start_on": (day - timedelta(days=700)).isoformat()}
        for code, name, category, unit, price in data.PRODUCTS
    ]  # fmt: skip


Story = tuple[dict[str, Any], dict[str, Any], list[tuple[str, datetime]]]


def _deals(
    rng: random.Random, accounts: Sequence[int], contacts: Sequence[int], people: Sequence[int], day: date
) -> Iterable[Story]:
    """Deals with the stages they went through: most are closed, the latest are open and close within four months."""
    for number in range(_DEALS):
        place = rng.randrange(len(accounts))
        subject, low, high = rng.choice(data.SUBJECTS)
        amount = Decimal(rng.randint(low // 100, high // 100) * 100)
        age = int(365 * (1 - number / _DEALS)) + rng.randint(2, 20)
        begun = day - timedelta(days=age)
        took = rng.randint(25, 110)
        open_deal = age < took
        reached = min(len(_PATH) - 1, int(age / took * len(_PATH))) if open_deal else rng.randint(1, 4)
        ends = begun + timedelta(days=took)
        stages = [(stage, begun + timedelta(days=int(took * i / len(_PATH)))) for i, stage in enumerate(_PATH[: reached + 1])]
        values: dict[str, Any] = {
            "deal_name": f"{subject} {begun.year}" if rng.random() < 0.3 else subject, "account_id": accounts[place],
            "contact_id": contacts[place], "amount": str(amount), "owner_id": people[place % len(people)],
            "type": rng.choice(("New Business", "Existing Business")),
            "lead_source": rng.choice(("Trade Show", "External Referral", "Web Form", "Partner", "Cold Call")),
        }  # fmt: skip
        if not open_deal:
            won = rng.random() < 0.58
            stages.append(
                ("Closed Won" if won else rng.choice(("Closed Lost", "Closed Lost", "Closed Lost to Competition")), ends)
            )
            if not won:
                values["reason_for_loss"] = rng.choice(_LOST)
        else:
            ends += timedelta(days=rng.choice((-20, 0, 0, 10, 30)))
            if rng.random() < 0.75:
                values["next_step"] = rng.choice(data.NEXT_STEPS)
        timed = [(stage, _at(rng, on)) for stage, on in stages]
        values |= {"stage": timed[-1][0], "closing_on": ends.isoformat()}
        fixed: dict[str, Any] = {"created_at": timed[0][1], "stage_changed_at": timed[-1][1]}
        if not open_deal:
            fixed |= {"sales_cycle_days": took, "overall_sales_days": took}
        yield values, fixed, timed


def _histories(changes: Changes, stories: Sequence[Story], deals: Sequence[int]) -> None:
    """The stages before the last one; the pipeline wrote that, dated at the deal's creation: it gets its own day."""
    spec = registry.snapshot().module("Deals").field("stage")
    rows = []
    for (values, _fixed, timed), deal in zip(stories, deals, strict=True):
        for place, (stage, at) in enumerate(timed):
            choice = spec.choice(stage)
            probability = str(choice.extra["probability"]) if choice else None
            days = (at - timed[place - 1][1]).days if place else None
            rows.append(
                {"id": new_id(), "deal_id": deal, "set_id": changes.set_id, "at": at, "user_id": values["owner_id"] or None, "stage": stage,
                 "amount": values["amount"], "probability": probability, "expected_revenue": None,
                 "closing_on": date.fromisoformat(values["closing_on"]), "days_in_stage": days}
            )  # fmt: skip
    changes.connection.execute(_STAGE.delete().where(_STAGE.c.set_id == changes.set_id))
    changes.connection.execute(insert(_STAGE), rows)


def _notes(changes: Changes, rng: random.Random, deals: Sequence[int]) -> None:
    for deal in deals[-60::3]:
        at = changes.at - timedelta(days=rng.randint(0, 20), hours=rng.randint(1, 9))
        values: Mapping[str, Any] = {
            "parent_module": "Deals", "parent_id": deal, "title": "", "content": rng.choice(data.NOTES), "version": 1,
            "owner_id": changes.actor.user_id, "created_at": at, "modified_at": at, "deleted_at": None,
        }  # fmt: skip
        changes.insert(Note, values)


def _at(rng: random.Random, day: date) -> datetime:
    """A moment of a working day."""
    return min(datetime.combine(day, time(rng.randint(7, 16), rng.randint(0, 59)), UTC), clock.now())


def _phone(rng: random.Random, region: int) -> str:
    prefix = ("+33 1 99 00", "+33 2 61 91", "+33 3 53 01", "+33 5 36 49", "+33 6 39 98")[region]
    return f"{prefix} {rng.randint(10, 99)} {rng.randint(10, 99)}"


def _siren(rng: random.Random) -> str:
    """Eight digits and their check digit (Luhn); begins with 000, which INSEE does not give."""
    body = f"000{rng.randint(0, 99999):05d}"
    for check in "0123456789":
        digits = body + check
        total = sum(sum(divmod(int(d) * (2 if place % 2 else 1), 10)) for place, d in enumerate(reversed(digits)))
        if total % 10 == 0:
            return digits
    raise AssertionError("one of ten digits always fits")
