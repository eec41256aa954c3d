"""Every word that the list hands to the browser has its French, and its numbers stay to be filled in."""

from __future__ import annotations

import re

import pytest

from app.base.i18n import using
from app.components import words

DEALS = {"singular": "Transaction", "plural": "Transactions", "new": "Nouvelle transaction"}
LEADS = {"singular": "Lead", "plural": "Leads", "new": "Nouveau lead"}
MODULE_WORDS = ("n_records_one", "n_records_many")  # the module's own


def spoken(language: str) -> dict[str, str]:
    with using(language):
        return {**words.kinds(), **words.table(DEALS), **words.filters()}


def test_every_word_is_translated() -> None:
    english, french = spoken("en"), spoken("fr")
    same = [key for key, text in english.items() if french[key] == text and key not in MODULE_WORDS]
    assert same == []


def test_a_translation_keeps_the_parameters() -> None:
    english, french = spoken("en"), spoken("fr")
    parameters = {key: set(re.findall(r"\{\w+\}", text)) for key, text in english.items()}
    assert {key: set(re.findall(r"\{\w+\}", text)) for key, text in french.items()} == parameters


def test_no_french_sign_stands_without_its_narrow_space() -> None:
    for text in spoken("fr").values():
        assert not re.search(r"[^\u202f:/(]\s?(?<!\u202f)[;:!?%»](?:\s|$)", text.replace("\u202f:", "")), text
        assert "'" not in text, text


@pytest.mark.parametrize(
    ("module", "none", "several"), [(DEALS, "Aucune transaction", "sélectionnées"), (LEADS, "Aucun lead", "sélectionnés")]
)
def test_french_agrees_with_the_gender_of_the_module(module: dict[str, str], none: str, several: str) -> None:
    with using("fr"):
        found = words.table(module)
    assert found["empty_title"].startswith(none)
    assert found["selected_many"] == several


def test_an_abbreviation_keeps_its_capitals() -> None:
    assert words.lower_first("Deals") == "deals"
    assert words.lower_first("PME") == "PME"
