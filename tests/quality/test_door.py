"""It lets no one in: the door of the running application, asked over HTTP. One server for the whole file."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.support.servers import ADMIN_EN, ADMIN_FR, Account, Server

PAGE = {"Accept": "text/html", "Accept-Language": "fr"}
OURS = {"X-Comptoir": "1"}
PUBLIC = ("/login", "/recover", "/password/x", "/healthz", "/robots.txt")
PRIVATE = ("/", "/deals", "/setup", "/setup/users", "/deals/new", "/_nicegui_ws/socket.io/?EIO=4&transport=polling")
DATA = ("/api/ui/me", "/api/ui/deals/rows", "/api/ui/palette?q=ab", "/api/ui/lookup/accounts?q=a", "/api/ui/nothing", "/api/ui/recent?items=")


@pytest.fixture
def guest(server: Server) -> Iterator[httpx.Client]:
    """A browser in which nobody is signed in."""
    with httpx.Client(base_url=server.base, headers=PAGE, timeout=20) as client:
        yield client


@pytest.fixture(scope="module")
def signed_in(server: Server) -> Iterator[httpx.Client]:
    """A browser in which the French administrator is signed in."""
    with httpx.Client(base_url=server.base, headers=PAGE, timeout=20) as client:
        answer = sign_in(client, ADMIN_FR)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        yield client


def token_of(html: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', html)
    assert found is not None, html
    return found[1]


def sign_in(client: httpx.Client, account: Account, **more: str) -> httpx.Response:
    token = token_of(client.get("/login").text)
    return client.post("/login", data={"email": account.email, "password": account.password, "token": token, **more})


class TestWithoutSession:
    """Nobody is there."""

    @pytest.mark.parametrize("path", PUBLIC)
    def test_public_pages_answer(self, guest: httpx.Client, path: str) -> None:
        assert guest.get(path).status_code in (200, 404)

    @pytest.mark.parametrize("path", PRIVATE[:-1])
    def test_pages_lead_to_the_form_and_remember_where_one_wanted_to_go(self, guest: httpx.Client, path: str) -> None:
        answer = guest.get(path)
        wanted = "/login" if path == "/" else "/login?next=" + path.replace("/", "%2F")
        assert (answer.status_code, answer.headers["location"]) == (303, wanted)

    @pytest.mark.parametrize("path", [*DATA, PRIVATE[-1]])
    def test_data_is_refused_as_json(self, guest: httpx.Client, path: str) -> None:
        answer = guest.get(path)
        assert answer.status_code == 401
        assert answer.json()["message"]

    @pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
    def test_nothing_can_be_changed(self, guest: httpx.Client, method: str) -> None:
        assert guest.request(method, "/api/ui/deals/4711", headers=OURS, json={}).status_code == 401

    def test_a_made_up_cookie_is_nobody(self, guest: httpx.Client) -> None:
        for value in ("x", "x" * 5000, "../../etc/passwd", '"'):
            answer = guest.get("/api/ui/me", headers={"Cookie": f"comptoir={value}"})
            assert answer.status_code == 401

    def test_the_health_of_the_server_is_known_to_all_and_says_little(self, guest: httpx.Client) -> None:
        answer = guest.get("/healthz")
        assert answer.status_code == 200
        assert answer.json().keys() == {"status", "version", "database"}

    def test_the_first_run_is_over(self, guest: httpx.Client) -> None:
        assert guest.get("/welcome").headers["location"] == "/login"
        token = token_of(guest.get("/login").text)
        answer = guest.post("/welcome", data={"token": token, "email": "x@exemple.fr", "company_name": "X", "password": "x" * 20})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


class TestHeaders:
    """Every answer carries them."""

    @pytest.mark.parametrize("path", ["/login", "/", "/api/ui/me", "/healthz", "/nothing/at/all", "/static/0/app.css", "/favicon.ico"])
    def test_on_every_kind_of_answer(self, guest: httpx.Client, path: str) -> None:
        headers = guest.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
        assert "camera=(self)" in headers["permissions-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers

    def test_plain_pages_allow_no_inline_script_but_their_own(self, guest: httpx.Client) -> None:
        for path in ("/login", "/recover", "/password/x"):
            policy = guest.get(path).headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert re.search(r"script-src 'self' 'sha256-[\w+/=]+'", policy)

    def test_the_application_allows_no_other_host(self, signed_in: httpx.Client) -> None:
        answer = signed_in.get("/")
        policy = answer.headers["content-security-policy"]
        assert "http" not in policy
        assert "object-src 'none'" in policy
        assert answer.headers["cache-control"] == "no-store"

    def test_no_page_names_another_host(self, signed_in: httpx.Client, guest: httpx.Client) -> None:
        for html in (signed_in.get("/").text, guest.get("/login").text):
            hosts = set(re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//([^/\"'\s>]+)", html))
            assert hosts == set()


class TestSignIn:
    """The form."""

    def test_it_lands_where_one_wanted_to_go(self, guest: httpx.Client) -> None:
        assert sign_in(guest, ADMIN_EN, next="/deals?view=kanban").headers["location"] == "/deals?view=kanban"

    @pytest.mark.parametrize(
        "wanted",
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/login", "/%0d%0aSet-Cookie:x=1\r\n", "",
         "/\t/evil.example", "http:evil.example", "/api/ui/me", "\\\\evil.example"],
    )  # fmt: skip
    def test_it_never_leads_elsewhere(self, guest: httpx.Client, wanted: str) -> None:
        answer = sign_in(guest, ADMIN_EN, next=wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")

    def test_wrong_words_and_unknown_accounts_get_the_same_page(self, guest: httpx.Client) -> None:
        pages = []
        for email in (ADMIN_EN.email, "nobody@example.com"):
            answer = sign_in(guest, Account(email, "not the password"))
            assert answer.status_code == 422
            assert "set-cookie" not in answer.headers or "comptoir=" not in answer.headers["set-cookie"]
            pages.append(re.sub(r"[0-9a-f]{64}", "", answer.text.replace(email, "")))
        assert pages[0] == pages[1]

    def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, guest: httpx.Client) -> None:
        cookies = [c for c in sign_in(guest, ADMIN_EN).headers.get_list("set-cookie") if c.startswith("comptoir=")]
        assert len(cookies) == 1
        for word in ("HttpOnly", "SameSite=lax", "Path=/", "Max-Age="):
            assert word in cookies[0]

    def test_behind_https_the_cookie_is_bound_to_the_host(self, server: Server) -> None:
        with httpx.Client(base_url=server.base, headers={**PAGE, "X-Forwarded-Proto": "https"}) as client:
            form = client.get("/login")
            names = {c.partition("=")[0]: c for c in form.headers.get_list("set-cookie")}
            assert names.keys() == {"__Host-comptoir-form"}
            assert "Secure" in names["__Host-comptoir-form"]

    def test_a_new_session_at_each_sign_in_ends_the_one_of_this_browser(self, guest: httpx.Client) -> None:
        sign_in(guest, ADMIN_EN)
        first = guest.cookies["comptoir"]
        token = token_of(guest.get("/logout").text)
        guest.post("/login", data={"email": ADMIN_EN.email, "password": ADMIN_EN.password, "token": token})
        assert guest.get("/api/ui/me").status_code == 200
        assert guest.get("/api/ui/me", headers={"Cookie": f"comptoir={first}"}).status_code == 401

    def test_a_session_chosen_by_somebody_else_is_not_taken_over(self, guest: httpx.Client) -> None:
        guest.cookies.set("comptoir", "chosen-by-an-attacker")
        sign_in(guest, ADMIN_EN)
        assert guest.get("/api/ui/me", headers={"Cookie": "comptoir=chosen-by-an-attacker"}).status_code == 401

    def test_signing_out_ends_the_session(self, guest: httpx.Client) -> None:
        sign_in(guest, ADMIN_EN)
        token = guest.cookies["comptoir"]
        assert guest.get("/logout").status_code == 200  # opening the address alone does not
        assert guest.get("/api/ui/me").status_code == 200
        assert guest.post("/logout").headers["location"] == "/login?notice=out"
        assert guest.get("/api/ui/me", headers={"Cookie": f"comptoir={token}"}).status_code == 401

    def test_without_the_form_s_token_nothing_happens(self, guest: httpx.Client) -> None:
        values = {"email": ADMIN_EN.email, "password": ADMIN_EN.password}
        guest.get("/login")
        for token in ("", "0" * 64):
            answer = guest.post("/login", data={**values, "token": token})
            assert answer.status_code == 403
            assert "comptoir" not in guest.cookies

    def test_the_token_of_another_browser_does_not_count(self, guest: httpx.Client, server: Server) -> None:
        with httpx.Client(base_url=server.base) as other:
            token = token_of(other.get("/login").text)
        guest.get("/login")
        answer = guest.post("/login", data={"email": ADMIN_EN.email, "password": ADMIN_EN.password, "token": token})
        assert answer.status_code == 403

    def test_what_was_typed_is_shown_again_as_text(self, guest: httpx.Client) -> None:
        answer = sign_in(guest, Account('"><script>alert(1)</script>', "x"))
        assert "<script>alert(1)" not in answer.text
        assert "&lt;script&gt;" in answer.text


class TestOtherSites:
    """Requests that a page elsewhere makes in the name of somebody who is signed in."""

    @pytest.mark.parametrize(
        "headers",
        [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    )
    def test_are_not_carried_out(self, signed_in: httpx.Client, headers: dict[str, str]) -> None:
        for path in ("/api/ui/me", "/logout", "/login"):
            assert signed_in.post(path, headers={**OURS, **headers}, json={}).status_code == 403
        assert signed_in.get("/api/ui/me").status_code == 200

    def test_data_needs_the_header_that_forms_cannot_send(self, signed_in: httpx.Client) -> None:
        assert signed_in.patch("/api/ui/me", json={"theme": "dark"}).status_code == 403
        assert signed_in.patch("/api/ui/me", json={"theme": "auto"}, headers=OURS).status_code == 200

    def test_from_our_own_pages_they_are(self, signed_in: httpx.Client, server: Server) -> None:
        headers = {**OURS, "Origin": server.base, "Sec-Fetch-Site": "same-origin"}
        assert signed_in.patch("/api/ui/me", json={"theme": "auto"}, headers=headers).status_code == 200

    @pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", ""])
    def test_no_socket_for_another_origin(self, signed_in: httpx.Client, server: Server, origin: str) -> None:
        assert _socket_status(server, signed_in.cookies["comptoir"], origin) == 403

    def test_no_socket_without_session(self, server: Server) -> None:
        assert _socket_status(server, "", server.base) == 403

    def test_a_socket_for_ours(self, signed_in: httpx.Client, server: Server) -> None:
        assert _socket_status(server, signed_in.cookies["comptoir"], server.base) == 101


class TestBadInput:
    """What is too much, or not understood."""

    def test_a_body_that_says_it_is_too_large_is_refused_at_once(self, guest: httpx.Client) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", guest.base_url.port or 80, timeout=10)
        connection.putrequest("POST", "/login")
        connection.putheader("Content-Length", str(1 << 30))
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()

    def test_a_body_without_a_length_is_counted(self, signed_in: httpx.Client) -> None:
        def endless() -> Iterator[bytes]:
            for _block in range(64):
                yield b"x" * 65536

        answer = signed_in.patch("/api/ui/me", content=endless(), headers={**OURS, "Content-Type": "application/json"})
        assert answer.status_code == 413

    @pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"\xff\xfe", b'{"theme": "pink"}', b'{"language": ["fr"]}'])
    def test_nonsense_is_a_sentence_and_no_fault(self, signed_in: httpx.Client, body: bytes) -> None:
        answer = signed_in.patch("/api/ui/me", content=body, headers={**OURS, "Content-Type": "application/json"})
        assert answer.status_code == 422
        assert answer.json()["message"]

    def test_an_unknown_address_of_data_is_json(self, signed_in: httpx.Client) -> None:
        answer = signed_in.get("/api/ui/nothing/at/all")
        assert answer.status_code == 404
        assert answer.json()["message"]

    def test_an_unknown_page_is_a_page(self, signed_in: httpx.Client) -> None:
        assert signed_in.get("/nothing/at/all/here").status_code == 404

    def test_ids_that_cannot_be_are_left_out(self, signed_in: httpx.Client) -> None:
        answer = signed_in.get("/api/ui/recent", params={"items": "deals/" + "9" * 30})
        assert answer.status_code == 200
        assert answer.json() == {"items": []}

    def test_the_log_holds_no_secret(self, server: Server, signed_in: httpx.Client) -> None:
        signed_in.get("/password/a-secret-that-must-not-be-logged")
        log = (server.data / "logs" / "comptoir.log").read_text("utf-8") + server.log_tail(100_000)
        for secret in (ADMIN_FR.password, ADMIN_EN.password, signed_in.cookies["comptoir"], "a-secret-that-must-not-be-logged"):
            assert secret not in log

    def test_files_with_secrets_are_their_owner_s(self, server: Server) -> None:
        for name in ("secret.key", "logs/comptoir.log"):
            assert (server.data / name).stat().st_mode & 0o077 == 0


def _socket_status(server: Server, cookie: str, origin: str) -> int:
    """The status that the server answers to a WebSocket's request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **({"Origin": origin} if origin else {}), **({"Cookie": f"comptoir={cookie}"} if cookie else {}),
    }  # fmt: skip
    try:
        connection.request("GET", "/_nicegui_ws/socket.io/?EIO=4&transport=websocket", headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def test_json_of_a_page_holds_no_script(signed_in: httpx.Client) -> None:
    answer = signed_in.get("/api/ui/me")
    assert answer.headers["content-type"].startswith("application/json")
    assert json.loads(answer.text)["name"]
