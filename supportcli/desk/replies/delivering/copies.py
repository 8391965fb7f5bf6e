"""Filing copies of replies in the mailbox's own folder of sent mail: each is tried by itself, and
what becomes of it never touches its reply. One that is there already is found by its
Message-ID."""

from collections.abc import Callable
from dataclasses import replace

from supportcli.channels.channel import Channel
from supportcli.desk import Desk
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.replies.sent_copies import CopyState, SentCopy, after_failure
from supportcli.errors.servers import MailServerError
from supportcli.storage.replies import outbox, sent_copies


def file_due(
    desk: Desk, mailbox: Mailbox, channel: Channel, halted: Callable[[], bool] = lambda: False
) -> None:
    """File the copies of a mailbox that are due, under its send lock. If the server cannot be used
    now, all wait for another pass."""
    with desk.db.read() as tx:
        due = sent_copies.due(tx, mailbox.id, desk.now())
    for one in due:
        if halted() or not _filed(desk, channel, one):
            return


def _filed(desk: Desk, channel: Channel, one: SentCopy) -> bool:
    """Try one copy; False if the next one need not be tried either."""
    with desk.db.read() as tx:
        reply, content = outbox.find(tx, one.outbox_id), outbox.content(tx, one.outbox_id)
    if reply is None:  # pragma: no cover - its row points to the reply
        raise AssertionError
    try:
        has_folder = channel.file_sent(reply.rfc_message_id, content, one.owed_since)
    except MailServerError as error:
        after = after_failure(one, error.sentence, desk.now())
    else:
        state = CopyState.FILED if has_folder else CopyState.NO_FOLDER
        after = replace(one, state=state, attempts=one.attempts + 1, answer=None)
    with desk.db.write() as tx:
        sent_copies.write(tx, after)
    return after.answer is None
