"""Whom a reply goes to, as commands say it, ask about it and leave it."""

from collections.abc import Iterator

import pytest

from supportcli.desk.replies import drafts
from supportcli.domain.mail import Address
from supportcli.domain.replies.recipients import Recipients
from tests.commands.letters import letter
from tests.commands.mail.test_sync import synced
from tests.commands.program import Program
from tests.desk.desks import left, write_in
from tests.servers.smtp import SmtpServer

__all__ = ["synced"]

MARIA, EVE = Address("Maria Lopez", "maria@acme.test"), Address("Eve", "eve@evil.test")
CROWD = ", ".join(f"p{place}@crowd.test" for place in range(500))


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """Takes mail of whoever logs in with the password."""
    with SmtpServer(user="nobody yet") as server:
        yield server


def take(desk: Program, raw: bytes) -> None:
    desk.done("mail", "ingest", "-", "--mailbox", "help@shop.test", stdin=raw)


def led_away(desk: Program, **fields: object) -> int:
    """A ticket of Maria's whose newest mail wants its answers to go to Eve."""
    with desk.desk() as opened:
        number = write_in(opened, sender=MARIA.address)
        write_in(opened, number, sender=MARIA.address, message={"reply_to": (EVE,), **fields})
    return number


def sent_to(desk: Program) -> list[list[str]]:
    return [
        sorted(to["address"] for to in row["to"]) for row in desk.rows("outbox", "list", "--all")
    ]


def test_a_reply_names_its_recipients(desk: Program) -> None:
    take(desk, letter(Cc="Bob Lee <bob@acme.test>, c@x.test, d@x.test, e@x.test, f@x.test"))
    said = desk.done("ticket", "reply", 1, "--text", "Yes.", "--yes").splitlines()[0]
    assert said == (
        "Reply to #1 leaves in 10 s, to Maria Lopez <maria@acme.test> (Cc Bob Lee <bob@acme.test>, c@x.test, d@x.test and 2 more)."
    )


def test_json_of_a_reply_has_one_shape_with_id_and_recipients(synced: Program) -> None:
    synced.done("sync")
    (queued,), (sent,) = (
        synced.rows("ticket", "reply", 1, "--text", "Yes."),
        synced.rows("ticket", "reply", 1, "--text", "No.", "--now"),
    )
    assert [row["sentence"].split(",")[0] for row in (queued, sent)] == [
        "Reply to #1 leaves in 10 s",
        "Reply to #1 leaves now",
    ]
    assert queued.keys() == sent.keys()
    assert [(one["id"], one["ticket"], one["state"]) for one in (queued, sent)] == [
        (1, 1, "queued"),
        (2, 1, "sent"),
    ]
    for one, state in ((queued, "waiting"), (sent, "sent")):
        assert one["to"] == [
            {
                "name": "Maria Lopez",
                "address": "maria@acme.test",
                "state": state,
                "answer": one["to"][0]["answer"],
            }
        ]
        assert (one["cc"], one["left_out"], one["numbers"]) == ([], [], [1])
        assert one["gesture"]


@pytest.mark.parametrize("unverified", [False, True])
def test_who_is_new_is_refused_without_a_terminal_and_sent_with_yes(
    desk: Program, unverified: bool
) -> None:
    number = led_away(desk, unverified=unverified)
    refused = desk.run("ticket", "reply", number, "--text", "Yes.")
    assert (refused.code, refused.out) == (2, "")
    sentence, hint = refused.err.splitlines()
    assert (
        sentence
        == "supportcli: Nothing was sent: Eve <eve@evil.test> is new to #1. Your text is kept as a draft."
    )
    assert "--yes" in hint
    assert sent_to(desk) == []
    desk.done("ticket", "reply", number, "--text", "Yes.", "--yes")
    assert sent_to(desk) == [[EVE.address]]
    with desk.desk() as opened:
        assert drafts.draft(opened, number, "reply") is None
    again = ("ticket", "reply", number, "--text", "She was answered before.")
    assert desk.run(*again).code == 2  # the first reply has not left yet
    with desk.desk() as opened:
        left(opened)
    desk.done(*again)


def test_the_way_around_who_is_new_is_the_sender(desk: Program) -> None:
    led_away(desk)
    desk.done("ticket", "reply", 1, "--text", "Yes.", "--only-sender")
    assert sent_to(desk) == [[MARIA.address]]


def test_many_people_are_counted_and_asked_about(desk: Program) -> None:
    take(desk, letter(Cc=CROWD))
    desk.done("canned", "add", "soon", "--text", "Soon.", "--title", "Soon")
    for argv in (("reply", "1", "--text", "Yes."), ("apply", "soon", "1")):
        refused = desk.run("ticket", *argv)
        assert (refused.code, "the reply to #1 goes to 501 people" in refused.err) == (2, True)
        assert sent_to(desk) == []
    assert "501 people" in desk.run("ticket", "apply", "soon", "1", "--dry-run").err
    desk.done("ticket", "apply", "soon", "1", "--yes")
    assert len(sent_to(desk)[0]) == 501


def test_several_answered_at_once_are_one_question_and_each_is_told(desk: Program) -> None:
    led_away(desk)
    other = desk.write_in()
    desk.done("canned", "add", "soon", "--text", "Soon.", "--title", "Soon")
    refused = desk.run("ticket", "apply", "soon", 1, other)
    assert (refused.code, "is new to #1" in refused.err, sent_to(desk)) == (2, True, [])
    said = desk.done("ticket", "apply", "soon", 1, other, "--yes").splitlines()
    assert said[1] == "  #1 to Eve <eve@evil.test>"
    assert said[2].startswith(f"  #{other} to ")
    desk.done("ticket", "undo")
    (row,) = desk.rows("ticket", "apply", "soon", 1, other, "--yes")
    assert [(one["ticket"], one["to"][0]["address"]) for one in row["replies"]] == [
        (1, EVE.address),
        (other, row["replies"][1]["to"][0]["address"]),
    ]


def test_one_that_cannot_be_answered_is_left_out_by_name(desk: Program) -> None:
    take(desk, letter(Cc="root@[192.0.2.7], Bob <bob@acme.test>"))
    said = desk.done("ticket", "reply", 1, "--text", "Yes.").splitlines()[0]
    assert said.endswith(
        "(Cc Bob <bob@acme.test>); left out: root@[192.0.2.7], no mail can be sent to that address."
    )
    (row,) = desk.rows("ticket", "reply", 1, "--text", "And yes.")
    assert row["left_out"][0]["address"] == "root@[192.0.2.7]"
    assert sent_to(desk) == [["bob@acme.test", "maria@acme.test"]] * 2


@pytest.mark.parametrize(
    "sender", ["quinn@[192.0.2.7]", "help+orders@shop.test", "Help+Orders@Shop.test"]
)
def test_a_ticket_that_nobody_can_be_answered_in_is_refused_by_name(
    desk: Program, sender: str
) -> None:
    with desk.desk() as opened:
        write_in(opened, sender=sender.lower())
    refused = desk.run("ticket", "reply", 1, "--text", "Yes.")
    assert (refused.code, refused.err.startswith("supportcli: #1 has nobody to answer: ")) == (
        1,
        True,
    )
    assert sent_to(desk) == []


def test_a_local_part_goes_out_as_it_was_written(synced: Program, smtp: SmtpServer) -> None:
    raw = letter(
        Reply_To="Buyer <Reply+AbC9xZ-Q@Mail.Market.test>", Cc="MARIA@Acme.test, B.Lee@acme.test"
    )
    take(synced, raw)
    (row,) = synced.rows("ticket", "reply", 1, "--text", "Yes.", "--now")
    (mail,) = smtp.wait_for(1)
    assert sorted(mail.recipients) == [
        "B.Lee@acme.test",
        "MARIA@acme.test",
        "Reply+AbC9xZ-Q@mail.market.test",
    ]
    assert b"To: Buyer <Reply+AbC9xZ-Q@mail.market.test>\r\n" in mail.raw
    assert [to["state"] for to in (*row["to"], *row["cc"])] == ["sent"] * 3
    synced.done(
        "ticket",
        "new",
        "--customer",
        "Jo.Doe@Acme.test",
        "--subject",
        "Call",
        "--text",
        "He called.",
    )
    synced.done("ticket", "reply", 2, "--text", "Yes.", "--now")
    assert smtp.wait_for(2)[1].recipients == ("Jo.Doe@acme.test",)
    assert synced.done("ticket", "list", "from:jo.doe@acme.test", "--json")


def test_letters_beyond_ascii_keep_nobody_else_from_the_reply(
    synced: Program, smtp: SmtpServer
) -> None:
    take(
        synced, letter().replace(b"Subject:", "Cc: Jürgen <jürgen@acme.test>\r\nSubject:".encode())
    )
    failed = synced.run("ticket", "reply", 1, "--text", "Yes.", "--now", "--json")
    (mail,) = smtp.wait_for(1)
    assert mail.recipients == ("maria@acme.test",)
    assert (failed.code, [to["state"] for to in failed.rows[0]["cc"]]) == (1, ["failed"])
    assert (
        "jürgen@acme.test: this server cannot send to addresses with non-ASCII characters"
        in failed.err
    )


LIST = {
    "Reply_To": "Users <users@lists.test>",
    "List_Post": "<mailto:users@lists.test>",
    "List_Id": "<users.lists.test>",
}


@pytest.mark.parametrize(
    "raw",
    [
        letter(**LIST),
        letter(Reply_To="users@lists.test", Cc="users@lists.test"),
        letter(
            Reply_To="users@lists.test",
            Mailing_List="list users@lists.test; contact owner@lists.test",
        ),
        letter(**LIST | {"X_Original_From": "Maria Lopez <maria@acme.test>"}).replace(
            b"From: Maria Lopez <maria@acme.test>",
            b"From: Maria Lopez via Users <users@lists.test>",
            1,
        ),
        letter(Reply_To="Maria Lopez <maria@acme.test>, users@lists.test").replace(
            b"From: Maria Lopez <maria@acme.test>",
            b"From: 'Maria Lopez' via Users <users@lists.test>",
        ),
    ],
)
def test_a_private_answer_reaches_the_person_behind_a_list(desk: Program, raw: bytes) -> None:
    take(desk, raw)
    desk.done("ticket", "reply", 1, "--text", "Between us.", "--only-sender")
    assert sent_to(desk) == [["maria@acme.test"]]


def test_a_draft_is_answered_to_whom_it_was_begun_for(desk: Program) -> None:
    take(desk, letter(Cc="bob@acme.test"))
    with desk.desk() as opened:
        drafts.save_draft(
            opened, 1, "reply", "Between us.", 99, recipients=Recipients((MARIA,), only_sender=True)
        )
    desk.done("ticket", "reply", 1, "--text", "Between us.")
    assert sent_to(desk) == [["maria@acme.test"]]
    desk.done("ticket", "undo", 1)
    with desk.desk() as opened:
        kept = drafts.draft(opened, 1, "reply")
    assert kept is not None
    assert kept.recipients == Recipients((MARIA,), only_sender=True)
    desk.done("ticket", "reply", 1, "--text", "Between us.", "--everybody")
    assert sent_to(desk)[-1] == ["bob@acme.test", "maria@acme.test"]


def test_a_text_that_is_kept_gives_a_private_draft_no_readers(desk: Program) -> None:
    led_away(desk)
    with desk.desk() as opened:
        drafts.save_draft(
            opened, 1, "reply", "Between us.", 99, recipients=Recipients((MARIA,), only_sender=True)
        )
        refused = desk.run("ticket", "reply", 1, "--text", "To all.")
        kept = drafts.draft(opened, 1, "reply")
    assert refused.code == 2
    assert "Your text is kept as a note, since your draft there is for other" in refused.err
    assert kept is not None
    assert (kept.text, kept.recipients) == ("Between us.", Recipients((MARIA,), only_sender=True))
    assert desk.rows("ticket", "show", 1)[0]["messages"][-1]["text"].endswith("\n\nTo all.")


def test_a_name_reaches_no_terminal_as_it_is(desk: Program) -> None:
    with desk.desk() as opened:
        write_in(opened, message={"reply_to": (Address("E\x1b[2Jve\nTo: all", "eve@evil.test"),)})
    said = desk.done("ticket", "reply", 1, "--text", "Yes.")
    assert "\x1b" not in said
    assert len(said.splitlines()) == 2
