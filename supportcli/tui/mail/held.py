"""The view of held mail: read it, let it in, decide it again, discard it. Its keys act on mails
only, never on a ticket."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.intake.ledger import HeldBounces, HeldMail
from supportcli.domain.people import address_of
from supportcli.errors import SupportError
from supportcli.errors.mail import CustomerNeeded
from supportcli.rendering.ink import Spans
from supportcli.rendering.mail.held_mail import Entry, about, entries, place_line, row
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.verbs import PendingVerb, TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.mail.held.accepting import MailsDone
    from supportcli.domain.intake.ledger import WaitingMail
    from supportcli.domain.mail import Address
    from supportcli.tui.client.desk_client import DeskClient

MOST = 500
"""How many held mails the view shows, the oldest ones; the rest is counted, and comes when these
are done."""

_TICKET = re.compile(r"#?([0-9]{1,18})")  # the largest number that a database keeps
_OF_A_MAIL = ("held_accept", "held_customer", "held_into", "held_retry", "held_discard")
_OF_ROWS = ("held_down", "held_next")
"""Actions that need a mail, and those that need any row."""


class HeldMailView:
    """What the agent sees of held mail and does with it. Keys wait for each answer: the next one is
    meant for the mail that is marked then."""

    def __init__(self, context: InboxContext, browse: Browse, verbs: TicketVerbs) -> None:
        self._context = context
        self._browse = browse
        self._verbs = verbs
        self._entries: Sequence[Entry] = ()
        self._junk = 0
        self._place = 0
        self._wanted: int | None = None
        self._count = 0
        self._verbs_done: list[PendingVerb] = []

    # Looking

    def open(self) -> None:
        """Show what is held, instead of list and conversation."""
        self._context.show_aside(Mode.HELD)
        self._show_count()
        self._context.mode = Mode.HELD
        self.load()

    def close(self) -> None:
        """Back to the tickets."""
        self._context.show_aside(None)
        self._context.notices.go_elsewhere()
        self._show_count()
        self._context.go_home()
        self._browse.show_place()

    @property
    def _is_open(self) -> bool:
        return self._context.aside is Mode.HELD

    def changed(self) -> None:
        """Something changed: count what is held, and read it again if it is on screen."""
        if self._context.mode is Mode.HELD:
            self.load()
        self.count()

    def count(self) -> None:
        """Count what is held, wherever the agent is."""
        self._context.work.read(
            "count held",
            lambda client: client.held.count(),
            self._counted,
            self._context.notices.fail,
            last=True,
        )

    def _counted(self, count: int) -> None:
        self._count = count
        self._show_count()

    def _show_count(self) -> None:
        """In the tab: how many wait for a person; while they are on screen, how many rows there are
        (all bounces are one)."""
        self._context.status.show_held(
            self._total if self._is_open else self._count, chosen=self._is_open
        )

    @property
    def _total(self) -> int:
        """How many rows there are, including those not read yet."""
        return (
            len(self._entries)
            if len(self._entries) < MOST
            else max(self._count, len(self._entries))
        )

    def load(self, cursor: int | None = None) -> None:
        """Read what is held; the mark stays on its mail, or goes to the mail `cursor`."""
        self._wanted = cursor if cursor is not None else self._wanted
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: client.held.waiting(MOST), self._loaded, self._failed
        )

    def _loaded(self, found: "WaitingMail") -> None:
        marked = self._marked
        wanted = (
            self._wanted
            if self._wanted is not None
            else marked.id
            if isinstance(marked, HeldMail)
            else None
        )
        self._wanted = None
        self._entries, self._junk = entries(found), found.junk
        there = next(
            (
                place
                for place, one in enumerate(self._entries)
                if isinstance(one, HeldMail) and one.id == wanted
            ),
            self._place,
        )
        self._place = min(there, max(len(self._entries) - 1, 0))
        self._show()
        self._context.release_keys()

    def _show(self) -> None:
        """Draw the rows, and ask for the text of the marked one."""
        if not self._is_open:
            return
        context = self._context
        self._show_count()
        context.show_keys()
        context.held_list.show(self._row, len(self._entries), self._place, "No mail is held.")
        context.held.set_class(not self._entries, "-nothing")
        context.notice.show_place(*place_line(self._place, self._total, self._junk))
        marked, width = self._marked, self._width
        if isinstance(marked, HeldMail):
            mail_id = marked.id
            context.work.read(
                "held mail",
                lambda client: client.held.letter(mail_id, width),
                partial(self._read, mail_id),
                context.notices.fail,
            )
        else:
            context.held_text.put([] if marked is None else about(marked, width), top=0)

    def _row(self, place: int, width: int) -> Spans:
        return row(self._entries[place], width, self._context.now(), marked=place == self._place)

    @property
    def possible(self) -> Mapping[str, str]:
        """What the footer calls the keys over the marked entry; "" leaves one out."""
        undo = {} if self._verbs_done else {"held_undo": ""}
        if isinstance(self._marked, HeldMail):
            return undo
        told = undo | dict.fromkeys(_OF_A_MAIL, "")
        if isinstance(self._marked, HeldBounces):
            return told | {"held_discard": "discard all"}
        return told if self._entries else told | dict.fromkeys(_OF_ROWS, "")

    def _read(self, mail_id: int, lines: Sequence[Spans]) -> None:
        if isinstance(self._marked, HeldMail) and self._marked.id == mail_id:
            self._context.held_text.put(lines, top=0)

    @property
    def _width(self) -> int:
        return self._context.held_width

    @property
    def _marked(self) -> Entry | None:
        return self._entries[self._place] if self._place < len(self._entries) else None

    def step(self, steps: int) -> None:
        """Mark another mail."""
        place = min(max(self._place + steps, 0), max(len(self._entries) - 1, 0))
        if place != self._place:
            self._place = place
            self._show()

    def page(self, pages: int) -> None:
        """Read on; at the end, the next mail."""
        if not self._context.held_text.page(pages) and pages > 0:
            self.step(1)

    def resized(self) -> None:
        """Another size breaks the lines elsewhere."""
        self._show()

    # Doing

    def accept(self) -> None:
        """Let the mail in as a ticket of the person it names; if it names nobody, ask who it is."""
        one = self._mail()
        if one is not None:
            self._do(
                lambda client: client.held.accept(one.id, None, None), partial(self._refused, one)
            )

    def _refused(self, one: HeldMail, error: SupportError) -> None:
        if isinstance(error, CustomerNeeded):
            self._context.release_keys()
            self._ask_customer(one, error.found)
        else:
            self._failed(error)

    def customer(self) -> None:
        """Let the mail in as a ticket of a chosen customer."""
        one = self._mail()
        if one is not None:
            self._ask_customer(
                one, (one.sender.address,) if one.sender and one.sender.address else ()
            )

    def _ask_customer(self, one: HeldMail, found: Sequence[str]) -> None:
        choices = [Choice(address, address, "named in the email") for address in found]
        self._verbs.choosing.open(
            f"Customer of mail {one.id}", choices, partial(self._accept_of, one), new="this address"
        )

    def _accept_of(self, one: HeldMail, typed: str) -> None:
        try:
            person: Address = address_of(typed, received=True)
        except SupportError as error:
            self._context.notices.fail(error)
            return
        self._do(lambda client: client.held.accept(one.id, person, None), self._failed)

    def into(self) -> None:
        """Let the mail in as a message of a chosen ticket."""
        one = self._mail()
        if one is not None:
            lines = self._context.tickets.shown.lines()
            choices = [
                Choice(
                    str(line.number),
                    f"{line.number} {line.subject}",
                    line.customer.name or line.customer.address,
                )
                for line in lines
            ]
            self._verbs.choosing.open(
                f"Ticket for mail {one.id}",
                choices,
                partial(self._accept_into, one),
                new=lambda typed: "the ticket of this number" if _number(typed) else "",
            )

    def _accept_into(self, one: HeldMail, typed: str) -> None:
        number = _number(typed)
        self._do(lambda client: client.held.accept(one.id, None, number), self._failed)

    def retry(self) -> None:
        """Decide the mail again."""
        one = self._mail()
        if one is not None:
            self._do(lambda client: client.held.retry(one.id), self._failed)

    def discard(self) -> None:
        """Discard the mail, or all bounces if their row is marked."""
        marked = self._marked
        if isinstance(marked, HeldBounces):
            self._do(lambda client: client.held.discard_bounces(), self._failed)
        elif (one := self._mail()) is not None:
            self._do(lambda client: client.held.discard(one.id), self._failed)

    def _mail(self) -> HeldMail | None:
        """The marked mail; a verb needs one that is here. If nothing is held, the list says so."""
        marked = self._marked
        if isinstance(marked, HeldMail):
            return marked
        if marked is not None:
            self._context.notices.warn("This row is not a single email on this desk.")
        return None

    def _do(
        self, run: "Callable[[DeskClient], MailsDone]", failed: Callable[[SupportError], None]
    ) -> None:
        self._context.hold_keys()
        self._context.work.in_turn(run, self._done, failed)

    def _done(self, done: "MailsDone") -> None:
        first = done.outcomes[0] if done.outcomes else None
        if first is None or not first.changed:
            self._context.notices.warn(
                f"Still held: {first.reason}." if first else "Nothing was held there."
            )
        else:
            count = len(done.outcomes)
            what = f"Mail {first.mail}" if count == 1 else f"{count} emails"
            became = (
                f"in #{first.ticket}"
                if first.state == "accepted"
                else "discarded"
                if first.state == "discarded"
                else first.state
            )
            verb = PendingVerb(first.ticket or 0, f"{what}: {became}", done.gesture)
            self._verbs_done.append(verb)
            if verb.number:
                self._verbs.remember(
                    PendingVerb(verb.number, f"Accepted mail {first.mail} as", done.gesture)
                )
            self._context.notices.undoable(verb.what)
        self._again()

    def _again(self, cursor: int | None = None) -> None:
        """Show what is held now; the keys that wait for it go on after that."""
        self.load(cursor)
        self.count()
        self._context.release_keys()

    def _failed(self, error: SupportError) -> None:
        self._context.notices.fail(error)
        self._context.release_keys()

    def undo(self) -> None:
        """Undo the last thing that I did here."""
        verb = next(
            (
                one
                for one in iter(self._next_verb, None)
                if not one.number or self._verbs.forget(one.gesture)
            ),
            None,
        )
        if verb is None:
            self._context.notices.warn(
                "Nothing to undo here. For older actions: supportcli mail undo"
            )
            return
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: client.held.undo(verb.gesture), self._undone, self._failed
        )

    def _next_verb(self) -> PendingVerb | None:
        return self._verbs_done.pop() if self._verbs_done else None

    def _undone(self, ids: tuple[int, ...]) -> None:
        self._context.notices.say(
            f"Mail {ids[0]} is held again."
            if len(ids) == 1
            else f"{len(ids)} emails are held again."
        )
        self._again(min(ids, default=None))


def _number(typed: str) -> int | None:
    """The ticket's number that somebody typed; None if it is none."""
    found = _TICKET.fullmatch(typed.strip())
    return int(found[1]) if found else None
