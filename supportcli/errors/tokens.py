"""What can go wrong when a mailbox signs in with a token."""

from supportcli.errors import ConfigurationError
from supportcli.errors.servers import MailServerError


class TokenUnavailable(MailServerError, ConfigurationError):
    """A token command gives no token. `cause` says why; what the command prints is never
    repeated."""

    def __init__(self, command: str, cause: str, hint: str) -> None:
        super().__init__(f"The token command “{command}” gives no token: {cause}.", hint)


class TokensNotTaken(MailServerError, ConfigurationError):
    """A mail server offers no login with a token."""

    def __init__(self, server: str) -> None:
        super().__init__(
            f"{server} takes no tokens: it offers neither XOAUTH2 nor OAUTHBEARER.",
            "Check its host and port, or use a password: supportcli mailbox trust … --secret …",
        )
