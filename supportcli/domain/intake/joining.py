"""Who may join a ticket, and whether anything proves that it is them (design: mail, "In: the table
of rules").

An id that we signed lets in everybody who has it. A stored Message-ID is known to those who got
that mail: people known in the ticket join by it. The ids that mails here name may be a
newsletter's, a new participant's own ids may have been passed on, and a number can be guessed: a
mail that joins by these is marked *unverified*, unless our own mail server says who wrote it.

Nobody joins by a number if answers would go to a stranger, or if the author only claims to be one
of us."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from supportcli.domain.authors import Us, Writer
from supportcli.domain.mail_domains import comparable, domain_of, own_domains
from supportcli.domain.sender_authentication import AuthenticationVerdict


class Named(StrEnum):
    """How a mail names a ticket.

    - `SIGNED`: by an id or a plus-address that we signed.
    - `STORED`: by the Message-ID of a mail that is here; `ELSEWHERE`: of one that came to another
      mailbox; `NEWCOMER`: of one by a new participant whom nobody has answered.
    - `DOUBLE`: it is another form of a mail that is here; `COVERED`: of one that names everybody it
      names.
    - `RELATED`: a mail that is here answers it, or answers the same mail; `FOLLOWED`: the same, and
      the ticket continues one that the id proves.
    - `NUMBER`: by the number in the subject."""

    SIGNED = "signed"
    STORED = "stored"
    ELSEWHERE = "elsewhere"
    NEWCOMER = "newcomer"
    DOUBLE = "double"
    COVERED = "covered"
    FOLLOWED = "followed"
    RELATED = "related"
    NUMBER = "number"


FORGED = "our mail server says that its From is forged"
PROOFS = frozenset({Named.SIGNED, Named.STORED, Named.ELSEWHERE})
"""The ways in which the id itself is proof, even if its ticket is closed: a follow-up inherits
it."""

LINKS = frozenset(Named) - {Named.RELATED, Named.FOLLOWED}
"""The ways that link a new ticket to the one its author may not join; the other ids may be a
newsletter's."""

_UNPROVEN = frozenset({Named.RELATED, Named.NUMBER, Named.NEWCOMER, Named.DOUBLE})


class Admission(NamedTuple):
    """Whether a mail joins a ticket. `refused` says why not, `doubt` why it joins *unverified*.
    `newcomer`: its author was unknown there, and nobody has answered them since."""

    refused: str = ""
    doubt: str = ""
    newcomer: bool = False


class Party(NamedTuple):
    """Who is known in a ticket: its participants, those of them whom nobody has answered yet
    (newcomers), one of the customer's addresses, and the authors of its trusted messages."""

    customer: str
    people: Iterable[str]
    newcomers: Iterable[str] = ()
    authors: Iterable[str] = ()


def admitted(how: Named, writer: Writer, party: Party, us: Us) -> Admission:
    """Whether the author of a mail that names a ticket in this way may join it."""
    customer, people, newcomers, authors = party
    circle = {comparable(one) for one in (customer, *people)}
    known = _is_known(writer, circle, us)
    stranger = next(
        (
            other.address
            for other in writer.others
            if comparable(other.address) not in circle and not us.colleague(other.address)
        ),
        "",
    )
    doubt = _doubt(how, writer, _vouched(writer, customer, circle, us), stranger)
    is_new = comparable(writer.person.address) in {
        comparable(newcomer) for newcomer in newcomers
    } and not us.colleague(writer.person.address)
    if how is Named.SIGNED:
        return Admission(doubt=doubt, newcomer=is_new or not known)
    if not known or (how is Named.RELATED and not _takes_part(writer, (customer, *authors), us)):
        return Admission(refused=_unknown(writer))
    return Admission(
        _refused_number(writer, stranger, us) if how is Named.NUMBER else "", doubt, newcomer=is_new
    )


def _is_known(writer: Writer, circle: set[str], us: Us) -> bool:
    """Whether the author is known in a ticket: a participant, or one of us. A From of ours that our
    own server calls forged counts as unknown."""
    address = writer.person.address
    return not writer.disowned and (comparable(address) in circle or us.colleague(address))


def _takes_part(writer: Writer, authors: Iterable[str], us: Us) -> bool:
    """Whether the author takes part in a ticket: one of us, the author of a message there, somebody
    who wrote to such an author, or somebody at an author's domain (unless it is a public
    provider's).

    Anybody who opens a ticket chooses the ids and people it mentions: if these were enough, it
    would attract other people's mail."""
    address, wrote = comparable(writer.person.address), {comparable(author) for author in authors}
    return (
        us.colleague(address)
        or address in wrote
        or not wrote.isdisjoint(writer.wrote_to)
        or domain_of(address) in own_domains(wrote)
    )


def _vouched(writer: Writer, customer: str, circle: set[str], us: Us) -> bool:
    """Whether the author is more than somebody with an address of ours: a participant in their own
    right, or proven."""
    address = comparable(writer.person.address)
    return (
        writer.proven
        or address == comparable(customer)
        or (address in circle and not us.is_team(address))
    )


def _unknown(writer: Writer) -> str:
    """Why an author of this name is not let in."""
    if writer.disowned:
        return (
            f"and our mail server says that nobody at {writer.person.address} wrote it"
            if writer.posted_by is None
            else "and its From is forged"
        )
    return f"where {writer.person.address} is not known"


def _refused_number(writer: Writer, stranger: str, us: Us) -> str:
    """Why the number alone is not enough; "" if it is."""
    if stranger:
        return f"where {stranger}, to whom answers would go, is not known"
    if writer.verdict is AuthenticationVerdict.FAIL:
        return f"and our mail server says that {writer.person.address} did not write it"
    return (
        f"and nothing proves that {writer.person.address} wrote it"
        if us.colleague(writer.person.address) and not writer.passed
        else ""
    )


def _doubt(how: Named, writer: Writer, vouched: bool, stranger: str) -> str:  # noqa: FBT001 - what is known of the writer, on one line
    """Why nothing proves who wrote a mail; "" if something does. An outside author who has an id
    that we signed is believed unless our server contradicts; for everybody else a new Reply-To
    raises doubt."""
    unproven = f"nothing proves that {writer.person.address} wrote it"
    if writer.verdict is AuthenticationVerdict.FAIL:
        return FORGED
    if how is Named.SIGNED:
        return unproven if writer.from_us and writer.posted_by is None and not vouched else ""
    if stranger:
        return f"{stranger}, to whom its answers would go, is not known"
    return unproven if not vouched or (how in _UNPROVEN and not writer.proven) else ""
