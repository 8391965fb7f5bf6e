"""How long customers wait: for the first answer, for each next one, and until their ticket is
solved."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import GROUPS, report
from supportcli.domain.reports.table import (
    Column,
    Fact,
    Frame,
    count,
    mean,
    middle,
    ninetieth,
    timing,
)
from supportcli.domain.reports.ticket_life import Life, answers, changes
from supportcli.domain.tickets.ticket import SETTLED


def _times(counted: str, title: str) -> tuple[Column, ...]:
    return (
        count(counted, title, "time"),
        timing("median", "Median", middle, "time"),
        timing("p90", "90 % within", ninetieth, "time"),
        timing("mean", "Mean", mean, "time"),
    )


def _responses(life: Life, frame: Frame, *, first: bool) -> Iterator[Fact]:
    for answer in answers(life):
        if answer.first is first and answer.at in frame.period:
            yield Fact(
                life.labels, answer.at, "time", frame.seconds(answer.since, answer.at), answer.agent
            )


@report(
    "first-response",
    "First response",
    "Show how long customers waited for a first reply.",
    by=("length", *GROUPS),
    columns=_times("answered", "Answered"),
    drawn="median",
    lengths=("answered",),
    of_work=True,
)
def first_response(life: Life, frame: Frame) -> Iterator[Fact]:
    """The time from when the customer's first message reached the mail server (or the call was
    recorded) until an agent's first reply was written, whenever it was delivered. Dated by when the
    reply was written. Notes and automatic mail are not replies, and automatic mail does not start a
    clock. “Agent” is whoever wrote the reply. Not counted: tickets solved before anybody replied,
    tickets not answered yet, imported tickets and mail from before the mailbox was added (nobody
    here kept those customers waiting), spam and deleted tickets, and replies that were undone. A
    reply counts in the ticket where it stands now."""
    return _responses(life, frame, first=True)


@report(
    "next-response",
    "Next response",
    "Show how long customers waited for later replies.",
    by=("length", *GROUPS),
    columns=_times("answered", "Answered"),
    drawn="median",
    lengths=("answered",),
    of_work=True,
)
def next_response(life: Life, frame: Frame) -> Iterator[Fact]:
    """The time from the customer's oldest unanswered message to the reply that answered it. Counts
    every reply after the first response, and every reply in a ticket that was imported or began
    before the mailbox was added. Dated by when the reply was written. Several messages in a row are
    one wait, from the first of them. A second reply in a row answers nobody and has no time.
    “Agent” is whoever wrote the reply. Not counted: waits that ended because the ticket was solved,
    messages not answered yet, spam and deleted tickets, and replies that were undone. A reply
    counts in the ticket where it stands now."""
    return _responses(life, frame, first=False)


@report(
    "resolution",
    "Resolution",
    "Show how long it took to solve tickets for good.",
    by=("length", *GROUPS),
    columns=_times("solved", "Solved"),
    drawn="median",
    lengths=("solved",),
    of_work=True,
)
def resolution(life: Life, frame: Frame) -> Iterator[Fact]:
    """The time from a ticket's creation until it was solved for good, including reopenings and time
    spent waiting for the customer. Dated by when it was solved. “For good” means still solved at
    the end of the period: a ticket that was reopened before then counts once it is solved again.
    “Agent” is whoever solved it. Not counted: imported tickets and mail from before the mailbox was
    added, spam, deleted and merged tickets, and what was undone."""
    if life.silent:
        return
    known = [change for change in changes(life) if change.at < frame.period.until]
    if known and known[-1].after in SETTLED:
        last = next(
            change
            for change in reversed(known)
            if change.after in SETTLED and change.before not in SETTLED
        )
        if last.at in frame.period:
            yield Fact(
                life.labels, last.at, "time", frame.seconds(life.created_at, last.at), last.agent
            )


@report(
    "first-resolution",
    "First resolution",
    "Show how long it took to first solve tickets.",
    by=("length", *GROUPS),
    columns=_times("solved", "Solved"),
    drawn="median",
    lengths=("solved",),
    of_work=True,
)
def first_resolution(life: Life, frame: Frame) -> Iterator[Fact]:
    """The time from a ticket's creation until it was first solved, whether or not it was reopened
    later. Dated by when it was first solved. “Agent” is whoever solved it. Not counted: imported
    tickets and mail from before the mailbox was added, spam, deleted and merged tickets, and what
    was undone."""
    first = next((change for change in changes(life) if change.after in SETTLED), None)
    if first is not None and first.at in frame.period and not life.silent:
        yield Fact(
            life.labels, first.at, "time", frame.seconds(life.created_at, first.at), first.agent
        )
