"""Our own replies among mail that comes in: a group, a list or a redirect has sent them back."""

from collections.abc import Collection
from dataclasses import replace
from itertools import islice

from supportcli.channels import parse
from supportcli.channels.headers import lists
from supportcli.desk.mail.batch import Received, named_ids, seems_ours
from supportcli.desk.team import Team
from supportcli.domain.intake import thread_ids
from supportcli.domain.intake.duplicates import is_returned
from supportcli.domain.mail import Mail
from supportcli.storage.mail.surroundings import Surroundings

MOST_OURS = 5
"""How many replies of ours a mail is compared with word by word; a reply that came back does not
name more."""


def named(around: Surroundings, us: Team, mail: Mail) -> tuple[Mail, ...]:
    """The replies of ours whose Message-ID a mail has. If it seems to come from a mailbox of ours,
    also those that it names: a group may give our reply an id of its own."""
    others = (*mail.original_ids, *named_ids(mail)) if seems_ours(us, mail) else ()
    ids = (
        name
        for name in (mail.message_id, *others)
        if name is not None and thread_ids.ticket_of(us.key, name) is not None
    )
    return _replies(around, list(islice(ids, MOST_OURS)))


def came_back(around: Surroundings, us: Team, received: Received, tickets: Collection[int]) -> bool:
    """Whether a mail that seems to come from a mailbox of ours says what a reply of ours in one of
    these tickets says, and nothing else: the same words and files, of our lists with a footer.
    Whoever forges such a mail hides nothing."""
    mail = received.mail
    if not tickets or not mail.text.strip() or not seems_ours(us, mail):
        return False
    by_list = lists.posting(received.kept.raw).is_list
    return any(
        is_returned(mail, reply) and (by_list or reply.text.split() == mail.text.split())
        for reply in _replies(around, around.sent_in(sorted(tickets)))
    )


def _replies(around: Surroundings, ids: Collection[str]) -> tuple[Mail, ...]:
    """The replies of ours with these Message-IDs."""
    found = around.sent_by_us(ids) if ids else {}
    return tuple(replace(parse(content), message_id=name) for name, content in found.items())
