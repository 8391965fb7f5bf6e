"""Access to mail servers and mail formats: IMAP, SMTP and MIME. Bytes ↔ values; nothing here knows
of tickets or of the database."""

from supportcli.channels.channel import Channel
from supportcli.credentials import Credential
from supportcli.domain.mail import Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.setup.timeouts import SmtpTimeouts


def open_channel(mailbox: Mailbox, secret: Credential, smtp: SmtpTimeouts | None = None) -> Channel:
    """The channel of a mailbox, with its password, or where its access tokens come from. It
    connects when it is first used."""
    from supportcli.channels.email import EmailChannel  # noqa: PLC0415  # imapclient takes 64 ms to load, and stored mail is read without it

    return EmailChannel(mailbox, secret, smtp=smtp)


def parse(raw: bytes) -> Mail:
    """The mail in `raw`, as `mime.parse` reads it."""
    from supportcli.channels import mime  # noqa: PLC0415  # a sync with nothing new is over before the parser would have loaded

    return mime.parse(raw)
