"""The operators of filters, each once in SQL and once in Python, saying the same on both engines.

Invariants: every SQL form is two-valued, never NULL, so that AND, OR and NOT around it mean what they mean in Python. What denies
(is_not, not_in, ne, not_between, not_contains…) includes blank; everything else but `empty` excludes it. Operands come from
`…_operand` below and carry no user text that was not cleaned and bounded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, false, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement, func

from app.base.i18n import N_, Text
from app.base.text import fold
from app.fields.cleaning import shadow, shown
from app.fields.spec import Operator, Problem

Columns = Callable[[str], ColumnElement[Any]]
Condition = ColumnElement[bool]

MOST_VALUES = 1_000
"""How many values one test may list; more belong in a view or a tag."""

_AFTER_ALL = "\U0010ffff"  # no cleaned text holds it


class position(FunctionElement[int]):
    """Where a text begins in another, from 1; 0 when it is absent. Byte for byte on both engines, unlike LIKE on SQLite."""

    type = Integer()
    name = "position"
    inherit_cache = True


@compiles(position, "sqlite")
def _position_sqlite(element: position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"instr({compiler.process(element.clauses, **kw)})"


@compiles(position, "postgresql")
def _position_postgresql(element: position, compiler: SQLCompiler, **kw: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **kw)})"


def yes(column: ColumnElement[Any], condition: Condition) -> Condition:
    """`condition` on a column, false where the column is blank."""
    return and_(column.is_not(None), condition)


def no(column: ColumnElement[Any], condition: Condition) -> Condition:
    """The denial of `condition` (two-valued where the column is not blank), true where the column is blank."""
    return or_(column.is_(None), ~condition)


def pair(
    key: tuple[str, str],
    label: tuple[Text, Text],
    editor: str,
    sql: Callable[[ColumnElement[Any], Any], Condition],
    py: Callable[[Any, Any], bool],
    suffix: str = "",
) -> tuple[Operator, Operator]:
    """A test on one column and its denial; `sql` and `py` need not think of blanks."""
    return (
        Operator(
            key[0], label[0], editor,
            lambda column, value, ctx: yes(column(suffix), sql(column(suffix), value)),
            lambda stored, value, ctx: stored is not None and py(stored, value),
        ),
        Operator(
            key[1], label[1], editor,
            lambda column, value, ctx: no(column(suffix), sql(column(suffix), value)),
            lambda stored, value, ctx: stored is None or not py(stored, value),
        ),
    )  # fmt: skip


def single(
    key: str, label: Text, editor: str, sql: Callable[[ColumnElement[Any], Any], Condition], py: Callable[[Any, Any], bool],
    suffix: str = "",
) -> Operator:  # fmt: skip
    """A test on one column without a denial of its own."""
    return Operator(
        key, label, editor,
        lambda column, value, ctx: yes(column(suffix), sql(column(suffix), value)),
        lambda stored, value, ctx: stored is not None and py(stored, value),
    )  # fmt: skip


def blanks(suffix: str = "") -> tuple[Operator, Operator]:
    """`empty` and `not_empty`."""
    return (
        Operator("empty", N_("is empty"), "none", lambda column, value, ctx: column(suffix).is_(None), lambda stored, *_: stored is None),
        Operator(
            "not_empty", N_("is not empty"), "none",
            lambda column, value, ctx: column(suffix).is_not(None), lambda stored, *_: stored is not None,
        ),
    )  # fmt: skip


# Text: operands are tuples of folded alternatives, tested against the folded shadow.


def text_operators(folding: Callable[[str], str | None]) -> tuple[Operator, ...]:
    """For a type whose `_f` column is `folding(value)`."""

    def on_shadow(test: Callable[[str, Any], bool]) -> Callable[[Any, Any], bool]:
        return lambda stored, value: test(folding(stored) or "", value)

    return (
        *pair(("contains", "not_contains"), (N_("contains"), N_("does not contain")), "text", _sql_contains,
              on_shadow(lambda text, value: any(one in text for one in value)), "_f"),
        *pair(("is", "is_not"), (N_("is"), N_("is not")), "text", _sql_in, on_shadow(lambda text, value: text in value), "_f"),
        *pair(("in", "not_in"), (N_("is one of"), N_("is none of")), "many", _sql_in,
              on_shadow(lambda text, value: text in value), "_f"),
        single("starts_with", N_("starts with"), "text", _sql_starts,
               on_shadow(lambda text, value: text.startswith(value)), "_f"),
        single("ends_with", N_("ends with"), "text", _sql_ends, on_shadow(lambda text, value: text.endswith(value)), "_f"),
        *blanks(),
    )  # fmt: skip


def _sql_contains(column: ColumnElement[Any], value: Iterable[str]) -> Condition:
    return or_(false(), *(position(column, one) > 0 for one in value))


def _sql_in(column: ColumnElement[Any], value: Iterable[Any]) -> Condition:
    listed = list(value)
    return column == listed[0] if len(listed) == 1 else column.in_(listed)


def _sql_starts(column: ColumnElement[Any], value: Iterable[str]) -> Condition:
    return or_(false(), *(and_(column >= one, column < one + _AFTER_ALL) for one in value))  # a range: an index serves it


def _sql_ends(column: ColumnElement[Any], value: Iterable[str]) -> Condition:
    return or_(false(), *(column.endswith(one, autoescape=True) for one in value))


TEXT = text_operators(shadow)
LONG_TEXT = tuple(each for each in text_operators(fold) if each.key in ("contains", "not_contains", "empty", "not_empty"))


# Numbers: operands are exact and on the column's scale.


def number_operators(suffix: str = "") -> tuple[Operator, ...]:
    """Comparisons of the column with that suffix."""
    return (
        *pair(("eq", "ne"), (N_("="), N_("≠")), "one", lambda c, v: c == v, lambda s, v: bool(s == v), suffix),
        single("lt", N_("<"), "one", lambda c, v: c < v, lambda s, v: bool(s < v), suffix),
        single("le", N_("≤"), "one", lambda c, v: c <= v, lambda s, v: bool(s <= v), suffix),
        single("gt", N_(">"), "one", lambda c, v: c > v, lambda s, v: bool(s > v), suffix),
        single("ge", N_("≥"), "one", lambda c, v: c >= v, lambda s, v: bool(s >= v), suffix),
        *pair(("between", "not_between"), (N_("between"), N_("not between")), "range", _sql_between, _py_between, suffix),
        *blanks(suffix),
    )


def _sql_between(column: ColumnElement[Any], value: tuple[Any, Any]) -> Condition:
    low, high = value
    return and_(*([] if low is None else [column >= low]), *([] if high is None else [column <= high]))


def _py_between(stored: Any, value: tuple[Any, Any]) -> bool:
    low, high = value
    return (low is None or stored >= low) and (high is None or stored <= high)


NUMBER = number_operators()
MONEY = number_operators("_c")


# Values that are compared as they are: picklists, links, people. Operands are frozensets of values.

_IS = pair(("is", "is_not"), (N_("is"), N_("is not")), "one", _sql_in, lambda s, v: s in v)
_IN = pair(("in", "not_in"), (N_("is one of"), N_("is none of")), "many", _sql_in, lambda s, v: s in v)

CHOICE = (
    *_IN,
    *_IS,
    *pair(("contains", "not_contains"), (N_("contains"), N_("does not contain")), "text", _sql_in, lambda s, v: s in v),
    *blanks(),
)
LINK = (*_IS, *_IN, *blanks())
PERSON = (
    Operator(
        "me", N_("is me"), "none",
        lambda column, value, ctx: yes(column(""), column("") == ctx.user_id),
        lambda stored, value, ctx: stored is not None and stored == ctx.user_id,
    ),
    Operator(
        "my_team", N_("is in my team"), "none",
        lambda column, value, ctx: yes(column(""), column("").in_(sorted(ctx.team_ids))),
        lambda stored, value, ctx: stored is not None and stored in ctx.team_ids,
    ),
    *LINK,
)  # fmt: skip
BOOLEAN = (
    Operator("selected", N_("is selected"), "none", lambda column, *_: yes(column(""), column("").is_(True)), lambda stored, *_: stored is True),
    Operator("not_selected", N_("is not selected"), "none", lambda column, *_: column("").is_not(True), lambda stored, *_: stored is not True),
)  # fmt: skip


# Several values of a list, kept as ";first;second;".


def token(value: str) -> str:
    """One value as it stands between the separators; a semicolon inside it is kept as U+001F, which no cleaned text holds."""
    return value.replace(";", "\x1f")


def _sql_any(column: ColumnElement[Any], value: Iterable[str]) -> Condition:
    return or_(false(), *(position(column, f";{token(one)};") > 0 for one in value))


def _sql_all(column: ColumnElement[Any], value: Iterable[str]) -> Condition:
    return and_(*(position(column, f";{token(one)};") > 0 for one in value))


def _sql_exactly(column: ColumnElement[Any], value: Iterable[str]) -> Condition:
    listed = list(value)
    return and_(func.length(column) == 1 + sum(len(one) + 1 for one in listed), _sql_all(column, listed))


CHOICES = (
    *pair(
        ("in", "not_in"), (N_("contains one of"), N_("contains none of")), "many", _sql_any, lambda s, v: not v.isdisjoint(s)
    ),
    single("contains", N_("contains all of"), "many", _sql_all, lambda s, v: v.issubset(s)),
    *pair(("is", "is_not"), (N_("is exactly"), N_("is not exactly")), "many", _sql_exactly, lambda s, v: set(s) == v),
    *blanks(),
)


# Links to any record: two columns; operands are frozensets of (module, id).


def _sql_records(column: Columns, value: Iterable[tuple[str, int]]) -> Condition:
    listed = sorted(value)
    return or_(false(), *(and_(column("_id") == number, column("_module") == module) for module, number in listed))


def _any_link(key: str, label: Text, editor: str, *, denied: bool) -> Operator:
    if denied:
        return Operator(
            key, label, editor,
            lambda column, value, ctx: no(column("_id"), _sql_records(column, value)),
            lambda stored, value, ctx: stored is None or stored not in value,
        )  # fmt: skip
    return Operator(
        key, label, editor,
        lambda column, value, ctx: yes(column("_id"), _sql_records(column, value)),
        lambda stored, value, ctx: stored is not None and stored in value,
    )  # fmt: skip


ANY_LINK = (
    _any_link("is", N_("is"), "one", denied=False),
    _any_link("is_not", N_("is not"), "one", denied=True),
    _any_link("in", N_("is one of"), "many", denied=False),
    _any_link("not_in", N_("is none of"), "many", denied=True),
    *blanks("_id"),
)


# Operands: from the JSON of a filter to what the operators above take.


def texts_operand(raw: Any, folding: Callable[[Any], str | None]) -> tuple[str, ...]:
    """Folded texts out of one text or a list. Raises `Problem` when there is none."""
    found = {text for one in listed(raw) if (text := folding(one))}
    if not found:
        raise missing()
    return tuple(sorted(found))


def values_operand(raw: Any, read: Callable[[Any], Any]) -> frozenset[Any]:
    """Values out of one value or a list, each read by `read`. Raises `Problem` when there is none."""
    found = frozenset(value for one in listed(raw) if (value := read(one)) is not None)
    if not found:
        raise missing()
    return found


def compared_operand(
    operator: str, raw: Any, read: Callable[[Any], Any], place: Callable[[Any], Any] = lambda value: value
) -> Any:
    """One value, or for a range the two ends, lower first by `place`; one of them may be open. Raises `Problem`."""
    if operator not in ("between", "not_between"):
        value = read(raw[0] if isinstance(raw, (list, tuple)) and len(raw) == 1 else raw)
        if value is None:
            raise missing()
        return value
    if isinstance(raw, dict):
        raw = [raw.get("from"), raw.get("to")]
    if not isinstance(raw, (list, tuple)) or len(raw) != 2:
        raise Problem(N_("Give two values: from and to."))
    low, high = read(raw[0]), read(raw[1])
    if low is None and high is None:
        raise missing()
    return (high, low) if low is not None and high is not None and place(high) < place(low) else (low, high)


def count_operand(raw: Any) -> int:
    """A number of days. Raises `Problem`."""
    text = str(raw).strip()
    if isinstance(raw, bool) or not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Problem(N_("“%(value)s” is not a number of days.", value=shown(raw)))
    return min(int(text), 36_500)


def listed(raw: Any) -> list[Any]:
    """`raw` as a list of values; raises `Problem` when it is too long."""
    values = list(raw) if isinstance(raw, (list, tuple, set, frozenset)) else [raw]
    if len(values) > MOST_VALUES:
        raise Problem(N_("At most %(most)s values fit in one test.", most=MOST_VALUES))
    return values


def missing() -> Problem:
    """A test without the value that it needs."""
    return Problem(N_("Give a value to compare with."))
