"""What can be wrong with canned responses."""

from supportcli.errors import UsageError

_FAULTS_SHOWN = 3
"""Faults of a canned response that an error names; lint tells them all."""


class TemplateWrong(UsageError):
    """A text that is no template of a canned response."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(
            f"Line {line}: {what}" if line else what,
            "The language of canned responses: supportcli canned lint --help",
        )
        self.line = line


class CannedUnknown(UsageError):
    """No canned response has this shortcut here, or none that this agent may use."""

    def __init__(self, shortcut: str, nearest: str = "") -> None:
        hint = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"There is no canned response “{shortcut}”.",
            f"{hint}See them with: supportcli canned list",
        )


class CannedTaken(UsageError):
    """A canned response of this shortcut is there already."""

    def __init__(self, shortcut: str) -> None:
        super().__init__(
            f"There is a canned response “{shortcut}” already.",
            f"Change it with: supportcli canned edit {shortcut}",
        )


class CannedElsewhere(UsageError):
    """A canned response belongs to another mailbox than the ticket."""

    def __init__(self, shortcut: str, mailbox: str, number: int) -> None:
        super().__init__(
            f"“{shortcut}” is for {mailbox} only, and #{number} came to another mailbox.",
            "See where: supportcli canned list",
        )


class CannedFaulty(UsageError):
    """A canned response that cannot be kept as it is. `faults` are sentences, each with its place;
    the first ones are named."""

    def __init__(self, faults: list[str], what: str = "Nothing was written") -> None:
        shown = faults[:_FAULTS_SHOWN]
        more = f" (and {len(faults) - len(shown)} more)" if len(faults) > len(shown) else ""
        super().__init__(
            f"{what}: " + " · ".join(shown) + more,
            "Mend it and try again; supportcli canned lint tells all that is wrong.",
        )


class CannedFileGone(UsageError):
    """A line of a reply names a file or a macro of a canned response that is not there any more."""

    def __init__(self, line: str) -> None:
        super().__init__(
            f"{line} names what is not there any more.",
            "Delete that line, or put in its place what is meant. Nothing was sent.",
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
        super().__init__(
            f"The reply to #{number} was not sent: {named} is to be filled in first.", hint
        )
        self.blanks = blanks
