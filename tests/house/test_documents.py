"""What the documents say is true: their commands and options exist, their tables are those of the
program."""

import re
import shlex
from pathlib import Path

import pytest

from supportcli.commands.program import SETTINGS
from tests.house.tree import HOME, tracked_files
from tools.readme import DOCUMENTS, Leaf, leaves, with_tables

PAGES = [path for path in tracked_files() if path.suffix == ".md" and path.name != "CHANGELOG.md"]
LEAVES = {leaf.words: leaf for leaf in leaves()}


def shell_lines(page: Path) -> list[str]:
    """The commands of a page's `sh` blocks, without comments."""
    blocks = re.findall(
        r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def examples(leaf: Leaf) -> list[str]:
    """The examples of a command's help."""
    return (leaf.command.epilog or "").replace("\\\n", " ").splitlines()


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
        elif set(word) <= set("|<>"):
            taking = False
        elif taking:
            found[-1].append(word)
    return found


SHOWN = [(page.name, line) for page in PAGES for line in shell_lines(page)]
HELP = [(leaf.words, line) for leaf in LEAVES.values() for line in examples(leaf)]
CALLS = [(place, call) for place, line in SHOWN + HELP for call in calls(line)]


def test_tables_are_those_of_the_program() -> None:
    for page in DOCUMENTS:
        text = (HOME / page).read_text(encoding="utf-8")
        assert with_tables(page, text) == text, f"{page} is behind the program: make readme"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HOME)))
def test_a_variable_of_an_example_is_set_on_its_page(page: Path) -> None:
    used = {name for line in shell_lines(page) for name in re.findall(r"env:(\w+)", line)}
    text = page.read_text(encoding="utf-8")
    assert {name for name in used if f"export {name}" not in text} == set()


def test_a_service_has_the_secrets_and_hides_no_failure() -> None:
    text = (HOME / "docs/cron.md").read_text(encoding="utf-8")
    of_person, of_system = re.findall(r"^\[Unit\]\n.*?^```", text, re.MULTILINE | re.DOTALL)
    assert "EnvironmentFile=" in of_system, "where no shell has set HELP_PASSWORD"
    for unit in (of_person, of_system):
        assert "Restart=on-failure" in unit
        assert "SuccessExitStatus" not in unit, "75 is a mailbox that cannot be read"


def test_each_command_has_a_sentence_of_help_and_an_example() -> None:
    assert [leaf.words for leaf in LEAVES.values() if not leaf.sentence.endswith(".")] == []
    assert [
        leaf.words for leaf in LEAVES.values() if leaf.words not in " ".join(examples(leaf))
    ] == []


@pytest.mark.parametrize(
    ("place", "call"), CALLS, ids=[f"{place}-{number}" for number, (place, _) in enumerate(CALLS)]
)
def test_a_command_that_is_shown_can_be_called(place: str, call: list[str]) -> None:
    words = without_place(call)
    if len(words) == 1 or words[1].startswith("-"):
        assert set(words[1:]) <= {"--help", "--version"}
        return
    leaf = next(
        (
            LEAVES[" ".join(words[:length])]
            for length in (3, 2)
            if " ".join(words[:length]) in LEAVES
        ),
        None,
    )
    assert leaf, f"{place} shows {shlex.join(call)}, and there is no such command"
    arguments = words[len(leaf.words.split()) :]
    if "--help" not in arguments:
        leaf.command.make_context(leaf.words, arguments, **SETTINGS)


def without_place(call: list[str]) -> list[str]:
    """A call without the program's own options `--config FILE` and `--database FILE|URL`."""
    words = list(call)
    while len(words) > 2 and words[1] in {"--config", "--database"}:
        del words[1:3]
    return words


def test_exchange_is_connected_to_before_its_commands_are_used() -> None:
    page = (HOME / "docs" / "sign-in.md").read_text(encoding="utf-8")
    sections = [part for part in page.split("\n## ") if "\n   Set-CASMailbox" in part]
    assert len(sections) == 2, "a person's way and the app's"
    for section in sections:
        verbs = re.findall(r"^   ([A-Z][a-z]+-[A-Za-z]+)", section, re.MULTILINE)
        assert verbs[:2] == ["Install-Module", "Connect-ExchangeOnline"]
