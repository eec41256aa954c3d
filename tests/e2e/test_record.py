"""The record page in a browser: facts edited in place, refusals, conflicts, stages, notes, timeline, related lists, the recycle bin."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.office import Office, office, signed_in_once  # noqa: F401 - fixtures
from tests.support.servers import ADMIN_EN

pytestmark = pytest.mark.e2e


def fact(page: Page, name: str) -> Locator:
    return page.locator(f".cp-facts--details [data-field={name}]")


def type_into(page: Page, name: str, text: str, key: str = "Enter") -> None:
    """Opens a field in place, types over it, and leaves it by a key."""
    fact(page, name).locator(".cp-fact-value").click()
    page.keyboard.press("Control+a")
    page.keyboard.type(text)
    page.keyboard.press(key)


def toast(page: Page, text: str) -> Locator:
    return page.get_by_test_id("toast").filter(has_text=text)


def test_fields_are_edited_in_place_as_people_write(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Edit", amount="5", closing_on="2030-01-01", type="Existing Business")
    page = office.open(f"/deals/{deal}")
    type_into(page, "amount", "15k")
    expect(fact(page, "amount")).to_contain_text(re.compile(r"15\s000\s€"))
    type_into(page, "amount", "1 234,5", "Tab")
    expect(fact(page, "closing_on")).to_have_class(re.compile("is-editing"))  # Tab goes on
    page.keyboard.press("Escape")
    expect(fact(page, "closing_on").locator(".cp-fact-value")).to_be_focused()
    expect(fact(page, "closing_on")).to_contain_text("1 janv. 2030")
    type_into(page, "type", "Nouveau")
    expect(fact(page, "type")).to_contain_text("Nouveau client")
    expect(page.locator(".cp-event-title").first).to_have_text("Type")
    cells = office.cells("deals", deal)
    assert (cells["amount"], cells["type"]) == ("1234.5", "New Business")
    page.keyboard.press("Control+z")
    expect(page.locator(".cp-event-title").first).to_contain_text("Annulé")
    assert office.cells("deals", deal)["type"] == "Existing Business"


def test_what_is_refused_stays_with_its_reason(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("422")
    deal = office.make("deals", deal_name="Refuse", amount="5")
    page = office.open(f"/deals/{deal}")
    type_into(page, "amount", "12,3,4")
    expect(fact(page, "amount").get_by_role("alert")).to_contain_text("n’est pas un nombre")
    fact(page, "amount").locator(".cp-fact-value").click()
    expect(fact(page, "amount").locator("input")).to_have_value("12,3,4")
    page.keyboard.press("Escape")
    fact(page, "amount").get_by_role("button", name="Abandonner").click()
    expect(fact(page, "amount")).to_contain_text(re.compile(r"5\s€"))
    type_into(page, "deal_name", "x" * 130)
    expect(fact(page, "deal_name").get_by_role("alert")).to_contain_text("130")
    assert office.cells("deals", deal)["deal_name"] == "Refuse"


def test_two_people_on_one_field_see_both_values(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("409")
    deal = office.make("deals", deal_name="Both", amount="5")
    mine, theirs = office.open(f"/deals/{deal}"), office.open(f"/deals/{deal}", account=ADMIN_EN)
    fact(mine, "amount").locator(".cp-fact-value").click()
    type_into(theirs, "amount", "777")
    expect(mine.locator(".cp-record-sub")).to_contain_text("777")  # what I look at is fresh; what I edit began at 5
    mine.keyboard.press("Control+a")
    mine.keyboard.type("888")
    mine.keyboard.press("Enter")
    alert = fact(mine, "amount").get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"777\s€"))
    expect(fact(mine, "amount").locator(".cp-fact-value")).to_have_text("888")
    assert office.cells("deals", deal)["amount"].startswith("777")
    alert.get_by_role("button", name="Garder ma valeur").click()
    expect(fact(theirs, "amount")).to_contain_text("888")


def test_different_fields_merge(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Merge", amount="5", next_step="Call")
    page = office.open(f"/deals/{deal}")
    fact(page, "amount").locator(".cp-fact-value").click()
    office.change("deals", deal, next_step="Visit")
    page.keyboard.press("Control+a")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(fact(page, "next_step")).to_contain_text("Visit")
    expect(fact(page, "amount")).to_contain_text(re.compile(r"6\s€"))


def test_the_stage_path_moves_closes_and_tells_since_when(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Path", amount="100")
    page = office.open(f"/deals/{deal}")
    page.locator(".cp-stage", has_text="Qualification").click()
    expect(page.locator(".cp-stage[aria-current=step]")).to_contain_text("Qualification")
    expect(toast(page, "Qualification").get_by_role("button", name="Annuler")).to_be_visible()
    page.get_by_role("button", name="Perdue").click()
    page.locator("dialog[open]").get_by_role("radio", name="Prix").check()
    page.locator("dialog[open]").get_by_role("button", name="Valider").click()
    expect(page.locator(".cp-stagepath-end .cp-chip")).to_have_text("Perdue")
    page.get_by_role("tab", name="Chronologie").click()
    expect(page).to_have_url(re.compile("tab=timeline"))
    expect(page.get_by_test_id("stage-history").locator("tbody tr")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(page.locator(".cp-stage[aria-current=step]")).to_contain_text("Qualification")
    page.get_by_role("button", name="Gagnée").click()
    expect(page.locator(".cp-stagepath-end .cp-chip")).to_have_text("Gagnée")
    assert office.cells("deals", deal)["stage"] == "Closed Won"


def test_the_next_action_is_done_planned_and_postponed(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Next", next_step="Call them", closing_on="2020-01-01")
    page = office.open(f"/deals/{deal}")
    action = page.locator(".cp-record-side").get_by_test_id("next-action")
    expect(action).to_have_class(re.compile("is-late"))
    action.get_by_role("button", name="Reporter").click()
    page.get_by_role("menuitem", name="Dans 2 semaines").click()
    expect(action).not_to_have_class(re.compile("is-late"))
    action.get_by_role("button", name="Fait").click()
    expect(action).to_have_class(re.compile("is-none"))
    action.get_by_role("textbox").fill("Send the offer")
    page.keyboard.press("Enter")
    expect(action).to_contain_text("Send the offer")
    assert office.cells("deals", deal)["next_step"] == "Send the offer"


def test_notes_are_kept_while_written_and_undone(office: Office) -> None:  # noqa: F811
    account = office.make("accounts", account_name="Noted")
    page = office.open(f"/accounts/{account}")
    composer, notes = page.locator("[data-composer]"), page.locator(".cp-note")
    composer.fill("Rappeler <b>lundi</b>")
    page.reload()
    expect(composer).to_have_value("Rappeler <b>lundi</b>")
    composer.press("Control+Enter")
    expect(notes).to_have_count(1)
    expect(notes.first).to_contain_text("Rappeler <b>lundi</b>")
    expect(composer).to_have_value("")
    notes.first.get_by_role("button", name="Modifier").click()
    notes.first.get_by_role("textbox").fill("Rappeler mardi")
    notes.first.get_by_role("button", name="Enregistrer").click()
    expect(notes.first).to_contain_text("mardi")
    notes.first.get_by_role("button", name="Supprimer").click()
    expect(notes).to_have_count(0)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("Control+z")
    expect(notes).to_have_count(1)


def test_each_entry_of_the_timeline_can_be_undone(office: Office) -> None:  # noqa: F811
    account = office.make("accounts", account_name="Timed", billing_city="Angers")
    office.change("accounts", account, billing_city="Nantes")
    office.change("accounts", account, phone="02 41 00 00 00")
    page = office.open(f"/accounts/{account}?tab=timeline")
    events = page.locator(".cp-event")
    expect(events).to_have_count(3)
    expect(events.nth(1)).to_contain_text("Angers")
    events.nth(1).get_by_role("button", name="Annuler").click()
    expect(events).to_have_count(4)
    expect(events.nth(2)).to_contain_text("annulé")
    cells = office.cells("accounts", account)
    assert (cells["billing_city"], bool(cells["phone"])) == ("Angers", True)
    page.locator("#cp-tl-kind").select_option("others")
    expect(events).to_have_count(1)


def test_related_lists_lead_on_and_begin_a_linked_record(office: Office) -> None:  # noqa: F811
    account = office.make("accounts", account_name="Linked")
    for number in range(7):
        office.make("deals", deal_name=f"Deal {number}", account_id=account)
    page = office.open(f"/accounts/{account}")
    deals = page.locator("#list-deals")
    expect(deals.locator("tbody tr")).to_have_count(5)
    deals.get_by_role("button", name="Afficher plus").click()
    expect(deals.locator("tbody tr")).to_have_count(7)
    expect(page.locator(".cp-related-item", has_text="Transactions").locator(".cp-count")).to_have_text("7")
    deals.get_by_role("link", name="Nouvelle transaction").click()
    expect(page.locator("#f-account_id")).to_have_value("Linked")


def test_deleted_and_brought_back(office: Office) -> None:  # noqa: F811
    account = office.make("accounts", account_name="Gone")
    page = office.open(f"/accounts/{account}")
    page.get_by_role("button", name="Autres actions").click()
    page.get_by_role("menuitem", name="Supprimer").click()
    expect(page).to_have_url(re.compile("/accounts$"))
    expect(toast(page, "Gone").get_by_role("button", name="Annuler")).to_be_visible()
    office.go(page, f"/accounts/{account}")
    expect(page.locator(".cp-record-banner")).to_be_visible()
    expect(page.locator(".cp-fact-value[role=button]")).to_have_count(0)
    page.get_by_role("button", name="Restaurer").click()
    expect(page.locator(".cp-record-banner")).to_have_count(0)
    assert office.count("accounts", "Gone") == 1


def test_previous_and_next_follow_the_list_one_came_from(office: Office) -> None:  # noqa: F811
    for number in range(3):
        office.make("products", product_name=f"Walk {number}")
    page = office.open("/products?q=Walk&sort=product_name:asc")
    page.get_by_test_id("record-row").locator(".cp-rowlink").nth(1).click()
    expect(page.locator(".cp-record-nav")).to_contain_text("2 sur 3")
    page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).to_have_text("Walk 2")
    page.keyboard.press("k")
    expect(page.get_by_role("heading", level=1)).to_have_text("Walk 1")


def test_details_fold_away_empty_fields_hide_and_both_are_remembered(office: Office) -> None:  # noqa: F811
    account = office.make("accounts", account_name="Folded")
    page = office.open(f"/accounts/{account}")
    expect(fact(page, "ticker_symbol")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Champs vides masqués")).click()
    expect(fact(page, "ticker_symbol")).to_have_count(1)
    page.get_by_role("button", name="Masquer les détails").click()
    expect(page.locator(".cp-facts--details")).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="Afficher tous les détails")).to_be_visible()
    page.get_by_role("button", name="Afficher tous les détails").click()
    expect(fact(page, "ticker_symbol")).to_have_count(1)


def test_on_a_phone_and_a_tablet_the_timeline_stands_under_its_tab(office: Office) -> None:  # noqa: F811
    deal = office.make("deals", deal_name="Small", next_step="Call")
    for width, height in ((1024, 768), (390, 844)):
        page = office.open(f"/deals/{deal}", viewport={"width": width, "height": height}, has_touch=True)
        expect(page.locator(".cp-record-side")).to_be_hidden()
        expect(page.locator(".cp-nextaction--line")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == width
        page.get_by_role("tab", name="Chronologie").click()
        expect(page.get_by_test_id("timeline")).to_be_visible()


def test_a_record_that_is_not_there_says_so(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("404")
    page = office.open("/accounts/123456789")
    expect(page.get_by_role("heading", name="Rien ici")).to_be_visible()
