"""What can go wrong, as classes: each knows its sentence, the next step (`hint`) and its exit code.

Raised with the values they name; printed in one place (`commands.main`) or shown by the inbox, where the sentence is cleaned for the terminal.

SupportError                     1   failed
├── UsageError                   2   the call itself is wrong
├── ServerUnreachable           69   EX_UNAVAILABLE: a mail server does not answer
├── TryAgainLater               75   EX_TEMPFAIL: something else is in the way just now
├── NotAllowed                  77   EX_NOPERM: who I am may not do this
└── ConfigurationError          78   EX_CONFIG: the configuration must be changed first
"""


class SupportError(Exception):
    """Something failed. `sentence` says what, naming the thing; `hint` says what to do next; `exit_code` is the program's."""

    exit_code = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(SupportError):
    """The command was called wrongly; nothing was done."""

    exit_code = 2


class ServerUnreachable(SupportError):
    """A mail server does not answer, or hangs up."""

    exit_code = 69


class TryAgainLater(SupportError):
    """A passing obstacle: the same call may succeed later."""

    exit_code = 75


class NotAllowed(SupportError):
    """Who I am may not do this, or a server refuses the login."""

    exit_code = 77


class ConfigurationError(SupportError):
    """The configuration, or what it points to, has to be changed first."""

    exit_code = 78


class TicketNotFound(SupportError):
    """No ticket has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no ticket #{number}.", "List the tickets there are with: supportcli ticket list")
        self.number = number


class StepNotAllowed(SupportError):
    """A verb would take a ticket from a status to one it cannot go to."""

    def __init__(self, number: int, before: str, after: str) -> None:
        super().__init__(f"Ticket #{number} is {before} and cannot become {after}.", f"See its history with: supportcli ticket show {number}")


class EmptyText(UsageError):
    """A reply or a note without a word in it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The {what} is empty, so nothing was written.", "Give a text with --text, --file or a pipe, or write it in the editor.")


class NothingToUndo(SupportError):
    """No verb of this agent is left to undo."""

    def __init__(self, where: str = "") -> None:
        super().__init__(f"There is nothing to undo{where}.", "See what was done with: supportcli ticket show NUMBER")


class UndoRefused(SupportError):
    """What a verb did has been changed since, by somebody who is named."""

    def __init__(self, number: int, what: str, who: str) -> None:
        super().__init__(
            f"Ticket #{number} cannot be undone: {what} was changed since by {who}.", f"See its history with: supportcli ticket show {number}"
        )


class SendRefused(TryAgainLater):
    """Something stands in the ticket that the writer of a reply had not seen."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(f"The reply to #{number} was not sent: {what} arrived meanwhile. Your text is kept as a draft.", "Read it, then send again.")
        self.number = number


class AgentUnknown(ConfigurationError):
    """config.toml does not say who I am, or names nobody of this desk."""

    def __init__(self, address: str) -> None:
        who = f"“{address}” is no agent of this desk." if address else "config.toml does not say which agent you are."
        super().__init__(who, 'See the agents with: supportcli agent list; then set agent = "address" in config.toml.')


class AddressRefused(SupportError):
    """Something that should be an address cannot stand in a mail's header or envelope."""

    def __init__(self, address: str) -> None:
        super().__init__(f"“{address}” is no address that mail can be sent to.", "Choose the recipients by hand, or answer with --only-sender.")


class HeaderRefused(SupportError):
    """A value with CR, LF or NUL was about to become a header: it could begin another one."""

    def __init__(self, header: str) -> None:
        super().__init__(f"The {header} of this reply holds a line break or a NUL, so it was not made.", "Change the ticket's subject or the name.")
