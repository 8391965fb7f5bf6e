"""Update the documents' tables: the commands as the program knows them, the keys as the inbox does.
Run by `make readme`; a test compares.

A table is between `<!-- NAME -->` and `<!-- /NAME -->`, and everything there is replaced.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import supportcli.domain.reports  # noqa: F401  # fills the registry
from supportcli.commands.program import NOUNS, SETTINGS, command_of
from supportcli.domain.reports.registry import REPORTS
from supportcli.tui.keys import ACTS, CONTEXTS

HOME = Path(__file__).resolve().parent.parent
DOCUMENTS = {
    "README.md": ("commands", "verbs"),
    "docs/agents.md": ("keys",),
    "docs/reports.md": ("reports",),
}
"""The documents and the tables in them."""


class Leaf(NamedTuple):
    """A command that does something: its words, its arguments as usage writes them, its first
    sentence, and Typer's object."""

    words: str
    arguments: str
    sentence: str
    command: Any


def leaves() -> Iterator[Leaf]:
    """Every command, in the order of `--help`."""
    for noun in NOUNS:
        yield from under(f"supportcli {noun}", command_of(noun))


def under(words: str, command: Any) -> Iterator[Leaf]:  # noqa: ANN401  Typer's bundled click has no public name
    """The commands under one: itself, or those of its group."""
    context = command.make_context(words, [], resilient_parsing=True, **SETTINGS)
    if hasattr(command, "list_commands"):
        for name in command.list_commands(context):
            yield from under(f"{words} {name}", command.get_command(context, name))
        return
    usage = " ".join(
        piece for piece in command.collect_usage_pieces(context) if piece != "[OPTIONS]"
    )
    paragraph = " ".join((command.help or "").strip().split("\n\n")[0].split())
    yield Leaf(words, re.sub(r"[{}]", "", usage), re.split(r"(?<=\.) ", paragraph)[0], command)


def commands_table() -> str:
    """A row for each command."""
    rows = [
        row(f"`{f'{leaf.words} {leaf.arguments}'.strip()}`", leaf.sentence) for leaf in leaves()
    ]
    return "\n".join(
        ["| command | what it does |", "|---|---|", row("`supportcli`", "Open the inbox."), *rows]
    )


def verbs_table() -> str:
    """A row for each key that does something to a ticket."""
    return "\n".join(
        [
            "| key | what it does |",
            "|---|---|",
            *(row(f"`{act.all_keys}`", act.sentence) for act in ACTS if act.context == "Do"),
        ]
    )


def keys_table() -> str:
    """A row for each action of the inbox, by the chapters of its help."""
    rows = [
        row(context, f"`{act.all_keys}`", act.sentence)
        for context in CONTEXTS
        for act in ACTS
        if act.context == context
    ]
    return "\n".join(["| where | key | what it does |", "|---|---|---|", *rows])


def reports_table() -> str:
    """A row for each report, with its definition."""
    rows = [row(f"`{report.name}`", report.definition) for report in REPORTS.values()]
    return "\n".join(["| report | what it counts |", "|---|---|", *rows])


def row(*cells: str) -> str:
    """A row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


TABLES = {
    "commands": commands_table,
    "verbs": verbs_table,
    "keys": keys_table,
    "reports": reports_table,
}


def with_tables(document: str, text: str) -> str:
    """A document with its tables up to date."""
    for name in DOCUMENTS[document]:
        before, opening, rest = text.partition(f"<!-- {name} -->")
        _, closing, after = rest.partition(f"<!-- /{name} -->")
        if not closing:
            message = f"{document} has no place for {name}: <!-- {name} --> and <!-- /{name} -->"
            raise SystemExit(message)
        text = f"{before}{opening}\n\n{TABLES[name]()}\n\n{closing}{after}"
    return text


if __name__ == "__main__":
    for document in DOCUMENTS:
        (HOME / document).write_text(
            with_tables(document, (HOME / document).read_text(encoding="utf-8")), encoding="utf-8"
        )
