"""The web addresses in a message: a number behind each, and below the message where those lead
that are not written out."""

from collections.abc import Iterable, Iterator, Mapping

from supportcli.domain.text.web_addresses import PlacedAddress, WebAddress, placed_addresses
from supportcli.domain.tickets.ticket import Message
from supportcli.rendering.ink import Ink, Span, shortened
from supportcli.terminal import clean

_WHOLE = 50
"""An address of so many characters is written out."""

_REST = 40


def marked(text: str, numbers: Mapping[str, int]) -> str:
    """A text with the number of each of its addresses behind it: “here [L1]”. One that HTML had
    behind its words has only that, and of a long one only the beginning stands there."""
    if not numbers or "://" not in text:
        return text
    pieces, at = list[str](), 0
    for one in placed_addresses(text):
        number = numbers.get(one.address.url)
        if number is None:
            continue
        pieces += [text[at : one.start], _shown(one), f"[L{number}]"]
        at = one.end
    return "".join((*pieces, text[at:]))


def _shown(one: PlacedAddress) -> str:
    if one.hidden:
        return ""
    url = one.address.url
    return f"{url if len(url) <= _WHOLE else f'{url[: _WHOLE - 1]}…'} "


def notes(texts: Iterable[str], numbers: Mapping[str, int]) -> Iterator[Span]:
    """Where the addresses in these texts lead that are not written out, and which claim to lead
    elsewhere."""
    told: set[WebAddress] = set()
    for text in texts:
        for one in placed_addresses(text) if numbers and "://" in text else ():
            number, address = numbers.get(one.address.url), one.address
            written = not one.hidden and len(address.url) <= _WHOLE
            if number is None or written or address in told:
                continue
            told.add(address)
            leads = f"[L{number}] {address.host}"
            if address.claims:
                yield f"{leads}: the text says {address.claims}", Ink.ERROR
            else:
                yield f"{leads}{clean(shortened(address.rest, _REST))}", Ink.DIM


def shown_texts(message: Message, *, unfolded: bool) -> Iterator[str]:
    """The stretches of a message's text that are not folded away."""
    if unfolded:
        yield message.text
        return
    at = 0
    for fold in message.folds:
        yield message.text[at : fold.start]
        at = fold.end
    yield message.text[at:]
