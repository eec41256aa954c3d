"""Where a request comes from, and where signing in may lead."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from app.api import session


@pytest.mark.parametrize("address", ["/", "/deals", "/deals?view=kanban&q=%C3%A9t%C3%A9", "/setup/users/42", "/leads#notes"])
def test_our_own_paths_are_kept(address: str) -> None:
    assert session.safe_next(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "deals", "//evil.example", "///evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "/\n/evil", "/a\r\nb",
     "/\x00", "javascript:alert(1)", "/login", "/login?next=/", "/logout", "/api/ui/me", "/_nicegui/x"],
)  # fmt: skip
def test_everything_else_leads_home(address: str) -> None:
    assert session.safe_next(address) == "/"


@given(st.text(max_size=60) | st.from_regex(r"/[/\\.a-z:@]{0,20}", fullmatch=True))
def test_no_text_leads_to_another_host(address: str) -> None:
    base = "http://comptoir.lan:8080/login"
    target = urlsplit(urljoin(base, session.safe_next(address)))
    assert target.scheme == "http"
    assert target.netloc == "comptoir.lan:8080"


@pytest.mark.parametrize(
    ("client", "headers", "local"),
    [
        ("127.0.0.1", {"host": "127.0.0.1:8080"}, True),
        ("127.0.0.1", {"host": "localhost"}, True),
        ("::1", {"host": "[::1]:8080"}, True),
        ("127.8.8.8", {"host": "localhost:1"}, True),
        ("192.168.1.7", {"host": "localhost"}, False),
        ("127.0.0.1", {"host": "evil.example"}, False),  # a name that somebody pointed here
        ("127.0.0.1", {"host": "localhost.evil.example"}, False),
        ("127.0.0.1", {"host": ""}, False),
        ("127.0.0.1", {"host": "localhost", "x-forwarded-for": "1.2.3.4"}, False),
        ("127.0.0.1", {"host": "localhost", "forwarded": "for=1.2.3.4"}, False),
        ("127.0.0.1", {"host": "localhost", "x-real-ip": "1.2.3.4"}, False),
        ("127.0.0.1", {"host": "localhost", "via": "1.1 proxy"}, False),
        ("testclient", {"host": "localhost"}, False),
    ],
)
def test_from_this_machine(client: str, headers: dict[str, str], local: bool) -> None:
    assert session.is_local(Headers(headers), {"type": "http", "client": (client, 5000)}) is local


@pytest.mark.parametrize(
    ("headers", "same", "same_for_sockets"),
    [
        ({}, True, False),
        ({"origin": "http://comptoir.lan:8080"}, True, True),
        ({"origin": "https://comptoir.lan:8080"}, True, True),  # behind a proxy that speaks TLS
        ({"origin": "http://COMPTOIR.lan:8080"}, True, True),
        ({"origin": "http://comptoir.lan"}, False, False),
        ({"origin": "http://comptoir.lan:8080.evil.example"}, False, False),
        ({"origin": "null"}, False, False),
        ({"origin": "file://"}, False, False),
        ({"sec-fetch-site": "same-origin"}, True, False),
        ({"sec-fetch-site": "none"}, True, False),
        ({"sec-fetch-site": "same-site"}, False, False),
        ({"sec-fetch-site": "cross-site"}, False, False),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, False, False),
    ],
)
def test_from_our_own_pages(headers: dict[str, str], same: bool, same_for_sockets: bool) -> None:
    found = Headers({"host": "comptoir.lan:8080", **headers})
    assert session.is_same_origin(found, {"type": "http"}) is same
    assert session.is_same_origin(found, {"type": "websocket"}, required=True) is same_for_sockets


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "fr"), ("en-GB,en;q=0.9", "en"), ("de,fr;q=0.5,en;q=0.3", "fr"), ("de", "fr"), (";;;,,", "fr"), ("EN", "en")],
)
def test_the_language_of_a_browser(accepted: str, language: str) -> None:
    assert session.preferred_language(Headers({"accept-language": accepted}), "fr") == language
