from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from supportcli.desk import Desk, undo
from supportcli.desk.canned import responses
from supportcli.desk.people.editing import edit_customer
from supportcli.desk.replies import applying, drafts, recipients, writing
from supportcli.desk.tickets import lists, reading, verbs
from supportcli.domain.canned.responses import Body, Canned, Macro
from supportcli.domain.mail import Address
from supportcli.domain.people import Role
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.tickets.ticket import Delivery, Direction, Priority, Status, TicketLine
from supportcli.errors import UsageError
from supportcli.errors.names import NotFound
from supportcli.errors.replies import EmptyText, ReplyHasLeft, SendRefused
from supportcli.errors.tickets import AgentUnknown, NothingToUndo, StepNotAllowed, UndoRefused
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.tables import AgentRow, TicketRow
from tests.desk.desks import BOB, START, StandingClock, as_agent, write_in
from tests.desk.histories import write


def line(desk: Desk, number: int) -> TicketLine:
    return lists.lines(desk, [number])[0]


def draft_of(desk: Desk, number: int) -> str | None:
    draft = drafts.draft(desk, number, "reply")
    return draft.text if draft else None


def test_taking_a_new_ticket_opens_it(desk: Desk) -> None:
    number = write_in(desk)
    done = verbs.assign(desk, [number], "me")
    assert done.numbers == (number,)
    assert f"#{number}" in done.sentence
    assert (line(desk, number).assignee, line(desk, number).status) == (
        Address("Ada Byron", "ada@shop.test"),
        Status.OPEN,
    )


@pytest.mark.parametrize("who", ["bob@shop.test", "Bob Lee", "bob", "BOB"])
def test_an_agent_can_be_named_in_several_ways(desk: Desk, who: str) -> None:
    number = write_in(desk)
    verbs.assign(desk, [number], who)
    assert line(desk, number).assignee == Address("Bob Lee", BOB)


def test_an_agent_who_is_not_here_is_a_usage_error(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Zoe"):
        verbs.assign(desk, [write_in(desk)], "Zoe")


def test_a_verb_that_changes_nothing_writes_nothing(desk: Desk) -> None:
    number = write_in(desk)
    verbs.solve(desk, [number])
    before = line(desk, number)
    assert verbs.solve(desk, [number]).numbers == ()
    assert line(desk, number) == before


def test_solving_many_is_one_gesture(desk: Desk) -> None:
    numbers = [write_in(desk, sender=f"c{i}@acme.test") for i in range(3)]
    done = verbs.solve(desk, numbers)
    assert done.numbers == tuple(numbers)
    assert undo.undo(desk).numbers == tuple(reversed(numbers))
    assert {line(desk, number).status for number in numbers} == {Status.NEW}


def test_one_unknown_number_leaves_all_as_they_are(desk: Desk) -> None:
    number = write_in(desk)
    with pytest.raises(NotFound, match="#999"):
        verbs.solve(desk, [number, 999])
    assert line(desk, number).status is Status.NEW


def test_no_verb_leaves_a_closed_ticket(desk: Desk) -> None:
    number = write_in(desk)
    with desk.db.write() as tx:
        tx.connection().execute(rows.table_of(TicketRow).update().values(status="closed"))
    with pytest.raises(StepNotAllowed, match="closed"):
        verbs.reopen(desk, [number])
    with pytest.raises(StepNotAllowed, match="closed") as refused:
        writing.reply(desk, number, "Hello?")
    assert "reopen" not in refused.value.hint
    assert reading.ticket(desk, number).line.message_count == 1


@pytest.mark.parametrize("status", ["spam", "deleted"])
def test_who_works_on_spam_or_a_deleted_ticket_is_told_how_it_comes_back(
    desk: Desk, status: str
) -> None:
    number = write_in(desk)
    with desk.db.write() as tx:
        tx.connection().execute(rows.table_of(TicketRow).update().values(status=status))
    with pytest.raises(StepNotAllowed, match=status) as refused:
        verbs.solve(desk, [number])
    assert f"supportcli ticket reopen {number}" in refused.value.hint
    with pytest.raises(StepNotAllowed, match=status) as refused:
        writing.reply(desk, number, "Hello?")
    assert f"supportcli ticket reopen {number}" in refused.value.hint
    verbs.reopen(desk, [number])
    verbs.solve(desk, [number])


def test_what_is_new_is_not_reopened(desk: Desk) -> None:
    number, solved = write_in(desk), write_in(desk)
    verbs.solve(desk, [solved])
    with pytest.raises(StepNotAllowed, match=f"#{number} is new: there is nothing to reopen"):
        verbs.reopen(desk, [solved, number])
    assert (line(desk, number).status, line(desk, solved).status) == (Status.NEW, Status.SOLVED)
    assert [event.kind for event in reading.ticket(desk, number).events] == ["created"]


def test_solving_ends_the_wait_and_reopening_does_not_start_it(desk: Desk) -> None:
    number = write_in(desk)
    verbs.solve(desk, [number])
    assert line(desk, number).waiting_since is None
    verbs.reopen(desk, [number])
    assert (line(desk, number).status, line(desk, number).waiting_since) == (Status.OPEN, None)


def test_tags_are_words_in_lower_case(desk: Desk) -> None:
    number = write_in(desk)
    verbs.tag(desk, [number], add={"Refund", "#vip"})
    verbs.tag(desk, [number], add={"b2b"}, remove={"vip"})
    assert line(desk, number).tags == ("b2b", "refund")
    for wrong in ("", "two words", "a,b", 'say"', "status:open", "x" * 61):
        with pytest.raises(UsageError):
            verbs.tag(desk, [number], add={wrong})


def test_a_note_needs_a_word(desk: Desk) -> None:
    number = write_in(desk)
    with pytest.raises(EmptyText):
        verbs.note(desk, number, " \n")
    verbs.note(desk, number, "Calls on Monday.")
    last = reading.ticket(desk, number).messages[-1]
    assert (last.direction, last.text, last.sender.name) == (
        Direction.NOTE,
        "Calls on Monday.",
        "Ada Byron",
    )


def test_a_call_becomes_a_ticket(desk: Desk) -> None:
    done = verbs.new(
        desk,
        mailbox=None,
        customer=Address("Jo", "jo@acme.test"),
        subject="Called",
        text="Wants a quote.",
    )
    shown = reading.ticket(desk, done.numbers[0])
    assert (shown.line.customer.address, shown.line.status, shown.messages[0].direction) == (
        "jo@acme.test",
        Status.NEW,
        Direction.IN,
    )
    undo.undo(desk)
    assert reading.ticket(desk, done.numbers[0]).line.status is Status.DELETED


def test_a_light_agent_may_note_and_nothing_else(desk: Desk) -> None:
    number = write_in(desk)
    with desk.db.write() as tx:
        tx.connection().execute(
            rows.table_of(AgentRow).update().values(role=Role.LIGHT_AGENT.value)
        )
    verbs.note(desk, number, "Seen.")
    with pytest.raises(Exception, match="may not work on tickets"):
        verbs.solve(desk, [number])
    assert line(desk, number).status is Status.NEW


def test_whoever_is_no_agent_is_told_so(desk: Desk) -> None:
    with pytest.raises(AgentUnknown, match="mallory"):
        verbs.solve(as_agent(desk, "mallory@else.test"), [write_in(desk)])


def test_a_reply_waits_ten_seconds_and_takes_the_ticket(desk: Desk, clock: StandingClock) -> None:
    number = write_in(desk)
    done = writing.reply(desk, number, "We send a new one.")
    shown = reading.ticket(desk, number)
    reply = shown.messages[-1]
    assert f"#{number}" in done.sentence
    assert (reply.direction, reply.delivery, reply.not_before) == (
        Direction.OUT,
        Delivery.QUEUED,
        clock() + timedelta(seconds=10),
    )
    assert (shown.line.status, shown.line.assignee, shown.line.waiting_since) == (
        Status.PENDING,
        Address("Ada Byron", "ada@shop.test"),
        None,
    )
    assert [address.address for address in reply.to] == ["maria@acme.test"]


def test_a_reply_can_solve(desk: Desk) -> None:
    number = write_in(desk)
    writing.reply(desk, number, "Done.", status=Status.SOLVED)
    assert line(desk, number).status is Status.SOLVED


def test_an_undone_reply_is_a_draft_again(desk: Desk) -> None:
    number = write_in(desk)
    writing.reply(desk, number, "We send a new one.")
    undo.undo(desk)
    shown = reading.ticket(desk, number)
    assert (
        shown.line.status,
        shown.line.assignee,
        shown.line.message_count,
        len(shown.messages),
    ) == (Status.NEW, None, 1, 1)
    assert draft_of(desk, number) == "We send a new one."
    assert shown.line.waiting_since == shown.messages[0].created_at


@pytest.mark.parametrize("news", ["message", "note", "reply"])
def test_a_reply_is_refused_for_what_its_writer_had_not_seen(desk: Desk, news: str) -> None:
    number = write_in(desk)
    seen = reading.ticket(desk, number).last_event
    bob = as_agent(desk, BOB)
    if news == "message":
        write_in(desk, number, "Never mind.")
    elif news == "note":
        verbs.note(bob, number, "I called her.")
    else:
        writing.reply(bob, number, "On it.")
    with pytest.raises(SendRefused, match=news):
        writing.reply(desk, number, "We send a new one.", seen=seen)
    shown = reading.ticket(desk, number)
    assert shown.messages[-1].text != "We send a new one."
    assert draft_of(desk, number) == "We send a new one."
    writing.reply(desk, number, "We send a new one.", seen=shown.last_event)
    assert reading.ticket(desk, number).messages[-1].text == "We send a new one."


def test_other_verbs_are_never_refused_for_news(desk: Desk) -> None:
    number = write_in(desk)
    write_in(desk, number, "And another thing.")
    assert verbs.solve(desk, [number]).numbers == (number,)


def test_undo_refuses_what_somebody_changed_since_and_names_them(desk: Desk) -> None:
    number = write_in(desk)
    verbs.assign(desk, [number], "me")
    verbs.assign(as_agent(desk, BOB), [number], "bob")
    with pytest.raises(UndoRefused, match=BOB):
        undo.undo(desk)
    assert line(desk, number).assignee == Address("Bob Lee", BOB)


def test_undo_hides_no_customer_behind_a_status_that_is_the_same_again(desk: Desk) -> None:
    number = write_in(desk)
    bobs = as_agent(desk, BOB)
    verbs.solve(desk, [number])
    verbs.reopen(bobs, [number])
    verbs.solve(desk, [number])
    write(desk, number)
    with pytest.raises(UndoRefused, match=r"maria@acme\.test"):
        undo.undo(bobs)
    assert line(desk, number).status is Status.OPEN


def test_undo_minds_no_change_that_was_undone_itself(desk: Desk) -> None:
    number = write_in(desk)
    bobs = as_agent(desk, BOB)
    verbs.prioritise(bobs, [number], Priority.HIGH)
    verbs.prioritise(desk, [number], Priority.LOW)
    undo.undo(desk)
    undo.undo(bobs)
    assert line(desk, number).priority is Priority.NORMAL


def test_undo_leaves_the_fields_that_others_changed(desk: Desk) -> None:
    number = write_in(desk)
    verbs.tag(desk, [number], add={"leak"})
    verbs.prioritise(as_agent(desk, BOB), [number], Priority.HIGH)
    undo.undo(desk)
    assert (line(desk, number).tags, line(desk, number).priority) == ((), Priority.HIGH)


def test_undo_takes_back_my_verbs_one_by_one_and_not_those_of_others(desk: Desk) -> None:
    number = write_in(desk)
    verbs.prioritise(as_agent(desk, BOB), [number], Priority.HIGH)
    verbs.tag(desk, [number], add={"leak"})
    verbs.tag(desk, [number], add={"vip"})
    undo.undo(desk)
    assert line(desk, number).tags == ("leak",)
    undo.undo(desk)
    assert line(desk, number).tags == ()
    with pytest.raises(NothingToUndo):
        undo.undo(desk)
    with pytest.raises(NothingToUndo):
        undo.undo(desk, number)
    with pytest.raises(NotFound):
        undo.undo(desk, 999)
    assert line(desk, number).priority is Priority.HIGH


def test_a_reply_that_has_left_cannot_be_undone(desk: Desk) -> None:
    number = write_in(desk)
    writing.reply(desk, number, "Gone.")
    with desk.db.write() as tx:
        from supportcli.storage.tables import OutboxRow

        tx.connection().execute(rows.table_of(OutboxRow).update().values(state=Delivery.SENT.value))
    with pytest.raises(ReplyHasLeft):
        undo.undo(desk)
    assert reading.ticket(desk, number).messages[-1].text == "Gone."


def test_a_customers_message_meanwhile_does_not_stop_the_undo_of_a_reply(
    desk: Desk, clock: StandingClock
) -> None:
    number = write_in(desk)
    writing.reply(desk, number, "We send a new one.")
    clock.tick(seconds=2)
    write_in(desk, number, "Wait!")
    undo.undo(desk)
    assert [message.text for message in reading.ticket(desk, number).messages] == [
        "It leaks.",
        "Wait!",
    ]


def test_nobody_waits_again_where_a_later_reply_stands(desk: Desk, clock: StandingClock) -> None:
    number, bobs = write_in(desk), as_agent(desk, BOB)
    since = line(desk, number).waiting_since
    writing.reply(desk, number, "We send a new one.")
    clock.tick(minutes=1)
    writing.reply(bobs, number, "It leaves today.")
    undo.undo(desk)
    assert line(desk, number).waiting_since is None
    undo.undo(bobs)
    assert line(desk, number).waiting_since == since


def test_nobody_waits_again_in_a_ticket_that_was_solved_since(desk: Desk) -> None:
    number, bobs = write_in(desk), as_agent(desk, BOB)
    since = line(desk, number).waiting_since
    writing.reply(desk, number, "We send a new one.")
    verbs.solve(bobs, [number])
    undo.undo(desk)
    assert (line(desk, number).status, line(desk, number).waiting_since) == (Status.SOLVED, None)
    undo.undo(bobs)
    assert line(desk, number).waiting_since == since


def test_the_oldest_message_waits_again_though_a_newer_one_does_already(
    desk: Desk, clock: StandingClock
) -> None:
    """As its service-level target, which began with it, goes on."""
    number = write_in(desk)
    since = line(desk, number).waiting_since
    writing.reply(desk, number, "We send a new one.")
    clock.tick(minutes=1)
    write(desk, number)
    undo.undo(desk)
    assert line(desk, number).waiting_since == since


def test_undo_of_a_reply_keeps_what_was_written_since(desk: Desk) -> None:
    number = write_in(desk)
    writing.reply(desk, number, "We send a new one.")
    drafts.save_draft(desk, number, "reply", "One more thing.", 0)
    undo.undo(desk)
    assert draft_of(desk, number) == "We send a new one.\n\nOne more thing."


@pytest.mark.parametrize(
    ("begun", "of_draft", "left"),
    [("Other words.", False, "Other words."), ("Yes.\n", False, None), ("Ye", True, None)],
)
def test_a_reply_forgets_the_draft_it_was_made_of_and_no_other(
    desk: Desk, begun: str, of_draft: bool, left: str | None
) -> None:
    number = write_in(desk)
    drafts.save_draft(desk, number, "reply", begun, 0)
    writing.reply(desk, number, "Yes.", of_draft=of_draft)
    assert draft_of(desk, number) == left


@pytest.mark.parametrize(
    ("begun", "of_draft", "left"),
    [
        ("Other words.", False, "Yes.\n\nOther words."),
        ("Yes.\n", False, "Yes."),
        ("Ye", True, "Yes."),
    ],
)
def test_a_reply_that_was_refused_is_kept_beside_another_draft(
    desk: Desk, begun: str, of_draft: bool, left: str
) -> None:
    number = write_in(desk)
    seen = reading.ticket(desk, number).last_event
    drafts.save_draft(desk, number, "reply", begun, seen)
    write_in(desk, number, "Never mind.")
    with pytest.raises(SendRefused):
        writing.reply(desk, number, "Yes.", seen=seen, of_draft=of_draft)
    assert draft_of(desk, number) == left


@pytest.mark.parametrize("later", ["message", "reply", "note"])
def test_undo_takes_no_ticket_away_in_which_something_was_said_since(
    desk: Desk, later: str
) -> None:
    opened = verbs.new(
        desk,
        mailbox=None,
        customer=Address("Grace", "grace@customer.test"),
        subject="Call",
        text="She called.",
    )
    (number,) = opened.numbers
    if later == "message":
        write_in(desk, number, "I called.")
    elif later == "reply":
        writing.reply(desk, number, "It leaves in ten seconds.")
    else:
        verbs.note(as_agent(desk, BOB), number, "I know her.")
    with pytest.raises(UndoRefused, match=later):
        undo.undo(desk, gesture_id=opened.gesture)
    assert line(desk, number).status is not Status.DELETED
    if later == "reply":
        undo.undo(desk)
        undo.undo(desk)
        assert line(desk, number).status is Status.DELETED


def test_changes_of_another_process_are_seen(desk: Desk) -> None:
    number = write_in(desk)
    changes = reading.Changes(desk)
    assert not changes.moved()
    other = Database.open(desk.settings.database)
    try:
        verbs.solve(replace(desk, db=other), [number])
    finally:
        other.close()
    assert changes.moved()
    assert changes.since() == (number,)
    assert not changes.moved()
    assert changes.since() == ()


def test_a_change_of_a_customer_is_one_of_their_tickets_and_asks_one_statement_more(
    each_desk: Desk,
) -> None:
    desk, asked = each_desk, list[str]()
    first, second = write_in(desk), write_in(desk)
    write_in(desk, sender="eve@acme.test")
    changes = reading.Changes(desk)

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.extend([statement] if "event" in statement else [])

    event.listen(desk.db.engine, "before_cursor_execute", note)
    assert changes.since() == ()
    assert len(asked) == 1, "as if there were no people"
    event.remove(desk.db.engine, "before_cursor_execute", note)
    edit_customer(desk, "maria@acme.test", CustomerChanges(vip=True))
    asked.clear()
    event.listen(desk.db.engine, "before_cursor_execute", note)
    assert sorted(changes.since()) == [first, second]
    assert len(asked) == 2
    event.remove(desk.db.engine, "before_cursor_execute", note)
    verbs.solve(desk, [first])
    assert changes.since() == (first,)


def test_a_mailbox_that_was_removed_is_never_answered(desk: Desk) -> None:
    from supportcli.storage.setup import mailboxes

    number = write_in(
        desk, message={"cc": (Address("", "old@shop.test"), Address("", "jo@acme.test"))}
    )
    with desk.db.write() as tx:
        [old] = mailboxes.mailboxes(tx)
        mailboxes.remove_mailbox(
            tx, mailboxes.add_mailbox(tx, replace(old, address="old@shop.test"), START)
        )
    assert [
        address.address for address in recipients.addressing_of(desk, number).recipients.cc
    ] == ["jo@acme.test"]


def _send_all(desk: Desk, state: Delivery = Delivery.SENT) -> None:
    from supportcli.storage.tables import OutboxRow

    with desk.db.write() as tx:
        tx.connection().execute(rows.table_of(OutboxRow).update().values(state=state.value))


@pytest.mark.parametrize(
    "state", [Delivery.SENDING, Delivery.SENT, Delivery.UNCERTAIN, Delivery.DEFERRED]
)
@pytest.mark.parametrize("before", [Status.NEW, Status.OPEN, Status.PENDING])
def test_a_late_undo_takes_back_the_solve_and_says_that_the_reply_has_left(
    desk: Desk, before: Status, state: Delivery
) -> None:
    number = write_in(desk)
    if before is Status.OPEN:
        verbs.wait(desk, [number])
        verbs.reopen(desk, [number])
    if before is Status.PENDING:
        verbs.wait(desk, [number])
    writing.reply(desk, number, "Gone.", status=Status.SOLVED)
    _send_all(desk, state)
    done = undo.undo(desk, number)
    now_is = Status.PENDING if before is Status.PENDING else Status.OPEN
    assert done.sentence == f"Already sent · the rest is undone: #{number} is {now_is.value} again."
    assert done.partly
    after = reading.ticket(desk, number)
    assert after.line.status is now_is
    assert after.messages[-1].text == "Gone."
    assert after.line.waiting_since is None, "the customer has the answer"
    with pytest.raises(NothingToUndo):
        undo.undo(desk, gesture_id="none of these")
    undo.undo(desk, number)
    assert line(desk, number).status is Status.SOLVED, "what was undone can be done again"


def test_a_late_undo_takes_back_what_a_macro_changed_but_for_what_somebody_changed_since(
    desk: Desk,
) -> None:
    number = write_in(desk)
    macro = Macro(Status.SOLVED, ("refund",), assignee="me", priority=Priority.HIGH)
    responses.add(desk, Canned("refund", "Refund", (Body("", "Refunded."),), macro=macro), {})
    applying.apply(desk, [number], "refund")
    _send_all(desk)
    verbs.tag(desk, [number], {"vip"}, set())
    gesture = next(
        event.gesture for event in reading.ticket(desk, number).events if event.kind == "replied"
    )
    done = undo.undo(desk, gesture_id=gesture)
    after = line(desk, number)
    assert (after.status, after.priority, after.assignee, after.tags) == (
        Status.OPEN,
        Priority.NORMAL,
        None,
        ("refund", "vip"),
    )
    assert "has its earlier priority" in done.sentence


def test_of_replies_to_many_of_which_some_have_left_nothing_is_undone(desk: Desk) -> None:
    numbers = [write_in(desk), write_in(desk, sender="other@acme.test")]
    responses.add(
        desk, Canned("done", "Done", (Body("", "Done."),), macro=Macro(Status.SOLVED)), {}
    )
    applying.apply(desk, numbers, "done")
    with desk.db.write() as tx:
        from supportcli.storage.tables import OutboxRow

        table = rows.table_of(OutboxRow)
        first = tx.connection().execute(table.select()).first()
        assert first is not None
        tx.connection().execute(
            table.update().where(table.c.id == first.id).values(state=Delivery.SENT.value)
        )
    with pytest.raises(ReplyHasLeft):
        undo.undo(desk)
    assert [line(desk, number).status for number in numbers] == [Status.SOLVED, Status.SOLVED]
