"""Which encoding a text file is in: a byte order mark, else UTF-8 when every byte fits, else the likeliest of the 8-bit ones.

Invariants: UTF-8 is only said after the whole file was decoded; a binary file is refused, never guessed at.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from app.base.errors import Invalid
from app.base.i18n import N_

BLOCK = 1 << 20
SAMPLE = 1 << 16
WESTERN = ("cp1252", "mac_roman", "cp850")
OFFERED = ("utf-8", "cp1252", "iso8859_15", "mac_roman", "cp850", "utf-16", "cp1250", "cp1251", "shift_jis", "gb18030")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_USUAL = frozenset("éèêëàâäáãåîïíìôöóòõøûüúùçñßœæÉÈÊËÀÂÄÁÃÅÎÏÍÌÔÖÓÒÕØÛÜÚÙÇÑŒÆ€’‘“”«»–—…°²³½¼£§©®™·¿¡ªº´\u00a0")


def encoding_of(path: Path) -> str:
    """The encoding of a text file, by Python's name. Raises `Invalid` when the file is empty or no text."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    if not head:
        raise Invalid(N_("This file is empty."))
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return _without_mark(head)
    odd = _undecodable(path)
    return "utf-8" if odd is None else _eight_bits(odd)


def _without_mark(head: bytes) -> str:
    """UTF-16 without its mark has a zero in every second byte of plain text; anything else with zeros is binary."""
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = len(head[:4096]) // 2 or 1
    if odd > 0.6 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.1 * half:
        return "utf-16-be"
    raise Invalid(N_("This is not a text file. Save it as CSV or as an Excel workbook (.xlsx)."))


def _undecodable(path: Path) -> bytes | None:
    """None when the whole file is UTF-8; else a sample of its lines with bytes above 127, around the first wrong one."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return b"\n".join(line for line in block.splitlines() if not line.isascii())[:SAMPLE]
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return b""
    return None


def _eight_bits(sample: bytes) -> str:
    """Western encodings are told apart by the letters they give; others are left to charset-normalizer."""
    scores = {encoding: _usual(sample, encoding) for encoding in WESTERN}
    best = max(WESTERN, key=lambda encoding: scores[encoding])
    if scores[best] >= 0.9:
        return best
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=[e for e in OFFERED if not e.startswith("utf")]).best()
    return found.encoding if found is not None else best


def _usual(sample: bytes, encoding: str) -> float:
    """The share of characters above 127 that Western texts use; 0 when the bytes are not of that encoding."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    special = odd = 0
    before = " "
    for c in text:
        if not c.isascii():
            special += 1
            odd += c not in _USUAL or (c.isupper() and before.islower())  # "SociÇtÇ" is no word
        before = c
    return 1 - odd / special if special else 1.0
