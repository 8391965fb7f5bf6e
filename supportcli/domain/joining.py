"""Who may join a ticket, and whether anything proves that it is them (design: mail, "In: the table of rules").

An id that we signed lets its bearer in. A stored Message-ID is known to those who got that mail: who is known in the ticket joins by it. The ids
that mails here name may be a newsletter's, and to a number anybody can count: what joins by these is marked *unverified*, but where our own mail
server says who wrote it; and by a number nobody joins whose answers would go to a stranger, or who only says to be one of us."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from supportcli.domain.authentication import Verdict
from supportcli.domain.authors import Us, Writer
from supportcli.domain.providers import comparable


class Named(StrEnum):
    """How a mail names a ticket: by an id or a plus-address that we signed; by the Message-ID of a mail that is here; because a mail that is here
    answers this one, or answers a mail that this one answers too; by the number in the subject."""

    SIGNED = "signed"
    STORED = "stored"
    RELATED = "related"
    NUMBER = "number"


class Admission(NamedTuple):
    """Whether a mail joins a ticket. `refused` says why it does not; `doubt` why it joins *unverified*; `newcomer`: nobody knew its author there."""

    refused: str = ""
    doubt: str = ""
    newcomer: bool = False


def admitted(how: Named, writer: Writer, customer: str, people: Iterable[str], us: Us) -> Admission:
    """Whether who wrote a mail that names a ticket in this way may join it; `people` are its participants, `customer` is one of the customer's
    addresses."""
    circle = {comparable(one) for one in (customer, *people)}
    known = _is_known(writer, circle, us)
    stranger = next((one.address for one in writer.others if comparable(one.address) not in circle and not us.colleague(one.address)), "")
    doubt = _doubt(how, writer, _vouched(writer, customer, circle, us), stranger)
    if how is Named.SIGNED:
        return Admission(doubt=doubt, newcomer=not known)
    if not known:
        return Admission(refused=_unknown(writer))
    return Admission(refused=_refused_number(writer, stranger, us) if how is Named.NUMBER else "", doubt=doubt)


def _is_known(writer: Writer, circle: set[str], us: Us) -> bool:
    """Whether the author is known in a ticket: a participant, or one of us. A From of ours that our own server calls forged is nobody's."""
    address = writer.person.address
    return not writer.disowned and (comparable(address) in circle or us.colleague(address))


def _vouched(writer: Writer, customer: str, circle: set[str], us: Us) -> bool:
    """Whether the author is more than one of our people by the look of the address: a participant in their own right, or proven."""
    address = comparable(writer.person.address)
    return writer.proven or address == comparable(customer) or (address in circle and not us.is_team(address))


def _unknown(writer: Writer) -> str:
    """Why nobody of this name gets in."""
    if writer.disowned:
        return f"and our mail server says that nobody at {writer.person.address} wrote it" if writer.posted_by is None else "and its From is forged"
    return f"where {writer.person.address} is not known"


def _refused_number(writer: Writer, stranger: str, us: Us) -> str:
    """Why the number alone is not enough; "" where it is."""
    if stranger:
        return f"where {stranger}, to whom answers would go, is not known"
    if writer.verdict is Verdict.FAIL:
        return f"and our mail server says that {writer.person.address} did not write it"
    return f"and nothing proves that {writer.person.address} wrote it" if us.colleague(writer.person.address) and not writer.proven else ""


def _doubt(how: Named, writer: Writer, vouched: bool, stranger: str) -> str:  # noqa: FBT001 - what is known of the writer, on one line
    """Why nothing proves who wrote a mail; "" where something does. Whoever bears what we signed, and says that they are somebody outside, is
    believed: they may bring in whom they like. What our server says against them, and a new Reply-To, counts against everybody else."""
    unproven = f"nothing proves that {writer.person.address} wrote it"
    if writer.verdict is Verdict.FAIL and (writer.from_us or how is not Named.SIGNED):
        return "our mail server says that its From is forged"
    if how is Named.SIGNED:
        return unproven if writer.from_us and writer.posted_by is None and not vouched else ""
    if stranger:
        return f"{stranger}, to whom its answers would go, is not known"
    return unproven if not vouched or (how in {Named.RELATED, Named.NUMBER} and not writer.proven) else ""
