"""Who a reply goes to if an agent says so: named for To, Cc or Bcc, added or dropped."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from supportcli.domain.mail import Address
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.text.words import nearest
from supportcli.errors.replies import RecipientAbsent


@dataclass(frozen=True, slots=True)
class WantedPeople:
    """The recipients that an agent names. `to`, `cc` and `bcc` replace those that were found,
    unless they are None; `more_cc` joins Cc; `drop` are addresses (lower-case) that get
    nothing."""

    to: tuple[Address, ...] | None = None
    cc: tuple[Address, ...] | None = None
    bcc: tuple[Address, ...] | None = None
    more_cc: tuple[Address, ...] = ()
    drop: tuple[str, ...] = ()

    @property
    def named(self) -> tuple[Address, ...]:
        """Everybody it names as a recipient."""
        return (*(self.to or ()), *(self.cc or ()), *(self.bcc or ()), *self.more_cc)

    def __bool__(self) -> bool:
        return self != WantedPeople()


def choose(found: Recipients, wanted: WantedPeople) -> Recipients:
    """The recipients that were found, changed as an agent wants. Everybody gets it once, in the
    place where they are named. RecipientAbsent if somebody is to be dropped who is not there."""
    named = {one.address for one in wanted.named}
    there = [one.address for one in (*found.everybody, *wanted.named)]
    for address in wanted.drop:
        if address not in there:
            raise RecipientAbsent(address, there, nearest(address, there))
    gone = named | set(wanted.drop)
    parts = [
        _without(part, gone) if said is None else _each_once(said, wanted.drop)
        for part, said in (
            (found.to, wanted.to),
            (found.cc, wanted.cc),
            (found.bcc, wanted.bcc),
        )
    ]
    to, cc, bcc = parts
    more = _each_once(wanted.more_cc, {one.address for part in parts for one in part})
    by_hand = (found.by_hand | named) - set(wanted.drop)
    private = found.only_sender and not named
    return replace(
        found, to=to, cc=(*cc, *more), bcc=bcc, by_hand=frozenset(by_hand), only_sender=private
    )


def _without(people: Sequence[Address], gone: Collection[str]) -> tuple[Address, ...]:
    return tuple(person for person in people if person.address not in gone)


def _each_once(people: Sequence[Address], gone: Collection[str]) -> tuple[Address, ...]:
    return tuple({one.address: one for one in people if one.address not in gone}.values())
