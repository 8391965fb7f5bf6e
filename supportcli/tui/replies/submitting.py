"""The two strokes that send a text, and what becomes of it."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.canned.marks import parse_marks
from supportcli.domain.canned.placeholders import blanks
from supportcli.domain.replies.drafts import Draft
from supportcli.domain.replies.forgotten import unattached
from supportcli.domain.tickets.mentions import mentioned
from supportcli.domain.tickets.ticket import Status
from supportcli.errors import SupportError
from supportcli.errors.replies import RecipientsUnsure, SendRefused
from supportcli.errors.tickets import TicketMerged
from supportcli.rendering.ink import Ink
from supportcli.rendering.mail import outgoing_mail
from supportcli.rendering.times import stamp
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.composition import Text
from supportcli.tui.replies.drafts import FORWARD, NOTE, Drafts
from supportcli.tui.replies.keeping import TextKeeping
from supportcli.tui.replies.recipients_line import words
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.verbs import PendingVerb, TicketVerbs

if TYPE_CHECKING:
    from datetime import datetime

    from supportcli.desk.gestures import Done
    from supportcli.desk.replies.previewing import PreviewedReply


class Submitting:
    """Sends the text in the composer; `close` leaves that."""

    def __init__(
        self,
        context: InboxContext,
        keeping: TextKeeping,
        drafts: Drafts,
        *,
        browse: Browse,
        reading: ConversationView,
        verbs: TicketVerbs,
        close: Callable[[], None],
    ) -> None:
        self._context = context
        self._keeping = keeping
        self._drafts = drafts
        self._browse = browse
        self._reading = reading
        self._verbs = verbs
        self._close = close
        self.leaves: Callable[[str, datetime, int], None] = lambda _gesture, _at, _number: None
        self.does: Callable[[str], str] = lambda _: ""
        """What the macros in a text do when it is sent; "" if it has none."""
        self.settled: Callable[[Text, Callable[[], None]], None] = lambda _, then: then()
        """Does something once the desk has said who gets a text."""
        self.confirms = True
        """Whether the first stroke asks how a reply is sent, and does not send it."""

    def send(self) -> None:
        """The first stroke: ask how a reply is sent, or send it; a note is written."""
        text = self._sendable()
        if text is None:
            return
        if text.kind == NOTE:
            self._write_note(text, self._keeping.written)
        elif self.confirms:
            self._ask(text)
        else:
            known = text.addressing is not None
            self.settled(text, partial(self._send_at_once, text, was_known=known))

    def review(self) -> None:
        """Ask how a reply is sent, also of those whose first stroke sends it."""
        text = self._sendable()
        if text is not None and text.kind == NOTE:
            self._context.notices.warn(f"A note is not sent: {self._context.key('send')} saves it.")
        elif text is not None:
            self._ask(text)

    def _send_at_once(self, text: Text, *, was_known: bool) -> None:
        """Send it as most replies are, unless there is something to agree to, or to read that was
        not on screen before the key."""
        doubtful = self._doubts(text) or (not was_known and text.remark(""))
        if doubtful or text.addressing is None:
            self._ask(text)
        else:
            text.asked = ""
            self.send_as(Status.PENDING, moves_on=True)

    def _doubts(self, text: Text) -> str:
        """What has to be agreed to before it is sent: who gets it, and files that are named but not
        attached."""
        lacking = unattached(self._keeping.written, text.chosen.brings)
        return "; ".join(filter(None, (text.question, lacking)))

    def _sendable(self) -> Text | None:
        """What is written, if nothing is missing; else say what is."""
        text, written = self._keeping.text, self._keeping.written
        if text is None:
            return None
        if text.kind == FORWARD and not text.recipients.to:
            names = self._context.key("headers")
            self._context.notices.warn(f"It goes to nobody yet: {names} names somebody.")
        elif not written.strip() and text.kind != FORWARD:
            leaves = self._context.key("keep")
            self._context.notices.warn(f"The {text.kind} is empty; {leaves} leaves it.")
        elif text.kind != NOTE and (left := blanks(written)):
            self._context.composer.editor.select_next(f"⟦{left[0]}?⟧")
            self._context.notices.warn(
                f"Not sent: fill in ⟦{left[0]}?⟧ "
                f"first{f', and {len(left) - 1} more' if len(left) > 1 else ''}; it is "
                "selected."
            )
        else:
            return text
        return None

    def _ask(self, text: Text) -> None:
        """Ask how to send it, and first about recipients the desk is not sure of."""
        does = self.does(self._keeping.written)
        text.asked = self._doubts(text)
        if text.asked:
            send = self._context.key("send_wait")
            self._context.notices.ask(
                f"{text.asked[:1].upper()}{text.asked[1:]} · {send} again sends"
            )
        else:
            verb = "Forward" if text.kind == FORWARD else "Send to"
            at = f" at {stamp(text.chosen.at)}" if text.chosen.at else ""
            send = f"{verb} #{text.number}{at}{f', then {does}' if does else ''}? "
            self._context.notices.ask(
                send
                + (
                    words(text.addressing, self._context.notice.room - len(send))
                    if text.addressing
                    else ""
                ),
                Ink.TEXT,
            )
        self._context.mode = Mode.SEND
        self._context.relabel(Mode.SEND, "discard", "")  # a letter does it here
        if text.kind == FORWARD:
            self._context.relabel(Mode.SEND, "send_wait", "forward · next")
        elif does:  # which says what becomes of the ticket
            self._context.relabel(Mode.SEND, "send_wait", "send · next")

    def ask_again(self, text: Text) -> None:
        """The first stroke came before the desk had said who gets it. The question to agree to has
        not been on screen: back to the text."""
        if not text.question or text.question in text.asked:
            self._ask(text)
        else:
            self._refuse(text)

    def _refuse(self, text: Text) -> None:
        self.edit()
        self._context.notices.warn(f"Not sent: {text.question} · {self._twice} sends")

    @property
    def _twice(self) -> str:
        """The two keys that send."""
        first, second = self._context.key("send"), self._context.key("send_wait")
        return f"{first} twice" if first == second else f"{first}, then {second},"

    def _write_note(self, text: Text, written: str) -> None:
        def undone(_: Mapping[tuple[int, str], Draft]) -> str:
            begun = self._drafts.of(text.number, NOTE)
            self._drafts.keep(
                text.number,
                NOTE,
                Draft(f"{written}\n\n{begun.text}" if begun else written, text.seen or 0),
            )
            return (
                f"The note on #{text.number} is a draft again: "
                f"{self._context.key('note')} continues it."
            )

        kept = self._keeping.draft(text)
        self._close()
        self._drafts.forget(text.number, NOTE)
        self._reading.show_what_follows()
        me, called = self._verbs.me, mentioned(written, self._verbs.agents)
        told = called.besides(me) if me is not None else called
        self._verbs.do(
            text.line,
            "Noted on",
            lambda client, _: client.replies.note(text.number, written),
            undone,
            name="note",
            failed=lambda: self._drafts.keep(text.number, NOTE, kept),
            then=clean(told.told_shortly),
        )

    def show(self) -> None:
        """Show the mail as it would leave."""
        text, written = self._keeping.text, self._keeping.written
        if text is None:
            return
        envelope = text.envelope(None, tuple(self._drafts.used.get(text.number, ())))
        self._context.wait_for(
            lambda client: client.replies.preview(text.number, written, envelope),
            self._shown,
            self._context.notices.fail,
        )

    def _shown(self, mail: "PreviewedReply") -> None:
        page = self._context.mail_page
        page.lines = partial(outgoing_mail.page, mail, self._context.now())
        page.leave = self.shown
        page.open()
        self._context.mode = Mode.MAIL

    def shown(self) -> None:
        """Back from the mail to the question how it is sent."""
        self._context.mail_page.close()
        self.review()

    def edit(self) -> None:
        """Back to the text."""
        self._context.notices.clear()
        self._context.go_home()

    def write_on(self, character: str) -> None:
        """Back to the text, which was typed on behind the first stroke, with the character that was
        meant for it."""
        self.edit()
        self._context.composer.editor.put(character)
        send = self._context.key("send")
        self._context.notices.warn(f"Not sent: you typed on, in the text · {send} asks again")

    def send_as(self, status: Status, *, moves_on: bool) -> None:
        """The second stroke. Keys wait for the answer: either the next ticket, or what the agent
        had not seen yet."""
        text, written = self._keeping.text, self._keeping.written
        if text is None:
            return
        text.see(self._context.now())
        number = text.number
        used = tuple(self._drafts.used.get(number, ()))
        chosen = (
            None if status is Status.PENDING and parse_marks(written).macros else status
        )  # the macro's own status, if it has one
        if text.kind == FORWARD and status is Status.PENDING:
            chosen = None  # the ticket stays as it is
        envelope = text.envelope(chosen, used)
        text.leaving = True
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: (
                client.replies.forward if text.kind == FORWARD else client.replies.send
            )(number, written, envelope),
            partial(self._sent, text, used, status, moves_on=moves_on),
            partial(self._not_sent, text),
        )

    def _sent(
        self, text: Text, used: Sequence[str], status: Status, done: "Done", *, moves_on: bool
    ) -> None:
        leaves_at = done.replies[0].not_before
        is_plain = status is Status.PENDING and not parse_marks(self._keeping.written).macros

        def undone(drafts: Mapping[tuple[int, str], Draft]) -> str:
            self._drafts.replace(drafts)
            self._drafts.used[text.number] = list(used)
            what = "forward of" if text.kind == FORWARD else "reply to"
            continues = self._context.key(text.action)
            return f"The {what} #{text.number} is a draft again: {continues} continues it."

        self._close()
        self._drafts.forget(text.number, text.kind)
        what = "Forward of" if text.kind == FORWARD else "Reply to"
        left = leaves_at if is_plain else None  # a solve can be undone after that too
        self._verbs.remember(PendingVerb(text.number, what, done.gesture, undone, leaves=left))
        if text.chosen.at or text.kind == FORWARD:
            self._context.notices.undoable(done.sentence)
        else:
            did = "Solved" if status is Status.SOLVED else ""
            self._context.notices.leaves(text.number, leaves_at, did)
        self._reading.show_what_follows()
        self._browse.settle(text.number)
        if moves_on:
            self._browse.move_on(text.number)
        self._context.release_keys()
        if not text.chosen.at:  # what leaves at its time keeps nobody here until then
            self.leaves(done.gesture, leaves_at, text.number)

    def _not_sent(self, text: Text, error: SupportError) -> None:
        text.leaving = False
        if isinstance(error, RecipientsUnsure):
            text.question = error.question
            self._refuse(text)
        else:
            self.edit()
            self._context.notices.fail(error)
        if isinstance(error, TicketMerged):
            self._drafts.tell_merged(text.number, text.kind, error.into)
        if isinstance(error, SendRefused):
            text.behind = True
            self._reading.load()
        self._context.release_keys()
