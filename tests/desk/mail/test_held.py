"""Held mail: seen, let in, decided again, put away, and all of it taken back."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportcli.desk import Desk, undo
from supportcli.desk.mail.held import accepting, counting
from supportcli.desk.mail.held import waiting as held
from supportcli.desk.mail.intake import ingest
from supportcli.desk.mail.why import why
from supportcli.desk.replies import recipients, writing
from supportcli.desk.tickets import lists, reading
from supportcli.desk.tickets import verbs as tickets
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Status, Ticket
from supportcli.errors import NotAllowed, SupportError
from supportcli.errors.mail import CustomerNeeded, MailNotHeld, MailUndoRefused, NoMailToUndo
from supportcli.errors.names import NotFound
from supportcli.errors.tickets import TicketTakesNoMail, UndoRefused
from supportcli.storage.tables import mail_states
from tests.desk.desks import BOB, START, StandingClock, as_agent, desk_at, write_in
from tests.desk.letters import HELP
from tests.desk.levels import promise
from tests.long import LONG

ELSE = Address("Sue", "sue@else.test")


def orphan(
    name: str, text: str = "Please help, my order is late. Sue, sue@else.test", headers: str = ""
) -> bytes:
    """A mail that names no sender."""
    more = f"{headers}\r\n" if headers else ""
    return f"To: {HELP}\r\nSubject: Order {name}\r\nMessage-ID: <{name}@else.test>\r\n{more}\r\n{text}\r\n".encode()


def received(desk: Desk, *raws: bytes) -> list[int]:
    """Hand over mails; answers with their ids."""
    return [ingest(desk, HELP, raw).id for raw in raws]


@pytest.fixture
def desk(url: str) -> Iterator[Desk]:
    with desk_at(url) as found:
        yield found


def waiting(desk: Desk) -> list[int]:
    return [one.id for one in held.waiting(desk).held]


def test_what_waits_is_listed_with_its_cause(desk: Desk) -> None:
    first, second = received(
        desk, orphan("one"), orphan("two", headers="From: Help <help@shop.test>")
    )
    found = held.waiting(desk, HELP).held
    assert [(one.id, one.subject, one.cause) for one in found] == [
        (first, "Order one", "it names no sender"),
        (
            second,
            "Order two",
            "it comes from help@shop.test, our own address, and names nobody to answer",
        ),
    ]
    assert (found[0].sender, found[1].sender) == (None, Address("Help", HELP))


def test_a_mail_that_is_let_in_is_a_ticket_like_any(desk: Desk) -> None:
    promise(desk, first_response="2h")
    (mail,) = received(desk, orphan("one"))
    assert isinstance(desk.clock, StandingClock)
    desk.clock.tick(hours=1)
    done = accepting.accept(desk, [mail], ELSE)
    ticket = reading.ticket(desk, done.tickets[0])
    assert (
        ticket.line.customer,
        ticket.line.status,
        ticket.line.waiting_since,
        ticket.line.created_at,
    ) == (ELSE, Status.NEW, START, START)
    assert ticket.line.clock is not None
    assert ticket.line.clock.due_at == START.replace(hour=11)
    assert ticket.messages[0].sender == ELSE
    assert ticket.messages[0].remark == "was held: it names no sender; Ada Byron accepted it"
    assert recipients.addressing_of(desk, ticket.line.number).recipients.everybody == (ELSE,)
    assert waiting(desk) == []
    (told,) = why(desk, str(mail))
    assert (told.state, told.ticket, [(one.kind, one.actor) for one in told.history]) == (
        "accepted",
        1,
        [("accepted", "ada@shop.test")],
    )


def test_whom_an_agent_names_gets_the_answer_and_nobody_else(desk: Desk) -> None:
    headers = "From: Form <help@shop.test>\r\nReply-To: help@shop.test\r\nCc: mallory@evil.test"
    (mail,) = received(desk, orphan("one", headers=headers))
    (ticket,) = accepting.accept(desk, [mail], ELSE).tickets
    assert recipients.addressing_of(desk, ticket).recipients.everybody == (ELSE,)
    assert "the email itself names Form <help@shop.test> as its sender" in (
        reading.ticket(desk, ticket).messages[0].remark or ""
    )


def test_what_nobody_signed_brings_nobody_into_the_ticket_that_it_is_put_into(desk: Desk) -> None:
    number = write_in(desk)
    (mail,) = received(desk, orphan("one", headers="Cc: mallory@evil.test"))
    accepting.accept(desk, [mail], ticket=number)
    assert reading.ticket(desk, number).messages[-1].unverified
    assert recipients.addressing_of(desk, number).recipients.everybody == (
        reading.ticket(desk, number).line.customer,
    )


def test_nobody_is_guessed(desk: Desk) -> None:
    (mail,) = received(desk, orphan("one"))
    with pytest.raises(CustomerNeeded) as refused:
        accepting.accept(desk, [mail])
    assert refused.value.found == ("sue@else.test",)
    assert waiting(desk) == [mail]


def test_a_mail_goes_into_a_ticket_and_opens_it_again(desk: Desk) -> None:
    number = write_in(desk)
    tickets.solve(desk, [number])
    (mail,) = received(desk, orphan("one"))
    accepting.accept(desk, [mail], ticket=number)
    ticket = reading.ticket(desk, number)
    assert (ticket.line.status, ticket.line.message_count, ticket.line.waiting_since) == (
        Status.OPEN,
        2,
        START,
    )
    assert ticket.messages[-1].sender.address == "maria@acme.test", (
        "an answer goes to the ticket's customer"
    )


@pytest.mark.parametrize("status", ["deleted", "spam", "closed"])
def test_no_mail_is_let_in_where_nobody_would_see_it(desk: Desk, status: str) -> None:
    number = write_in(desk)
    (mail,) = received(desk, orphan("one"))
    with desk.db.write() as tx:
        from supportcli.storage.tickets import tickets as rows

        rows.change(tx, number, {"status": Status(status)}, START)
    with pytest.raises(TicketTakesNoMail):
        accepting.accept(desk, [mail], ticket=number)


def test_all_of_several_are_let_in_or_none(desk: Desk) -> None:
    first, second = received(desk, orphan("one"), orphan("two"))
    for ids, error in (([first, 99], NotFound), ([first, second], CustomerNeeded)):
        with pytest.raises(error):
            accepting.accept(desk, ids)
    with pytest.raises(NotFound):
        accepting.accept(desk, [first], ticket=7)
    assert waiting(desk) == [first, second]
    assert accepting.accept(desk, [first, second], ELSE).tickets == (1, 2)


def test_what_is_not_held_says_where_it_is(desk: Desk) -> None:
    (mail,) = received(desk, orphan("one"))
    accepting.accept(desk, [mail], ELSE)
    verbs: tuple[Callable[[Desk, list[int]], object], ...] = (
        accepting.accept,
        accepting.discard,
        accepting.retry,
    )
    for verb in verbs:
        with pytest.raises(MailNotHeld, match="in ticket #1"):
            verb(desk, [mail])


def test_an_agent_who_only_reads_decides_nothing(desk: Desk) -> None:
    (mail,) = received(desk, orphan("one"))
    with desk.db.write() as tx:
        from supportcli.domain.people import Role
        from supportcli.storage.tickets import people

        people.add_agent(tx, "Lea", "lea@shop.test", Role.LIGHT_AGENT, now=START)
    lea = as_agent(desk, "lea@shop.test")
    calls: list[Callable[[], object]] = [
        lambda: accepting.accept(lea, [mail], ELSE),
        lambda: accepting.discard(lea, [mail]),
        lambda: accepting.retry(lea),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotAllowed):
        undo.undo_mail(lea)
    assert [one.id for one in held.waiting(lea).held] == [mail]


def test_deciding_again_finds_what_is_known_by_now(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from supportcli.desk.mail import intake
    from supportcli.domain.intake.decisions import Hold

    with monkeypatch.context() as patched:  # a rule of yesterday, which is mended today
        patched.setattr(intake, "decide", lambda *_: ("yesterday", Hold("it was not understood")))
        first, second = received(
            desk, orphan("one", headers="From: Sue <sue@else.test>"), orphan("two")
        )
    assert accepting.rehearse_retry(desk)[0].opens == ELSE
    assert waiting(desk) == [first, second]
    done = accepting.retry(desk)
    assert [(one.mail, one.state, one.ticket, one.rule) for one in done.outcomes] == [
        (first, mail_states.ACCEPTED, 1, "new ticket"),
        (second, mail_states.HELD, None, "nobody"),
    ]
    assert set(undo.undo_mail(desk)) == {first, second}
    assert [(one.id, one.rule) for one in held.waiting(desk).held] == [
        (first, "yesterday"),
        (second, "yesterday"),
    ]
    assert reading.ticket(desk, 1).line.status is Status.DELETED


def test_a_mail_is_no_copy_of_itself(desk: Desk) -> None:
    (mail,) = received(desk, orphan("one"))
    assert accepting.retry(desk, [mail]).outcomes[0].state == mail_states.HELD
    assert accepting.rehearse_retry(desk, [mail])[0].state == mail_states.HELD
    with pytest.raises(NoMailToUndo):
        undo.undo_mail(desk)


def test_what_is_put_away_can_be_brought_back(desk: Desk) -> None:
    (mail,) = received(desk, orphan("one"))
    accepting.discard(desk, [mail])
    assert (waiting(desk), why(desk, str(mail))[0].state) == ([], mail_states.DISCARDED)
    assert undo.undo_mail(desk, mail) == (mail,)
    accepting.discard(desk, [mail])
    accepting.retry(desk, [mail])
    assert waiting(desk) == [mail]


def test_an_answered_mail_is_not_taken_back(desk: Desk) -> None:
    first, second = received(desk, orphan("one"), orphan("two"))
    number = write_in(desk)
    accepting.accept(desk, [first], ELSE)
    accepting.accept(desk, [second], ticket=number)
    for ticket in (2, number):
        writing.reply(as_agent(desk, BOB), ticket, "We look.")
    for _ in range(2):
        with pytest.raises(UndoRefused, match="bob@"):
            undo.undo_mail(desk)
    assert waiting(desk) == []


def test_what_somebody_decided_since_is_not_taken_back(desk: Desk) -> None:
    (mail,) = received(desk, orphan("one"))
    accepting.discard(desk, [mail])
    accepting.accept(as_agent(desk, BOB), [mail], ELSE)
    with pytest.raises(MailUndoRefused, match="bob@"):
        undo.undo_mail(desk)


def test_a_mail_that_was_taken_back_leaves_nothing_by_which_later_mail_finds_its_ticket(
    desk: Desk,
) -> None:
    (mail,) = received(desk, orphan("one", headers="References: <older@else.test>"))
    accepting.accept(desk, [mail], ELSE)
    undo.undo(desk)
    for name, headers in (
        ("two", "References: <one@else.test>"),
        ("three", "References: <older@else.test>"),
    ):
        (later,) = received(desk, orphan(name, headers=f"From: Sue <sue@else.test>\r\n{headers}"))
        assert why(desk, str(later))[0].rule == "new ticket"


def test_who_came_with_a_mail_is_forgotten_with_it(desk: Desk) -> None:
    number = write_in(desk)
    (mail,) = received(desk, orphan("one", headers="Cc: eve@elsewhere.test, maria@acme.test"))
    accepting.accept(desk, [mail], ticket=number)
    undo.undo(desk)
    for sender, there in (("eve@elsewhere.test", 2), ("maria@acme.test", number)):
        (later,) = received(
            desk,
            orphan(f"by {sender}", headers=f"From: {sender}\r\nX: x").replace(
                b"Order by", b"[#1] by"
            ),
        )
        assert why(desk, str(later))[0].ticket == there


MAILS = ("one", "two", "three")
IDS = st.lists(st.sampled_from([1, 2, 3]), min_size=1, max_size=3, unique=True)
VERBS = st.one_of(
    st.tuples(st.just(accepting.accept), IDS, st.just(ELSE), st.sampled_from([None, 1, 2])),
    st.tuples(st.sampled_from([accepting.discard, accepting.retry]), IDS),
    st.tuples(st.sampled_from([tickets.solve, tickets.wait]), st.just([1])),
)


def everything(desk: Desk) -> tuple[Any, list[Ticket]]:
    """All that is listed: what waits, and the tickets but for history and the moment of the last
    change."""
    found = [reading.ticket(desk, number) for number in sorted(lists.numbers(desk))]
    return held.waiting(desk), [
        replace(one, events=(), last_event=0, line=replace(one.line, updated_at=START, version=0))
        for one in found
    ]


@given(verbs=st.lists(VERBS, max_size=6), by_ticket=st.booleans())
@settings(max_examples=20 if LONG else 8, deadline=None)
def test_any_series_of_verbs_undone_leaves_all_as_it_was(
    verbs: list[tuple[Any, ...]], by_ticket: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with desk_at(f"sqlite:///{tmp_path_factory.mktemp('held')}/desk.db") as desk:
        promise(desk, first_response="2h", next_response="1h", resolution="8h")
        write_in(desk)
        write_in(desk, sender="sue@else.test")
        received(desk, *map(orphan, MAILS))
        tickets.wait(desk, [2])
        before = everything(desk)
        done: list[str] = []
        for verb, *arguments in verbs:
            try:
                did = verb(desk, *arguments)
            except SupportError:
                continue
            about_mail = hasattr(did, "outcomes")
            changed = any(
                one.kind != "undone" and one.gesture == did.gesture
                for mail in (1, 2, 3)
                for one in why(desk, str(mail))[0].history
            )
            if changed if about_mail else did.numbers:
                done.append(
                    ("mail " if about_mail and not (by_ticket and did.tickets) else "")
                    + did.gesture
                )
        for what in reversed(done):
            if what.startswith("mail "):
                undo.undo_mail(desk, gesture_id=what.removeprefix("mail "))
            else:
                undo.undo(desk, gesture_id=what)
        assert everything(desk) == before


def test_a_sync_that_nobody_watches_says_it_once_a_day(desk: Desk) -> None:
    assert isinstance(desk.clock, StandingClock)

    def reminds() -> bool:
        return counting.remind(desk, counting.total(counting.counts(desk)))

    assert not reminds()
    (mail,) = received(desk, orphan("one"))
    assert [reminds(), reminds()] == [True, False]
    desk.clock.tick(hours=24)
    assert [reminds(), reminds()] == [True, False]
    accepting.discard(desk, [mail])
    assert not reminds()
    received(desk, orphan("two"))
    assert reminds(), "it is another one"


def test_every_mail_is_counted_where_it_is(desk: Desk) -> None:
    first, second, _ = received(desk, orphan("one"), orphan("two"), orphan("three"))
    accepting.accept(desk, [first], ELSE)
    accepting.discard(desk, [second])
    received(
        desk,
        orphan("four", headers="From: sue@else.test"),
        orphan("four", headers="From: sue@else.test\r\nX-Way: other"),
    )
    found = counting.counts(desk)[HELP]
    assert (found.tickets, found.held, found.discarded, found.copies) == (2, 1, 1, 1)


def test_bytes_come_back_as_they_came(desk: Desk) -> None:
    raw = orphan("one", text="\x00\xff\x1b[2J")
    (mail,) = received(desk, raw)
    assert held.raw(desk, str(mail)) == raw
    assert held.letters(desk, "one@else.test")[0].mail.subject == "Order one"
