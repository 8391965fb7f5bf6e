"""A phone call, logged in the ticket under the cursor: how it ended, then what was said."""

from dataclasses import replace
from functools import partial
from typing import Any

from supportcli.domain.tickets.calls import PhoneCall
from supportcli.domain.tickets.ticket import (
    Status,
    TicketLine,
    after_customer_message,
    comes_to,
)
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

_ENDED = {
    PhoneCall.ANSWERED: ("answered: the customer knows now", "pending"),
    PhoneCall.WAITING: ("waiting: the customer waits for an answer", "open"),
    PhoneCall.MISSED: ("missed: nobody was reached", "nothing changes"),
}


class CallDocks:
    """One choice, and one line of text; a longer one is for `supportcli ticket call`."""

    def __init__(self, context: InboxContext, verbs: TicketVerbs) -> None:
        self._context = context
        self._verbs = verbs

    def call(self) -> None:
        """Choose how the call ended."""
        line = self._verbs.choosing.line_for("Call")
        if line is None:
            return
        if self._verbs.choosing.refuses_marks("Call", "A call is logged in"):
            return
        choices = [Choice(call.value, *told) for call, told in _ENDED.items()]
        title = f"Call on #{line.number}"
        self._verbs.choosing.open(title, choices, partial(self._ask, line), asks="how it ended")

    def _ask(self, line: TicketLine, ended: str) -> None:
        call = PhoneCall(ended)
        self._verbs.choosing.open(
            f"{_ENDED[call][0].partition(':')[0].capitalize()}, #{line.number}",
            (),
            partial(self._log, line, call),
            new="what was said",
            asks="what was said",
        )

    def _log(self, line: TicketLine, call: PhoneCall, text: str) -> None:
        self._verbs.do(
            replace(line, **self._shown(line, call)),
            "Logged a call on",
            lambda client, seen: client.verbs.log_call(line.number, text, call, seen),
            name="call",
        )

    def _shown(self, line: TicketLine, call: PhoneCall) -> dict[str, Any]:
        now = self._context.now()
        if call is PhoneCall.MISSED:
            return {}
        if call is PhoneCall.ANSWERED:
            return {**comes_to(Status.PENDING, now), "waiting_since": None}
        return after_customer_message(line.status, line.waiting_since, now)
