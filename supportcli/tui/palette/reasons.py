"""Why an action cannot be done to a ticket as it stands. Pure. Each is also what its key says."""

from supportcli.domain.tickets.ticket import UNSOLVED, Status, TicketLine, may_step
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.tui.keys import Act
from supportcli.tui.tickets.verbs import AT_WORK

_BY_THEMSELVES = frozenset({"undo", "redo", "repeat", "drafts"})
"""Actions that are about a ticket and are not refused by the one under the cursor."""


def why_not_to(act: Act, line: TicketLine | None) -> str:
    """Why an action cannot be done to the ticket under the cursor; "" if it can."""
    if act.context not in {"Do", "Read"} or act.id in _BY_THEMSELVES:
        return ""
    if line is None:
        return "there is no ticket here"
    if act.id not in BY_NAME:
        return ""
    if line.merged_into is not None:
        return f"#{line.number} was merged into #{line.merged_into}"
    return _of_status(act.id, line)


def _of_status(name: str, line: TicketLine) -> str:
    status, after = line.status, BY_NAME[name].status
    if name in {"reply", "reply_sender"} and status not in {*UNSOLVED, Status.SOLVED}:
        return f"#{line.number} is {status}"
    if name == "canned" and status is Status.CLOSED:
        return f"#{line.number} is {status}"
    if after is Status.OPEN and status in AT_WORK:
        return f"#{line.number} is {status}"
    if after is not None and not may_step(status, after):
        return f"#{line.number} is {status}"
    return ""
