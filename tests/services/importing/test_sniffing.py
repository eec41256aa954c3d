"""Files of rows are read as they were written: encodings, dialects, headers, ragged rows; and every file of a corpus of real oddities."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Invalid
from app.services.importing import encodings, evidence, reading, sniffing
from app.services.importing.reading import Layout
from tests.support.servers import ROOT

CORPUS = ROOT.parent / "shared" / "data" / "messy-csv"
EXPECTED = list(csv.DictReader((CORPUS / "EXPECTED.csv").read_text(encoding="utf-8").splitlines())) if CORPUS.is_dir() else []

# where the independent sniffer of the corpus says otherwise, and why ours is kept
OTHERWISE = {
    "csvkit/bad.csv": {"quote"},  # the apostrophes are those of I'm
    "french-values/french-edge-values.csv": {"quote"},  # the same
    "csvkit/test_skip_lines.csv": {"fields"},  # blank lines hold no fields at all
    "messytables/complex.csv": {"fields"},  # a quote after a blank is a quote: "6,000,000" is one amount
    "tabulator/skip-blank-at-the-end.csv": {"records", "fields"},  # a comment line is no record
    "tabulator/skip-rows.csv": {"records", "fields"},  # nor are these
}


@pytest.mark.skipif(not EXPECTED, reason="the corpus is not here")
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda e: e["file"])
def test_every_file_of_the_corpus_is_read_as_it_was_written(expected: dict[str, str]) -> None:
    path = CORPUS / expected["file"]
    otherwise = OTHERWISE.get(expected["file"], set())
    found = sniffing.sniff(path)
    layout = found.layout
    if expected["separator"] != "(one column)":
        assert layout.separator == expected["separator"].replace("TAB", "\t")
    assert layout.escape == expected["escape"]
    if expected["quote"] and "quote" not in otherwise:
        assert layout.quote == expected["quote"]
    assert _encoding(expected["encoding"]) in layout.encoding
    records = list(reading.records(path, layout))
    widths = [len(r.cells) for r in records]
    if "records" not in otherwise:
        assert len(records) == int(expected["records"]) - int(expected["blank_records"])
    if "fields" not in otherwise:
        assert (min(widths), max(widths)) == (int(expected["fields_min"]) or 1, int(expected["fields_max"]))
    first = [c.strip() for c in expected["first_record"].split("|")][:3]
    if not otherwise and layout.header == records[0].line and len(expected["first_record"]) < 100:
        assert [c.strip() for c in records[0].cells][: len(first)] == first


@pytest.mark.skipif(not EXPECTED, reason="the corpus is not here")
@pytest.mark.parametrize(
    "name", ["comma_in_quotes", "escaped_quotes", "quotes_and_newlines", "utf8"]
)  # another JSON has another phone number than its CSV
def test_csv_spectrum_reads_as_its_json_says(name: str) -> None:
    path = CORPUS / "csv-spectrum" / f"{name}.csv"
    found = sniffing.sniff(path)
    rows = [dict(zip((c.key for c in found.columns), r.cells, strict=True)) for r in reading.rows(path, found.layout)]
    wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert rows == (wanted if isinstance(wanted, list) else [wanted])


def _encoding(word: str) -> str:
    return "cp1252" if word.startswith("8-bit") else "utf-16" if word.startswith("UTF-16") else "utf-8"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "mac_roman", "cp850", "utf-16", "utf-16-le", "utf-16-be"])
def test_french_is_read_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Société;Prénom;Ville\nÉlan à côté;Hélène;Nîmes\nŒuvre;François;Besançon\n".replace(
        "Œ", "Œ" if encoding != "cp850" else "O"
    )
    path = _file(tmp_path, text.encode(encoding))
    found = sniffing.sniff(path)
    assert [r.cells for r in reading.records(path, found.layout)] == [line.split(";") for line in text.splitlines()]


def test_euro_sign_and_cyrillic(tmp_path: Path) -> None:
    assert encodings.encoding_of(_file(tmp_path, "Prix;10 €\n".encode("cp1252"))) == "cp1252"
    text = "Имя,Город\nАнна,Москва\nПётр,Санкт-Петербург\nОльга,Новосибирск\n" * 20
    path = _file(tmp_path, text.encode("cp1251"))
    assert text.encode("cp1251").decode(encodings.encoding_of(path)) == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_line_ends_and_separators(tmp_path: Path, end: str, separator: str) -> None:
    lines = [
        ["name", "city", "amount"],
        ["Dupont, Éric" if separator != "," else "Dupont", "Lyon", "12"],
        ["O'Neill", "Paris", "7"],
    ]
    text = end.join(separator.join(cells) for cells in lines) + end
    path = _file(tmp_path, text.encode())
    found = sniffing.sniff(path)
    assert found.layout.separator == separator
    assert [c.key for c in found.columns] == lines[0]
    assert [(r.line, r.cells) for r in reading.rows(path, found.layout)] == [(2, lines[1]), (3, lines[2])]


def test_lines_are_the_files_own_also_after_line_breaks_in_cells(tmp_path: Path) -> None:
    path = _file(tmp_path, b'a,b\n1,"two\nlines"\n\n3,4\n')
    found = sniffing.sniff(path)
    assert [r.line for r in reading.rows(path, found.layout)] == [2, 5]


def test_header_below_a_title_and_remarks(tmp_path: Path) -> None:
    path = _file(tmp_path, b"Customers of 2026,,\n,,\nName,City,Amount\nDupont,Lyon,12\nMartin,Paris,7\n")
    found = sniffing.sniff(path)
    assert found.layout.header == 3
    assert [c.key for c in found.columns] == ["Name", "City", "Amount"]
    path = _file(tmp_path, b"# export of Monday\nid,name\n1,one\n# checked\n2,two\n")
    found = sniffing.sniff(path)
    assert [r.cells for r in reading.rows(path, found.layout)] == [["1", "one"], ["2", "two"]]


def test_blank_and_repeated_names_are_told_apart(tmp_path: Path) -> None:
    found = sniffing.sniff(_file(tmp_path, b"Name,,Name,Amount,\na,b,c,1,\nd,e,f,2,\n"))
    assert [c.key for c in found.columns] == ["Name", "#2", "Name (2)", "Amount"]


def test_a_file_without_header_gets_numbered_columns(tmp_path: Path) -> None:
    found = sniffing.sniff(_file(tmp_path, b"1,2,3\n4,5,6\n"))
    assert found.layout.header == 0
    assert [c.key for c in found.columns] == ["#1", "#2", "#3"]
    assert len(found.preview) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"  \n \n", "empty"),
        (b"\x00\x01\x02\x00\xff\xfe\x00", "not a text file"),
        (b'"a","b"\n"1, x","2"\n' * 20 + b'"3,4\n' + b"5,6\n" * 300_000, "quote"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, says: str) -> None:
    from app.base.i18n import using

    path = _file(tmp_path, content)
    with using("en"), pytest.raises(Invalid, match=says):
        list(reading.rows(path, sniffing.sniff(path).layout))


def test_a_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    path = _file(tmp_path, "a,b\n1,é\n".encode("cp1252"))
    with pytest.raises(Invalid) as raised:
        list(reading.records(path, Layout(encoding="utf-8")))
    assert raised.value.details["line"] == 1  # reading goes block by block


def test_memory_stays_flat(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("name,city,amount\n")
        for number in range(100_000):
            file.write(f"Customer {number},Lyon,{number}\n")
    found = sniffing.sniff(path)
    tracemalloc.start()
    count = sum(1 for _ in reading.rows(path, found.layout))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 100_000
    assert peak < 1_000_000


def test_order_of_dates_is_proved_by_counting(tmp_path: Path) -> None:
    days = ["01-02-2018", "03/04/2018", "25/12/2018", "31.01.2018", "12-12-2017"]
    found = _findings(tmp_path, "when\n" + "\n".join(days) + "\n")
    assert found.dates == "day-first"
    assert found.orders == {"ambiguous": 3, "day-first": 2}
    assert _findings(tmp_path, "when\n12/25/2018\n01/02/2018\n").dates == "month-first"
    assert _findings(tmp_path, "when\n2018-12-25\n2018/01/02\n").dates == "iso"
    assert _findings(tmp_path, "when\n01/02/2018\n03/04/2018\n").dates == ""


def test_decimal_sign_is_proved_by_counting(tmp_path: Path) -> None:
    assert _findings(tmp_path, "a;b\n1 234,50;x\n12,5 €;y\n").decimal == ","
    assert _findings(tmp_path, "a;b\n1,234.50;x\n$12.5;y\n").decimal == "."
    assert _findings(tmp_path, "a;b\n1.234;x\n2.345;y\n").decimal == ""  # thousands or decimals: nobody can tell


def test_thousands_prove_the_decimal_sign(tmp_path: Path) -> None:
    assert _findings(tmp_path, 'a,b\n"6,718",x\n776,y\n"1,728",z\n').decimal == "."
    assert _findings(tmp_path, "a;b\n6.718;x\n776;y\n1.728;z\n").decimal == ","
    assert _findings(tmp_path, "a;b\n1,234,567;x\n12;y\n").decimal == "."
    assert _findings(tmp_path, "a;b\n6,718;x\n1200;y\n1,728;z\n").decimal == "", "1200 has no sign: these may be decimals"
    assert _findings(tmp_path, "a;b\n0,718;x\n12;y\n").decimal == ","


def test_kinds_of_columns(tmp_path: Path) -> None:
    text = (
        "mail;site;tel;n;code;ok;day\n"
        "a@b.fr;https://x.fr;+33 6 12 34 56 78;12;01000;oui;2026-01-31\n"
        "c@d.com;www.y.com;06 12 34 56 78;7;75001;non;2026-02-28\n"
    )
    found = _findings(tmp_path, text)
    assert [c.kind for c in found.columns] == ["email", "url", "phone", "integer", "text", "boolean", "date"]


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=2, max_size=2),
        min_size=1,
        max_size=8,
    )
)
def test_what_csv_writes_is_read_back(rows: list[list[str]]) -> None:
    import io

    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    found = [r.cells for r in reading.parse(_lines(buffer.getvalue()), Layout())]
    assert found == [r for r in rows if any(r)]


def _lines(text: str) -> Iterator[str]:
    yield from (
        text.splitlines(keepends=True) if "\u2028" not in text and "\u2029" not in text and "\x85" not in text else [text]
    )


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "file.csv"
    path.write_bytes(content)
    return path


def _findings(folder: Path, text: str) -> evidence.Findings:
    path = _file(folder, text.encode())
    found = sniffing.sniff(path)
    return evidence.examine(reading.rows(path, found.layout), len(found.columns))
