"""Two desks that write to each other over real servers: what one sends is what the other gets, once."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from supportcli.desk.replies import writing
from supportcli.desk.tickets import reading
from supportcli.domain.tickets.ticket import Delivery
from tests.desk.joined_desks import JoinedDesks, joined_desks
from tests.servers.dovecot import Dovecot
from tests.servers.post_office import Letter, answers_everything, bounces_everything

ONE, TWO, AWAY = "help@one.test", "help@two.test", "away@customer.test"


@pytest.fixture
def joined(tmp_path: Path, dovecot: Dovecot) -> Iterator[JoinedDesks]:
    with joined_desks(tmp_path, dovecot, ONE, TWO) as joined:
        yield joined


def written(sender: str, recipient: str) -> Letter:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, "It leaks"
    mail["Message-ID"] = "<first@customer.test>"
    mail.set_content("Can you help?")
    return Letter(sender, (recipient,), mail.as_bytes(policy=SMTP))


def test_a_reply_of_one_desk_is_a_message_of_the_other(joined: JoinedDesks) -> None:
    first, second = joined.desks
    joined.post.write(written(TWO, ONE))
    joined.go_on(1)
    writing.reply(first, 1, "Try this.", send_now=True)
    joined.go_on(1)
    joined.go_on(1)
    assert reading.ticket(first, 1).messages[-1].delivery is Delivery.SENT
    (message,) = reading.ticket(second, 1).messages
    assert message.text.startswith("Try this.")
    assert len(joined.post.between(ONE, TWO)) == 1


def test_robots_answer_and_a_null_sender_gets_no_report(joined: JoinedDesks) -> None:
    joined.post.employ(AWAY, answers_everything)
    joined.post.write(written(AWAY, ONE))
    joined.go_on(1)
    writing.reply(joined.desks[0], 1, "Try this.", send_now=True)
    joined.go_on(1)
    joined.go_on(1)
    said = [message.text.strip() for message in reading.ticket(joined.desks[0], 1).messages]
    assert said[-1].startswith("Thank you for your email")
    assert len(said) == 3
    joined.post.employ(AWAY, bounces_everything)
    joined.post.write(Letter("", (AWAY,), written(ONE, AWAY).raw))
    assert joined.post.automatic() == []
    writing.reply(joined.desks[0], 1, "Still there?", send_now=True)
    joined.go_on(1)
    joined.go_on(1)
    assert reading.ticket(joined.desks[0], 1).messages[-2].delivery is Delivery.BOUNCED
