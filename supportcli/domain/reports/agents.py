"""What each agent did."""

from collections.abc import Iterator

from supportcli.domain.reports.registry import GROUPS, report
from supportcli.domain.reports.table import Fact, Frame, count, middle, timing
from supportcli.domain.reports.ticket_life import Life, answers, changes, said
from supportcli.domain.tickets.ticket import SETTLED
from supportcli.domain.tickets.verbs import ANSWERS


@report(
    "agents",
    "Agents",
    "Show what each agent did.",
    by=("agent", *(group for group in GROUPS if group != "agent")),
    columns=[
        count("replies", "Replies", "reply"),
        count("solved", "Solved", "solved"),
        count("tickets", "Tickets", "touch", once=True),
        timing("median", "Median response", middle, "response"),
    ],
    drawn="replies",
    of_work=True,
)
def agents(life: Life, frame: Frame) -> Iterator[Fact]:
    """What agents did in the period: the replies they wrote; how often they solved a ticket; the
    tickets they did anything to (a reply, a note, a tag, an excuse, anything in the ticket's
    history), each counted once; and the median time from a customer's oldest unanswered message to
    their reply, for first and next responses alike. A reply counts for whoever wrote it, even if
    the ticket is assigned to somebody else, and like a note in the ticket where it stands now. Not
    counted: spam and deleted tickets, anything else that was done in merged ones, and what was
    undone."""
    for step in said(life):
        if step.agent is not None and step.at in frame.period:
            yield Fact(life.labels, step.at, "touch", agent=step.agent)
            if step.kind in ANSWERS:
                yield Fact(life.labels, step.at, "reply", agent=step.agent)
    for change in changes(life):
        if (
            change.agent is not None
            and change.after in SETTLED
            and change.before not in SETTLED
            and change.at in frame.period
        ):
            yield Fact(life.labels, change.at, "solved", agent=change.agent)
    for answer in answers(life):
        if answer.at in frame.period:
            yield Fact(
                life.labels,
                answer.at,
                "response",
                frame.seconds(answer.since, answer.at),
                answer.agent,
            )
