"""The shop's mail parses, and every kind that the demo promises is among it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from itertools import pairwise

import pytest

from supportcli.demo.mails import Post, mails
from supportcli.demo.story import MAILBOX, stories

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MACHINES = {
    "mailer-daemon@mail.halden.test",
    "news@weeklygrind.test",
    "noreply@postwagen.test",
    "forms@formpost.test",
    "it-support@ha1den-mail.test",
    "friend@pranks.test",
    "kevin@rank-rocket.test",
}


@cache
def inbox() -> list[tuple[Post, EmailMessage]]:
    return [
        (post, message_from_bytes(post.raw, EmailMessage, policy=default))
        for post in mails(NOW)
        if post.folder == "INBOX"
    ]


def senders() -> Counter[str]:
    return Counter(str(mail["From"].addresses[0].addr_spec) for _, mail in inbox())


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    assert body is not None
    return str(body.get_content())


def by(address: str) -> list[EmailMessage]:
    return [mail for _, mail in inbox() if mail["From"].addresses[0].addr_spec == address]


def test_sixty_mails_of_twenty_five_customers() -> None:
    assert len(inbox()) == 60
    assert len(senders().keys() - MACHINES) == 25


def test_the_same_moment_makes_the_same_bytes() -> None:
    assert mails(NOW) == mails(NOW)


def test_mail_is_whole_on_the_wire() -> None:
    for post in mails(NOW):
        assert post.raw.count(b"\n") == post.raw.count(b"\r\n") == post.raw.count(b"\r")
        head, _, body = post.raw.partition(b"\r\n\r\n")
        assert head.isascii()
        assert body
        assert max(map(len, post.raw.split(b"\r\n"))) <= 998


def test_mail_is_spread_over_nine_days_and_most_is_of_the_last_half_day() -> None:
    ages = [NOW - post.at for post, _ in inbox()]
    assert timedelta(days=8) < max(ages) < timedelta(days=9)
    assert min(ages) > timedelta(0)
    assert sum(age < timedelta(hours=12) for age in ages) > len(ages) / 2


def test_dates_are_those_of_the_server() -> None:
    for post, mail in inbox():
        assert mail["Date"].datetime == post.at


def test_message_ids_are_different() -> None:
    ids = [mail["Message-ID"] for _, mail in inbox()]
    assert ids.count(None) == 1
    assert len(set(ids)) == len(ids)


def test_every_thread_leads_back_to_mail_in_the_mailbox() -> None:
    known = {message_from_bytes(post.raw)["Message-ID"] for post in mails(NOW)}
    answers = [mail for _, mail in inbox() if mail["In-Reply-To"]]
    assert len(answers) > 20
    for mail in answers:
        assert mail["In-Reply-To"] in known
        assert mail["References"].split()[-1] == mail["In-Reply-To"]
        assert set(mail["References"].split()) <= known


def test_addresses_belong_to_nobody() -> None:
    """Names under .test can never be real (RFC 2606, 2)."""
    for post in mails(NOW):
        mail = message_from_bytes(post.raw, EmailMessage, policy=default)
        for name in ("From", "To", "Cc"):
            assert all(
                address.domain.endswith(".test")
                for address in (mail[name].addresses if mail[name] else ())
            )


@pytest.mark.parametrize(
    "charset",
    [
        "us-ascii",
        "utf-8",
        "iso-8859-1",
        "iso-8859-2",
        "iso-8859-9",
        "windows-1252",
        "iso-2022-jp",
        "koi8-u",
        "gb18030",
    ],
)
def test_charsets_of_the_field(charset: str) -> None:
    assert any(part.get_content_charset() == charset for _, mail in inbox() for part in mail.walk())


@pytest.mark.parametrize("encoding", ["7bit", "8bit", "quoted-printable", "base64"])
def test_encodings_of_the_field(encoding: str) -> None:
    assert any(
        part["Content-Transfer-Encoding"] == encoding
        for _, mail in inbox()
        for part in mail.walk()
        if part.get_content_maintype() == "text"
    )


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("j.brandt@nordlicht-post.test", "Mahlscheiben|metallisches Geräusch"),
        ("amelie.rousseau@courrielle.test", "joint|déçue"),
        ("lucia.fernandez@estudio-sur.test", "gestoría|desgravarlo"),
        ("ken.sato@asagiri.test", "変圧器"),
        ("marta.kowalska@poczta-lipa.test", "młynek Pico jest śliczny"),
        ("olha@shevchenko.test", "дуже тверда вода"),
        ("wang.xiaoming@chaye.test", "二十台"),
        ("mehmet.yilmaz@bosporus.test", "Makineyi bu"),
    ],
)
def test_customers_write_in_their_own_languages(address: str, words: str) -> None:
    written = "\n".join(map(text, by(address)))
    assert any(word in written for word in words.split("|"))


def test_two_people_write_with_the_same_subject() -> None:
    people = {
        mail["From"].addresses[0].addr_spec
        for _, mail in inbox()
        if mail["Subject"] == "Where is my order?"
    }
    assert len(people) == 2


def test_the_angry_customer_has_written_four_times() -> None:
    mails_of_derek = by("derek.mullins@tidewater.test")
    assert len(mails_of_derek) == 4
    assert "I want my MONEY" in text(mails_of_derek[-1])


def test_answers_stand_between_the_lines_of_a_quote() -> None:
    lines = next(
        text(mail) for mail in by("priya@raman.test") if "answers in between" in text(mail)
    ).splitlines()
    quoted = [line.startswith(">") for line in lines]
    changes = sum(one != other for one, other in pairwise(quoted))
    assert changes >= 6


def test_a_mail_that_is_only_html_with_a_table_and_a_tracking_pixel() -> None:
    mail = by("zoe@vandijk.test")[0]
    assert mail.get_content_type() == "text/html"
    assert "<table" in text(mail)
    assert 'width="1" height="1"' in text(mail)


def test_attachments_are_what_they_say() -> None:
    files = {
        part.get_filename(): part
        for _, mail in inbox()
        for part in mail.walk()
        if part.get_filename()
    }
    starts = {"image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-1.4"}
    kinds = Counter(part.get_content_type() for part in files.values())
    assert kinds["image/png"] >= 4
    assert kinds["application/pdf"] == 2
    assert kinds["text/csv"] == 2
    for part in files.values():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content.startswith(starts.get(part.get_content_type(), b""))
    assert "тест води.png" in files


def test_a_picture_stands_inside_the_html() -> None:
    mail = by("samuel.adeyemi@oakroom.test")[0]
    assert mail.get_content_type() == "multipart/related"
    assert [part["Content-ID"] for part in mail.iter_attachments()] == ["<wand@oakroom.test>"]


def test_an_automatic_answer() -> None:
    assert [mail["Auto-Submitted"] for mail in by("ilse.bauer@institut-donau.test")] == [
        None,
        "auto-replied",
    ]


def test_a_bounce_brings_the_lost_mail_back() -> None:
    [bounce] = by("mailer-daemon@mail.halden.test")
    assert bounce.get_content_type() == "multipart/report"
    assert bounce["Return-Path"] == "<>"
    _, status, returned = bounce.iter_parts()
    assert [part["Status"] for part in status.walk()][2] == "5.1.1"
    lost = returned.get_content()
    assert lost["Message-ID"] in {
        message_from_bytes(post.raw)["Message-ID"] for post in mails(NOW) if post.folder == "Sent"
    }


def test_a_newsletter_can_be_left() -> None:
    [newsletter] = by("news@weeklygrind.test")
    assert newsletter["List-Unsubscribe"]
    assert newsletter["Precedence"] == "bulk"


def test_a_trap_shows_another_link_than_it_follows() -> None:
    [phishing] = by("it-support@ha1den-mail.test")
    assert 'href="http://203.0.113.66/' in text(phishing)
    assert ">https://mail.halden.test/" in text(phishing)


def test_the_hostile_mail_carries_escape_sequences_in_every_field() -> None:
    [hostile] = by("friend@pranks.test")
    for field in (hostile["Subject"], hostile["From"].addresses[0].display_name, text(hostile)):
        assert "\x1b" in field
    assert "[@click=app.quit]" in hostile["Subject"]
    assert "\u202e" in hostile["Subject"]


def test_an_emoji_subject_and_a_very_long_mail() -> None:
    assert "☕️" in by("noor@haddad.test")[0]["Subject"]
    assert len(text(by("walter@finch-engineering.test")[0]).splitlines()) > 100


def test_every_customer_has_something_to_answer_but_who_is_away() -> None:
    silent = {story.who.address for story in stories() if not story.answers}
    assert silent - MACHINES == {"ilse.bauer@institut-donau.test"}
    assert max(len(story.answers) for story in stories()) == 2


def test_everybody_writes_to_the_mailbox() -> None:
    for post, mail in inbox():
        assert post.raw.startswith(b"Return-Path: ")
        assert mail["Delivered-To"] == MAILBOX.address
