"""How long a mail takes to parse, against the two parsers of the standard library doing less:
headers decoded, parts walked and decoded.

The mails are made from a seed and look like a help desk's: 27 KB on average, fifteen trace headers,
a plain and an HTML form, some quoting the mail before, one in ten with an attachment."""

import base64
import contextlib
import email
import email.policy
import random
from collections.abc import Callable, Iterator
from email.message import Message

from benchmarks.goal import Result, in_turn
from supportcli.channels import mime

MAILS = 300
WORDS = (
    "order",
    "parcel",
    "invoice",
    "blue",
    "shirt",
    "refund",
    "Köln",
    "please",
    "the",
    "a",
    "to",
    "of",
    "since Monday",
    "not here",
    "thank you",
)


def measure() -> Iterator[Result]:
    """Ours in turn with each of the others, all mails in each round."""
    mails = [letter(number, random.Random(number)) for number in range(MAILS)]
    size = sum(map(len, mails)) / len(mails) / 1024
    peers: list[tuple[str, Callable[[bytes], None], float, float]] = [
        ("compat32", compat32, 1.2, 0.6),
        ("policy.default", policy_default, 0.35, 0.15),
    ]
    for name, peer, limit, aim in peers:
        ours, theirs = in_turn(
            lambda: [mime.parse(raw) for raw in mails],
            lambda peer=peer: [peer(raw) for raw in mails],  # type: ignore[misc]
            rounds=5,
        )
        each = (
            f"{ours / MAILS * 1e6:.0f} µs a mail of {size:.0f} KB against "
            f"{theirs / MAILS * 1e6:.0f} µs"
        )
        yield Result(
            "P1a",
            f"a mail parsed : email's {name}",
            ours / theirs,
            limit=limit,
            aim=aim,
            detail=each,
        )


def compat32(raw: bytes) -> None:
    """What a program does with the default parser: walk, and decode the parts."""
    read(email.message_from_bytes(raw))


def policy_default(raw: bytes) -> None:
    """The same with the parser that decodes headers. It raises on some that people send; then the
    rest of the mail is skipped."""
    with contextlib.suppress(Exception):
        read(email.message_from_bytes(raw, policy=email.policy.default))


def read(message: Message) -> None:
    """Look at the headers that a help desk needs and decode all parts."""
    for name in ("From", "To", "Cc", "Subject", "Date", "Message-ID", "In-Reply-To", "References"):
        str(message[name])
    for part in message.walk():
        part.get_filename()
        if not part.is_multipart():
            part.get_payload(decode=True)


def letter(number: int, chance: random.Random) -> bytes:
    """One mail as bytes."""
    trace = "".join(
        f"Received: from mx{hop}.example.test (mx{hop}.example.test [192.0.2.{hop}])\r\n\tby "
        f"mx{hop + 1}.example.test (Postfix) with ESMTPS\r\n"
        f"\tfor <help@shop.test>; Sat, 31 Jan 2026 10:00:0{hop % 10} +0000 "
        f"(UTC)\r\nX-Trace-{hop}: {'x' * 60}\r\n"
        for hop in range(7)
    )
    subject = base64.b64encode(prose(chance, 8).encode()).decode()
    head = (
        f"Return-Path: <mia{number}@berg.test>\r\n{trace}From: =?utf-8?Q?Mia_B=C3=A4rg?= "
        f"<mia{number}@berg.test>\r\nTo: Shop <help@shop.test>\r\n"
        f"Subject: =?utf-8?B?{subject}?=\r\nDate: Sat, 31 Jan 2026 11:00:00 "
        f"+0100\r\nMessage-ID: <{number}@berg.test>\r\n"
        f"References: <{number}.a@shop.test> <{number}.b@shop.test>\r\nIn-Reply-To: "
        f"<{number}.b@shop.test>\r\nMIME-Version: 1.0\r\n"
    )
    paragraphs = [prose(chance, 60) for _ in range(6)]
    quoted = "\r\n".join(f"> {line}" for line in prose(chance, 200).split(". "))
    plain = (
        "\r\n\r\n".join(paragraphs)
        + f"\r\n\r\nOn Fri, 30 Jan 2026 at 10:00, Ada <ada@shop.test> wrote:\r\n\r\n{quoted}\r\n"
    )
    rich = "".join(
        f'<p style="margin:0"><span>{text}</span> <a href="https://shop.test/">shop</a></p>'
        for text in paragraphs
    )
    forms = part("text/plain; charset=utf-8", plain.encode()) + part(
        "text/html; charset=utf-8", f"<html><body>{rich}</body></html>".encode()
    )
    body = f'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n{forms}--alt--\r\n'
    if number % 10:
        return (head + body).encode()
    file = base64.encodebytes(chance.randbytes(130_000)).decode().replace("\n", "\r\n")
    attached = (
        'Content-Type: image/jpeg; name="photo.jpg"\r\nContent-Transfer-Encoding: '
        f"base64\r\n\r\n{file}"
    )
    return (
        f"{head}Content-Type: multipart/mixed; "
        f'boundary="mix"\r\n\r\n--mix\r\n{body}--mix\r\n{attached}--mix--\r\n'
    ).encode()


def part(kind: str, content: bytes) -> str:
    """A part of the alternative, in base64 as phones send it."""
    encoded = base64.encodebytes(content).decode().replace("\n", "\r\n")
    return f"--alt\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}"


def prose(chance: random.Random, words: int) -> str:
    """So many words, a full stop now and then."""
    return " ".join(
        chance.choice(WORDS) + ("." if place % 9 == 8 else "") for place in range(words)
    )
