"""The dock in which a customer is chosen: one who came last, one whom a search finds, or the
address of a new one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from supportcli.domain.mail import Address
from supportcli.domain.people import address_of
from supportcli.errors.setup import AddressInvalid
from supportcli.terminal import clean
from supportcli.tui.context import InboxContext
from supportcli.tui.tickets.choices import Choosing
from supportcli.tui.widgets.picker import Choice


@dataclass(frozen=True, slots=True)
class WantedCustomer:
    """What a customer is chosen for: the dock's title, what is done with them, who is offered first
    with a remark, who is not offered, and what an unknown address is called ("": only known
    customers can be chosen)."""

    title: str
    then: Callable[[Address], object]
    first: Address | None = None
    remark: str = ""
    without: frozenset[str] = frozenset()
    new: str = ""


class CustomerChoice:
    """One choice at a time."""

    def __init__(self, context: InboxContext, choosing: Choosing) -> None:
        self._context = context
        self._choosing = choosing

    def choose(self, wanted: WantedCustomer) -> None:
        """Ask the desk who came last, and offer them."""
        self._context.wait_for(
            lambda client: client.people.some(),
            partial(self._offer, wanted, is_first=True),
            partial(self._choosing.fail_to_open, wanted.title),
        )

    def _offer(self, wanted: WantedCustomer, found: Sequence[Address], *, is_first: bool) -> None:
        first = [wanted.first] if wanted.first and is_first else []
        every = [one for one in (*first, *found) if one.address not in wanted.without]
        known = {one.address: one for one in every}
        choices = [
            Choice(
                one.address,
                one.name or one.written,
                wanted.remark if one == wanted.first else one.written if one.name else "",
                also=one.written,
            )
            for one in known.values()
        ]
        self._choosing.open(
            wanted.title,
            choices,
            partial(self._chosen, wanted, known),
            new=partial(_would_be, wanted.new) if is_first else "",
            asks=f"a customer{', or an address' if wanted.new else ''}" if is_first else "",
        )

    def _chosen(self, wanted: WantedCustomer, known: Mapping[str, Address], typed: str) -> None:
        person = known.get(typed) or (_person(typed) if wanted.new else None)
        if person is None:
            self._search(wanted, typed)
        else:
            wanted.then(person)

    def _search(self, wanted: WantedCustomer, words: str) -> None:
        def came(found: Sequence[Address]) -> None:
            if any(one.address not in wanted.without for one in found):
                self._offer(wanted, found, is_first=False)
            else:
                more = ": write an address for a new one" if wanted.new else ""
                why = f"No other customer has “{clean(words)}”{more}."
                self._choosing.refuse(wanted.title, why)

        self._context.wait_for(
            lambda client: client.people.some(words),
            came,
            partial(self._choosing.fail_to_open, wanted.title),
        )


def _would_be(new: str, typed: str) -> str:
    """What a text is that no customer's name begins with."""
    return new if new and _person(typed) is not None else "search the customers for this"


def _person(typed: str) -> Address | None:
    """The person that a text names; None if it is no address."""
    try:
        return address_of(typed)
    except AddressInvalid:
        return None
