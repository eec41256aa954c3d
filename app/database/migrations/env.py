"""Run by Alembic, never imported: what belongs to us, and how our types are written in a revision.

Invariants: an allow list. Only tables of our metadata take part; columns `cf_…` and `p_…` and indexes `rx_…` were made at run
time. Types are rendered by their names in `app.database.types`, so that a revision reads the same on both engines. The
connection, and whose transaction it is, come from `upgrade` and `generate` through `config.attributes`.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, BigInteger, Column, String

from app.database.ddl import INDEX_PREFIX
from app.database.types import Instant, Scaled
from app.modules.registry import metadata  # the one look upwards: declared modules are part of the schema

RUN_TIME_COLUMNS = ("cf_", "p_")
declared = metadata()


def is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether something found in the database is declared by us."""
    if kind == "table":
        return name in declared.tables
    if kind == "column":
        return not (name or "").startswith(RUN_TIME_COLUMNS)
    if kind == "index":
        return not (name or "").startswith(INDEX_PREFIX)
    return True


def render(kind: str, item: Any, autogenerate: AutogenContext) -> str | Literal[False]:
    """How a type of ours is written in a revision; False leaves it to Alembic."""
    if kind != "type":
        return False
    written = _type(item)
    if written is None:
        return False
    if written.startswith("types."):
        autogenerate.imports.add("from app.database import types")
    return written


def _type(item: Any) -> str | None:
    if isinstance(item, Instant):
        return "types.Instant()"
    if isinstance(item, Scaled):
        return f"types.Scaled({item.scale})"
    variants = getattr(item, "_variant_mapping", {})
    if isinstance(item, BigInteger) and "sqlite" in variants:
        return "types.Id"
    if isinstance(item, JSON) and "postgresql" in variants:
        return "types.Json"
    if isinstance(item, String) and getattr(variants.get("postgresql"), "collation", None) == "C":
        return f"types.folded({item.length or ''})"
    if type(item).__name__ == "AutoString":  # SQLModel's own word for a string
        return f"sa.String({item.length or ''})"
    return None


def same_type(_context: Any, found: Column[Any], ours: Column[Any], found_type: Any, our_type: Any) -> bool | None:
    """Whether a column's type has changed: what the engine gives back, compared with what it makes of our type."""
    dialect = context.get_context().dialect
    return bool(
        our_type.compile(dialect=dialect).split(" COLLATE")[0] != found_type.compile(dialect=dialect).split(" COLLATE")[0]
    )


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=declared,
    include_name=is_ours,
    render_item=render,
    compare_type=same_type,
    render_as_batch=True,  # SQLite changes a column by making the table again; what users added survives
    transactional_ddl=True,
    user_module_prefix="types.",
)
with context.begin_transaction():
    context.run_migrations()
