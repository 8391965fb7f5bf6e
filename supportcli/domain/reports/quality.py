"""How good the answers were: what was reopened, and what one reply settled."""

from collections.abc import Iterator
from datetime import timedelta

from supportcli.domain.reports.registry import GROUPS, report
from supportcli.domain.reports.table import Fact, Frame, count, share
from supportcli.domain.reports.ticket_life import Life, changes, said
from supportcli.domain.tickets.ticket import SETTLED, UNSOLVED
from supportcli.domain.tickets.verbs import ANSWERS

_STAYS = timedelta(days=7)
"""How long a ticket has to stay solved until one contact counts as enough."""


@report(
    "reopened",
    "Reopened",
    "Count the tickets that were reopened.",
    by=GROUPS,
    columns=[
        count("reopened", "Reopened", "reopened"),
        count("tickets", "Tickets", "reopened", once=True),
        count("solved", "Solved", "solved", "again"),
        share("again", "Solved, then reopened", ("again",), ("solved", "again")),
    ],
    drawn="reopened",
    of_work=True,
)
def reopened(life: Life, frame: Frame) -> Iterator[Fact]:
    """How often tickets that were solved or closed were reopened in the period, by a customer's
    message or by an agent. A ticket that was reopened twice counts twice here, and once under
    “tickets”. “Solved” counts how often tickets were solved in the period; “solved, then reopened”
    is the share of those that were reopened by the end of the period. “Agent” is whoever had solved
    it. Not counted: spam, deleted and merged tickets, and what was undone."""
    done = None
    for change in changes(life):
        if change.after in SETTLED and change.before not in SETTLED:
            done = change
        elif change.before in SETTLED and change.after in UNSOLVED and done is not None:
            if done.at in frame.period:
                yield Fact(
                    life.labels,
                    done.at,
                    "again" if change.at < frame.period.until else "solved",
                    agent=done.agent,
                )
            if change.at in frame.period:
                yield Fact(life.labels, change.at, "reopened", agent=done.agent)
            done = None
    if done is not None and done.at in frame.period:
        yield Fact(life.labels, done.at, "solved", agent=done.agent)


@report(
    "first-contact",
    "First-contact resolution",
    "Show how many tickets one reply settled.",
    by=GROUPS,
    columns=[
        count("settled", "One reply", "settled"),
        count("other", "Took more", "other"),
        share("share", "Share", ("settled",), ("settled", "other")),
        count("early", "Too early to say", "early"),
        count("silent", "No reply", "silent"),
    ],
    drawn="share",
    of_work=True,
)
def first_contact(life: Life, frame: Frame) -> Iterator[Fact]:
    """Tickets first solved in the period with exactly one reply from an agent by then, and not
    reopened within seven days, as a share of all tickets solved with a reply. “Too early to say”
    counts tickets solved with one reply less than seven days before the end of the period and not
    reopened yet; “no reply” counts those solved without a reply. Neither is part of the share.
    “Agent” is whoever solved it. Not counted: imported tickets and mail from before the mailbox was
    added, spam, deleted and merged tickets, and what was undone."""
    steps = list(changes(life))
    place = next((place for place, change in enumerate(steps) if change.after in SETTLED), None)
    if place is None or life.silent or steps[place].at not in frame.period:
        return
    solved, until = steps[place], frame.period.until
    settled_at = solved.at + _STAYS
    replies = sum(step.kind in ANSWERS and step.at <= solved.at for step in said(life))
    reopenings = (
        change.at
        for change in steps[place:]
        if change.before in SETTLED and change.after in UNSOLVED
    )
    again = next(reopenings, until) < min(settled_at, until)
    yield Fact(
        life.labels,
        solved.at,
        _outcome(replies, again=again, early=settled_at > until),
        agent=solved.agent,
    )


def _outcome(replies: int, *, again: bool, early: bool) -> str:
    if replies == 0:
        return "silent"
    if replies > 1 or again:
        return "other"
    return "early" if early else "settled"
