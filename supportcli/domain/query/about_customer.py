"""The terms that ask about a ticket's customer: `customer:`, `organisation:` and `lookup:`. How
`lookup:` is read, and whether a customer is as a term asks."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from supportcli.domain.mail import Address
from supportcli.domain.people.customers import Customer
from supportcli.domain.people.organisations import Organisation
from supportcli.domain.query.field_values import compared, named_values
from supportcli.domain.query.nodes import AboutCustomer, InOrganisation, LookedUp, OfCustomer
from supportcli.domain.query.values import Value
from supportcli.domain.text.words import folded, nearest, tokens
from supportcli.errors.tickets import QueryError

TICKET = re.compile(r"#?([1-9][0-9]{0,8})")
"""A ticket's number, which names its customer."""

_EXAMPLE = "Write it as in lookup:plan, lookup:plan=pro,free or lookup:orders>=10."
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What queries ask about a ticket that is not kept in it: its customer, the numbers of all
    their `tickets`, their organisation, what another system says about them, whether somebody has
    a draft for the ticket, the agents who answered in it and who forwarded from it, and whether
    something in it is unread for the one who asks."""

    customer: Customer | None = None
    tickets: frozenset[int] = frozenset()
    organisation: Organisation | None = None
    lookup: Mapping[str, str] = field(default_factory=dict)
    has_draft: bool = False
    answered_by: tuple[Address, ...] = ()
    forwarded_by: tuple[Address, ...] = ()
    is_unread: bool = False


def is_about(term: AboutCustomer, beside: Beside) -> bool:
    """Whether a ticket's customer is as a term asks."""
    match term:
        case OfCustomer(who):
            return any(_is_customer(name, beside) for name in who)
        case InOrganisation(names):
            return any(_is_in(name, beside.organisation) for name in names)
        case LookedUp():
            return says(term, beside.lookup)


def _is_customer(name: str, beside: Beside) -> bool:
    if beside.customer is None:
        return False
    if number := TICKET.fullmatch(name):
        return int(number[1]) in beside.tickets
    if "@" in name:
        return any(is_address(name, one) for one in beside.customer.addresses)
    return is_named(name, beside.customer.name)


def is_address(part: str, address: str) -> bool:
    """Whether an address is at a domain (`@acme.com`), or contains the part."""
    return address.endswith(part) if part.startswith("@") else part in address


def is_named(typed: str, name: str) -> bool:
    """Whether each word that was typed begins a word of a name."""
    there, wanted = tokens(name), tokens(typed)
    return bool(wanted) and all(any(word.startswith(one) for word in there) for one in wanted)


def _is_in(name: str, organisation: Organisation | None) -> bool:
    if organisation is None:
        return name == "none"
    return is_organisation(name, organisation.name, organisation.domains)


def is_organisation(typed: str, name: str, domains: Iterable[str]) -> bool:
    """Whether a query that says `typed` means the organisation with this name and these domains."""
    return is_named(typed, name) or typed.removeprefix("@") in domains


def looked_up(value: Value) -> LookedUp:
    """What `lookup:` makes of its value. QueryError."""
    return LookedUp(
        *named_values(value, "is nothing that can be looked up", _EXAMPLE), value.column
    )


def says(term: LookedUp, answer: Mapping[str, str]) -> bool:
    """Whether an answer has what `lookup:` asks for. Numbers are compared as numbers, all else as
    words, without case."""
    text = answer.get(term.name)
    if text is None or not term.values:
        return text is not None
    return any(_stands(text, term.sign, typed) for typed in term.values)


def _stands(text: str, sign: str, typed: str) -> bool:
    if _NUMBER.fullmatch(text) and _NUMBER.fullmatch(typed):
        return compared(float(text), sign, float(typed))
    return compared(folded(text), sign, folded(typed))


def no_customer(name: str, column: int, known: Iterable[str]) -> QueryError:
    """What to say of a query in which `name` is to be a customer and is none; `known` are some."""
    return QueryError(
        column,
        name,
        "is not a customer of this desk",
        "Write an address, words of a name, or the number of a ticket of theirs; see the customers "
        "with: supportcli customer list",
        nearest(name, sorted({word for one in known for word in (one.lower(), *tokens(one))})),
    )


def no_organisation(name: str, column: int, known: Iterable[str]) -> QueryError:
    """What to say of a query in which `name` is to be an organisation and is none of these."""
    return QueryError(
        column,
        name,
        "is not an organisation of this desk",
        "See the organisations with: supportcli organisation list",
        nearest(name, sorted({word for one in known for word in (one.lower(), *tokens(one))})),
    )


def no_lookup(term: LookedUp, known: Iterable[str]) -> QueryError:
    """What to say of a query that asks for what no answer has; `known` is what answers have."""
    return QueryError(
        term.column,
        term.name,
        "stands in no answer of customer_lookup",
        "See what a customer's has with: supportcli customer show ADDRESS",
        nearest(term.name, sorted(known)),
    )
