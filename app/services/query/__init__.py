"""Reading records: the only place where a SELECT on them is made, so that scope, filter and hidden fields are in every one.

`page`, `get`, `lookup`, `titles`, `stream` give records; `count`, `totals`, `groups`, `chips` give figures; `select` gives a statement to
join with, for what is read through its record (history, notes).
"""

from app.services.query.aggregates import chips, count, groups, totals
from app.services.query.paging import get, lookup, page, stream, titles
from app.services.query.rows import Chip, Count, Group, LinkTitle, Page, Row
from app.services.query.selecting import select

__all__ = ["Chip", "Count", "Group", "LinkTitle", "Page", "Row", "chips", "count", "get", "groups", "lookup", "page", "select", "stream",
           "titles", "totals"]  # fmt: skip
