"""Canned responses in the inbox: chosen with a preview, put into a text, or sent as they stand by one key."""

import re
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.ticket import Status, TicketLine
from supportcli.errors import SendRefused, SupportError
from supportcli.tui.browse import Browse
from supportcli.tui.ink import Ink
from supportcli.tui.reading import Reading
from supportcli.tui.stage import Stage
from supportcli.tui.verbs import Deed, Verbs
from supportcli.tui.widgets.picker import Choice
from supportcli.tui.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from supportcli.desk.filling import Insertion, Offer
    from supportcli.desk.gestures import Done

_TYPED = re.compile(r"(?:^|\s);([\w-]+) $")
"""A shortcut that was typed in a text, and the space that asks for it."""

_REMARK = 24


class CannedResponses:
    """The responses that are offered, and what is done with one."""

    def __init__(self, stage: Stage, browse: Browse, reading: Reading, verbs: Verbs, writing: Writing) -> None:
        self._stage = stage
        self._browse = browse
        self._reading = reading
        self._verbs = verbs
        self._writing = writing
        self._offers: Sequence[Offer] = ()

    def ask(self) -> None:
        """Ask the desk what there is to offer."""
        self._stage.work.read("offers", lambda calls: calls.offers(), self._came, self._stage.notices.fail, last=True)

    def _came(self, offers: "Sequence[Offer]") -> None:
        self._offers = offers

    # Choosing

    def answer(self) -> None:
        """Choose a response or a macro, and answer the ticket under the cursor with it as it stands."""
        line = self._stage.tickets.line
        if line is None:
            self._stage.notices.warn("There is no ticket here.")
        elif line.status is Status.CLOSED:
            self._stage.notices.warn(f"#{line.number} is closed.")
        else:
            self._choose(f"Answer #{line.number}", line, partial(self._apply, line))

    def insert(self) -> None:
        """Choose a response and put it at the cursor of what is written."""
        line = self._writing.line
        if line is not None:
            self._choose("Insert", line, partial(self._insert, line))

    def _choose(self, title: str, line: TicketLine, then: "partial[None]") -> None:
        choices = [_choice(offer) for offer in self._fitting(line)]
        if choices:
            self._verbs.choose(title, choices, then, marks=partial(self._show, line))
        else:
            self._stage.notices.warn("No canned response yet: supportcli canned add SHORTCUT")

    def _fitting(self, line: TicketLine) -> "list[Offer]":
        return [offer for offer in self._offers if offer.kept.canned.mailbox in {"", line.mailbox}]

    def _show(self, line: TicketLine, marked: Choice | None) -> None:
        """Fill the preview with what the marked one would say."""
        preview = self._stage.picker.preview
        if marked is None:
            preview.put("")
            return
        shortcut = marked.value

        def came(inserted: "Insertion") -> None:
            if self._stage.picker.marked == marked:
                preview.put(inserted.whole)

        def failed(error: SupportError) -> None:
            if self._stage.picker.marked == marked:
                preview.put(error.sentence, Ink.ERROR)

        self._stage.work.read("preview", lambda calls: calls.insertion(line.number, shortcut), came, failed)

    # Putting it into a text

    def typed(self) -> None:
        """A letter was typed into a text: where it ends a shortcut, put the response in its place."""
        line, found = self._writing.line, _TYPED.search(self._stage.composer.editor.before_cursor)
        if line is not None and found and any(offer.kept.canned.shortcut == found[1].lower() for offer in self._fitting(line)):
            self._insert(line, found[1].lower(), instead_of=len(found[1]) + 2)

    def _insert(self, line: TicketLine, shortcut: str, *, instead_of: int = 0) -> None:
        """Keys wait until the text is there: the next one belongs behind it."""
        self._stage.hold_keys()

        def came(inserted: "Insertion") -> None:
            self._writing.insert(inserted.text, inserted.marks, shortcut, instead_of=instead_of)
            self._stage.release_keys()

        self._stage.work.read("", lambda calls: calls.insertion(line.number, shortcut), came, self._failed)

    def _failed(self, error: SupportError) -> None:
        self._stage.notices.fail(error)
        self._stage.release_keys()

    # Sending it as it stands

    def _apply(self, line: TicketLine, shortcut: str) -> None:
        ticket = self._stage.conversation.ticket
        seen = ticket.last_event if ticket is not None and ticket.line.number == line.number else None
        self._stage.hold_keys()
        self._stage.work.in_turn(lambda calls: calls.apply(line.number, shortcut, seen), partial(self._applied, line, shortcut), self._not_applied)

    def _applied(self, line: TicketLine, shortcut: str, answer: "tuple[Done | Insertion, datetime]") -> None:
        from supportcli.desk.gestures import Done  # noqa: PLC0415  # loaded by now: the desk has answered

        done, leaves_at = answer
        if isinstance(done, Done):
            self._finished(line.number, shortcut, done, leaves_at)
        else:
            self._writing.reply()
            self._writing.insert(done.text, done.marks, shortcut)
            why = f"fill in ⟦{done.missing[0]}?⟧, which is selected" if done.missing else "look to whom it goes"
            self._stage.notices.warn(f"Not sent yet: {why}, then ctrl+s.")
        self._stage.release_keys()

    def _finished(self, number: int, shortcut: str, done: "Done", leaves_at: "datetime") -> None:
        offer = next((offer.kept.canned for offer in self._offers if offer.kept.canned.shortcut == shortcut), None)
        says = offer is None or bool(offer.bodies[0].text)
        if done.numbers:
            self._verbs.remember(Deed(number, f"“{shortcut}” on", done.gesture))
        if says:
            self._stage.notices.leaves(number, leaves_at)
            self._writing.leaves(leaves_at)
        else:
            self._stage.notices.undoable(done.sentence)
        self.ask()
        self._browse.settle(number)
        if offer is None or offer.macro.status is not Status.OPEN:
            self._browse.move_on(number)

    def _not_applied(self, error: SupportError) -> None:
        if isinstance(error, SendRefused):
            self._reading.load()
        self._failed(error)


def _choice(offer: "Offer") -> Choice:
    canned = offer.kept.canned
    files = f"{len(canned.files)} file{'' if len(canned.files) == 1 else 's'}" if canned.files else ""
    remark = " · ".join(part for part in (canned.macro.words, files) if part)
    return Choice(canned.shortcut, f"{canned.shortcut}  {canned.title}", remark if len(remark) <= _REMARK else f"{remark[: _REMARK - 1]}…")
