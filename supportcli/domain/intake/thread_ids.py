"""What holds a conversation together: the Message-IDs that we sign, References, the number in a
subject, and the order of replies after their parents."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from supportcli.domain.text.subjects import behind_reply_marks

MAX_REFERENCES = 1_500
"""The most characters of a References header; some servers cut or refuse longer ones (design: mail,
Out)."""

MAX_NUMBERS = 10
"""The most numbers of a subject that are looked up."""

_TOKEN = re.compile(
    r"supportcli\.(?P<ticket>[1-9]\d{0,8})\.(?P<unique>[0-9a-z]{1,32})\.(?P<signature>[a-z2-7]{24})"
)
AUTOMATIC = "auto"
"""With this begins what distinguishes our automatic answers. (Those of people are hexadecimal.)"""

_MARK = re.compile(r"(?<!\w)auto\s*:", re.IGNORECASE)
_BEHIND_MARK = re.compile(rf"[^\w\s]\s*{_MARK.pattern}", re.IGNORECASE)
_OF_AUTOMATIC = re.compile(rf"<?supportcli\.\d+\.{AUTOMATIC}[0-9a-z]*\.[a-z2-7]{{24}}@")
_NUMBER = re.compile(r"\[#([1-9]\d{0,8})\]")
_SIGNATURE_BYTES = 15


def sign(key: bytes, ticket: int, unique: str, domain: str) -> str:
    """A Message-ID that only we can make and that names its ticket:
    `<supportcli.12.unique.signature@domain>`.

    `unique` (1 to 32 digits and small letters) distinguishes the replies of a ticket. The signature
    is 120 bits of HMAC-SHA256."""
    return f"<supportcli.{ticket}.{unique}.{_signature(key, ticket, unique)}@{domain}>"


def ticket_of(key: bytes, message_id: str) -> int | None:
    """The ticket that a Message-ID of ours names; None if the signature is not ours. Case does not
    matter: some relays change it."""
    return _signed_ticket(key, message_id.strip("<> \t").partition("@")[0])


def is_automatic(message_id: str) -> bool:
    """Whether a Message-ID is that of an automatic answer of this program, ours or another
    desk's."""
    return _OF_AUTOMATIC.match(message_id.lower()) is not None


def answers_automatic(subject: str) -> bool:
    """Whether a subject answers, or quotes, that of an automatic answer (`reply_subject`), in
    any mail: programs that answer name no Message-ID. A person's “Auto: it squeaks” begins
    with the word, and has no number of ours."""
    plain = unicodedata.normalize("NFKC", subject)
    if _BEHIND_MARK.search(plain) is not None:
        return True
    found = _MARK.search(plain)
    return found is not None and _NUMBER.search(plain, found.end()) is not None


def instance(key: bytes) -> str:
    """The name of this desk in the headers of its automatic answers; it tells nothing else."""
    return hmac.digest(key, b"instance", hashlib.sha256)[:8].hex()


def signed_in(key: bytes, text: str) -> tuple[int, str] | None:
    """The ticket, and the part before the @, of the first Message-ID of ours in `text`: a
    Message-ID, a boundary made from one, or a plus-address."""
    for found in _TOKEN.finditer(text.lower()):
        ticket = _signed_ticket(key, found[0])
        if ticket is not None:
            return ticket, found[0]
    return None


def named_in(text: str) -> tuple[str, ...]:
    """What looks like a Message-ID of ours in `text`, signed by us or not: the part before the @,
    the first ten, each once."""
    lowered = text.lower()
    if "supportcli." not in lowered:
        return ()
    return tuple(islice(dict.fromkeys(one[0] for one in _TOKEN.finditer(lowered)), MAX_NUMBERS))


def ticket_of_address(key: bytes, address: str) -> int | None:
    """The ticket that a plus-address such as `help+supportcli.12.unique.signature@shop.test` names;
    None if it is not ours."""
    return _signed_ticket(key, address.partition("@")[0].partition("+")[2])


def _signed_ticket(key: bytes, token: str) -> int | None:
    found = _TOKEN.fullmatch(token.lower())
    if found is None:
        return None
    ticket = int(found["ticket"])
    return (
        ticket
        if hmac.compare_digest(found["signature"], _signature(key, ticket, found["unique"]))
        else None
    )


def _signature(key: bytes, ticket: int, unique: str) -> str:
    digest = hmac.digest(key, f"{ticket}.{unique}".encode(), hashlib.sha256)
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode().lower()


def references(ancestors: Sequence[str], limit: int = MAX_REFERENCES) -> tuple[str, ...]:
    """The References of a reply: `ancestors`, oldest first, each once, in at most `limit`
    characters joined by spaces.

    If they are too long the middle is dropped: the first id names the conversation, the last ones
    say what is answered (RFC 5322, 3.6.4)."""
    ids = tuple(dict.fromkeys(ancestors))
    if len(" ".join(ids)) <= limit or not ids[2:]:
        return ids
    first, kept, length = ids[0], [ids[-1]], len(ids[0]) + len(ids[-1]) + 1
    for name in reversed(ids[1:-1]):
        length += len(name) + 1
        if length > limit:
            break
        kept.append(name)
    return (first, *reversed(kept))


def numbers_in(subject: str) -> tuple[int, ...]:
    """The numbers in a subject such as `Re: [#471100] Grinder [#12]`, each once, last first: ours
    is at the end of what we wrote. The others may be another desk's."""
    found = reversed(_NUMBER.findall(subject))
    return tuple(islice(dict.fromkeys(int(number) for number in found), MAX_NUMBERS))


def topic(subject: str, ticket: int) -> str:
    """A subject without its reply marks and without this ticket's number; another number is another
    desk's, and stays."""
    return unnumbered(behind_reply_marks(subject), ticket)


def unnumbered(subject: str, ticket: int) -> str:
    """A subject without this ticket's number."""
    return subject.replace(f"[#{ticket}]", "").strip()


def reply_subject(subject: str, ticket: int, mark: str = "Re") -> str:
    """The subject of a reply in a ticket: its mark, the topic, `[#number]`. That of an automatic
    answer is `Auto` (RFC 3834, 3.1.5)."""
    return f"{mark}: {topic(subject, ticket)} [#{ticket}]"


@dataclass(frozen=True, slots=True)
class Threaded:
    """A mail as `parents_first` sees it: its own Message-ID and all ids that it names."""

    message_id: str | None
    named: frozenset[str]


def parents_first(mails: Sequence[Threaded]) -> list[int]:
    """The indexes of `mails` so ordered that each mail comes after every mail that it names;
    otherwise the order is kept.

    Mails that name each other in a circle stay in their order."""
    by_id: dict[str, list[int]] = {}
    for place, mail in enumerate(mails):
        if mail.message_id:
            by_id.setdefault(mail.message_id, []).append(place)
    ordered: list[int] = []
    seen: set[int] = set()
    for place in range(len(mails)):
        _append_after_parents(place, mails, by_id, seen, ordered)
    return ordered


def _append_after_parents(
    start: int,
    mails: Sequence[Threaded],
    by_id: dict[str, list[int]],
    seen: set[int],
    ordered: list[int],
) -> None:
    """Append `start` after its ancestors. Uses its own stack: a sender may make chains longer than
    Python's recursion limit."""
    waiting = [(start, False)]
    while waiting:
        place, parents_done = waiting.pop()
        if parents_done:
            ordered.append(place)
        elif place not in seen:
            seen.add(place)
            waiting.append((place, True))
            waiting += (
                (parent, False)
                for parent in sorted(
                    (p for name in mails[place].named for p in by_id.get(name, ())), reverse=True
                )
            )
