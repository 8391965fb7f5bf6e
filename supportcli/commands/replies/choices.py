"""The options by which an agent chooses who gets a reply, and what goes with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.options.grouped import grouped
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import lowered
from supportcli.domain.people import people_of
from supportcli.domain.replies.choosing import WantedPeople
from supportcli.domain.replies.chosen import ReplyChoice, ReplyFile
from supportcli.domain.replies.recipients import Recipients
from supportcli.domain.text.moments import moment_of
from supportcli.domain.text.words import nearest
from supportcli.errors.names import NotFound, Thing
from supportcli.errors.replies import OptionEmpty

if TYPE_CHECKING:
    from supportcli.desk import Desk

To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDRESS", help="Send it to this person. May be repeated."),
]
Cc = Annotated[
    list[str] | None,
    typer.Option(
        "--cc",
        metavar="ADDRESS",
        help="Who gets a copy, instead of those found; 'none' for nobody.",
    ),
]
AddCc = Annotated[
    list[str] | None,
    typer.Option("--add-cc", metavar="ADDRESS", help="Who gets a copy too. May be repeated."),
]
Bcc = Annotated[
    list[str] | None,
    typer.Option(
        "--bcc",
        metavar="ADDRESS",
        help="Who gets a copy that nobody else sees, or 'none'. May be repeated.",
    ),
]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="ADDRESS", help="Leave this person out. May be repeated."),
]
Subject = Annotated[
    str | None,
    typer.Option("--subject", "-s", help="The email's subject, instead of the ticket's."),
]
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", "-a", metavar="PATH", help="Attach this file. May be repeated."),
]
Detach = Annotated[
    list[str] | None,
    typer.Option("--detach", metavar="NAME", help="Take this file out of the draft."),
]
At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="TIME",
        help="Send it then, as in 'tomorrow 9:00'; a reply only if the customer has not written.",
    ),
]
Sender = Annotated[
    str | None,
    typer.Option(
        "--from", metavar="ALIAS", help="The mailbox's address, or an alias, that it comes from."
    ),
]
Signature = Annotated[
    bool | None,
    typer.Option(
        "--signature/--no-signature",
        help="With your signature and the mailbox's, as usual, or without.",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class _TypedPeople:
    """What the options for recipients say, as typed."""

    to: Sequence[str] | None
    cc: Sequence[str] | None
    bcc: Sequence[str] | None
    add_cc: Sequence[str] | None
    drop: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class ReplyOptions:
    """What the options say. They are read only when they are asked for, so that by then a text that
    was piped in can be kept."""

    people: _TypedPeople
    subject: str | None
    sender: str | None
    at: str | None
    attach: Sequence[str]
    detach: Sequence[str]
    signature: bool | None

    @property
    def wanted(self) -> WantedPeople:
        """The people that are named. AddressInvalid, OptionEmpty."""
        said = self.people
        return WantedPeople(
            _people(said.to) if said.to else None,
            _none_or("--cc", said.cc),
            _none_or("--bcc", said.bcc),
            _named("--add-cc", said.add_cc or ()),
            tuple(one.address for one in _named("--drop", said.drop or ())),
        )

    @property
    def names_somebody(self) -> bool:
        """Whether it is said who gets it."""
        return bool(self.people.to)

    @property
    def changes(self) -> bool:
        """Whether any option was given."""
        chosen = any(
            one is not None for one in (self.subject, self.sender, self.at, self.signature)
        )
        return chosen or bool(self.wanted or self.attach or self.detach)

    def attached(
        self, desk: "Desk", number: int, there: Sequence[ReplyFile]
    ) -> tuple[ReplyFile, ...]:
        """The files to attach, kept at the desk, beside those that a draft has. FileRefused,
        FilesTooLarge."""
        from supportcli.desk.replies import attaching

        return attaching.attach(desk, number, self.attach, there) if self.attach else ()

    def chosen(
        self, before: ReplyChoice, files: tuple[ReplyFile, ...], now: datetime
    ) -> ReplyChoice:
        """The choice before (a draft's) with what the options change, and these files. NotFound for
        a file to take out that is not there; OptionEmpty, TimeUnreadable, TimePast."""
        texts = (("--subject", self.subject), ("--from", self.sender), ("--detach", *self.detach))
        for option, *values in texts:
            _refuse_empty(option, [one for one in values if one is not None])
        names = [one.name for one in before.files]
        for name in self.detach:
            if name not in names:
                raise NotFound(Thing.DRAFT_FILE, name, nearest=nearest(name, names))
        kept = before.without(tuple(self.detach))
        return replace(
            kept,
            files=tuple(dict.fromkeys((*kept.files, *files))),
            subject=kept.subject if self.subject is None else self.subject.strip(),
            sender=kept.sender if self.sender is None else lowered(self.sender.strip()),
            at=kept.at if self.at is None else _time(self.at, now),
            unsigned=kept.unsigned if self.signature is None else not self.signature,
        )


def _time(typed: str, now: datetime) -> datetime | None:
    return None if typed.strip().lower() == "none" else moment_of(typed, now)


def _asked(
    *,
    to: To = None,
    cc: Cc = None,
    add_cc: AddCc = None,
    bcc: Bcc = None,
    drop: Drop = None,
    subject: Subject = None,
    attach: Attach = None,
    detach: Detach = None,
    sender: Sender = None,
    at: At = None,
    signature: Signature = None,
) -> ReplyOptions:
    """The options by which a reply, a draft or a forward is addressed."""
    people = _TypedPeople(to, cc, bcc, add_cc, drop)
    return ReplyOptions(people, subject, sender, at, attach or (), detach or (), signature)


with_choices = grouped("asked", _asked)
"""Replaces a command's parameter `asked` by the options of `_asked`."""

with_first_choices = grouped("asked", _asked, "to", "add_cc", "drop", "subject", "detach")
"""The same for an email that begins a ticket: whom it is for and about what is said already."""


def checked(desk: "Desk", number: int, wanted: WantedPeople, begun: Recipients) -> Recipients:
    """The recipients that options name, from those `begun` with. RecipientAbsent,
    AddressRefused."""
    from supportcli.desk.replies import recipients

    return recipients.chosen(desk, number, wanted, recipients=begun)


def _none_or(option: str, typed: Sequence[str] | None) -> tuple[Address, ...] | None:
    """The people of an option that replaces those found, nobody for `none`; None: not given."""
    if not typed:
        return None
    return () if [one.strip().lower() for one in typed] == ["none"] else _named(option, typed)


def _named(option: str, typed: Sequence[str]) -> tuple[Address, ...]:
    _refuse_empty(option, [one.strip(" ,;") for one in typed])
    return _people(typed)


def _refuse_empty(option: str, values: Sequence[str]) -> None:
    if not all(one.strip() for one in values):
        raise OptionEmpty(option)


def _people(typed: Sequence[str]) -> tuple[Address, ...]:
    return tuple(person for one in typed for person in people_of(one))
