"""A mail that was only partly here, and is complete now."""

import uuid

from sqlmodel import Session

from supportcli.channels import parse
from supportcli.desk import Desk
from supportcli.desk.mail.quotes.of_ours import without_folded_answers
from supportcli.domain.mail import Mail
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import DESK
from supportcli.storage.mail import partial
from supportcli.storage.mail.mails import Folder
from supportcli.storage.mail.partial import PartialPlace
from supportcli.storage.tickets import events, messages


def write(desk: Desk, mailbox: Mailbox, folder: Folder, one: PartialPlace, whole: bytes) -> None:
    """Complete the mail in its ticket."""
    mail = parse(whole)
    with desk.db.write() as tx:
        mail_id = partial.complete(tx, folder, one, whole, folder.news_since or mailbox.news_since)
        if mail_id is not None and mail.held is None:
            _fill(tx, desk, mail_id, mail)


def _fill(tx: Session, desk: Desk, mail_id: int, mail: Mail) -> None:
    """Complete the message of the mail: its full text, and its files."""
    mail = without_folded_answers(tx, [mail])[0]
    for ticket, message in messages.of_mail(tx, mail_id):
        messages.fill(tx, ticket, message, mail)
        events.record(
            tx,
            events.NewEvent(
                desk.now(), DESK, uuid.uuid4().hex, "completed", ticket, message_id=message
            ),
        )
