"""Text, e-mail addresses, phone numbers, web addresses, yes and no: what is accepted, what is kept, what is refused and how."""

from __future__ import annotations

from typing import Any

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from app.base.i18n import using
from app.fields.cleaning import clean_line, shown
from app.fields.registry import types
from app.fields.spec import Problem
from tests.fields.samples import EN, FR, sample


def read(key: str, raw: Any, **settings: Any) -> Any:
    """`raw` through the type's one door."""
    return types[key].parse(raw, sample(key, **settings), FR)


def refusal(key: str, raw: Any, **settings: Any) -> str:
    """What is said in French when `raw` is refused."""
    with pytest.raises(Problem) as refused:
        read(key, raw, **settings)
    with using("fr"):
        return str(refused.value.message)


@pytest.mark.parametrize(
    "text", ["Null", "None", "NaN", "null", "N/A", "01000", "True", "-", "0", "=1+1", "<b>x</b>", "O’Brien", "千葉"]
)
def test_words_that_programs_stumble_over_stay_text(text: str) -> None:
    assert read("text", text) == text


def test_text_is_cleaned_of_what_nobody_sees() -> None:
    assert read("text", "  a\x00b\u200b \r\n c\ufeff ") == "ab\u200b   c"
    assert read("text", "a\tb\nc") == "a b c"
    assert read("text", "e\u0301") == "é"
    assert read("text", "\ud800x") == "x"
    assert read("text", "\x00 \ufeff") is None
    assert read("long_text", "a\r\nb\rc\x00\td\u2028e ") == "a\nb\nc\td\ne"
    assert read("text", 75001.0) == "75001"
    assert read("text", 12) == "12"


def test_a_text_too_long_is_refused_with_its_length_and_the_limit() -> None:
    said = refusal("text", "x" * 100_000, max_length=120)
    assert "100000" in said
    assert "120" in said
    assert len(said) < 200
    assert "32001" in refusal("long_text", "x" * 32_001)


def test_text_is_not_made_of_structures() -> None:
    for wrong in ({"a": 1}, ["x"], object()):
        assert "texte" in refusal("text", wrong)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("claire@exemple.fr", "claire@exemple.fr"), ("Claire@EXEMPLE.fr", "Claire@exemple.fr"), ("éric@exemple.fr", "éric@exemple.fr"),
        ("a@münchen.de", "a@münchen.de"), ("Claire Martin <claire@exemple.fr>", "claire@exemple.fr"), ("mailto:a@b.fr", "a@b.fr"),
        ("x@intranet.local", "x@intranet.local"), ("a+b_c-d.e@ex-emple.co.uk", "a+b_c-d.e@ex-emple.co.uk"), ("o'neil@x.org", "o'neil@x.org"),
    ],
)  # fmt: skip
def test_email_addresses(written: str, kept: str) -> None:
    assert read("email", written) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        "claire",
        "claire@",
        "@x.fr",
        "a@b",
        "a b@x.fr",
        "a..b@x.fr",
        ".a@x.fr",
        "a@-x.fr",
        "a@x..fr",
        "a@x.fr, b@y.fr",
        "a@b@c.fr",
    ],
)
def test_what_is_no_email_address(wrong: str) -> None:
    assert wrong in refusal("email", wrong)


@given(st.from_regex(r"[A-Za-z0-9_+.-]{1,12}@[A-Za-z0-9-]{1,9}(\.[A-Za-z0-9-]{1,5}){1,3}", fullmatch=True))
def test_the_fast_way_agrees_with_the_library(address: str) -> None:
    try:
        expected = validate_email(address, check_deliverability=False, globally_deliverable=False).normalized
    except ValueError:
        expected = None
    try:
        found = read("email", address)
    except Problem:
        found = None
    assert found == expected


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33 6 12 34 56 78"), ("0612345678", "+33 6 12 34 56 78"), ("+33 (0)6.12.34.56.78", "+33 6 12 34 56 78"),
        ("0033612345678", "+33 6 12 34 56 78"), ("01-99-00-12-34", "+33 1 99 00 12 34"), ("0800 123 456", "+33 800 12 34 56"),
        ("0690 12 34 56", "+590 690 12 34 56"), ("+44 20 7946 0958", "+44 20 7946 0958"), ("+1 (212) 555-0123", "+1 212-555-0123"),
        ("(212) 555-0123", "(212) 555-0123"), ("3615", "3615"), ("poste 12", "poste 12"), ("001-084-906-7849x73518", "001-084-906-7849x73518"),
        ("06 12 34 56 78 / 01 99 00 12 34", "06 12 34 56 78 / 01 99 00 12 34"), ("06 12 34 56 78 (Paul)", "06 12 34 56 78 (Paul)"),
    ],
)  # fmt: skip
def test_phone_numbers_are_kept_in_international_form_or_as_typed(typed: str, kept: str) -> None:
    assert read("phone", typed) == kept


def test_phone_numbers_of_another_country() -> None:
    assert read("phone", "(212) 555-0123", region="US") == "+1 212-555-0123"
    assert read("phone", "0612345678", region="US") == "0612345678"
    assert "aucun chiffre" in refusal("phone", "rappeler")


def test_a_phone_number_is_found_by_its_national_digits() -> None:
    kind, spec = types["phone"], sample("phone")
    tests = {operator.key: operator for operator in kind.operators(spec)}
    kept = kind.parse("06 12 34 56 78", spec, FR)
    assert kind.store(kept, spec)["f_phone_f"] == "33612345678"
    for key, typed in (("contains", "0612"), ("contains", "34 56"), ("starts_with", "06 12"), ("starts_with", "+33"), ("is", "06.12.34.56.78"),
                       ("is", "0033612345678"), ("ends_with", "5678")):  # fmt: skip
        assert tests[key].py(kept, kind.operand(key, typed, spec, FR), FR), (key, typed)
    assert not tests["is"].py(kept, kind.operand("is", "06 12 34 56 79", spec, FR), FR)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.exemple.fr", "https://www.exemple.fr"), ("http://exemple.fr/a?b=c#d", "http://exemple.fr/a?b=c#d"),
        ("exemple.fr:8080/x", "https://exemple.fr:8080/x"), ("//exemple.fr", "https://exemple.fr"), ("HTTPS://Exemple.fr", "HTTPS://Exemple.fr"),
        ("müller.de", "https://müller.de"), ("localhost:3000", "https://localhost:3000"), ("192.168.0.1", "https://192.168.0.1"),
        ("http://[::1]/", "http://[::1]/"), ("exemple.fr/a,b;c", "https://exemple.fr/a,b;c"),
    ],
)  # fmt: skip
def test_web_addresses(typed: str, kept: str) -> None:
    assert read("url", typed) == kept


@pytest.mark.parametrize(
    "wrong",
    ["javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", "mailto:a@b.fr",
     "ftp://x.fr", "vbscript:x", "file:///etc/passwd", "exemple", "http://", "http://a b.fr", "http://x.fr/<script>", 'http://x.fr/"onx="',
     "https://", "http://-x.fr", "http://x..fr", "http://x.fr:99999", "http://[x", "http:javascript:alert(1)"],
)  # fmt: skip
def test_addresses_that_a_browser_should_not_open(wrong: str) -> None:
    assert refusal("url", wrong)


def test_two_ways_to_write_a_web_address_are_the_same() -> None:
    kind, spec = types["url"], sample("url")
    assert (
        kind.store("http://www.Exemple.fr/", spec)["f_url_f"]
        == kind.store("https://exemple.fr", spec)["f_url_f"]
        == "exemple.fr"
    )


def test_yes_and_no() -> None:
    for word in ("oui", "Oui", "YES", "true", "Vrai", "1", "x", "X", "on", "✓", 1, True, 1.0):
        assert read("boolean", word) is True, word
    for word in ("non", "No", "false", "FAUX", "0", 0, False):
        assert read("boolean", word) is False, word
    assert "peut-être" in refusal("boolean", "peut-être")
    assert types["boolean"].format(True, sample("boolean"), FR) == "Oui"
    assert types["boolean"].format(False, sample("boolean"), EN) == "No"


def test_links() -> None:
    for given_id in (4711, "4711", " 4711 ", {"id": "4711"}, {"id": 4711, "name": "Durand"}):
        assert read("link", given_id) == 4711
    assert types["link"].to_json(2**62, sample("link")) == str(2**62)
    for wrong in ("Durand", "12.0", "-5", "0", True, 2**64, 1.5, "9" * 5000):
        assert "enregistrement connu" in refusal("link", wrong)
    assert read("any_link", {"module": "Accounts", "id": "5"}) == ("Accounts", 5)
    assert "Deals" in refusal("any_link", ["Deals", 5])
    assert read("multi_link", ["3", {"id": 1}, 3]) == (1, 3)


def test_people_by_name_or_id() -> None:
    assert read("person", "Claire Martin") == 8
    assert read("person", "@me") == 7
    assert read("person", "101") == read("person", 101) == read("person", {"id": "101"}) == 101
    assert "Paul" in refusal("person", "Paul")


def test_whole_numbers() -> None:
    assert read("integer", "1054.0") == 1054
    assert read("integer", "1 054") == 1054
    assert read("integer", 12.0) == 12
    assert "sans décimales" in refusal("integer", "1,5")
    assert "compris entre 1 et 9" in refusal("integer", "10", minimum=1, maximum=9)
    assert refusal("integer", str(2**53))


def test_decimals_are_rounded_to_what_is_kept_and_bounded() -> None:
    assert str(read("decimal", "2,6755")) == "2.676"
    assert "au plus 1000" in refusal("percent", "1001 %")
    assert "au moins 0" in refusal("money", "-1", minimum="0")
    assert "13 chiffres" in refusal("money", "12345678901234")
    assert str(read("money", "9999999999999.9999")) == "9999999999999.9999"


def test_what_a_message_shows_is_short_and_on_one_line() -> None:
    assert shown("a\nb\x00c") == "a bc"
    assert len(shown("x" * 1000)) == 60


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_line(text)
    assert clean_line(once) == once
    if once is not None:
        once.encode()
        assert not set(once) & set("\x00\n\r\t")


def test_a_phone_number_is_searched_as_shown_and_as_dialled() -> None:
    kind, spec = types["phone"], sample("phone")
    assert kind.search_text("+33 6 12 34 56 78", spec) == "+33 6 12 34 56 78 33612345678 0612345678"
    assert kind.search_text("3615", spec) == "3615 3615"
    assert kind.search_text(None, spec) == ""
