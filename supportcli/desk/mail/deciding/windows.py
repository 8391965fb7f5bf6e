"""The mails of a window in the order in which they are decided, many in a transaction."""

from collections.abc import Iterator, Sequence
from itertools import islice

from supportcli.desk import Desk
from supportcli.desk.mail.batch import Received
from supportcli.desk.mail.intake import settle
from supportcli.desk.mail.servers import partial
from supportcli.desk.mail.tally import Tally
from supportcli.desk.team import Team, team_of
from supportcli.domain.intake import thread_ids
from supportcli.domain.mail import Mail
from supportcli.storage.mail.mails import Pending

TOGETHER = 100
"""How many mails are decided in one transaction, if so many wait: it takes less than a tenth of a
second, for which other writers wait, and half as many cost a fifth more each."""


def settled(
    desk: Desk, mailbox_id: int, kept: Sequence[Pending], parsed: Sequence[Mail], tally: Tally
) -> Iterator[int]:
    """Decide the mails of a window, which are `parsed`, and count them. Yields after each
    transaction how many mails it decided."""
    with desk.db.read() as tx:
        us = team_of(tx)
    found = _in_order(us, mailbox_id, kept, parsed)
    while group := list(islice(found, TOGETHER)):
        settle(desk, us, group, tally)
        yield len(group)


def _in_order(
    us: Team, mailbox_id: int, kept: Sequence[Pending], parsed: Sequence[Mail]
) -> Iterator[Received]:
    """The mails of a window, replies after their parents."""
    known = [partial.known_of(mail, one.full_size) for one, mail in zip(kept, parsed, strict=True)]
    threaded = [
        thread_ids.Threaded(
            mail.message_id, frozenset((*mail.in_reply_to, *mail.references, *_returned(mail)))
        )
        for mail in known
    ]
    for place in thread_ids.parents_first(threaded):
        mail = known[place]
        yield Received(mailbox_id, kept[place], mail, us.who_wrote(mail.sender))


def _returned(mail: Mail) -> tuple[str, ...]:
    """The Message-ID of the mail that a report is about."""
    return (mail.bounce.message_id,) if mail.bounce is not None and mail.bounce.message_id else ()
