"""What the documents say is true: their commands and options exist, their tables are those of the program."""

import re
import shlex
from pathlib import Path

import pytest

from tests.house.tree import HOME, tracked_files
from tools.readme import DOCUMENTS, Leaf, leaves, with_tables

PAGES = [path for path in tracked_files() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
LEAVES = {leaf.words: leaf for leaf in leaves()}


def shell_lines(page: Path) -> list[str]:
    """The commands of a page's `sh` blocks, without comments."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def calls(line: str) -> list[list[str]]:
    """The calls of supportcli in a line of shell, as words; what a pipe connects are several."""
    lexer = shlex.shlex(
        line,
        posix=True,
        punctuation_chars="|<>",
    )
    lexer.whitespace_split = True
    found: list[list[str]] = []
    taking = False
    for word in lexer:
        if word == "supportcli":
            found.append([word])
            taking = True
        elif word[0] in "|<>":
            taking = False
        elif taking:
            found[-1].append(word)
    return found


CALLS = [(page.name, call) for page in PAGES for line in shell_lines(page) for call in calls(line)]


def test_tables_are_those_of_the_program() -> None:
    for page in DOCUMENTS:
        text = (HOME / page).read_text(encoding="utf-8")
        assert with_tables(page, text) == text, f"{page} is behind the program: make readme"


def test_each_command_has_a_sentence_of_help() -> None:
    assert [leaf.words for leaf in LEAVES.values() if not leaf.sentence.endswith(".")] == []


@pytest.mark.parametrize(("page", "call"), CALLS, ids=[f"{page}-{number}" for number, (page, _) in enumerate(CALLS)])
def test_a_command_of_the_documents_exists(page: str, call: list[str]) -> None:
    leaf, rest = resolved(call)
    known = {option for parameter in leaf.command.params for option in (*parameter.opts, *parameter.secondary_opts)} if leaf else set()
    known |= {"--help", "--version"}
    until = rest.index("--") if "--" in rest else len(rest)
    assert {word.partition("=")[0] for word in rest[:until] if re.match(r"--?[a-z]", word)} <= known, f"{page}: {shlex.join(call)}"


def resolved(call: list[str]) -> tuple[Leaf | None, list[str]]:
    """The command that a call names, and what follows it; None for the program itself."""
    words = without_place(call)
    for length in (3, 2):
        if leaf := LEAVES.get(" ".join(words[:length])):
            return leaf, words[length:]
    assert len(words) == 1 or words[1].startswith("-"), f"there is no command {shlex.join(call)}"
    return None, words[1:]


def without_place(call: list[str]) -> list[str]:
    """A call without the program's own options `--config FILE` and `--database FILE|URL`."""
    words = list(call)
    while len(words) > 2 and words[1] in {"--config", "--database"}:
        del words[1:3]
    return words
