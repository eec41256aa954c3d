"""Whatever arrives is read or refused with a sentence: no file and no mapping brings anything else."""

from __future__ import annotations

import itertools
import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.services.importing import evidence, mapping, reading, sniffing

CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["", '"', "'", "\\", ",", ";", "\t", "|", "\r", "\n", "#", "é", "1,5", "=1", "01/02/2026", "\ufeff"]),
)
LINES = st.lists(st.lists(CELL, max_size=6), max_size=8).map(lambda rows: "\n".join(",".join(cells) for cells in rows))
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3), max_leaves=8)  # fmt: skip


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=300), st.tuples(LINES, ENCODINGS).map(lambda t: t[0].encode(t[1], "replace"))))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.csv"
        path.write_bytes(content)
        try:
            found = sniffing.sniff(path)
            rows = list(itertools.islice(reading.rows(path, found.layout), 100))
        except Invalid:
            return
        assert len({c.key for c in found.columns}) == len(found.columns) > 0
        assert all(row.line > found.layout.header for row in rows)
        evidence.examine(rows, len(found.columns))


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(["columns", "values", "dates", "decimal", "key", "mode", "links", "layout", "other"]), JSON, max_size=4
    )
)
def test_any_mapping_is_taken_or_refused(data: dict[str, object]) -> None:
    try:
        found = mapping.read_file(json.dumps(data).encode())
    except Invalid:
        return
    assert mapping.from_json(found.as_json()) == found
