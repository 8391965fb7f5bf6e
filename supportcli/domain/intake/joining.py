"""Who may join a ticket, and whether anything proves that it is them (design: mail, "In: the table
of rules").

An id that we signed lets its bearer in. A stored Message-ID is known to those who got that mail:
who is known in the ticket joins by it. The ids that mails here name may be a newsletter's, a new
participant's own ids are known to whoever they gave them to, and to a number anybody can count:
what joins by these is marked *unverified*, but where our own mail server says who wrote it; and by
a number nobody joins whose answers would go to a stranger, or who only says to be one of us."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from supportcli.domain.authentication import AuthenticationVerdict
from supportcli.domain.authors import Us, Writer
from supportcli.domain.mail_domains import comparable, domain_of, own_domains


class Named(StrEnum):
    """How a mail names a ticket.

    - `SIGNED`: by an id or a plus-address that we signed.
    - `STORED`: by the Message-ID of a mail that is here; `ELSEWHERE`: that came to another mailbox;
      `NEWCOMER`: that a new participant wrote whom nobody has answered.
    - `DOUBLE`: it is another form of a letter that is here; `COVERED`: of one that names everybody
      whom it names.
    - `RELATED`: a mail that is here answers it, or the same mail as it; `FOLLOWED`: so it does, and
      the ticket goes on for one that the id proves.
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
"""What the id itself proves, also when its ticket is over: a follow-up inherits it."""

LINKS = frozenset(Named) - {Named.RELATED, Named.FOLLOWED}
"""What links a new ticket to the one that its author may not join; the others may be a
newsletter's."""

_UNPROVEN = frozenset({Named.RELATED, Named.NUMBER, Named.NEWCOMER, Named.DOUBLE})


class Admission(NamedTuple):
    """Whether a mail joins a ticket. `refused` says why it does not; `doubt` why it joins
    *unverified*; `newcomer`: nobody knew its author there, or has answered them since."""

    refused: str = ""
    doubt: str = ""
    newcomer: bool = False


class Party(NamedTuple):
    """Who is known in a ticket: its participants, of them the newcomers whom nobody has answered
    yet, one of the customer's addresses, and the authors of messages there that nothing speaks
    against."""

    customer: str
    people: Iterable[str]
    newcomers: Iterable[str] = ()
    authors: Iterable[str] = ()


def admitted(how: Named, writer: Writer, party: Party, us: Us) -> Admission:
    """Whether who wrote a mail that names a ticket in this way may join it."""
    customer, people, newcomers, authors = party
    circle = {comparable(one) for one in (customer, *people)}
    known = _is_known(writer, circle, us)
    stranger = next(
        (
            one.address
            for one in writer.others
            if comparable(one.address) not in circle and not us.colleague(one.address)
        ),
        "",
    )
    doubt = _doubt(how, writer, _vouched(writer, customer, circle, us), stranger)
    is_new = comparable(writer.person.address) in {
        comparable(one) for one in newcomers
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
    own server calls forged is nobody's."""
    address = writer.person.address
    return not writer.disowned and (comparable(address) in circle or us.colleague(address))


def _takes_part(writer: Writer, authors: Iterable[str], us: Us) -> bool:
    """Whether a message in a ticket is the author's own, that of somebody to whom they wrote as
    well, or that of somebody at their domain, which is no public provider's; or they are one of us.
    Whoever opens a ticket chooses the ids that it mentions and whom it names: by these alone it
    would take other people's mail."""
    address, wrote = comparable(writer.person.address), {comparable(one) for one in authors}
    return (
        us.colleague(address)
        or address in wrote
        or not wrote.isdisjoint(writer.wrote_to)
        or domain_of(address) in own_domains(wrote)
    )


def _vouched(writer: Writer, customer: str, circle: set[str], us: Us) -> bool:
    """Whether the author is more than one of our people by the look of the address: a participant
    in their own right, or proven."""
    address = comparable(writer.person.address)
    return (
        writer.proven
        or address == comparable(customer)
        or (address in circle and not us.is_team(address))
    )


def _unknown(writer: Writer) -> str:
    """Why nobody of this name gets in."""
    if writer.disowned:
        return (
            f"and our mail server says that nobody at {writer.person.address} wrote it"
            if writer.posted_by is None
            else "and its From is forged"
        )
    return f"where {writer.person.address} is not known"


def _refused_number(writer: Writer, stranger: str, us: Us) -> str:
    """Why the number alone is not enough; "" where it is."""
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
    """Why nothing proves who wrote a mail; "" where something does. Whoever bears what we signed,
    and says that they are somebody outside, is believed unless our server says that they are not; a
    new Reply-To counts against everybody else."""
    unproven = f"nothing proves that {writer.person.address} wrote it"
    if writer.verdict is AuthenticationVerdict.FAIL:
        return FORGED
    if how is Named.SIGNED:
        return unproven if writer.from_us and writer.posted_by is None and not vouched else ""
    if stranger:
        return f"{stranger}, to whom its answers would go, is not known"
    return unproven if not vouched or (how in _UNPROVEN and not writer.proven) else ""
