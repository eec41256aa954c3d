"""A field of each type, and what people might put into it: the ground of the conformity tests. A new type adds a line to each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st

from app.base.i18n import N_, raw
from app.fields.registry import types
from app.fields.spec import Choice, Ctx, FieldSpec, FieldType

TODAY = date(2026, 11, 24)
FR = Ctx(today=TODAY, user_id=7, team_ids=frozenset({7, 8}), people={"Claire Martin": 8}.get)
EN = Ctx(
    today=TODAY, language="en", zone="America/New_York", user_id=7, team_ids=frozenset({7, 8}), fiscal_month=4, week_start=6
)

CHOICES = (
    Choice("Prospecting", N_("Prospecting"), "r1", extra=MappingProxyType({"former_labels": ("Premier contact",)})),
    Choice("Closed Won", N_("Closed Won"), "ok"),
    Choice("a;b", raw("Point; virgule")),
    Choice("A", raw("Grand a")),
    Choice("a", raw("Petit a")),
    Choice("Retired", raw("Ancienne valeur"), active=False),
)
SETTINGS: dict[str, dict[str, Any]] = {
    "text": {"max_length": 120},
    "decimal": {"scale": 3},
    "percent": {"scale": 2, "minimum": "-100", "maximum": "1000"},
    "picklist": {"choices": CHOICES},
    "multi_picklist": {"choices": CHOICES},
    "link": {"target": "Accounts"},
    "multi_link": {"target": "Accounts"},
    "any_link": {"targets": ("Accounts", "Contacts")},
    "auto_number": {"prefix": "INV-"},
    "computed": {"result": "text", "formula": "full_name", "depends": ("first_name", "last_name")},
}


def sample(key: str, name: str = "", **settings: Any) -> FieldSpec:
    """A field of the type `key`."""
    return FieldSpec(
        type=key,
        label=N_("Sample"),
        api_name=f"Sample_{key}",
        name=name or f"f_{key}",
        settings=MappingProxyType({**SETTINGS.get(key, {}), **settings}),
    )


def each_type() -> list[FieldType]:
    """Every registered type."""
    return list(types)


_LETTERS = st.text(alphabet="aAàÀéœŒßŁ ’'\"-.%_\\/;,x0 1\u202f\u0301ǅΣς🙂İ", max_size=12)
_TEXT = _LETTERS | st.text(max_size=20)
_NUMBERS = (
    st.integers(-(10**7), 10**7) | st.decimals(-1000, 1000, places=3).map(str) | st.sampled_from([0, "1", "-1", "0.0005"])
)
_NEAR_DAYS = st.integers(-9, 9).map(lambda n: TODAY + timedelta(days=n)) | st.dates(date(2025, 1, 1), date(2028, 12, 31))
_DAYS = _NEAR_DAYS | st.dates(date(1000, 1, 1), date(9998, 12, 31))
_NEAR = st.builds(lambda day, clock: datetime.combine(day, clock, UTC), _NEAR_DAYS, st.times())
_IDS = st.integers(1, 9) | st.integers(1, 2**63 - 1)
_VALUES = st.sampled_from([choice.value for choice in CHOICES])
_PHONES = st.sampled_from(
    ["06 12 34 56 78", "+33612345678", "01.99.00.12.34", "+44 20 7946 0958", "(212) 555-0123", "3615", "0 800"]
) | st.text(alphabet="0123456789 +.", min_size=1, max_size=12)
_URLS = st.sampled_from(["www.exemple.fr", "https://exemple.fr/", "HTTP://Exemple.fr/Œuvre", "http://exemple.fr:8080/a?b=%20"])
_EMAILS = st.sampled_from(
    ["a@exemple.fr", "A.b@EXEMPLE.fr", "éric@exemple.fr", "x_y@exemple.org", "%@exemple.fr", "a@münchen.de"]
)

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": _TEXT,
    "long_text": _TEXT | st.text(alphabet="aé\n\t ", max_size=9),
    "email": _EMAILS,
    "phone": _PHONES,
    "url": _URLS,
    "integer": st.integers(-9, 9) | st.integers(-(2**53), 2**53),
    "decimal": _NUMBERS,
    "percent": st.decimals(-100, 1000, places=2).map(str),
    "money": _NUMBERS,
    "date": _DAYS,
    "datetime": _NEAR | st.datetimes(datetime(1001, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC)),
    "picklist": _VALUES,
    "multi_picklist": st.lists(_VALUES, max_size=4),
    "boolean": st.booleans(),
    "link": _IDS,
    "multi_link": st.lists(_IDS, max_size=3),
    "any_link": st.tuples(st.sampled_from(["Accounts", "Contacts"]), _IDS),
    "person": st.integers(6, 9) | _IDS,
    "auto_number": _TEXT,
    "computed": _TEXT,
}
"""Raw values as a form or the API may send them; a few are refused."""

OPERANDS: dict[str, st.SearchStrategy[Any]] = {
    **VALUES,
    **dict.fromkeys(("text", "auto_number", "computed"), _TEXT | st.sampled_from(["a", "â", "B", "z", "σ", "千"])),
    "email": _EMAILS | st.sampled_from(["@exemple", ".fr", "a", "A.B@"]),
    "url": _URLS | st.sampled_from(["exemple", "www.ex", "œuvre", ".fr", "b=%20"]),
    "phone": _PHONES | st.sampled_from(["06", "0612", "+33 6", "78"]),
    "datetime": VALUES["datetime"] | _NEAR_DAYS,
    "multi_picklist": _VALUES,
    "any_link": VALUES["any_link"].map(lambda pair: {"module": pair[0], "id": str(pair[1])}),
}
"""What people might compare with."""

_STARTS = ["a", "A b", "az", "aσ", "a🙂", "a千", "b", "ÂZ"]
ALWAYS: dict[str, list[Any]] = {
    **dict.fromkeys(("text", "auto_number", "computed"), _STARTS),
    "date": [TODAY + timedelta(days=n) for n in (-2, -1, 0, 1, *range(-700, 700, 6))],
    "datetime": [datetime(2026, 11, 24, 23, 30, tzinfo=UTC) + timedelta(days=n) for n in (-2, -1, 0, 1, *range(-700, 700, 6))],
}
"""Stored in every case, so that each span of the calendar holds one and lacks one, and words begin with the same letter."""
