"""Canned responses in the inbox: chosen with a preview, put into a text, or sent as they are with
one key."""

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.errors import SupportError
from supportcli.errors.replies import SendRefused
from supportcli.errors.tickets import ChangedMeanwhile
from supportcli.rendering.ink import Ink, shortened
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.drafts import REPLY
from supportcli.tui.replies.recipients_line import words
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.reading import ConversationView
from supportcli.tui.tickets.verbs import NO_TICKET, PendingVerb, TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from supportcli.desk.canned.filling import Insertion, Offer
    from supportcli.desk.gestures import Done
    from supportcli.domain.canned.responses import Canned
    from supportcli.domain.replies.recipients import Addressing, Recipients
    from supportcli.tui.desk_client import DeskClient

_TYPED = re.compile(r"(?:^|\s);([\w-]+) $")
"""A shortcut typed in a text, and the space that inserts it."""

_REMARK = 24
_ROOM = {True: (27, 38), False: (60, 80)}
"""The most cells in the footer for the people who get a reply, and for all that a key does, in a
narrow terminal and in a wide one."""

_STEPS: dict[Status | None, str] = {
    Status.OPEN: "open",
    Status.PENDING: "wait",
    Status.SOLVED: "solve",
}


class CannedResponses:
    """The responses on offer, and what is done with one."""

    def __init__(
        self,
        context: InboxContext,
        browse: Browse,
        reading: ConversationView,
        verbs: TicketVerbs,
        writing: Writing,
    ) -> None:
        self._context = context
        self._browse = browse
        self._reading = reading
        self._verbs = verbs
        self._writing = writing
        self._offers: Sequence[Offer] | None = None
        self._edit: Callable[[str], None] | None = None
        self._shown: Choice | None = None

    def ask(self) -> None:
        """Ask the desk what it offers."""
        self._context.work.read(
            "offers",
            lambda client: client.offers(),
            self._came,
            self._context.notices.fail,
            last=True,
        )

    def _came(self, offers: "Sequence[Offer]") -> None:
        self._offers = offers

    def _with_offers(self, line: TicketLine, run: "Callable[[Sequence[Offer]], None]") -> None:
        """Do something with the responses for a ticket, once they are there."""

        def came(offers: "Sequence[Offer]") -> None:
            self._came(offers)
            run(_fitting(offers, line))

        if self._offers is not None:
            came(self._offers)
        else:
            self._context.wait_for(
                lambda client: client.offers(),
                came,
                partial(self._verbs.choosing.fail_to_open, "Canned"),
            )

    # Choosing

    def answer(self) -> None:
        """Choose a response or a macro, and answer the ticket under the cursor with it, as it is or
        edited first."""
        line = self._context.tickets.line
        if line is None:
            self._verbs.choosing.refuse("Canned", NO_TICKET)
        elif line.status is Status.CLOSED:
            self._verbs.choosing.refuse("Canned", f"#{line.number} is closed.")
        else:
            self._with_offers(
                line,
                partial(
                    self._choose,
                    f"Answer #{line.number}",
                    line,
                    partial(self._apply, line),
                    partial(self._begin, line),
                ),
            )

    def insert(self) -> None:
        """Choose a response and put it at the cursor of what is written."""
        line = self._writing.line
        if line is not None:
            self._with_offers(
                line, partial(self._choose, "Insert", line, partial(self._insert, line), None)
            )

    def _choose(
        self,
        title: str,
        line: TicketLine,
        then: "Callable[[str], None]",
        edit: "Callable[[str], None] | None",
        offers: "Sequence[Offer]",
    ) -> None:
        self._edit, self._shown = edit, None
        if not offers:
            self._verbs.choosing.refuse(
                title, "No canned responses yet: supportcli canned add SHORTCUT"
            )
            return
        canned = {offer.kept.canned.shortcut: offer.kept.canned for offer in offers}
        # until the desk has said who gets the reply
        who = f"{clean(line.customer.name or line.customer.address)} …"
        does = {
            shortcut: self._does(line, one, who) if edit else "insert"
            for shortcut, one in canned.items()
        }
        self._verbs.choosing.open(
            title,
            [_choice(offer) for offer in offers],
            then,
            mode=Mode.CANNED,
            marks=partial(self._show, line, does),
        )
        if edit:
            self._ask_whom(line, canned, does)

    def _does(self, line: TicketLine, canned: "Canned", who: str) -> str:
        """What one key does with a response, to `who`."""
        if canned.bodies[0].text and self._private(line):
            return "add it to your private draft"
        return _consequence(canned, who, *_ROOM[self._context.narrow])

    def _private(self, line: TicketLine) -> bool:
        """Whether there is a draft to the sender alone: nothing is sent past it to everybody."""
        draft = self._writing.drafts.of(line.number, REPLY)
        return draft is not None and draft.recipients is not None and draft.recipients.only_sender

    def _ask_whom(
        self, line: TicketLine, canned: "Mapping[str, Canned]", does: dict[str, str]
    ) -> None:
        """Have the footer name everybody who gets the reply."""
        before = dict(does)

        def came(answer: "tuple[Addressing, Recipients]") -> None:
            who = words(answer[0], _ROOM[self._context.narrow][0]).removeprefix("To ")
            does.update(
                {
                    shortcut: self._does(line, one, who)
                    for shortcut, one in canned.items()
                    if does[shortcut] == before[shortcut]
                }
            )
            marked = self._context.picker.marked
            if marked is not None and marked == self._shown:
                self._context.relabel(Mode.CANNED, "choose", does[marked.value])

        def ask(client: "DeskClient") -> "tuple[Addressing, Recipients]":
            return client.addressing(line.number, only_sender=False, own=None)

        self._context.work.read(
            "whom", ask, came, self._context.notices.fail, last=True
        )  # this parses a mail: what is shown goes first

    def _show(self, line: TicketLine, does: dict[str, str], marked: Choice | None) -> None:
        """Say what the next keys do with the marked response, and show its text in the preview."""
        if marked is not None:
            self._context.labels |= {"choose": does[marked.value]} | (
                {} if self._edit else {"choose_edit": ""}
            )
        if marked != self._shown:
            self._shown = marked
            self._context.picker.preview.put("")
            if marked is not None:
                self._ask_preview(line, does, marked)

    def _ask_preview(self, line: TicketLine, does: dict[str, str], marked: Choice) -> None:
        def came(inserted: "Insertion") -> None:
            if inserted.missing and self._edit:
                does[marked.value] = f"fill in ⟦{clean(inserted.missing[0])}?⟧, then send"
            if self._context.picker.marked == marked:
                self._context.picker.preview.put(inserted.whole)
                self._context.relabel(Mode.CANNED, "choose", does[marked.value])

        def failed(error: SupportError) -> None:
            if self._context.picker.marked == marked:
                self._context.picker.preview.put(error.sentence, Ink.ERROR)

        self._context.work.read(
            "preview", lambda client: client.insertion(line.number, marked.value), came, failed
        )

    def edit(self) -> None:
        """Put the marked response into a reply to the ticket it was opened for, to read and change
        it before it is sent."""
        marked, edit = self._context.picker.marked, self._edit
        if marked is None or edit is None:
            self._verbs.choosing.chosen()
        else:
            self._verbs.choosing.cancel()
            edit(marked.value)

    def _begin(self, line: TicketLine, shortcut: str) -> None:
        self._context.wait_for(
            lambda client: client.insertion(line.number, shortcut),
            partial(self._write, line, shortcut),
            self._context.notices.fail,
        )

    def _write(self, line: TicketLine, shortcut: str, inserted: "Insertion") -> None:
        self._browse.stand_on(line.number)
        self._writing.reply()
        self._writing.insert(inserted.text, inserted.marks, shortcut)

    # Putting it into a text

    def typed(self) -> None:
        """A character was typed into a text: if it ends a shortcut, replace it by the response."""
        line, found = self._writing.line, _TYPED.search(self._context.composer.editor.before_cursor)
        if line is not None and found:
            self._with_offers(
                line, partial(self._expand, line, found[1].lower(), len(found[1]) + 2)
            )

    def _expand(
        self, line: TicketLine, shortcut: str, instead_of: int, offers: "Sequence[Offer]"
    ) -> None:
        if any(offer.kept.canned.shortcut == shortcut for offer in offers):
            self._insert(line, shortcut, instead_of=instead_of)

    def _insert(self, line: TicketLine, shortcut: str, *, instead_of: int = 0) -> None:
        """Keys wait until the text is there: the next one belongs after it."""

        def came(inserted: "Insertion") -> None:
            self._writing.insert(inserted.text, inserted.marks, shortcut, instead_of=instead_of)

        self._context.wait_for(
            lambda client: client.insertion(line.number, shortcut), came, self._context.notices.fail
        )

    # Sending it as it stands

    def _apply(self, line: TicketLine, shortcut: str) -> None:
        canned = self._canned(shortcut)
        if self._private(line) and canned is not None and canned.bodies[0].text:
            self._begin(line, shortcut)
            return
        seen = self._verbs.unseen.seen(line.number)
        self._context.hold_keys()
        not_applied = partial(self._not_applied, line.number, seen)
        self._context.work.in_turn(
            lambda client: client.apply(line.number, shortcut, seen),
            partial(self._applied, line, shortcut),
            not_applied,
        )

    def _applied(self, line: TicketLine, shortcut: str, done: "Done | Insertion") -> None:
        from supportcli.desk.gestures import Done  # noqa: PLC0415  # loaded by now: the desk has answered

        if isinstance(done, Done):
            self._finished(line.number, shortcut, done)
        else:
            self._write(line, shortcut, done)
            why = (
                f"fill in ⟦{done.missing[0]}?⟧, which is selected"
                if done.missing
                else "check who gets it"
            )
            self._context.notices.warn(f"Not sent yet: {why}, then ctrl+s.")
        self._context.release_keys()

    def _finished(self, number: int, shortcut: str, done: "Done") -> None:
        canned = self._canned(shortcut)
        if done.numbers:
            self._verbs.remember(PendingVerb(number, f"“{shortcut}” on", done.gesture))
        if done.replies:
            leaves_at = done.replies[0].not_before
            self._context.notices.leaves(number, leaves_at)
            self._writing.submitting.leaves(leaves_at)
        else:
            self._context.notices.undoable(done.sentence)
        self.ask()
        self._browse.settle(number)
        if canned is None or canned.macro.status is not Status.OPEN:
            self._browse.move_on(number)

    def _canned(self, shortcut: str) -> "Canned | None":
        """The response with this shortcut among those offered last."""
        return next(
            (
                offer.kept.canned
                for offer in self._offers or ()
                if offer.kept.canned.shortcut == shortcut
            ),
            None,
        )

    def _not_applied(self, number: int, seen: int, error: SupportError) -> None:
        if isinstance(error, SendRefused | ChangedMeanwhile):
            self._verbs.refused("canned", number, seen, error.told)
            self._context.release_keys()
            return
        self._context.notices.fail(error)
        self._context.release_keys(forget=True)  # the next key was meant for the next ticket


def _fitting(offers: "Sequence[Offer]", line: TicketLine) -> "list[Offer]":
    return [offer for offer in offers if offer.kept.canned.mailbox in {"", line.mailbox}]


def _consequence(canned: "Canned", who: str, names: int, most: int) -> str:
    """What one key does with a response: “send to Derek Mullins · Cc Bob Lee + solve”, in `most`
    cells, `names` of them for the people."""
    does = " · ".join(
        part
        for part in (_STEPS.get(canned.macro.status), replace(canned.macro, status=None).words)
        if part
    )
    if not canned.bodies[0].text:
        return shortened(clean(f"do: {does}"), most)
    whom = shortened(who, names)
    return f"send to {shortened(clean(f'{whom} + {does}' if does else whom), most)}"


def _choice(offer: "Offer") -> Choice:
    canned = offer.kept.canned
    files = (
        f"{len(canned.files)} file{'' if len(canned.files) == 1 else 's'}" if canned.files else ""
    )
    remark = " · ".join(part for part in (canned.macro.words, files) if part)
    return Choice(
        canned.shortcut,
        f"{canned.shortcut}  {canned.title}",
        remark if len(remark) <= _REMARK else f"{remark[: _REMARK - 1]}…",
    )
