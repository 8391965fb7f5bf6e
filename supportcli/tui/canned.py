"""Canned responses in the inbox: chosen with a preview, put into a text, or sent as they stand by one key."""

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.ticket import Status, TicketLine
from supportcli.errors import SendRefused, SupportError
from supportcli.terminal import clean
from supportcli.tui.browse import Browse
from supportcli.tui.ink import Ink, shortened
from supportcli.tui.keys import Mode
from supportcli.tui.reading import Reading
from supportcli.tui.stage import Stage
from supportcli.tui.verbs import NO_TICKET, Deed, Verbs
from supportcli.tui.widgets.picker import Choice
from supportcli.tui.writing import Writing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from supportcli.desk.filling import Insertion, Offer
    from supportcli.desk.gestures import Done
    from supportcli.domain.canned import Canned

_TYPED = re.compile(r"(?:^|\s);([\w-]+) $")
"""A shortcut that was typed in a text, and the space that asks for it."""

_REMARK = 24
_NAME, _MOST = 18, 34
"""Cells that a customer's name, and all that a key does, may take in the footer of a small terminal."""

_STEPS: dict[Status | None, str] = {Status.OPEN: "open", Status.PENDING: "wait", Status.SOLVED: "solve"}


class CannedResponses:
    """The responses that are offered, and what is done with one."""

    def __init__(self, stage: Stage, browse: Browse, reading: Reading, verbs: Verbs, writing: Writing) -> None:
        self._stage = stage
        self._browse = browse
        self._reading = reading
        self._verbs = verbs
        self._writing = writing
        self._offers: Sequence[Offer] | None = None
        self._edit: Callable[[str], None] | None = None
        self._shown: Choice | None = None

    def ask(self) -> None:
        """Ask the desk what there is to offer."""
        self._stage.work.read("offers", lambda calls: calls.offers(), self._came, self._stage.notices.fail, last=True)

    def _came(self, offers: "Sequence[Offer]") -> None:
        self._offers = offers

    def _with_offers(self, line: TicketLine, run: "Callable[[Sequence[Offer]], None]") -> None:
        """Do something with what may be offered for a ticket, once it is there."""

        def came(offers: "Sequence[Offer]") -> None:
            self._came(offers)
            run(_fitting(offers, line))

        if self._offers is not None:
            came(self._offers)
        else:
            self._stage.wait_for(lambda calls: calls.offers(), came, partial(self._verbs.fail_to_open, "Canned"))

    # Choosing

    def answer(self) -> None:
        """Choose a response or a macro, and answer the ticket under the cursor with it, as it stands or edited first."""
        line = self._stage.tickets.line
        if line is None:
            self._verbs.refuse("Canned", NO_TICKET)
        elif line.status is Status.CLOSED:
            self._verbs.refuse("Canned", f"#{line.number} is closed.")
        else:
            self._with_offers(line, partial(self._choose, f"Answer #{line.number}", line, partial(self._apply, line), partial(self._begin, line)))

    def insert(self) -> None:
        """Choose a response and put it at the cursor of what is written."""
        line = self._writing.line
        if line is not None:
            self._with_offers(line, partial(self._choose, "Insert", line, partial(self._insert, line), None))

    def _choose(
        self, title: str, line: TicketLine, then: "Callable[[str], None]", edit: "Callable[[str], None] | None", offers: "Sequence[Offer]"
    ) -> None:
        self._edit, self._shown = edit, None
        if not offers:
            self._verbs.refuse(title, "No canned response yet: supportcli canned add SHORTCUT")
            return
        does = {offer.kept.canned.shortcut: _consequence(line, offer.kept.canned) if edit else "insert" for offer in offers}
        self._verbs.choose(title, [_choice(offer) for offer in offers], then, mode=Mode.CANNED, marks=partial(self._show, line, does))

    def _show(self, line: TicketLine, does: dict[str, str], marked: Choice | None) -> None:
        """Say what the next keys do with the marked one, and fill the preview with what it would say."""
        if marked is not None:
            self._stage.labels |= {"choose": does[marked.value]} | ({} if self._edit else {"choose_edit": ""})
        if marked != self._shown:
            self._shown = marked
            self._stage.picker.preview.put("")
            if marked is not None:
                self._ask_preview(line, does, marked)

    def _ask_preview(self, line: TicketLine, does: dict[str, str], marked: Choice) -> None:
        def came(inserted: "Insertion") -> None:
            if inserted.missing and self._edit:
                does[marked.value] = f"fill in ⟦{clean(inserted.missing[0])}?⟧, then send"
            if self._stage.picker.marked == marked:
                self._stage.picker.preview.put(inserted.whole)
                self._stage.labels["choose"] = does[marked.value]
                self._stage.show_keys()

        def failed(error: SupportError) -> None:
            if self._stage.picker.marked == marked:
                self._stage.picker.preview.put(error.sentence, Ink.ERROR)

        self._stage.work.read("preview", lambda calls: calls.insertion(line.number, marked.value), came, failed)

    def edit(self) -> None:
        """Put the marked one into a reply to the ticket it was opened for, to be read and changed before it is sent."""
        marked, edit = self._stage.picker.marked, self._edit
        if marked is None or edit is None:
            self._verbs.chosen()
        else:
            self._verbs.cancel()
            edit(marked.value)

    def _begin(self, line: TicketLine, shortcut: str) -> None:
        self._stage.wait_for(lambda calls: calls.insertion(line.number, shortcut), partial(self._write, line, shortcut), self._stage.notices.fail)

    def _write(self, line: TicketLine, shortcut: str, inserted: "Insertion") -> None:
        self._browse.stand_on(line.number)
        self._writing.reply()
        self._writing.insert(inserted.text, inserted.marks, shortcut)

    # Putting it into a text

    def typed(self) -> None:
        """A letter was typed into a text: where it ends a shortcut, put the response in its place."""
        line, found = self._writing.line, _TYPED.search(self._stage.composer.editor.before_cursor)
        if line is not None and found:
            self._with_offers(line, partial(self._expand, line, found[1].lower(), len(found[1]) + 2))

    def _expand(self, line: TicketLine, shortcut: str, instead_of: int, offers: "Sequence[Offer]") -> None:
        if any(offer.kept.canned.shortcut == shortcut for offer in offers):
            self._insert(line, shortcut, instead_of=instead_of)

    def _insert(self, line: TicketLine, shortcut: str, *, instead_of: int = 0) -> None:
        """Keys wait until the text is there: the next one belongs behind it."""

        def came(inserted: "Insertion") -> None:
            self._writing.insert(inserted.text, inserted.marks, shortcut, instead_of=instead_of)

        self._stage.wait_for(lambda calls: calls.insertion(line.number, shortcut), came, self._stage.notices.fail)

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
            self._write(line, shortcut, done)
            why = f"fill in ⟦{done.missing[0]}?⟧, which is selected" if done.missing else "look to whom it goes"
            self._stage.notices.warn(f"Not sent yet: {why}, then ctrl+s.")
        self._stage.release_keys()

    def _finished(self, number: int, shortcut: str, done: "Done", leaves_at: "datetime") -> None:
        offer = next((offer.kept.canned for offer in self._offers or () if offer.kept.canned.shortcut == shortcut), None)
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
        self._stage.notices.fail(error)
        self._stage.release_keys(forget=True)  # the next key was meant for the next ticket


def _fitting(offers: "Sequence[Offer]", line: TicketLine) -> "list[Offer]":
    return [offer for offer in offers if offer.kept.canned.mailbox in {"", line.mailbox}]


def _consequence(line: TicketLine, canned: "Canned") -> str:
    """What one key does with a response: “send to Derek Mullins + solve”."""
    does = " · ".join(part for part in (_STEPS.get(canned.macro.status), replace(canned.macro, status=None).words) if part)
    if not canned.bodies[0].text:
        return shortened(clean(f"do: {does}"), _MOST)
    whom = shortened(clean(line.customer.name or line.customer.address), _NAME)
    return f"send to {shortened(clean(f'{whom} + {does}' if does else whom), _MOST)}"


def _choice(offer: "Offer") -> Choice:
    canned = offer.kept.canned
    files = f"{len(canned.files)} file{'' if len(canned.files) == 1 else 's'}" if canned.files else ""
    remark = " · ".join(part for part in (canned.macro.words, files) if part)
    return Choice(canned.shortcut, f"{canned.shortcut}  {canned.title}", remark if len(remark) <= _REMARK else f"{remark[: _REMARK - 1]}…")
