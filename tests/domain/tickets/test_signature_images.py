"""Logos and icons count as signature; a picture that somebody sends does not."""

from datetime import UTC, datetime

import pytest

from supportcli.domain.mail import Address, Attachment, Fold, FoldKind
from supportcli.domain.tickets.signature_images import signature_images
from supportcli.domain.tickets.ticket import Direction, Message

TEXT = "see [image: a.png]\n-- \nMia [image: logo.png]"
SIGNATURE = (Fold(19, len(TEXT), FoldKind.SIGNATURE),)


def image(
    name: str = "a.png",
    size: int = 90_000,
    sha: str = "aa",
    *,
    inline: bool = True,
    kind: str = "image/png",
) -> Attachment:
    return Attachment(1, name, kind, size, sha, inline=inline)


def message(number: int, *files: Attachment, text: str = TEXT) -> Message:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Message(
        number,
        number,
        Direction.IN,
        at,
        Address("Mia", "mia@b.test"),
        text,
        folds=SIGNATURE,
        attachments=files,
    )


@pytest.mark.parametrize(
    ("file", "decorates"),
    [
        (image(), False),
        (image(size=3_000), True),
        (image("logo.png"), True),
        (image("logo.png", inline=False), False),
        (image("other.png"), False),
        (image(size=300, kind="application/pdf"), False),
        (image("", 90_000), False),
    ],
)
def test_of_one_message(file: Attachment, decorates: bool) -> None:
    assert signature_images([message(1, image("x", 1, "zz", inline=False), file)]) == (
        {(1, 1)} if decorates else set()
    )


def test_what_every_mail_brings_again() -> None:
    mails = [
        message(1, image()),
        message(2, image(), image("b.png", sha="bb")),
        message(3, image("c.png", sha="bb")),
    ]
    assert signature_images(mails) == {(2, 0), (3, 0)}
