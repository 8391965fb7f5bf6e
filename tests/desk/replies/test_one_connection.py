"""Many replies leave over one connection, and over as many as the server insists on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from supportcli.channels.email import EmailChannel
from supportcli.desk import Desk
from supportcli.desk.replies import outbox, writing
from supportcli.desk.replies.sending import Sent, send_due
from supportcli.domain.mailbox import SentCopies
from supportcli.domain.tickets.ticket import Delivery
from supportcli.storage.setup import mailboxes
from tests.channels.boxes import mailbox_at
from tests.desk.desks import StandingClock, desk_at, write_in
from tests.long import LONG, SOAK
from tests.servers.misbehaving_smtp import MisbehavingSmtp

MANY = 1_000 if LONG or SOAK else 200
"""Replies that `make acceptance` sends. (P12 of `make bench` holds a thousand to their time.)"""


@pytest.fixture
def smtp() -> Iterator[MisbehavingSmtp]:
    with MisbehavingSmtp() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, smtp: MisbehavingSmtp) -> Iterator[Desk]:
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", StandingClock()) as desk:
        with desk.db.write() as tx:
            mailboxes.set_sending(tx, 1, None, None, SentCopies.NEVER)
        yield replace(
            desk, channels=lambda _box: EmailChannel(mailbox_at(smtp=smtp.port), "secret")
        )


def queue(desk: Desk, count: int) -> None:
    for number in range(count):
        ticket = write_in(desk, sender=f"customer{number}@acme.test")
        writing.reply(desk, ticket, f"Answer {number}.", send_now=True)


def send(desk: Desk) -> Sent:
    with desk.db.read() as tx:
        (box,) = mailboxes.mailboxes(tx)
    channel = desk.channels(box)
    try:
        return send_due(desk, box, channel)
    finally:
        channel.close()


def each_arrived_once(desk: Desk, smtp: MisbehavingSmtp, count: int) -> bool:
    sent = outbox.list_outbox(desk, everything=True)
    wanted = Counter((one.rfc_message_id, one.recipients[0].address) for one in sent)
    return (
        len(sent) == count
        and smtp.taken == wanted
        and {one.state for one in sent} == {Delivery.SENT}
    )


@pytest.mark.parametrize(
    ("count", "most", "connections"),
    [
        (40, None, 1),
        (40, 10, 4),
        pytest.param(MANY, None, 1, marks=pytest.mark.acceptance),
        pytest.param(MANY, MANY // 10, 10, marks=pytest.mark.acceptance),
    ],
)
def test_all_that_is_due_leaves_over_as_few_connections_as_the_server_allows(
    desk: Desk, smtp: MisbehavingSmtp, count: int, most: int | None, connections: int
) -> None:
    smtp.most_mails = most
    queue(desk, count)
    assert send(desk) == Sent(sent=count)
    assert smtp.connections == connections
    assert each_arrived_once(desk, smtp, count)


@pytest.mark.parametrize(
    ("count", "a_minute"),
    [(10, 4), pytest.param(MANY, MANY * 3 // 10, marks=pytest.mark.acceptance)],
)
def test_a_limit_of_the_mailbox_is_kept_to_the_last_of_them(
    desk: Desk, smtp: MisbehavingSmtp, count: int, a_minute: int
) -> None:
    with desk.db.write() as tx:
        mailboxes.set_sending(tx, 1, a_minute, None, SentCopies.NEVER)
    clock = desk.clock
    assert isinstance(clock, StandingClock)
    queue(desk, count)
    in_minutes: list[int] = []
    while sum(in_minutes) < count:
        in_minutes.append(send(desk).sent)
        assert send(desk).sent == 0, "no more in this minute"
        clock.tick(minutes=1)
    assert in_minutes == [a_minute] * (count // a_minute) + [count % a_minute]
    assert smtp.connections == len(in_minutes)
    assert each_arrived_once(desk, smtp, count)
