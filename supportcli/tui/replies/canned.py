"""Canned responses in the inbox: chosen with a preview, put into a text, or sent as they are with
one key."""

import re
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.tickets.ticket import Status, TicketLine
from supportcli.errors import SupportError
from supportcli.rendering.ink import Ink
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.canned_sending import CannedSending
from supportcli.tui.replies.canned_words import ROOM, choice, consequence, fitting
from supportcli.tui.replies.drafts import REPLY
from supportcli.tui.replies.recipients_line import words
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.verbs import TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from supportcli.desk.canned.filling import Insertion, Offer
    from supportcli.domain.canned.responses import Canned, Macro
    from supportcli.domain.replies.recipients import Addressing, Recipients
    from supportcli.tui.client.desk_client import DeskClient

_TYPED = re.compile(r"(?:^|\s);([\w-]+) $")
"""A shortcut typed in a text, and the space that inserts it."""


class CannedResponses:
    """The responses on offer, and what is done with one."""

    def __init__(
        self,
        context: InboxContext,
        browse: Browse,
        verbs: TicketVerbs,
        writing: Writing,
    ) -> None:
        self._context = context
        self._verbs = verbs
        self._writing = writing
        self._sending = CannedSending(context, browse, verbs, writing)
        self._sending.offered, self._sending.used = self._offered, self.ask
        writing.addressing.macro_of = self._macro_of
        self._offers: Sequence[Offer] | None = None
        self._edit: Callable[[str], None] | None = None
        self._shown: Choice | None = None

    def ask(self) -> None:
        """Ask the desk what it offers."""
        self._context.work.read(
            "offers",
            lambda client: client.canned.offers(),
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
            run(fitting(offers, line))

        if self._offers is not None:
            came(self._offers)
        else:
            self._context.wait_for(
                lambda client: client.canned.offers(),
                came,
                partial(self._verbs.choosing.fail_to_open, "Canned"),
            )

    # Choosing

    def answer(self) -> None:
        """Choose a response or a macro, and answer the ticket under the cursor with it, as it is or
        edited first."""
        line = self._verbs.choosing.line_for("Canned")
        if line is None:
            return
        if line.status is Status.CLOSED:
            self._verbs.choosing.refuse("Canned", f"#{line.number} is closed.")
        elif not self._verbs.choosing.refuses_marks("Canned", "A response answers"):
            self._with_offers(
                line,
                partial(
                    self._choose,
                    f"Answer #{line.number}{self._beside_draft(line)}",
                    line,
                    partial(self._sending.apply, line),
                    partial(self._sending.begin, line),
                ),
            )

    def _beside_draft(self, line: TicketLine) -> str:
        """That my draft does not leave with what is sent."""
        has_one = self._writing.drafts.of(line.number, REPLY) is not None
        return ", your draft stays" if has_one and not self._sending.is_private(line) else ""

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
            [choice(offer) for offer in offers],
            then,
            mode=Mode.CANNED,
            marks=partial(self._show, line, does),
        )
        if edit:
            self._ask_whom(line, canned, does)

    def _does(self, line: TicketLine, canned: "Canned", who: str) -> str:
        """What one key does with a response, to `who`."""
        if canned.bodies[0].text and self._sending.is_private(line):
            return "add it to your draft to the sender"
        return consequence(canned, who, *ROOM[self._context.narrow])

    def _ask_whom(
        self, line: TicketLine, canned: "Mapping[str, Canned]", does: dict[str, str]
    ) -> None:
        """Have the footer name everybody who gets the reply."""
        before = dict(does)

        def came(answer: "tuple[Addressing, Recipients]") -> None:
            who = words(answer[0], ROOM[self._context.narrow][0]).removeprefix("To ")
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
            return client.replies.addressing(line.number, only_sender=False, own=None)

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
            "preview",
            lambda client: client.canned.insertion(line.number, marked.value),
            came,
            failed,
        )

    def nothing_to_edit(self) -> None:
        """What is chosen next in this mode is no response: it is only taken as it is."""
        self._edit = None

    def edit(self) -> None:
        """Put the marked response into a reply to the ticket it was opened for, to read and change
        it before it is sent."""
        marked, edit = self._context.picker.marked, self._edit
        if marked is None or edit is None:
            self._verbs.choosing.chosen()
        else:
            self._verbs.choosing.cancel()
            edit(marked.value)

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
            lambda client: client.canned.insertion(line.number, shortcut),
            came,
            self._context.notices.fail,
        )

    def _macro_of(self, shortcut: str) -> "Macro | None":
        canned = self._offered(shortcut)
        return canned.macro if canned is not None else None

    def _offered(self, shortcut: str) -> "Canned | None":
        """The response with this shortcut among those offered last."""
        return next(
            (
                offer.kept.canned
                for offer in self._offers or ()
                if offer.kept.canned.shortcut == shortcut
            ),
            None,
        )
