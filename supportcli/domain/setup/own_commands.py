"""Commands of the agent's own: programs that `config.toml` names, and what of a ticket each one
gets. A program is started without a shell, so that nothing that a stranger wrote is read as one."""

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from supportcli.domain.text.words import nearest

MOST_SECONDS = 600
"""The longest time that a command may be given."""


class PipeSource(StrEnum):
    """What of a ticket a program reads: the text of a message, its mail as it came or left, a file
    of the ticket, or the ticket as JSON."""

    MESSAGE = "message"
    MAIL = "mail"
    FILE = "file"
    TICKET = "ticket"


class PipeTarget(StrEnum):
    """Where what it prints goes: to a page to read, into a note, or into a reply."""

    PAGER = "pager"
    NOTE = "note"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class OwnCommand:
    """A program and its arguments (`run`), what it reads (`gets`), where its output goes (`shows`),
    how many `seconds` it may take, its `key` as people write it ("" if it has none), and what it
    does (`about`)."""

    name: str
    run: str
    gets: PipeSource = PipeSource.MESSAGE
    shows: PipeTarget = PipeTarget.PAGER
    key: str = ""
    about: str = ""
    seconds: int = 20


PLACEHOLDERS = ("{ticket}", "{subject}", "{customer}", "{message}", "{file}")
"""Words of a command in whose place it gets the ticket's number, its subject, the customer's
address, the number of the message, and the name of the file."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
_WORD = re.compile(r"\{\w+\}")
_KEY = re.compile(r"[!-~]|ctrl\+[a-gk-lnp-z]|f([1-9]|1[0-2])")
"""ctrl with h, i, j and m is what terminals send for other keys, with o they may act themselves."""

_CHOICES = {"gets": PipeSource, "shows": PipeTarget}


def unfit(name: str, entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """What is wrong with the table of a command in config.toml, as a key of it ("" for the table
    itself) and why; None if nothing is."""
    if not _NAME.fullmatch(name):
        return "", "is no name: use a-z, 0-9, - and _, at most 30 of them"
    if fault := _fault(entry.get("run", "")):
        return "run", fault
    for key, kind in _CHOICES.items():
        if key in entry and entry[key] not in list(kind):
            return key, f"must be one of {', '.join(kind)}"
    key = entry.get("key", "")
    if key and not _KEY.fullmatch(key):
        return "key", "is no key for a command: use a character, ctrl+k (not h, i, j, m, o) or f5"
    if not 0 < entry.get("seconds", 1) <= MOST_SECONDS:
        return "seconds", f"must be between 1 and {MOST_SECONDS}"
    return None


def _fault(run: str) -> str:
    """Why a line is no command; empty if it is one."""
    try:
        words = shlex.split(run)
    except ValueError as error:
        return f"cannot be read as words: {str(error).lower()}"
    if not words:
        return "is missing"
    for word in words:
        for one in _WORD.findall(word):
            if one in PLACEHOLDERS and one != word:
                return f"may have {one} only as a word of its own"
            if one not in PLACEHOLDERS and one == word and (close := nearest(one, PLACEHOLDERS)):
                return f"has {one}, which means nothing; perhaps {close}"
    return ""


def own_command(name: str, entry: Mapping[str, Any]) -> OwnCommand:
    """The command of a table in which nothing is `unfit`."""
    chosen = {key: kind(entry[key]) for key, kind in _CHOICES.items() if key in entry}
    return OwnCommand(name, **{**entry, **chosen})
