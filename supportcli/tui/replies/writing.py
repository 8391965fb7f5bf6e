"""Replies and notes: the composer, and the two strokes that send."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.desk.editor import text_from_editor
from supportcli.domain.canned.placeholders import blanks
from supportcli.domain.canned.responses import parse_marks
from supportcli.domain.replies.chosen import AS_USUAL
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.tickets.ticket import UNSOLVED, Status, Ticket, TicketLine
from supportcli.errors import SupportError
from supportcli.errors.replies import EditorFailed, RecipientsUnsure, SendRefused
from supportcli.errors.tickets import TicketMerged
from supportcli.rendering import outgoing_mail
from supportcli.rendering.ink import Ink, Spans
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.composition import Text
from supportcli.tui.replies.drafts import FORWARD, NOTE, REPLY, Drafts
from supportcli.tui.replies.headers import HeaderEditing
from supportcli.tui.replies.recipients_line import others, whom, words
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.verbs import NO_TICKET, PendingVerb, TicketVerbs
from supportcli.tui.widgets.composer import Header

if TYPE_CHECKING:
    from datetime import datetime

    from supportcli.desk.gestures import Done
    from supportcli.desk.replies.previewing import PreviewedReply
    from supportcli.domain.replies.recipients import Addressing
    from supportcli.tui.tickets.unseen import AgentTold

SAVE_AFTER = 0.5
"""Seconds after a key until the draft is saved: what a crash may lose."""


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
        self._browse = browse
        self._reading = reading
        self._verbs = verbs
        self._suspend = suspend
        self._text: Text | None = None
        self.drafts = Drafts(context)
        self.headers = HeaderEditing(context, self._renamed)
        self.drafts.is_written = self._is_written
        self.leaves: Callable[[datetime], None] = lambda _: None

    # Beginning

    def reply(self, *, only_sender: bool = False) -> None:
        """Write a reply to the ticket under the cursor, or continue its draft."""
        self._begin(REPLY, only_sender=only_sender)

    def note(self) -> None:
        """Write an internal note."""
        self._begin(NOTE)

    def forward(self) -> None:
        """Pass the last message on, or continue a draft of that."""
        line = self._context.tickets.line
        if line is None:
            self._verbs.choosing.refuse("Forward", NO_TICKET)
            return
        kept = self.drafts.of(line.number, FORWARD)
        if kept is not None:
            self._pass_on(line, kept)
            return
        self._context.wait_for(
            lambda client: client.begin_forward(line.number),
            lambda chosen: self._pass_on(line, Draft("", 0, Recipients(()), chosen)),
            partial(self._verbs.choosing.fail_to_open, "Forward"),
        )

    def _pass_on(self, line: TicketLine, kept: Draft) -> None:
        """Write above a message that is passed on; first to whom."""
        text = Text(line, FORWARD, kept.recipients or Recipients(()), chosen=kept.chosen)
        self._text = text
        self._reading.open()
        self._context.composer.open(kept.text)
        self._context.mode = Mode.WRITE
        self._address(text)
        if not text.recipients.to:
            self.headers.open(text, Header.TO)

    def _begin(self, kind: str, *, only_sender: bool = False) -> None:
        line = self._context.tickets.line
        if line is None:
            self._verbs.choosing.refuse(kind.capitalize(), NO_TICKET)
            return
        if kind == REPLY and line.status not in {*UNSOLVED, Status.SOLVED}:
            back = (
                "You can still write a note (m)."
                if line.status is Status.CLOSED
                else "E reopens it."
            )
            self._verbs.choosing.refuse("Reply", f"#{line.number} is {line.status}. {back}")
            return
        kept = self.drafts.of(line.number, kind)
        own = (kept.recipients if kept else None) or Recipients((), only_sender=only_sender)
        seen = (kept.seen or None) if kept else None
        self._text = Text(
            line,
            kind,
            own,
            seen=seen,
            of_draft=seen is not None,
            wanted_private=only_sender,
            chosen=kept.chosen if kept else AS_USUAL,
        )
        self._reading.open()
        self._context.composer.open(kept.text if kept else "")
        self._context.mode = Mode.WRITE
        if self._context.conversation.ticket is not None:
            self.opened(self._context.conversation.ticket)
        self._address(self._text)

    def begun(self, told: "AgentTold | None") -> None:
        """What was begun, if anything, was begun with this news on screen."""
        if self._text is not None:
            self._text.begun(told)

    def _address(self, text: Text) -> None:
        """Show who gets it."""
        self._head(text)
        if text.kind == REPLY or (text.kind == FORWARD and text.recipients.to):
            number, own, private = text.number, text.recipients, text.wanted_private
            self._context.work.read(
                "recipients",
                lambda client: client.addressing(number, only_sender=private, own=own),
                partial(self._addressed, text, own, private=private),
                self._context.notices.fail,
            )

    def _addressed(
        self, text: Text, own: Recipients, found: "tuple[Addressing, Recipients]", *, private: bool
    ) -> None:
        """Take the desk's answer, unless a key changed the recipients since; for a draft that was
        left meanwhile, keep who it is for."""
        if text.leaving or (text.recipients, text.wanted_private) != (own, private):
            return
        if text is not self._text:
            self._complete(text.number, found[0].recipients)
            return
        text.address(*found)
        self._head(text)
        if self._context.mode is Mode.SEND:
            self._ask_again(text)
        elif text.remark:
            self._context.notices.warn(text.remark)
        self._complete(text.number, text.recipients)

    def _complete(self, number: int, recipients: Recipients) -> None:
        """Store with a draft who it is for, if it was saved before that was known."""
        kept = self.drafts.of(number, REPLY)
        if (
            kept is not None
            and kept.recipients is not None
            and not kept.recipients.to
            and kept.recipients.only_sender == recipients.only_sender
        ):
            self.drafts.keep(number, REPLY, replace(kept, recipients=recipients))

    def walk(self, at: Header) -> None:
        """Walk into a header of the reply."""
        text = self._text
        if text is None:
            return
        if text.kind == NOTE:
            self._context.notices.warn("A note has no headers and no files.")
        elif text.recipients.to or text.kind == FORWARD:
            self.headers.open(text, at)
        else:
            self._find_first(text, at)

    def _find_first(self, text: Text, at: Header) -> None:
        """The desk has not said yet who gets it: ask again, and walk into the header then."""
        number, own, private = text.number, text.recipients, text.wanted_private

        def came(found: "tuple[Addressing, Recipients]") -> None:
            self._addressed(text, own, found, private=private)
            self.headers.open(text, at)

        self._context.wait_for(
            lambda client: client.addressing(number, only_sender=private, own=own),
            came,
            self._context.notices.fail,
        )

    def _renamed(self, text: Text) -> None:
        """A header was changed: keep it, and say what the desk makes of it."""
        self._save(text)
        if text.addressing is None:
            self._address(text)
        self._head(text)

    def turn(self) -> None:
        """Switch between a reply to everybody and to the sender only."""
        text = self._text
        if text is not None and text.kind == REPLY:
            text.turn()
            self._context.notices.clear()
            self._address(text)

    def _head(self, text: Text) -> None:
        if text is not self._text:
            return
        if text.kind == NOTE:
            self._context.composer.head_for(
                "Note", lambda _: (("for agents; no customer sees it", Ink.TEXT),), ""
            )
            return
        if text.kind == FORWARD:
            self._context.composer.head_for(
                "Forward", partial(_whom, text), "not to the customer", others(text.chosen)
            )
            return
        arrived = text.messages is not None and text.line.message_count > text.messages
        says = _said_by(self._context.composer.text)
        follows = f"then as {says}" if says else "then: waiting"
        follows = "something new arrived: read it before you send" if arrived else follows
        self._context.composer.head_for("Reply", partial(_whom, text), follows, others(text.chosen))

    def opened(self, ticket: Ticket) -> None:
        """The conversation is there, or there again."""
        text = self._text
        if text is None or text.number != ticket.line.number:
            return
        if text.seen is None or text.behind:
            if text.behind:
                self._context.conversation.show_newest()
                self._address(text)
            text.seen, text.messages, text.behind = (
                ticket.last_event,
                ticket.line.message_count,
                False,
            )
        elif text.messages is None:
            text.messages = ticket.line.message_count
        text.line = ticket.line
        self._head(text)

    # Keeping

    def typed(self) -> None:
        """Another key: the draft is saved soon."""
        if self._text is not None and not self._text.saving:
            self._text.saving = True
            self._context.later(SAVE_AFTER, partial(self._save, self._text))

    def save(self) -> None:
        """Save what is written now: nothing may come after it."""
        if self._text is not None:
            self._save(self._text)

    def _save(self, text: Text) -> None:
        text.saving = False
        if text is self._text and not text.leaving:
            self.drafts.keep(text.number, text.kind, self._draft(text))
            self._head(text)

    def _draft(self, text: Text) -> Draft:
        """What was written, with its recipients."""
        text.see(self._context.now())
        return Draft(
            self._context.composer.text,
            text.seen or 0,
            text.recipients if text.kind != NOTE else None,
            text.chosen if text.kind != NOTE else AS_USUAL,
        )

    def keep(self) -> None:
        """Leave the composer; the text is kept as a draft."""
        text = self._text
        if text is not None:
            self._save(text)
            self._close()
            if self.drafts.of(text.number, text.kind):
                self._context.notices.say(
                    f"The {text.kind} to #{text.number} is kept as a draft: {text.key} "
                    "continues it."
                )
                self.drafts.left(text.number, text.kind)
            else:
                self._context.notices.say(f"Nothing was written to #{text.number}.")
                self.drafts.carry(text.number, text.kind)

    def _is_written(self, number: int, kind: str) -> bool:
        text = self._text
        return text is not None and (text.number, text.kind) == (number, kind)

    def _close(self) -> None:
        self._text = None
        self.headers.forget()
        self._context.composer.close()
        self._context.go_home()

    def swap(self) -> None:
        """Turn the reply into a note, or the note into a reply."""
        text = self._text
        if text is None or text.kind == FORWARD:
            return
        written, other = self._context.composer.text, NOTE if text.kind == REPLY else REPLY
        there = self.drafts.of(text.number, other)
        joined = (
            f"{there.text}\n\n{written}"
            if there and written.strip() and there.text != written
            else written
        )
        self.drafts.keep(text.number, text.kind, Draft("", text.seen or 0))
        text.kind = other
        if other == REPLY and there and there.recipients:
            text.recipients = there.recipients
        text.chosen = there.chosen if other == REPLY and there else AS_USUAL
        self._context.composer.editor.begin(joined)
        if joined != written:
            self._context.notices.warn(
                f"Both texts are in the {other} now: read it before you send."
            )
        self._save(text)
        self._address(text)

    def editor(self) -> None:
        """Continue in $EDITOR."""
        text = self._text
        if text is None:
            return
        self._save(text)
        failed: SupportError | None = None
        written = ""
        with self._suspend():
            try:
                with text_from_editor("reply", self._context.composer.text) as edited:
                    written = edited.rstrip("\n")
            # caught here: an error that leaves this block leaves the inbox without its terminal
            except SupportError as error:
                failed = error
        if failed is not None:
            self._context.notices.fail(
                failed,
                first=f"Your text is in {failed.kept_in}. "
                if isinstance(failed, EditorFailed) and failed.kept_in
                else "",
            )
            return
        self._context.notices.clear()
        self._context.composer.editor.begin(written)
        self._save(text)

    # Sending

    def send(self) -> None:
        """The first stroke: ask how a reply is sent; a note is written."""
        text, written = self._text, self._context.composer.text
        if text is None:
            return
        if text.kind == FORWARD and not text.recipients.to:
            self._context.notices.warn("It goes to nobody yet: shift+tab names somebody.")
        elif not written.strip() and text.kind != FORWARD:
            self._context.notices.warn(f"The {text.kind} is empty; esc leaves it.")
        elif text.kind == NOTE:
            self._write_note(text, written)
        elif left := blanks(written):
            self._context.composer.editor.select_next(f"⟦{left[0]}?⟧")
            self._context.notices.warn(
                f"Not sent: fill in ⟦{left[0]}?⟧ "
                f"first{f', and {len(left) - 1} more' if len(left) > 1 else ''}; it is "
                "selected."
            )
        else:
            self._ask(text, _said_by(written))

    def _ask(self, text: Text, says: str) -> None:
        """Ask how to send it, and first about recipients the desk is not sure of."""
        lacking = unattached(self._context.composer.text, text.chosen.brings)
        text.asked = "; ".join(filter(None, (text.question, lacking)))
        if text.asked:
            self._context.notices.warn(
                f"{text.asked[:1].upper()}{text.asked[1:]} · ctrl+s again sends"
            )
        else:
            verb = "Forward" if text.kind == FORWARD else "Send to"
            send = f"{verb} #{text.number}{f' and do what {says}' if says else ''}? "
            self._context.notices.say(
                send
                + (
                    words(text.addressing, self._context.notice.room - len(send))
                    if text.addressing
                    else ""
                )
            )
        self._context.mode = Mode.SEND
        if text.kind == FORWARD:
            self._context.relabel(Mode.SEND, "send_wait", "forward · next")

    def _ask_again(self, text: Text) -> None:
        """The first stroke came before the desk had said who gets it. The question to agree to has
        not been on screen: back to the text."""
        if not text.question or text.question in text.asked:
            self._ask(text, _said_by(self._context.composer.text))
        else:
            self._refuse(text)

    def _refuse(self, text: Text) -> None:
        self.edit()
        self._context.notices.warn(f"Not sent: {text.question} · ctrl+s twice sends")

    def _write_note(self, text: Text, written: str) -> None:
        def undone(_: Mapping[tuple[int, str], Draft]) -> str:
            begun = self.drafts.of(text.number, NOTE)
            self.drafts.keep(
                text.number,
                NOTE,
                Draft(f"{written}\n\n{begun.text}" if begun else written, text.seen or 0),
            )
            return f"The note on #{text.number} is a draft again: m continues it."

        kept = self._draft(text)
        self._close()
        self.drafts.forget(text.number, NOTE)
        self._verbs.do(
            text.line,
            "Noted on",
            lambda client, _: client.note(text.number, written),
            undone,
            name="note",
            failed=lambda: self.drafts.keep(text.number, NOTE, kept),
        )

    def show(self) -> None:
        """Show the mail as it would leave."""
        text, written = self._text, self._context.composer.text
        if text is None:
            return
        envelope = text.envelope(None, tuple(self.drafts.used.get(text.number, ())))
        self._context.wait_for(
            lambda client: client.preview(text.number, written, envelope),
            self._shown,
            self._context.notices.fail,
        )

    def _shown(self, mail: "PreviewedReply") -> None:
        page = self._context.mail_page
        page.lines = partial(outgoing_mail.page, mail, self._context.now())
        page.open()
        self._context.mode = Mode.MAIL

    def shown(self) -> None:
        """Back from the mail to the question how it is sent."""
        self._context.mail_page.close()
        self.send()

    def edit(self) -> None:
        """Back to the text."""
        self._context.notices.clear()
        self._context.go_home()

    # Canned responses

    @property
    def line(self) -> TicketLine | None:
        """The ticket that something is written to."""
        return self._text.line if self._text else None

    def insert(
        self, text: str, marks: Sequence[str], shortcut: str, *, instead_of: int = 0
    ) -> None:
        """Put a canned response at the cursor, in place of so many characters; into a reply, with
        the marks for its files and macro. After a word it starts a new paragraph."""
        if self._text is None:
            return
        editor = self._context.composer.editor
        apart = "\n\n" if not instead_of and editor.before_cursor[-1:].strip() else ""
        editor.put(apart + text, instead_of=instead_of)
        if self._text.kind == REPLY:
            new = [mark for mark in marks if mark not in editor.text]
            if new:
                editor.put_below("\n".join(new))
        self._save(self._text)
        if self._text.kind == REPLY:
            used = self.drafts.used.setdefault(self._text.number, [])
            used += [shortcut] if shortcut not in used else []
        if left := blanks(text):
            editor.select_next(f"⟦{left[0]}?⟧")

    def send_as(self, status: Status, *, moves_on: bool) -> None:
        """The second stroke. Keys wait for the answer: either the next ticket, or what the agent
        had not seen yet."""
        text, written = self._text, self._context.composer.text
        if text is None:
            return
        text.see(self._context.now())
        number = text.number
        used = tuple(self.drafts.used.get(number, ()))
        chosen = (
            None if status is Status.PENDING and parse_marks(written).macros else status
        )  # the macro's own status, if it has one
        if text.kind == FORWARD and status is Status.PENDING:
            chosen = None  # the ticket stays as it is
        envelope = text.envelope(chosen, used)
        text.leaving = True
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: (client.forward if text.kind == FORWARD else client.reply)(
                number, written, envelope
            ),
            partial(self._sent, text, used, moves_on=moves_on),
            partial(self._not_sent, text),
        )

    def _sent(self, text: Text, used: Sequence[str], done: "Done", *, moves_on: bool) -> None:
        leaves_at = done.replies[0].not_before

        def undone(drafts: Mapping[tuple[int, str], Draft]) -> str:
            self.drafts.replace(drafts)
            self.drafts.used[text.number] = list(used)
            what = "forward of" if text.kind == FORWARD else "reply to"
            return f"The {what} #{text.number} is a draft again: {text.key} continues it."

        self._close()
        self.drafts.forget(text.number, text.kind)
        what = "Forward of" if text.kind == FORWARD else "Reply to"
        self._verbs.remember(PendingVerb(text.number, what, done.gesture, undone))
        if text.chosen.at or text.kind == FORWARD:
            self._context.notices.undoable(done.sentence)
        else:
            self._context.notices.leaves(text.number, leaves_at)
        self._browse.settle(text.number)
        if moves_on:
            self._browse.move_on(text.number)
        self._context.release_keys()
        self.leaves(leaves_at)

    def _not_sent(self, text: Text, error: SupportError) -> None:
        text.leaving = False
        if isinstance(error, RecipientsUnsure):
            text.question = error.question
            self._refuse(text)
        else:
            self.edit()
            self._context.notices.fail(error)
        if isinstance(error, TicketMerged):
            self.drafts.tell_merged(text.number, text.kind, error.into)
        if isinstance(error, SendRefused):
            text.behind = True
            self._reading.load()
        self._context.release_keys()


def _whom(text: Text, room: int) -> Spans:
    """Who gets it, in so many cells; until the desk has said, the customer."""
    if text.kind == FORWARD and not text.recipients.to:
        return (("To ", Ink.DIM), ("nobody yet", Ink.WARNING))
    if text.addressing is None:
        return (
            ("To ", Ink.DIM),
            (f"{clean(text.line.customer.name or text.line.customer.address)} …", Ink.TEXT),
        )
    return whom(text.addressing, room)


def _said_by(text: str) -> str:
    """Which macros run when a text is sent: “refund-done says”, “idea and late say”, or nothing."""
    macros = parse_marks(text).macros
    return f"{' and '.join(macros)} {'says' if len(macros) == 1 else 'say'}" if macros else ""
