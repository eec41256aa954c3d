"""The schema: made afresh, migrated with a backup, refused when newer; what users added survives, a failure changes nothing."""

from __future__ import annotations

import shutil
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Integer, inspect, text

from app.base import config, i18n
from app.base.errors import Unavailable
from app.database import ddl, engine, schema
from app.database import upgrade as upgrade_module
from app.database.engine import Database
from app.database.migrations import generate
from app.database.types import folded
from app.database.upgrade import alembic_config, upgrade
from app.modules import registry
from app.modules.registry import metadata
from tests.support.postgres import Postgres

SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("setting", sa.Column("added", sa.Integer(), nullable=True))
    with op.batch_alter_table("accounts") as batch:
        batch.alter_column("account_name", existing_type=sa.String(200), type_=sa.String(300))
    {more}


def downgrade() -> None:
    raise NotImplementedError
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with i18n.using("en"):
        yield


@pytest.fixture
def opened(empty_url: str) -> Iterator[Database]:
    database = engine.connect(empty_url)
    yield database
    database.close()


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Gives a function that makes this program one revision newer."""

    def make(more: str = "pass") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(schema.FOLDER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_later.py").write_text(SECOND.format(head=schema.head(), more=more), encoding="utf-8")
        monkeypatch.setattr(schema, "FOLDER", folder)
        schema.revisions.cache_clear()

    yield make
    monkeypatch.undo()
    schema.revisions.cache_clear()


def used(database: Database) -> None:
    """Upgrades an empty database and uses it: settings, a record, a field of the users' own with its index."""
    upgrade(database)
    with database.writing() as connection:
        connection.execute(text("INSERT INTO setting (key, value) VALUES ('company', '\"Moreau\"')"))
        connection.execute(text("INSERT INTO accounts (id, version, account_name) VALUES (1, 1, 'Ateliers Moreau')"))
        connection.execute(text("INSERT INTO contacts (id, version, last_name, account_id) VALUES (2, 1, 'Blanc', 1)"))
        ddl.add_column(connection, "accounts", Column("cf_7", folded(40)))
        ddl.add_index(connection, "accounts", ["cf_7", "id"])
        connection.execute(text("UPDATE accounts SET cf_7 = 'bleu'"))


def content(database: Database) -> list[object]:
    with database.reading() as connection:
        return [
            connection.execute(text("SELECT key, value FROM setting")).all(),
            connection.execute(text("SELECT id, account_name, cf_7 FROM accounts")).all(),
            connection.execute(text("SELECT id, account_id FROM contacts")).all(),
        ]


def test_a_fresh_database_is_made_and_then_left_alone(opened: Database) -> None:
    assert upgrade(opened) is None
    with opened.reading() as connection:
        assert engine.versions(connection) == engine.Versions(1, 1, 1)
        assert schema.revision_of(connection) == schema.head()
        assert set(metadata().tables) <= set(inspect(connection).get_table_names())
    assert upgrade(opened) is None


def test_the_revisions_make_exactly_what_is_declared(opened: Database) -> None:
    """When this fails, a declaration changed: run `python -m app.database.migrations.generate "what changed"`."""
    from alembic.autogenerate import produce_migrations
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    used(opened)
    found: list[Any] = []
    with opened.engine.connect() as connection:
        connection.execute(text("CREATE TABLE stranger (id INTEGER)"))
        config = alembic_config(connection)
        script = ScriptDirectory.from_config(config)

        def compare(_revision: Any, context: Any) -> list[Any]:
            found.extend(produce_migrations(context, metadata()).upgrade_ops.as_diffs())
            return []

        with EnvironmentContext(config, script, fn=compare):
            script.run_env()
    assert found == []


def test_two_processes_that_start_together_make_one_schema(empty_url: str) -> None:
    databases = [engine.connect(empty_url) for _ in range(3)]
    problems: list[BaseException] = []

    def start(database: Database) -> None:
        try:
            upgrade(database)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=start, args=(database,)) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    with databases[0].reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM schema_state")) == 1
    for database in databases:
        database.close()


def test_an_older_database_is_migrated_and_keeps_everything(opened: Database, later: Any) -> None:
    used(opened)
    before = content(opened)
    later()
    if opened.path is not None:  # what an upgrade that was killed left behind
        opened.path.with_name("comptoir.db.upgrading").write_bytes(b"half")
        opened.path.with_name("comptoir.db.upgrading-wal").write_bytes(b"half")
    backup = upgrade(opened)
    assert content(opened) == before
    with opened.reading() as connection:
        assert schema.revision_of(connection) == "9999"
        assert "added" in ddl.columns_of(connection, "setting")
        indexes = {index["name"] for index in inspect(connection).get_indexes("accounts")}
    assert ddl.index_name("accounts", ["cf_7", "id"]) in indexes
    if opened.is_sqlite:
        assert backup is not None
        with closing(sqlite3.connect(backup)) as old:
            assert old.execute("SELECT account_name, cf_7 FROM accounts").fetchall() == [("Ateliers Moreau", "bleu")]
        assert opened.path is not None
        assert sorted(path.name for path in opened.path.parent.glob("comptoir.db*")) == [
            "comptoir.db",
            "comptoir.db-shm",
            "comptoir.db-wal",
        ]


@pytest.mark.parametrize(
    "more",
    ["raise RuntimeError('a fault of ours')", "op.execute('UPDATE contacts SET account_id = 4711')"],
    ids=["raises", "breaks-links"],
)
def test_a_failed_migration_changes_nothing(opened: Database, later: Any, more: str) -> None:
    used(opened)
    before = content(opened)
    later(more)
    with pytest.raises(Unavailable, match=r"(?i)(fault of ours|point to nothing|foreign key).*previous version") as caught:
        upgrade(opened)
    assert ("before-schema-9999" in str(caught.value)) == opened.is_sqlite
    assert content(opened) == before
    with opened.reading() as connection:
        assert schema.revision_of(connection) != "9999"
        assert "added" not in ddl.columns_of(connection, "setting")
    if opened.is_sqlite:
        assert opened.path is not None
        assert not list(opened.path.parent.glob("*.upgrading*"))
        assert len(list((opened.path.parent / "backups").iterdir())) == 1


def test_a_newer_database_is_refused_and_not_touched(opened: Database) -> None:
    used(opened)
    with opened.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '7777'"))
    with pytest.raises(Unavailable, match=r"newer version .*7777"):
        upgrade(opened)


def test_a_database_of_another_program_is_refused(opened: Database) -> None:
    with opened.engine.begin() as connection:
        connection.execute(text("CREATE TABLE wordpress (id INTEGER)"))
    with pytest.raises(Unavailable, match="another program"):
        upgrade(opened)


def test_an_old_or_unfit_server_is_refused(opened: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(upgrade_module.OLDEST, opened.dialect, (99, 1))
    with pytest.raises(Unavailable, match=r"99\.1 or newer"):
        upgrade(opened)


@pytest.mark.postgres
def test_a_database_that_cannot_keep_every_letter_is_refused(postgres: Postgres) -> None:
    name = f"comptoir_test_latin_{uuid.uuid4().hex}"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    database = engine.connect(postgres.url.set(database=name).render_as_string(hide_password=False))
    try:
        with pytest.raises(Unavailable, match="LATIN1"):
            upgrade(database)
    finally:
        database.close()
        postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_folder_with_odd_letters_is_upgraded(tmp_path: Path, later: Any) -> None:
    folder = tmp_path / "données 100 %41 ?#"
    settings = config.load(folder, environment={})
    database = engine.connect(settings.database_url)
    used(database)
    later()
    backup = upgrade(database)
    database.close()
    assert backup is not None
    assert backup.parent == folder / "backups"
    assert {path.name for path in folder.iterdir()} == {"backups", "comptoir.db", "upgrade.lock"}
    assert [path.name for path in tmp_path.iterdir() if path.name != "migrations"] == [folder.name]


def test_a_file_that_somebody_uses_is_not_migrated(tmp_path: Path, later: Any) -> None:
    database = engine.connect(f"sqlite:///{tmp_path / 'comptoir.db'}")
    used(database)
    later()
    other = engine.connect(f"sqlite:///{tmp_path / 'comptoir.db'}")
    with other.reading(), pytest.raises(Unavailable, match="another program uses them"):
        upgrade(database)
    other.close()
    upgrade(database)
    database.close()


def test_generate_writes_a_revision_that_reads_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(schema.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "FOLDER", folder)
    schema.revisions.cache_clear()
    assert generate.generate("nothing") is None
    changed = metadata()
    changed.tables["setting"].append_column(Column("added_f", folded(20)))
    changed.tables["setting"].append_column(Column("number", Integer))
    monkeypatch.setattr(registry, "metadata", lambda: changed)
    written = generate.generate("Settings: a number")
    schema.revisions.cache_clear()
    assert written is not None
    assert written.name == f"{len(list((folder / 'versions').glob('[0-9]*.py'))):04d}_settings_a_number.py"
    text_ = written.read_text(encoding="utf-8")
    assert 'sa.Column("added_f", types.folded(20), nullable=True)' in text_
    assert "from app.database import types" in text_
