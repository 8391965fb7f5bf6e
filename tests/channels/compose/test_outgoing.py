"""Replies as bytes, read back by the standard library."""

import email
import email.policy
import unicodedata
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.channels.compose.addresses import on_the_wire
from supportcli.channels.compose.history import MAX_QUOTED
from supportcli.channels.compose.outgoing import ReplyMail, compose
from supportcli.channels.compose.thread_index import reply_index
from supportcli.domain.mail import Address, Mail
from supportcli.errors.replies import AddressRefused, HeaderRefused

SENT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
EXCHANGE = "<AM0PR04MB" + "1234567890ABCDEF" * 4 + "@AM0PR04MB1234.eurprd04.prod.outlook.com>"
PARENT = Mail(
    sha256="",
    size=1,
    message_id=EXCHANGE,
    references=("<first@shop.test>", f"<{'long' * 30}@shop.test>"),
    subject="Mahlwerk",
    sender=Address("Grace", "grace@customer.test"),
    sent=SENT - timedelta(days=1),
    text="It grinds.\n> and grinds\n",
)
REPLY = ReplyMail(
    ticket=12,
    message_id="<supportcli.12.u1.aaaaaaaaaaaaaaaaaaaaaaaa@shop.test>",
    sender=Address("Ada Löve", "help@shop.test"),
    to=(Address("Grace", "grace@customer.test"),),
    subject="AW: Mahlwerk",
    text="Try this.",
    sent=SENT,
    parent=PARENT,
)


def read(raw: bytes) -> EmailMessage:
    """The mail, which has to consist of lines that end in CRLF and of nothing a server could object
    to."""
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\0" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.defects == []
    return mail


def part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content()).replace("\r\n", "\n")


def test_headers_hold_the_thread_together() -> None:
    mail = read(compose(REPLY))
    assert mail["Subject"] == "Re: Mahlwerk [#12]"
    assert mail["From"] == "Ada Löve <help@shop.test>"
    assert mail["To"] == "Grace <grace@customer.test>"
    assert mail["Cc"] is None
    assert mail["Date"].datetime == SENT
    assert mail["Message-ID"] == REPLY.message_id
    assert mail["Thread-Topic"] == "Mahlwerk"


def test_ids_longer_than_a_line_arrive_as_they_are() -> None:
    raw = compose(REPLY)
    mail = read(raw)
    assert f"\r\n {EXCHANGE}\r\n".encode() in raw
    assert mail["In-Reply-To"].strip() == EXCHANGE
    assert mail["References"].split() == [*PARENT.references, EXCHANGE]


def test_a_parent_without_an_id_is_answered_by_what_the_ticket_knows() -> None:
    mail = read(
        compose(replace(REPLY, parent=replace(PARENT, message_id=None), thread=("<a@x>", "<b@x>")))
    )
    assert (mail["In-Reply-To"], mail["References"]) == ("<b@x>", "<a@x> <b@x>")


def test_the_first_mail_of_a_ticket_refers_to_nothing() -> None:
    mail = read(compose(replace(REPLY, parent=None)))
    assert (mail["In-Reply-To"], mail["References"]) == (None, None)
    assert part(mail, "plain") == "Try this.\n"


def test_history_is_quoted_below_in_both_parts() -> None:
    mail = read(compose(REPLY))
    quoted = "On 2026-03-03 at 09:30 UTC, Grace <grace@customer.test> wrote:\n> It grinds.\n>> and grinds\n"
    assert part(mail, "plain") == f"Try this.\n\n{quoted}"
    assert "<blockquote>It grinds.<br>\n&gt; and grinds</blockquote>" in part(mail, "html")


def test_long_history_is_cut_with_a_mark() -> None:
    text = part(
        read(compose(replace(REPLY, parent=replace(PARENT, text="word\n" * MAX_QUOTED)))), "plain"
    )
    assert text.endswith("> word\n> […]\n")
    assert len(text) < 2 * MAX_QUOTED


def test_the_same_reply_is_the_same_bytes() -> None:
    assert compose(REPLY) == compose(REPLY)


@pytest.mark.parametrize(
    ("reply", "header"),
    [
        (replace(REPLY, subject="a\r\nBcc: all@shop.test"), "Subject"),
        (replace(REPLY, subject="a\0b"), "Subject"),
        *(
            (replace(REPLY, subject=f"a{end}b"), "Subject")
            for end in "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
        ),
        (replace(REPLY, message_id="<a@b>\r\nBcc: all@shop.test"), "Message-ID"),
        (
            replace(REPLY, parent=replace(PARENT, thread_topic="a\nBcc: all@shop.test")),
            "Thread-Topic",
        ),
    ],
)
def test_a_line_break_in_a_header_is_refused(reply: ReplyMail, header: str) -> None:
    with pytest.raises(HeaderRefused, match=header):
        compose(reply)


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nBcc: all@shop.test",
        'Doe, "John" \\',
        "=?utf-8?q?x?=",
        "Ada <x@evil.test>",
        "山田" * 60,
        "a\0b",
        "\N{BELL}",
    ],
)
def test_a_name_stays_a_name(name: str) -> None:
    try:
        mail = read(compose(replace(REPLY, to=(Address(name, "grace@customer.test"),))))
    except HeaderRefused:
        assert "\0" in name
        return
    assert [address.addr_spec for address in mail["To"].addresses] == ["grace@customer.test"]
    assert mail["Bcc"] is None


@pytest.mark.parametrize(
    ("address", "wire"),
    [
        ("a..b@docomo.test", "a..b@docomo.test"),
        ("a@faß.test", "a@xn--fa-hia.test"),
        ("a@BÜCHER.test", "a@xn--bcher-kva.test"),
        ("ö@b.test", "ö@b.test"),
        ("Reply+AbC9@B.test", "Reply+AbC9@B.test"),
        ('"john doe"@b.test', '"john doe"@b.test'),
    ],
)
def test_odd_addresses_can_be_answered(address: str, wire: str) -> None:
    assert on_the_wire(address) == wire
    raw = compose(replace(REPLY, to=(Address.of("", address),)))
    assert f"To: {wire.rpartition('@')[0]}@{wire.rpartition('@')[2].lower()}\r\n".encode() in raw
    assert raw.isascii() is wire.isascii()


@pytest.mark.parametrize(
    "address",
    [
        *(
            "",
            "a",
            "@b",
            "a@",
            "a b@c",
            "a@b>\r\nRCPT TO:<c@d",
            "a@b,c@d",
            "a@@b",
            "a\0@b",
            "a@b\r\n",
            "<a@b>",
            "a@b\xa0c",
            "a@b\x85c",
        ),
        *('"a>"@b', '"a\\""@b', '"a\r\nb"@c', "a@[192.0.2.7]", "a@b..c", "a@b.", f"a@{'b' * 64}"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        compose(replace(REPLY, to=(Address("", address),)))


@given(st.text())
def test_any_text_can_be_sent_and_loses_no_letter(text: str) -> None:
    sent = part(read(compose(replace(REPLY, text=text, parent=None))), "plain")
    assert _seen(sent) == _seen(text)


def _seen(text: str) -> list[str]:
    """The letters of a text that somebody sees."""
    unseen = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return [
        letter
        for letter in text
        if letter != "\ufffd" and unicodedata.category(letter) not in unseen
    ]


@pytest.mark.parametrize(
    "line",
    [".", ".\r\n.\r", "From me", "x" * 5_000, "--=_supportcli.12.u1.aaaaaaaaaaaaaaaaaaaaaaaa--"],
)
def test_a_line_that_means_something_to_a_server_stays_text(line: str) -> None:
    text = part(read(compose(replace(REPLY, text=f"a\n{line}\nb", parent=None))), "plain")
    assert text.split() == f"a\n{line}\nb".split()


def test_html_shows_what_was_written() -> None:
    html = part(read(compose(replace(REPLY, text="<b>&amp;\n\nnext"))), "html")
    assert "<p>&lt;b&gt;&amp;amp;</p>\n<p>next</p>" in html


def test_outlook_files_the_reply_under_its_parent() -> None:
    parent = "AdF2lXh4rM3ZQWvVRcqPz1aAqUOXNA=="
    mail = read(
        compose(
            replace(REPLY, parent=replace(PARENT, thread_index=parent, thread_topic="Mahlwerk"))
        )
    )
    index = b64decode(mail["Thread-Index"])
    assert index[:22] == b64decode(parent)
    assert len(index) == 27


@pytest.mark.parametrize(
    "index", ["", "AdF2", "!!!!", "AdF2lXh4rM3ZQWvVRcqPz1aAqUOXNAAA", "A" * 40_000, "ö"]
)
def test_what_is_no_conversation_index_is_not_continued(index: str) -> None:
    assert reply_index(index, SENT) is None


FILES = (
    ("Rücksendung – 日本.pdf", b"%PDF\0\r\n.\r\n"),
    ("a.eml", b"From: x\n\nhi"),
    ("a.tar.gz", b"\x1f\x8b"),
    ("empty.txt", b""),
)


def test_files_go_with_a_reply_and_come_out_as_they_went_in() -> None:
    raw = compose(replace(REPLY, files=FILES))
    mail = read(raw)
    assert mail.get_content_type() == "multipart/mixed"
    parts = list(mail.iter_attachments())
    assert [(part.get_filename(), part.get_payload(decode=True)) for part in parts] == list(FILES)
    assert [part.get_content_type() for part in parts] == [
        "application/pdf",
        "application/octet-stream",
        "application/octet-stream",
        "text/plain",
    ]
    assert part(mail, "plain").startswith("Try this.\n\nOn 2026")
    assert raw == compose(replace(REPLY, files=FILES))
    ours = mime.parse(raw)
    assert [(file.name, mime.attachment(raw, file.part)) for file in ours.attachments] == list(
        FILES
    )
    assert ours.defects == ()


def html_of(text: str, *literal: str) -> str:
    return part(read(compose(replace(REPLY, text=text, parent=None, literal=literal))), "html")


def test_what_an_agent_writes_is_markdown() -> None:
    html = html_of(
        "Dear *you*,\nnext line\n\n- **one**\n- [two](https://shop.test/?a=1&b=2)\n\n`code`"
    )
    assert "<p>Dear <em>you</em>,<br>\nnext line</p>" in html
    assert "<li><strong>one</strong></li>" in html
    assert '<a href="https://shop.test/?a=1&amp;b=2">two</a>' in html
    assert "<code>code</code>" in html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("C:\\_temp\\*", "C:\\_temp\\*"),
        ("&amp; &#65;", "&amp;amp; &amp;#65;"),
        ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](data:text/html,a)", "[x](data:text/html,a)"),
        ("[a]: https://x.test", "[a]: https://x.test"),
        ("a\n---", "<p>a</p>\n<hr>"),
        ("    indented", "<p>indented</p>"),
    ],
)
def test_nothing_that_was_typed_is_lost_or_run(text: str, shown: str) -> None:
    assert shown in html_of(text)


def test_a_quote_ends_where_its_marks_do() -> None:
    html = html_of("> It grinds?\n> Really?\nYes.\n\n```\n> a\nb\n```")
    assert "<blockquote>\n<p>It grinds?<br>\nReally?</p>\n</blockquote>\n<p>Yes.</p>" in html
    assert "<pre><code>&gt; a\nb\n</code></pre>" in html


@pytest.mark.parametrize("begins", ["> ", "- ", "1. ", "# ", "```", "---"])
def test_no_line_of_a_signature_swallows_the_next(begins: str) -> None:
    signature = f"-- \nAda\n{begins}**motto**\nlast\nMill Shop"
    mail = replace(REPLY, text="Yes.", parent=None, signature=signature)
    html = part(read(compose(mail)), "html")
    shown = begins.replace(">", "&gt;")
    assert f"Ada<br>\n{shown}<strong>motto</strong><br>\nlast<br>\nMill Shop</p>" in html


def test_no_picture_is_loaded() -> None:
    assert "<img" not in html_of("![x](https://evil.test/pixel.png)")


@pytest.mark.parametrize(
    "name",
    ["[click](https://evil.test)", "*Maria*", "{{ 7*7 }}", "[/x]", "<b>", "https://a.test/*b*"],
)
def test_the_words_of_strangers_are_no_markdown(name: str) -> None:
    from html import escape

    assert f"<p>Hello {escape(name)}, <strong>hello</strong></p>" in html_of(
        f"Hello {name}, **hello**", name
    )


@given(st.text(), st.text(min_size=1))
def test_any_text_has_an_html_part(text: str, name: str) -> None:
    assert "<script" not in html_of(f"{text} {name}", name)
