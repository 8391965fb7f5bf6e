"""What can go wrong when a mailbox signs in with a token."""

from supportcli.errors import (
    ConfigurationError,
    NotAllowed,
    SupportError,
    TryAgainLater,
)
from supportcli.errors.refusals import known_refusal
from supportcli.errors.servers import LoginRefused, MailServerError, MailServerUnreachable


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


class OAuthExtraMissing(MailServerError, ConfigurationError):
    """A mailbox signs in with Microsoft or Google, and the library for it is not installed."""

    def __init__(self, provider: str) -> None:
        super().__init__(
            f"To sign in with {provider}, supportcli needs the extra 'oauth', which is not "
            "installed.",
            "Install it with: pip install 'supportcli[oauth]'",
        )


class ClientSecretUnavailable(MailServerError, ConfigurationError):
    """The client secret of an app cannot be had; `why` is the error of its reference."""

    def __init__(self, why: ConfigurationError) -> None:
        super().__init__(why.sentence, why.hint)


class SignInNeeded(MailServerError, ConfigurationError):
    """No person has signed in for a mailbox yet, or only with other settings."""

    def __init__(self, mailbox: str) -> None:
        super().__init__(
            f"Nobody has signed in for {mailbox} on this machine, or only with other settings.",
            f"Sign in with: supportcli mailbox sign-in {mailbox}",
        )


class SignInRefused(LoginRefused):
    """Microsoft or Google gives no token. `words` are theirs, `advice` is what to look at unless
    they are known."""

    def __init__(self, provider: str, mailbox: str, words: str, advice: str) -> None:
        known = known_refusal(words, provider)
        self.new_token_helps = False
        SupportError.__init__(
            self,
            f"{provider} refused the sign-in of {mailbox}: {words}.",
            known.remedy.format(mailbox=mailbox) if known else f"{advice}.",
        )


class SignInUnreachable(MailServerUnreachable):
    """The server that gives tokens does not answer (`is_silent`), or not as it should."""

    def __init__(self, issuer: str, what: str, *, is_silent: bool = False) -> None:
        super().__init__(
            f"The sign-in server {issuer}", what, "Try again later, or check its name."
        )
        self.is_silent = is_silent


class SignInUnfinished(TryAgainLater):
    """A person was asked to sign in and did not, or not completely."""

    def __init__(self, mailbox: str, what: str) -> None:
        super().__init__(
            f"The sign-in of {mailbox} is not finished: {what}. Nothing was changed.",
            f"Start it again with: supportcli mailbox sign-in {mailbox}",
        )


class SignedInAsAnother(NotAllowed):
    """Somebody signed in who is not the one that was expected: a browser remembers who used it
    last."""

    def __init__(self, mailbox: str, account: str, expected: str) -> None:
        super().__init__(
            f"{account} signed in for {mailbox}, but {expected} was expected. Nothing was kept.",
            f"Use a private window. If {account} is right, answer “Who signs in” with it in "
            f"mailbox add, or run: supportcli mailbox sign-in {mailbox} --user-signs-in {account}",
        )


class SignInFileWrong(MailServerError, ConfigurationError):
    """A file that a sign-in needs (a key, a certificate, a client) is not there, not private, or
    not what it should be."""

    def __init__(self, path: str, what: str, hint: str) -> None:
        super().__init__(f"{path} {what}.", hint)


class TokensNotKept(MailServerError, ConfigurationError):
    """Tokens cannot be stored, or what is stored cannot be read."""

    def __init__(self, place: str, what: str, hint: str) -> None:
        super().__init__(f"The tokens at {place} cannot be used: {what}.", hint)


class TokensLocked(MailServerError, TryAgainLater):
    """Another process has been renewing the tokens of a mailbox for too long."""

    def __init__(self, place: str, seconds: float) -> None:
        super().__init__(
            f"Another process has been renewing the tokens at {place} for {seconds:g} seconds.",
            "Try again later; if it stays so, end that process.",
        )
