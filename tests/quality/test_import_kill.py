"""An import of 20,000 rows that is killed, again and again, goes on exactly: the result is that of an import left in peace.

The import runs as people run it, in a process of its own (`comptoir import`), and is ended with SIGKILL at moments that its own progress
gives; then `--resume` finishes it. Both engines.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.support.places import Place

ROWS = 20_000
KILLS = (0.1, 0.45, 0.8)  # shares of the file after which the process is killed
DONE = "SELECT coalesce(max(done), 0) FROM job WHERE id = (SELECT max(id) FROM job)"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_killed_import_goes_on_exactly(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    file = _file(tmp_path / "accounts.csv")
    killed, peaceful = (Place(tmp_path / name, kind, request) for name in ("killed", "peaceful"))
    wanted = peaceful.command("import", str(file), "--module", "Accounts", "--json")
    arguments = ["import", str(file), "--module", "Accounts", "--json"]
    for share in KILLS:
        killed.killed_when(arguments, lambda rows=int(share * ROWS): killed.one(DONE) >= rows)  # type: ignore[misc]
        done, rows, history = _figures(killed)
        assert 0 < done < ROWS
        assert done == rows == history, "the cursor, the records and their history are one commit"
        job = str(killed.one("SELECT max(id) FROM job"))
        arguments = ["import", "--module", "Accounts", "--resume", job, "--json"]
    found = killed.command(*arguments)
    expected = {"read": ROWS, "created": ROWS, "updated": 0, "unchanged": 0, "skipped": 0, "failed": 0}
    assert {k: v for k, v in found.items() if k != "job"} == expected == {k: v for k, v in wanted.items() if k != "job"}
    assert _records(killed) == _records(peaceful)
    assert _figures(killed) == (ROWS, ROWS, ROWS)
    again = killed.command("import", str(file), "--module", "Accounts", "--json")
    assert (again["created"], again["unchanged"]) == (0, ROWS)


def _figures(place: Place) -> tuple[int, int, int]:
    """Rows done by the job, records, and their history."""
    history = "SELECT count(*) FROM change WHERE module = 'Accounts' AND op = 'create'"
    return place.one(DONE), place.one("SELECT count(*) FROM accounts"), place.one(history)


def _records(place: Place) -> list[tuple[object, ...]]:
    """The records without ids and times."""
    columns = "account_name, account_name_f, employees, billing_code, annual_revenue, annual_revenue_c, version"
    return place.rows(f"SELECT {columns} FROM accounts ORDER BY 1")


def _file(path: Path) -> Path:
    numbers = random.Random(7)
    with path.open("w", encoding="cp1252") as file:
        file.write("Account_Name;Employees;Billing_Code;Annual_Revenue\n")
        for number in range(ROWS):
            revenue = f"{numbers.randrange(10**6)},{numbers.randrange(100):02}"
            file.write(f"Société n° {number:05};{number % 500};{numbers.randrange(1000, 96000):05};{revenue}\n")
    return path
