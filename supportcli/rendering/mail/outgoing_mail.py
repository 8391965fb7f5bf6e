"""A mail that would leave, as its readers get it."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from supportcli.domain.text.sizes import size
from supportcli.rendering.ink import Ink, Spans
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.replies.previewing import PreviewedReply

_NAMES = 9
"""Cells of a header's name."""

_MEASURE = 100
"""The widest line that is comfortable to read."""


def headers(shown: "PreviewedReply", now: datetime) -> Iterator[tuple[str, str]]:
    """Names and values, not cleaned: who gets it (Bcc stands in no header), when it leaves, and who
    is left out."""
    mail, people = shown.mail, shown.reply.addressing.recipients
    yield "From", str(mail.sender)
    for name, some in (("To", mail.to), ("Cc", mail.cc), ("Bcc", people.bcc)):
        if some:
            yield name, ", ".join(map(str, some))
    yield "Subject", mail.subject
    if mail.attachments:
        yield "Files", ", ".join(f"{one.name} ({size(one.size)})" for one in mail.attachments)
    yield "Leaves", shown.reply.when(now)
    if left_out := shown.reply.addressing.left_out:
        yield "Not to", "; ".join(one.told for one in left_out)


def page(shown: "PreviewedReply", now: datetime, width: int) -> Iterator[Spans]:
    """The mail in lines of at most `width` cells."""
    measure = min(width - 1, _MEASURE)
    for name, value in headers(shown, now):
        first = f" {name:{_NAMES}}"
        for piece in wrapped(clean(value), measure - _NAMES - 1):
            yield ((first, Ink.DIM), (piece, Ink.STRONG if name == "Subject" else Ink.TEXT))
            first = " " * (_NAMES + 1)
    yield ()
    for line in clean(shown.mail.text, lines=True).split("\n"):
        ink = Ink.DIM if line.startswith(">") else Ink.TEXT
        yield from (((f" {piece}", ink),) for piece in wrapped(line, measure - 1))
