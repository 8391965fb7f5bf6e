"""What can be wrong with a name that somebody typed: nothing has it, something else has it, or
several things do."""

import shlex
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import NamedTuple

from supportcli.errors import SupportError, UsageError

_NAMED = 20
"""How many names of a long list a hint gives."""


class _Words(NamedTuple):
    called: str  # what sentences call it; {} is its name
    where: str = ""  # how to see what there is, or to name one
    changed: str = ""  # the command that changes one


class Thing(Enum):
    """What a desk has, and the command line can name."""

    ADDRESS = _Words("address {} of this customer")
    AGENT = _Words("agent “{}”", "See them with: supportcli agent list")
    ALIAS = _Words("alias {}", "See them with: supportcli mailbox show ADDRESS")
    ATTACHMENT = _Words("attachment {}")
    CALENDAR = _Words(
        "calendar “{}”", "See them with: supportcli calendar list", "supportcli calendar edit"
    )
    CANNED = _Words(
        "canned response “{}”", "See them with: supportcli canned list", "supportcli canned edit"
    )
    CANNED_FILE = _Words("file {}")
    CANNED_VERSION = _Words("version {}")
    CUSTOMER = _Words("customer “{}”", "See them with: supportcli customer list")
    DOMAIN = _Words("domain {} of this organisation")
    DRAFT_FILE = _Words("file {} in the draft", "See them with: supportcli ticket draft NUMBER")
    FIELD = _Words("field “{}”", "See them with: supportcli field list", "supportcli field edit")
    FIELD_CHOICE = _Words("choice “{}”")
    FOLDER = _Words("folder “{}” that is read", "See them with: supportcli mailbox show ADDRESS")
    FRAME = _Words("frame of {}")
    MAIL = _Words(
        "mail “{}”",
        "Give its number, its Message-ID, or TICKET:MESSAGE (12:1 is the first message of ticket "
        "12).",
    )
    MAILBOX = _Words("mailbox {}", "See them with: supportcli mailbox list")
    ORGANISATION = _Words(
        "organisation “{}”",
        "See them with: supportcli organisation list",
        "supportcli organisation edit",
    )
    OWN_DAY = _Words("special day “{}” in this calendar")
    POLICY = _Words("policy “{}”", "See them with: supportcli sla list", "supportcli sla edit")
    RELAY = _Words("relay {}", "See them with: supportcli mailbox show ADDRESS")
    REPLY = _Words("reply {} in the outbox", "See them with: supportcli outbox list")
    ROW = _Words("row “{}” in this report")
    SENDER = _Words("rule about {}", "See them with: supportcli mail senders")
    TEAM = _Words("team “{}”", "See them with: supportcli team list", "supportcli team edit")
    TICKET = _Words("ticket #{}", "See them with: supportcli ticket list")
    VIEW = _Words("view “{}”", "See them with: supportcli view list", "supportcli view edit")

    def called(self, name: str) -> str:
        """What sentences call the one of this name."""
        return self.value.called.format(name)

    @property
    def where(self) -> str:
        """How to see what there is, or to name one; empty if the hint depends on the call."""
        return self.value.where

    def other(self, name: str) -> str:
        """What to do with the one that has this name: change it, or see it."""
        changed = self.value.changed
        return f"Change it with: {changed} {shlex.quote(name)}" if changed else self.where


class NotFound(SupportError):
    """The desk has nothing of this name. `nearest` is a name that it has, if one is similar; `hint`
    says more than which command lists them."""

    def __init__(self, thing: Thing, name: str, *, nearest: str = "", hint: str = "") -> None:
        super().__init__(f"There is no {thing.called(name)}.", hint or thing.where, nearest)
        self.thing = thing
        self.name = name


class NameTaken(SupportError):
    """The desk already has something of this name, or of one that differs only in case."""

    def __init__(self, thing: Thing, name: str, hint: str = "") -> None:
        super().__init__(
            f"This desk already has the {thing.called(name)}.", hint or thing.other(name)
        )


class NameAmbiguous(SupportError):
    """Several things have this name, and one is needed. `found` is what tells them apart, `by` what
    that is called."""

    def __init__(self, name: str, found: Sequence[str], by: str) -> None:
        super().__init__(f"“{name}” could be {' or '.join(found)}.", f"Choose one by its {by}.")


class WordUnknown(UsageError):
    """A word of the call is none of the few that can stand there: a command, a report, what --by
    takes. `problem` is the sentence up to the word."""

    def __init__(self, problem: str, word: str, hint: str, nearest: str = "") -> None:
        super().__init__(f"{problem} “{word}”.", hint, nearest)


def first_of(names: Iterable[str]) -> str:
    """Names for a hint: the first ones, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - _NAMED:,} more" if len(every) > _NAMED else ""
    return (", ".join(every[:_NAMED]) or "none") + more
