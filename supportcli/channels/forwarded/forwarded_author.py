"""Who wrote the mail that another one forwards: in an attached mail, or in the header lines that
mail programs write above its text."""

import re
from collections.abc import Iterator, Sequence

from supportcli.channels.folding.forwards import marks_forward
from supportcli.domain.mail import Address
from supportcli.domain.text.subjects import is_forward

_LINES = 300
_LONGEST = 500
_BELOW = 8
_FEWEST_LABELS = 2
_FROM = re.compile(
    r"[> \t*_]*(?:from|von|de|da|van|od|fra|från|lähettäjä|feladó|odesílatel|odosielateľ"
    r"|gönderen|kimden|nadawca|expéditeur|remitente|mittente|afzender|от|от кого|від|από|מאת|من"
    r"|差出人|送信元|发件人|發件人|寄件者|보낸 사람)[*_ ]*[:：][*_ ]*(.+)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[> \t*_]*[^\W\d_][\w -]{0,24}[*_]?\s?[:：][*_]?\s*\S")
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:]{1,64}@[^\s<>()\[\]\"',;:]{2,255}")


def forwarded_author(
    attached: Sequence[Address | None], subject: str, text: str, *, answers: bool
) -> Address | None:
    """The author of the mail that a person forwards, as that says; None if it forwards nothing, or
    mails of several people.

    `attached` are the authors of attached mails. They count if the subject forwards, or if the mail
    `answers` nothing; header lines in the text only if the subject forwards: people quote them
    too."""
    forwards = is_forward(subject)
    if attached and (forwards or not answers):
        authors = {one.address: one for one in attached if one is not None}
        return next(iter(authors.values())) if len(authors) == 1 else None
    return next(_named_in(text), None) if forwards else None


def _named_in(text: str) -> Iterator[Address]:
    """The authors that header lines in a text name, outermost first: under a line that announces a
    forwarded mail, or among other header lines."""
    lines = [line[:_LONGEST] for line in text.split("\n", _LINES)[:_LINES]]
    for at, line in enumerate(lines):
        found = _FROM.fullmatch(line.strip())
        if found is None or not (_is_announced(lines, at) or _is_among_labels(lines, at)):
            continue
        address = _ADDRESS.search(found[1])
        if address is not None:
            name = found[1][: address.start()].removesuffix("mailto:").strip(" \t\"'<([*_")
            spelled = address[0].removeprefix("mailto:").strip(".*_")
            yield Address.of("" if name.lower() == spelled.lower() else name, spelled)


def _is_announced(lines: Sequence[str], at: int) -> bool:
    return any(marks_forward(lines, place) for place in range(max(at - _BELOW, 0), at))


def _is_among_labels(lines: Sequence[str], at: int) -> bool:
    below = lines[at + 1 : at + 1 + _BELOW]
    return sum(_LABEL.match(line) is not None for line in below) >= _FEWEST_LABELS
