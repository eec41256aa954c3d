"""The shell in a browser: addresses, palette, menus, keys, theme, language, messages, reconnecting."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.browsers import SignedIn
from tests.support.servers import ADMIN_EN, ADMIN_FR, Account, Server

pytestmark = pytest.mark.e2e
PALETTE = "[data-testid=command-palette]"


@pytest.fixture
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of this test's own."""
    with Server(tmp_path_factory.mktemp("empty") / "data") as server:
        yield server


@pytest.fixture
def shell(server: Server, signed_in: SignedIn) -> Page:
    """The home page, ready."""
    page = signed_in(server)
    ready(page)
    return page


def ready(page: Page) -> None:
    page.wait_for_function("window.did_handshake === true && window.socket?.connected")


def test_going_from_page_to_page_does_not_load_the_page_anew(shell: Page) -> None:
    shell.evaluate("window.mark = 1")
    shell.get_by_role("link", name="Transactions").first.click()
    expect(shell).to_have_url(re.compile("/deals$"))
    expect(shell.get_by_role("link", name="Transactions").first).to_have_attribute("aria-current", "page")
    shell.go_back()
    expect(shell).to_have_url(re.compile(r":\d+/$"))
    expect(shell.get_by_role("link", name="Accueil", exact=True).first).to_have_attribute("aria-current", "page")
    shell.go_forward()
    expect(shell).to_have_url(re.compile("/deals$"))
    assert shell.evaluate("window.mark") == 1


def test_an_unknown_address_says_so_and_leads_back(shell: Page, server: Server, expected_problems: list[str]) -> None:
    expected_problems.append("404")
    answer = shell.goto(f"{server.base}/nothing/here")
    assert answer is not None
    assert answer.status == 404
    expect(shell.get_by_role("heading", level=1)).to_have_text("Rien ici")
    shell.get_by_role("link", name="Retour à l’accueil").click()
    expect(shell).to_have_url(re.compile(r":\d+/$"))


def test_the_palette_opens_finds_goes_and_gives_the_focus_back(shell: Page) -> None:
    shell.get_by_role("button", name="Rechercher").focus()
    shell.keyboard.press("Control+k")
    palette = shell.locator(PALETTE)
    expect(palette.get_by_role("combobox")).to_be_focused()
    shell.keyboard.press("Escape")
    expect(palette).to_have_count(0)
    expect(shell.get_by_role("button", name="Rechercher")).to_be_focused()
    shell.keyboard.press("Control+k")
    shell.keyboard.type("opportun")  # the team's own word for a deal
    expect(palette.get_by_role("option").first).to_be_visible()
    expect(palette.get_by_role("option", name="Transactions")).to_be_visible()
    shell.keyboard.type("zzz")
    expect(palette.get_by_text("Aucun résultat")).to_be_visible()
    for _letter in range(11):
        shell.keyboard.press("Backspace")
    shell.keyboard.type("corbeille")
    shell.keyboard.press("Enter")
    expect(shell).to_have_url(re.compile("/setup/bin"))


def test_the_palette_runs_commands(shell: Page) -> None:
    shell.keyboard.press("Control+k")
    expect(shell.locator(PALETTE).get_by_role("combobox")).to_be_focused()
    shell.keyboard.type(">sombre")
    with shell.expect_response(re.compile("/api/ui/me")):  # kept on the server, for the next page
        shell.keyboard.press("Enter")
    expect(shell.locator("html")).to_have_class(re.compile("cp-dark"))
    shell.reload()
    expect(shell.locator("html")).to_have_class(re.compile("cp-dark"))
    ready(shell)
    shell.get_by_role("button", name=re.compile("votre menu")).click()
    with shell.expect_response(re.compile("/api/ui/me")):
        shell.get_by_role("menuitemradio", name="Clair").click()
    expect(shell.locator("html")).not_to_have_class(re.compile("cp-dark"))
    shell.get_by_role("button", name=re.compile("votre menu")).click()
    with shell.expect_response(re.compile("/api/ui/me")):
        shell.get_by_role("menuitemradio", name="Comme l’appareil").click()


def test_a_menu_works_with_the_keyboard_alone(shell: Page) -> None:
    button = shell.get_by_role("button", name="Créer").first
    button.focus()
    shell.keyboard.press("Enter")
    items = shell.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    shell.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    shell.keyboard.press("End")
    expect(items.last).to_be_focused()
    shell.keyboard.press("Escape")
    expect(shell.get_by_role("menu")).to_have_count(0)
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_keys(shell: Page) -> None:
    shell.keyboard.press("?")
    dialog = shell.get_by_role("dialog", name="Raccourcis clavier")
    expect(dialog).to_be_visible()
    shell.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    shell.keyboard.press("g")
    shell.keyboard.press("t")
    expect(shell).to_have_url(re.compile("/deals$"))
    shell.keyboard.press("g")
    shell.keyboard.press("h")
    expect(shell).to_have_url(re.compile(r":\d+/$"))
    shell.keyboard.press("c")
    expect(shell.get_by_role("menu", name="Créer")).to_be_visible()


def test_keys_leave_fields_alone_and_can_be_switched_off(shell: Page, server: Server) -> None:
    shell.goto(f"{server.base}/setup/me")
    ready(shell)
    name = shell.get_by_label("Prénom")
    name.fill("")
    name.press_sequentially("gt?c/n")
    expect(name).to_have_value("gt?c/n")
    expect(shell).to_have_url(re.compile("/setup/me"))
    switch = shell.get_by_role("switch", name="Touches à une lettre")
    switch.click()
    expect(shell.locator("[data-testid=toast]")).to_contain_text("enregistrés")
    shell.locator("h1").click()
    shell.keyboard.press("?")
    expect(shell.get_by_role("dialog", name="Raccourcis clavier")).to_have_count(0)
    shell.keyboard.press("Control+k")
    expect(shell.locator(PALETTE)).to_be_visible()  # which is not a single letter
    shell.keyboard.press("Escape")
    switch.click()
    expect(switch).to_be_checked()


def test_the_skip_link_leads_to_the_content(shell: Page) -> None:
    shell.reload()
    ready(shell)
    shell.keyboard.press("Tab")
    expect(shell.get_by_role("link", name="Aller au contenu")).to_be_focused()
    shell.keyboard.press("Enter")
    expect(shell.locator("#cp-content")).to_be_focused()


def test_changing_the_language_changes_every_word(server: Server, signed_in: SignedIn) -> None:
    person = Account("polyglot@example.com", "encore une phrase sûre 9")
    server.add_user(person)
    page = signed_in(server, person)
    ready(page)
    page.get_by_role("button", name=re.compile("votre menu")).click()
    page.get_by_role("menuitemradio", name="English").click()
    expect(page.get_by_role("link", name="Deals").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^en"))


def test_pages_opened_by_a_click_speak_the_person_s_language(server: Server, signed_in: SignedIn) -> None:
    page = signed_in(server, ADMIN_EN)
    ready(page)
    for name in ("Accounts", "Deals", "Products"):
        page.get_by_role("link", name=name).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.get_by_role("link", name="Setup").click()
    page.get_by_role("link", name="Sharing rules").click()
    expect(page.get_by_role("combobox", name="Accounts")).to_contain_text("Everybody reads")


def test_a_setting_is_saved_and_undone_from_its_message(shell: Page, server: Server) -> None:
    shell.goto(f"{server.base}/setup/company")
    ready(shell)
    shell.get_by_label("Nom de l’entreprise").fill("Atelier Lumen")
    shell.get_by_role("button", name="Enregistrer").click()
    toast = shell.locator("[data-testid=toast]")
    expect(toast).to_contain_text("enregistrés")
    toast.get_by_role("button", name="Annuler").click()
    expect(toast.first).to_contain_text("Annulé")
    shell.reload()
    expect(shell.get_by_label("Nom de l’entreprise")).to_have_value("")


def test_what_one_types_is_not_taken_back_by_what_the_server_draws(shell: Page, server: Server) -> None:
    shell.goto(f"{server.base}/setup/company")
    ready(shell)
    name = shell.get_by_label("Nom de l’entreprise")
    name.fill("x" * 121)
    shell.evaluate("document.querySelector('[name=name]').maxLength = 500")
    name.fill("y" * 130)
    shell.get_by_role("button", name="Enregistrer").click()
    expect(shell.locator(".cp-error")).to_contain_text("120")
    expect(name).to_have_value("y" * 130)
    expect(name).to_be_focused()
    name.press("End")
    name.press_sequentially("zz", delay=5)
    expect(name).to_have_value("y" * 130 + "zz")


def test_the_keyboard_undoes_the_last_change_outside_of_fields(shell: Page, server: Server) -> None:
    shell.goto(f"{server.base}/setup/company")
    ready(shell)
    shell.get_by_label("Nom de l’entreprise").fill("Comptoir des vins")
    shell.keyboard.press("Enter")
    expect(shell.locator("[data-testid=toast]")).to_contain_text("enregistrés")
    shell.locator("h1").click()
    shell.keyboard.press("Control+z")
    expect(shell.locator("[data-testid=toast]").first).to_contain_text("Annulé")


def test_rights_that_change_are_seen_without_loading_the_page(server: Server, signed_in: SignedIn) -> None:
    person = Account("rising@example.com", "encore une phrase sûre 9", profile="Standard")
    server.add_user(person)
    theirs, mine = signed_in(server, person), signed_in(server, ADMIN_FR)
    ready(theirs)
    expect(theirs.get_by_role("link", name="Configuration")).to_have_attribute("href", "/setup/me")
    before = {c["name"]: c["value"] for c in theirs.context.cookies()}["comptoir"]
    mine.goto(f"{server.base}/setup/users")
    mine.get_by_role("link", name="Rising").click()
    mine.get_by_label("Profil").select_option(label="Administrateur")
    mine.get_by_role("button", name="Enregistrer").click()
    expect(theirs.get_by_role("link", name="Configuration")).to_have_attribute("href", "/setup")
    theirs.reload()
    expect(theirs.get_by_role("link", name="Configuration")).to_have_attribute("href", "/setup")
    after = {c["name"]: c["value"] for c in theirs.context.cookies()}["comptoir"]
    assert before != after  # a session's token is new after a change of rights


def test_the_last_administrator_is_told_why_not(empty_server: Server, signed_in: SignedIn) -> None:
    empty_server.add_user(ADMIN_FR)
    page = signed_in(empty_server)
    page.goto(f"{empty_server.base}/setup/users")
    page.get_by_role("link", name="Claire Admin", exact=True).click()
    page.get_by_role("button", name="Désactiver").click()
    expect(page.locator("[data-testid=toast]")).to_contain_text("dernier administrateur actif")
    page.get_by_label("Profil").select_option(label="Standard")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("[data-testid=toast]").last).to_contain_text("dernier administrateur actif")


def test_a_lost_connection_is_said_and_found_again(shell: Page, expected_problems: list[str]) -> None:
    expected_problems += ["ERR_INTERNET_DISCONNECTED", "WebSocket", "socket.io"]
    shell.evaluate("window.mark = 1")
    shell.context.set_offline(True)
    expect(shell.locator(".cp-saving")).to_have_class(re.compile("is-offline"), timeout=30_000)
    shell.context.set_offline(False)
    expect(shell.locator(".cp-saving")).not_to_have_class(re.compile("is-offline"), timeout=30_000)
    assert shell.evaluate("window.mark") == 1  # the page is the same one


def test_after_a_restart_the_same_page_comes_back_by_itself(
    empty_server: Server, signed_in: SignedIn, expected_problems: list[str]
) -> None:
    expected_problems += ["ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "WebSocket", "socket.io"]
    empty_server.add_user(ADMIN_FR)
    page = signed_in(empty_server)
    page.goto(f"{empty_server.base}/setup/sharing")
    ready(page)
    page.evaluate("window.mark = 1")
    empty_server.restart()
    page.wait_for_function("window.mark !== 1 && window.did_handshake === true && window.socket?.connected", timeout=30_000)
    expect(page).to_have_url(f"{empty_server.base}/setup/sharing")
    expect(page.get_by_role("combobox", name="Comptes")).to_be_visible()
    expect(page.locator(".cp-saving")).not_to_have_class(re.compile("is-offline"))


def test_what_the_server_refuses_while_away_is_said(shell: Page, expected_problems: list[str]) -> None:
    expected_problems.append("ERR_INTERNET_DISCONNECTED")
    shell.context.set_offline(True)
    shell.evaluate("comptoir.fetch('/api/ui/me').catch(error => comptoir.toast(error.message, { kind: 'error' }))")
    expect(shell.locator("[data-testid=toast]")).to_contain_text("Le serveur ne répond pas depuis")
    expect(shell.locator(".cp-saving")).to_have_class(re.compile("is-offline"))
    shell.context.set_offline(False)
    shell.evaluate("comptoir.fetch('/api/ui/me')")
    expect(shell.locator(".cp-saving")).not_to_have_class(re.compile("is-offline"))


@pytest.mark.parametrize("account", [ADMIN_FR, ADMIN_EN], ids=["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(server: Server, signed_in: SignedIn, account: Account, scheme: str) -> None:
    page = signed_in(server, account, color_scheme=scheme)
    ready(page)
    for address in ("/setup", "/setup/me", "/setup/users", "/setup/roles", "/setup/profiles", "/setup/sharing", "/setup/company"):
        page.goto(server.base + address)
        ready(page)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
