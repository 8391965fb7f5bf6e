"""Mail that asks for too much work is held or read in one pass. Each of these took minutes, or gigabytes, by a parser that was less careful;
where one comes back, its test does not end."""

from collections.abc import Callable

import pytest

from supportcli.channels import mime
from supportcli.domain.mail import MailKind

MIB = 1024 * 1024
HEAD = b"From: mia@berg.test\nSubject: Order 17\nMIME-Version: 1.0\n"
SERVER = b"Return-Path: <>\nFrom: mailer-daemon@mx.test\nSubject: failure notice\n\ncould not deliver\n"


def typed(kind: bytes, body: bytes, encoding: bytes = b"8bit") -> bytes:
    return HEAD + b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n" + body


def text(body: bytes) -> bytes:
    return typed(b"text/plain; charset=utf-8", body)


def html(body: bytes) -> bytes:
    return typed(b"text/html; charset=utf-8", body)


def nested(levels: int) -> bytes:
    return HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(levels))


HELD: dict[str, tuple[Callable[[], bytes], str]] = {
    "100,000 levels": (lambda: nested(100_000), "parts nested deeper than 100"),
    "a million parts": (lambda: typed(b"multipart/mixed; boundary=b", b"--b\n\nx\n" * 1_000_000), "more than 1,000 parts"),
    "a subject of 200,000 encoded words": (lambda: b"Subject: " + b"=?utf-8?q?a?= " * 200_000 + b"\n\nx", "a header of 2,800,010 bytes"),
    "200,000 parentheses": (lambda: b"To: " + b"(" * 200_000 + b"\n\nx", "a header of 200,005 bytes"),
    "a header of 50 MB": (lambda: b"X: " + b"a" * 50 * MIB + b"\n\nx", "a header of 52,428,804 bytes"),
    "a folded header of 50 MB": (lambda: b"X: " + b"a\n " * 17 * MIB + b"\n\nx", "a header of 53,477,380 bytes"),
    "ten million headers": (lambda: b"X: a\n" * 10_000_000 + b"\n\nx", "more than 10,000 headers"),
    "five million stray lines": (lambda: b"Subject: a\njunk\n" * 3_000_000, "more than 10,000 headers"),
    "lines like boundaries": (
        lambda: typed(b"multipart/mixed; boundary=b", b"--b\n\n" + b"--\n" * 10_000_000),
        "more lines that look like boundaries than a mail has",
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
    "base64 that swells": lambda: typed(b"application/zip", b"QUJD" * 16 * MIB, b"base64"),
    "base64 padded everywhere": lambda: typed(b"application/zip", b"QQ==\n" * 10 * MIB, b"base64"),
    "soft breaks": lambda: typed(b"text/plain", b"=   " * 6 * MIB, b"quoted-printable"),
    "uuencoded lines": lambda: typed(b"application/zip", b"begin 644 x\n" + b"M\n" * 10 * MIB, b"x-uuencode"),
    "shifts of ISO-2022-JP": lambda: typed(b"text/plain; charset=iso-2022-jp", b"\x1b$B\xff\xff" * MIB),
    "flowed lines": lambda: typed(b"text/plain; format=flowed", b"a \n" * 6 * MIB),
    "a line of HTML": lambda: html(b"<p>hello <b>x</b>" + b"a " * 5 * MIB),
    "a million divs": lambda: html(b"<div>" * 1_000_000),
    "nested bold in many paragraphs": lambda: html(b"<p>" + b"".join(b"<b a=%d>" % n for n in range(20_000)) + b"</p><p>x</p>" * 20_000),
    "nested quotes": lambda: html(b"<blockquote>x" * 150_000),
    "nested lists": lambda: html(b"<ul><li>x" * 90_000),
    "open brackets": lambda: html(b"<" * 190_000),
    "tags that never end": lambda: html(b"<a " * 190_000),
    "quotes that never end": lambda: html(b"<a x=\"<a x='" * 90_000),
    "comments that never end": lambda: html(b"<!--" * 190_000),
    "scripts that never end": lambda: html(b"<script>" * 190_000),
    "attributes": lambda: html(b"<p " + b"a=b " * 5 * MIB + b">x"),
    "entities": lambda: html(b"&#x41;" * 190_000),
    "links": lambda: html(b"<a href=http://x.test>y" * 190_000),
    "quotes and answers": lambda: text(b"> x\ny\n" * 40_000),
    "attributions that never end": lambda: text(b"On 1 2024\n" * 26_000),
    "a line that begins like an attribution": lambda: text(b"On " + b"1 " * 120_000),
    "names of headers": lambda: text(b"From: x\nfoo\n" * 20_000),
    "separators": lambda: text(b"--\nx\n" * 50_000),
    "lines of phones": lambda: text(b"sent from my phone and and and\n" * 8_000),
    "rules": lambda: text(b"-----\n\n" * 36_000),
    "users of a report": lambda: SERVER + b"user " * 12_000,
    "addresses of a report": lambda: SERVER + b"".join(b"a%d@b.test\n" % n for n in range(6_000)),
    "blocks of a report": lambda: typed(b"message/delivery-status", b"Final-Recipient: rfc822;a@b.test\nAction: failed\nStatus: 5.1.1\n\n" * 300_000),
    "stray lines of a report": lambda: typed(b"message/delivery-status", b"x\n" * 5 * MIB),
    "null bytes": lambda: b"\0" * MIB,
    "one line": lambda: b"a" * 20 * MIB,
}


@pytest.mark.parametrize("name", READ)
def test_crafted_mail_is_read_in_one_pass(name: str) -> None:
    mail = mime.parse(READ[name]())
    assert mail.held is None
    assert len(mail.text) < 40 * MIB


def test_a_report_of_thousands_names_a_hundred() -> None:
    mail = mime.parse(READ["addresses of a report"]())
    assert mail.kind is MailKind.BOUNCE
    assert mail.bounce is not None
    assert len(mail.bounce.recipients) == 100
