"""The log: one event a line, no secrets, bounded, its owner's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.base import logs


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    path = logs.set_up(tmp_path / "logs", console=False)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET /password/Zm9vYmFyYmF6cXV4 done", "Zm9vYmFyYmF6cXV4"),
        ("password=hunter22hunter22&x=1", "hunter22hunter22"),
        ("{'password': 'hunter22hunter22'}", "hunter22hunter22"),
        ('"token": "abcdef"', "abcdef"),
        ("Cookie: comptoir=abcdef", "comptoir=abcdef"),
        ("Authorization: abcdef", "abcdef"),
        ("cannot reach postgresql+psycopg://crm:s3cr3t@db/crm", "s3cr3t"),
    ],
)
def test_secrets_are_blotted_out(log: Path, text: str, secret: str) -> None:
    logging.getLogger("x").warning("%s", text)
    written = log.read_text("utf-8")
    assert secret not in written
    assert "…" in written


def test_what_somebody_typed_cannot_begin_a_line_of_its_own(log: Path) -> None:
    logging.getLogger("x").warning("name: %s", "Zoé\r\n2026-01-01 00:00:00,000 ERROR root: all is lost\x1b[31m\x00")
    lines = log.read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert "\\x0d\\x0a" in lines[0]
    assert "\x1b" not in lines[0]


def test_a_traceback_stands_under_its_event(log: Path) -> None:
    try:
        raise ValueError("token=abcdef\r\x1b[0m")
    except ValueError:
        logging.getLogger("x").exception("fault QWXYZ2")
    written = log.read_text("utf-8")
    assert "Traceback" in written
    assert "abcdef" not in written
    assert "\x1b" not in written


def test_it_is_its_owner_s_and_turns_over(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert log.stat().st_mode & 0o077 == 0
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, logging.handlers.RotatingFileHandler))
    monkeypatch.setattr(handler, "maxBytes", 2000)
    for number in range(200):
        logging.getLogger("x").warning("event %s of many", number)
    files = sorted(log.parent.iterdir())
    assert 1 < len(files) <= logs.KEPT + 1
    assert all(file.stat().st_size <= 2200 for file in files)
