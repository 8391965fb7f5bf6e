"""What was done to a ticket, in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from supportcli.domain.history import WORDS
from supportcli.domain.intake.ledger import MailEvent
from supportcli.domain.people import DESK
from supportcli.domain.people.history import PeopleEvent
from supportcli.domain.tickets.ticket import Direction, Event
from supportcli.domain.tickets.verbs import VERBS
from supportcli.rendering.events import entries, names_in, runs, sentence
from supportcli.storage.mail import mail_events
from supportcli.storage.people import people_events
from supportcli.storage.tickets import events
from tests.desk.desks import ADA as ADAS
from tests.desk.desks import START, desk_at, write_in
from tests.rendering.lines import ADA, MARIA, NOW, message, ticket

NAMES = {ADA.address: ADA.name}
CLOCKS = {"warned", "breached", "excused"}


def done(kind: str, **fields: Any) -> Event:
    """An event of Ada."""
    usual: dict[str, Any] = {"before": {}, "after": {}, "message_id": None, "undoes": None}
    who = {"actor_kind": "agent", "actor": ADA.address, "gesture": "one", "ticket": 1042}
    return Event(id=9, at=NOW, kind=kind, **{**who, **usual, **fields})


def told(kind: str, **fields: Any) -> str:
    event = done(kind, **fields)
    return sentence(ticket(message()), event, NAMES, aside=False)


@pytest.mark.parametrize("kind", sorted(WORDS["ticket"]))
def test_each_kind_of_event_is_said_in_words(kind: str) -> None:
    target = {"target": "first-response", "reason": "strike"}
    said = told(kind, after=target if kind in CLOCKS else {})
    subject = "first response is|first response was" if kind in CLOCKS else "Ada Byron"
    assert said.startswith(tuple(f"{one} " for one in subject.split("|")))
    assert "-" not in said
    assert WORDS["ticket"][kind].split()[0] not in {"", "waiting", "spam", "on-hold"}


def test_each_verb_has_words() -> None:
    assert {verb.kind for verb in VERBS if verb.kind} <= set(WORDS["ticket"])


def of_ticket(tx: Session, kind: str) -> None:
    events.record(tx, events.NewEvent(START, DESK, "one", kind, 1))


def of_mail(tx: Session, kind: str) -> None:
    mail_events.record(
        tx, MailEvent(at=START, actor=ADAS, gesture="one", kind=kind, mail=1, before={}, after={})
    )


def of_person(tx: Session, kind: str) -> None:
    people_events.record(
        tx, PeopleEvent(at=START, actor=ADAS, gesture="one", kind=kind, customer=1)
    )


@pytest.mark.parametrize("record", [of_ticket, of_mail, of_person])
def test_what_has_no_words_is_not_written(
    tmp_path: Path, record: Callable[[Session, str], None]
) -> None:
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}") as desk:
        write_in(desk)
        with desk.db.write() as tx, pytest.raises(ValueError, match="“zapped” has no words"):
            record(tx, "zapped")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"before": {"status": "open"}, "after": {"status": "solved"}}, "status open → solved"),
        ({"before": {"tags": ["a"]}, "after": {"tags": ["b"]}}, "+b -a"),
        ({"after": {"assignee_id": ADA.address}}, "assigned to Ada Byron"),
        ({"after": {"assignee_id": None}}, "unassigned"),
        ({"before": {"team": "billing"}, "after": {"team": None}}, "out of the team billing"),
        ({"after": {"snoozed_until": None}}, "awake"),
        ({"before": {"field:plan": "free"}, "after": {"field:plan": "pro"}}, "plan free → pro"),
        ({"after": {"merged_into": 7}}, "into #7"),
        ({"after": {"answer": "550 no \x1b[31mroom"}}, "“550 no [31mroom”"),
        ({"after": {"waiting_since": "2026"}}, ""),
    ],
)
def test_what_changed_is_said(fields: dict[str, Any], said: str) -> None:
    shown = sentence(ticket(message()), done("solved", **fields), NAMES, aside=True)
    assert shown.replace("�", "").replace("␛", "") == said


def test_who_takes_a_ticket_from_everybody_unassigned_it() -> None:
    event = done("assigned", before={"assignee_id": ADA.address}, after={"assignee_id": None})
    assert sentence(ticket(message()), event, NAMES, aside=False) == "Ada Byron unassigned it"


def test_an_undo_names_what_it_undid() -> None:
    first = done("solved")
    undo = done("undone", gesture="two", undoes="one")
    both = ticket(message(), events=(first, undo))
    assert sentence(both, undo, NAMES, aside=False) == "Ada Byron undid: solved it"


def test_a_message_stands_for_the_event_that_brought_it() -> None:
    written = message(sender=MARIA)
    brought = done("received", message_id=written.id)
    solved = done("solved", after={"status": "solved"})
    later = ticket(written, events=(brought, solved))
    assert entries(later) == [written, solved]


def at(minutes: int, kind: str = "tagged", **fields: Any) -> Event:
    return replace(done(kind, **fields), at=NOW + timedelta(minutes=minutes))


def test_what_was_done_stands_between_the_messages_it_was_done_between() -> None:
    wrote = message(1, sender=MARIA)
    replied = message(2, Direction.OUT, created_at=NOW + timedelta(minutes=10))
    both = ticket(
        wrote,
        replied,
        events=(
            at(0, "received", message_id=wrote.id, after={"status": "open"}),
            at(1, after={"tags": ["refund"]}),
            at(2, "prioritised", before={"priority": "low"}, after={"priority": "high"}),
            at(3, "breached", actor="", after={"target": "first-response"}),
            at(10, "replied", message_id=replied.id, after={"status": "pending"}),
            at(11, "solved", actor=MARIA.address),
        ),
    )
    before, first, last = runs(both, names_in(both, ()) | NAMES)
    assert not before
    assert [event.short for event in first] == [
        "status open",
        "Ada Byron tagged it · +refund",
        "set the priority · priority low → high",
        "first response was breached",
    ]
    assert first[2].said == "Ada Byron set the priority · priority low → high"
    assert [event.said for event in last] == ["status pending", "Maria Lopez solved it"]
    assert list(map(len, runs(replace(both, earlier=3), NAMES))) == [0, 4, 2]
    later = replace(both, messages=(replied,), earlier=1)
    assert list(map(len, runs(later, NAMES))) == [0, 2], "it was done before what is loaded"


def test_no_event_escapes_its_line() -> None:
    hostile = ticket(message(), events=(at(1, after={"tags": ["\x1b[31m", "a\nb"]}),))
    (event,) = runs(hostile, {ADA.address: "A\x1b]0;x\x07da"})[-1]
    assert not set("\x1b\x07\n") & set(event.said + event.short)
