"""What can be done with the message that is being read: the whole of it in the agent's pager, and
why it is here."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from supportcli.desk import viewer
from supportcli.errors import SupportError
from supportcli.rendering.mail.decided_mail import why_here
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode

if TYPE_CHECKING:
    from supportcli.domain.intake.ledger import LetterShown
    from supportcli.domain.tickets.ticket import Message


class MessageKeys:
    """Acts on the message that the heading names."""

    def __init__(
        self, context: InboxContext, suspend: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._context = context
        self._suspend = suspend

    def whole(self) -> None:
        """Show the whole message in the pager, which has the terminal meanwhile."""
        message = self._context.conversation.message
        if message is None:
            return
        failed: SupportError | None = None
        try:
            with self._suspend():
                try:
                    viewer.page("\n".join(_whole(message)))
                # caught here: an error that leaves this block leaves the inbox without its terminal
                except SupportError as error:
                    failed = error
        except SuspendNotSupported:
            self._context.notices.warn("A pager needs a terminal of its own: not here.")
        if failed is not None:
            self._context.notices.fail(failed)

    def why(self) -> None:
        """Show why the message is in its ticket."""
        message, ticket = self._context.conversation.message, self._context.conversation.ticket
        if message is None or ticket is None:
            return
        number, position = ticket.line.number, message.position
        self._context.wait_for(
            lambda client: client.reading.letter_of(number, position),
            partial(self._explain, message),
            self._context.notices.fail,
        )

    def _explain(self, message: "Message", letter: "LetterShown | None") -> None:
        page, now = self._context.mail_page, self._context.now()
        page.lines = lambda width: why_here(message, letter, width, now)
        page.leave = self._back
        page.open()
        self._context.mode = Mode.MAIL

    def _back(self) -> None:
        self._context.mail_page.close()
        self._context.go_home()


def _whole(message: "Message") -> Iterator[str]:
    """A message as plain text: nothing in it can act on a terminal."""
    people = (("From", (message.sender,)), ("To", message.to), ("Cc", message.cc))
    for word, named in people:
        if named:
            yield f"{word}: {clean(', '.join(map(str, named)))}"
    yield f"Date: {message.created_at.astimezone():%Y-%m-%d %H:%M}"
    if message.subject:
        yield f"Subject: {clean(message.subject)}"
    yield ""
    yield clean(message.text, lines=True)
    yield ""
