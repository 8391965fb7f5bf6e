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
    for mail in story.mails:
        yield Post(compose(story, mail, now), now - mail.ago, "Sent" if mail.from_shop else "INBOX")


def compose(story: Story, mail: StoryMail, now: datetime) -> bytes:
    """A mail as bytes."""
    return (
        _envelope(story, mail, now)
        + _headers(story, mail, now)
        + (_report if mail.returned else _body)(story, mail, now)
    )


def _envelope(story: Story, mail: StoryMail, now: datetime) -> bytes:
    """The headers of the receiving server; empty for the shop's own mails."""
    if mail.from_shop:
        return b""
    sender = "" if mail.returned else mail.by.address
    host = mail.by.address.partition("@")[2]
    received = f"from mx.{host} by mail.halden.test; {_date(story, mail, now)}"
    return (
        header("Return-Path", f"<{sender}>")
        + header("Delivered-To", MAILBOX.address)
        + header("Received", received)
    )


def _headers(story: Story, mail: StoryMail, now: datetime) -> bytes:
    lines = [
        header("Date", _date(story, mail, now)),
        address_header("From", mail.by, mail.charset),
        address_header("To", mail.to),
        header("Subject", story.subject(mail), mail.charset),
    ]
    if mail.cc:
        lines.append(address_header("Cc", mail.cc))
    if not mail.no_id:
        lines.append(header("Message-ID", message_id(mail, now)))
    if mail.re:
        before = list(_before(story, mail))
        lines.append(header("In-Reply-To", message_id(before[-1], now)))
        lines.append(
            header("References", "\r\n ".join(message_id(earlier, now) for earlier in before))
        )
    lines.extend(header(name, value) for name, value in mail.headers)
    return b"".join(lines)


def _body(story: Story, mail: StoryMail, now: datetime) -> bytes:
    mark = f"=_{_stamp(mail, now)}"
    written = []
    if mail.text:
        written.append(text_part(_text(story, mail, now), "plain", mail.charset, mail.encoding))
    if mail.html:
        written.append(text_part(mail.html, "html", mail.charset, mail.encoding))
    pictures = [enclosed_part(enclosure) for enclosure in mail.enclosed if enclosure.id]
    files = [enclosed_part(enclosure) for enclosure in mail.enclosed if not enclosure.id]
    shown = multipart(
        "related", [multipart("alternative", written, mark + "_a"), *pictures], mark + "_r"
    )
    return multipart("mixed", [shown, *files], mark + "_m")


def _report(story: Story, mail: StoryMail, now: datetime) -> bytes:
    """A delivery report (RFC 3464) about a mail of the same story."""
    lost = story.mail(mail.returned)
    status = (
        "Reporting-MTA: dns; mail.halden.test\r\n\r\n"
        f"Final-Recipient: rfc822; {lost.to.address}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 Recipient address rejected: User unknown\r\n"
    )
    parts = [
        text_part(mail.text, "plain", "us-ascii", "7bit"),
        b"Content-Type: message/delivery-status\r\n\r\n" + status.encode(),
        b"Content-Type: message/rfc822\r\n\r\n" + compose(story, lost, now),
    ]
    return multipart("report; report-type=delivery-status", parts, f"=_{_stamp(mail, now)}")


def _text(story: Story, mail: StoryMail, now: datetime) -> str:
    """The mail's text, above what it answers if it quotes that."""
    if not mail.quote:
        return mail.text
    earlier = story.mail(mail.re)
    return (
        mail.text + "\n" + story.quoted(_text(story, earlier, now), now - earlier.ago, earlier.by)
    )


def _before(story: Story, mail: StoryMail) -> Iterator[StoryMail]:
    """The mails that led to this one, oldest first."""
    if mail.re:
        earlier = story.mail(mail.re)
        yield from _before(story, earlier)
        yield earlier


def message_id(mail: StoryMail, now: datetime) -> str:
    """The Message-ID of a mail, in angle brackets."""
    return f"<{_stamp(mail, now)}@{mail.by.address.partition('@')[2]}>"


def _stamp(mail: StoryMail, now: datetime) -> str:
    """A text that is unique among the mails of one sender: when it was written."""
    return f"{int((now - mail.ago).timestamp()):x}.{len(mail.text) + len(mail.html):x}"


def _date(story: Story, mail: StoryMail, now: datetime) -> str:
    return format_datetime((now - mail.ago).astimezone(story.zone))
