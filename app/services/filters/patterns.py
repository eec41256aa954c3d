"""Filters as people write and read them: patterns such as "(1 and 2) or 3", and sentences.

Invariants: a pattern has no precedence: without brackets it is read from left to right, `1 or 2 and 3` is `(1 or 2) and 3`; each of
the numbered conditions is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.base.errors import Invalid
from app.base.i18n import N_, _
from app.fields.spec import Ctx, FieldSpec
from app.services.filters.tree import MAX_DEPTH, Condition, Filter, Group, Node, Not, type_of

Json = Mapping[str, Any]
NameOf = Callable[[FieldSpec, Any], str]

_TOKEN = re.compile(r"\s*(?:(\d{1,4})|([()])|(and|or|not|et|ou|non)\b)", re.IGNORECASE)
_TEXTS = ("text", "long_text", "email", "phone", "url", "auto_number")
_WORDS = {"et": "and", "ou": "or", "non": "not"}


def from_pattern(pattern: str, conditions: Sequence[Json]) -> dict[str, Any] | None:
    """The tree in JSON that joins numbered conditions (from 1) as `pattern` says; "" joins all by "and". `Invalid` says what is wrong."""
    if not pattern.strip():
        return {"and": [dict(c) for c in conditions]} if conditions else None
    tokens = _tokens(pattern)
    reader = _Pattern(tokens, conditions)
    tree = reader.expression(0)
    if reader.position != len(tokens):
        raise Invalid(N_("The pattern has a bracket or a number too many: “%(pattern)s”.", pattern=pattern.strip()))
    unused = [n for n in range(1, len(conditions) + 1) if n not in reader.used]
    if unused:
        raise Invalid(N_("Condition %(n)s does not appear in the pattern. Use it or remove it.", n=unused[0]))
    return tree


def to_pattern(tree: Json | None) -> tuple[str, list[dict[str, Any]]]:
    """The fully bracketed pattern of a tree, and its conditions in order: the inverse of `from_pattern`."""
    conditions: list[dict[str, Any]] = []

    def write(node: Json, outer: bool) -> str:
        if "field" in node:
            conditions.append(dict(node))
            return str(len(conditions))
        if "not" in node:
            return f"not {write(node['not'], False)}"
        word = next(iter(node))
        text = f" {word} ".join(write(child, False) for child in node[word])
        return text if outer or len(node[word]) == 1 else f"({text})"

    return (write(tree, True) if tree else ""), conditions


def sentence(filter: Filter, ctx: Ctx, name_of: NameOf | None = None) -> str:
    """The filter in words, in the language spoken now; `name_of(field, id)` gives the title of a linked record. "" for none."""

    def words(node: Node, outer: bool) -> str:
        if isinstance(node, Condition):
            return _condition(node, ctx, name_of)
        if isinstance(node, Not):
            return _("not %(condition)s", condition=f"({words(node.node, True)})")
        assert isinstance(node, Group)
        text = (_(" and ") if node.word == "and" else _(" or ")).join(words(child, False) for child in node.nodes)
        return text if outer else f"({text})"

    return words(filter.root, True) if filter.root is not None else ""


class _Pattern:
    """Reads tokens from left to right; `used` collects the numbers it met."""

    def __init__(self, tokens: list[str], conditions: Sequence[Json]) -> None:
        self.tokens, self.conditions = tokens, conditions
        self.position = 0
        self.used: set[int] = set()

    def expression(self, depth: int) -> dict[str, Any]:
        if depth > MAX_DEPTH:
            raise Invalid(N_("This filter has too many brackets inside each other."))
        tree = self.term(depth)
        while self.peek() in ("and", "or"):
            word = self.take()
            right = self.term(depth)
            tree = {word: [*tree[word], right]} if word in tree else {word: [tree, right]}
        return tree

    def term(self, depth: int) -> dict[str, Any]:
        sign = self.take()
        if sign == "not":
            if depth > MAX_DEPTH:
                raise Invalid(N_("This filter has too many brackets inside each other."))
            return {"not": self.term(depth + 1)}
        if sign == "(":
            inner = self.expression(depth + 1)
            if self.take() != ")":
                raise Invalid(N_("A bracket of the pattern is not closed."))
            return inner
        if not sign.isdigit():
            raise Invalid(N_("The pattern lacks a number where it has “%(found)s”.", found=sign or _("nothing")))
        number = int(sign)
        if not 1 <= number <= len(self.conditions):
            raise Invalid(N_("The pattern names condition %(n)s, which does not exist.", n=number))
        self.used.add(number)
        return dict(self.conditions[number - 1])

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        sign = self.peek()
        self.position += 1
        return sign


def _tokens(pattern: str) -> list[str]:
    tokens: list[str] = []
    position, text = 0, pattern.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise Invalid(
                N_("The pattern can hold numbers, brackets, “and” and “or”, not “%(found)s”.", found=text[position:].split()[0])
            )
        word = found.group(1) or found.group(2) or found.group(3).lower()
        tokens.append(_WORDS.get(word, word))
        position = found.end()
    return tokens


def _condition(condition: Condition, ctx: Ctx, name_of: NameOf | None) -> str:
    field, operator = condition.field, condition.operator
    start = f"{field.label} {operator.label}"
    if operator.editor == "none":
        return start
    operand = condition.operand
    if operator.editor == "text" or field.settings.get("result", field.type) in _TEXTS:  # as it was written, not folded
        operand = condition.raw
    many = sorted(operand, key=str) if isinstance(operand, set | frozenset) else operand
    values = list(many) if isinstance(many, list | tuple) else [many]
    shown = [_shown(condition, value, ctx, name_of) for value in values]
    joiner = _(" and ") if operator.editor == "range" else _(" or ") if len(shown) < 4 else ", "
    return f"{start} {joiner.join(shown)}"


def _shown(condition: Condition, value: Any, ctx: Ctx, name_of: NameOf | None) -> str:
    field, editor = condition.field, condition.operator.editor
    if (
        field.settings.get("result", field.type) in _TEXTS
        or editor in ("number", "text")
        or (isinstance(value, str) and field.type in ("date", "datetime"))
    ):
        return str(value)
    if name_of is not None and field.type in ("link", "person", "multi_link", "any_link"):
        return name_of(field, value)
    return type_of(field).format(value, field, ctx)
