"""`python -m app.database.migrations.generate "message"`: a new revision, from the last one to what is declared now.

`--first` writes the first revision anew instead, as long as nobody has a database made by it. The comparison is with a scratch
SQLite database; nothing of anybody's data is touched.
"""

from __future__ import annotations

import argparse
import logging
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection

from app.database import engine, schema
from app.database.upgrade import alembic_config

_log = logging.getLogger(__name__)


def generate(message: str, *, first: bool = False) -> Path | None:
    """Writes a revision and gives its file; None when nothing has changed."""
    versions = schema.FOLDER / "versions"
    if first:
        for path in versions.glob("[0-9]*.py"):
            path.unlink()
    schema.revisions.cache_clear()
    number = f"{len(schema.revisions()) + 1:04d}"
    with tempfile.TemporaryDirectory() as folder:
        database = engine.connect(f"sqlite:///{Path(folder) / 'scratch.db'}")
        try:
            with database.engine.connect() as connection:
                written = _write(connection, message, number)
        finally:
            database.close()
    schema.revisions.cache_clear()
    if written is not None:
        for words in (["check", "--fix"], ["format"]):
            subprocess.run([sys.executable, "-m", "ruff", *words, "--quiet", str(written)], check=True)  # noqa: S603 - our own words
    return written


def _write(connection: Connection, message: str, number: str) -> Path | None:
    config = alembic_config(connection)
    if schema.revisions():
        command.upgrade(config, "head")
    slug = re.sub(r"\W+", "_", message.lower()).strip("_")[:40]
    config.set_main_option("file_template", f"{number}_{slug}")
    script: Any = command.revision(
        config, message, autogenerate=True, rev_id=number, process_revision_directives=_only_when_something_changed
    )
    return Path(script.path) if script else None


def _only_when_something_changed(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives[0].upgrade_ops.is_empty():
        directives.clear()


def main(words: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m app.database.migrations.generate", description=__doc__)
    parser.add_argument("message", nargs="?", default="First schema", help="what changes, in a few words")
    parser.add_argument("--first", action="store_true", help="write the first revision anew")
    arguments = parser.parse_args(words)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    written = generate(arguments.message, first=arguments.first)
    _log.info("nothing has changed" if written is None else f"written: {written}; read it before you keep it")
    return 0


if __name__ == "__main__":
    sys.exit(main())
