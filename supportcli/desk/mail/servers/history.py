"""An old mailbox: tickets from before the desk's time are solved if the folder of sent mail holds a
later answer."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlmodel import Session

from supportcli.channels.channel import Channel, FolderRole
from supportcli.desk import Desk
from supportcli.desk.gestures import described
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import DESK
from supportcli.domain.tickets.ticket import UNSOLVED, Status, comes_to
from supportcli.storage.mail import known_mail
from supportcli.storage.mail.surroundings import Surroundings
from supportcli.storage.tickets import events, tickets

_HEADERS = 200
"""How many header blocks are fetched at once."""


def solve_answered(desk: Desk, mailbox: Mailbox, channel: Channel) -> None:
    """After the first pass over a mailbox with history: look at what was sent from other mail
    programs.

    Only headers are read, and nothing is imported. Raises what `Channel` raises; then the next pass
    tries again."""
    sent = next(
        (folder.name for folder in channel.folders() if folder.role is FolderRole.SENT), None
    )
    answers = dict(_answers(desk, mailbox, channel, sent)) if sent is not None else {}
    with desk.db.write() as tx:
        for ticket, answered_at in answers.items():
            _solve(tx, ticket, answered_at, mailbox.news_since)


def _answers(
    desk: Desk, mailbox: Mailbox, channel: Channel, folder: str
) -> Iterator[tuple[int, datetime]]:
    """The tickets that a sent mail names, with its date, oldest mail first."""
    channel.examine(folder)
    old = sorted(
        (one.internal_date, one.uid)
        for one in channel.listing(0)
        if one.internal_date and one.internal_date < mailbox.news_since
    )
    for start in range(0, len(old), _HEADERS):
        dates = {uid: date for date, uid in old[start : start + _HEADERS]}
        blocks = {
            one.uid: one.raw for one in channel.fetch_headers(sorted(dates)) if one.raw is not None
        }
        with desk.db.read() as tx:
            for uid, date in dates.items():
                yield from ((ticket, date) for ticket in _named(tx, mailbox, blocks.get(uid)))


def _named(tx: Session, mailbox: Mailbox, block: bytes | None) -> Iterable[int]:
    from supportcli.channels import mime  # noqa: PLC0415  # see `channels.parse`

    if block is None:
        return ()
    _, in_reply_to, references = mime.headers(block)
    found = Surroundings(tx).tickets_with({*in_reply_to, *references})
    return {
        one.ticket for holders in found.values() for one in holders if one.mailbox_id == mailbox.id
    }


def _solve(tx: Session, number: int, answered_at: datetime, news_since: datetime) -> None:
    """Solve a ticket at the moment of the answer, unless something came after it."""
    ticket = tickets.state(tx, number)
    last = known_mail.last_message_at(tx, number)
    if (
        ticket is None
        or last is None
        or ticket.status not in UNSOLVED
        or last > answered_at
        or ticket.created_at >= news_since
    ):
        return
    fields = comes_to(Status.SOLVED, answered_at)
    tickets.change(tx, number, fields, max(ticket.updated_at, answered_at))
    before = {name: described(name, getattr(ticket, name), {}) for name in fields}
    after = {name: described(name, value, {}) for name, value in fields.items()}
    events.record(
        tx, events.NewEvent(answered_at, DESK, uuid.uuid4().hex, "solved", number, before, after)
    )
