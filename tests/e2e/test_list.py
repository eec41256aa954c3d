"""The list under the hand: columns, keys, editing in place, filters, selection, live changes, telephone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from app.database import engine
from tests.support.browsers import SignedIn
from tests.support.seeding import seed
from tests.support.servers import ADMIN_EN, ADMIN_FR, NewServer, Server

pytestmark = pytest.mark.e2e

STAGES = ("Prospecting", "Qualification", "Qualification", "Negotiation/Review")
REFUSED = r"status of 422"


@pytest.fixture
def deals(server: Server, signed_in: SignedIn) -> Iterator[Page]:
    """The list of deals with twelve of them, named « Affaire 01 » … « Affaire 12 », worth 1 000 to 12 000; taken away afterwards."""
    page = signed_in(server, ADMIN_FR)
    page.goto(f"{server.base}/deals?sort=deal_name:asc")
    expect(page.get_by_test_id("record-table")).to_be_visible()
    made = [
        ask(
            page,
            "POST",
            "/api/ui/deals",
            {"values": {"deal_name": f"Affaire {n:02}", "amount": str(n * 1000), "stage": STAGES[n % 4]}},
        )
        for n in range(1, 13)
    ]
    page.reload()
    expect(rows(page)).to_have_count(12)
    yield page
    ask(page, "POST", "/api/ui/deals/mass", {"action": "delete", "all": True})
    assert len(made) == 12


def ask(page: Page, method: str, path: str, body: Any = None) -> Any:
    """JSON by the page's own door."""
    return page.evaluate(
        "([path, method, body]) => window.comptoir.fetch(path, body === null ? {method} : {method, body})", [path, method, body]
    )


def rows(page: Page) -> Locator:
    return page.get_by_test_id("record-row")


def open_panel(page: Page) -> Locator:
    """The filter panel; whether it is open is remembered from test to test."""
    panel = page.get_by_test_id("filter-panel")
    if not panel.count():
        page.get_by_role("button", name="Filtrer").click()
    expect(panel).to_be_visible()
    return panel


def cell(page: Page, row: int, field: str) -> Locator:
    return rows(page).nth(row).locator(f"[data-field={field}]")


def names(page: Page) -> Locator:
    return rows(page).locator("[data-field=deal_name] a")


def test_it_says_how_many_and_what_they_are_worth(deals: Page) -> None:
    foot = deals.locator(".cp-table-foot")
    expect(foot).to_contain_text("12 transactions")
    expect(foot).to_contain_text(re.compile(r"Montant\s*78\s000\s€"))
    expect(deals.get_by_test_id("list-position")).to_have_text("12 sur 12")
    grid = deals.get_by_role("grid", name="Transactions")
    expect(grid).to_have_attribute("aria-rowcount", "13")


def test_keys_walk_and_open(deals: Page) -> None:
    deals.locator("body").press("j")
    expect(cell(deals, 0, "deal_name")).to_be_focused()
    for key in ("ArrowDown", "j", "k"):
        deals.keyboard.press(key)
    expect(cell(deals, 1, "deal_name")).to_be_focused()
    deals.keyboard.press("End")
    expect(cell(deals, 11, "deal_name")).to_be_focused()
    deals.keyboard.press("Home")
    deals.keyboard.press("x")
    expect(rows(deals).first).to_have_attribute("aria-selected", "true")
    deals.keyboard.press("Escape")
    expect(deals.get_by_test_id("mass-actions")).to_have_count(0)
    deals.keyboard.press("Enter")
    expect(deals).to_have_url(re.compile(r"/deals/\d+$"))


def test_an_amount_is_typed_as_people_write_it(deals: Page) -> None:
    cell(deals, 1, "amount").dblclick()
    deals.keyboard.type("15k")
    deals.keyboard.press("Enter")
    expect(cell(deals, 1, "amount")).to_have_text(re.compile(r"15\s000\s€"))
    expect(deals.locator(".cp-table-foot")).to_contain_text(re.compile(r"91\s000\s€"))
    deals.keyboard.press("Control+z")
    expect(cell(deals, 1, "amount")).to_have_text(re.compile(r"2\s000\s€"))


def test_a_refused_value_stays_with_its_reason_until_escape(deals: Page, expected_problems: list[str]) -> None:
    expected_problems.append(REFUSED)
    cell(deals, 0, "amount").dblclick()
    deals.keyboard.type("beaucoup")
    deals.keyboard.press("Enter")
    field = deals.get_by_role("textbox", name="Montant")
    expect(field).to_have_value("beaucoup")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(deals.get_by_role("alert")).to_contain_text("beaucoup")
    field.press("Escape")
    expect(cell(deals, 0, "amount")).to_have_text(re.compile(r"1\s000\s€"))
    expect(deals.get_by_role("alert")).to_have_count(0)


def test_tab_saves_and_goes_on(deals: Page) -> None:
    cell(deals, 0, "amount").dblclick()
    deals.keyboard.type("1 234,5")
    deals.keyboard.press("Tab")
    deals.keyboard.type("31/12/2026")
    deals.keyboard.press("Tab")
    deals.keyboard.type("Relancer")
    deals.keyboard.press("Enter")
    expect(cell(deals, 0, "amount")).to_have_text(re.compile(r"1\s234,50\s€"))
    expect(cell(deals, 0, "closing_on")).to_have_text("31 déc. 2026")
    expect(cell(deals, 0, "next_step")).to_have_text("Relancer")


def test_a_lost_deal_asks_why_and_saves_both(deals: Page, expected_problems: list[str]) -> None:
    expected_problems.append(REFUSED)
    cell(deals, 0, "stage").dblclick()
    deals.keyboard.type("perdue")
    deals.keyboard.press("Enter")
    dialog = deals.get_by_test_id("more-dialog")
    expect(dialog).to_contain_text("Motif de perte")
    deals.keyboard.type("prix")
    deals.keyboard.press("Enter")
    dialog.get_by_role("button", name="Enregistrer").click()
    expect(dialog).to_have_count(0)
    expect(cell(deals, 0, "stage")).to_have_text("Perdue")


def test_a_click_sorts_shift_adds_and_the_address_keeps_both(deals: Page) -> None:
    deals.get_by_role("columnheader", name="Étape").get_by_role("button").click()
    expect(deals.get_by_role("columnheader", name="Étape")).to_have_attribute("aria-sort", "ascending")
    deals.get_by_role("columnheader", name="Montant").get_by_role("button").click(modifiers=["Shift"])
    deals.get_by_role("columnheader", name="Montant").get_by_role("button").click(modifiers=["Shift"])
    expected = [f"Affaire {n:02}" for n in (12, 8, 4, 10, 9, 6, 5, 2, 1, 11, 7, 3)]
    expect(names(deals)).to_have_text(expected)
    expect(deals).to_have_url(re.compile(r"sort=stage:asc,amount:desc"))
    deals.reload()
    expect(names(deals)).to_have_text(expected)
    deals.go_back()
    expect(deals).to_have_url(re.compile(r"sort=stage:asc,amount:asc$"))


def test_a_tick_filters_at_once_and_back_takes_it_back(deals: Page) -> None:
    panel = open_panel(deals)
    panel.get_by_role("checkbox", name="Qualification").check()
    expect(rows(deals)).to_have_count(6)
    expect(panel).to_contain_text("6 résultats")
    panel.get_by_role("checkbox", name="Négociation").check()
    expect(rows(deals)).to_have_count(9)
    expect(deals).to_have_url(re.compile("filter="))
    deals.reload()
    expect(rows(deals)).to_have_count(9)
    expect(deals.get_by_test_id("filter-panel").get_by_role("checkbox", name="Qualification")).to_be_checked()
    deals.get_by_test_id("filter-panel").get_by_role("button", name="Effacer", exact=True).click()
    expect(rows(deals)).to_have_count(12)
    deals.go_back()
    expect(rows(deals)).to_have_count(9)


def test_conditions_are_joined_by_a_pattern_and_mistakes_are_named(deals: Page) -> None:
    panel = open_panel(deals)
    panel.get_by_role("checkbox", name="Prospection").check()
    panel.get_by_role("textbox", name="Chercher un champ").fill("montant")
    deals.keyboard.press("Enter")
    panel.get_by_label("Critère sur Montant", exact=True).select_option("ge")
    panel.get_by_role("textbox", name="Valeur de Montant").fill("11k")
    expect(rows(deals)).to_have_count(1)
    panel.get_by_role("radio", name="Au moins un critère").check()
    expect(rows(deals)).to_have_count(4)
    panel.get_by_role("radio", name="Motif").check()
    pattern = panel.get_by_role("textbox", name="Motif")
    pattern.fill("1 et")
    expect(panel.get_by_role("alert")).to_be_visible()
    pattern.fill("1 et 2")
    expect(panel.get_by_role("alert")).to_have_count(0)
    expect(rows(deals)).to_have_count(1)


def test_a_view_is_saved_and_found_again(deals: Page) -> None:
    open_panel(deals).get_by_role("checkbox", name="Qualification").check()
    expect(rows(deals)).to_have_count(6)
    deals.get_by_role("button", name="Enregistrer comme vue").click()
    deals.get_by_test_id("view-name").fill("À suivre")
    deals.get_by_test_id("save-view").click()
    expect(deals.get_by_test_id("view-picker")).to_contain_text("À suivre")
    expect(deals).to_have_url(re.compile(r"cv=\d+"))
    deals.get_by_test_id("view-picker").click()
    deals.get_by_role("button", name="Toutes les Transactions", exact=True).click()
    expect(rows(deals)).to_have_count(12)
    deals.get_by_test_id("view-picker").click()
    deals.get_by_role("button", name="À suivre", exact=True).click()
    expect(rows(deals)).to_have_count(6)
    deals.get_by_test_id("view-picker").click()
    deals.get_by_role("button", name="Supprimer la vue « À suivre »").click()
    expect(rows(deals)).to_have_count(12)


def test_several_are_selected_updated_and_put_back(deals: Page) -> None:
    boxes = rows(deals).get_by_role("checkbox")
    boxes.nth(1).check()
    boxes.nth(4).click(modifiers=["Shift"])
    bar = deals.get_by_test_id("mass-actions")
    expect(bar).to_contain_text("4 sélectionnées")
    bar.get_by_role("button", name="Modifier un champ").click()
    dialog = deals.get_by_role("dialog", name="Modifier un champ")
    dialog.get_by_label("Champ").select_option(label="Prochaine action")
    dialog.get_by_role("textbox", name="Prochaine action").fill("Appeler")
    dialog.get_by_role("button", name="Modifier", exact=True).click()
    expect(deals.get_by_test_id("toast")).to_contain_text("4 enregistrements modifiés")
    expect(rows(deals).filter(has_text="Appeler")).to_have_count(4)
    deals.get_by_test_id("toast").get_by_role("button", name="Annuler").click()
    expect(rows(deals).filter(has_text="Appeler")).to_have_count(0)


def test_all_that_match_are_deleted_and_come_back(deals: Page) -> None:
    rows(deals).get_by_role("checkbox").first.check()
    bar = deals.get_by_test_id("mass-actions")
    bar.get_by_role("button", name="Tout sélectionner (12)").click()
    expect(bar).to_contain_text("12 sélectionnées")
    bar.get_by_role("button", name="Supprimer").click()
    expect(deals.get_by_role("heading", name="Aucune transaction pour l’instant")).to_be_visible()
    deals.get_by_test_id("toast").get_by_role("button", name="Annuler").click()
    expect(rows(deals)).to_have_count(12)


def test_a_colleagues_change_appears(deals: Page, server: Server, signed_in: SignedIn) -> None:
    other = signed_in(server, ADMIN_EN)
    other.goto(f"{server.base}/deals?sort=deal_name:asc")
    expect(rows(other)).to_have_count(12)
    cell(deals, 2, "next_step").dblclick()
    deals.keyboard.type("Envoyer le devis")
    deals.keyboard.press("Enter")
    expect(cell(other, 2, "next_step")).to_have_text("Envoyer le devis")
    expect(other.locator(".cp-table-foot")).to_contain_text("12 deals")


def test_columns_are_chosen_and_remembered(deals: Page) -> None:
    deals.get_by_role("button", name="Autres actions").click()
    deals.get_by_role("menuitem", name="Colonnes").click()
    chooser = deals.get_by_test_id("column-chooser")
    chooser.get_by_role("checkbox", name="Compte").uncheck()
    chooser.get_by_role("checkbox", name="Origine").check()
    chooser.get_by_role("button", name="Fermer").click()
    expect(deals.get_by_role("columnheader", name="Origine")).to_be_visible()
    deals.reload()
    expect(deals.get_by_role("columnheader", name="Origine")).to_be_visible()
    expect(deals.get_by_role("columnheader", name="Compte")).to_have_count(0)
    deals.get_by_role("button", name="Autres actions").click()
    deals.get_by_role("menuitem", name="Colonnes").click()
    chooser.get_by_role("button", name="Réinitialiser").click()
    expect(deals.get_by_role("columnheader", name="Compte")).to_be_visible()


def test_a_column_is_dragged_wider_and_elsewhere(deals: Page) -> None:
    stage = deals.get_by_role("columnheader", name="Étape")
    before = stage.bounding_box()
    assert before is not None
    grip = stage.locator(".cp-th-grip").bounding_box()
    assert grip is not None
    deals.mouse.move(grip["x"] + 4, grip["y"] + 10)
    deals.mouse.down()
    deals.mouse.move(grip["x"] + 64, grip["y"] + 10, steps=5)
    deals.mouse.up()
    after = stage.bounding_box()
    assert after is not None
    assert after["width"] == pytest.approx(before["width"] + 60, abs=2)
    amount = deals.get_by_role("columnheader", name="Montant").bounding_box()
    account = deals.get_by_role("columnheader", name="Compte").bounding_box()
    assert amount is not None
    assert account is not None
    deals.mouse.move(amount["x"] + amount["width"] - 24, amount["y"] + 16)
    deals.mouse.down()
    deals.mouse.move(account["x"] + 20, account["y"] + 16, steps=8)
    deals.mouse.up()
    expect(deals.get_by_role("columnheader").nth(2)).to_contain_text("Montant")
    deals.get_by_role("button", name="Autres actions").click()
    deals.get_by_role("menuitem", name="Colonnes").click()
    deals.get_by_test_id("column-chooser").get_by_role("button", name="Réinitialiser").click()


def test_what_people_typed_is_never_markup(deals: Page) -> None:
    bad = '<img src=x onerror="window.hacked=1">'
    ask(deals, "POST", "/api/ui/deals", {"values": {"deal_name": bad, "next_step": bad}})
    deals.goto(re.sub(r"\?.*", "?q=onerror", deals.url))
    expect(rows(deals)).to_have_count(1)
    expect(names(deals)).to_have_text([bad])
    assert deals.evaluate("window.hacked") is None


def test_a_filter_that_is_wrong_is_left_out_and_said(deals: Page, server: Server) -> None:
    deals.goto(f'{server.base}/deals?filter={{"field":"nothing","op":"is","value":"x"}}')
    expect(deals.get_by_role("alert")).to_be_visible()
    expect(rows(deals)).to_have_count(12)


def test_a_list_that_cannot_be_read_says_so_and_tries_again(deals: Page, expected_problems: list[str]) -> None:
    expected_problems += ["ERR_FAILED", "net::"]
    deals.route("**/api/ui/deals/**", lambda route: route.abort())
    deals.get_by_role("columnheader", name="Montant").get_by_role("button").click()
    expect(deals.get_by_role("heading", name="La liste n’a pas pu être chargée")).to_be_visible()
    expect(deals.get_by_role("button", name="Réessayer")).to_be_visible()
    deals.unroute("**/api/ui/deals/**")
    expect(rows(deals)).to_have_count(12)


def test_a_telephone_shows_cards(deals: Page, server: Server, signed_in: SignedIn) -> None:
    phone = signed_in(server, ADMIN_FR, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.goto(f"{server.base}/deals?sort=deal_name:asc")
    expect(rows(phone).first).to_contain_text("Affaire 01")
    expect(rows(phone).first).to_contain_text(re.compile(r"1\s000\s€"))
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    rows(phone).first.tap()
    expect(phone).to_have_url(re.compile(r"/deals/\d+$"))


def test_ten_thousand_rows_scroll_with_few_elements(new_server: NewServer, signed_in: SignedIn) -> None:
    server = new_server()
    database = engine.connect(f"sqlite:///{server.data / 'comptoir.db'}")
    engine.use(database)
    try:
        seed("Accounts", 10_500, blanks=0.1)
    finally:
        engine.use(None)
        database.close()
    server.start()
    page = signed_in(server, ADMIN_FR)
    page.goto(f"{server.base}/accounts")
    foot = page.locator(".cp-table-foot")
    expect(foot).to_contain_text(re.compile(r"10\s500 comptes"))
    page.locator("[role=grid]").evaluate("grid => { grid.scrollTop = grid.scrollHeight / 2 }")
    expect(page.get_by_test_id("list-position")).to_have_text(re.compile(r"5\s\d{3} sur 10\s500"))
    expect(page.locator(".cp-tr--skeleton")).to_have_count(0)
    assert rows(page).count() < 60
    page.locator("body").press("j")
    page.keyboard.press("End")
    expect(page.get_by_test_id("list-position")).to_have_text(re.compile(r"10\s500 sur 10\s500"))
    expect(page.locator("[role=row][aria-rowindex='10501'] [data-field=account_name]")).to_be_focused()


def test_the_quick_search_filters_and_keeps_what_is_typed(deals: Page) -> None:
    box = deals.get_by_role("searchbox", name="Chercher dans cette liste")
    box.press_sequentially("affaire 1", delay=20)
    expect(rows(deals)).to_have_count(4)  # 01, 10, 11 and 12
    expect(box).to_have_value("affaire 1")
    deals.reload()
    expect(rows(deals)).to_have_count(4)  # 01, 10, 11 and 12
    expect(box).to_have_value("affaire 1")
    box.fill("introuvable")
    deals.get_by_role("button", name="Effacer les filtres").click()
    expect(rows(deals)).to_have_count(12)
    expect(box).to_have_value("")
