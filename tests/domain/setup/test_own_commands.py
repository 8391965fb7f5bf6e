"""Which tables of config.toml name a command of the agent's own, and why others do not."""

from typing import Any

import pytest

from supportcli.domain.setup.own_commands import (
    OwnCommand,
    PipeSource,
    PipeTarget,
    own_command,
    unfit,
)


def test_a_table_is_a_command() -> None:
    entry = {"run": "jira --key {ticket}", "key": "ctrl+k", "gets": "ticket", "shows": "note"}
    assert unfit("jira", entry) is None
    assert own_command("jira", entry) == OwnCommand(
        "jira", "jira --key {ticket}", PipeSource.TICKET, PipeTarget.NOTE, "ctrl+k"
    )
    assert own_command("wc", {"run": "wc -l"}).gets is PipeSource.MESSAGE


@pytest.mark.parametrize("key", ["!", "|", "F", "ctrl+k", "f1", "f12", ""])
def test_a_key_is_one_that_terminals_send(key: str) -> None:
    assert unfit("jira", {"run": "jira", "key": key}) is None


@pytest.mark.parametrize(
    ("name", "entry", "where", "said"),
    [
        ("Jira", {"run": "jira"}, "", "is no name"),
        ("", {"run": "jira"}, "", "is no name"),
        ("a" * 31, {"run": "jira"}, "", "at most 30"),
        ("jira", {}, "run", "is missing"),
        ("jira", {"run": "  "}, "run", "is missing"),
        ("jira", {"run": "sh -c 'echo"}, "run", "no closing quotation"),
        ("jira", {"run": "sh -c 'echo {subject}'"}, "run", "only as a word of its own"),
        ("jira", {"run": "jira --title={subject}"}, "run", "only as a word of its own"),
        ("jira", {"run": "jira {tickets}"}, "run", "perhaps {ticket}"),
        ("jira", {"run": "jira", "gets": "mails"}, "gets", "message, mail, file, ticket"),
        ("jira", {"run": "jira", "shows": "screen"}, "shows", "pager, note, reply"),
        ("jira", {"run": "jira", "key": "ctrl+i"}, "key", "is no key"),
        ("jira", {"run": "jira", "key": "alt+x"}, "key", "is no key"),
        ("jira", {"run": "jira", "key": "é"}, "key", "is no key"),
        ("jira", {"run": "jira", "seconds": 0}, "seconds", "between 1 and 600"),
        ("jira", {"run": "jira", "seconds": 601}, "seconds", "between 1 and 600"),
    ],
)
def test_what_is_wrong_is_named(name: str, entry: dict[str, Any], where: str, said: str) -> None:
    found = unfit(name, entry)
    assert found is not None
    assert found[0] == where
    assert said in found[1]


def test_braces_of_other_languages_are_left_alone() -> None:
    for run in ("awk '{print $1}'", "jq {}", "xargs -I {} echo {}"):
        assert unfit("own", {"run": run}) is None
