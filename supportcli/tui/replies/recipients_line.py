"""Who gets a reply, in the cells there are. Pure: recipients in, inked words out."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from supportcli.domain.mail import Address
from supportcli.domain.replies.chosen import ReplyChoice
from supportcli.domain.replies.recipients import Addressing, Recipients
from supportcli.domain.text.sizes import size
from supportcli.rendering.ink import Ink, Span, Spans, width_of_all
from supportcli.rendering.ticket_rows import called
from supportcli.rendering.times import stamp
from supportcli.terminal import clean

_MOST = 12
"""The most people that a line names; the others are counted."""


def whom(addressing: Addressing, room: int) -> Spans:
    """“To Rosa Almeida, Timo Krüger +3 · Cc Bob Lee” in `room` cells: with every address if they
    fit, else only with those that must be seen (of people who are new, unproven or without a name),
    else with fewer names.

    If one name does not fit, the code that draws the line cuts it."""
    doubtful = {one.address for one in (*addressing.new, *addressing.unproven)}
    parts: list[Spans] = []
    for to, cc, whole in _tries(addressing.recipients):
        parts.append(
            _line(
                addressing.recipients, to, cc, _Names(addressing.recipients, doubtful, whole=whole)
            )
        )
        if width_of_all(parts[-1]) <= room:
            break
    return parts[-1]


def words(addressing: Addressing, room: int) -> str:
    """As `whom`, without inks."""
    return "".join(text for text, _ in whom(addressing, room))


class _Names:
    """How each recipient is written."""

    def __init__(self, recipients: Recipients, doubtful: Collection[str], *, whole: bool) -> None:
        count = Counter(called(one) for one in recipients.everybody)
        alike = {one.address for one in recipients.everybody if count[called(one)] > 1}
        self._doubtful = doubtful
        self._full = {
            one.address
            for one in recipients.everybody
            if whole or one.address in alike | set(doubtful) or "@" in one.name
        }

    def of(self, person: Address) -> Span:
        """The name, with the address if that must be seen."""
        text = (
            clean(str(person))
            if person.address in self._full and person.name.strip()
            else called(person)
        )
        return text, Ink.WARNING if person.address in self._doubtful else Ink.TEXT


def _tries(recipients: Recipients) -> Iterator[tuple[int, int, bool]]:
    """How many of To and Cc are named, and whether all with their addresses; the fullest comes
    first."""
    to, cc = (
        min(len(recipients.to), _MOST),
        min(max(len(recipients.cc), len(recipients.bcc)), _MOST),
    )
    yield to, cc, True
    yield to, cc, False
    while to > 1 or cc > 0:
        to, cc = (to, cc - 1) if cc and cc >= to - 1 else (to - 1, cc)
        yield to, cc, False


def _line(recipients: Recipients, to: int, cc: int, names: _Names) -> Spans:
    copies, hidden = (
        [(f" · {how} ", Ink.DIM), *_named(people, cc, names)] if people else []
        for how, people in (("Cc", recipients.cc), ("Bcc", recipients.bcc))
    )
    private = [(" · to the sender only", Ink.DIM)] if recipients.only_sender else []
    return (("To ", Ink.DIM), *_named(recipients.to, to, names), *copies, *hidden, *private)


def others(chosen: ReplyChoice, room: int, before: Spans = ()) -> Spans:
    """What else was chosen, behind what is said `before`: “Leaves … · From … · Subject … · File
    a.pdf (88 KB)”. In few cells (`room`) the files have no sizes, or are only counted."""
    names = [one.name for one in chosen.files]
    sizes = [f"{one.name} ({size(one.size)})" for one in chosen.files]
    found: Spans = ()
    for files in (", ".join(sizes), ", ".join(names), counted(chosen)):
        found = (*before, *_others(chosen, files, begun=bool(before)))
        if width_of_all(found) <= room:
            break
    return found


def counted(chosen: ReplyChoice) -> str:
    """Its files, counted if there are several: “a.pdf (88 KB)”, “3 files (1.2 MB)”."""
    named = [f"{one.name} ({size(one.size)})" for one in chosen.files[:1]]
    several = f"{len(chosen.files)} files ({size(sum(one.size for one in chosen.files))})"
    return several if len(chosen.files) > 1 else "".join(named)


def _others(chosen: ReplyChoice, files: str, *, begun: bool) -> Iterator[Span]:
    word = "Files" if len(chosen.files) > 1 else "File"
    parts = (
        ("Leaves", stamp(chosen.at) if chosen.at else ""),
        ("From", chosen.sender),
        ("Subject", chosen.subject),
        ("" if len(chosen.files) > 1 and files == counted(chosen) else word, files),
        ("Without a", "signature" if chosen.unsigned else ""),
    )
    for name, value in parts:
        if value:
            gap, begun = " · " if begun else " ", True
            yield gap + name + (" " if name else ""), Ink.DIM
            yield clean(value), Ink.TEXT


def _named(people: Sequence[Address], most: int, names: _Names) -> list[Span]:
    spans: list[Span] = []
    for place, person in enumerate(people[:most]):
        spans += [(", ", Ink.DIM)] if place else []
        spans.append(names.of(person))
    left = len(people) - most
    return [*spans, (f"{' ' if spans else ''}+{left}", Ink.DIM)] if left > 0 else spans
