"""A snoozed ticket comes back at its time, or when its customer writes, and by nothing else."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlmodel import Session

from supportcli.desk import Desk, ticking, undo
from supportcli.desk.gestures import Done
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, merging, reading, snoozing, ticket_json, verbs
from supportcli.domain.sla.calendar import Calendar
from supportcli.domain.sla.calendar_text import week_of
from supportcli.domain.tickets.snoozing import UNTIL_REPLY
from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.errors.replies import TimePast, TimeUnreadable
from supportcli.errors.tickets import NotSnoozable, UndoRefused, ZoneUnknown
from supportcli.storage.sla import calendars
from supportcli.storage.tickets import messages
from tests.desk.desks import StandingClock, write_in
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import letter


def line(desk: Desk, number: int) -> TicketLine:
    return lists.lines(desk, [number])[0]


def history(desk: Desk, number: int) -> list[tuple[str, str]]:
    return [(event.kind, event.actor_kind) for event in reading.ticket(desk, number).events]


def test_it_wakes_at_its_time_and_a_tick_notes_that(desk: Desk, clock: StandingClock) -> None:
    number = write_in(desk)
    done = snoozing.snooze(desk, [number], "2h")
    assert done.sentence == "Snoozed #1."
    slept = line(desk, number)
    assert (slept.status, slept.snoozed_until) == (Status.OPEN, desk.now() + timedelta(hours=2))
    clock.tick(minutes=119)
    ticking.tick(desk)
    assert line(desk, number).snoozed_until is not None
    clock.tick(minutes=1)
    assert ticket_json.line(line(desk, number), desk.now())["snoozed_until"] is None
    ticking.tick(desk)
    assert line(desk, number).snoozed_until is None
    assert history(desk, number)[1:] == [("snoozed", "agent"), ("woken", "desk")]
    ticking.tick(desk)
    assert len(history(desk, number)) == 3
    with pytest.raises(UndoRefused, match="by the desk itself"):
        undo.undo(desk)


def test_the_customers_mail_wakes_it_and_a_note_or_our_reply_does_not(
    desk: Desk, servers: FakeServers
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"))
    snoozing.snooze(desk, [1], "reply")
    assert ticket_json.line(line(desk, 1), desk.now())["snoozed_until"] == "reply"
    verbs.note(desk, 1, "Asked the supplier.")
    writing.reply(desk, 1, "We are on it.")
    assert line(desk, 1).snoozed_until == UNTIL_REPLY
    take_in(desk, servers, letter("b", "And now?", references=["a"]))
    assert (line(desk, 1).snoozed_until, line(desk, 1).message_count) == (None, 4)
    assert reading.ticket(desk, 1).events[-1].after["snoozed_until"] is None


def test_what_is_merged_into_it_by_a_customer_who_waits_wakes_it(desk: Desk) -> None:
    for _ in range(2):
        write_in(desk)
    snoozing.snooze(desk, [1], "tomorrow")
    merging.merge(desk, [2], 1)
    assert line(desk, 1).snoozed_until is None
    undo.undo(desk)
    assert line(desk, 1).snoozed_until is not None


@pytest.mark.parametrize("over", [verbs.solve, verbs.spam, verbs.delete])
def test_what_is_over_is_not_snoozed_and_undo_brings_that_back(
    desk: Desk, over: Callable[[Desk, Sequence[int]], Done]
) -> None:
    write_in(desk)
    snoozing.snooze(desk, [1], "tomorrow 9:00")
    until = line(desk, 1).snoozed_until
    over(desk, [1])
    assert line(desk, 1).snoozed_until is None
    with pytest.raises(NotSnoozable, match="nobody has to come back to it"):
        snoozing.snooze(desk, [1], "2h")
    undo.undo(desk)
    assert line(desk, 1).snoozed_until == until
    undo.undo(desk)
    assert (line(desk, 1).snoozed_until, line(desk, 1).status) == (None, Status.NEW)


def test_it_can_be_woken_and_snoozed_otherwise(desk: Desk) -> None:
    for _ in range(2):
        write_in(desk)
    snoozing.snooze(desk, [1, 2], "2h")
    assert snoozing.snooze(desk, [1, 2], "2h").numbers == ()
    assert snoozing.snooze(desk, [2], "reply").sentence == "Snoozed #2."
    assert snoozing.wake(desk, [1, 2]).sentence == "Woke 2 tickets: #1 #2."
    assert snoozing.wake(desk, [1]).sentence == "Nothing changed: already awake."
    undo.undo(desk)
    assert line(desk, 2).snoozed_until == UNTIL_REPLY


def test_words_are_understood_or_nothing_is_done(desk: Desk) -> None:
    write_in(desk)
    for typed, error in (("soon", TimeUnreadable), ("2026-03-01", TimePast), ("", TimeUnreadable)):
        with pytest.raises(error):
            snoozing.snooze(desk, [1], typed)
    with pytest.raises(ZoneUnknown, match="time zone"):
        snoozing.snooze(desk, [1], "tomorrow 9:00 their time")
    assert line(desk, 1).snoozed_until is None


def test_a_time_is_the_customers_when_asked(desk: Desk, servers: FakeServers) -> None:
    desk = servers.at(desk)
    tokyo = datetime(2026, 3, 2, 17, 0, tzinfo=timezone(timedelta(hours=9)))
    take_in(desk, servers, letter("a", sent=tokyo))
    snoozing.snooze(desk, [1], "tomorrow 9:00 their time")
    assert line(desk, 1).snoozed_until == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)


def test_a_customers_mail_is_read_only_for_a_time_of_theirs(
    desk: Desk, servers: FakeServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = servers.at(desk)
    take_in(desk, servers, letter("a"))
    read: list[int] = []
    raw = messages.raw

    def noted(tx: Session, message_id: int) -> bytes | None:
        read.append(message_id)
        return raw(tx, message_id)

    monkeypatch.setattr(messages, "raw", noted)
    snoozing.snooze(desk, [1], "2h")
    assert read == []
    snoozing.snooze(desk, [1], "tomorrow 9:00 their time")
    assert len(read) == 1


def test_the_next_business_morning_is_the_calendars(desk: Desk, clock: StandingClock) -> None:
    with desk.db.write() as tx:
        office = Calendar("office", "Asia/Tokyo", week_of("mon-fri 9:00-17:00"))
        calendars.add_calendar(tx, office, agent_id=None, now=desk.now())
    clock.now = datetime(2026, 3, 6, 9, 0, tzinfo=UTC)  # a Friday
    write_in(desk)
    snoozing.snooze(desk, [1], "next business morning")
    assert line(desk, 1).snoozed_until == datetime(2026, 3, 9, 0, 0, tzinfo=UTC)
