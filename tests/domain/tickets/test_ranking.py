"""The queue of `next`: which ticket comes first, and why."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.mail import Address
from supportcli.domain.tickets.ranking import ranked
from supportcli.domain.tickets.ticket import Priority, SlaStatus, Status, TicketLine
from tests.desk.desks import START

LINE = TicketLine(
    number=1,
    subject="Leak",
    status=Status.OPEN,
    priority=Priority.NORMAL,
    customer=Address("Maria", "maria@acme.test"),
    assignee=None,
    mailbox="help@shop.test",
    tags=(),
    created_at=START,
    updated_at=START,
    waiting_since=None,
    message_count=1,
    version=1,
)


def due(line: TicketLine, **after: float) -> TicketLine:
    return replace(
        line,
        clock=SlaStatus("first-response", START + timedelta(**after), is_open=True, breaches=0),
    )


def waits(line: TicketLine, **since: float) -> TicketLine:
    return replace(line, waiting_since=START - timedelta(**since))


def test_each_band_comes_before_the_next_one_and_says_why() -> None:
    numbered = [replace(LINE, number=number) for number in range(1, 13)]
    lines = [
        due(replace(numbered[0], vip=True), minutes=-12),
        due(numbered[1], minutes=12),
        replace(numbered[2], priority=Priority.URGENT),
        waits(replace(numbered[3], tags=("refund", "vip")), hours=1),
        waits(numbered[4], hours=1),
        waits(numbered[5], hours=1),
        replace(numbered[6], priority=Priority.HIGH),
        due(numbered[7], hours=30),
        waits(numbered[8], days=3, hours=5),
        waits(numbered[9], minutes=90),
        numbered[10],
        waits(replace(numbered[11], vip=True), minutes=30),
    ]
    queue = ranked(reversed(lines), {5: 2, 6: 3, 9: 1}, START)
    assert [(one.line.number, one.reason) for one in queue] == [
        (1, "overdue by 12 min"),
        (2, "due in 12 min"),
        (3, "urgent"),
        (4, "VIP"),
        (12, "VIP"),
        (5, "reopened twice"),
        (6, "reopened 3 times"),
        (7, "high priority"),
        (8, "due in 30 h"),
        (9, "waiting 3 d"),
        (10, "waiting 90 min"),
        (11, "open"),
    ]


MINUTES = st.one_of(st.none(), st.integers(-500, 500))


@given(
    lines=st.lists(st.tuples(MINUTES, MINUTES, st.sampled_from(Priority)), max_size=12),
    later=st.integers(0, 100),
)
def test_nobody_who_is_due_or_waits_longer_comes_behind_an_equal(
    lines: list[tuple[int | None, int | None, Priority]], later: int
) -> None:
    made = []
    for number, (due_in, waited, priority) in enumerate(lines, 1):
        line = replace(LINE, number=number, priority=priority)
        line = line if due_in is None else due(line, minutes=due_in)
        made.append(line if waited is None else waits(line, minutes=abs(waited)))
    queue = ranked(made, {}, START + timedelta(minutes=later))
    assert sorted(one.line.number for one in queue) == [line.number for line in made]
    for one, other in pairwise(queue):
        assert one.band <= other.band
        if one.band is other.band and one.line.clock and other.line.clock:
            assert one.line.clock.due_at <= other.line.clock.due_at  # type: ignore[operator]
    assert queue == ranked(reversed(made), {}, START + timedelta(minutes=later))
