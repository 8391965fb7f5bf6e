"""What can go wrong on the way to a mail server."""

from supportcli.errors import NotAllowed, ServerUnreachable, SupportError, UsageError


class MailServerError(SupportError):
    """One mailbox cannot be used just now because of its servers; the others and the desk can."""


class MailboxBroken(MailServerError):
    """A mistake of ours stopped the sync of one mailbox; the others go on. `what` is the
    error, and where it was raised."""

    def __init__(self, mailbox: str, what: str) -> None:
        sentence = f"{mailbox} could not be synced because of a bug in supportcli ({what})."
        super().__init__(sentence, "Please report it with this line; the next sync tries again.")


class MailServerUnreachable(MailServerError, ServerUnreachable):
    """A mail server does not answer, hangs up, or cannot be understood. `server` names it, its
    address and the mailbox."""

    def __init__(self, server: str, what: str, hint: str) -> None:
        super().__init__(f"{server} cannot be used: {what}.", hint)


class AnswerUnusable(MailServerUnreachable):
    """A mail server answers, but what it says breaks the protocol, contradicts itself, or has no
    end."""


class ServerThrottled(MailServerUnreachable):
    """A mail server wants to be left alone: too much was asked of it, or too many are asking."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(server, what, "supportcli leaves it alone for at least 15 minutes.")


class MailboxPaused(MailServerUnreachable):
    """The servers of a mailbox are left alone for a time, because of an earlier failure; nothing
    was tried."""

    def __init__(self, mailbox: str, until: str, failure: str) -> None:
        SupportError.__init__(
            self,
            f"{mailbox} is left alone until {until}. {failure}",
            f"To try it now: supportcli sync {mailbox}",
        )


class CertificateRefused(MailServerError, ServerUnreachable):
    """A mail server shows a certificate that proves nothing."""

    def __init__(self, server: str, what: str, mailbox: str) -> None:
        hint = (
            f"Nothing was sent to it. Check the host with: supportcli mailbox show {mailbox}; if "
            "the certificate has expired, its owner has to renew it."
        )
        super().__init__(f"{server} presented a certificate that cannot be trusted: {what}.", hint)


class ConnectionInsecure(MailServerError, ServerUnreachable):
    """The connection to a mail server would not be protected as the mailbox demands; nothing was
    sent over it."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(
            f"Disconnected from {server} before logging in: {what}.",
            "Use --security tls with the port for it (IMAP 993, SMTP 465).",
        )


class LoginRefused(MailServerError, NotAllowed):
    """A mail server does not accept the user name and password."""

    def __init__(self, server: str, username: str, words: str, mailbox: str) -> None:
        said = f": {words}" if words else ""
        hint = (
            "Check the user name and password (some providers require an app password), then run: "
            f"supportcli mailbox test {mailbox}"
        )
        super().__init__(f"{server} refused the login of {username}{said}.", hint)


class ArgumentRefused(UsageError):
    """A value with CR, LF or NUL was about to become part of a command to a mail server. `shown` is
    what sentences call it."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            (
                f"{shown[:1].upper()}{shown[1:]} contains a line break or a NUL character and was "
                "not sent to "
                "the mail server."
            ),
            "Type it again without it.",
        )
