"""winmail.dat becomes its text and files, and a broken one stays what it is."""

from base64 import encodebytes
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.packed import tnef
from supportcli.domain.mail import Mail
from tests.channels.packed import outlook

PDF = b"%PDF-1.4 test\n"


def mail(
    data: bytes,
    text: bytes = b"",
    name: bytes = b"winmail.dat",
    kind: bytes = b"application/ms-tnef",
) -> bytes:
    """A mail with a text and a winmail.dat."""
    return (
        b"From: ada@exchange.test\nSubject: invoice\nMIME-Version: 1.0\n"
        b"Content-Type: multipart/mixed; boundary=M\n\n--M\nContent-Type: text/plain\n\n"
        + text
        + b"\n"
        b"--M\nContent-Type: "
        + kind
        + b'; name="'
        + name
        + b'"\nContent-Transfer-Encoding: base64\n\n'
        + encodebytes(data)
        + b"--M\nContent-Type: image/png; name=a.png\n\nPNG\n--M--\n"
    )


def files(found: Mail) -> list[tuple[str, str, int]]:
    return [(one.name, one.type, one.size) for one in found.attachments]


def test_files_and_text_come_out_of_it() -> None:
    raw = mail(
        outlook.winmail(
            outlook.body(b"The invoice is attached.\r\n\0"), outlook.file(b"invoice.pdf", PDF)
        )
    )
    read = mime.parse(raw)
    assert read.text == "The invoice is attached."
    assert files(read) == [("a.png", "image/png", 3), ("invoice.pdf", "application/pdf", 14)]
    assert mime.attachment(raw, read.attachments[1].part) == PDF
    assert read.defects == ()


def test_the_text_of_the_mail_itself_wins() -> None:
    read = mime.parse(
        mail(outlook.winmail(outlook.body(b"formatted\0"), outlook.file(b"a.pdf", PDF)), b"plain")
    )
    assert read.text == "plain"


def test_the_parts_beside_it_keep_their_places() -> None:
    raw = mail(outlook.winmail(outlook.file(b"a.pdf", PDF)))
    assert [one.part for one in mime.parse(raw).attachments] == [3, 4]
    assert mime.attachment(raw, 2).startswith(tnef.SIGNATURE)


def test_the_long_name_in_unicode_its_type_and_its_place_in_the_text() -> None:
    long = [
        outlook.prop(0x3707, outlook.TEXT16, outlook.text16("Rechnung für März.pdf")),
        outlook.prop(0x370E, outlook.TEXT8, b"application/x-pdf\0"),
        outlook.prop(0x3712, outlook.TEXT16, outlook.text16("a@b")),
        outlook.prop(0x3701, outlook.BINARY, PDF),
    ]
    (_, one) = mime.parse(
        mail(outlook.winmail(outlook.file(b"RECHNU~1.PDF", b"", *long)))
    ).attachments
    assert (one.name, one.type, one.size) == ("Rechnung für März.pdf", "application/x-pdf", 14)
    assert (one.inline, one.content_id) == (True, "<a@b>")


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ([outlook.prop(0x1000, outlook.TEXT16, outlook.text16("Grüße"))], "Grüße"),
        (
            [
                outlook.prop(0x3FDE, outlook.LONG, pack("<I", 1251)),
                outlook.prop(0x1000, outlook.TEXT8, "Привет".encode("cp1251") + b"\0"),
            ],
            "Привет",
        ),
        ([outlook.prop(0x1013, outlook.BINARY, "<p>Grüße <b>Ada</b></p>".encode())], "Grüße Ada"),
        (
            [
                outlook.prop(
                    0x1009,
                    outlook.BINARY,
                    outlook.stored(rb"{\rtf1\ansi\ansicpg1252 Gr\'fc\'dfe\par Ada}"),
                )
            ],
            "Grüße\nAda",
        ),
        (
            [
                outlook.prop(
                    0x1009,
                    outlook.BINARY,
                    outlook.stored(
                        rb"{\rtf1\ansi\fromhtml1{\*\htmltag <a href='http://x.test/'>}\htmlrtf {\htmlrtf0 here\htmlrtf }\htmlrtf0{\*\htmltag </a>}}"
                    ),
                )
            ],
            "here <http://x.test/>",
        ),
    ],
    ids=["unicode", "code page", "html", "rtf", "html in rtf"],
)
def test_its_text_is_read_in_any_form(found: list[bytes], text: str) -> None:
    assert mime.parse(mail(outlook.winmail(outlook.props(*found)))).text == text


def test_properties_with_names_and_lists_are_passed_over() -> None:
    named = pack("<HH", 3, 0x8001) + bytes(16) + pack("<III", 0, 7, 1)
    called = (
        pack("<HH", 0x1F, 0x8002)
        + bytes(16)
        + pack("<II", 1, 6)
        + "abc".encode("utf-16-le")
        + bytes(2)
        + pack("<II", 1, 2)
        + bytes(4)
    )
    listed = pack("<HHI", 0x1002, 0x6000, 3) + bytes(8)
    body = outlook.prop(0x1000, outlook.TEXT16, outlook.text16("after them"))
    assert (
        mime.parse(mail(outlook.winmail(outlook.props(named, called, listed, body)))).text
        == "after them"
    )


def test_an_attached_message_is_its_text_and_its_files() -> None:
    inner = outlook.winmail(
        outlook.props(
            outlook.prop(0x37, outlook.TEXT16, outlook.text16("Old order")),
            outlook.prop(0x1000, outlook.TEXT16, outlook.text16("17 lamps")),
        ),
        outlook.file(b"list.csv", b"1;2"),
    )
    attached = outlook.file(
        b"Old order", b"", outlook.prop(0x3701, outlook.OBJECT, outlook.MESSAGE + inner)
    )
    raw = mail(outlook.winmail(attached), b"see below")
    read = mime.parse(raw)
    assert files(read)[1:] == [("Old order.txt", "text/plain", 8), ("list.csv", "text/csv", 3)]
    assert mime.attachment(raw, read.attachments[1].part) == b"17 lamps"


def test_it_is_known_by_its_name() -> None:
    raw = mail(
        outlook.winmail(outlook.file(b"a.pdf", PDF)),
        name=b"WINMAIL.DAT",
        kind=b"application/octet-stream",
    )
    assert files(mime.parse(raw))[1:] == [("a.pdf", "application/pdf", 14)]


def test_one_that_is_none_stays_an_attachment() -> None:
    read = mime.parse(mail(b"no such thing", b"hello"))
    assert files(read)[0] == ("winmail.dat", "application/ms-tnef", 13)
    assert read.defects == ("the winmail.dat cannot be read",)


def test_one_with_nothing_to_read_stays_an_attachment() -> None:
    read = mime.parse(mail(outlook.winmail(), b"hello"))
    assert files(read)[0][0] == "winmail.dat"


def test_of_one_that_breaks_off_what_was_read_and_the_rest_stay() -> None:
    whole = outlook.winmail(outlook.file(b"a.pdf", PDF), outlook.file(b"b.pdf", PDF))
    read = mime.parse(mail(whole[:-8], b"hello"))
    assert [name for name, _, _ in files(read)] == ["winmail.dat", "a.png", "a.pdf", "b.pdf"]
    assert read.defects == ("the winmail.dat is damaged: it ends in the middle",)


@pytest.mark.parametrize(
    ("piece", "before", "defect"),
    [(b"hello", 0, "a checksum differs"), (b"a.pdf", 4, "it has bytes that are no attribute")],
    ids=["content", "length"],
)
def test_damage_within_is_noticed(piece: bytes, before: int, defect: str) -> None:
    whole = bytearray(outlook.winmail(outlook.body(b"hello"), outlook.file(b"a.pdf", PDF)))
    place = whole.index(piece) - before
    whole[place] = (whole[place] + 1) % 256
    read = mime.parse(mail(bytes(whole), b"hello"))
    assert files(read)[0][0] == "winmail.dat"
    assert read.defects == (f"the winmail.dat is damaged: {defect}",)


@given(st.data())
def test_no_damage_breaks_the_reader(data: st.DataObject) -> None:
    whole = outlook.winmail(
        outlook.codepage(1252),
        outlook.props(
            outlook.prop(0x1000, outlook.TEXT16, outlook.text16("text")),
            outlook.prop(0x1009, outlook.BINARY, outlook.stored(rb"{\rtf1 x}")),
        ),
        outlook.file(
            b"a.pdf", PDF, outlook.prop(0x3707, outlook.TEXT16, outlook.text16("long.pdf"))
        ),
    )
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read = mime.parse(mail(bytes(damaged[: data.draw(st.integers(0, len(whole)))]), b"hello"))
    assert read.held is None
    assert read.text.startswith("hello")
