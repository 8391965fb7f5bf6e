"""The tickets that a mail names: by which id, whose mail has it, and what that proves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from supportcli.desk.mail.batch import Received, addressed, named_ids
from supportcli.desk.mail.duplicates import Doubles
from supportcli.desk.team import Team
from supportcli.domain.intake import thread_ids
from supportcli.domain.intake.decisions import Candidate
from supportcli.domain.intake.joining import PROOFS, Named
from supportcli.domain.mail_domains import comparable, lowered
from supportcli.domain.tickets.ticket import Status
from supportcli.storage.mail.circles import JoinFacts
from supportcli.storage.mail.surroundings import Later, Surroundings

_MAY_BE_OVER = frozenset({Status.SOLVED, Status.CLOSED, Status.DELETED})


class _Name(NamedTuple):
    """What names a ticket, and how; `author` wrote the mail with the id."""

    ticket: int
    how: Named
    by: str
    author: str = ""
    was: int | None = None


def candidates(
    around: Surroundings, us: Team, received: Received, doubled: Doubles
) -> tuple[Candidate, ...]:
    """The tickets that a mail names, in the order in which they count, each once for each way;
    `doubled` are its other forms."""
    named = _moved(around, list(_named(around, us, received, doubled)))
    if not named:
        return ()
    circles = around.circles({one.ticket for one in named})
    over = {one.ticket for one in named if _may_be_over(one, circles)}
    if later := around.follow_ups(over) if over else []:
        circles |= around.circles({one.ticket for one in later})
        named += list(
            _going_on(
                circles, named, [one for one in later if one.mailbox_id == received.mailbox_id]
            )
        )
    ways = ((one, _how(one, circles, named)) for one in named if one.ticket in circles)
    found: dict[tuple[int, Named], Candidate] = {}
    for one, how in ways:
        circle = circles[one.ticket]
        found.setdefault((one.ticket, how), _candidate(one, how, circle))
    ways_on = (
        (one, *_inherited(us, one, circles, later, received.mailbox_id)) for one in found.values()
    )
    return tuple(chain.from_iterable(ways_on))


def _moved(around: Surroundings, named: Sequence[_Name]) -> list[_Name]:
    """The same names, of the tickets where the messages are now: a merged ticket passes its mail
    on, and a reply of ours that was split off is in another ticket than the one that its id
    names."""
    found = []
    for one in named:
        reply = around.reply_in(one.by) if one.how is Named.SIGNED else None
        now = reply or around.merged_into(one.ticket)
        found.append(one if now == one.ticket else one._replace(ticket=now, was=one.ticket))
    return found


def _may_be_over(one: _Name, circles: Mapping[int, JoinFacts]) -> bool:
    """Whether an answer in a ticket may have opened a follow-up; the clock says so later."""
    return one.ticket in circles and (
        one.how is Named.ELSEWHERE or circles[one.ticket].status in _MAY_BE_OVER
    )


def _inherited(
    us: Team,
    before: Candidate,
    circles: Mapping[int, JoinFacts],
    later: Sequence[Later],
    mailbox_id: int,
) -> Iterator[Candidate]:
    """The follow-ups of a ticket in this mailbox: if it is over, whoever may join it goes on in
    them. A follow-up opened by somebody who was new in the old ticket is only for that stranger."""
    if before.named is Named.FOLLOWED:
        return
    reached = {before.ticket}
    for one in (one for one in later if one.ticket in circles):
        if one.before not in reached or not _is_of_somebody_known(
            us, circles[one.ticket].customer, circles[one.before]
        ):
            continue
        reached.add(one.ticket)
        if one.mailbox_id == mailbox_id:
            yield replace(
                _candidate(
                    _Name(one.ticket, Named.FOLLOWED, before.by),
                    Named.FOLLOWED,
                    circles[one.ticket],
                ),
                before=before,
            )


def _is_of_somebody_known(us: Team, customer: str, before: JoinFacts) -> bool:
    return us.colleague(customer) or comparable(customer) in {
        comparable(one) for one in before.approved
    }


def _candidate(one: _Name, how: Named, circle: JoinFacts) -> Candidate:
    return Candidate(
        one.ticket,
        how,
        one.by,
        circle.status,
        circle.solved_at,
        circle.customer,
        circle.people,
        circle.newcomers,
        circle.authors,
        lived=circle.lived,
        author=one.author,
        was=one.was,
        answered=circle.answered,
    )


def _how(one: _Name, circles: Mapping[int, JoinFacts], named: Sequence[_Name]) -> Named:
    """How a mail names a ticket, given who is new there, and which ticket it continues."""
    if (
        one.how in {Named.STORED, Named.ELSEWHERE}
        and lowered(one.author) in circles[one.ticket].newcomers
    ):
        return Named.NEWCOMER if one.how is Named.STORED else one.how
    if one.how is not Named.RELATED:
        return one.how
    proven = {other.ticket for other in named if _how_proven(other, circles)}
    before = circles[one.ticket].follows
    for _ in circles:
        if before in proven:
            return Named.FOLLOWED
        before = circles[before].follows if before is not None and before in circles else None
    return Named.RELATED


def _going_on(
    circles: Mapping[int, JoinFacts], named: Sequence[_Name], later: Sequence[Later]
) -> Iterator[_Name]:
    """The follow-ups of finished tickets that a mail names by an id that proves something: whoever
    is known in them joins them."""
    proven = {
        one.ticket: one
        for one in named
        if _how_proven(one, circles) and circles[one.ticket].status in _MAY_BE_OVER
    }
    for one in later:
        if one.before in proven:
            proven[one.ticket] = proven[one.before]
            yield _Name(one.ticket, Named.RELATED, proven[one.before].by)


def _how_proven(one: _Name, circles: Mapping[int, JoinFacts]) -> bool:
    """Whether an id proves that whoever names it belongs to its ticket."""
    return (
        one.how in PROOFS
        and one.ticket in circles
        and lowered(one.author) not in circles[one.ticket].newcomers
    )


def _named(around: Surroundings, us: Team, received: Received, doubled: Doubles) -> Iterator[_Name]:
    """Each way in which a mail names a ticket, in order: signed, stored, doubled, related, then
    numbers in the subject (not in a mail from a file: they may be another desk's)."""
    mail = received.mail
    ids = named_ids(mail)
    signed = [(name, thread_ids.ticket_of(us.key, name)) for name in ids]
    signed += [
        (address, thread_ids.ticket_of_address(us.key, address)) for address in addressed(mail)
    ]
    yield from (_Name(ticket, Named.SIGNED, name) for name, ticket in signed if ticket is not None)
    yield from _stored(around, received.mailbox_id, ids)
    covered = {one.ticket for one in doubled.twins if one.covers}
    ways = (
        (ticket, Named.COVERED if ticket in covered else Named.DOUBLE) for ticket in doubled.other
    )
    yield from (_Name(ticket, how, mail.message_id or "its date") for ticket, how in ways)
    wanted = (*((mail.message_id,) if mail.message_id else ()), *ids)
    related = around.tickets_naming(received.mailbox_id, wanted) if wanted else {}
    yield from (
        _Name(ticket, Named.RELATED, name) for name in wanted for ticket in related.get(name, ())
    )
    if received.kept.filed is None:
        yield from (
            _Name(number, Named.NUMBER, f"[#{number}]")
            for number in thread_ids.numbers_in(mail.subject)
        )


def _stored(around: Surroundings, mailbox_id: int, ids: Sequence[str]) -> Iterator[_Name]:
    """The tickets with mails that have these ids: those of this mailbox first, then those of
    others."""
    stored = around.tickets_with(ids) if ids else {}
    holders = [(name, one) for name in ids for one in stored.get(name, ())]
    here = {(name, one.ticket) for name, one in holders if one.mailbox_id == mailbox_id}
    yield from (
        _Name(one.ticket, Named.STORED, name, one.author)
        for name, one in holders
        if (name, one.ticket) in here
    )
    yield from (
        _Name(one.ticket, Named.ELSEWHERE, name, one.author)
        for name, one in holders
        if (name, one.ticket) not in here
    )
