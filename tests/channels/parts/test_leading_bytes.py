"""Headers are found wherever a mail begins, and what a person wrote is not taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime

HEADERS = b"From: Grace <grace@customer.test>\r\nTo: help@shop.test\r\nSubject: Grinder\r\nDate: Sat, 31 Jan 2026 10:00:00 +0000\r\n"
MAIL = HEADERS + b"Message-ID: <1@customer.test>\r\n\r\nIt grinds.\r\n"
TRACE = b"Return-Path: <grace@customer.test>\r\nReceived: from mx.test by shop.test;\r\n\tSat, 31 Jan 2026 10:00:01 +0000\r\n"
ENVELOPE = b"From grace@customer.test Sat Jan 31 10:00:00 2026\r\n"
BOM = b"\xef\xbb\xbf"

BEGINNINGS = {
    "a blank line": b"\r\n",
    "blank lines": b"\r\n\r\n\r\n",
    "lines of spaces": b"  \r\n\t\r\n",
    "a byte order mark": BOM,
    "a byte order mark and a blank line": BOM + b"\r\n",
    "a blank line and a byte order mark": b"\r\n" + BOM,
    "a line of mbox": ENVELOPE,
    "a quoted line of mbox": b">" + ENVELOPE,
    "a line of mbox behind a blank one": b"\r\n" + ENVELOPE,
    "a line of mbox behind a byte order mark": BOM + ENVELOPE,
    "a stray line": b"this is no header\r\n",
    "stray lines": b"220 mx.test ready\r\n250 ok\r\n",
    "a command": b"DATA\r\n",
    "bytes": b"\x00\x01\xff\xfe\r\n",
    "a hard space": b"\xc2\xa0",
    "a hard space of Latin-1": b"\xa0",
    "a control": b"\x0c",
    "a trace field without its colon": b"Received from x by y\r\n",
}


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
@pytest.mark.parametrize("trace", [b"", TRACE], ids=["bare", "traced"])
@pytest.mark.parametrize("how", list(BEGINNINGS))
def test_what_stands_before_the_headers_keeps_nobody_from_reading_them(
    how: str, trace: bytes, line_end: bytes
) -> None:
    raw = (trace + BEGINNINGS[how] + MAIL).replace(b"\r\n", line_end)
    mail = mime.parse(raw)
    assert (str(mail.sender), mail.subject, mail.message_id, mail.text) == (
        "Grace <grace@customer.test>",
        "Grinder",
        "<1@customer.test>",
        "It grinds.",
    )
    assert mail.sent is not None
    assert mime.headers(raw)[0] == "<1@customer.test>"


@pytest.mark.parametrize("form", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_mail_that_was_saved_in_wide_letters_is_read(form: str) -> None:
    raw = MAIL.decode().replace("grinds", "grölt – 粉").encode(form)
    mail = mime.parse(raw)
    assert (mail.text, str(mail.sender)) == ("It grölt – 粉.", "Grace <grace@customer.test>")


@pytest.mark.parametrize("line_end", [b"\r", b"\n\r", b"\r\r\n"])
def test_odd_line_ends_are_line_ends(line_end: bytes) -> None:
    mail = mime.parse(MAIL.replace(b"\r\n", line_end))
    assert (mail.subject, mail.text, str(mail.sender)) == (
        "Grinder",
        "It grinds.",
        "Grace <grace@customer.test>",
    )


@pytest.mark.parametrize("stray", [b"no header", "Tö: x".encode(), b": x", b"\x00\x01"])
def test_a_stray_line_within_the_headers_changes_no_name(stray: bytes) -> None:
    mail = mime.parse(MAIL.replace(b"To:", stray + b"\r\nTo:"))
    assert (str(mail.sender), mail.subject, mail.text) == (
        "Grace <grace@customer.test>",
        "Grinder",
        "It grinds.",
    )


QUOTED = b"From: Eve <eve@elsewhere.test>\r\nTo: you\r\nSubject: old\r\n\r\nold words\r\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"Hello, please read this.\r\n\r\n" + QUOTED,
        b"Subject: Fwd\r\nX-Mailer: x\r\n\r\n" + QUOTED,
        TRACE + b"Subject: Fwd\r\n\r\nSee below.\r\n" + QUOTED,
        TRACE + b"\r\nHello,\r\n\r\n" + QUOTED,
        b"Where is my parcel?\r\nFrom: the shop\r\n",
        b"one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\n" + QUOTED,
    ],
)
def test_a_letter_that_quotes_headers_has_none_of_them(raw: bytes) -> None:
    mail = mime.parse(raw)
    assert mail.sender is None
    assert all(word in mail.text for word in raw.rpartition(b"\r\n\r\n")[0].decode().split()[-3:])


@given(
    st.sampled_from([MAIL, TRACE + MAIL, QUOTED, MAIL.replace(b"\r\n", b"\n")]),
    st.binary(max_size=30),
)
def test_mail_that_is_as_it_should_be_is_not_touched(raw: bytes, body: bytes) -> None:
    mail = mime.parse(raw + body)
    assert "what comes before the headers is not a header" not in mail.defects
