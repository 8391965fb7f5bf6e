"""People: the agents of a desk, its customers, and what each role may do."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from supportcli.domain.mail import Address
from supportcli.errors.setup import AddressInvalid, RoleForbids

_NAMED = re.compile(r'"?([^"<>]*?)"?\s*<([^<>]*)>')
_SEPARATORS = re.compile(r'[,;](?=(?:[^"]*"[^"]*")*[^"]*$)(?![^<]*>)')
"""What separates people, except in quotation marks and in angle brackets."""

_STRAY_DOT = re.compile(r"\.\.|^\.|\.$|\.@|@\.")
"""A dot that no atom follows (RFC 5321, 4.1.2: Dot-string, Domain)."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+@[^\s@<>,;:\"()\[\]\\\x00-\x1f\x7f]+")


class Role(StrEnum):
    """What an agent is allowed to do (`may`)."""

    ADMIN = "admin"
    AGENT = "agent"
    LIGHT_AGENT = "light-agent"
    READ_ONLY = "read-only"


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody who answers customers. `address` is lower-case."""

    id: int
    name: str
    address: str
    role: Role = Role.AGENT
    active: bool = True
    signature: str = ""
    """What stands below their replies, with the placeholders of canned responses."""

    @property
    def initials(self) -> str:
        """Two letters for a narrow column: of the first and last word of the name, or of the
        address."""
        words = self.name.split() or [self.address]
        return (words[0][:1] + words[-1][:1] if len(words) > 1 else words[0][:2]).upper()


@dataclass(frozen=True, slots=True)
class Absence:
    """An agent is away until then; the verb `gesture` gave their open tickets to `stand_in` (an
    id), or to nobody, or left them."""

    until: datetime
    stand_in: int | None
    gesture: str


class ActorKind(StrEnum):
    """Who did something: an agent, a customer, or the desk itself."""

    AGENT = "agent"
    CUSTOMER = "customer"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, as the history keeps it: it has the address of that day, even if an agent
    is renamed later."""

    kind: ActorKind
    address: str = ""


DESK = Actor(ActorKind.DESK)


class Action(StrEnum):
    """What somebody may be allowed to do, as far as `may` distinguishes it."""

    READ = "read"
    NOTE = "note"
    SAVE_VIEWS = "save views"
    WORK = "work on tickets"
    SET_UP = "set up the desk"


_ALLOWED: dict[Role, frozenset[Action]] = {
    Role.ADMIN: frozenset(Action),
    Role.AGENT: frozenset({Action.READ, Action.NOTE, Action.SAVE_VIEWS, Action.WORK}),
    Role.LIGHT_AGENT: frozenset({Action.READ, Action.NOTE, Action.SAVE_VIEWS}),
    Role.READ_ONLY: frozenset({Action.READ}),
}


def may(role: Role, action: Action, *, own: bool = True) -> bool:
    """Whether an agent with this role may do this; everything not listed is refused. What is not
    their `own` is changed by admins only."""
    return action in _ALLOWED[role] and (own or role is Role.ADMIN)


def forbids(agent: Agent, action: Action, *, own: bool = True) -> RoleForbids | None:
    """Why an agent may not do this, with who may; None if they may."""
    if may(agent.role, action, own=own):
        return None
    roles = [f"{role.value}s" for role in Role if may(role, action, own=own)]
    allowed = " and ".join(filter(None, (", ".join(roles[:-1]), roles[-1])))
    foreign = may(agent.role, action)
    return RoleForbids(agent.name, agent.role.value, action.value, allowed, foreign=foreign)


def agents_called(agents: Iterable[Agent], name: str) -> list[Agent]:
    """The agents whom an address or a name means: those with exactly that one, else those of whose
    name it is a word, or who have it before the @."""
    wanted, there = name.lower(), list(agents)
    exact = [agent for agent in there if wanted in {agent.address, agent.name.lower()}]
    return exact or [
        agent
        for agent in there
        if wanted in agent.name.lower().split() or agent.address.split("@")[0] == wanted
    ]


def people_of(typed: str) -> tuple[Address, ...]:
    """Several people as typed, separated by commas or semicolons, each once; also those of whom
    `refuse_misspelled` says that they are none. AddressInvalid."""
    found = (address_of(one, received=True) for one in _SEPARATORS.split(typed) if one.strip())
    return tuple({one.address: one for one in found}.values())


def refuse_misspelled(people: Iterable[Address], known: Collection[str]) -> None:
    """AddressInvalid for a person whose address has a stray dot, unless it is `known` (lower-case)
    from an email: Japan's mobile operators gave such addresses out, and their servers take them."""
    for person in people:
        if has_stray_dot(person.address) and person.address not in known:
            raise AddressInvalid(person.written)


def has_stray_dot(address: str) -> bool:
    """Whether an address has a dot at an end of a part, or two in a row."""
    return _STRAY_DOT.search(address) is not None


def typed(person: Address) -> str:
    """A person as `people_of` reads them."""
    name = " ".join("".join(char for char in person.name if char.isprintable()).split())
    plain = name.translate({ord(char): None for char in '"<>'})
    if not plain:
        return person.written
    quoted = f'"{plain}"' if set(plain) & set(",;") else plain
    return f"{quoted} <{person.written}>"


def address_of(typed: str, *, received: bool = False) -> Address:
    """A person as typed: `ada@shop.test` or `Ada Byron <ada@shop.test>`. AddressInvalid if it is no
    address. One that may have come with an email (`received`) may have stray dots."""
    named = _NAMED.fullmatch(typed.strip())
    name, address = (named[1].strip(), named[2]) if named else ("", typed)
    address = address.strip()
    misspelled = not received and has_stray_dot(address)
    if misspelled or not _ADDRESS.fullmatch(address) or not name.isprintable():
        raise AddressInvalid(typed)
    return Address.of(name, address)
