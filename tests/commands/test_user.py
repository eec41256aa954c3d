"""`comptoir user`, `logs`, `doctor`, as somebody at the terminal meets them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from app import cli
from app.base.i18n import using
from app.commands import logs


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """`run("user", "list", stdin="…")` → (status, output, errors), in English, on one data folder."""
    monkeypatch.setenv("COMPTOIR_LANGUAGE", "en")

    def call(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        status = cli.main([*words, "--data", str(tmp_path / "data")])
        shown = capsys.readouterr()
        return status, shown.out, shown.err

    return call


ADD = ("user", "add", "zoe@exemple.fr", "--profile", "Administrator", "--language", "fr", "--password-stdin")


def test_a_person_is_added_listed_and_given_a_link(run) -> None:  # type: ignore[no-untyped-def]
    assert run(*ADD, stdin="quatre mots sans rapport\n")[0] == 0
    status, listed, _errors = run("user", "list")
    assert status == 0
    assert "zoe@exemple.fr\tZoe\tAdministrator" in listed
    status, printed, _errors = run("user", "reset", "ZOE@exemple.fr")
    assert status == 0
    assert "http://127.0.0.1:8080/password/" in printed
    assert "does not run" in printed


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (ADD, "azerty\n", "fewer than 10"),
        (ADD, "\n", "fewer than 10"),
        (ADD, "motdepasse2025\n", "easy to guess"),
        (("user", "add", "nobody", "--profile", "Administrator", "--password-stdin"), "quatre mots sans rapport\n", "complete e-mail"),
        (("user", "add", "a@exemple.fr", "--profile", "Nothing", "--password-stdin"), "quatre mots sans rapport\n", "profile from the list"),
        (("user", "add", "a@exemple.fr", "--profile", "Administrator"), "", "--password-stdin"),
        (("user", "reset", "nobody@exemple.fr"), "", "Nobody has the address"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_a_status(run, words: tuple[str, ...], stdin: str, said: str) -> None:  # type: ignore[no-untyped-def]
    status, _output, errors = run(*words, stdin=stdin)
    assert status == 1
    assert said in errors
    assert "Traceback" not in errors
    assert "nobody yet" in run("user", "list")[1]


def test_twice_the_same_person_is_refused(run) -> None:  # type: ignore[no-untyped-def]
    run(*ADD, stdin="quatre mots sans rapport\n")
    status, _output, errors = run(*ADD, stdin="quatre mots sans rapport\n")
    assert (status, "has this e-mail address already" in errors) == (1, True)


def test_the_doctor_finds_a_fresh_folder_fine(run) -> None:  # type: ignore[no-untyped-def]
    run(*ADD, stdin="quatre mots sans rapport\n")
    status, output, _errors = run("doctor")
    assert status == 0
    assert "undamaged" in output
    assert "WRONG" not in output


def test_the_log_is_searched_by_code() -> None:
    lines = [
        "2026-03-02 09:00:00,000 ERROR   1 app: fault QWXYZ2 in GET /",
        "Traceback (most recent call last):",
        "ValueError: no",
        "2026-03-02 09:00:01,000 INFO    1 app: started",
    ]
    assert logs.entries(lines, "qwxyz2") == ["\n".join(lines[:3])]
    assert logs.entries(lines, "AAAAAA") == []


def test_a_word_that_is_no_command_shows_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with using("en"), pytest.raises(SystemExit) as ended:
        cli.parse(["nonsense"])
    assert ended.value.code == 2
    assert "serve" in capsys.readouterr().err


def test_without_a_command_it_serves() -> None:
    for words in ([], ["--port", "1"], ["--demo", "--no-browser"], ["serve", "--port", "1"]):
        assert cli.parse(words).run.__module__ == "app.commands.serve"


@pytest.mark.parametrize(("value", "language"), [("fr_FR.UTF-8", "fr"), ("en_GB.UTF-8", "en"), ("de_DE.UTF-8", "en"), ("C", "en")])
def test_it_speaks_the_caller_s_language(monkeypatch: pytest.MonkeyPatch, value: str, language: str) -> None:
    for name in ("COMPTOIR_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANGUAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", value)
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    assert cli.caller_language() == language
