"""What can be wrong with canned responses."""

import shlex

from supportcli.errors import NotAllowed, SupportError, UsageError

_FAULTS_SHOWN = 3
"""Faults of a canned response that an error names; lint names them all."""


class TemplateWrong(UsageError):
    """A text that is not a template of a canned response."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(
            f"Line {line}: {what}" if line else what,
            "See how to write canned responses: supportcli canned lint --help",
        )
        self.line = line


class CannedElsewhere(SupportError):
    """A canned response belongs to another mailbox than the ticket."""

    def __init__(self, shortcut: str, mailbox: str, number: int) -> None:
        super().__init__(
            f"“{shortcut}” is for {mailbox} only, and #{number} came to another mailbox.",
            "See which mailbox each one is for with: supportcli canned list",
        )


class CannedFaulty(UsageError):
    """A canned response that cannot be kept as it is. `faults` are sentences, each with its place;
    the first ones are named."""

    def __init__(self, faults: list[str], what: str = "Nothing was written") -> None:
        shown = faults[:_FAULTS_SHOWN]
        more = f" (and {len(faults) - len(shown)} more)" if len(faults) > len(shown) else ""
        super().__init__(
            f"{what}: " + " · ".join(shown) + more,
            "Correct it and try again; supportcli canned lint names everything that is wrong.",
        )


class CannedAnswers(SupportError):
    """A canned response with which a mailbox answers by itself was about to end that: `why` says
    what it is, or lacks. `command` is that of `mailbox` which says what it answers with."""

    def __init__(self, shortcut: str, mailbox: str, command: str, why: str) -> None:
        super().__init__(
            f"“{shortcut}” {why}: {mailbox} answers with it by itself. Nothing was changed.",
            f"To answer with another one: supportcli mailbox {command} {mailbox} SHORTCUT; --off "
            "ends it.",
        )


class CannedPartGone(SupportError):
    """A line of a reply names a file or a macro of a canned response that no longer exists."""

    def __init__(self, line: str) -> None:
        super().__init__(
            f"{line} names something that no longer exists.",
            "Delete that line, or replace it with what you mean. Nothing was sent.",
        )


class CannedForeignTeam(NotAllowed):
    """A canned response was to be for a team that I am not in: I would not see it myself."""

    def __init__(self, team: str, address: str) -> None:
        super().__init__(
            f"A canned response for the team {team} is written by its agents; you are not in it.",
            f"An admin takes you in: supportcli team edit {shlex.quote(team)} --member {address}",
        )


class MacroAssigneeGone(SupportError):
    """A macro gives a ticket to somebody who is not an agent of this desk, or no longer one."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"The macro gives the ticket to {who}, who is not an agent of this desk.",
            "See what is wrong with: supportcli canned lint",
        )


class BlanksLeft(UsageError):
    """A reply in which something is still to be filled in."""

    def __init__(
        self,
        number: int,
        blanks: tuple[str, ...],
        hint: str = "Write what belongs there, or delete it.",
    ) -> None:
        named = ", ".join(f"⟦{blank}?⟧" for blank in blanks)
        super().__init__(f"The reply to #{number} was not sent: fill in {named} first.", hint)
        self.blanks = blanks
