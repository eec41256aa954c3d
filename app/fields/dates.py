"""Days and instants as people write them: ISO, "31/12/2026", "31.12.26", "31 déc. 2026", "15 Apr, 2021 00:03:00", "demain", "lundi",
"in 3 days", "dans 2 semaines".

The order of day and month is `ctx.dates`, else that of the language; a date that has only one reading is taken as that, unless
`ctx.dates` was named. Clock times without an offset are in `ctx.zone`; one that daylight saving skips moves forward by the gap, one
that comes twice is the first. What cannot be read surely is refused, and the message says why.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any

from app.base import clock
from app.base.clock import zone_info
from app.base.i18n import N_
from app.base.text import fold
from app.fields.cleaning import shown
from app.fields.periods import FIRST, LAST, month_start
from app.fields.spec import Ctx, Problem

_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d?)\2(\d\d?)", re.ASCII)
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})(?:\2(\d{4}|\d{2}))?\.?", re.ASCII)
_WORDS = re.compile(
    r"(?:([a-z]{2,9})\.?,? +)?(\d{1,2})(?:er|st|nd|rd|th)?[ ./-]*(?:of )?([a-z]{3,9})\.?,?(?:[ ./-]*(\d{4}|\d{2}))?", re.ASCII
)
_WORDS_FIRST = re.compile(r"(?:([a-z]{2,9})\.?,? +)?([a-z]{3,9})\.?[ -]*(\d{1,2})(?:st|nd|rd|th)?(?:,? +(\d{4}))?", re.ASCII)
_AHEAD = re.compile(r"(?:dans|in|d'ici) (\d{1,4}|une?|an?|one) ([a-z]+)|\+ ?(\d{1,4}) ?([a-z]*)", re.ASCII)
_AGO = re.compile(r"il y a (\d{1,4}|une?) ([a-z]+)|(\d{1,4}|an?|one) ([a-z]+) ago|- ?(\d{1,4}) ?([a-z]*)", re.ASCII)
_CLOCK = re.compile(
    r"(?:^|[ ,T]+|(?<=\d)T|(?<=\d):(?=\d\d:))(?:(?:at|a) +)?(\d{1,2})"
    r"(?:(?:[:hH.](\d{2})(?:[:.mM](\d{2})(?:[.,](\d{1,9}))?s?)?|[hH])\s*([aApP]\.?[mM]\.?)?|\s*([aApP]\.?[mM]\.?))"
    r"\s*(Z|z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}:?\d{2}(?::\d{2})?|[+-]\d{2})?(?:\s*\([A-Za-z ]+\))?$",
    re.ASCII,
)
_NOTHING = re.compile(r"0000[-/]00[-/]00(?:[ T]00:00:00)?|00/00/0000")  # how MySQL writes blank

_LONGEST = 60  # characters
_NOW = ("now", "maintenant", "@now")
_MONTHS = {
    word: number
    for number, words in enumerate(
        ("jan janv january janvier", "feb fev fevr february fevrier", "mar mars march", "apr avr avri april avril", "may mai",
         "jun juin june", "jul juil july juillet", "aug aou aout august", "sep sept september septembre",
         "oct october octobre", "nov november novembre", "dec december decembre"), start=1)
    for word in words.split()
}  # fmt: skip
_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        ("mon monday lun lundi", "tue tues tuesday mar mardi", "wed wednesday mer mercredi", "thu thur thurs thursday jeu jeudi",
         "fri friday ven vendredi", "sat saturday sam samedi", "sun sunday dim dimanche"))
    for word in words.split()
}  # fmt: skip
_ARTICLES = ("le", "on", "the")
_NAMED = {
    "aujourd'hui": 0, "auj": 0, "auj.": 0, "aujourdhui": 0, "today": 0, "ce jour": 0, "now": 0, "maintenant": 0, "@today": 0,
    "@now": 0, "demain": 1, "tomorrow": 1, "apres-demain": 2, "apres demain": 2, "the day after tomorrow": 2, "day after tomorrow": 2,
    "hier": -1, "yesterday": -1, "avant-hier": -2, "avant hier": -2, "the day before yesterday": -2,
    "la semaine prochaine": 7, "semaine prochaine": 7, "next week": 7,
}  # fmt: skip
_MONTH_ENDS = {"fin de mois": 1, "fin du mois": 1, "end of month": 1, "end of the month": 1, "fin du mois prochain": 2,
               "end of next month": 2}  # fmt: skip
_YEAR_ENDS = ("fin d'annee", "fin de l'annee", "end of year", "end of the year")
_NEXT_MONTH = ("le mois prochain", "mois prochain", "next month")
_DAYS = {"": 1, "j": 1, "jour": 1, "d": 1, "day": 1, "s": 7, "sem": 7, "semaine": 7, "w": 7, "week": 7}
_MONTH_UNITS = {"m": 1, "mois": 1, "moi": 1, "month": 1, "a": 12, "an": 12, "annee": 12, "y": 12, "year": 12}


def read_date(raw: Any, ctx: Ctx) -> date | None:
    """The day that `raw` says; None for blank. An instant gives its day in `ctx.zone`. Raises `Problem`."""
    if isinstance(raw, str):
        text = raw.strip()
        if not text or _NOTHING.fullmatch(text):
            return None
        if len(text) > _LONGEST:
            raise _not_a_date(raw, ctx.language)
        return _read_day(text, ctx.dates, ctx.language, ctx.today, ctx.zone)
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return _within(raw.date() if raw.tzinfo is None else raw.astimezone(zone_info(ctx.zone)).date(), raw)
    if isinstance(raw, date):
        return _within(raw, raw)
    raise _not_a_date(raw, ctx.language)


def read_datetime(raw: Any, ctx: Ctx) -> datetime | None:
    """The instant that `raw` says, in UTC; None for blank. A day alone is its midnight in `ctx.zone`. Raises `Problem`."""
    if isinstance(raw, str):
        text = raw.strip()
        if not text or _NOTHING.fullmatch(text):
            return None
        if len(text) > _LONGEST:
            raise _not_a_date(raw, ctx.language)
        if text[4:5] == "-" and text[10:11] in ("T", " "):  # what programs write: most of an import
            try:
                return _in_utc(datetime.fromisoformat(text), ctx.zone, text)
            except ValueError:
                pass  # perhaps 24:00, or an offset in words
        if text.lower() in _NOW:
            return clock.now()
        return _read_instant(text, ctx.dates, ctx.language, ctx.today, ctx.zone)
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return _in_utc(raw, ctx.zone, raw)
    if isinstance(raw, date):
        return _in_utc(datetime.combine(raw, time()), ctx.zone, raw)
    raise _not_a_date(raw, ctx.language)


def read_date_or_instant(raw: Any, ctx: Ctx) -> date | datetime | None:
    """A day when `raw` says only that, else an instant: what a filter compares instants with. Raises `Problem`."""
    if isinstance(raw, str) and 0 < len(raw.strip()) <= _LONGEST and raw.strip().lower() not in _NOW:
        day = _day(raw.strip(), ctx.dates, ctx.language, ctx.today)
        if day is not None:
            return day
    elif isinstance(raw, date) and not isinstance(raw, datetime):
        return read_date(raw, ctx)
    return read_datetime(raw, ctx)


@lru_cache(maxsize=8192)
def _read_day(text: str, order: str, language: str, today: date, zone: str) -> date:
    """`read_date` of text; an import repeats its days."""
    found = _day(text, order, language, today)
    if found is not None:
        return found
    try:
        instant = _instant(text, order, language, today, alone=False)
    except ValueError:
        raise _not_a_date(text, language) from None
    if instant is None:
        raise _not_a_date(text, language)
    if instant.tzinfo is UTC and text[-1] in "Zz":  # a program's "midnight here, in UTC"; other offsets name the day as written
        return _within(instant.astimezone(zone_info(zone)).date(), text)
    return instant.date()


@lru_cache(maxsize=1024)
def _read_instant(text: str, order: str, language: str, today: date, zone: str) -> datetime:
    try:
        found = _instant(text, order, language, today, alone=True)
    except ValueError:
        raise _not_a_date(text, language) from None
    if found is None:
        day = _day(text, order, language, today)
        if day is None:
            raise _not_a_date(text, language)
        found = datetime.combine(day, time())
    return _in_utc(found, zone, text)


def _in_utc(moment: datetime, zone: str, raw: object) -> datetime:
    _within(moment.date(), raw)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_info(zone))
    return moment.astimezone(UTC)


def _instant(text: str, order: str, language: str, today: date, *, alone: bool) -> datetime | None:
    """Day and clock time, aware when an offset is written; None when `text` has no clock time, or has it `alone` where it may not be.

    Raises `ValueError` for 25:00.
    """
    text = " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").replace(" à ", " ").split())
    found = _CLOCK.search(text)
    if not found:
        return None
    before = text[: found.start()].strip(" ,")
    day = _day(before, order, language, today) if before else today if alone else None
    if day is None:
        return None
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    half = (found[5] or found[6] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    extra = hour == 24 and not minute and not second
    moment = datetime.combine(day, time(0 if extra else hour, minute, second, int((found[4] or "")[:6].ljust(6, "0"))))
    return (moment + timedelta(days=1) if extra else moment).replace(tzinfo=_offset(found[7]))


def _offset(text: str | None) -> timezone | None:
    if not text:
        return None
    digits = re.sub(r"[^0-9]", "", text)
    if not digits:
        return UTC
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
    return timezone(-size if "-" in text else size)


def _day(text: str, order: str, language: str, today: date) -> date | None:
    """The day that all of `text` says; None when it says none. Raises `Problem` for a day that does not exist."""
    if found := _ISO.fullmatch(text):
        if not found[2] and len(text) != 8:
            return None
        return _made(int(found[1]), int(found[3]), int(found[4]), text)
    if found := _NUMBERS.fullmatch(text):
        return _from_numbers(found, text, order, language, today)
    words = fold(text)
    for pattern, name, number in ((_WORDS, 3, 2), (_WORDS_FIRST, 2, 3)):
        found = pattern.fullmatch(words)
        if found and (month := _MONTHS.get(found[name])) and (not found[1] or found[1] in _WEEKDAYS or found[1] in _ARTICLES):
            day = int(found[number])
            return _made(_year(found[4], month, day, today), month, day, text)
    try:
        near = _relative(words, text, today)
    except (OverflowError, ValueError):  # in 9999 years
        raise _not_a_date(text, language) from None
    return None if near is None else _within(near, text)


def _from_numbers(found: re.Match[str], text: str, order: str, language: str, today: date) -> date | None:
    first, second = int(found[1]), int(found[3])
    if not found[4] and found[2] != "/" and not (found[2] == "." and text.endswith(".")):
        return None  # "12-31", "12 31" and "12.31" may be anything
    if order == "iso":
        raise Problem(N_("“%(value)s” is not a date of the form 2026-12-31.", value=shown(text)))
    month_first = order == "month-first" if order else language.startswith("en") and found[2] in "/-"
    day, month = (second, first) if month_first else (first, second)
    if month > 12 >= day and not order:
        day, month = month, day
    return _made(_year(found[4], month, day, today), month, day, text)


def _year(text: str | None, month: int, day: int, today: date) -> int:
    """The year written; two digits mean the century that ends twenty years from now; none means the next such day, or a recent one."""
    if not text:
        return today.year + 1 if (today.month - month) * 31 + today.day - day > 183 else today.year
    year = int(text)
    if len(text) == 4:
        return year
    latest = today.year + 20
    year += latest - latest % 100
    return year - 100 if year > latest else year


def _made(year: int, month: int, day: int, text: str) -> date:
    if not 1 <= month <= 12:
        raise Problem(N_("“%(value)s” is not a date: there is no month %(month)s.", value=shown(text), month=month))
    if not 1 <= year <= 9999 or not 1 <= day <= 31:
        raise Problem(N_("“%(value)s” is not a date: there is no day %(day)s.", value=shown(text), day=day))
    last = monthrange(year, month)[1]
    if day > last:
        raise Problem(N_("“%(value)s” does not exist: that month has %(last)s days.", value=shown(text), last=last))
    return _within(date(year, month, day), text)


def _within(day: date, raw: object) -> date:
    if not FIRST <= day <= LAST:
        raise Problem(N_("“%(value)s”: the year must lie between 1000 and 9998.", value=shown(raw)))
    return day


def _relative(words: str, text: str, today: date) -> date | None:
    """ "demain", "lundi prochain", "in 3 days", "+2 sem", "fin de mois"; None for anything else."""
    if words in _NAMED:
        return today + timedelta(days=_NAMED[words])
    if words in _MONTH_ENDS:
        return month_start(today, _MONTH_ENDS[words]) - timedelta(days=1)
    if words in _YEAR_ENDS:
        return date(today.year, 12, 31)
    if words in _NEXT_MONTH:
        return _months_later(today, 1)
    if (near := _weekday(words, today)) is not None:
        return near
    if text.strip().startswith(("-", "−")):  # folding drops a leading sign
        words = "-" + words
    for pattern, direction in ((_AHEAD, 1), (_AGO, -1)):
        if found := pattern.fullmatch(words):
            parts = [part for part in found.groups() if part is not None]
            number = int(parts[0]) if parts[0].isdigit() else 1
            return _later(today, direction * number, parts[1] if len(parts) > 1 else "")
    return None


def _weekday(words: str, today: date) -> date | None:
    back = words.startswith("last ") or words.endswith((" dernier", " passe"))
    name = words.removeprefix("next ").removeprefix("last ").removeprefix("on ").removeprefix("le ")
    name = name.removesuffix(" prochain").removesuffix(" dernier").removesuffix(" passe").removesuffix(".")
    number = _WEEKDAYS.get(name)
    if number is None:
        return None
    if back:
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _later(today: date, number: int, unit: str) -> date | None:
    for known in (unit, unit.removesuffix("s")):
        if known in _DAYS:
            return today + timedelta(days=number * _DAYS[known])
        if known in _MONTH_UNITS:
            return _months_later(today, number * _MONTH_UNITS[known])
    return None


def _months_later(day: date, months: int) -> date:
    first = month_start(day, months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))


def _not_a_date(raw: Any, language: str) -> Problem:
    example = "31/12/2026" if language.startswith("fr") else "12/31/2026"
    return Problem(N_("“%(value)s” is not a date. Write it like %(example)s or 2026-12-31.", value=shown(raw), example=example))
