"""The value of a term: what stands behind its colon, and where."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from supportcli.errors.tickets import QueryError

COMPARED = re.compile(r"(<=|>=|<|>)\s*(\S.*)")
"""A value with a sign before it."""


@dataclass(frozen=True, slots=True)
class Value:
    """What stands behind a term's colon, and the column (from 1) where it begins."""

    text: str
    column: int
    quoted: bool

    def choices(self) -> Iterator["Value"]:
        """The values between commas; a quoted one is whole."""
        if self.quoted:
            yield self
            return
        column = self.column
        for choice in self.text.split(","):
            yield Value(choice, column, quoted=False)
            column += len(choice) + 1


def filled(value: Value) -> Iterator[Value]:
    """The values between commas. QueryError if one is missing."""
    for choice in value.choices():
        if not choice.text.strip():
            raise QueryError(
                choice.column,
                value.text,
                "has a comma with a value missing",
                "Write one value, or several with commas between them.",
            )
        yield choice


def names(value: Value) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Names in lower case, and the columns where they begin. QueryError if one is missing."""
    choices = tuple(filled(value))
    return (
        tuple(choice.text.strip().lower() for choice in choices),
        tuple(choice.column for choice in choices),
    )
