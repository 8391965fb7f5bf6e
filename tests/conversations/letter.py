"""A letter: everything that stands in one generated mail, and the bytes that come of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

from tests.conversations.languages import Language
from tests.conversations.wire import (
    File,
    Part,
    Transfer,
    Words,
    file_part,
    header,
    html_part,
    message,
    multipart,
    text_part,
)

MAILBOX = "help@shop.test"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who writes. `hours` is their clock's distance from UTC."""

    name: str
    address: str
    language: Language
    hours: int

    @property
    def domain(self) -> str:
        """Where their mail comes from."""
        return self.address.partition("@")[2]


@dataclass(frozen=True, slots=True)
class Form:
    """How a letter is built: its `charset`, how text and headers are encoded, `body` as plain, html
    or alternative, and what is attached."""

    charset: str
    transfer: Transfer
    words: Words
    body: str = "plain"
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What stands in a mail. `message_id` None leaves the header out. `quoted` is a sentence of the
    mail that it answers."""

    by: Person
    sent: datetime
    message_id: str | None
    subject: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    extra: tuple[tuple[str, str], ...]
    phrase: str
    token: str
    quoted: str
    form: Form

    def raw(self) -> bytes:
        """The bytes of the mail."""
        return message([(name, value) for name, value in self._headers() if value], self._body())

    def _headers(self) -> list[tuple[str, bytes]]:
        moment = self.sent.astimezone(timezone(timedelta(hours=self.by.hours)))
        hop = f"from mx.{self.by.domain} (mx [192.0.2.7])\r\n by mail.shop.test with ESMTPS; {format_datetime(self.sent.astimezone(UTC))}"
        return [
            ("Return-Path", f"<{self.by.address}>".encode()),
            ("Received", hop.encode()),
            ("Message-ID", (self.message_id or "").encode()),
            ("Date", format_datetime(moment).encode()),
            ("From", self._sender()),
            ("To", ", ".join(self.to).encode()),
            ("Cc", ", ".join(self.cc).encode()),
            ("Subject", self._words(self.subject)),
            ("In-Reply-To", " ".join(self.in_reply_to).encode()),
            ("References", "\r\n ".join(self.references).encode()),
            *((name, value.encode()) for name, value in self.extra),
        ]

    def _sender(self) -> bytes:
        """A mailbox (RFC 5322, 3.4), quoted where the name has more than words in it."""
        name = self._words(self.by.name)
        if self.by.name.isascii() and not self.by.name.replace(" ", "").isalnum():
            name = b'"' + name + b'"'
        return name + f" <{self.by.address}>".encode()

    def _words(self, text: str) -> bytes:
        """A header's text in the letter's charset, or in UTF-8 where that cannot say it."""
        charset = self.form.charset if encodable(text, self.form.charset) else "utf-8"
        return header(text, charset, self.form.words)

    def _body(self) -> Part:
        form, language = self.form, self.by.language
        text = f"{language.greeting}\n\n{self.phrase}\n{self.token}\n\n{language.closing}\n{self.by.name}\n"
        if self.quoted and encodable(self.quoted, form.charset):
            text += f"\n> {self.quoted}\n"
        part = (
            html_part(text, form.charset, form.transfer)
            if form.body == "html"
            else text_part(text, form.charset, form.transfer)
        )
        if form.body == "alternative":
            part = multipart(
                "alternative",
                [part, html_part(text, form.charset, form.transfer)],
                f"alt-{self.token}",
            )
        if form.files:
            kind = "related" if any(file.content_id for file in form.files) else "mixed"
            part = multipart(kind, [part, *map(file_part, form.files)], f"{kind}-{self.token}")
        return part


def encodable(text: str, charset: str) -> bool:
    """Whether `charset` can say `text`."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return False
    return True
