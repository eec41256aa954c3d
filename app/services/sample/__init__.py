"""Sample data: a believable year of a French company, the same each time, dated from today, removable in one action.

Invariants: everything goes through the pipeline as an administrator's writes; every record made is listed in `sample_record`, so
that removing takes exactly these away and nothing that people made themselves.
"""

from __future__ import annotations

from app.services.sample.removal import is_loaded, remove
from app.services.sample.story import load

__all__ = ["is_loaded", "load", "remove"]
