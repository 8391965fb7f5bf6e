"""Customers who answer: each reads the agent's reply and writes back after some seconds, at most
twice, in their own words."""

from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime, getaddresses

from supportcli.clock import Clock
from supportcli.demo.parts import address_header, header, text_part
from supportcli.demo.story import Story
from supportcli.domain.mail import Address

Later = Callable[[float, Callable[[], bytes]], None]
"""Delivers the mail that a function makes, after so many seconds."""


class Customers:
    """All people in the stories. `read` gets each mail that leaves the desk; `later` delivers what
    they write back."""

    def __init__(self, people: list[Story], later: Later, after: float, clock: Clock) -> None:
        self._people = {story.who.address: story for story in people}
        self._later = later
        self._after = after
        self._clock = clock
        self._written: Counter[str] = Counter()

    def read(self, raw: bytes) -> None:
        """Let the recipient of a mail answer it, if it is from a person and they have something
        left to say."""
        mail = message_from_bytes(raw, EmailMessage, policy=default)
        story = self._people.get(_first_address(mail, "To").address)
        if story is None or _automatic(mail):
            return
        turn = self._written[story.who.address]
        if turn < len(story.answers):
            self._written[story.who.address] += 1
            self._later(self._after, lambda: self._answer(story, turn, mail))

    def _answer(self, story: Story, turn: int, mail: EmailMessage) -> bytes:
        """The person's answer to `mail`, written now, with threading headers (RFC 5322, 3.6.4) and
        the mail quoted below."""
        now = self._clock()
        answered = _field(mail, "Message-ID")
        clerk = _first_address(mail, "From")
        body = mail.get_body(("plain",))
        own_id = f"<{int(now.timestamp() * 1000):x}.{turn}@{story.who.address.partition('@')[2]}>"
        quoted = story.quoted(body.get_content() if body else "", now, clerk)
        return b"".join(
            (
                header("Date", format_datetime(now.astimezone(story.zone))),
                address_header("From", story.who),
                address_header(
                    "To", _first_address(mail, "Reply-To") if "Reply-To" in mail else clerk
                ),
                header("Subject", "Re: " + _field(mail, "Subject").removeprefix("Re: ")),
                header("Message-ID", own_id),
                header("In-Reply-To", answered),
                header("References", "\r\n ".join([*_field(mail, "References").split(), answered])),
                text_part(f"{story.answers[turn]}\n{quoted}", "plain", "utf-8", "quoted-printable"),
            )
        )


def _field(mail: EmailMessage, name: str) -> str:
    return str(mail.get(name, "")).strip()


def _first_address(mail: EmailMessage, name: str) -> Address:
    found = getaddresses([_field(mail, name)])
    return Address(found[0][0], found[0][1].lower()) if found else Address("", "")


def _automatic(mail: EmailMessage) -> bool:
    """Whether a program wrote it (RFC 3834, 5)."""
    return _field(mail, "Auto-Submitted").lower() not in {"", "no"}
