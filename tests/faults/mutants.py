"""Poisoned mail, made from a seed: the ugly mails of tests/corpus, broken further, and bombs."""

import base64
import random
from collections.abc import Callable, Iterator
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "corpus"
LARGEST = 200_000
"""Larger mails are bombs, and have their own tests."""

HEAD = (
    b"From: Eve <eve@evil.test>\r\nTo: help@shop.test\r\nSubject: poison\r\n"
    b"Date: Mon, 2 Mar 2026 08:30:00 +0000\r\nMIME-Version: 1.0\r\n"
)


def sources() -> list[bytes]:
    """The mails of the corpus that are small enough to be broken by the thousand."""
    found = (path.read_bytes() for path in sorted(CORPUS.glob("*.eml")))
    return [raw for raw in found if len(raw) <= LARGEST]


def mutants(seed: int, count: int) -> Iterator[bytes]:
    """So many broken mails, each with one to three faults; none is empty."""
    rng = random.Random(seed)
    every = sources()
    for number in range(count):
        raw = rng.choice(every)
        for _ in range(rng.randint(1, 3)):
            raw = rng.choice(FAULTS)(rng, raw, every)
        # no two are the same, so that each has to be accounted for
        yield raw[:LARGEST] + b"\r\n%d\r\n" % number


Fault = Callable[[random.Random, bytes, list[bytes]], bytes]


def flip(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """Some bits are the other way round."""
    broken = bytearray(raw)
    for _ in range(rng.choice((1, 3, 30)) if raw else 0):
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
    return bytes(broken)


def truncate(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """The end is missing."""
    return raw[: rng.randrange(len(raw) + 1)]


def behead(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """The beginning is missing."""
    return raw[rng.randrange(len(raw) + 1) :]


def splice(rng: random.Random, raw: bytes, every: list[bytes]) -> bytes:
    """The beginning of one and the end of another."""
    other = rng.choice(every)
    return raw[: rng.randrange(len(raw) + 1)] + other[rng.randrange(len(other) + 1) :]


def repeat(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """A piece of it comes again and again."""
    start = rng.randrange(len(raw) + 1)
    piece = raw[start : start + rng.choice((1, 10, 100))]
    return raw[:start] + piece * rng.choice((2, 50, 500)) + raw[start:]


def shuffle(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """Its lines are in another order."""
    lines = raw.split(b"\n")
    rng.shuffle(lines)
    return b"\n".join(lines)


def drop(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """A line is missing."""
    lines = raw.split(b"\n")
    del lines[rng.randrange(len(lines))]
    return b"\n".join(lines)


def double(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """A header is there often."""
    head, blank, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    return b"\r\n".join(lines + [rng.choice(lines)] * rng.choice((1, 200))) + blank + body


TOKENS = (
    b"\x00", b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\xff", b"\xed\xa0\x80", b"\x1b]0;x\x07", b"=?utf-8?q?=0A?=", b"=?x?b?%?=", b"=?utf-8?b?",
    b"(((((((((", b"<<<<<", b">,;:@", b'"\\', b"--", b"Content-Type: multipart/mixed; boundary=\r\n", b"Content-Type: message/rfc822\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"; charset=rot13", b"; charset=idna", b"; filename*=utf-8''..%2F..%2Fx", b"%s%n{}[/]", b"[@click=app.quit]",
    b"\xe2\x80\xae", b"From: \r\n", b"Date: 99 Foo 99999 99:99:99 +9999\r\n", b"References: " + b"<a@b> " * 200,
)  # fmt: skip


def insert(rng: random.Random, raw: bytes, _every: list[bytes]) -> bytes:
    """Something that programs stumble over stands in the middle."""
    place = rng.randrange(len(raw) + 1)
    return raw[:place] + rng.choice(TOKENS) * rng.choice((1, 1, 20)) + raw[place:]


FAULTS: tuple[Fault, ...] = (
    flip,
    truncate,
    behead,
    splice,
    repeat,
    shuffle,
    drop,
    double,
    insert,
)


def multipart(parts: bytes) -> bytes:
    """A mail of many parts."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + parts + b"--b--\r\n"


def nested(depth: int) -> bytes:
    """Parts within parts."""
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(depth)
    )
    return HEAD + levels + b"\r\nbottom\r\n"


def attached(depth: int) -> bytes:
    """Mails within mails."""
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"\r\nbottom\r\n"


def headed(line: bytes, body: bytes = b"short") -> bytes:
    """A mail with more headers."""
    return HEAD + line + b"\r\n\r\n" + body + b"\r\n"


def encoded(how: bytes, body: bytes, kind: bytes = b"text/plain; charset=utf-8") -> bytes:
    """A mail whose body is encoded."""
    return headed(b"Content-Type: " + kind + b"\r\nContent-Transfer-Encoding: " + how, body)


def lines_of(encoded_bytes: bytes) -> bytes:
    """Base64 as mail has it."""
    return b"\r\n".join(encoded_bytes[i : i + 76] for i in range(0, len(encoded_bytes), 76))


MEGA = 1_000_000
HTML = b"text/html; charset=utf-8"

BOMBS: dict[str, Callable[[], bytes]] = {
    "10,000 deep": lambda: nested(10_000),
    "10,000 mails deep": lambda: attached(10_000),
    "100,000 parts": lambda: multipart(b"--b\r\n\r\nx\r\n" * 100_000),
    "1,000,000 parts": lambda: multipart(b"--b\r\n\r\n" * MEGA),
    "a header of 50 MB": lambda: headed(b"X-Long: " + b"x" * 50 * MEGA),
    "a folded header of 20 MB": lambda: headed(b"X-Long: " + b"x\r\n " * 5 * MEGA),
    "a subject of 5 MB": lambda: headed(b"Subject: " + b"=?utf-8?q?x?= " * 350_000),
    "1,000,000 headers": lambda: headed(b"X-A: b\r\n" * (MEGA - 1) + b"X-A: b"),
    "300,000 recipients": lambda: headed(b"Cc: " + b"a@b.test, " * 300_000),
    "300,000 references": lambda: headed(b"References: " + b"<a@b.test> " * 300_000),
    "parentheses": lambda: headed(b"Cc: " + b"(" * MEGA),
    "quotes": lambda: headed(b"Cc: " + b'"\\' * MEGA),
    "angle brackets": lambda: headed(b"In-Reply-To: " + b"<" * MEGA),
    "received 100,000 times": lambda: headed(b"Received: by x.test; " * 1 + b"\r\nReceived: by x.test" * 100_000),
    "base64 of 30 MB": lambda: encoded(b"base64", lines_of(base64.b64encode(bytes(30 * MEGA)))),
    "base64 in one line": lambda: encoded(b"base64", base64.b64encode(b"x" * 20 * MEGA)),
    "a file of 40 MB": lambda: encoded(b"base64", lines_of(base64.b64encode(bytes(30 * MEGA))), b"application/zip; name=x.zip"),
    "base64 that is none": lambda: encoded(b"base64", b"=" * 10 * MEGA),
    "quoted-printable": lambda: encoded(b"quoted-printable", b"=3D" * 7 * MEGA),
    "a line of 30 MB": lambda: encoded(b"8bit", b"x" * 30 * MEGA),
    "10,000,000 lines": lambda: encoded(b"7bit", b"\r\n" * 10 * MEGA),
    "10,000,000 quote marks": lambda: encoded(b"7bit", b"> " * 5 * MEGA),
    "quoted 3,000,000 lines": lambda: encoded(b"7bit", b"> x\r\n" * 3 * MEGA),
    "attributions": lambda: encoded(b"7bit", b"On Monday somebody wrote:\r\n" * 500_000),
    "html, 200,000 deep": lambda: encoded(b"8bit", b"<div>" * 200_000, HTML),
    "html, tables": lambda: encoded(b"8bit", b"<table><tr><td>" * 100_000, HTML),
    "html, never closed": lambda: encoded(b"8bit", b"<a href='" * MEGA, HTML),
    "html, entities": lambda: encoded(b"8bit", b"&amp;" * 4 * MEGA, HTML),
    "html, comments": lambda: encoded(b"8bit", b"<!--" * 2 * MEGA, HTML),
    "html of 20 MB": lambda: encoded(b"8bit", b"<p>word <b>word</b></p>\r\n" * 800_000, HTML),
    "utf-7": lambda: encoded(b"7bit", b"+AAAAAAAA-" * MEGA, b"text/plain; charset=utf-7"),
    "iso-2022-jp": lambda: encoded(b"7bit", b"\x1b$B\x1b(B" * MEGA, b"text/plain; charset=iso-2022-jp"),
    "format=flowed": lambda: encoded(b"7bit", b"x \r\n" * 3 * MEGA, b"text/plain; format=flowed"),
    "file names": lambda: headed(
        b"Content-Disposition: attachment;" + b"".join(b" filename*%d*=utf-8''x;" % n for n in range(200_000))
    ),
    "zeros": lambda: bytes(MEGA),
    "only a boundary": lambda: HEAD + b'Content-Type: multipart/mixed; boundary="' + b"b" * MEGA + b'"\r\n\r\n--' + b"b" * MEGA,
}  # fmt: skip
"""What takes a parser long or much memory, if it is careless."""
