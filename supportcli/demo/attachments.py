"""The files that customers enclose, generated: small, valid, and the same each time."""

import struct
import zlib

from supportcli.demo.drawings import DRAWINGS, HEIGHT, WIDTH, Drawing
from supportcli.demo.story import Enclosure


def contents(enclosure: Enclosure) -> tuple[str, bytes]:
    """The media type and the bytes of an enclosure."""
    if enclosure.picture:
        return "image/png", png(DRAWINGS[enclosure.picture])
    if enclosure.pdf:
        return "application/pdf", pdf(enclosure.pdf)
    return "text/csv", enclosure.csv.lstrip("\n").encode()


def png(drawing: Drawing) -> bytes:
    """A PNG of WIDTH by HEIGHT pixels, eight bits per colour (PNG specification, third edition,
    sections 5 and 11)."""
    rows = b"".join(
        b"\0" + bytes(value for x in range(WIDTH) for value in drawing(x, y)) for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(rows, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def pdf(lines: tuple[str, ...]) -> bytes:
    """A PDF with one A5 page of these lines, which are Latin-1 (ISO 32000-1, 7.5)."""
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    page = "BT /F1 11 Tf 16 TL 40 540 Td " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    stream = page.encode("latin-1")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R /Resources << "
            b"/Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R "
        b">>\nstartxref\n%d\n%%%%EOF\n"
    ) % (size, table, size, len(file))
