"""The stories of the shop as values: people, the mails they write, and how they answer. Read from
the TOML files in `stories/`."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

from supportcli.domain.mail import Address

SHOP = "Halden & Daughters"
MAILBOX = Address(SHOP, "help@halden.test")
CLERK = Address(f"Ada from {SHOP}", MAILBOX.address)

STORIES = files("supportcli.demo") / "stories"


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with a mail. Its content is one of `picture` (a drawing's name), `pdf` (its
    lines) and `csv` (its text).

    With an `id` it is a picture inside the HTML, which refers to it by `cid:`."""

    name: str
    picture: str = ""
    pdf: tuple[str, ...] = ()
    csv: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class StoryMail:
    """A mail of a story. Its `ago` is counted back from the demo's start.

    `by` is its sender. `re` is the mail that it answers, `quote` whether that is quoted below.
    `returned` is the mail that a bounce brings back. `charset` and `encoding` are those of the text
    in transit."""

    name: str
    ago: timedelta
    by: Address
    to: Address
    subject: str = ""
    cc: Address | None = None
    text: str = ""
    html: str = ""
    re: str = ""
    quote: bool = False
    returned: str = ""
    charset: str = "utf-8"
    encoding: str = "quoted-printable"
    headers: tuple[tuple[str, str], ...] = ()
    no_id: bool = False
    enclosed: tuple[Enclosure, ...] = ()

    @property
    def from_shop(self) -> bool:
        """Whether the shop wrote it, before it had a help desk."""
        return self.by == CLERK


@dataclass(frozen=True, slots=True)
class Story:
    """A person, what they have written so far, and what they will answer to the agent's first and
    second reply.

    `zone` is their time zone. `wrote` is the line above a quote in their language: a strftime
    format with `{who}`."""

    who: Address
    mails: tuple[StoryMail, ...]
    answers: tuple[str, ...]
    zone: timezone
    wrote: str

    def mail(self, name: str) -> StoryMail:
        """The mail with this name. Raises KeyError if there is none."""
        return {mail.name: mail for mail in self.mails}[name]

    def subject(self, mail: StoryMail) -> str:
        """The mail's subject: its own, or that of what it answers."""
        if mail.subject or not mail.re:
            return mail.subject
        return "Re: " + self.subject(self.mail(mail.re)).removeprefix("Re: ")

    def quoted(self, text: str, at: datetime, who: Address) -> str:
        """`text`, which `who` wrote at that moment, as this person's mail program quotes it."""
        above = at.astimezone(self.zone).strftime(self.wrote).format(who=who)
        return (
            "\n".join([above, *("> " + line if line else ">" for line in text.splitlines())]) + "\n"
        )


def stories() -> Iterator[Story]:
    """All stories, always in the same order."""
    for file in sorted(STORIES.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            for table in tomllib.loads(file.read_text(encoding="utf-8"))["story"]:
                yield _story(table)


def _story(table: Mapping[str, Any]) -> Story:
    who = _address(table["who"])
    return Story(
        who=who,
        mails=tuple(_mail(mail, who) for mail in table.get("letter", ())),
        answers=tuple(text.strip() + "\n" for text in table["answers"]),
        zone=_zone(table.get("zone", "+00:00")),
        wrote=table.get("wrote", "On %d %b %Y, at %H:%M, {who} wrote:"),
    )


def _mail(table: Mapping[str, Any], who: Address) -> StoryMail:
    """A mail from its table; `by = "shop"` swaps sender and recipient, `file` names a file that
    contains the text."""
    given = dict(table)
    from_shop = given.get("by") == "shop"
    given["by"] = CLERK if from_shop else _address(given["by"]) if "by" in given else who
    given["to"] = _address(given["to"]) if "to" in given else who if from_shop else MAILBOX
    given["cc"] = _address(given["cc"]) if "cc" in given else None
    given["ago"] = _ago(given["ago"])
    if "file" in given:
        given["text"] = STORIES.joinpath(given.pop("file")).read_text(encoding="utf-8")
    for key in ("text", "html"):
        given[key] = given[key].strip() + "\n" if key in given else ""
    given["headers"] = tuple(given.get("headers", {}).items())
    given["enclosed"] = tuple(_enclosure(enclosure) for enclosure in given.get("enclosed", ()))
    return StoryMail(**given)


def _address(text: str) -> Address:
    """'Ada <ada@halden.test>' → Address. Parsed by hand, since one of the names is meant to break
    parsers."""
    name, _, address = text.rpartition("<")
    return Address(name.strip(), address.rstrip(">"))


def _enclosure(table: Mapping[str, Any]) -> Enclosure:
    given = dict(table)
    if "file" in given:
        given["csv"] = STORIES.joinpath(given.pop("file")).read_text(encoding="utf-8")
    given["pdf"] = tuple(given.get("pdf", ()))
    return Enclosure(**given)


def _ago(text: str) -> timedelta:
    """'1d 5h 40m' → a timedelta."""
    units = {"d": "days", "h": "hours", "m": "minutes"}
    return timedelta(
        **{units[unit]: int(number) for number, unit in re.findall(r"(\d+)([dhm])", text)}
    )


def _zone(text: str) -> timezone:
    """'+05:30' → a timezone."""
    offset = datetime.strptime(text, "%z").utcoffset()
    return timezone(offset or timedelta())
