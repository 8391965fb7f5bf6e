"""What can go wrong, as classes: each knows its sentence, the next step (`hint`) and its exit code.

Raised with the values they name; printed in one place (`commands.main`) or shown by the inbox,
where the sentence is cleaned for the terminal.

SupportError                     1   failed
├── UsageError                   2   the call itself is wrong
├── ServerUnreachable           69   EX_UNAVAILABLE: a mail server does not answer
├── TryAgainLater               75   EX_TEMPFAIL: something else is in the way just now
├── NotAllowed                  77   EX_NOPERM: who I am may not do this
└── ConfigurationError          78   EX_CONFIG: the configuration must be changed first
"""


class SupportError(Exception):
    """Something failed. `sentence` says what, naming the thing; `hint` says what to do next;
    `exit_code` is the program's."""

    exit_code = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(SupportError):
    """The command was called wrongly; nothing was done."""

    exit_code = 2


class Stopped(SupportError):
    """Whoever was asked a question pressed ctrl+c, or there is nobody to answer."""

    def __init__(self) -> None:
        super().__init__("Stopped; nothing more was done.")


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
