"""Canned responses at the desk: written, filled in for a ticket, sent with what goes with them, and
taken back as one."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from supportcli.desk import Desk, undo
from supportcli.desk.canned import filling, responses
from supportcli.desk.canned.folders import enclosed
from supportcli.desk.exports import attachments
from supportcli.desk.replies import applying, drafts, writing
from supportcli.desk.setup import starters
from supportcli.desk.tickets import reading, verbs
from supportcli.domain.canned.responses import Body, Canned, Macro, Scope
from supportcli.domain.people import Role
from supportcli.domain.tickets.news import Sight
from supportcli.domain.tickets.ticket import Delivery, Direction, Priority, Status
from supportcli.errors import NotAllowed, TryAgainLater
from supportcli.errors.canned import BlanksLeft, CannedElsewhere, CannedFaulty, CannedPartGone
from supportcli.errors.names import NameTaken, NotFound
from supportcli.errors.replies import EmptyText, SendRefused
from supportcli.errors.tickets import StepNotAllowed
from supportcli.storage.tickets import messages, people
from tests.desk.desks import BOB, START, StandingClock, as_agent, desk_at, write_in

GERMAN = "Guten Tag, wo ist die Rechnung für meine Bestellung? Ich habe sie nicht."
GREETING = Canned(
    "hi",
    "Greeting",
    (Body("en", "Hello {{ customer.name }}!"), Body("de", "Guten Tag {{ customer.name }}!")),
)
DATED = Canned("late", "Late", (Body("", "It comes by ⟦date?⟧."),))
REFUND = Canned(
    "refund",
    "Refund",
    (Body("", "It is **refunded**."),),
    macro=Macro(Status.SOLVED, ("refund",), (), "bob@shop.test", Priority.LOW),
)
QUIET = Canned(
    "quiet",
    "Escalate",
    (Body("", ""),),
    macro=Macro(Status.OPEN, ("escalated",), (), "none", Priority.URGENT),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with desk_at(f"sqlite:///{tmp_path}/desk.db", StandingClock()) as found:
        for one in (GREETING, DATED, REFUND, QUIET):
            responses.add(found, one, {})
        yield found


@pytest.fixture
def form(desk: Desk, tmp_path: Path) -> Canned:
    """A response with a file."""
    path = tmp_path / "Rücksendung 1.pdf"
    path.write_bytes(b"%PDF form")
    file, content = enclosed(path)
    return responses.add(
        desk,
        Canned("form", "Form", (Body("", "Please fill it in."),), files=(file,)),
        {file.sha256: content},
    ).canned


def test_a_response_speaks_the_customers_language(desk: Desk) -> None:
    english, german = write_in(desk), write_in(desk, text=GERMAN)
    assert filling.insertion(desk, english, "hi").text == "Hello Maria!"
    assert filling.insertion(desk, german, ";HI").text == "Guten Tag Maria!"
    write_in(
        desk, german, text="Sorry, I have to write in English: where is it? You have my order."
    )
    assert filling.insertion(desk, german, "hi").language == "de", (
        "what they wrote most of still counts"
    )


def test_nobody_is_greeted_by_where_to_call(desk: Desk) -> None:
    number = write_in(desk, sender="+49-900-123456@evil.test")
    assert reading.ticket(desk, number).line.customer.name == "+49-900-123456"
    assert filling.insertion(desk, number, "hi").text == "Hello ⟦customer.name?⟧!"


def test_what_goes_with_a_response_stands_below_it_as_marks(desk: Desk, form: Canned) -> None:
    number = write_in(desk)
    assert (
        filling.insertion(desk, number, form.shortcut).whole
        == "Please fill it in.\n\n⟦attached form/Rücksendung 1.pdf⟧"
    )
    assert (
        filling.insertion(desk, number, "refund").whole == "It is **refunded**.\n\n⟦macro refund⟧"
    )


def test_a_reply_carries_the_files_that_its_marks_name(desk: Desk, form: Canned) -> None:
    number = write_in(desk)
    writing.reply(desk, number, f"Hello.\n\n{filling.insertion(desk, number, form.shortcut).whole}")
    message = reading.ticket(desk, number).messages[-1]
    assert message.text == "Hello.\n\nPlease fill it in."
    assert [(file.name, file.type, file.size) for file in message.attachments] == [
        ("Rücksendung 1.pdf", "application/pdf", 9)
    ]
    assert attachments.content(desk, number, 1)[1] == b"%PDF form"
    with desk.db.read() as tx:
        mail = message_from_bytes(messages.raw(tx, message.id) or b"", policy=policy.default)
    assert [part.get_filename() for part in mail.walk() if part.get_filename()] == [
        "Rücksendung 1.pdf"
    ]


def test_a_reply_that_is_taken_back_has_its_marks_again(desk: Desk, form: Canned) -> None:
    number = write_in(desk)
    text = f"Hello.\n\n{filling.insertion(desk, number, form.shortcut).whole}\n⟦macro refund⟧"
    writing.reply(desk, number, text)
    assert reading.ticket(desk, number).line.tags == ("refund",)
    undo.undo(desk)
    draft = drafts.draft(desk, number, "reply")
    assert draft is not None
    assert draft.text == text
    assert reading.ticket(desk, number).line.tags == ()


@pytest.mark.parametrize(
    "mark", ["⟦attached form/no.pdf⟧", "⟦attached nope/form.pdf⟧", "⟦macro nope⟧"]
)
@pytest.mark.usefixtures("form")
def test_a_mark_that_names_nothing_stops_the_send_and_names_itself(desk: Desk, mark: str) -> None:
    number = write_in(desk)
    with pytest.raises(CannedPartGone, match=mark):
        writing.reply(desk, number, f"Hello.\n{mark}")
    assert len(reading.ticket(desk, number).messages) == 1


def test_nothing_is_sent_while_something_is_to_be_filled_in(desk: Desk) -> None:
    number = write_in(desk)
    with pytest.raises(BlanksLeft, match=r"⟦date\?⟧"):
        writing.reply(desk, number, "It comes by ⟦date?⟧.")
    with pytest.raises(EmptyText):
        writing.reply(desk, number, "⟦macro refund⟧")
    assert len(reading.ticket(desk, number).messages) == 1


def test_a_macro_answers_and_changes_many_tickets_as_one(desk: Desk) -> None:
    numbers = [write_in(desk), write_in(desk)]
    before = [replace(reading.ticket(desk, number), events=(), last_event=0) for number in numbers]
    done = applying.apply(desk, [*numbers, numbers[0]], ";Refund ")
    assert done.numbers == tuple(numbers)
    assert done.sentence == "refund: answered 2 tickets: #1 #2."
    for number in numbers:
        line, message = reading.ticket(desk, number).line, reading.ticket(desk, number).messages[-1]
        assert (line.status, line.priority, line.tags) == (Status.SOLVED, Priority.LOW, ("refund",))
        assert line.assignee is not None
        assert line.assignee.address == BOB
        assert (message.direction, message.text, message.delivery) == (
            Direction.OUT,
            "It is **refunded**.",
            Delivery.QUEUED,
        )
    assert (
        len(
            {
                event.gesture
                for number in numbers
                for event in reading.ticket(desk, number).events[1:]
            }
        )
        == 1
    )
    undo.undo(desk)
    after = [replace(reading.ticket(desk, number), events=(), last_event=0) for number in numbers]
    assert [replace(one, line=replace(one.line, version=1)) for one in after] == before
    assert [drafts.draft(desk, number, "reply") for number in numbers] == [None, None], (
        "what one key wrote is no draft"
    )


def test_a_macro_without_words_sends_nothing(desk: Desk) -> None:
    number = write_in(desk)
    verbs.assign(desk, [number], "me")
    assert applying.apply(desk, [number], "quiet").sentence == "quiet: applied to #1."
    ticket = reading.ticket(desk, number)
    assert (ticket.line.priority, ticket.line.tags, ticket.line.assignee) == (
        Priority.URGENT,
        ("escalated",),
        None,
    )
    assert len(ticket.messages) == 1
    assert applying.apply(desk, [number], "quiet").numbers == ()


def test_all_are_answered_or_none(desk: Desk) -> None:
    open_, closed = write_in(desk), write_in(desk)
    with desk.db.write() as tx:
        from supportcli.storage.tickets import tickets as rows

        rows.change(tx, closed, {"status": Status.CLOSED}, START)
    with pytest.raises(StepNotAllowed):
        applying.apply(desk, [open_, closed], "refund")
    with pytest.raises(BlanksLeft):
        applying.apply(desk, [open_], "late")
    assert len(reading.ticket(desk, open_).messages) == 1
    assert reading.ticket(desk, open_).line.tags == ()


def test_what_was_not_seen_stops_a_response_too(desk: Desk) -> None:
    number = write_in(desk)
    seen = reading.ticket(desk, number).last_event
    write_in(desk, number, text="One more thing.")
    with pytest.raises(SendRefused) as refused:
        applying.apply(desk, [number], "hi", sight=Sight(seen))
    assert "draft" not in refused.value.sentence
    assert drafts.draft(desk, number, "reply") is None


def test_a_response_of_another_mailbox_is_not_used(desk: Desk) -> None:
    with desk.db.write() as tx:
        from supportcli.domain.mailbox import Endpoint, Mailbox, Security
        from supportcli.storage.setup import mailboxes

        nowhere = Endpoint("localhost", 1, Security.NONE)
        mailboxes.add_mailbox(
            tx,
            Mailbox(0, "sales@shop.test", "Sales", nowhere, nowhere, "sales", "all", START),
            START,
        )
    responses.add(desk, replace(GREETING, shortcut="sales", mailbox="sales@shop.test"), {})
    with pytest.raises(CannedElsewhere, match=r"sales@shop\.test only"):
        filling.insertion(desk, write_in(desk), "sales")


def test_uses_rank_what_is_offered_and_stand_in_the_report(desk: Desk) -> None:
    number = write_in(desk)
    applying.apply(desk, [number], "hi")
    desk.clock.tick(hours=1)  # type: ignore[attr-defined]
    writing.reply(desk, number, "It is done.", used=["late"])
    assert [offer.kept.canned.shortcut for offer in filling.offers(desk)] == [
        "late",
        "hi",
        "quiet",
        "refund",
    ]
    assert [(one.kept.canned.shortcut, one.uses) for one in responses.report(desk)] == [
        ("hi", 1),
        ("late", 1),
        ("quiet", 0),
        ("refund", 0),
    ]
    undo.undo(desk)
    assert [offer.kept.canned.shortcut for offer in filling.offers(desk)][:1] == ["hi"]


def test_an_edit_keeps_what_was_said_before(desk: Desk) -> None:
    before = responses.canned(desk, "hi")
    changed = replace(before.canned, title="Hello")
    assert responses.edit(desk, before, before.canned, {}).version == 1, (
        "the same again is no new version"
    )
    assert responses.edit(desk, before, changed, {}).version == 2
    assert [kept.canned.title for kept in responses.history(desk, "hi")] == ["Greeting", "Hello"]
    with pytest.raises(TryAgainLater, match="changed in the meantime by ada"):
        responses.edit(desk, before, replace(changed, title="Other"), {})
    assert (
        responses.edit(
            desk, responses.canned(desk, "hi"), replace(changed, shortcut="ho", scope=Scope.ME), {}
        ).version
        == 3
    )
    assert [kept.canned.shortcut for kept in responses.history(desk, "ho")] == ["ho"] * 3
    with pytest.raises(NotFound):
        responses.canned(as_agent(desk, BOB), "ho")
    with pytest.raises(NameTaken):
        responses.edit(
            desk,
            responses.canned(desk, "refund"),
            replace(REFUND, shortcut="ho", scope=Scope.ME),
            {},
        )


def test_what_is_wrong_is_not_kept(desk: Desk) -> None:
    with pytest.raises(CannedFaulty, match="frist_name"):
        responses.add(desk, Canned("x", "X", (Body("", "{{ customer.frist_name }}"),)), {})
    with pytest.raises(NameTaken):
        responses.add(desk, GREETING, {})
    with pytest.raises(NotFound) as unknown:
        responses.remove(desk, "refnd")
    assert "Did you mean “refund”?" in unknown.value.hint


def test_a_shortcut_is_found_however_its_letters_are_composed(desk: Desk) -> None:
    responses.add(desk, replace(GREETING, shortcut="grüße"), {})
    assert (
        responses.canned(desk, ";GRU\u0308SSE".replace("SS", "\u1e9e")).canned.shortcut == "grüße"
    )


def test_mine_is_mine(desk: Desk) -> None:
    responses.add(desk, replace(GREETING, title="Mine", scope=Scope.ME), {})
    assert responses.canned(desk, "hi").mine
    assert not responses.canned(as_agent(desk, BOB), "hi").mine
    assert [offer.kept.canned.title for offer in filling.offers(desk)].count("Greeting") == 0, (
        "mine hides everybody's"
    )
    responses.remove(desk, "hi")
    assert responses.canned(desk, "hi").canned.title == "Greeting"


def test_who_may_not_work_on_tickets_writes_no_responses(desk: Desk) -> None:
    with desk.db.write() as tx:
        people.add_agent(tx, "Eve", "eve@shop.test", Role.LIGHT_AGENT, now=START)
    with pytest.raises(NotAllowed):
        responses.remove(as_agent(desk, "eve@shop.test"), "hi")


def test_the_starters_are_in_order(tmp_path: Path) -> None:
    with desk_at(f"sqlite:///{tmp_path}/new.db", StandingClock()) as desk:
        with desk.db.write() as tx:
            starters.furnish(tx, START)
        from supportcli.desk.canned import folders

        every = [kept.canned for kept in responses.list_canned(desk)]
        assert len(every) >= 12
        assert sum(len(one.bodies) > 1 for one in every) >= 3
        assert sum(bool(one.macro) for one in every) >= 2
        assert folders.faults_at(desk) == []
        number = write_in(desk, sender="x@acme.test")
        with desk.db.write() as tx:
            tx.connection().exec_driver_sql("UPDATE customer SET name = ''")
        assert {
            blank
            for one in every
            for blank in filling.insertion(desk, number, one.shortcut).missing
        } == {
            "date",
            "the reason",
            "what we can do",
        }, "nobody is greeted by a gap"
