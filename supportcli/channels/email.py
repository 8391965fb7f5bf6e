"""A mailbox with its two servers: IMAP to read, SMTP to send. Each is connected when it is first
used."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from supportcli.channels.channel import FolderState, Listed, RemoteFolder, RemoteMail, TryStep
from supportcli.channels.servers import imap
from supportcli.channels.servers.imap import Imap
from supportcli.channels.servers.smtp import Smtp
from supportcli.credentials import Credential
from supportcli.credentials.tokens import AccessTokens
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.delivery import RecipientResult
from supportcli.domain.setup.timeouts import SmtpTimeouts


class EmailChannel:
    """The `Channel` of a mailbox with an IMAP and an SMTP server."""

    def __init__(
        self,
        mailbox: Mailbox,
        secret: Credential,
        imap: imap.ImapTimeouts | None = None,
        smtp: SmtpTimeouts | None = None,
    ) -> None:
        self._secret = secret
        self._imap = Imap(mailbox, secret, imap)
        self._smtp = Smtp(mailbox, secret, smtp)

    def folders(self) -> list[RemoteFolder]:
        """The folders that can be opened."""
        return self._imap.folders()

    def examine(self, folder: str) -> FolderState:
        """Open a folder for reading."""
        return self._imap.examine(folder)

    def idle(self, seconds: float, wake: int) -> bool | None:
        """Wait for mail in the open folder."""
        return self._imap.idle(seconds, wake)

    def uids(self) -> Iterator[int]:
        """As `Channel.uids`."""
        return self._imap.uids()

    def listing(self, after: int) -> Iterator[Listed]:
        """The mails with a UID above `after`, ascending."""
        return self._imap.listing(after)

    def fetch(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The mails of these UIDs."""
        return self._imap.fetch(uids)

    def fetch_headers(self, uids: Sequence[int]) -> list[RemoteMail]:
        """The header blocks of these UIDs."""
        return self._imap.fetch_headers(uids)

    def fetch_part(self, uid: int, start: int, length: int) -> RemoteMail | None:
        """A part of a mail's bytes."""
        return self._imap.fetch_part(uid, start, length)

    def open_to_change(self, folder: str) -> FolderState:
        """Open a folder for changes."""
        return self._imap.open_to_change(folder)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as read."""
        self._imap.mark_seen(uids)

    def move(self, uid: int, message_id: str | None, target: str) -> bool:
        """Move a mail to another folder."""
        return self._imap.move(uid, message_id, target)

    def find_sent(self, message_id: str) -> bool:
        """Whether the folder of sent mail holds this Message-ID."""
        return self._imap.find_sent(message_id)

    def file_sent(self, message_id: str, content: bytes, sent_at: datetime) -> bool:
        """Put a copy into the folder of sent mail."""
        return self._imap.file_sent(message_id, content, sent_at)

    @property
    def largest_mail(self) -> int | None:
        """The most bytes of a mail that the SMTP server takes; 0: any, None: it was not asked."""
        return self._smtp.largest_mail

    def submit(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        before_final_dot: Callable[[Sequence[str]], None],
    ) -> tuple[RecipientResult, ...]:
        """Send a mail."""
        return self._smtp.submit(sender, recipients, content, before_final_dot)

    def steps(self) -> tuple[TryStep, ...]:
        """A token, if one is needed, then each server, each login, and the inbox: each step needs
        the ones before."""
        signs_in = isinstance(self._secret, AccessTokens)
        return (
            *([TryStep("sign-in", self._sign_in)] if signs_in else []),
            TryStep("IMAP connection", self._imap.connect),
            TryStep("IMAP login", self._imap.login),
            TryStep("INBOX", self._inbox),
            TryStep("SMTP connection", self._smtp.connect),
            TryStep("SMTP login", self._smtp.login),
        )

    def _sign_in(self) -> str:
        if isinstance(self._secret, AccessTokens):
            self._secret.current()
        return "there is a token"

    def _inbox(self) -> str:
        count = self._imap.examine("INBOX").exists
        return "1 email" if count == 1 else f"{count} emails"

    def close(self) -> None:
        """Disconnect from both servers."""
        self._imap.close()
        self._smtp.close()
