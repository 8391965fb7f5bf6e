"""Where each mail on a server is at the desk: what `mail verify` counts. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from supportcli.domain.mail import Address


class Fate(StrEnum):
    """What the desk has made of a mail on the server. `NEW`: it came since the last sync. `OLD`: it
    is older than the history that was asked for. `UNREADABLE`: the server does not give it."""

    TICKETS = "tickets"
    HELD = "held"
    DUPLICATES = "duplicates"
    IGNORED = "ignored"
    DISCARDED = "discarded"
    UNDECIDED = "undecided"
    UNREADABLE = "unreadable"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class LedgerPlace:
    """A row of the ledger with its mail: their states by name, and the first `size` bytes' SHA-256
    (hex); None where no bytes are here. `full_size` is set if bytes are missing."""

    uid: int
    state: str
    mail: int | None = None
    mail_state: str | None = None
    sha256: str | None = None
    size: int = 0
    full_size: int | None = None


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """A mail that the desk should have, and has not, or not rightly, and `why`. What its headers
    say is there if it is on the server: `uid` is None if it is not."""

    why: str
    uid: int | None = None
    mail: int | None = None
    date: datetime | None = None
    sender: Address | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Lacking:
    """A mail that is accounted for, and not wholly here: its place, and what is missing."""

    uid: int
    what: str


@dataclass(frozen=True, slots=True)
class FolderAccount:
    """What a server has in a folder, and where that is at the desk. `compared` mails have the bytes
    that the server has. `removed` were on the server before. `synced`: a sync has read it."""

    mailbox: str
    folder: str
    on_server: int
    fates: Mapping[Fate, int]
    unaccounted: tuple[Unaccounted, ...] = ()
    lacking: tuple[Lacking, ...] = ()
    removed: int = 0
    compared: int | None = None
    synced: bool = True


@dataclass(frozen=True, slots=True)
class MailboxAccount:
    """The folders of a mailbox, and its mails that are on no server and not right at the desk."""

    mailbox: str
    folders: tuple[FolderAccount, ...]
    elsewhere: tuple[Unaccounted, ...] = ()

    @property
    def unaccounted(self) -> int:
        """How many mails are not accounted for."""
        return len(self.elsewhere) + sum(len(one.unaccounted) for one in self.folders)


_BY_STATE = {
    "accepted": Fate.TICKETS,
    "held": Fate.HELD,
    "duplicate": Fate.DUPLICATES,
    "ignored": Fate.IGNORED,
    "discarded": Fate.DISCARDED,
    "kept": Fate.UNDECIDED,
}
_OTHER_BYTES = "its bytes on the server are not those that the desk has"
_NEVER_READ = {"old": Fate.OLD, "unreadable": Fate.UNREADABLE, "too large": Fate.UNREADABLE}
_PARTS = {
    "partial": "the rest comes with a later sync",
    "too large": "the rest stays on the server",
}


@dataclass(slots=True)
class Count:
    """The places of a folder, while they are counted."""

    fates: Counter[Fate] = field(default_factory=Counter)
    unaccounted: list[tuple[int, int | None, str]] = field(default_factory=list)
    """UID, mail, why."""
    lacking: list[Lacking] = field(default_factory=list)
    removed: int = 0
    seen: set[int] = field(default_factory=set)
    """The mails that have been met."""


def counted(
    uids: Sequence[int],
    ledger: Collection[LedgerPlace],
    wrong: Mapping[int, str],
    *,
    last_uid: int,
    uidnext: int,
    other_bytes: Collection[int] = (),
) -> Count:
    """Account for the UIDs that a server has in a folder, which is read up to `last_uid`. `wrong`
    is what is not right with a mail at the desk, by its id. Rows from `uidnext` on were written
    after the server was asked. `other_bytes` are UIDs whose bytes are not those that the desk
    has."""
    there, count = {one.uid: one for one in ledger}, Count()
    for uid in sorted(uids):
        place = there.pop(uid, None)
        if place is None and uid > last_uid:
            count.fates[Fate.NEW] += 1
        elif place is None:
            count.unaccounted.append((uid, None, "the desk has no record of it"))
        elif uid in other_bytes:
            count.unaccounted.append((uid, place.mail, _OTHER_BYTES))
            count.seen.update(() if place.mail is None else (place.mail,))
        else:
            _count(count, place, wrong)
    count.removed = sum(place.uid < uidnext for place in there.values())
    return count


def _count(count: Count, place: LedgerPlace, wrong: Mapping[int, str]) -> None:
    if place.mail is None or place.mail_state is None:
        fate = _NEVER_READ.get(place.state)
        if fate is None:
            count.unaccounted.append((place.uid, None, f"its record says {place.state}"))
            return
        count.fates[fate] += 1
        if fate is Fate.UNREADABLE:
            count.lacking.append(Lacking(place.uid, "the server does not give it"))
        return
    if place.mail in wrong:
        count.unaccounted.append((place.uid, place.mail, wrong[place.mail]))
    elif place.mail in count.seen:
        count.fates[Fate.DUPLICATES] += 1  # the same bytes again are the same mail
    else:
        count.fates[_BY_STATE[place.mail_state]] += 1
    count.seen.add(place.mail)
    if place.full_size is not None:
        rest = _PARTS.get(place.state, "the rest is gone from the server")
        count.lacking.append(
            Lacking(place.uid, f"{place.size} of {place.full_size} bytes are here; {rest}")
        )


def told(fates: Mapping[Fate, int]) -> Iterator[tuple[Fate, int]]:
    """The fates to name, in their order: tickets always, others if there are any."""
    for fate in Fate:
        if fates.get(fate) or fate is Fate.TICKETS:
            yield fate, fates.get(fate, 0)
