"""Text to the bytes of a mail, by hand, so that each charset and encoding is exactly the one that
was asked for."""

import base64
import binascii
import html
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

CRLF = b"\r\n"
WORD_LIMIT = 75  # an encoded word's length (RFC 2047, 2)


class Transfer(StrEnum):
    """Content-Transfer-Encoding (RFC 2045, 6)."""

    SEVEN = "7bit"
    EIGHT = "8bit"
    QUOTED = "quoted-printable"
    BASE64 = "base64"


class Words(StrEnum):
    """How a header carries what is not ASCII: encoded words (RFC 2047) by base64 or by quoting, or
    raw UTF-8 (RFC 6532)."""

    B = "B"
    Q = "Q"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Part:
    """A MIME part: its headers but Content-Transfer-Encoding, that encoding, and its content,
    encoded."""

    headers: tuple[tuple[str, str], ...]
    transfer: Transfer | None
    content: bytes

    def lines(self) -> list[bytes]:
        """The part's header lines."""
        encoding = [("Content-Transfer-Encoding", str(self.transfer))] if self.transfer else []
        return [f"{name}: {value}".encode() for name, value in (*self.headers, *encoding)]


@dataclass(frozen=True, slots=True)
class File:
    """What is attached to a mail. `content_id` makes it an image that the text shows."""

    name: str
    type: str
    content: bytes
    content_id: str | None = None


def transfers(charset: str) -> tuple[Transfer, ...]:
    """The transfer encodings that text in `charset` can travel by."""
    seven = charset in {"us-ascii", "iso-2022-jp"}
    return (Transfer.SEVEN if seven else Transfer.EIGHT, Transfer.QUOTED, Transfer.BASE64)


def encode_transfer(content: bytes, transfer: Transfer) -> bytes:
    """`content`, whose lines end by CRLF, under a transfer encoding."""
    if transfer is Transfer.BASE64:
        return base64.encodebytes(content).replace(b"\n", CRLF).removesuffix(CRLF)
    if transfer is Transfer.QUOTED:
        return binascii.b2a_qp(content, istext=True)
    return content


def header(text: str, charset: str, words: Words) -> bytes:
    """A header's value: as it is where it is ASCII, else by `words`, folded."""
    if text.isascii():
        return text.encode("ascii")
    if words is Words.RAW:
        return text.encode("utf-8")
    return b"\r\n ".join(encoded_words(text, charset, words))


def encoded_words(text: str, charset: str, words: Words) -> list[bytes]:
    """`text` as encoded words, each of whole characters (RFC 2047, 5)."""
    done: list[bytes] = []
    chunk = ""
    for letter in text:
        if len(encoded_word(chunk + letter, charset, words)) > WORD_LIMIT:
            done.append(encoded_word(chunk, charset, words))
            chunk = ""
        chunk += letter
    return [*done, encoded_word(chunk, charset, words)]


def encoded_word(text: str, charset: str, words: Words) -> bytes:
    """One encoded word."""
    content = text.encode(charset)
    coded = (
        base64.b64encode(content)
        if words is Words.B
        else b"".join(quoted_letter(byte) for byte in content)
    )
    return b"=?%s?%s?%s?=" % (charset.encode(), words.encode(), coded)


def quoted_letter(byte: int) -> bytes:
    """A byte by the Q encoding in its strictest form, which any header takes (RFC 2047, 5.3)."""
    if byte == ord(" "):
        return b"_"
    letter = bytes([byte])
    return letter if letter.isalnum() and letter.isascii() else b"=%02X" % byte


def text_part(text: str, charset: str, transfer: Transfer, subtype: str = "plain") -> Part:
    """A text part; `text` has LF as its line end."""
    content = encode_transfer(text.replace("\n", "\r\n").encode(charset), transfer)
    return Part((("Content-Type", f"text/{subtype}; charset={charset}"),), transfer, content)


def html_part(text: str, charset: str, transfer: Transfer) -> Part:
    """`text` as a web page with a paragraph a line."""
    paragraphs = "\n".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line)
    page = f"<html><head><style>p {{ margin: 0 }}</style><title>mail</title></head>\n<body>\n{paragraphs}\n</body></html>\n"
    return text_part(page, charset, transfer, "html")


def file_part(file: File) -> Part:
    """An attachment, its name by RFC 2231 where it is not ASCII."""
    name = (
        f'filename="{file.name}"'
        if file.name.isascii()
        else f"filename*=utf-8''{percent(file.name)}"
    )
    disposition = (
        "Content-Disposition",
        f"{'inline' if file.content_id else 'attachment'}; {name}",
    )
    identity = (("Content-ID", f"<{file.content_id}>"),) if file.content_id else ()
    return Part(
        (("Content-Type", file.type), disposition, *identity),
        Transfer.BASE64,
        encode_transfer(file.content, Transfer.BASE64),
    )


def percent(text: str) -> str:
    """Percent encoding of every byte that RFC 2231 does not take as it is."""
    return "".join(
        chr(byte) if chr(byte).isalnum() and byte < 128 else f"%{byte:02X}"
        for byte in text.encode()
    )


def multipart(subtype: str, parts: Iterable[Part], boundary: str) -> Part:
    """Parts within one."""
    between = b"--" + boundary.encode()
    content = b"".join(
        CRLF.join([between, *part.lines(), b"", part.content, b""]) for part in parts
    )
    return Part(
        (("Content-Type", f'multipart/{subtype}; boundary="{boundary}"'),),
        None,
        content + between + b"--\r\n",
    )


def message(headers: Iterable[tuple[str, bytes]], body: Part) -> bytes:
    """The bytes of a mail."""
    lines = [name.encode() + b": " + value for name, value in headers]
    end = b"" if body.content.endswith(CRLF) else CRLF
    return CRLF.join([*lines, b"MIME-Version: 1.0", *body.lines(), b"", body.content]) + end
