"""Which keys do something to a ticket in its current state, for the footer. Pure. What cannot be
done is not offered, but its key still says why."""

from collections.abc import Mapping

from supportcli.domain.people import Role, may
from supportcli.domain.tickets.ticket import Status, TicketLine, may_step
from supportcli.domain.tickets.verbs import STEPS, VERBS
from supportcli.tui.keys import ACTS, BY_ID
from supportcli.tui.tickets.verbs import AT_WORK

_ANSWERS = ("reply", "canned")
_UNANSWERED = frozenset({Status.CLOSED, Status.SPAM, Status.DELETED})
_OF_A_TICKET = ("open", *(act.id for act in ACTS if act.context == "Do" and act.id != "undo"))


def labels(
    line: TicketLine | None, *, can_undo: bool, filtered: bool, role: Role | None = None
) -> Mapping[str, str]:
    """What the footer calls the keys of a list or a conversation over this ticket, for an agent of
    this role; "" leaves one out."""
    told = _of_ticket(line, can_undo=can_undo, filtered=filtered)
    if role is None:
        return told
    return {**told, **{verb.name: "" for verb in VERBS if not may(role, verb.needs)}}


def _of_ticket(line: TicketLine | None, *, can_undo: bool, filtered: bool) -> Mapping[str, str]:
    told = {
        "undo": BY_ID["undo"].label if can_undo else "",
        "unfilter": BY_ID["unfilter"].label if filtered else "",
    }
    if line is None:
        return told | dict.fromkeys(_OF_A_TICKET, "")
    status = line.status  # a ticket closed by age can be reopened and answered
    if status is Status.MERGED:
        return told | dict.fromkeys(_OF_A_TICKET[1:], "")
    if status in _UNANSWERED:
        told |= dict.fromkeys(_ANSWERS, "")
    told |= {
        verb.name: ""
        for after, verb in STEPS.items()
        if status is after or not may_step(status, after)
    }
    return told | ({STEPS[Status.OPEN].name: ""} if status in AT_WORK else {})
