"""A ticket opened by hand: who, about what, in which mailbox; then the mail that is written to
them, or what they said, if they called or came by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from supportcli.domain.mail import Address
from supportcli.domain.tickets.verbs import BY_NAME
from supportcli.errors import SupportError
from supportcli.rendering.ticket_rows import called
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.docks.choosing_customer import CustomerChoice, WantedCustomer
from supportcli.tui.tickets.verbs import PendingVerb, TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.desk.gestures import Done

_TITLE = "New ticket"
_WRITE = "write"


@dataclass(frozen=True, slots=True)
class NewTicketAnswers:
    """What was answered so far."""

    customer: Address
    subject: str = ""
    mailbox: str | None = None
    text: str = ""


class NewTicketDocks:
    """One line for each; a longer text is for a note in it, or for `supportcli ticket new`."""

    def __init__(self, context: InboxContext, browse: Browse, verbs: TicketVerbs) -> None:
        self._context = context
        self._browse = browse
        self._verbs = verbs
        self._customers = CustomerChoice(context, verbs.choosing)
        self._mailboxes: Sequence[str] = ()
        self._begun: PendingVerb | None = None
        self.write: Callable[[], object] = lambda: None
        """Writes to the customer of the ticket under the cursor."""

    def open(self) -> None:
        """Choose the customer: that of the ticket under the cursor, one who came last, one whom a
        search finds, or a new one."""
        error = self._verbs.forbidden(BY_NAME["new"])
        if error is not None:
            self._verbs.choosing.fail_to_open(_TITLE, error)
            return
        self._context.wait_for(
            lambda client: client.verbs.mailboxes(),
            self._ask_who,
            partial(self._verbs.choosing.fail_to_open, _TITLE),
        )

    def _ask_who(self, mailboxes: Sequence[str]) -> None:
        self._mailboxes, line = mailboxes, self._context.tickets.line
        if not mailboxes:
            why = "There is no mailbox yet: supportcli mailbox add ADDRESS"
            self._verbs.choosing.refuse(_TITLE, why)
            return
        self._customers.choose(
            WantedCustomer(
                f"{_TITLE} for",
                self._ask_subject_for,
                first=line.customer if line else None,
                remark="customer of this ticket",
                new="a new customer",
            )
        )

    def _ask_subject_for(self, person: Address) -> None:
        if person.address in self._mailboxes:
            why = f"{person.written} is an address of this desk, and cannot be a customer."
            self._verbs.choosing.refuse(_TITLE, why)
        else:
            self._ask_subject(NewTicketAnswers(person))

    def _ask_subject(self, so_far: NewTicketAnswers) -> None:
        self._verbs.choosing.open(
            f"{_TITLE} for {called(so_far.customer)}",
            (),
            lambda subject: self._ask_mailbox(replace(so_far, subject=subject)),
            new="the subject",
            asks="the subject",
        )

    def _ask_mailbox(self, so_far: NewTicketAnswers) -> None:
        if len(self._mailboxes) == 1:
            self._ask_text(so_far)
            return
        self._verbs.choosing.open(
            "In which mailbox",
            [Choice(one, one, "replies come from it") for one in self._mailboxes],
            lambda mailbox: self._ask_text(replace(so_far, mailbox=mailbox)),
        )

    def _ask_text(self, so_far: NewTicketAnswers) -> None:
        """Whether to write to them, which ⏎ does, or what they said."""
        who = called(so_far.customer)
        self._verbs.choosing.open(
            f"{_TITLE} for {who}",
            [Choice(_WRITE, f"write an email to {who}", "the ticket begins with it")],
            lambda text: (
                self._begin_mail(so_far)
                if text == _WRITE
                else self._create(replace(so_far, text=text))
            ),
            new="what was said: nothing is mailed",
            asks="or type what they said",
        )
        self._context.picker.move(1)

    def _begin_mail(self, new: NewTicketAnswers) -> None:
        """Open the ticket, and the composer in it. Keys wait: the next belongs into the text."""
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: client.verbs.begin_mail(new.customer, new.subject, new.mailbox),
            partial(self._mail_begun, new),
            partial(self._not_created, new),
        )

    def _mail_begun(self, new: NewTicketAnswers, done: "Done") -> None:
        self._created(new, done)
        self._begun = self._verbs.last
        self._browse.with_line(self.write, self._context.notices.fail)

    def left_empty(self, number: int) -> None:
        """The composer was left with nothing in it: a ticket that was opened for that mail is taken
        away, if nothing else was done since."""
        begun, self._begun = self._begun, None
        if begun is not None and begun.number == number and begun is self._verbs.last:
            self._verbs.undo()

    def _create(self, new: NewTicketAnswers) -> None:
        """Open the ticket, and show it. Keys wait: the next is meant for it."""
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: client.verbs.new(new.customer, new.subject, new.mailbox, new.text),
            partial(self._created, new),
            partial(self._not_created, new),
        )

    def _created(self, new: NewTicketAnswers, done: "Done") -> None:
        number = done.numbers[0]
        given = PendingVerb(number, "Opened", done.gesture, name="new")
        self._verbs.remember(given)
        self._context.notices.undoable(f"{given.told} {clean(new.subject)}")
        self._browse.visit(number)
        self._browse.open()
        self._context.release_keys()

    def _not_created(self, new: NewTicketAnswers, error: SupportError) -> None:
        """Ask for the last answer again, which is still there."""
        self._ask_text(replace(new, text=""))
        self._context.picker.field.begin(new.text)
        self._context.picker.typed()
        self._context.notices.fail(error)
        self._context.release_keys(forget=True)
