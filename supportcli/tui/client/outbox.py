"""Replies on their way."""

from collections.abc import Sequence

from supportcli.desk.replies import outbox
from supportcli.desk.tickets import reading
from supportcli.domain.replies.delivery import Outgoing
from supportcli.rendering.ink import Spans
from supportcli.rendering.mail import outbox as outgoing
from supportcli.tui.client.own_desk import OwnDesk


class DeskOutbox:
    """The outbox."""

    def __init__(self, own: OwnDesk) -> None:
        self._own = own

    def all(self) -> list[Outgoing]:
        """See `desk.replies.outbox.list_outbox`."""
        return outbox.list_outbox(self._own.desk)

    def page(self, one: Outgoing, width: int) -> Sequence[Spans]:
        """All that is known of a reply on its way, laid out for a width."""
        messages = reading.ticket(self._own.desk, one.ticket).messages
        text = next((message.text for message in messages if message.id == one.message_id), "")
        return outgoing.page(one, text, width, self._own.desk.now())

    def do(self, verb: str, which: int) -> Outgoing:
        """Do a verb of `desk.replies.outbox` (send, retry, cancel). It may take seconds."""
        verbs_of = {
            "send": outbox.send,
            "retry": outbox.retry,
            "cancel": outbox.cancel,
        }
        return verbs_of[verb](self._own.desk, which)
