"""What can be wrong with customers and organisations."""

import shlex
from collections.abc import Iterable

from supportcli.errors import ConfigurationError, NotAllowed, SupportError, UsageError
from supportcli.errors.names import first_of


class FieldInvalid(UsageError):
    """Something typed as a field of a customer is none."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is not a field; nothing was changed.",
            "Write it as name=value, as in plan=pro; an empty value removes it. A name is made of "
            "letters, digits and spaces, at most 40.",
        )


class LanguageInvalid(UsageError):
    """Something typed as a language is none."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is not the code of a language; nothing was changed.",
            "Write it as en, de or pt-BR.",
        )


class DomainInvalid(UsageError):
    """A domain that no organisation can have."""

    def __init__(self, typed: str, *, is_public: bool = False) -> None:
        why = "is a public mail provider's: everybody could join" if is_public else "is no domain"
        super().__init__(
            f"“{typed}” {why}; nothing was changed.", "Write a domain as in acme.example."
        )


class OrganisationUnnamed(UsageError):
    """An organisation was to have a name that is empty."""

    def __init__(self) -> None:
        super().__init__(
            "An organisation needs a name; nothing was changed.",
            "Write it as in: supportcli organisation add 'Acme Ltd'",
        )


class CustomerSheetUnfit(UsageError):
    """A table of customers that cannot be read: no headings, or none that is an address."""

    def __init__(self, file: str, why: str, headings: Iterable[str] = ()) -> None:
        there = first_of(headings)
        super().__init__(
            f"{file} {why}; nothing was imported.",
            "Its first line names the columns: address, and if you like name, organisation, vip, "
            f"language, time_zone, notes. It has: {there}.",
        )


AGENTS_OWN = "An agent has an address of their own, to which no customer writes."
"""What to do about an agent's address that is a mailbox's."""


class AddressIsTaken(SupportError):
    """An address that somebody, or a mailbox, was to get is another's already."""

    def __init__(self, address: str, holder: str, hint: str = "") -> None:
        super().__init__(f"{address} is an address of {holder}; nothing was changed.", hint)


class AgentHasTickets(SupportError):
    """An agent was to leave whose open tickets nobody would look after."""

    def __init__(self, name: str, address: str, count: int) -> None:
        has = "1 open ticket" if count == 1 else f"{count:,} open tickets"
        super().__init__(
            f"{name} has {has}; nothing was changed.",
            f"Say who gets them: supportcli agent remove {address} --hand-over AGENT, or "
            "--hand-over none",
        )


class AgentLeft(NotAllowed):
    """config.toml names an agent who has left the desk."""

    def __init__(self, name: str, address: str) -> None:
        super().__init__(
            f"{name} has left this desk.",
            f"An admin brings an agent back with: supportcli agent add {address}",
        )


class AgentNameless(UsageError):
    """An agent was to have a name that cannot be read."""

    def __init__(self) -> None:
        super().__init__(
            "An agent needs a name that can be read; nothing was changed.",
            "Write it as in: --name 'Bea Lund'",
        )


class LastAdmin(SupportError):
    """The only admin was to leave, or to lose the role."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is the only admin of this desk; nothing was changed.",
            "Make somebody else an admin first: supportcli agent edit ADDRESS --role admin",
        )


class LookupFailed(SupportError):
    """Another system gave no answer about a customer; `why` says why not."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The customer could not be looked up: {why}.", "Check customer_lookup in config.toml."
        )
        self.why = why


class LookupMissing(ConfigurationError):
    """config.toml does not say where customers are looked up."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} does not say where customers are looked up.",
            'Add a table [customer_lookup] with command = "PROGRAM ARGUMENTS" or url = "https://…"',
        )


class NotAway(SupportError):
    """An agent was to come back who is not away."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not away.", "See the agents with: supportcli agent list")


class OwnStandIn(UsageError):
    """An agent was to hand their tickets over to themselves."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} cannot take over from themselves; nothing was changed.",
            "Name another agent with --hand-over, or none.",
        )


class LastAddress(SupportError):
    """A customer was to lose the only address they have."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is the only address of this customer; nothing was changed.",
            "Give them another one first, with: supportcli customer edit ADDRESS --address NEW",
        )


class SameCustomer(SupportError):
    """A customer was to be merged with themselves."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(
            f"{first} and {second} are the same customer; nothing was merged.",
            f"See them with: supportcli customer show {shlex.quote(first)}",
        )


class PeopleNothingToUndo(SupportError):
    """I have changed no customer and no organisation, or all of that is undone."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing of yours to undo about customers or organisations.",
            "See what everybody did with: supportcli log",
        )


class PeopleNothingToRedo(SupportError):
    """My last action about customers and organisations was no undo."""

    def __init__(self) -> None:
        super().__init__(
            "There is nothing of yours to do again about customers or organisations.",
            "Only what your last action about them undid can be done again.",
        )


class PeopleRedoRefused(SupportError):
    """What an undo took back cannot be done again. `why` says why not."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"It cannot be done again: {why}; nothing was changed.",
            "See it with: supportcli customer show, or organisation show.",
        )


class PeopleUndoRefused(SupportError):
    """What a verb changed about somebody was changed again since. `what` names it."""

    def __init__(self, who: str, what: str) -> None:
        super().__init__(
            f"It cannot be undone: of {who}, {what} changed since; nothing was changed.",
            "See it with: supportcli customer show, or organisation show. Edit it instead.",
        )
