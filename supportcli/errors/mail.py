"""What can go wrong with mails that came in."""

from collections.abc import Sequence

from supportcli.errors import SupportError, TryAgainLater, UsageError


class MailNotHeld(SupportError):
    """A mail that is to be let in, decided again or put away is not waiting for that."""

    def __init__(self, mail: int, state: str, ticket: int | None = None) -> None:
        where = (
            f"in ticket #{ticket}"
            if ticket is not None
            else "not processed yet: the next sync does that"
            if state == "kept"
            else state
        )
        super().__init__(
            f"Mail {mail} is not held: it is {where}.", f"See why with: supportcli mail why {mail}"
        )


class MailIsCopy(SupportError):
    """A mail that is to become a ticket is the same email as another one (`copy`), which is in
    `ticket`, if that is said, or is to become one with it."""

    def __init__(self, mail: int, copy: int, ticket: int | None = None) -> None:
        where = f", which is in #{ticket}" if ticket is not None else ""
        super().__init__(
            f"Mail {mail} is the same email as mail {copy}{where}.",
            f"Put it away with: supportcli mail discard {mail}"
            if ticket is not None
            else "Accept only one of them.",
        )


class CustomerNeeded(SupportError):
    """A mail that is to become a ticket names nobody to answer; `found` are addresses in its
    text."""

    def __init__(self, mail: int, found: Sequence[str] = ()) -> None:
        named = ", ".join(found)
        written = f" Its text mentions: {named}." if named else ""
        super().__init__(
            f"Mail {mail} names nobody to answer.",
            f"Say whose it is: supportcli mail accept {mail} --customer ADDRESS.{written}",
        )
        self.found = found


class MailUndoRefused(SupportError):
    """What a verb did to a mail has been changed since, by somebody who is named."""

    def __init__(self, mail: int, who: str) -> None:
        super().__init__(
            f"Mail {mail} cannot be put back: {who} has changed it since.",
            f"See its history with: supportcli mail why {mail}",
        )


class NoMailToUndo(SupportError):
    """No verb of the agent about mail is left to undo."""

    def __init__(self, mail: int | None = None) -> None:
        where = f" about mail {mail}" if mail is not None else ""
        super().__init__(
            f"There is nothing of yours to undo{where}.",
            f"See the history of an email with: supportcli mail why {mail or 'MAIL'}",
        )


class MailUnreadable(UsageError):
    """A file that should hold a mail cannot be read."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file} cannot be read: {what}.", "Choose files that contain emails.")


class NoMailHandedOver(TryAgainLater):
    """A mail was to be read from standard input, which is closed or empty."""

    def __init__(self) -> None:
        hint = "Hand it over: supportcli mail ingest --mailbox ADDRESS - < mail.eml"
        super().__init__(
            "Standard input is empty, so there is no mail to read; nothing was kept.", hint
        )
