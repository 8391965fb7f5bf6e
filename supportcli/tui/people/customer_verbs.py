"""What is done to the customer in the pane: VIP, notes, what is known of them, merges, blocks. `z`
undoes it there as in the list."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from supportcli.domain.people.customers import Customer, CustomerChanges, field_of
from supportcli.domain.senders import Block
from supportcli.errors import SupportError
from supportcli.errors.people import FieldInvalid
from supportcli.rendering.ticket_rows import called
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.browse import Browse
from supportcli.tui.tickets.docks.choosing_customer import CustomerChoice, WantedCustomer
from supportcli.tui.tickets.verbs import PendingVerb, TicketVerbs
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from supportcli.desk.people.people_gestures import CustomerDone
    from supportcli.tui.client.desk_client import DeskClient

_PARTS = {
    "name": "name",
    "organisation": "organisation, by name or domain",
    "language": "language, as in de",
    "zone": "time zone, as in Europe/Madrid",
}
"""What is edited by typing another value; an empty one is taken away by `-`."""

_BLOCKS = {
    Block.HOLD: ("hold", "hold their email: somebody decides about it", "Held from now on:"),
    Block.DISCARD: ("discard", "put their email away", "Put away from now on:"),
    None: ("let in", "let their email in", "Let in again:"),
}
_NO_NOTES = "-notes"


class CustomerVerbs:
    """The keys of the pane that change its customer. Each waits for the desk's answer."""

    def __init__(self, context: InboxContext, browse: Browse, verbs: TicketVerbs) -> None:
        self._context = context
        self._browse = browse
        self._verbs = verbs
        self._customers = CustomerChoice(context, verbs.choosing)
        self.changed: Callable[[], None] = lambda: None

    def vip(self) -> None:
        """Mark the customer as a VIP, or no longer."""
        one = self._customer
        if one is not None:
            said = "Not a VIP any more:" if one.vip else "VIP now:"
            self._edit(one, said, CustomerChanges(vip=not one.vip))

    def note(self) -> None:
        """Add a line to the notes."""
        one = self._customer
        if one is None:
            return
        self._verbs.choosing.open(
            f"Note on {called(one.person)}",
            (),
            lambda text: self._edit(
                one, "Noted on", CustomerChanges(notes="\n".join(filter(None, (one.notes, text))))
            ),
            new="a line of the notes, which no customer sees",
            asks="what colleagues should know",
        )

    def edit(self) -> None:
        """Choose what to change, or fill in a field as `plan=pro`."""
        one = self._customer
        if one is None:
            return
        parts = [Choice(name, told, getattr(one, name)) for name, told in _PARTS.items()]
        gone = [
            Choice(f"-{address}", f"-{address}", "no longer theirs")
            for address in (one.addresses if len(one.addresses) > 1 else ())
        ]
        notes = [Choice(_NO_NOTES, _NO_NOTES, "remove the notes")] if one.notes else []
        self._verbs.choosing.open(
            f"Edit {called(one.person)}",
            [*parts, Choice("address", "address: a further one"), *gone, *notes],
            partial(self._part, one),
            new=lambda text: "fill this field in" if "=" in text else "",
            asks="what to change, or a field as in plan=pro",
        )

    def _part(self, one: Customer, chosen: str) -> None:
        if chosen in {*_PARTS, "address"}:
            self._ask_value(one, chosen)
        elif chosen == _NO_NOTES:
            self._edit(one, "Removed the notes of", CustomerChanges(notes=""))
        elif chosen.startswith("-"):
            gone = chosen.removeprefix("-")
            changes = CustomerChanges(no_addresses=(gone,))
            self._edit(one, f"{gone} is no longer an address of", changes)
        else:
            try:
                name, value = field_of(chosen)
            except FieldInvalid as error:
                self._context.notices.fail(error)
            else:
                self._edit(one, f"{chosen}:", CustomerChanges(fields={name: value}))

    def _ask_value(self, one: Customer, part: str) -> None:
        said = f"Changed the {'time zone' if part == 'zone' else part} of"

        def typed(text: str) -> None:
            value = "" if text == "-" else text
            further = (text,) if part == "address" else ()
            self._edit(one, said, _changes(part, value, further))

        known = part != "address" and getattr(one, part)
        self._verbs.choosing.open(
            f"{_PARTS.get(part, part).partition(',')[0].capitalize()} of {called(one.person)}",
            [Choice("-", "-", "take it away")] if known else [],
            typed,
            new="the new value" if part != "address" else "a further address",
            asks=str(known or ""),
        )

    def merge(self) -> None:
        """Merge this customer into another one, who gets the tickets and addresses."""
        one = self._customer
        if one is None:
            return
        self._customers.choose(
            WantedCustomer(
                f"Merge {called(one.person)} into",
                lambda into: self._do(
                    one,
                    f"Merged into {called(into)}:",
                    lambda client, number: client.people.merge(number, into.address),
                ),
                without=frozenset(one.addresses),
            )
        )

    def block(self) -> None:
        """Hold or put away all further mail of the customer, or let it in."""
        one = self._customer
        if one is None:
            return
        choices = [Choice(name, name, told) for name, told, _ in _BLOCKS.values()]
        self._verbs.choosing.open(
            f"Email from {called(one.person)}", choices, partial(self._block, one)
        )

    def _block(self, one: Customer, chosen: str) -> None:
        how = next(how for how, (name, *_) in _BLOCKS.items() if name == chosen)
        self._do(one, _BLOCKS[how][2], lambda client, number: client.people.block(number, how))

    def undo(self) -> None:
        """Undo what was done last here, if that was about a customer."""
        if self._verbs.last_is_about_people:
            self._verbs.undo()
        else:
            self._nothing_to("undo")

    def redo(self) -> None:
        """Do again what was undone last here, if that was about a customer."""
        if self._verbs.last_undone_is_about_people:
            self._verbs.redo()
        else:
            self._nothing_to("redo")

    def _nothing_to(self, verb: str) -> None:
        esc, key = self._context.key("customer_close"), self._context.key(verb)
        self._context.notices.warn(
            f"Nothing to {verb} here · {esc}, then {key}, for what tickets had"
        )

    # Doing

    @property
    def _customer(self) -> Customer | None:
        """Who is shown."""
        shown = self._context.customer.shown
        if shown is None:
            self._context.notices.warn("There is no customer here.")
        return shown.customer if shown else None

    def _edit(self, one: Customer, said: str, changes: CustomerChanges) -> None:
        self._do(one, said, lambda client, number: client.people.edit(number, changes))

    def _do(
        self, one: Customer, said: str, run: "Callable[[DeskClient, int], CustomerDone]"
    ) -> None:
        """Do it. Keys wait: what they act on may be another customer then."""
        number = self._context.tickets.cursor
        if number is None:
            return
        theirs = self._context.customer.tickets
        self._context.hold_keys()
        self._context.work.in_turn(
            lambda client: run(client, number),
            partial(self._done, PendingVerb(number, said, about=called(one.person)), theirs),
            self._failed,
        )

    def _done(self, given: PendingVerb, theirs: tuple[int, ...], done: "CustomerDone") -> None:
        given.gesture, given.numbers = done.gesture, theirs
        if done.gesture:
            self._verbs.remember(given)
            self._context.notices.undoable(clean(given.told))
        else:
            self._context.notices.say("Nothing changed.")
        self._browse.settle(*given.tickets)
        self.changed()
        self._context.release_keys()

    def _failed(self, error: SupportError) -> None:
        self._context.notices.fail(error)
        self._context.release_keys()


def _changes(part: str, value: str, further: tuple[str, ...]) -> CustomerChanges:
    """Another value of a part, or a further address."""
    if further:
        return CustomerChanges(addresses=further)
    values: dict[str, Any] = {part: value}
    return replace(CustomerChanges(), **values)
