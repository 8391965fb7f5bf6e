"""What a customer wrote between the lines of our reply stays, whatever their program makes of the
quote; and a batch of mails costs one statement for it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from supportcli.desk import Desk
from supportcli.desk.mail.sync import sync
from supportcli.desk.replies import writing
from supportcli.desk.tickets import reading
from supportcli.domain.mail import FoldKind
from tests.desk.desks import StandingClock
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import GRACE, HELP, letter

OURS = "Hello Grace,\n\n1. Which grinder is it?\n2. When did you buy it?\n\nWe will send a new one on Monday."
BLOCK = (
    f"From: Help <{HELP}>\nSent: Monday, March 2, 2026 10:00 AM\nTo: Grace\nSubject: Grinder\n\n"
)


@pytest.fixture
def answered(each_desk: Desk, servers: FakeServers, clock: StandingClock) -> str:
    """The Message-ID of our reply in the first ticket."""
    take_in(each_desk, servers, letter("one"))
    writing.reply(each_desk, 1, OURS, send_now=True)
    sync(each_desk)
    clock.tick(hours=1)
    return reading.ticket(each_desk, 1).messages[-1].message_id or ""


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """The statements that read the texts of messages by their ids."""
    found: list[str] = []

    def seen(*said: object) -> None:
        if "message.text" in str(said[2]) and re.search(r"message_id (IN|= ANY)", str(said[2])):
            found.append(str(said[2]))

    engine = desk.db.engine
    event.listen(engine, "before_cursor_execute", seen)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", seen)


def test_answers_between_our_lines_stay_and_are_marked(
    each_desk: Desk, servers: FakeServers, answered: str
) -> None:
    between = OURS.replace("is it?", "is it?\nThe red one.").replace("buy it?", "buy it?\nIn May")
    text = f"Thank you!\n\n{BLOCK}{between}"
    take_in(each_desk, servers, letter("two", text, references=(answered,)))
    message = reading.ticket(each_desk, 1).messages[-1]
    assert message.reply.replace("\n\n", "\n") == "Thank you!\nThe red one.\nIn May"
    shown = [
        message.text[one.start : one.end] for one in message.folds if one.kind is FoldKind.ANSWERED
    ]
    assert "".join(shown) == "1. Which grinder is it?\n2. When did you buy it?\n"
    assert "Hello Grace" in message.quoted


def test_a_plain_quote_stays_folded(each_desk: Desk, servers: FakeServers, answered: str) -> None:
    take_in(
        each_desk, servers, letter("two", f"Thank you!\n\n{BLOCK}{OURS}", references=(answered,))
    )
    assert reading.ticket(each_desk, 1).messages[-1].reply == "Thank you!"


def test_many_mails_cost_one_statement(
    each_desk: Desk, servers: FakeServers, answered: str
) -> None:
    mails = [
        letter(f"n{n}", f"Thank you!\n\n{BLOCK}{OURS}", references=(answered,)) for n in range(20)
    ]
    with statements(each_desk) as found:
        take_in(each_desk, servers, *mails)
    assert len(found) == 1


@pytest.mark.usefixtures("answered")
def test_new_mail_costs_none(each_desk: Desk, servers: FakeServers) -> None:
    with statements(each_desk) as found:
        take_in(each_desk, servers, letter("new", "Hello"))
    assert found == []


def test_words_added_to_what_our_reply_quotes_stay(
    each_desk: Desk, servers: FakeServers, answered: str
) -> None:
    """A reply quotes the customer's mail below itself."""
    first = reading.ticket(each_desk, 1).messages[0].text
    older = "\n".join(f"> {line}" for line in [*first.split("\n"), "And a second one."])
    text = f"See.\n\n{BLOCK}{OURS}\n\nOn 2026-03-02 at 09:00 UTC, Grace <{GRACE}> wrote:\n{older}"
    take_in(each_desk, servers, letter("two", text, references=(answered,)))
    assert reading.ticket(each_desk, 1).messages[-1].reply == "See.\n\n> And a second one."
