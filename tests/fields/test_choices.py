"""Picklists: written by value, by label in either language, or by a former label; unknown values are named."""

from __future__ import annotations

from types import MappingProxyType

import pytest

from app.base.i18n import LANGUAGES, raw, using
from app.fields.choices import find_choice
from app.fields.registry import types
from app.fields.spec import Choice, Problem
from tests.fields.samples import CHOICES, FR, sample

LISTED = (
    Choice("Yes", raw("Confirmé"), extra=MappingProxyType({"former_labels": ("Validé",)})),
    Choice("Négociation", raw("Négociation/Révision")),
)


def test_found_by_value_label_or_former_label() -> None:
    spec = sample("picklist", choices=LISTED)
    for written in ("Yes", "yes", "CONFIRME", "confirmé", "validé"):
        assert types["picklist"].parse(written, spec, FR) == "Yes"
    assert types["picklist"].parse("negociation/revision", spec, FR) == "Négociation"


def test_found_in_both_languages_whoever_asks() -> None:
    spec = sample("picklist")
    labels = set()
    for language in LANGUAGES:
        with using(language):
            labels |= {str(CHOICES[1].label)}
    for written in labels:
        assert find_choice(spec, written) == "Closed Won"


def test_values_that_differ_in_case_alone_stay_apart() -> None:
    spec = sample("picklist")
    assert [types["picklist"].parse(written, spec, FR) for written in ("A", "a")] == ["A", "a"]


def test_an_unknown_value_is_named() -> None:
    for key, written in (("picklist", "Inconnue"), ("multi_picklist", "A;Inconnue"), ("multi_picklist", ["A", "Inconnue"])):
        with pytest.raises(Problem) as refused:
            types[key].parse(written, sample(key), FR)
        assert "Inconnue" in str(refused.value)


def test_none_of_a_list_is_blank() -> None:
    for written in ("-None-", "-none-", "-Aucun-"):
        assert types["picklist"].parse(written, sample("picklist"), FR) is None
    assert types["picklist"].parse("-None-", sample("picklist", choices=(Choice("-None-", raw("x")),)), FR) == "-None-"


def test_several_values() -> None:
    spec = sample("multi_picklist")
    kind = types["multi_picklist"]
    assert kind.parse("closed won; prospecting", spec, FR) == ("Prospecting", "Closed Won")
    assert kind.parse("Prospecting|Closed Won", spec, FR) == ("Prospecting", "Closed Won")
    assert kind.parse("Prospecting, Closed Won", spec, FR) == ("Prospecting", "Closed Won")
    assert kind.parse("A;Point; virgule;a", spec, FR) == ("a;b", "A", "a")
    assert kind.parse(["a", "a"], spec, FR) == ("a",)
    assert kind.parse([], spec, FR) is None
    assert kind.store(("Prospecting", "a;b"), spec) == {"f_multi_picklist": ";Prospecting;a\x1fb;"}


def test_a_filter_keeps_a_value_that_the_list_lost() -> None:
    spec = sample("picklist")
    assert types["picklist"].operand("in", ["Old", "closed won"], spec, FR) == {"Old", "Closed Won"}


def test_contains_looks_at_labels_of_both_languages() -> None:
    spec = sample("picklist")
    kind = types["picklist"]
    with using("fr"):
        french = str(CHOICES[1].label)
    for part in ("won", "CLOSED", french[:4]):
        assert "Closed Won" in kind.operand("contains", part, spec, FR)


def test_described_for_the_browser_in_the_language_spoken() -> None:
    with using("en"):
        described = types["picklist"].describe(sample("picklist"))["choices"]
    assert described[1] == {"value": "Closed Won", "label": "Closed Won", "colour": "ok", "active": True}
    assert described[-1]["active"] is False
