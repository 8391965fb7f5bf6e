"""The shop's mail: every mail of the stories as bytes, dated back from the demo's start. The same
`now` gives the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from supportcli.demo.parts import address_header, enclosed_part, header, multipart, text_part
from supportcli.demo.story import MAILBOX, Story, StoryMail, stories


@dataclass(frozen=True, slots=True)
class Post:
    """A mail in a folder of the mailbox, there since `at` (aware, UTC)."""

    raw: bytes
    at: datetime
    folder: str


def mails(now: datetime) -> list[Post]:
    """The content of the shop's mailbox at `now` (aware), oldest first: the customers' mails in
    INBOX, the shop's in Sent."""
    posts = (post for story in stories() for post in _posts(story, now))
    return sorted(posts, key=lambda post: post.at)


def _posts(story: Story, now: datetime) -> Iterator[Post]:
    for letter in story.letters:
        yield Post(
            compose(story, letter, now), now - letter.ago, "Sent" if letter.from_shop else "INBOX"
        )


def compose(story: Story, letter: StoryMail, now: datetime) -> bytes:
    """A mail as bytes."""
    return (
        _envelope(story, letter, now)
        + _headers(story, letter, now)
        + (_report if letter.returned else _body)(story, letter, now)
    )


def _envelope(story: Story, letter: StoryMail, now: datetime) -> bytes:
    """The headers of the receiving server; empty for the shop's own mails."""
    if letter.from_shop:
        return b""
    sender = "" if letter.returned else letter.by.address
    host = letter.by.address.partition("@")[2]
    received = f"from mx.{host} by mail.halden.test; {_date(story, letter, now)}"
    return (
        header("Return-Path", f"<{sender}>")
        + header("Delivered-To", MAILBOX.address)
        + header("Received", received)
    )


def _headers(story: Story, letter: StoryMail, now: datetime) -> bytes:
    lines = [
        header("Date", _date(story, letter, now)),
        address_header("From", letter.by, letter.charset),
        address_header("To", letter.to),
        header("Subject", story.subject(letter), letter.charset),
    ]
    if letter.cc:
        lines.append(address_header("Cc", letter.cc))
    if not letter.no_id:
        lines.append(header("Message-ID", message_id(letter, now)))
    if letter.re:
        before = list(_before(story, letter))
        lines.append(header("In-Reply-To", message_id(before[-1], now)))
        lines.append(
            header("References", "\r\n ".join(message_id(earlier, now) for earlier in before))
        )
    lines.extend(header(name, value) for name, value in letter.headers)
    return b"".join(lines)


def _body(story: Story, letter: StoryMail, now: datetime) -> bytes:
    mark = f"=_{_stamp(letter, now)}"
    written = []
    if letter.text:
        written.append(
            text_part(_text(story, letter, now), "plain", letter.charset, letter.encoding)
        )
    if letter.html:
        written.append(text_part(letter.html, "html", letter.charset, letter.encoding))
    pictures = [enclosed_part(enclosure) for enclosure in letter.enclosed if enclosure.id]
    files = [enclosed_part(enclosure) for enclosure in letter.enclosed if not enclosure.id]
    shown = multipart(
        "related", [multipart("alternative", written, mark + "_a"), *pictures], mark + "_r"
    )
    return multipart("mixed", [shown, *files], mark + "_m")


def _report(story: Story, letter: StoryMail, now: datetime) -> bytes:
    """A delivery report (RFC 3464) about a mail of the same story."""
    lost = story.letter(letter.returned)
    status = (
        "Reporting-MTA: dns; mail.halden.test\r\n\r\n"
        f"Final-Recipient: rfc822; {lost.to.address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 Recipient address rejected: User unknown\r\n"
    )
    parts = [
        text_part(letter.text, "plain", "us-ascii", "7bit"),
        b"Content-Type: message/delivery-status\r\n\r\n" + status.encode(),
        b"Content-Type: message/rfc822\r\n\r\n" + compose(story, lost, now),
    ]
    return multipart("report; report-type=delivery-status", parts, f"=_{_stamp(letter, now)}")


def _text(story: Story, letter: StoryMail, now: datetime) -> str:
    """The mail's text, above what it answers if it quotes that."""
    if not letter.quote:
        return letter.text
    earlier = story.letter(letter.re)
    return (
        letter.text + "\n" + story.quoted(_text(story, earlier, now), now - earlier.ago, earlier.by)
    )


def _before(story: Story, letter: StoryMail) -> Iterator[StoryMail]:
    """The mails that led to this one, oldest first."""
    if letter.re:
        earlier = story.letter(letter.re)
        yield from _before(story, earlier)
        yield earlier


def message_id(letter: StoryMail, now: datetime) -> str:
    """The Message-ID of a mail, in angle brackets."""
    return f"<{_stamp(letter, now)}@{letter.by.address.partition('@')[2]}>"


def _stamp(letter: StoryMail, now: datetime) -> str:
    """A text that is unique among the mails of one sender: when it was written."""
    return f"{int((now - letter.ago).timestamp()):x}.{len(letter.text) + len(letter.html):x}"


def _date(story: Story, letter: StoryMail, now: datetime) -> str:
    return format_datetime((now - letter.ago).astimezone(story.zone))
