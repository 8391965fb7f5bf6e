"""What stands below an encoded text without being encoded is shown below it, and spoils no letter
of it."""

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.encodings import transfer

WRITTEN = [
    "Guten Tag,\n\nder Schlauch fehlt. Wo bleibt er?\n\nGrüße\nJürgen",
    "Where is my parcel? I ordered it last Monday, and nobody has called me since.",
    "Hi",
    "x" * 57,
    "x" * 114,
    "荷物はどこですか。\n" * 9,
]
FOOTERS = [
    "_______________________________________________\nshop mailing list\nshop@lists.test",
    "--\nThis e-mail is confidential.",
    "Confidential\nDo not pass it on.",
    "CONFIDENTIAL: if you are not the recipient, delete it.",
    "-- \nScanned by mx.test",
    "[gateway] checked, no virus found",
]


def letter(body: bytes, encoding: str, kind: str = "text/plain") -> bytes:
    head = f"From: a@b.test\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + body


def wrapped(text: str) -> bytes:
    return base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("gap", [b"", b"\r\n", b"\r\n\r\n"])
@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("written", WRITTEN)
def test_a_plain_footer_below_base64_is_shown_below_the_text(
    written: str, footer: str, gap: bytes
) -> None:
    body = wrapped(written) + gap + footer.replace("\n", "\r\n").encode() + b"\r\n"
    assert mime.parse(letter(body, "base64")).text == f"{written.strip()}\n{footer}"


def test_a_footer_in_latin_1_is_read_in_it() -> None:
    body = wrapped("Größe 5\n") + "\r\n--\r\nGeschäftsführer: König".encode("cp1252")
    assert mime.parse(letter(body, "base64")).text == "Größe 5\n--\nGeschäftsführer: König"


def test_a_footer_below_a_page_is_shown_below_its_text() -> None:
    body = wrapped("<html><body><p>Größe 5</p></body></html>") + b"\r\n--\r\nno virus found\r\n"
    assert mime.parse(letter(body, "base64", "text/html")).text == "Größe 5\n--\nno virus found"


def test_a_footer_spoils_no_file() -> None:
    content = bytes(range(256)) * 3
    part = (
        b"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes(content)
    )
    raw = (
        b"From: a@b.test\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        + part
        + b"\r\n--\r\nno virus found\r\n--b--\r\n"
    )
    (file,) = mime.parse(raw).attachments
    assert mime.attachment(raw, file.part) == content


@pytest.mark.parametrize("charset", ["cp1252", "utf-8"])
def test_quoted_printable_with_a_raw_footer(charset: str) -> None:
    footer = "Geschäftsführer: König, a=b"
    body = (
        quopri.encodestring("Schöne Grüße, Größe = 5".encode())
        + b"\r\n--\r\n"
        + footer.encode(charset)
    )
    assert (
        mime.parse(letter(body, "quoted-printable")).text
        == f"Schöne Grüße, Größe = 5\n--\n{footer}"
    )


@pytest.mark.parametrize(
    "plain",
    [
        "Dear\n\nplease help me, my order is late.",
        "Hello, where is it?",
        "Help\nWhere is it? I have no idea.",
    ],
)
def test_plain_text_that_is_declared_base64_stays_as_it_is(plain: str) -> None:
    assert mime.parse(letter(plain.encode(), "base64")).text == plain


@given(
    st.binary(max_size=200),
    st.sampled_from([b"\r\n", b"\n"]),
    st.integers(16, 76).map(lambda width: width // 4 * 4),
)
def test_base64_without_a_footer_is_read_whole(content: bytes, line_end: bytes, width: int) -> None:
    letters = base64.b64encode(content)
    lines = line_end.join(letters[at : at + width] for at in range(0, len(letters), width))
    assert transfer.with_footer(lines + line_end, "base64") == (content, b"", None)
