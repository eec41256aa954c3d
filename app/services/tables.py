"""The Core table of a system class: services read and write people, sessions and settings through it."""

from __future__ import annotations

from sqlalchemy import Table
from sqlmodel import SQLModel


def table(of: type[SQLModel]) -> Table:
    """The table that `of` declares."""
    return SQLModel.metadata.tables[str(of.__tablename__)]
