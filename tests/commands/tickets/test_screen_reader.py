"""The path without the inbox, line by line as docs/agents.md gives it: plain lines that are read from
top to bottom, with nothing that only looks like something."""

import re
import shlex
from collections.abc import Iterator

from tests.commands.program import Program
from tests.house.tree import HOME

TITLE = "## Without the inbox"


def lines() -> Iterator[str]:
    """The commands of that chapter."""
    chapter = (HOME / "docs/agents.md").read_text(encoding="utf-8").partition(TITLE)[2]
    block = re.search(r"^```sh\n(.*?)^```", chapter, re.MULTILINE | re.DOTALL)
    assert block is not None
    yield from block[1].splitlines()


def test_a_ticket_is_read_answered_and_solved_line_by_line(desk: Program) -> None:
    for number in range(2):
        desk.write_in(subject=f"Leak {number}")
    first, *others = lines()
    assert first == "supportcli next"
    got = desk.done("next")
    found = re.search(r"#(\d+)", got)
    assert found is not None
    said = {
        line: desk.done(*_words(line, found[1]), stdin=None if "note" in line else b"")
        for line in others
    }
    for line, printed in {first: got, **said}.items():
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", printed), line
        assert max(map(len, printed.splitlines())) <= 160, line
    replied = next(printed for line, printed in said.items() if " reply " in line)
    assert f"#{found[1]}" in replied
    assert desk.rows("ticket", "show", found[1], "--json")[0]["status"] == "solved"


def _words(line: str, number: str) -> list[str]:
    return shlex.split(line.replace("1042", number))[1:]
