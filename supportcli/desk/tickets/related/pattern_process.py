"""Looks for patterns in texts, as a program of its own: `re` has no time limit, and strangers write
the texts. It loads nothing but this.

It reads `[patterns, texts]` as JSON, and writes a line of JSON for each pattern: for each text what
was found, as the whole match and its groups."""

import json
import re
import sys
from collections.abc import Iterator
from itertools import islice

_LINES = 5_000
_LINE = 1_000
"""Characters of a line; what comes after them is not looked at."""

_MOST = 50
"""The most matches in a text."""


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[list[str]]:
    for line in islice(text.split("\n"), _LINES):
        for found in pattern.finditer(line[:_LINE]):
            if found[0]:
                yield [found[0], *(group or "" for group in found.groups())]


def main() -> None:
    """Answer one question."""
    patterns, texts = json.load(sys.stdin)
    for pattern in patterns:
        compiled = re.compile(pattern)
        told = [list(islice(_matches(compiled, text), _MOST)) for text in texts]
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
