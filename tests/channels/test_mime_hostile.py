"""Mail that asks for too much work is held or read in one pass. Each of these took minutes, or
gigabytes, by a parser that was less careful; where one comes back, its test does not end."""

from collections.abc import Callable
from struct import pack

import pytest

from supportcli.channels import mime
from supportcli.domain.mail import Address, MailKind
from tests.channels.packed import outlook

MIB = 1024 * 1024
HEAD = b"From: mia@berg.test\nSubject: Order 17\nMIME-Version: 1.0\n"
SERVER = (
    b"Return-Path: <>\nFrom: mailer-daemon@mx.test\nSubject: failure notice\n\ncould not deliver\n"
)


def typed(kind: bytes, body: bytes, encoding: bytes = b"8bit") -> bytes:
    return (
        HEAD
        + b"Content-Type: "
        + kind
        + b"\nContent-Transfer-Encoding: "
        + encoding
        + b"\n\n"
        + body
    )


def text(body: bytes) -> bytes:
    return typed(b"text/plain; charset=utf-8", body)


def html(body: bytes) -> bytes:
    return typed(b"text/html; charset=utf-8", body)


PEOPLE = b", ".join(b"<a%d@d%d.test>" % (n, n) for n in range(3_000))
BY_A_STRANGER = (
    b"Message-ID: <2@b.test>\nSubject: Re: lamp\n\n"
    + b"On Mon, Mar 2, 2026 at 10:00 AM Bob <bob@y.test> wrote:\n> hello\nyes\n" * 3_000
)


def announced(subject: str) -> str:
    """The answer to a mail whose block of labels names a subject."""
    block = (
        f"From: Ada\nSent: Monday, March 2, 2026 10:00 AM\nTo: Mia\nSubject: {subject}\n\nhello\n"
    )
    return f"To: desk@shop.test\nSubject: Re: lamp\nDate: Tue, 3 Mar 2026 10:00:00 +0000\nMIME-Version: 1.0\n\nyes\n\n{block}"


def alternatives(count: int, plain: bytes, page: bytes) -> bytes:
    """Many multiparts, each in the one before, whose plain form is not the page."""
    opened = b"".join(
        b"Content-Type: multipart/alternative; boundary=b%d\n\n--b%d\n\n%s\n--b%d\n"
        % (n, n, plain, n)
        for n in range(count)
    )
    return HEAD + opened + b"Content-Type: text/html\n\n" + page


def tnef(attributes: bytes) -> bytes:
    return typed(b"application/ms-tnef", outlook.winmail(attributes))


def rtf(compressed: bytes) -> bytes:
    return tnef(outlook.props(outlook.prop(0x1009, outlook.BINARY, compressed)))


def packed_messages(levels: int) -> bytes:
    """Attached messages, each in the one before."""
    found = b""
    for _ in range(levels):
        inner = outlook.MESSAGE + outlook.winmail(found)
        found = outlook.file(b"m", b"", outlook.prop(0x3701, outlook.OBJECT, inner))
    return found


def nested(levels: int) -> bytes:
    return HEAD + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level)
        for level in range(levels)
    )


HELD: dict[str, tuple[Callable[[], bytes], str]] = {
    "100,000 levels": (lambda: nested(100_000), "parts nested deeper than 100"),
    "a million parts": (
        lambda: typed(b"multipart/mixed; boundary=b", b"--b\n\nx\n" * 1_000_000),
        "more than 1,000 parts",
    ),
    "a subject of 200,000 encoded words": (
        lambda: b"Subject: " + b"=?utf-8?q?a?= " * 200_000 + b"\n\nx",
        "a header of 2,800,010 bytes",
    ),
    "200,000 parentheses": (
        lambda: b"To: " + b"(" * 200_000 + b"\n\nx",
        "a header of 200,005 bytes",
    ),
    "a header of 50 MB": (
        lambda: b"X: " + b"a" * 50 * MIB + b"\n\nx",
        "a header of 52,428,804 bytes",
    ),
    "a folded header of 50 MB": (
        lambda: b"X: " + b"a\n " * 17 * MIB + b"\n\nx",
        "a header of 53,477,380 bytes",
    ),
    "ten million headers": (lambda: b"X: a\n" * 10_000_000 + b"\n\nx", "more than 10,000 headers"),
    "five million stray lines": (
        lambda: b"Subject: a\njunk\n" * 3_000_000,
        "more than 10,000 headers",
    ),
    "lines like boundaries": (
        lambda: typed(b"multipart/mixed; boundary=b", b"--b\n\n" + b"--\n" * 10_000_000),
        "more lines that look like boundaries than an email has",
    ),
    "26 MB of text": (lambda: text(b"word " * 5_300_000), "26,500,000 bytes of text"),
}


@pytest.mark.parametrize("name", HELD)
def test_mail_beyond_the_budgets_is_held_with_its_cause(name: str) -> None:
    make, cause = HELD[name]
    raw = make()
    mail = mime.parse(raw)
    assert (mail.held, mail.size) == (cause, len(raw))


def test_held_mail_says_who_wrote_it() -> None:
    mail = mime.parse(nested(101))
    assert mail.sender is not None
    assert (mail.sender.address, mail.subject) == ("mia@berg.test", "Order 17")


def test_a_mail_with_a_header_that_is_too_long_can_be_read() -> None:
    """Only that header is cut, between two addresses or words."""
    many = b", ".join(b'"C, D" <c%d@berg.test>' % n for n in range(4_000))
    mail = mime.parse(b"To: " + many + b"\nFrom: mia@berg.test\n\nPlease help.\n")
    assert (mail.held, mail.text) == ("a header of 102,893 bytes", "Please help.")
    assert mail.defects == ("To has 102,893 bytes; what exceeds 64 KiB is cut",)
    assert mail.to == tuple(Address("C, D", f"c{n}@berg.test") for n in range(len(mail.to)))
    assert len(mail.to) > 2_000
    mail = mime.parse(b"Subject: " + b"word " * 14_000 + b"\nFrom: mia@berg.test\n\nPlease help.\n")
    assert (mail.text, {*mail.subject.split()}) == ("Please help.", {"word"})
    stray = b"From: mia@berg.test\n" + b"junk " * 20_000 + b"\nSubject: a\n\nPlease help.\n"
    assert mime.parse(stray).text == "Please help."


READ: dict[str, Callable[[], bytes]] = {
    "encoded words that never begin": lambda: b"Subject: " + b"=?" * 32_000 + b"\n\nx",
    "encoded words without an end": lambda: b"Subject: " + b"=?a?q?" * 10_000 + b"\n\nx",
    "parentheses": lambda: b"From: " + b"(" * 64_000 + b"\n\nx",
    "brackets": lambda: b"From: " + b"<" * 64_000 + b"\n\nx",
    "at signs": lambda: b"From: " + b"a @ " * 16_000 + b"\n\nx",
    "backslashes in quotes": lambda: b"From: " + b'"\\' * 32_000 + b"\n\nx",
    "white space": lambda: b"From: " + b" " * 64_000 + b"@\n\nx",
    "ids": lambda: b"References: " + b"<a@b>" * 12_000 + b"\n\nx",
    "parameters": lambda: b"Content-Type: text/plain; " + b"; " * 30_000 + b"\n\nx",
    "sections of a parameter": lambda: b"Content-Type: text/plain" + b"; a*0=b" * 9_000 + b"\n\nx",
    "a date of digits": lambda: b"Date: " + b"9" * 60_000 + b"\n\nx",
    "a date of comments": lambda: b"Date: " + b"(" * 60_000 + b"\n\nx",
    "base64 that swells": lambda: typed(b"application/zip", b"QUJD" * 4 * MIB, b"base64"),
    "base64 padded everywhere": lambda: typed(b"application/zip", b"QQ==\n" * 3 * MIB, b"base64"),
    "soft breaks": lambda: typed(b"text/plain", b"=   " * 2 * MIB, b"quoted-printable"),
    "uuencoded lines": lambda: typed(
        b"application/zip", b"begin 644 x\n" + b"M\n" * 3 * MIB, b"x-uuencode"
    ),
    "shifts of ISO-2022-JP": lambda: typed(
        b"text/plain; charset=iso-2022-jp", b"\x1b$B\xff\xff" * MIB
    ),
    "flowed lines": lambda: typed(b"text/plain; format=flowed", b"a \n" * 2 * MIB),
    "a line of HTML": lambda: html(b"<p>hello <b>x</b>" + b"a " * 2 * MIB),
    "many divs": lambda: html(b"<div>" * 300_000),
    "nested bold in many paragraphs": lambda: html(
        b"<p>" + b"".join(b"<b a=%d>" % n for n in range(20_000)) + b"</p><p>x</p>" * 20_000
    ),
    "nested quotes": lambda: html(b"<blockquote>x" * 40_000),
    "nested lists": lambda: html(b"<ul><li>x" * 30_000),
    "open brackets": lambda: html(b"<" * 60_000),
    "tags that never end": lambda: html(b"<a " * 60_000),
    "quotes that never end": lambda: html(b"<a x=\"<a x='" * 30_000),
    "comments that never end": lambda: html(b"<!--" * 60_000),
    "scripts that never end": lambda: html(b"<script>" * 60_000),
    "attributes": lambda: html(b"<p " + b"a=b " * 2 * MIB + b">x"),
    "entities": lambda: html(b"&#x41;" * 60_000),
    "links": lambda: html(b"<a href=http://x.test>y" * 60_000),
    "quotes and answers": lambda: text(b"> x\ny\n" * 40_000),
    "attributions that never end": lambda: text(b"On 1 2024\n" * 26_000),
    "a line that begins like an attribution": lambda: text(b"On " + b"1 " * 120_000),
    "lines that end like an attribution": lambda: text(b"1@:\n" * 62_000),
    "attributions in no language": lambda: text(
        b"2026-01-01 10:00 xx yy zz <a@b.test> qq:\n" * 6_000
    ),
    "prompts below text": lambda: text(b"x\n" * 60_000 + b"> a\n" + b">>> b\n" * 20_000),
    "greetings": lambda: text(
        b"> hi-----hi-----hi-----hi-----hi-----hi-----hi-----hi?\n> a\n> b\n> c\n\nx\n" * 2_000
    ),
    "at signs in a bracket": lambda: text((b"<" + b"@" * 390 + b":\n> x\n") * 600),
    "attributions in many quotes": lambda: text(b"> 1@:\n> 2@:\n> 3@:\n> 4@:\n> 5@:\nno\n" * 7_000),
    "hyphens and spaces": lambda: text(b"-" * 120_000 + b" " * 120_000 + b"x"),
    "recipients": lambda: (
        b"".join(b"%s: %s\n" % (name, PEOPLE) for name in (b"To", b"Reply-To", b"References"))
        + BY_A_STRANGER
    ),
    "stars": lambda: text(b"> " + b"*" * 250_000 + b"x"),
    "spaces of a subject": lambda: (
        b"Message-ID: <2@b.test>\nIn-Reply-To: <1@b.test>\nSubject: a" + b" " * 64_000 + b"b\n\nx"
    ),
    "prefixes of a subject": lambda: (
        b"In-Reply-To: <1@b.test>\n" + announced("пересл" * 20_000).encode()
    ),
    "initials": lambda: (
        b"From: "
        + b" ".join(b"a%d" % n for n in range(9_000))
        + b" <a@b.test>\n\nyes\n\nAda <a@b.test> wrote:\n> "
        + b"[bb]" * 50_000
    ),
    "names of headers": lambda: text(b"From: x\nfoo\n" * 20_000),
    "separators": lambda: text(b"--\nx\n" * 50_000),
    "lines of phones": lambda: text(b"sent from my phone and and and\n" * 8_000),
    "rules": lambda: text(b"-----\n\n" * 36_000),
    "users of a report": lambda: SERVER + b"user " * 12_000,
    "addresses of a report": lambda: SERVER + b"".join(b"a%d@b.test\n" % n for n in range(6_000)),
    "blocks of a report": lambda: typed(
        b"message/delivery-status",
        b"Final-Recipient: rfc822;a@b.test\nAction: failed\nStatus: 5.1.1\n\n" * 100_000,
    ),
    "stray lines of a report": lambda: typed(b"message/delivery-status", b"x\n" * 2 * MIB),
    "forms of a text": lambda: alternatives(90, b"blue " * 20_000, b"<p>red a b c d " * 100_000),
    "forms with comments that never end": lambda: alternatives(
        2, b"blue", b"<!--" * 60_000 + b"<style>" * 60_000
    ),
    "colours": lambda: html(
        b"<p style='" + b"color:#888;" * 100_000 + b"'>x" + b"<font color=red>y" * 60_000
    ),
    "spaces of a colour": lambda: html(b"<p style='color" + b" " * 2 * MIB + b":red'>x"),
    "mail in mail in colours": lambda: html(
        b"x<br>From: a@b.test<br>Sent: 1.1.2026 10:00<br>To: c<br>Subject: d<br><font color=red>y<br>"
        * 1_500
    ),
    "arrows": lambda: text(
        b"yes\n\nAda <a@b.test> wrote:\n" + b"> ?" + b"-" * 120_000 + b"?" + b"> " * 50_000 + b"\n"
    ),
    "lines of machines": lambda: (
        announced("lamp").replace("yes\n", "hi, a extern virus excus outlook \n" * 30).encode()
        + b"x " * 100_000
    ),
    "letters of machines": lambda: (
        announced("lamp")
        .replace("yes\n", "".join(f"{'excus' * 70} {n}\n" for n in range(30)))
        .encode()
    ),
    "attributes of a winmail.dat": lambda: tnef(outlook.attribute(1, 0x8004, 1, b"") * 400_000),
    "files of a winmail.dat": lambda: tnef(outlook.file(b"", b"") * 100_000),
    "properties of a winmail.dat": lambda: tnef(
        outlook.attribute(1, 0x9003, 6, pack("<I", 0xFFFFFFFF) + pack("<HHI", 3, 1, 1) * 400_000)
    ),
    "values of a property": lambda: tnef(
        outlook.attribute(1, 0x9003, 6, pack("<IHHI", 1, 0x101E, 1, 0xFFFFFFFF) + bytes(4 * MIB))
    ),
    "RTF that swells": lambda: rtf(
        pack("<II4sI", 0x7FFFFFFF, 2 * MIB, b"LZFu", 0) + b"\xff" + b"\x00\x0f" * 300_000
    ),
    "RTF that claims too much": lambda: rtf(
        pack("<II4sI", 99, 0xFFFFFFFF, b"LZFu", 0) + b"\0" * 99
    ),
    "groups of RTF": lambda: rtf(outlook.stored(b"{\\rtf1" + b"{" * MIB)),
    "words of RTF": lambda: rtf(outlook.stored(b"{\\rtf1" + b"\\u1\\f1\\'41" * 100_000)),
    "bytes of RTF": lambda: rtf(outlook.stored(b"{\\rtf1\\bin999999999 x")),
    "messages in a winmail.dat": lambda: tnef(packed_messages(200)),
    "many packed parts": lambda: typed(
        b"multipart/mixed; boundary=b",
        b"--b\nContent-Type: application/ms-tnef\n\n%b\n"
        % outlook.winmail(outlook.file(b"a", b"b"))
        * 900,
    ),
    "pieces of a signature": lambda: typed(
        b"application/pkcs7-mime",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"
        + b"\x31\x80" * 2 * MIB,
    ),
    "signed texts that never end": lambda: text(b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 7_000),
    "encrypted texts": lambda: text(
        b"-----BEGIN PGP MESSAGE-----\n-----END PGP MESSAGE-----\n" * 4_000
    ),
    "calendars": lambda: typed(
        b"multipart/mixed; boundary=b",
        b"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n" * 900,
    ),
    "null bytes": lambda: b"\0" * MIB,
    "one line": lambda: b"a" * 20 * MIB,
}


@pytest.mark.parametrize("name", READ)
def test_crafted_mail_is_read_in_one_pass(name: str) -> None:
    mail = mime.parse(READ[name]())
    assert mail.held is None
    assert len(mail.text) < 40 * MIB


def test_a_report_of_thousands_names_a_thousand() -> None:
    mail = mime.parse(READ["addresses of a report"]())
    assert mail.kind is MailKind.BOUNCE
    assert mail.bounce is not None
    assert len(mail.bounce.recipients) == 1_000
