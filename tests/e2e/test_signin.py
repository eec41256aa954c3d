"""Sign-in, first run and one-time links in a browser, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.support.browsers import NewPage, SignedIn, sign_in
from tests.support.servers import ADMIN_EN, ADMIN_FR, Account, Server

pytestmark = pytest.mark.e2e


@pytest.fixture
def empty_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application before anybody set it up."""
    with Server(tmp_path_factory.mktemp("empty") / "data") as server:
        yield server


def test_wrong_password_keeps_what_was_typed_and_says_so(server: Server, page: Page, expected_problems: list[str]) -> None:
    expected_problems.append("422")
    page.goto(f"{server.base}/login?next=/deals")
    page.get_by_label("E-mail").fill(ADMIN_FR.email)
    page.get_by_label("Mot de passe").fill("pas le bon")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas correct")
    expect(page.get_by_label("E-mail")).to_have_value(ADMIN_FR.email)
    expect(page.get_by_label("Mot de passe")).to_be_focused()
    page.keyboard.type(ADMIN_FR.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{server.base}/deals")


def test_it_works_without_javascript(server: Server, new_page: NewPage) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{server.base}/login")
    page.get_by_label("E-mail").fill(ADMIN_EN.email)
    page.get_by_label("Mot de passe").fill(ADMIN_EN.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(f"{server.base}/")


def test_the_form_speaks_the_browser_s_language(server: Server, new_page: NewPage) -> None:
    page = new_page(locale="en-GB")
    page.goto(f"{server.base}/login")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_signing_out_closes_every_tab_of_the_browser(server: Server, signed_in: SignedIn) -> None:
    page = signed_in(server)
    other = page.context.new_page()
    other.goto(server.base)
    expect(other.get_by_role("navigation").first).to_be_visible()
    page.get_by_role("button", name=re.compile("votre menu")).click()
    page.get_by_role("menuitem", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/login"))
    expect(other).to_have_url(re.compile("/login"))
    page.goto(f"{server.base}/setup")
    expect(page).to_have_url(re.compile(r"/login\?next="))


def test_an_administrator_ends_somebody_s_session_and_their_page_goes(server: Server, signed_in: SignedIn) -> None:
    victim = Account("victim@example.com", "encore une phrase sûre 9", profile="Standard")
    server.add_user(victim)
    theirs, mine = signed_in(server, victim), signed_in(server, ADMIN_FR)
    mine.goto(f"{server.base}/setup/users")
    mine.get_by_role("link", name="Victim").click()
    mine.get_by_role("button", name=re.compile("Terminer la session")).first.click()
    expect(theirs).to_have_url(re.compile("/login"))
    expect(mine.get_by_text("Aucune.")).to_be_visible()


def test_a_one_time_link_lets_a_person_choose_their_password(
    server: Server, new_page: NewPage, signed_in: SignedIn, expected_problems: list[str]
) -> None:
    expected_problems += ["422", "404"]
    admin = signed_in(server)
    admin.goto(f"{server.base}/setup/users")
    admin.get_by_role("button", name="Ajouter une personne").click()
    admin.get_by_label("E-mail").fill("nouveau@example.com")
    admin.get_by_label("Prénom").fill("Noé")
    admin.get_by_role("button", name="Ajouter", exact=True).click()
    link = admin.get_by_role("textbox", name="Lien").input_value()
    assert link.startswith(f"{server.base}/password/")

    page = new_page()
    page.goto(link)
    expect(page.get_by_text("nouveau@example.com")).to_be_visible()
    page.get_by_label("Nouveau mot de passe").fill("azertyuiop12")
    page.get_by_label("Le même, encore une fois").fill("azertyuiop12")
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.locator(".cp-error")).to_contain_text("facile à deviner")
    page.get_by_label("Nouveau mot de passe").fill("quatre mots sans rapport")
    page.get_by_label("Le même, encore une fois").fill("quatre mots sans rapport")
    page.get_by_role("button", name="Enregistrer le mot de passe").click()
    expect(page.get_by_role("status")).to_contain_text("enregistré")
    sign_in(page, server.base, Account("nouveau@example.com", "quatre mots sans rapport"))
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien ne fonctionne plus")


def test_a_link_from_the_command_line_works_too(server: Server, page: Page) -> None:
    printed = server.cli("user", "reset", ADMIN_EN.email).stdout
    link = re.search(rf"{server.base}/password/\S+", printed)
    assert link is not None, printed
    page.goto(link[0])
    expect(page.get_by_text(ADMIN_EN.email)).to_be_visible()


def test_what_to_do_about_a_forgotten_password(server: Server, page: Page) -> None:
    page.goto(f"{server.base}/login")
    page.get_by_role("link", name="Mot de passe oublié").click()
    expect(page.get_by_text("comptoir user reset")).to_be_visible()


def test_the_first_run_makes_company_and_administrator_once(
    empty_server: Server, page: Page, new_page: NewPage, expected_problems: list[str]
) -> None:
    expected_problems.append("422")
    page.goto(empty_server.base)
    expect(page).to_have_url(f"{empty_server.base}/welcome")
    page.get_by_label("Nom de l’entreprise").fill("Atelier Lumen")
    page.get_by_label("Devise").select_option("CHF")
    page.get_by_label("Prénom").fill("Zoé")
    page.get_by_label("E-mail").fill("zoe@exemple.fr")
    page.get_by_label("Mot de passe").fill("atelierlumen")
    page.get_by_label("Vide").check()
    page.get_by_role("button", name="Démarrer avec Comptoir").click()
    expect(page.locator(".cp-error")).to_contain_text("ressemble à")
    expect(page.get_by_label("Nom de l’entreprise")).to_have_value("Atelier Lumen")
    expect(page.get_by_label("Devise")).to_have_value("CHF")
    expect(page.get_by_label("Vide")).to_be_checked()
    page.get_by_label("Mot de passe").fill("quatre mots sans rapport")
    page.get_by_role("button", name="Démarrer avec Comptoir").click()
    expect(page.get_by_role("button", name="Zoé, votre menu")).to_be_visible()

    stranger = new_page()
    stranger.goto(f"{empty_server.base}/welcome")
    expect(stranger).to_have_url(f"{empty_server.base}/login")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_plain_pages(empty_server: Server, new_page: NewPage, scheme: str, expected_problems: list[str]) -> None:
    expected_problems += ["403", "404", "422"]
    page = new_page(color_scheme=scheme)
    clean(page, f"{empty_server.base}/welcome")
    page.get_by_label("Mot de passe").fill("court")
    page.locator("form").evaluate("form => { form.noValidate = true; form.submit(); }")
    clean(page)
    clean(new_page(color_scheme=scheme, extra_http_headers={"X-Forwarded-For": "192.0.2.7"}), f"{empty_server.base}/welcome")
    empty_server.add_user(ADMIN_FR)
    for path in ("/login", "/login?notice=out", "/recover", "/logout", "/password/none"):
        clean(page, empty_server.base + path)
    link = re.search(r"http\S+/password/\S+", empty_server.cli("user", "reset", ADMIN_FR.email).stdout)
    assert link is not None
    clean(page, link[0])


def clean(page: Page, address: str = "") -> None:
    """Asks axe, which puts a script of its own into the page: past the page's policy."""
    if address:
        page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, f"{page.url}: {found.generate_report()}"


def test_from_elsewhere_the_first_run_needs_the_code_of_the_console(
    empty_server: Server, new_page: NewPage, expected_problems: list[str]
) -> None:
    expected_problems.append("403")
    code = re.search(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", empty_server.log_tail())
    assert code is not None
    page = new_page(extra_http_headers={"X-Forwarded-For": "192.0.2.7"})
    page.goto(f"{empty_server.base}/welcome")
    expect(page.get_by_label("Nom de l’entreprise")).to_have_count(0)
    page.get_by_label("Code de la console").fill("AAAA-AAAA")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas le code")
    page.get_by_label("Code de la console").fill(code[0].lower())
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nom de l’entreprise")).to_be_visible()
