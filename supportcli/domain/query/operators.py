"""How terms stand together: side by side, AND, OR, - and parentheses.

OR takes the two beside it, before all that merely stands side by side: `status:open refund OR
return` are open tickets with either word. Who writes both AND and OR says with parentheses which
come together."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from supportcli.domain.query.nodes import And, Node, Not, Or
from supportcli.domain.query.terms import SORT, UNDERSTOOD, order_of
from supportcli.domain.query.values import Value
from supportcli.errors.tickets import QueryError

if TYPE_CHECKING:
    from supportcli.domain.tickets.ticket import Order

MOST_TERMS = 100
DEEPEST = 20
"""How many parentheses may be open."""

QUOTABLE = "To search for it literally, put it in quotation marks."

_ITEM = re.compile(
    r"\s*(?:(?P<close>\))|(?P<minus>-?)(?:(?P<open>\()|(?:(?P<term>[^\W\d_][\w-]*):)?"
    r'(?:"(?P<phrase>[^"]*)(?P<end>"?)|(?P<word>[^\s"()]*))))'
)
_OPERATORS = {"AND", "OR"}


@dataclass(frozen=True, slots=True)
class Item:
    """A term, an operator or a parenthesis, as it stands in the text."""

    found: re.Match[str]

    @property
    def column(self) -> int:
        """Where it begins, from 1, with the - before it."""
        return self.found.start("minus") + 1

    @property
    def shown(self) -> str:
        """All of it, as it was typed."""
        return self.found[0].strip()

    @property
    def is_left_out(self) -> bool:
        """Whether a - stands before it."""
        return bool(self.found["minus"])

    @property
    def term(self) -> str:
        """What stands before its colon, in lower case; empty if there is none."""
        return self.term_as_typed.lower()

    @property
    def term_as_typed(self) -> str:
        """What stands before its colon."""
        return self.found["term"] or ""

    @property
    def term_column(self) -> int:
        """Where that begins."""
        return self.found.start("term") + 1

    @property
    def operator(self) -> str:
        """AND or OR, if it stands between terms. QueryError for an operator of other languages."""
        word = self.found["word"]
        if word is None or self.is_left_out or self.term:
            return ""
        if word == "NOT":
            column = self.found.start("word") + 1
            hint = f"Write a - before what is to be left out. {QUOTABLE}"
            raise QueryError(column, word, "is not understood", hint, "-")
        return word if word in _OPERATORS else ""

    def value(self) -> Value:
        """What stands behind its colon, or the word or phrase that it is. QueryError if its
        quotation is never closed, or a parenthesis stands there."""
        group = "word" if self.found["phrase"] is None else "phrase"
        value = Value(self.found[group], self.found.start(group) + 1, quoted=group == "phrase")
        if value.quoted and not self.found["end"]:
            raise QueryError(
                value.column - 1,
                '"',
                "opens a quotation that is never closed",
                "Close it with another quotation mark.",
            )
        if self.term and not value.text and self.found.string[self.found.end() :][:1] == "(":
            hint = f"Write {self.term}:one,two, or parentheses around whole terms."
            raise QueryError(self.found.end() + 1, "(", "cannot stand behind a colon", hint)
        return value


class Level:
    """Reads a text, level by level of its parentheses; `leaf` makes a node of a term. `order` is
    what its `sort:` asked for."""

    def __init__(self, text: str, leaf: Callable[[Item], Node]) -> None:
        self._text, self._leaf = text, leaf
        self._items = _items(text)
        self._terms = 0
        self.order: Order | None = None

    def parts(self) -> list[Node]:
        """What stands side by side in the complete text. QueryError."""
        return self._parts(())

    def _parts(self, opened: tuple[Item, ...]) -> list[Node]:
        """What stands side by side up to the end of the level that was `opened` last."""
        chain = _Chain()
        for item in self._items:
            if item.found["close"]:
                chain.end()
                if not opened:
                    _refuse(item, "close", "closes a parenthesis that was never opened")
                return chain.joined()
            if operator := item.operator:
                chain.operator(item, operator)
            elif item.term == SORT:
                self._sort(item, inside=bool(opened) or chain.is_open)
            else:
                chain.add(self._part(item, opened))
        chain.end()
        if opened:
            _refuse(opened[-1], "open", "opens a parenthesis that is never closed")
        return chain.joined()

    def _part(self, item: Item, opened: tuple[Item, ...]) -> Node:
        if item.found["open"]:
            if len(opened) == DEEPEST:
                _refuse(item, "open", f"opens more than {DEEPEST} parentheses")
            parts = self._parts((*opened, item))
            if not parts:
                _refuse(item, "open", "opens a parenthesis with nothing in it")
            node = all_of(parts)
        else:
            self._terms += 1
            if self._terms > MOST_TERMS:
                raise QueryError(
                    1, self._text[:20], f"begins more than {MOST_TERMS} terms", "Use fewer terms."
                )
            node = self._leaf(item)
        return Not(node) if item.is_left_out else node

    def _sort(self, item: Item, *, inside: bool) -> None:
        if inside or item.is_left_out or self.order is not None:
            problem = "is given twice" if self.order is not None else "sorts the complete list"
            hint = f"Write {SORT}: once, beside the other terms, as in status:open {SORT}:updated."
            raise QueryError(item.term_column, item.shown, problem, hint)
        self.order = order_of(item.value())


class _Chain:
    """What stands side by side on a level; each part are the alternatives between ORs."""

    def __init__(self) -> None:
        self._parts: list[list[Node]] = []
        self._joint: Item | None = None
        self._operators = set[str]()

    @property
    def is_open(self) -> bool:
        """Whether an operator waits for what comes behind it."""
        return self._joint is not None

    def operator(self, item: Item, operator: str) -> None:
        """AND or OR, before what comes next."""
        if self._joint or not self._parts:
            _refuse(item, "word", "does not stand between two terms")
        self._operators.add(operator)
        if self._operators == _OPERATORS:
            hint = "Say with parentheses which come together, as in: (a AND b) OR c"
            raise QueryError(item.found.start("word") + 1, operator, "mixes AND and OR", hint)
        self._joint = item

    def add(self, node: Node) -> None:
        """One more node."""
        if self._joint and self._joint.operator == "OR":
            self._parts[-1].append(node)
        else:
            self._parts.append([node])
        self._joint = None

    def end(self) -> None:
        """Nothing comes any more. QueryError if an operator waits for something."""
        if self._joint:
            _refuse(self._joint, "word", "has nothing after it")

    def joined(self) -> list[Node]:
        """The parts, with alternatives made one."""
        return [one for parts in self._parts for one in _flat(_one_of(parts))]


def all_of(parts: Sequence[Node]) -> Node:
    """All of these hold."""
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def _one_of(parts: Sequence[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Or(tuple(parts))


def _flat(node: Node) -> Sequence[Node]:
    return node.parts if isinstance(node, And) else (node,)


def _items(text: str) -> Iterator[Item]:
    at, end = 0, len(text.rstrip())
    while at < end and (found := _ITEM.match(text, at, end)):
        yield Item(found)
        at = found.end()


def _refuse(item: Item, group: str, problem: str) -> NoReturn:
    hint = QUOTABLE if group == "word" else f"{UNDERSTOOD} {QUOTABLE}"
    raise QueryError(item.found.start(group) + 1, item.found[group], problem, hint)
