"""The home page in a browser: an empty house, the sample, figures that lead to their lists, live figures, the phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers import SignedIn
from tests.support.office import Office, office, signed_in_once  # noqa: F401 - fixtures
from tests.support.servers import Server

pytestmark = pytest.mark.e2e


def parts(page: Page) -> int:
    return page.get_by_test_id("home-component").count()


def test_an_empty_house_says_what_to_do_then_lives(office: Office) -> None:  # noqa: F811
    page = office.open("/")
    for name, address in (("Importer un fichier", "/deals/import"), ("Nouvelle transaction", "/deals/new")):
        expect(page.get_by_role("main").get_by_role("link", name=name).last).to_have_attribute("href", address)
    expect(page.get_by_role("button", name=re.compile("exemple"))).to_be_visible()
    office.make("deals", deal_name="First", amount="1200")
    page.reload()
    pipeline = page.locator("[data-testid=home-component][data-id=pipeline] .cp-figure-value")
    expect(pipeline).to_have_text(re.compile(r"1\s200\s€"))
    office.make("deals", deal_name="Second", amount="300")
    expect(pipeline).to_have_text(re.compile(r"1\s500\s€"))  # without reload


def test_figures_lists_and_bars_lead_to_what_they_are_made_of(demo_server: Server, signed_in: SignedIn) -> None:
    page = signed_in(demo_server)
    expect(page.get_by_test_id("home-component")).to_have_count(8)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    bar = page.locator("[data-id=stages] .cp-bar").first
    number, name = bar.locator(".cp-count").inner_text(), bar.locator(".cp-bar-name").inner_text()
    bar.click()
    expect(page).to_have_url(re.compile("/deals"))
    expect(page.locator(".cp-title-count")).to_have_text(number)
    expect(page.get_by_test_id("filter-panel")).to_contain_text("Étape")
    page.go_back()
    row = page.locator("[data-id=closing] tbody tr").first
    title = row.locator(".cp-rowlink").inner_text()
    row.locator(".cp-rowlink").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    assert name


def test_a_part_that_fails_leaves_the_others_alone(
    demo_server: Server, signed_in: SignedIn, expected_problems: list[str]
) -> None:
    expected_problems.append("500")
    page = signed_in(demo_server)
    page.route("**/api/ui/home/stages", lambda route: route.fulfill(status=500, json={"message": "Panne"}))
    page.reload()
    stages = page.locator("[data-id=stages]")
    expect(stages.get_by_role("alert")).to_contain_text("Panne")
    expect(page.locator("[data-id=owners] .cp-bar").first).to_be_visible()
    page.unroute("**/api/ui/home/stages")
    stages.get_by_role("button", name="Réessayer").click()
    expect(stages.locator(".cp-bar").first).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_screen(demo_server: Server, signed_in: SignedIn) -> None:
    page = signed_in(demo_server, viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator("[data-id=closing] tbody tr").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.locator("[data-id=closing] .cp-home-scroll").evaluate("element => element.scrollWidth <= element.clientWidth")
    assert parts(page) == 8
