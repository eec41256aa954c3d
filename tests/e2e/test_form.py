"""Forms in a browser: every kind of field, refusals at their fields, drafts, leaving, saving once, copies, quick create."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.office import Office, office, signed_in_once  # noqa: F401 - fixtures
from tests.support.servers import ADMIN_EN

pytestmark = pytest.mark.e2e
WRONG = "12,3,4 " + "é" * 300


def field(page: Page, name: str) -> Locator:
    return page.locator(f"[data-field={name}]")


def discard_draft(page: Page) -> None:
    page.get_by_role("button", name="L’abandonner").click()
    expect(page.locator(".cp-banner")).to_have_count(0)


def toast(page: Page, text: str) -> Locator:
    return page.get_by_test_id("toast").filter(has_text=text)


@pytest.mark.parametrize("module", ["accounts", "contacts", "deals", "products"])
def test_every_field_says_what_is_wrong_with_it(office: Office, module: str, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("422")
    page = office.open(f"/{module}/new")
    form = page.get_by_test_id("record-form")
    expect(form).to_be_visible()
    names = form.locator("[data-field]").evaluate_all(
        "all => all.filter(one => one.querySelector('input.cp-input:not([role=combobox]), input[aria-haspopup=dialog]')).map(one => one.dataset.field)"
    )
    for name in names:
        field(page, name).locator("input").fill(WRONG)
    page.keyboard.press("Escape")  # the calendar of the last date
    page.keyboard.press("Control+Enter")
    expect(form.get_by_role("alert")).to_be_visible()
    for name in names:
        expect(field(page, name).locator(".cp-error")).to_be_visible()
        expect(field(page, name).locator("input")).to_have_attribute("aria-invalid", "true")
    expect(field(page, names[0]).locator("input")).to_be_focused()
    assert page.locator(".cp-error").count() == len(names)


def test_a_new_record_with_each_kind_of_field(office: Office) -> None:  # noqa: F811
    account = office.make("accounts", account_name="Formed")
    page = office.open(f"/deals/new?account_id={account}")
    expect(page.locator("#f-account_id")).to_have_value("Formed")
    page.locator("#f-deal_name").fill("  Made by hand ")
    page.locator("#f-amount").fill("12 345,60")
    page.locator("#f-closing_on").fill("31/12/2030")
    page.keyboard.press("Escape")
    page.locator("#f-stage").fill("Qualif")
    page.get_by_role("option", name="Qualification").click()
    page.locator("#f-description").fill("one\ntwo")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/deals/\d+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Made by hand")
    found = office.cells("deals", page.url.rpartition("/")[2])
    assert (found["account_id"]["id"], found["amount"], found["closing_on"]) == (account, "12345.6", "2030-12-31")
    assert (found["stage"], found["description"]) == ("Qualification", "one\ntwo")


def test_two_clicks_save_once(office: Office) -> None:  # noqa: F811
    page = office.open("/products/new")
    page.locator("#f-product_name").fill("Once only")
    page.get_by_role("button", name="Enregistrer", exact=True).dblclick()
    expect(page).to_have_url(re.compile(r"/products/\d+$"))
    expect(page.get_by_test_id("record-page")).to_be_visible()
    assert office.count("products", "Once only") == 1


def test_saving_and_going_on_with_an_empty_form(office: Office) -> None:  # noqa: F811
    page = office.open("/products/new")
    page.locator("#f-product_name").fill("One of many")
    page.get_by_role("button", name="Enregistrer et nouveau").click()
    expect(toast(page, "One of many")).to_be_visible()
    expect(page.locator("#f-product_name")).to_have_value("")
    expect(page.locator("#f-product_name")).to_be_focused()
    expect(page).to_have_url(re.compile("/products/new$"))


def test_a_draft_outlives_reload_restart_and_the_browser(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("ERR_CONNECTION_REFUSED|WebSocket|Failed to load")  # while the server is away
    page = office.open("/accounts/new")
    page.locator("#f-account_name").fill("Drafted")
    page.locator("#f-billing_code").fill("01000")
    expect(page.get_by_text("Brouillon conservé", exact=True)).to_be_visible()  # the server has it
    page.reload()
    page.get_by_role("button", name="Le reprendre").click()
    expect(page.locator("#f-billing_code")).to_have_value("01000")
    office.server.restart()
    other = office.open("/accounts/new")  # another browser: nothing in its own memory
    other.get_by_role("button", name="Le reprendre").click()
    expect(other.locator("#f-account_name")).to_have_value("Drafted")
    other.keyboard.press("Control+Enter")
    expect(other.get_by_role("heading", level=1)).to_have_text("Drafted")
    office.go(other, "/accounts/new")
    expect(other.get_by_test_id("record-form")).to_be_visible()
    expect(other.locator(".cp-banner")).to_have_count(0)


def test_leaving_with_input_asks_first_and_the_back_button_leads_back(office: Office) -> None:  # noqa: F811
    page = office.open("/contacts")
    page.get_by_role("link", name="Nouveau contact").click()
    page.locator("#f-last_name").press("Tab")  # passing through changes nothing
    page.get_by_role("link", name="Comptes").first.click()
    expect(page).to_have_url(re.compile("/accounts$"))
    office.go(page, "/contacts")
    page.get_by_role("link", name="Nouveau contact").click()
    page.locator("#f-last_name").fill("Unsaved")
    page.get_by_role("link", name="Comptes").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Rester").click()
    expect(page.locator("#f-last_name")).to_have_value("Unsaved")
    page.go_back()
    toast(page, "Brouillon conservé").get_by_role("link").click()
    expect(page.locator("#f-last_name")).to_have_value("Unsaved")
    page.get_by_role("link", name="Comptes").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Quitter").click()
    expect(page).to_have_url(re.compile("/accounts$"))


def test_two_people_in_one_form_see_both_values(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("409")
    account = office.make("accounts", account_name="Two", billing_city="Angers")
    page = office.open(f"/accounts/{account}/edit")
    page.locator("#f-billing_city").fill("Nantes")
    page.locator("#f-billing_country").fill("France")
    office.change("accounts", account, billing_city="Rennes")
    page.keyboard.press("Control+Enter")
    expect(field(page, "billing_city")).to_contain_text("Rennes")
    field(page, "billing_city").get_by_role("button", name="Garder la leur").click()
    expect(page.locator("#f-billing_city")).to_have_value("Rennes")
    expect(page.locator("#f-billing_country")).to_have_value("France")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page).to_have_url(re.compile(f"/accounts/{account}$"))
    cells = office.cells("accounts", account)
    assert (cells["billing_city"], cells["billing_country"]) == ("Rennes", "France")


def test_a_copy_begins_with_everything_one_may_write(office: Office) -> None:  # noqa: F811
    product = office.make("products", product_name="Original", unit_price="9.90")
    page = office.open(f"/products/new?clone={product}")
    expect(page.locator("#f-product_name")).to_have_value("Original")
    page.locator("#f-product_name").fill("Copied")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Copied")
    assert office.cells("products", page.url.rpartition("/")[2])["unit_price"].startswith("9.9")


def test_quick_create_beside_the_page(office: Office, expected_problems: list[str]) -> None:  # noqa: F811
    expected_problems.append("422")
    page = office.open("/accounts", account=ADMIN_EN)
    page.get_by_role("button", name="Create", exact=True).click()
    page.get_by_role("menuitem", name="New deal").click()
    sheet = page.get_by_test_id("quick-create")
    expect(sheet.locator("#q-deal_name")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(sheet.locator("[data-field=deal_name] .cp-error")).to_be_visible()
    page.keyboard.type("Quick")
    page.keyboard.press("Control+Enter")
    expect(sheet).to_have_count(0)
    expect(toast(page, "Quick").get_by_role("link")).to_be_visible()
    expect(page).to_have_url(re.compile("/accounts$"))  # one stays where one was
    assert office.count("deals", "Quick") == 1


def test_from_quick_create_to_all_fields_nothing_is_lost(office: Office) -> None:  # noqa: F811
    page = office.open("/")
    page.get_by_role("button", name="Créer", exact=True).click()
    page.get_by_role("menuitem", name="Nouveau produit").click()
    sheet = page.get_by_test_id("quick-create")
    sheet.locator("#q-product_name").fill("Carried over")
    page.keyboard.press("Escape")
    page.locator("dialog[open]").get_by_role("button", name="Rester").click()
    sheet.get_by_role("button", name="Tous les champs").click()
    expect(page.locator("#f-product_name")).to_have_value("Carried over")
    expect(sheet).to_have_count(0)


def test_on_a_phone_the_buttons_stand_at_the_foot(office: Office) -> None:  # noqa: F811
    page = office.open("/products/new", viewport={"width": 390, "height": 844}, has_touch=True)
    if page.locator(".cp-banner").count():
        discard_draft(page)
    page.locator("#f-product_name").fill("By thumb")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("By thumb")
