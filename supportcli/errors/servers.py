"""What can go wrong on the way to a mail server."""

import shlex

from supportcli.errors import NotAllowed, ServerUnreachable, SupportError, UsageError
from supportcli.errors.refusals import known_refusal


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


class FolderRefused(MailServerUnreachable):
    """A mail server works, but will not open a folder, or put mail into it. Its other folders can
    be used. `words` are the server's."""

    def __init__(self, server: str, mailbox: str, folder: str, words: str, *, into: bool) -> None:
        what = "will not put email into" if into else "will not open"
        SupportError.__init__(
            self,
            f"{server} {what} the folder “{folder}” ({words}).",
            f"If it is no longer needed: {_without(mailbox, folder, into=into)}",
        )


class FolderGone(FolderRefused):
    """A folder that is read, or that mail is moved into, is not on the mail server, perhaps since
    somebody renamed it. `nearest` is one that is there and has a similar name."""

    def __init__(self, mailbox: str, folder: str, nearest: str, *, into: bool) -> None:
        moved = ", which emails are moved into," if into else ""
        SupportError.__init__(
            self,
            f"The folder “{folder}”{moved} is not on the mail server of {mailbox}.",
            f"Create it there, or run: {_without(mailbox, folder, into=into)}",
            nearest,
        )


def _without(mailbox: str, folder: str, *, into: bool) -> str:
    """The command after which a folder is not needed."""
    options = "--after-import nothing" if into else f"--no-folder {shlex.quote(folder)}"
    return f"supportcli mailbox edit {mailbox} {options}"


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
    """A mail server does not accept the user name with the password or token. `advice` is what to
    look at unless its `words` are known; `new_token_helps`: it may accept another token."""

    def __init__(
        self, server: str, username: str, words: str, mailbox: str, advice: str = ""
    ) -> None:
        said = f": {words}" if words else ""
        known = known_refusal(words)
        if known is not None:
            hint = known.remedy.format(mailbox=mailbox)
        else:
            hint = f"{advice or _USUAL_ADVICE}, then run: supportcli mailbox test {mailbox}"
        self.new_token_helps = known is None
        super().__init__(f"{server} refused the login of {username}{said}.", hint)


_USUAL_ADVICE = "Check the user name and password (some providers require an app password)"


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
