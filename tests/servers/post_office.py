"""A post office: an SMTP server that delivers what it takes into the INBOX of each recipient, on a real
IMAP server, so that desks write to each other as they do outside. Robots answer by themselves.

    with PostOffice(dovecot, clock) as post:
        post.open_box("help@one.test"), post.open_box("help@two.test")
        post.employ("away@customer.test", answers_everything)
        ...                      # let each desk sync, and the clock go on
        post.automatic()         # what the program sent by itself
"""

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as LINES
from email.utils import format_datetime, parseaddr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.imap import ImapServer
from tests.servers.smtp import Received, ScriptedSmtp, SmtpServer

MOST_CARRIED = 2_000
"""A loop that nothing stops ends here, with an error."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail on its way: the envelope and the bytes. An empty sender is the null sender."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


Robot = Callable[[str, Letter, datetime], Sequence[Letter]]
"""What an address without a person does with a mail: its own address, the mail, the time."""


class PostOffice(SmtpServer):
    """Delivers to the users of `imap`. `clock` gives the time at which a mail is delivered, which is
    its INTERNALDATE. `carried` has every mail that was sent, in order, also those of robots.

    A mail to an address that has neither a box nor a robot is refused (550)."""

    def __init__(self, imap: ImapServer, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.imap, self.clock = imap, clock
        self.boxes: dict[str, str] = {}
        self.carried: list[Letter] = []
        self._robots: dict[str, Robot] = {}

    def open_box(self, address: str) -> tuple[str, str]:
        """Give an address a mailbox on the IMAP server; returns its user and password there."""
        user, password = self.imap.new_user()
        self.boxes[address] = user
        return user, password

    def employ(self, address: str, robot: Robot) -> None:
        """Let a robot read the mail to an address."""
        self._robots[address] = robot

    def write(self, letter: Letter) -> None:
        """Post a mail, as a person would who has no desk."""
        self._carry([letter])

    def between(self, sender: str, recipient: str) -> list[Letter]:
        """What went from one address to another, by the From and the recipients."""
        return [
            one
            for one in self.carried
            if recipient in one.recipients and parseaddr(head(one, "From"))[1] == sender
        ]

    def automatic(self) -> list[Letter]:
        """The mails that say of themselves that nobody wrote them (RFC 3834)."""
        return [one for one in self.carried if head(one, "Auto-Submitted") not in ("", "no")]

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: object
    ) -> AuthResult:
        """Let in who may read a box."""
        good = (
            isinstance(login, LoginPassword)
            and login.password == self.imap.password(login.login.decode()).encode()
        )
        return AuthResult(success=good, handled=False, auth_data=login)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name for it
        self,
        _server: ScriptedSmtp,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Refuse an address that nobody has."""
        if address.lower() not in self.boxes.keys() | self._robots.keys():
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name for it
        self, server: ScriptedSmtp, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, and deliver it before the answer."""
        said = await super().handle_DATA(server, session, envelope)
        mail: Received = self.received[-1]
        if mail.accepted:
            letter = Letter(mail.sender, mail.recipients, mail.raw)
            await asyncio.to_thread(self._carry, [letter])
        return said

    def _carry(self, waiting: list[Letter]) -> None:
        """Deliver mails, and what robots answer to them."""
        while waiting:
            letter = waiting.pop(0)
            if len(self.carried) >= MOST_CARRIED:
                raise RuntimeError("the post office carries the same letters round and round")
            self.carried.append(letter)
            for address in letter.recipients:
                key = address.lower()
                if key in self._robots:
                    waiting += self._robots[key](address, letter, self.clock())
                elif key in self.boxes:
                    self._deliver(key, letter)

    def _deliver(self, address: str, letter: Letter) -> None:
        """Put a mail into an INBOX, with what a server writes on top of it."""
        trace = (
            f"Return-Path: <{letter.sender}>\r\n"
            f"Delivered-To: {address}\r\n"
            f"Received: from client by post.test for <{address}>; {format_datetime(self.clock())}"
            "\r\n"
        )
        self.imap.append(self.boxes[address], "INBOX", trace.encode() + letter.raw, self.clock())


def head(letter: Letter, name: str) -> str:
    """A header of a mail; "" if it has none of this name."""
    mail = BytesParser(policy=LINES).parsebytes(letter.raw, headersonly=True)
    return str(mail.get(name, ""))


def answers_everything(address: str, letter: Letter, now: datetime) -> Sequence[Letter]:
    """The autoresponder that help desks fear: it answers each mail, to the person in From, and its
    answers say nowhere that it is one."""
    written = parseaddr(head(letter, "From"))[1]
    mail = _answer(address, written, now, f"Re: {head(letter, 'Subject')}")
    mail["In-Reply-To"] = head(letter, "Message-ID")
    mail.set_content("Thank you for your email. I read it as soon as I am back.")
    return [Letter(address, (written,), mail.as_bytes(policy=LINES))] if written else []


def bounces_everything(address: str, letter: Letter, now: datetime) -> Sequence[Letter]:
    """A server that takes everything and reports later that it could not deliver it (RFC 3464); to
    nobody, if the sender is null (RFC 5321, 6.1)."""
    if not letter.sender:
        return []
    lines = (
        "From: MAILER-DAEMON@post.test",
        f"To: {letter.sender}",
        "Subject: Undelivered Mail",
        f"Date: {format_datetime(now)}",
        f"Message-ID: {_new_id()}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B",
        "",
        "--B",
        "",
        "Your message could not be delivered.",
        "--B",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; post.test",
        "",
        f"Final-Recipient: rfc822; {address}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 no such user here",
        "",
        "--B",
        "Content-Type: message/rfc822",
        "",
        "",
    )
    raw = "\r\n".join(lines).encode() + letter.raw + b"\r\n--B--\r\n"
    return [Letter("", (letter.sender,), raw)]


def _answer(sender: str, recipient: str, now: datetime, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, " ".join(subject.split())
    mail["Date"], mail["Message-ID"] = format_datetime(now), _new_id()
    return mail


def _new_id() -> str:
    return f"<{next(_NUMBERS)}@post.test>"


_NUMBERS = itertools.count(1)
