"""What a colleague forwards, several numbers in a subject, and automatic answers, on a real desk."""

from itertools import islice

import pytest

from supportcli.desk import Desk
from supportcli.desk.mail.why import why
from supportcli.desk.replies.recipients import addressing_of
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.domain.tickets.ticket import Status
from tests.channels.headers import machine_mail
from tests.desk.desks import ADA, StandingClock
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import EVE, GRACE, letter

INLINE = (
    "Can somebody take this?\r\n\r\n---------- Forwarded message ---------\r\n"
    f"From: Eve Hall <{EVE}>\r\nDate: Mon, 2 Mar 2026\r\nSubject: Grinder\r\n"
    f"To: <{ADA}>\r\n\r\nIt grinds.\r\n"
)


@pytest.fixture
def desk(desk: Desk, servers: FakeServers) -> Desk:
    return servers.at(desk)


@pytest.mark.parametrize("headers", ["", f"Reply-To: {ADA}"])
def test_what_an_agent_forwards_is_answered_to_the_original_sender(
    desk: Desk, servers: FakeServers, headers: str
) -> None:
    raw = letter("one", INLINE, sender=ADA, subject="Fwd: Grinder", headers=headers)
    take_in(desk, servers, raw)
    found = reading.ticket(desk, 1)
    assert str(found.line.customer) == f"Eve Hall <{EVE}>"
    assert found.messages[0].remark == f"forwarded by Ada <{ADA}>"
    assert [one.address for one in addressing_of(desk, 1).recipients.everybody] == [EVE]
    take_in(desk, servers, letter("two", "Hello?", sender=EVE, references=["one"]))
    assert reading.ticket(desk, 1).line.message_count == 2


@pytest.mark.parametrize("subject", ["Re: [#99] Grinder [#1]", "[#1] [#99] Grinder", "[#2] [#1]"])
def test_of_several_numbers_the_one_where_the_author_is_known_counts(
    desk: Desk, servers: FakeServers, subject: str
) -> None:
    take_in(desk, servers, letter("one"), letter("two", sender=EVE, subject="Other"))
    take_in(desk, servers, letter("three", subject=subject))
    assert why(desk, "<three@customer.test>")[0].ticket == 1


def test_automatic_answers_reopen_nothing_and_people_do(
    desk: Desk, servers: FakeServers, clock: StandingClock
) -> None:
    """The whole list of machines: none is answered, reopens the ticket or moves a clock."""
    take_in(desk, servers, letter("one"))
    verbs.solve(desk, [1])
    clock.tick(hours=1)
    id_of_ours = b"In-Reply-To: <one@customer.test>\n"
    waiting = machine_mail.machines()
    while some := list(islice(waiting, 60)):
        mails = [
            raw.replace(machine_mail.ANSWERS.encode(), id_of_ours).replace(
                b"ada@customer.test", GRACE.encode(), 1
            )
            for _, raw in some
        ]
        take_in(desk, servers, *mails)
    for number in lists.numbers(desk, "status:any"):
        line = reading.ticket(desk, number).line
        assert line.status is (Status.SOLVED if number == 1 else Status.NEW), number
        assert line.waiting_since is None, number
    person = next(machine_mail.people()).raw.replace(machine_mail.ANSWERS.encode(), id_of_ours)
    take_in(desk, servers, person.replace(b"ada@customer.test", GRACE.encode(), 1))
    assert reading.ticket(desk, 1).line.status is Status.OPEN
