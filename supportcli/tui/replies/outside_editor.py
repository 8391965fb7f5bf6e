"""The text that is written, in $EDITOR: below it, whom it goes to and what it answers."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial

from textual.app import SuspendNotSupported

from supportcli.desk.editor import text_from_editor
from supportcli.domain.people import typed
from supportcli.domain.text.scissors import above, added_below, with_below
from supportcli.domain.tickets.ticket import Direction, Message
from supportcli.errors import SupportError
from supportcli.errors.replies import EditorFailed
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.replies.address_line import AddressLine
from supportcli.tui.replies.composition import Text
from supportcli.tui.replies.drafts import FORWARD, NOTE
from supportcli.tui.replies.keeping import TextKeeping
from supportcli.tui.tickets.reading import ConversationView


class OutsideEditor:
    """Gives the terminal to the editor, by `suspend`. `at_once`: every text that a key begins is
    written there."""

    def __init__(
        self,
        context: InboxContext,
        keeping: TextKeeping,
        addressing: AddressLine,
        reading: ConversationView,
        suspend: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._context = context
        self._keeping = keeping
        self._addressing = addressing
        self._reading = reading
        self._suspend = suspend
        self.at_once = False

    def after(self, begin: Callable[[], object]) -> None:
        """Begin a text by `begin`, and open it in the editor if all are written there: once it is
        known what it answers and who gets it."""
        before = self._keeping.text
        begin()
        text = self._keeping.text
        if self.at_once and text is not None and text is not before:
            self._reading.once_there(partial(self._addressing.known, text, self.open))

    def open(self) -> None:
        """Continue in $EDITOR."""
        text = self._keeping.text
        if text is None:
            return
        self._keeping.save(text)
        failed: SupportError | None = None
        written = ""
        try:
            with self._suspend():
                try:
                    with text_from_editor("reply", self._file(text)) as edited:
                        written = edited
                # caught here: an error that leaves this block leaves the inbox without its terminal
                except SupportError as error:
                    failed = error
        except SuspendNotSupported:
            self._context.notices.warn("F4 needs a terminal of its own, which a browser is not.")
            return
        if failed is not None:
            self._context.notices.fail(
                failed,
                first=f"Your text is in {failed.kept_in}. "
                if isinstance(failed, EditorFailed) and failed.kept_in
                else "",
            )
            return
        self._take(text, written)

    def _take(self, text: Text, written: str) -> None:
        """Go on with what was written there."""
        own, below = above(written), added_below(written)
        both = "\n\n".join(filter(None, (own, below)))
        self._context.notices.clear()
        self._context.composer.editor.begin(written.rstrip("\n") if own is None else both)
        self._keeping.save(text)
        if below:
            self._context.notices.warn(
                "What you wrote below the line with >8 stands at the end of the text now."
            )
        if own is None:
            self._context.notices.warn(
                "The line with >8 is gone: the text has all of the file. Cut off what is no reply."
            )

    def _file(self, text: Text) -> str:
        """The text, and below it what it answers; foreign words are cleaned for the editor's
        terminal."""
        found = self._messages(text)
        if not found:
            return with_below(self._context.composer.text, self._whom(text), "")
        last = next((one for one in reversed(found) if one.direction is Direction.IN), found[-1])
        when = moment(last.date or last.created_at, self._context.now())
        notes = [*self._whom(text), "", f"{called(last.sender)}, {when}:"]
        return with_below(self._context.composer.text, notes, clean(last.text, lines=True))

    def _messages(self, text: Text) -> Sequence[Message]:
        ticket = self._context.conversation.ticket
        return ticket.messages if ticket is not None and ticket.line.number == text.number else ()

    def _whom(self, text: Text) -> list[str]:
        about = f"{text.kind.capitalize()} {'of' if text.kind == FORWARD else 'to'} #{text.number}"
        subject = f"{about}: {clean(text.line.subject)}"
        if text.kind == NOTE:
            return [subject, "For agents; no customer sees it."]
        to = text.recipients
        people = (("To", to.to), ("Cc", to.cc), ("Bcc", to.bcc))
        return [
            subject,
            *(f"{name}: {clean(', '.join(map(typed, there)))}" for name, there in people if there),
        ]
