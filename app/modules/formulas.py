"""Formulas of the computed fields that ship with Comptoir, by the name that a declaration gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Formula = Callable[[Mapping[str, Any]], Any]


def full_name(values: Mapping[str, Any]) -> str | None:
    """First and last name as they are read."""
    return " ".join(part for part in (values.get("first_name"), values.get("last_name")) if part) or None


FORMULAS: dict[str, Formula] = {"full_name": full_name}
