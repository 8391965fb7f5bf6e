"""A conversation as lines: everything can be read, quotes are folded, and who wrote what is plain
without colours."""

from dataclasses import replace
from datetime import timedelta

import pytest

from supportcli.domain.mail import Address, Attachment, Fold, FoldKind
from supportcli.domain.text.sizes import size
from supportcli.domain.tickets.ticket import Delivery, Direction, Link, Priority, Ticket
from supportcli.rendering.conversation.heading import heading
from supportcli.rendering.conversation.message import MOST_LINES
from supportcli.rendering.conversation.page import WIDEST, page
from supportcli.rendering.ink import width_of_all
from tests.rendering.lines import MARIA, NOW, line, message, plain, ticket

QUOTED = "Yes, please.\n\n> Shall we send it again?\n> Ada\n\n-- \nMaria\nAcme"
FOLDS = (Fold(14, 46, FoldKind.QUOTE), Fold(46, len(QUOTED), FoldKind.SIGNATURE))


def text(found: Ticket, width: int = 80, *, unfolded: bool = False) -> list[str]:
    return [plain(*spans).rstrip() for spans in page(found, width, NOW, unfolded=unfolded).lines]


def test_quotes_and_signature_are_a_line_each_until_they_are_unfolded() -> None:
    found = ticket(message(text=QUOTED, folds=FOLDS))
    assert text(found) == [
        "Maria Lopez" + " " * 64 + "09:00",
        " │ Yes, please.",
        " │",
        " │ ▸ quoted, 2 lines  (>)",
        " │ ▸ signature, 3 lines  (>)",
    ]
    assert " │ > Shall we send it again?" in text(found, unfolded=True)
    assert " │ Acme" in text(found, unfolded=True)


def test_a_customer_a_reply_and_a_note_differ_without_colour() -> None:
    found = ticket(
        message(1),
        message(2, Direction.OUT, "We look.", delivery=Delivery.SENT),
        message(3, Direction.NOTE, "Ask Bob.", sender=Address("Ada", "a@shop.test")),
    )
    lines = text(found)
    assert lines[0].startswith("Maria Lopez ")
    assert lines[3].startswith("Ada Byron · reply · sent")
    assert lines[6].startswith("Ada · internal note")
    assert [lines[place][1] for place in (1, 4, 7)] == ["│", "┃", "┊"]


@pytest.mark.parametrize("delivery", Delivery)
def test_every_state_of_a_reply_is_told(delivery: Delivery) -> None:
    found = ticket(
        message(
            1,
            Direction.OUT,
            delivery=delivery,
            answer=None if delivery is Delivery.CANCELLED else "452 try later",
            not_before=NOW + timedelta(seconds=7),
        )
    )
    whole = "\n".join(text(found))
    told = {
        Delivery.QUEUED: "leaves 09:00:07",
        Delivery.SENDING: "being sent",
        Delivery.TRANSMITTING: "being sent",
        Delivery.SENT: "sent",
        Delivery.DEFERRED: "“452 try later”",
        Delivery.LATE: "“452 try later”",
        Delivery.FAILED: "supportcli outbox list",
        Delivery.UNCERTAIN: "it may have arrived",
        Delivery.CANCELLED: "never sent",
        Delivery.BOUNCED: "could not deliver it",
    }
    assert told[delivery] in whole


def test_a_cancelled_reply_that_somebody_has_was_not_never_sent() -> None:
    found = ticket(
        message(1, Direction.OUT, delivery=Delivery.CANCELLED, answer="it reached bob@acme.test")
    )
    whole = "\n".join(text(found))
    assert " · cancelled" in whole
    assert "never sent" not in whole
    assert "it reached bob@acme.test" in whole


def test_it_opens_where_the_customer_waits() -> None:
    answered = [message(1), message(2, Direction.OUT, delivery=Delivery.SENT)]
    found = page(ticket(*answered, message(3, text="And now?"), message(4, text="Hello?")), 80, NOW)
    assert found.opens == found.starts[2]
    found = page(ticket(*answered), 80, NOW)
    assert found.opens == found.starts[1]


def test_attachments_have_the_numbers_of_the_command_that_saves_them() -> None:
    file = Attachment(3, "invoice.pdf", "application/pdf", 90_112, "ab" * 32)
    found = ticket(
        message(1, attachments=(file, file)),
        message(2, attachments=(file,)),
        earlier=9,
        earlier_files=4,
    )
    lines = text(found)
    assert "   [5] invoice.pdf · application/pdf · 88 KB" in lines
    assert "   [7] invoice.pdf · application/pdf · 88 KB" in lines
    assert lines.count("   A saves, reads or opens a file") == 2
    assert any("9 earlier messages" in found for found in lines)


def test_what_an_agent_must_not_miss_stands_above_the_text() -> None:
    found = ticket(
        message(
            1,
            cc=(Address("Boss", "boss@acme.test"),),
            reply_to=(Address("", "other@evil.test"),),
            remark="new participant: eve@evil.test",
        )
    )
    lines = text(found)
    assert "   cc Boss <boss@acme.test>" in lines
    assert "   ! answers go to other@evil.test · new participant: eve@evil.test" in lines


@pytest.mark.parametrize("name", ["Eve", "E" * 300])
def test_what_nothing_proves_is_marked_however_long_the_name_is(name: str) -> None:
    found = ticket(
        message(
            1,
            sender=Address(name, "eve@evil.test"),
            reply_to=(Address("", "other@evil.test"),),
            unverified=True,
        )
    )
    lines = text(found)
    assert lines[0].startswith("unverified · E")
    assert "   ! wants answers sent to other@evil.test" in lines


def test_a_sender_who_is_not_the_customer_shows_their_address() -> None:
    assert (
        "Eve <eve@evil.test>" in text(ticket(message(1, sender=Address("Eve", "eve@evil.test"))))[0]
    )


def test_a_message_without_end_names_the_key_that_shows_the_rest() -> None:
    lines = text(ticket(message(text="word\n" * 5_000)))
    assert len(lines) < MOST_LINES + 10
    assert lines[-1] == "   … it goes on · W shows the rest"


def test_a_clock_that_would_cut_the_subject_stands_beside_the_assignee() -> None:
    short, long = (
        [plain(*spans) for spans in heading(line(subject=subject), 66, NOW)[:2]]
        for subject in ("Leak", "Bestellung für zwei Filialen, Angebot erbeten")
    )
    assert short[0].endswith("open · waits 42m")
    assert long[0].startswith("#1042 Bestellung für zwei Filialen, Angebot erbeten ")
    assert long[1].endswith("Ada Byron · waits 42m")


@pytest.mark.parametrize("width", [40, 79, 123])
def test_no_line_is_wider_than_its_place(width: int) -> None:
    long = Address("x" * 200, "y" * 100 + "@acme.test")
    found = ticket(
        message(text="w" * 500 + "\n" + "日本" * 200, sender=long, cc=(long,), remark="r " * 200),
        links=(Link(7, "follow-up", "z" * 300),),
    )
    assert all(width_of_all(spans) <= min(width, WIDEST) for spans in page(found, width, NOW).lines)
    assert all(
        width_of_all(spans) == width
        for spans in heading(line(subject="s" * 300, tags=("t" * 90,)), width, NOW)
    )


def test_the_heading_tells_state_urgency_waiting_and_who_has_it() -> None:
    first, second, third = (
        plain(*spans)
        for spans in heading(
            line(priority=Priority.HIGH, tags=("refund",), message_count=3), 80, NOW
        )
    )
    assert first.startswith("#1042 Double charge ")
    assert first.endswith(" open · high · waits 42m")
    assert second == f"Maria Lopez <maria@acme.test> to help@shop.test{'Ada Byron':>33}"
    assert "refund" in third
    assert "3 messages" in third


def test_the_heading_says_that_a_customer_is_a_vip() -> None:
    _, second, _ = (plain(*spans) for spans in heading(line(vip=True), 80, NOW))
    assert second.startswith("VIP Maria Lopez <maria@acme.test> to help@shop.test")


def test_what_a_stranger_wrote_is_clean() -> None:
    bad = "\x1b]52;c;x\x07\u202e\x9b"
    found = ticket(
        message(
            text=bad,
            sender=Address(bad, MARIA.address),
            remark=bad,
            cc=(Address(bad, bad),),
            attachments=(Attachment(1, bad, bad, 1, ""),),
        ),
        links=(Link(1, bad, bad),),
    )
    everything = "".join(text(found))
    assert not set(everything) & {"\x1b", "\x07", "\x9b", "\u202e"}


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1536, "1.5 KB"),
        (90_112, "88 KB"),
        (5 << 20, "5.0 MB"),
        (3 << 30, "3.0 GB"),
    ],
)
def test_sizes_are_told_as_people_read_them(count: int, said: str) -> None:
    assert size(count) == said


def test_images_of_the_signature_are_counted_until_it_is_unfolded() -> None:
    logo = Attachment(2, "logo.png", "image/png", 2_000, "aa" * 32, inline=True)
    file = Attachment(3, "invoice.pdf", "application/pdf", 90_112, "ab" * 32)
    found = ticket(message(1, attachments=(logo, logo, file)))
    assert text(found)[-3:] == [
        "   [3] invoice.pdf · application/pdf · 88 KB",
        "   ▸ 2 images of the signature  (>)",
        "   A saves, reads or opens a file",
    ]
    assert "   [1] logo.png · image/png · 2.0 KB" in text(found, unfolded=True)
    alone = text(ticket(message(1, attachments=(logo,))))
    assert alone[-1] == "   ▸ 1 image of the signature  (>)"


def test_our_lines_that_are_answered_stay_with_marks() -> None:
    whole = "Thanks\n\nHello Maria,\nWhich colour?\nred\n\n> And the size?\n43\n"
    kinds = (("Hello", FoldKind.QUOTE), ("Which", FoldKind.ANSWERED), ("> And", FoldKind.ANSWERED))
    folds = tuple(
        Fold(whole.index(begin), whole.index("\n", whole.index(begin)) + 1, kind)
        for begin, kind in kinds
    )
    assert text(ticket(message(text=whole, folds=folds)))[1:] == [
        " │ Thanks",
        " │",
        " │ ▸ quoted, 1 line  (>)",
        " │ > Which colour?",
        " │ red",
        " │",
        " │ > And the size?",
        " │ 43",
    ]


def test_a_snoozed_ticket_keeps_its_title_in_a_narrow_terminal() -> None:
    asleep = line(subject="Where is my parcel?", snoozed_until=NOW + timedelta(days=1))
    narrow, wide = (plain(*heading(asleep, width, NOW)[0]) for width in (80, 160))
    assert narrow.startswith("#1042 Where is my parcel?")
    assert "snoozed until" in narrow
    assert "snoozed until" in wide


def test_no_text_of_a_stranger_stands_outside_the_bar() -> None:
    """What the desk says of a message begins without the bar, so that no mail can say it."""
    forged = (
        "Hello\n   ! answers go to eve@evil.test\n   [1] invoice.pdf\n┃ Ada Byron · reply · sent"
    )
    lines = text(ticket(message(1, text=forged)))
    assert [line for line in lines[1:] if not line.startswith(" │")] == []


def test_links_have_numbers_and_what_is_hidden_is_named_below_the_message() -> None:
    said = (
        "See https://shop.test/a and our page <https://shop.test/terms?x=1>.\n"
        f"Long: https://shop.test/{'b' * 60}\n"
        "Log in at https://bank.test/login <http://203.0.113.66/x> now."
    )
    lines = text(ticket(message(1, text=said), message(2, text="Again https://shop.test/a")))
    whole = "\n".join(lines)
    assert " │ See https://shop.test/a [L1] and our page [L2]." in lines
    assert f" │ Long: https://shop.test/{'b' * 31}… [L3]"[:40] in whole
    assert " │ Log in at https://bank.test/login [L4] now." in lines
    assert "   [L2] shop.test/terms?x=1" in lines
    assert "   [L4] 203.0.113.66: the text says bank.test" in lines
    assert not any(line.startswith("   [L1]") for line in lines), "it is written out"
    assert " │ Again https://shop.test/a [L1]" in lines


def test_a_link_in_a_folded_quote_is_named_when_the_quote_is_shown() -> None:
    said = "Yes.\n\n> our page <https://shop.test/terms>\n"
    found = ticket(message(1, text=said, folds=(Fold(6, len(said), FoldKind.QUOTE),)))
    assert "[L1]" not in "\n".join(text(found))
    assert "   [L1] shop.test/terms" in text(found, unfolded=True)


def test_a_line_stands_above_the_first_unread_message() -> None:
    found = ticket(message(1), message(2), message(3))
    laid_out = page(found, 80, NOW, unread=2)
    assert laid_out.unread == laid_out.starts[1] - 1
    assert " unread " in plain(*laid_out.lines[laid_out.unread])
    assert width_of_all(laid_out.lines[laid_out.unread]) == 80
    assert page(found, 80, NOW, unread=1).unread is None, "all of it is new"
    assert page(found, 80, NOW).unread is None


@pytest.mark.parametrize(
    ("words", "said"), [("", ""), ("550 no such user", " · “550 no such user”")]
)
def test_a_dead_address_is_told_above_the_messages(words: str, said: str) -> None:
    found = ticket(message(1))
    dead = replace(found, line=replace(found.line, dead=words))
    assert text(dead)[0] == f" ! mail to maria@acme.test comes back{said}"
