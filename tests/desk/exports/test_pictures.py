"""Pictures of strangers are decoded by a program of their own, within limits."""

import io
import struct
import zlib

import pytest
from PIL import Image

from supportcli.desk.exports.pictures import decoded, is_picture, why_not
from supportcli.domain.mail import Attachment
from supportcli.errors.files import PictureUnreadable

RED, BLUE = (255, 0, 0), (0, 0, 255)


def file(name: str = "logo.png", kind: str = "image/png", size: int = 10) -> Attachment:
    return Attachment(1, name, kind, size, "00")


def saved(picture: Image.Image, kind: str) -> bytes:
    content = io.BytesIO()
    picture.save(content, kind)
    return content.getvalue()


def halves(kind: str) -> bytes:
    """A picture that is red above and blue below."""
    picture = Image.new("RGB", (40, 40), RED)
    picture.paste(BLUE, (0, 20, 40, 40))
    return saved(picture, kind)


def png(width: int, height: int) -> bytes:
    """The beginning of a picture that says how large it is, and has hardly any pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_comes_in_the_size_that_is_asked_for(kind: str) -> None:
    pixels = decoded(halves(kind), 8, 100)
    assert (pixels.width, pixels.height) == (8, 8)
    for wanted, there in ((RED, pixels.at(4, 1)), (BLUE, pixels.at(4, 6))):
        assert all(abs(one - other) < 40 for one, other in zip(wanted, there, strict=True))


def test_what_is_transparent_stands_on_grey() -> None:
    pixels = decoded(saved(Image.new("RGBA", (4, 4), (255, 255, 255, 0)), "PNG"), 4, 4)
    assert pixels.at(1, 1) == (128, 128, 128)
    assert pixels.at(1, 9) == (0, 0, 0), "below the picture"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cannot identify"),
        (b"<svg onload=alert(1)>", "cannot identify"),
        (b"%PDF-1.4", "cannot identify"),
        (halves("PNG")[:60], "truncated"),
        (png(10_000, 10_000), "pixels are too many"),
        (png(60_000, 60_000), "DecompressionBombError"),
    ],
)
def test_what_cannot_be_decoded_is_refused_with_the_reason(content: bytes, why: str) -> None:
    with pytest.raises(PictureUnreadable) as refused:
        decoded(content, 10, 10)
    assert why in refused.value.sentence


def test_only_kinds_of_pictures_that_can_be_shown_are_offered() -> None:
    assert is_picture(file())
    assert is_picture(file("photo.JPG", "application/octet-stream"))
    assert not is_picture(file("drawing.svg", "image/svg+xml"))
    assert not is_picture(file("report.pdf", "application/pdf"))
    assert why_not(file()) == ""
    assert "too large" in why_not(file(size=30 << 20))
