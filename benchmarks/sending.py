"""P12: the outbox against what sending takes anyway: building a mail of the same size,
`smtplib.SMTP.send_message` on one connection, and a commit for each. To Postfix's smtp-sink on this
machine."""

import smtplib
from collections.abc import Iterator
from contextlib import ExitStack, closing
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.goal import Result, seconds
from benchmarks.mailed_desk import MailedDesk
from benchmarks.receiving import folders, started
from supportcli.desk import Desk
from supportcli.desk.replies import writing
from supportcli.desk.replies.sending import send_due
from supportcli.desk.tickets import verbs
from supportcli.domain.mail import Address
from supportcli.domain.mailbox import SentCopies
from supportcli.storage.engine.driver import load_driver
from supportcli.storage.setup import mailboxes
from tests.servers.smtp_sink import SmtpSink

if TYPE_CHECKING:
    import sqlite3

REPLIES = 200
ROUNDS = 7
TEXT = "It is on its way.\n\nWe sent it this morning, and it takes two days.\n\nAda\n" * 4


def one_connection() -> Iterator[Result]:
    """P12, on SQLite."""
    with ExitStack() as stack:
        sink = started(stack, "P12", SmtpSink())
        if sink is None:
            return
        folder = folders(stack)()
        place = MailedDesk(folder, 9, "help", "secret", smtp=sink.port).found()
        desk = stack.enter_context(place.opened())
        outbox = _Outbox(desk)
        bare = stack.enter_context(closing(_Bare(folder / "bare.db", sink.port)))
        ours, theirs = _in_turn(outbox, bare)
    yield Result(
        "P12",
        "outbox, of build + send_message + a commit for each",
        theirs / ours * 100,
        limit=60,
        aim=90,
        unit="%",
        detail=f"{REPLIES / ours:,.0f} against {REPLIES / theirs:,.0f} replies/s",
        rising=True,
    )


def _in_turn(outbox: "_Outbox", bare: "_Bare") -> tuple[float, float]:
    """The median seconds of both, in turn; what is sent is queued before the time begins."""
    pairs = []
    for _ in range(ROUNDS + 1):
        outbox.queue()
        pairs.append((seconds(outbox.send), seconds(bare.send)))
    warm = pairs[1:]
    return median(ours for ours, _ in warm), median(theirs for _, theirs in warm)


class _Outbox:
    """A desk whose replies are sent, to tickets of their own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        with desk.db.write() as tx:
            (self._box,) = mailboxes.mailboxes(tx)
            mailboxes.set_sending(tx, self._box.id, None, None, SentCopies.NEVER)
        with desk.db.read() as tx:
            (self._box,) = mailboxes.mailboxes(tx)
        self._tickets = [
            verbs.new(
                desk,
                mailbox=None,
                customer=Address("", f"customer{number}@customer.test"),
                subject="Where is it?",
                text="I ordered it a week ago.",
            ).numbers[0]
            for number in range(REPLIES)
        ]

    def queue(self) -> None:
        """Write a reply to each ticket."""
        for ticket in self._tickets:
            writing.reply(self._desk, ticket, TEXT, send_now=True)

    def send(self) -> None:
        """Send them."""
        with closing(self._desk.channels(self._box)) as channel:
            done = send_due(self._desk, self._box, channel)
        if done.sent != REPLIES:
            raise RuntimeError(f"{done.sent} of {REPLIES} replies were sent")


class _Bare:
    """The same without a desk: each mail is built, sent, and a row of it committed."""

    def __init__(self, file: Path, port: int) -> None:
        self._port, self._numbers = port, count(1)
        self._database: sqlite3.Connection = load_driver().connect(file, isolation_level=None)
        for statement in (
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE outbox (id INTEGER PRIMARY KEY, state TEXT, answer TEXT)",
        ):
            self._database.execute(statement)

    def send(self) -> None:
        """Build, send and commit."""
        with smtplib.SMTP("127.0.0.1", self._port) as smtp:
            for _ in range(REPLIES):
                number = next(self._numbers)
                smtp.send_message(self._built(number))
                self._database.execute("INSERT INTO outbox VALUES (?, 'sent', '250 ok')", [number])

    def _built(self, number: int) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = "Ada <help@shop.test>", f"customer{number}@customer.test"
        mail["Subject"] = f"Re: Where is it? [#{number}]"
        mail["Message-ID"] = f"<{number}@shop.test>"
        mail.set_content(TEXT)
        mail.add_alternative(f"<html><body>{TEXT}</body></html>", subtype="html")
        return mail

    def close(self) -> None:
        """Close the database."""
        self._database.close()
