"""Pixels as the escape sequences of terminals. They are made of decoded pixels and numbers only:
nothing of the file that a stranger sent is in them."""

import base64
import struct
import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from supportcli.desk.exports.pictures import Pixels

_ID = 1_969_423
"""The number of our picture for Kitty, which keeps pictures until they are deleted by it."""

_CHUNK = 4_096
"""Kitty's longest piece of base64."""

_BAND = 6
"""Lines of pixels that a line of sixels has."""

MOST_COLOURS = 256
_CUBE = bytes(min(value * 6 // 256, 5) * 51 for value in range(256))
"""Each part of a colour as one of six."""

KITTY_GONE = f"\x1b_Ga=d,d=I,i={_ID},q=2\x1b\\"
"""Deletes the picture, wherever it is shown."""


def kitty(pixels: "Pixels", columns: int, lines: int) -> str:
    """Kitty's graphics protocol (sw.kovidgoyal.net/kitty/graphics-protocol): 24 bits a pixel,
    deflated; no answer is wanted (q=2), the cursor stays (C=1)."""
    head = f"a=T,q=2,C=1,f=24,o=z,i={_ID},s={pixels.width},v={pixels.height},c={columns},r={lines},"
    data = base64.b64encode(zlib.compress(pixels.content)).decode()
    pieces = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)]
    last = len(pieces) - 1
    return "".join(
        f"\x1b_G{head if place == 0 else ''}m={int(place < last)};{piece}\x1b\\"
        for place, piece in enumerate(pieces)
    )


def iterm2(pixels: "Pixels", columns: int, lines: int) -> str:
    """iTerm2's inline image (iterm2.com/documentation-images), a PNG of our own."""
    content = png(pixels)
    options = f"inline=1;size={len(content)};width={columns};height={lines};doNotMoveCursor=1"
    return f"\x1b]1337;File={options}:{base64.b64encode(content).decode()}\x07"


def png(pixels: "Pixels") -> bytes:
    """The pixels as a PNG file (ISO/IEC 15948): 8 bits a colour, no filter."""
    row = 3 * pixels.width
    lines = b"".join(
        b"\0" + pixels.content[start : start + row] for start in range(0, row * pixels.height, row)
    )
    head = struct.pack(">IIBBBBB", pixels.width, pixels.height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


def sixel(pixels: "Pixels") -> str:
    """Sixels (DEC STD 070): a palette of at most 256 colours, then six lines of pixels at a time,
    for each colour those that have it."""
    content, width = _few_colours(pixels.content), pixels.width
    places = [content[start : start + 3] for start in range(0, 3 * width * pixels.height, 3)]
    numbers = {colour: number for number, colour in enumerate(dict.fromkeys(places))}
    palette = "".join(
        f"#{number};2;{';'.join(str(round(part * 100 / 255)) for part in colour)}"
        for colour, number in numbers.items()
    )
    indices = [numbers[place] for place in places]
    bands = (
        _band(indices[top * width : (top + _BAND) * width], width)
        for top in range(0, pixels.height, _BAND)
    )
    return f'\x1bP0;1q"1;1;{width};{pixels.height}{palette}{"-".join(bands)}\x1b\\'


def _few_colours(content: bytes) -> bytes:
    """The same pixels, in few enough colours."""
    colours = {content[start : start + 3] for start in range(0, len(content), 3)}
    return content if len(colours) <= MOST_COLOURS else content.translate(_CUBE)


def _band(indices: Sequence[int], width: int) -> str:
    """Up to six lines of pixels, given as the numbers of their colours."""
    rows: dict[int, bytearray] = {}
    for place, number in enumerate(indices):
        line, x = divmod(place, width)
        row = rows.get(number)
        if row is None:
            row = rows[number] = bytearray(width)
        row[x] |= 1 << line
    return "$".join(f"#{number}{''.join(_runs(bytes(row)))}" for number, row in rows.items())


def _runs(row: bytes) -> Iterator[str]:
    """A line of sixels, a repeated one as its number of times."""
    for value, run in groupby(row.rstrip(b"\0")):
        many, sign = sum(1 for _ in run), chr(63 + value)
        yield f"!{many}{sign}" if many > 3 else sign * many  # noqa: PLR2004  # shorter from 4 on
