"""The start: `comptoir.py`, what it installs and says, the double-click starters and the test command."""

from __future__ import annotations

import ast
import io
import os
import re
import runpy
import string
import subprocess
import sys
import time
from pathlib import Path

import pytest

import comptoir
from requirements import environment, install, messages
from tests import run
from tests.support.servers import ROOT

ENGLISH = {"LANG": "en_GB.UTF-8"}
FRENCH = {"LANG": "fr_FR.UTF-8"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Comptoir folder of its own, with requirements and a `.venv` that looks real."""
    (tmp_path / "requirements").mkdir()
    for kind in ("run", "dev"):
        (tmp_path / "requirements" / f"{kind}.txt").write_text(f"thing-for-{kind}==1.0\n")
    scripts = tmp_path / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (tmp_path / "python3.11").write_text("an interpreter")
    (scripts / "python").symlink_to(tmp_path / "python3.11")
    for name, value in {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "VENV_PYTHON": scripts / "python"}.items():
        monkeypatch.setattr(environment, name, value)
    return tmp_path


def mark(kind: str) -> None:
    environment.marker(kind).write_text(environment.interpreter_stamp())


def test_the_marker_follows_the_requirements(folder: Path) -> None:
    before = environment.marker("run")
    assert re.fullmatch(r"\.comptoir-[0-9a-f]{16}", before.name)
    assert re.fullmatch(r"\.comptoir-dev-[0-9a-f]{16}", environment.marker("dev").name)
    (folder / "requirements" / "run.txt").write_text("thing-for-run==1.1\n")
    assert environment.marker("run") != before


def test_ready_means_marked_for_these_requirements(folder: Path) -> None:
    assert not environment.is_ready("run")
    mark("run")
    assert environment.is_ready("run")
    assert not environment.is_ready("dev")
    (folder / "requirements" / "run.txt").write_text("thing-for-run==1.1\n")
    assert not environment.is_ready("run")


def test_a_python_that_was_replaced_or_removed_is_not_ready(folder: Path) -> None:
    mark("run")
    (folder / "python3.11").write_text("a newer interpreter")
    assert not environment.is_ready("run")
    mark("run")
    assert environment.is_ready("run")
    (folder / "python3.11").unlink()
    assert environment.interpreter_stamp() == ""
    assert not environment.is_ready("run")


def test_an_interrupted_marker_does_not_count(folder: Path) -> None:
    environment.marker("run").write_text("")
    assert not environment.is_ready("run")


@pytest.mark.parametrize(
    ("output", "key"),
    [
        (
            (
                "WARNING: Retrying (Retry(total=4, connect=None)) after connection broken by 'NewConnectionError'\n"
                "ERROR: Could not find a version that satisfies the requirement aiofiles==25.1.0 (from versions: none)\n"
                "ERROR: No matching distribution found for aiofiles==25.1.0"
            ),
            "network",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n Got 0123", "hash"),
        (
            (
                "ERROR: Could not find a version that satisfies the requirement alembic==99.1 (from versions: 1.0.0, 1.4.3)\n"
                "ERROR: No matching distribution found for alembic==99.1"
            ),
            "no_package",
        ),
        ("ERROR: No matching distribution found for thing==1.0", "no_package"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/srv/x'", "read_only"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))", "certificate"),
        ("WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.')'", "network"),
        ("Traceback (most recent call last):\nKeyError: 'x'", "unknown"),
    ],
)
def test_what_pip_says_becomes_a_sentence(output: str, key: str) -> None:
    assert install.diagnose(output) == key
    stop = install.failure("run", output)
    assert stop.key == key
    for language in (FRENCH, ENGLISH):
        assert messages.text(stop.key, language, **stop.details)


def test_the_detail_of_a_wrong_hash_names_the_package() -> None:
    output = "Collecting x==1\nERROR: THESE PACKAGES DO NOT MATCH THE HASHES\n    thing==1.0:\n        Expected sha256 00\n             Got        11\n"
    stop = install.failure("run", output)
    sentence = messages.text(stop.key, ENGLISH, **stop.details)
    assert "thing==1.0" in sentence
    assert "Collecting" not in sentence


@pytest.mark.parametrize("key", messages.TEXTS)
def test_each_sentence_exists_in_both_languages(key: str) -> None:
    french, english = messages.TEXTS[key]
    names = [{name for _, name, _, _ in string.Formatter().parse(words) if name} for words in (french, english)]
    assert names[0] == names[1]
    assert not re.search(r"[^\s\u202f\u00a0] [:;!?»]|« ", french), "a no-break space is missing"


@pytest.mark.parametrize(
    ("variables", "french"),
    [
        ({"LANG": "fr_FR.UTF-8"}, True),
        ({"LANG": "en_US.UTF-8"}, False),
        ({"LC_ALL": "fr_CA.UTF-8", "LANG": "en_US.UTF-8"}, True),
        ({"LC_ALL": "", "LANG": "fr"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "fr_FR.UTF-8"}, False),
    ],
)
def test_the_language_is_the_systems(variables: dict[str, str], french: bool) -> None:
    assert messages.is_french(variables) is french


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_sentences_can_be_written_on_any_terminal(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding=encoding))
    monkeypatch.setattr(os, "environ", dict(FRENCH))
    messages.say("read_only", folder="/été")
    assert b"Comptoir ne peut pas" in written.getvalue()
    assert "\\u" not in written.getvalue().decode(encoding)


def test_an_older_python_is_told_in_both_languages(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    launcher = ROOT / "comptoir.py"
    ast.parse(launcher.read_text(encoding="utf-8"), feature_version=(3, 6))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(SystemExit) as stopped:
        runpy.run_path(str(launcher), run_name="__main__")
    assert stopped.value.code == 1
    said = capsys.readouterr().err
    assert "a besoin de Python 3.11" in said
    assert "needs Python 3.11" in said
    assert "3.9" in said


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "_site_packages", lambda: None)
    monkeypatch.setattr(install, "find_spec", lambda name: None if name == module else object())
    with pytest.raises(messages.Stop) as stopped:
        install.make_environment()
    sentence = messages.text(stopped.value.key, FRENCH, **stopped.value.details)
    assert f"apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in sentence
    assert module in sentence


def test_a_full_disk_is_noticed_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(install, "is_ready", lambda kind: False)
    monkeypatch.setattr(comptoir, "is_ready", lambda kind: False)
    monkeypatch.setattr(install, "NEEDED_SPACE", {"run": 10**12})
    monkeypatch.setattr(install, "make_environment", lambda: pytest.fail("went on"))
    assert comptoir.main([]) == 1
    assert str(ROOT) in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise PermissionError(13, "Permission denied", "/srv/comptoir/.venv")

    monkeypatch.setattr(install, "is_ready", lambda kind: False)
    monkeypatch.setattr(install, "make_environment", refuse)
    with pytest.raises(messages.Stop) as stopped:
        install.install("run")
    assert stopped.value.key == "read_only"
    assert stopped.value.details["folder"] == "/srv/comptoir/.venv"


def test_packages_cut_in_the_middle_are_installed_again(tmp_path: Path) -> None:
    for name, whole in {"whole-1.0": True, "cut-2.0": False}.items():
        information = tmp_path / f"{name}.dist-info"
        information.mkdir()
        (information / "METADATA").write_text("Name: x\n")
        if whole:
            (information / "INSTALLER").write_text("pip\n")
    (tmp_path / "~umpy").mkdir()
    install.remove_half_installed(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["whole-1.0.dist-info"]


def test_progress_counts_what_concerns_this_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(install, "print_line", lambda line, end="\n": said.append(line))
    monkeypatch.setattr(time, "monotonic", iter(range(100, 1000, 10)).__next__)
    monkeypatch.setattr(os, "environ", dict(ENGLISH))
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    progress = install.Progress(4, tmp_path)
    for line in (
        "Ignoring colorama: markers 'sys_platform == \"win32\"' don't match your environment",
        "Collecting a==1 (from -r run.txt (line 1))",
        "  Downloading a-1-py3-none-any.whl (5.3 kB)",
        "Processing /wheels/b-2-py3-none-any.whl",
        "Requirement already satisfied: c==3",
    ):
        progress.read(line)
        progress.show()
    assert (progress.done, progress.total) == (3, 3)
    progress.read("Installing collected packages: a, b")
    (tmp_path / "a-1.dist-info").mkdir()
    (tmp_path / "a-1.dist-info" / "INSTALLER").write_text("pip\n")
    progress.show()
    assert said[-1] == "     1 of 2 packages installed"
    assert "     3 of 3 packages fetched" in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no exec: a child process is waited for")
@pytest.mark.parametrize(
    ("words", "kind", "rest"),
    [
        ([], "run", ["-m", "app"]),
        (["serve", "--data", "mes données"], "run", ["-m", "app", "serve", "--data", "mes données"]),
        (["import", "test"], "run", ["-m", "app", "import", "test"]),
        (["test", "--fast", "-k", "money"], "dev", ["-m", "tests.run", "--fast", "-k", "money"]),
    ],
)
def test_words_are_handed_over_as_they_are(
    words: list[str], kind: str, rest: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(comptoir, "ensure", installed.append)
    became: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, command: became.append(command))
    monkeypatch.setattr(subprocess, "Popen", lambda command: pytest.fail("a child process"))
    monkeypatch.setattr(sys, "platform", "linux")

    def become(path: str, command: list[str]) -> None:
        became.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(os, "execv", become)
    with pytest.raises(SystemExit):
        comptoir.main(words)
    assert installed == [kind]
    assert became[0][0] == str(environment.VENV_PYTHON)
    assert became[0][became[0].index("-m") :] == rest


def pins(kind: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)([^\\\n]*)", lines, re.MULTILINE)
    return {f"{name}{condition}".strip(): version for name, version, condition in found}


def test_the_tests_run_on_the_versions_that_people_run() -> None:
    application, tests = pins("run"), pins("dev")
    assert len(application) > 50
    assert {name: tests.get(name) for name in application} == application


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_requirements_are_hashed_and_name_no_registry(kind: str) -> None:
    lines = (ROOT / "requirements" / f"{kind}.txt").read_text(encoding="utf-8")
    assert "://" not in lines
    assert "--index-url" not in lines
    entries = re.split(r"^(?=[A-Za-z0-9])", lines, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_starters_can_be_started() -> None:
    for name in ("comptoir.py", "comptoir.sh", "comptoir.command", ".ci/run"):
        starter = ROOT / name
        assert starter.read_bytes().startswith(b"#!")
        assert sys.platform == "win32" or os.access(starter, os.X_OK), f"{name} is not executable"
    windows = (ROOT / "Comptoir.cmd").read_bytes()
    assert windows.count(b"\r\n") == windows.count(b"\n")
    assert 'exec "$python" comptoir.py test\n' in (ROOT / ".ci" / "run").read_text()


@pytest.mark.parametrize(
    ("mode", "rest", "selection", "parallel"),
    [
        ("", [], ["-m", "not slow"], True),
        ("--fast", ["-k", "money"], ["-m", "not e2e and not postgres and not slow"], True),
        ("--full", ["--color=yes"], [], True),
        ("", ["tests/test_launcher.py::test_pins"], ["-m", "not slow"], False),
        ("", ["-n4"], ["-m", "not slow"], False),
        ("", ["--pdb"], ["-m", "not slow"], False),
    ],
)
def test_the_test_command(mode: str, rest: list[str], selection: list[str], parallel: bool) -> None:
    command = run.pytest_command(mode, rest)
    words = command[command.index("pytest") + 1 :]
    assert words == [*selection, *(["-n", "2", "--dist", "loadscope"] if parallel else []), *rest]


def test_the_test_command_refuses_two_modes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--fast", "--full"]) == 2
    assert "not both" in capsys.readouterr().err


def test_a_browser_that_does_not_start_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hint, real = tmp_path / "hint", tmp_path / "real"
    hint.write_text("#!/bin/sh\necho 'install the snap'; exit 1\n")
    real.write_text("#!/bin/sh\necho 'Chromium 150'\n")
    for script in (hint, real):
        script.chmod(0o755)
    monkeypatch.setattr(run, "_candidates", lambda: iter([str(tmp_path / "absent"), str(hint), str(real)]))
    assert run.find_chromium() == str(real)


@pytest.mark.skipif(sys.platform != "linux", reason="Debian's package")
def test_root_gets_chromium_from_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt, chromium = tmp_path / "apt-get", tmp_path / "chromium"
    apt.write_text(
        f"#!/bin/sh\necho \"$@\" >> {tmp_path}/asked\n[ $2 = update ] || {{ echo '#!/bin/sh' > {chromium}; chmod +x {chromium}; }}\n"
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(run, "_candidates", lambda: iter([str(chromium)]))
    assert run.find_chromium() is None
    assert run.install_chromium() == str(chromium)
    assert (tmp_path / "asked").read_text().splitlines() == ["-q update", "-q install -y chromium"]


def test_without_any_browser_the_tests_say_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "find_chromium", lambda: None)
    monkeypatch.setattr(run, "install_chromium", lambda: None)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("went on"))
    assert run.main([]) == 2
    assert "--fast" in capsys.readouterr().err
