"""Replies, notes and forwards: how one is begun, continued and left in the composer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.canned.closings import end_of_body
from supportcli.domain.canned.placeholders import blanks
from supportcli.domain.replies.chosen import AS_USUAL
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import UNSOLVED, Status, Ticket, TicketLine
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.address_line import AddressLine
from supportcli.tui.replies.canned_words import what_marks_do
from supportcli.tui.replies.composition import Text
from supportcli.tui.replies.drafts import FORWARD, NOTE, REPLY, Drafts
from supportcli.tui.replies.headers import HeaderEditing
from supportcli.tui.replies.keeping import TextKeeping
from supportcli.tui.replies.naming import Naming
from supportcli.tui.replies.outside_editor import OutsideEditor
from supportcli.tui.replies.submitting import Submitting
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.composer import Header

if TYPE_CHECKING:
    from supportcli.tui.tickets.unseen import AgentTold


_AT_ONCE = {"send": "send", "header_send": "send"}
"""What keys do for those who want no question before a reply is sent."""

_NOT_IN = {NOTE: ("review", "headers", "files", "turn", "sign"), FORWARD: ("swap", "turn")}
"""The actions that do nothing in a note, which goes to nobody, and in a forward, which goes to
people of its own."""


class Writing:
    """One text at a time, in the composer."""

    def __init__(
        self,
        context: InboxContext,
        browse: Browse,
        reading: ConversationView,
        verbs: TicketVerbs,
        suspend: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._context = context
        self._reading = reading
        self._verbs = verbs
        self.drafts = Drafts(context)
        self.headers = HeaderEditing(context)
        self.keeping = TextKeeping(context, self.drafts, self.headers)
        self.addressing = AddressLine(context, self.drafts, self.headers, self.keeping)
        self.submitting = Submitting(
            context,
            self.keeping,
            self.drafts,
            browse=browse,
            reading=reading,
            verbs=verbs,
            close=self._close,
        )
        self.left_empty: Callable[[int], None] = lambda _: None
        self.naming = Naming(context, self.keeping, verbs)
        self.outside = OutsideEditor(context, self.keeping, self.addressing, reading, suspend)
        self.headers.changed, self.headers.shown = self.addressing.changed, self.addressing.show
        self.keeping.saved = self.addressing.show
        self.addressing.asked = self.submitting.ask_again
        self.submitting.does = self.addressing.macros_do
        self.submitting.settled = self.addressing.settled

    @property
    def line(self) -> TicketLine | None:
        """The ticket that something is written to."""
        text = self.keeping.text
        return text.line if text else None

    @property
    def possible(self) -> Mapping[str, str]:
        """What keys do here that do something else in a reply; "" if they do nothing."""
        kind = self.keeping.text.kind if self.keeping.text else REPLY
        nothing = dict.fromkeys(_NOT_IN.get(kind, ()), "")
        if kind == NOTE:
            return {**nothing, "send": "save"}
        at_once = {"review": ""} if self.submitting.confirms else _AT_ONCE
        return {**at_once, **nothing, **self.headers.possible}

    def without(self) -> Collection[str]:
        """The actions that the agent's settings have no use for."""
        return ("review",) if self.submitting.confirms else ()

    def hinders(self, name: str) -> str:
        """Why an action does nothing in what is written; "" if it does something."""
        kind = self.keeping.text.kind if self.keeping.text else REPLY
        return f"not in a {kind}" if name in _NOT_IN.get(kind, ()) else ""

    # Beginning

    def reply(self, *, only_sender: bool = False) -> None:
        """Write a reply to the ticket under the cursor, or continue its draft."""
        self._begin(REPLY, only_sender=only_sender)

    def note(self) -> None:
        """Write an internal note."""
        self._begin(NOTE)

    def forward(self) -> None:
        """Pass the last message on, or continue a draft of that."""
        line = self._verbs.choosing.line_for("Forward")
        if line is None:
            return
        if self._verbs.choosing.refuses_marks("Forward", "A forward is of"):
            return
        kept = self.drafts.of(line.number, FORWARD)
        if kept is not None:
            self._pass_on(line, kept)
            return
        self._context.wait_for(
            lambda client: client.replies.begin_forward(line.number),
            lambda chosen: self._pass_on(line, Draft("", 0, Recipients(()), chosen), fresh=True),
            partial(self._verbs.choosing.fail_to_open, "Forward"),
        )

    def _pass_on(self, line: TicketLine, kept: Draft, *, fresh: bool = False) -> None:
        """Write above a message that is passed on; first to whom. A `fresh` one in which nothing is
        written or chosen leaves no draft."""
        own = kept.recipients or Recipients(())
        text = Text(line, FORWARD, own, chosen=kept.chosen, offered=kept.chosen if fresh else None)
        self.keeping.text = text
        self._reading.open()
        self._context.composer.open(kept.text)
        self._context.mode = Mode.WRITE
        self.addressing.ask(text)
        if self.outside.at_once:
            self._reading.once_there(self.outside.open)
        if not text.recipients.to:
            self.headers.open(text, Header.TO)

    def _begin(self, kind: str, *, only_sender: bool = False) -> None:
        line = self._verbs.choosing.line_for(kind.capitalize())
        if line is None:
            return
        if self._verbs.choosing.refuses_marks(kind.capitalize(), f"A {kind} is written to"):
            return
        if kind == REPLY and line.status not in {*UNSOLVED, Status.SOLVED}:
            back = (
                f"You can still write a note ({self._context.key('note')})."
                if line.status is Status.CLOSED
                else f"{self._context.key('reopen')} reopens it."
            )
            self._verbs.choosing.refuse("Reply", f"#{line.number} is {line.status}. {back}")
            return
        text = self._take_up(line, kind, only_sender=only_sender)
        self._context.conversation.make_room()
        self._reading.open()
        self._open(text)

    def _take_up(self, line: TicketLine, kind: str, *, only_sender: bool = False) -> Text:
        """A reply or a note as its draft has it, or a new one."""
        kept = self.drafts.of(line.number, kind)
        own = (kept.recipients if kept else None) or Recipients((), only_sender=only_sender)
        seen = (kept.seen or None) if kept else None
        return Text(
            line,
            kind,
            own,
            seen=seen,
            of_draft=seen is not None,
            wanted_private=only_sender,
            chosen=kept.chosen if kept else AS_USUAL,
        )

    def _open(self, text: Text) -> None:
        """Put it into the composer, with the words of its draft."""
        kept = self.drafts.of(text.number, text.kind)
        self.keeping.text = text
        self._context.composer.open(kept.text if kept else "")
        self._context.mode = Mode.WRITE
        if self._context.conversation.ticket is not None:
            self.opened(self._context.conversation.ticket)
        self.addressing.ask(text)

    def begun(self, told: "AgentTold | None") -> None:
        """What was begun, if anything, was begun with this news on screen."""
        if self.keeping.text is not None:
            self.keeping.text.begun(told)

    def opened(self, ticket: Ticket) -> None:
        """The conversation is there, or there again."""
        text = self.keeping.text
        if text is None or text.number != ticket.line.number:
            return
        if text.seen is None or text.behind:
            if text.behind:
                self._context.conversation.show_newest()
                self.addressing.ask(text)
            text.seen, text.messages, text.behind = (
                ticket.last_event,
                ticket.line.message_count,
                False,
            )
        elif text.messages is None:
            text.messages = ticket.line.message_count
        text.line = ticket.line
        self.addressing.show(text)

    # Leaving

    def keep(self) -> None:
        """Leave the composer; the text is kept as a draft."""
        text = self.keeping.text
        if text is not None:
            self.keeping.save(text)
            self._close()
            if self.drafts.of(text.number, text.kind):
                self._context.notices.say(
                    f"The {text.kind} to #{text.number} is kept as a draft: "
                    f"{self._context.key(text.action)} continues it, "
                    f"{self._context.key('discard_draft')} throws it away."
                )
                self.drafts.left(text.number, text.kind)
            else:
                self._context.notices.say(f"Nothing was written to #{text.number}.")
                self.drafts.carry(text.number, text.kind)
                self.left_empty(text.number)

    def drop(self) -> None:
        """Leave the composer, and what is in it."""
        if self.keeping.text is not None:
            self._close()

    def _close(self) -> None:
        self.keeping.text = None
        self._context.notices.clear()
        self.headers.forget()
        self._context.composer.close()
        self._context.go_home()

    def swap(self) -> None:
        """From the reply to the note, or back. The words are taken along if nothing is kept on the
        other side; else each side keeps its own."""
        text = self.keeping.text
        if text is None or text.kind == FORWARD:
            return
        self.keeping.save(text)
        other = NOTE if text.kind == REPLY else REPLY
        there = self.drafts.of(text.number, other)
        if text.moves is None and (there or self.keeping.written.strip()):
            text.moves = there is None
        if text.moves is False or (there and there.text.strip()):
            self._go_over(text, other)
        else:
            self._turn(text, other)

    def _turn(self, text: Text, other: str) -> None:
        """Make a note of the reply, or a reply of the note. The recipients and the choices of a
        reply stay with it."""
        left = replace(self.keeping.draft(text), text="")
        before, text.kind = text.kind, other
        self.keeping.save(text)
        self.drafts.keep(text.number, before, left)
        if self.keeping.written.strip():
            back = self._context.key("swap")
            self._context.notices.say(f"Your words are in the {other} now: {back} takes them back.")
        self._context.show_keys()
        self.addressing.ask(text)

    def _go_over(self, text: Text, other: str) -> None:
        """Leave one side as it is, and continue the other one."""
        there = self._take_up(text.line, other, only_sender=text.wanted_private)
        there.moves = False
        if there.seen is None:
            there.seen, there.told = text.seen, text.told
        self._open(there)
        if self.drafts.of(text.number, text.kind):
            self._context.notices.say(
                f"This is your {other}. The {text.kind} is kept as a draft: "
                f"{self._context.key('swap')} goes back."
            )

    def copy(self) -> None:
        """Copy what is selected. Elsewhere this key leaves: say what does that here."""
        field = self._context.field
        chosen = field.selected_text if field is not None else ""
        if chosen:
            self._context.composer.app.copy_to_clipboard(chosen)
            self._context.notices.say("Copied.")
        else:
            leaves, quits = self._context.key("keep"), self._context.key("quit_anywhere")
            self._context.notices.say(f"{leaves} leaves; the draft is kept. {quits} quits.")

    def put(self, text: str) -> None:
        """Put a text at the cursor; after a word it starts a new paragraph."""
        if self.keeping.text is not None:
            self._put(text)
            self.keeping.save(self.keeping.text)

    def _put(self, text: str, instead_of: int = 0) -> None:
        editor = self._context.composer.editor
        apart = "\n\n" if not instead_of and editor.before_cursor[-1:].strip() else ""
        editor.put(apart + text, instead_of=instead_of)

    # Canned responses

    def insert(
        self, text: str, marks: Sequence[str], shortcut: str, *, instead_of: int = 0
    ) -> None:
        """Put a canned response at the cursor, in place of so many characters; into a reply, with
        the marks for its files and macro. After a word it starts a new paragraph. What is written
        next belongs to its body, above its closing."""
        written_to = self.keeping.text
        if written_to is None:
            return
        editor = self._context.composer.editor
        self._put(text, instead_of)
        writer = self._verbs.me.name if self._verbs.me is not None else ""
        closing = text[end_of_body(text, writer) :]
        if closing.strip():
            editor.back(closing)
        if written_to.kind == REPLY:
            new = [mark for mark in marks if mark not in editor.text]
            if new:
                editor.put_below("\n".join(new))
        self.keeping.save(written_to)
        if written_to.kind == REPLY:
            used = self.drafts.used.setdefault(written_to.number, [])
            used += [shortcut] if shortcut not in used else []
            if marks:
                self._context.notices.say(what_marks_do(marks, self.addressing.macro_of))
        if left := blanks(text):
            editor.select_next(f"⟦{left[0]}?⟧")
