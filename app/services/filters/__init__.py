"""Filters are data. `parse` checks a tree in JSON with an actor's rights; a `Filter` gives its SQL and its Python form."""

from app.services.filters.patterns import from_pattern, sentence, to_pattern
from app.services.filters.stored import forget_unused, recall, remember
from app.services.filters.tree import RECORD_ID, Condition, Filter, Group, Not, field_names, parse, type_of

__all__ = ["RECORD_ID", "Condition", "Filter", "Group", "Not", "field_names", "forget_unused", "from_pattern", "parse", "recall", "remember", "sentence",
           "to_pattern", "type_of"]  # fmt: skip
