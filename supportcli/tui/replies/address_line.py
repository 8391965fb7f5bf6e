"""Who gets the text that is being written: asked of the desk, shown above it, and changed by
keys."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.canned.marks import parse_marks
from supportcli.domain.canned.responses import Macro
from supportcli.domain.replies.recipients import Recipients
from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import moment
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.composition import Text
from supportcli.tui.replies.drafts import FORWARD, NOTE, REPLY, Drafts
from supportcli.tui.replies.headers import HeaderEditing, TypedPeople
from supportcli.tui.replies.keeping import TextKeeping
from supportcli.tui.replies.recipients_line import others, whom
from supportcli.tui.widgets.composer import Header

if TYPE_CHECKING:
    from collections.abc import Callable

    from supportcli.domain.replies.recipients import Addressing


_MOST_OFFERED = 2
"""So many who may be meant are named beside the first."""


class AddressLine:
    """The lines above the text. `asked` is called when the desk has answered after the first stroke
    of sending."""

    def __init__(
        self, context: InboxContext, drafts: Drafts, headers: HeaderEditing, keeping: TextKeeping
    ) -> None:
        self._context = context
        self._drafts = drafts
        self._headers = headers
        self._keeping = keeping
        self.asked: Callable[[Text], None] = lambda _: None
        self.macro_of: Callable[[str], Macro | None] = lambda _: None

    def ask(self, text: Text) -> None:
        """Show who gets it, as the desk says."""
        self.show(text)
        if text.kind == REPLY or (text.kind == FORWARD and text.recipients.to):
            number, own, private = text.number, text.recipients, text.wanted_private
            self._context.work.read(
                "recipients",
                lambda client: client.replies.addressing(number, only_sender=private, own=own),
                partial(self._came, text, own, private=private),
                self._context.notices.fail,
            )

    def _came(
        self, text: Text, own: Recipients, found: "tuple[Addressing, Recipients]", *, private: bool
    ) -> None:
        """Take the desk's answer, unless a key changed the recipients since; for a draft that was
        left meanwhile, keep who it is for."""
        if text.leaving or (text.recipients, text.wanted_private) != (own, private):
            return
        if text is not self._keeping.text:
            self._complete(text.number, found[0].recipients)
            return
        text.address(*found)
        self.show(text)
        if self._context.mode is Mode.SEND:
            self.asked(text)
        elif remark := text.remark(self._context.key("turn")):
            self._context.notices.warn(remark)
        self._complete(text.number, text.recipients)

    def _complete(self, number: int, recipients: Recipients) -> None:
        """Store with a draft who it is for, if it was saved before that was known."""
        kept = self._drafts.of(number, REPLY)
        if (
            kept is not None
            and kept.recipients is not None
            and not kept.recipients.to
            and kept.recipients.only_sender == recipients.only_sender
        ):
            self._drafts.keep(number, REPLY, replace(kept, recipients=recipients))

    # Changing

    def walk(self, at: Header) -> None:
        """Walk into a header of the text."""
        text = self._keeping.text
        if text is None:
            return
        if text.kind == NOTE:
            self._context.notices.warn("A note has no headers and no files.")
        else:
            self.known(text, lambda: self._headers.open(text, at))

    def known(self, text: Text, then: "Callable[[], object]") -> None:
        """Do something once the desk has said who gets a reply; keys wait until then."""
        if text.kind != REPLY or text.recipients.to:
            then()
        else:
            self._wait(text, then)

    def settled(self, text: Text, then: "Callable[[], object]") -> None:
        """Do something once the desk has said what it makes of those who get it; keys wait until
        then."""
        if text.addressing is not None:
            then()
        else:
            self._wait(text, then)

    def _wait(self, text: Text, then: "Callable[[], object]") -> None:
        number, own, private = text.number, text.recipients, text.wanted_private

        def came(found: "tuple[Addressing, Recipients]") -> None:
            self._came(text, own, found, private=private)
            then()

        self._context.wait_for(
            lambda client: client.replies.addressing(number, only_sender=private, own=own),
            came,
            self._context.notices.fail,
        )

    def changed(self, text: Text) -> None:
        """A header was changed: keep it, and say what the desk makes of it."""
        self._keeping.save(text)
        if text.addressing is None:
            self.ask(text)

    def turn(self) -> None:
        """Switch between a reply to everybody and to the sender only."""
        text = self._keeping.text
        if text is not None and text.kind == REPLY:
            text.turn()
            self._context.notices.clear()
            self.ask(text)

    def sign(self) -> None:
        """Leave the signatures out, or put them below it again."""
        text = self._keeping.text
        if text is None or text.kind == NOTE:
            self._context.notices.warn("A note has no signature.")
            return
        text.chosen = replace(text.chosen, unsigned=not text.chosen.unsigned)
        self._context.notices.say(
            f"It leaves without a signature · {self._context.key('sign')} puts it back"
            if text.chosen.unsigned
            else "Your signature and the mailbox's stand below it, if there are any."
        )
        self.changed(text)

    # Showing

    def show(self, text: Text) -> None:
        """Show who gets it, what else was chosen, and what follows."""
        if text is not self._keeping.text:
            return
        composer, typed = self._context.composer, self._headers.unread(text)
        takes = self._context.key("header_next")
        if text.kind == NOTE:
            composer.head_for(
                "Note", lambda _: (("for agents; no customer sees it", Ink.TEXT),), ""
            )
        elif text.kind == FORWARD:
            composer.head_for(
                "Forward",
                partial(_whom, text, typed, takes),
                "not to the customer",
                partial(others, text.chosen, before=self._passed_on(text)),
            )
        else:
            composer.head_for(
                "Reply",
                partial(_whom, text, typed, takes),
                self._follows(text),
                partial(others, text.chosen),
            )

    def _passed_on(self, text: Text) -> Spans:
        """Which message it passes on, as far as the conversation is there."""
        chosen, ticket = text.chosen.forwards, self._context.conversation.ticket
        found = ticket.messages if ticket is not None and chosen is not None else ()
        for message in found:
            if chosen is not None and message.id == chosen.message:
                when = moment(message.date or message.created_at, self._context.now())
                how = "As a file the email" if chosen.attached else "Message"
                return ((f" {how} of ", Ink.DIM), (f"{called(message.sender)}, {when}", Ink.TEXT))
        return ()

    def _follows(self, text: Text) -> str:
        if text.messages is not None and text.line.message_count > text.messages:
            return "something new arrived: read it before you send"
        does = self.macros_do(self._keeping.written)
        return f"then: {does or 'waiting'}"

    def macros_do(self, written: str) -> str:
        """What the macros do that a text names: “waiting · +idea”; "" if it names none."""
        macro, names = Macro(), parse_marks(written).macros
        for name in names:
            known = self.macro_of(name)
            if known is None:  # somebody removed it, or it is not here yet
                return f"what {' and '.join(names)} {'says' if len(names) == 1 else 'say'}"
            macro = macro.then(known)
        step = "" if macro.status else "waiting"
        return " · ".join(part for part in (step, macro.words) if part) if names else ""


def _offered(typed: "TypedPeople", takes: str) -> Spans:
    """Who is typed; or who may be meant, with the key that takes the first; or that it is
    nobody."""
    first, *others = typed.offers or ("",)
    if first:
        names = [clean(one.partition(" <")[0]) for one in others[:_MOST_OFFERED]]
        more = f" +{len(others) - len(names)}" if len(others) > len(names) else ""
        also = f" · {' · '.join(names)}{more}" if names else ""
        return ((f"{takes} ", Ink.KEY), (clean(first), Ink.TEXT), (also, Ink.DIM))
    said = f"{clean(typed.value)} …" if typed.value else "nobody yet"
    nobody = " nobody here is called that" if typed.unknown else ""
    return ((said, Ink.WARNING), (nobody, Ink.DIM))


def _whom(text: Text, typed: "TypedPeople | None", takes: str, room: int) -> Spans:
    """Who gets it, in so many cells; until the desk has said, the customer. Who is `typed` in a
    field, and not taken over yet, stands there alone."""
    if typed is not None:
        return ((f"{typed.field} ", Ink.DIM), *_offered(typed, takes))
    if text.kind == FORWARD and not text.recipients.to:
        return (("To ", Ink.DIM), ("nobody yet", Ink.WARNING))
    if text.addressing is None:
        return (
            ("To ", Ink.DIM),
            (f"{clean(text.line.customer.name or text.line.customer.address)} …", Ink.TEXT),
        )
    return whom(text.addressing, room)
