"""Signatures and frames: in the bytes that leave, once, folded here, and folded in what comes
back."""

import email
import email.policy
from collections.abc import Iterator
from pathlib import Path

import pytest

from supportcli.channels import parse
from supportcli.desk import Desk
from supportcli.desk.mail.sync import sync
from supportcli.desk.replies import drafts, forwarding, writing
from supportcli.desk.setup import letterheads
from supportcli.desk.tickets import reading
from supportcli.desk.tickets.verbs import agent_named
from supportcli.desk.undo import undo
from supportcli.domain.mail import Address, FoldKind
from supportcli.domain.people import Role
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import Message
from supportcli.errors import NotAllowed
from supportcli.errors.names import NotFound
from supportcli.errors.replies import FrameFaulty, SignatureFaulty
from supportcli.storage.engine import rows
from supportcli.storage.tables import AgentRow
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, desk_at, sign_agent
from tests.desk.fake_channel import FakeServers
from tests.desk.letters import GRACE, HELP, letter

OURS = "{{ agent.name }}\n{{ mailbox.name }} · {{ ticket.number }}"
THEIRS = "Mill Shop GmbH\nTel. +49 30 1234"
SIGNED = "-- \nAda Byron\nHelp · 1\nMill Shop GmbH\nTel. +49 30 1234"

OUTLOOK = """-----Original Message-----
From: Ada Byron <help@shop.test>
Sent: Monday, 2 March 2026 09:00
To: grace@customer.test
Subject: Re: Grinder [#1]

"""


@pytest.fixture
def desk(tmp_path: Path, clock: StandingClock, servers: FakeServers) -> Iterator[Desk]:
    """A desk with a ticket of Grace's, and both signatures."""
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", clock) as desk:
        servers.deliver(letter("one"))
        sync(servers.at(desk))
        with desk.db.write() as tx:
            agent = rows.table_of(AgentRow)
            tx.connection().execute(
                agent.update().where(agent.c.address == ADA).values(role=Role.ADMIN.value)
            )
        sign_agent(desk, ADA, OURS)
        letterheads.sign_mailbox(desk, HELP, f"-- \n{THEIRS}\n\n")
        yield servers.at(desk)


def left(desk: Desk, servers: FakeServers) -> email.message.EmailMessage:
    """The last mail that left."""
    sync(desk)
    mail = email.message_from_bytes(servers.submitted[-1].content, policy=email.policy.default)
    assert isinstance(mail, email.message.EmailMessage)
    return mail


def part(mail: email.message.EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert isinstance(body, email.message.EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def last(desk: Desk) -> Message:
    return reading.ticket(desk, 1).messages[-1]


def test_it_stands_once_above_the_history_in_both_parts(desk: Desk, servers: FakeServers) -> None:
    writing.reply(desk, 1, f"Try *this*.\n\n--\n{THEIRS}", send_now=True)
    mail = left(desk, servers)
    plain = part(mail, "plain")
    assert plain.startswith(f"Try *this*.\n\n{SIGNED}\n\nOn 2026-03-02")
    assert plain.count("Tel. +49") == part(mail, "html").count("Tel. +49") == 1
    assert "<p>Try <em>this</em>.</p>\n<p>--<br>\nAda Byron<br>\n" in part(mail, "html")


def test_it_is_shown_folded_and_found_in_what_is_kept(desk: Desk) -> None:
    writing.reply(desk, 1, "Try this.")
    message = last(desk)
    assert (message.text, message.reply) == (f"Try this.\n\n{SIGNED}", "Try this.")
    assert [fold.kind for fold in message.folds] == [FoldKind.SIGNATURE]


@pytest.mark.parametrize("text", ["Try this.", "Try this.\n\n-- \nAda, on the train"])
def test_a_reply_taken_back_is_a_draft_of_what_was_written(desk: Desk, text: str) -> None:
    writing.reply(desk, 1, text)
    undo(desk, 1)
    kept = drafts.draft(desk, 1, "reply")
    assert kept is not None
    assert kept.text == text
    writing.reply(desk, 1, kept.text, of_draft=True)
    assert last(desk).text.count("Tel. +49") == 1


def test_a_reply_may_go_without(desk: Desk, servers: FakeServers) -> None:
    writing.reply(desk, 1, "Try this.", send_now=True, chosen=ReplyChoice(unsigned=True))
    assert part(left(desk, servers), "plain").startswith("Try this.\n\nOn 2026")
    assert last(desk).text == "Try this."


def test_each_agent_has_their_own(desk: Desk, servers: FakeServers) -> None:
    writing.reply(as_agent(desk, BOB), 1, "Try that.", send_now=True)
    assert part(left(desk, servers), "plain").startswith(f"Try that.\n\n-- \n{THEIRS}\n\nOn")
    letterheads.sign_mailbox(desk, HELP, "")
    writing.reply(as_agent(desk, BOB), 1, "Or this.", send_now=True)
    assert part(left(desk, servers), "plain").startswith("Or this.\n\nOn")


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(
    "above",
    [
        "On Mon, 2 Mar 2026 at 09:00, Ada Byron <help@shop.test> wrote:\n{marked}",
        OUTLOOK + "{bare}",
    ],
    ids=["marked", "outlook"],
)
def test_ours_in_a_customers_quote_is_folded(desk: Desk, servers: FakeServers, above: str) -> None:
    writing.reply(desk, 1, "Try this.", send_now=True)
    plain = part(left(desk, servers), "plain").rstrip("\n")
    text = "It works, thanks!\n\n" + above.format(marked=quoted(plain), bare=plain)
    servers.deliver(letter("two", text, references=[last(desk).message_id or ""]))
    sync(desk)
    assert last(desk).reply == "It works, thanks!"


def test_an_answer_between_the_lines_of_ours_is_shown(desk: Desk, servers: FakeServers) -> None:
    writing.reply(desk, 1, "Try this.\nDoes it turn at all?", send_now=True)
    ours = quoted(part(left(desk, servers), "plain").partition("\n\nOn ")[0])
    answered = ours.replace("at all?\n", "at all?\nNo.\n")
    text = f"On Mon, 2 Mar 2026, Ada Byron <help@shop.test> wrote:\n{answered}"
    servers.deliver(letter("two", text, references=[last(desk).message_id or ""]))
    sync(desk)
    assert "No." in last(desk).reply
    assert "Mill Shop" not in last(desk).reply


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("{{ agent.phone }}", "line 1: “agent.phone” is unknown"),
        ("Ada\n{% for x in y %}", "line 2"),
        ("Ada\n-- \nShop", "line 2: A second separator"),
        ("x" * 3_000, "3,000 characters"),
    ],
)
def test_a_signature_that_cannot_be_filled_in_is_refused(
    desk: Desk, typed: str, words: str
) -> None:
    for sign, whom in ((sign_agent, ADA), (letterheads.sign_mailbox, HELP)):
        with pytest.raises(SignatureFaulty, match=words):
            sign(desk, whom, typed)
    assert agent_named(desk, ADA).signature == OURS


def test_what_is_unknown_is_left_out(desk: Desk, servers: FakeServers) -> None:
    sign_agent(desk, ADA, "Ada\n{{ customer.first_name }}{{ customer.name }}!")
    letterheads.sign_mailbox(desk, HELP, "")
    servers.deliver(letter("n").replace(b"From: Grace <grace@customer.test>", b"From: x@y.test"))
    sync(desk)
    writing.reply(desk, 2, "Yes.")
    assert reading.ticket(desk, 2).messages[-1].text == "Yes.\n\n-- \nAda"


def test_somebody_else_is_not_greeted_as_the_customer(desk: Desk) -> None:
    own = "Dear {{ customer.first_name | default('reader') }},\n{{ customer.name }}\nAda, #{{ ticket.number }}"
    sign_agent(desk, ADA, own)
    letterheads.sign_mailbox(desk, HELP, "")
    sam = Address.of("Sam", "sam@parts.test")
    to = Recipients((sam,), by_hand=frozenset({sam.address}))
    forwarding.forward(desk, 1, "Yours?", to, forwarding.begin(desk, 1))
    assert reading.ticket(desk, 1).messages[-1].text.endswith("-- \nDear reader,\nAda, #1")
    writing.reply(desk, 1, "Yes.")
    assert "Dear Grace,\nGrace\nAda" in reading.ticket(desk, 1).messages[-1].text


def test_a_customers_words_are_never_markup(desk: Desk, servers: FakeServers) -> None:
    sign_agent(desk, ADA, "Ada, for {{ customer.name }}")
    hostile = letter("evil").replace(b"From: Grace <", b'From: "<img src=x> **b** [a](b)" <')
    servers.deliver(hostile.replace(GRACE.encode(), b"eve@elsewhere.test"))
    sync(desk)
    writing.reply(desk, 2, "Yes.", send_now=True)
    html = part(left(desk, servers), "html").partition("<blockquote>")[0]
    assert "for &lt;img src=x&gt; **b** [a](b)" in html
    assert "<a " not in html


def test_only_admins_sign_for_others(desk: Desk) -> None:
    bob = as_agent(desk, BOB)
    assert sign_agent(bob, BOB, "Bob").signature == "Bob"
    for refused in (
        lambda: sign_agent(bob, ADA, "x"),
        lambda: letterheads.sign_mailbox(bob, HELP, "x"),
        lambda: letterheads.frame_mailbox(bob, HELP, "{{ body }}"),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_a_frame_is_around_the_page_and_never_around_the_text(
    desk: Desk, servers: FakeServers
) -> None:
    frame = "<html><body><div class='mill'>{{ body }}</div><p>Mill Shop</p></body></html>"
    assert letterheads.frame_mailbox(desk, HELP, frame).frame_size == len(frame)
    assert letterheads.frame_of(desk, HELP) == frame
    writing.reply(desk, 1, "Try this.", send_now=True)
    mail = left(desk, servers)
    html = part(mail, "html")
    assert html.startswith("<html><body><div class='mill'><p>Try this.</p>\n<p>--<br>")
    assert "</blockquote>\n</div><p>Mill Shop</p></body></html>" in html
    assert "class" not in part(mail, "plain")
    assert parse(servers.submitted[-1].content).text.startswith("Try this.\n\n-- \nAda Byron")
    letterheads.frame_mailbox(desk, HELP, "")
    with pytest.raises(NotFound, match=r"no frame of help@shop\.test"):
        letterheads.frame_of(desk, HELP)


def test_a_frame_that_loads_something_is_refused_unless_wanted(desk: Desk) -> None:
    frame = "<img src='https://img.shop.test/x.png'>{{ body }}"
    with pytest.raises(FrameFaulty, match=r"line 1: .*img\.shop\.test"):
        letterheads.frame_mailbox(desk, HELP, frame)
    letterheads.frame_mailbox(desk, HELP, frame, remote=True)
    assert letterheads.frame_of(desk, HELP) == frame
