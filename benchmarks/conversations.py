"""The mail of a help desk, made from a seed: conversations of 3.5 mails on average, in seven
charsets, one mail in ten with an attachment. The mails look like those of `parse`; small ones are
for measuring what the number of mails costs, whatever is in them."""

import random
from base64 import b64encode, encodebytes
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from benchmarks.parse import prose

CHARSETS = {
    "utf-8": "Grüße aus Köln, 東京 и Москва",
    "iso-8859-1": "Ça ne marche pas, où est ma commande",
    "windows-1252": "“20 € too much” – please look",
    "iso-8859-2": "Dziękuję, proszę o zwrot pieniędzy",
    "koi8-r": "Здравствуйте, где мой заказ",
    "iso-2022-jp": "注文した品はいつ届きますか",
    "gb18030": "请问我的订单什么时候发货",
}
"""Each charset, with words that need it."""

HELP = "help@shop.test"
BEGUN = datetime(2026, 1, 5, 8, tzinfo=UTC)
APART = timedelta(minutes=3)
AT_ONCE = 20
"""How many conversations go on at a time, so that the mails of one are not neighbours."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, and when it reached the server."""

    raw: bytes
    at: datetime


@dataclass(slots=True)
class _Conversation:
    """A customer's conversation: how many mails are still to come, and what the next answers."""

    number: int
    left: int
    charset: str
    subject: str
    ids: list[str] = field(default_factory=list)
    said: str = ""


def letters(count: int, *, small: bool = False) -> Iterator[Letter]:
    """So many mails, in the order in which they arrive."""
    chance = random.Random(1)
    going = [_begun(number, chance) for number in range(AT_ONCE)]
    for number in range(count):
        place = chance.randrange(AT_ONCE)
        if not going[place].left:
            going[place] = _begun(AT_ONCE + number, chance)
        at = BEGUN + number * APART
        yield Letter(_mail(going[place], number, at, chance, small=small), at)


def _begun(number: int, chance: random.Random) -> _Conversation:
    charset = list(CHARSETS)[number % len(CHARSETS)]
    subject = f"{CHARSETS[charset]} {number}"
    return _Conversation(number, chance.choice((2, 3, 4, 5)), charset, subject)


def _mail(
    talk: _Conversation, number: int, at: datetime, chance: random.Random, *, small: bool
) -> bytes:
    """The next mail of a conversation, which answers an answer of ours that nobody has kept."""
    text = f"{CHARSETS[talk.charset]}. {prose(chance, 20 if small else 260)}"
    text = text.encode(talk.charset, "replace").decode(talk.charset)
    own = f"<{number}.{talk.number}@berg.test>"
    head = "" if small else _trace()
    head += _head(talk, own, at)
    quoted = "".join(f"> {line}\r\n" for line in talk.said.split(". ") if line)
    body = text.replace(". ", ".\r\n\r\n", 5) + (
        f"\r\n\r\nOn Fri, 30 Jan 2026 at 10:00, Ada <{HELP}> wrote:\r\n\r\n{quoted}"
        if quoted
        else ""
    )
    talk.left -= 1
    talk.ids += [own, f"<{number}.{talk.number}.re@shop.test>"]
    talk.said = text
    if small:
        return (head + _part(talk.charset, "plain", body)).encode("ascii")
    return (head + _forms(talk.charset, body, text, number, chance)).encode("ascii")


def _trace() -> str:
    return "".join(
        f"Received: from mx{hop}.example.test (mx{hop}.example.test [192.0.2.{hop}])\r\n\tby "
        f"mx{hop + 1}.example.test (Postfix) with ESMTPS\r\n"
        f"\tfor <{HELP}>; Mon, 5 Jan 2026 08:00:0{hop} +0000 (UTC)\r\n"
        f"X-Trace-{hop}: {'x' * 60}\r\n"
        for hop in range(7)
    )


def _head(talk: _Conversation, own: str, at: datetime) -> str:
    encoded = b64encode(talk.subject.encode(talk.charset)).decode()
    subject = f"=?{talk.charset}?B?{encoded}?="
    answers = (
        f"References: {' '.join(talk.ids)}\r\nIn-Reply-To: {talk.ids[-1]}\r\n" if talk.ids else ""
    )
    return (
        f"From: =?utf-8?Q?Mia_B=C3=A4rg?= <mia{talk.number}@berg.test>\r\nTo: Shop <{HELP}>\r\n"
        f"Subject: {'Re: ' if talk.ids else ''}{subject}\r\nDate: {format_datetime(at)}\r\n"
        f"Message-ID: {own}\r\n{answers}MIME-Version: 1.0\r\n"
    )


def _forms(charset: str, body: str, text: str, number: int, chance: random.Random) -> str:
    """The plain and the HTML form, and with each tenth mail a file."""
    rich = "".join(
        f'<p style="margin:0"><span>{one}</span> <a href="https://shop.test/">shop</a></p>'
        for one in text.split(". ")
    )
    forms = "".join(
        f"--alt\r\n{part}\r\n"
        for part in (
            _part(charset, "plain", body),
            _part(charset, "html", f"<html><body>{rich}</body></html>"),
        )
    )
    whole = f'Content-Type: multipart/alternative; boundary="alt"\r\n\r\n{forms}--alt--\r\n'
    if number % 10:
        return whole
    file = encodebytes(chance.randbytes(130_000)).decode().replace("\n", "\r\n")
    return (
        'Content-Type: multipart/mixed; boundary="mix"\r\n\r\n'
        f'--mix\r\n{whole}\r\n--mix\r\nContent-Type: image/jpeg; name="photo.jpg"\r\n'
        f"Content-Transfer-Encoding: base64\r\n\r\n{file}--mix--\r\n"
    )


def _part(charset: str, kind: str, content: str) -> str:
    encoded = encodebytes(content.encode(charset)).decode().replace("\n", "\r\n")
    return (
        f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n"
        f"\r\n{encoded}"
    )
