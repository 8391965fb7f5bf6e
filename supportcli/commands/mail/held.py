"""`supportcli mail held|accept|retry|discard|undo`: the mail that waits for a person, and what is
done with it."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.mail.senders import sentence
from supportcli.commands.options import numbers
from supportcli.commands.options.completion import held_mails, mailboxes, ticket_numbers
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.intake.ledger import DecidedMail, HeldBounces, HeldMail, NotHere, WaitingMail
from supportcli.domain.people import address_of
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk.mail.held.accepting import MailOutcome, MailsDone
    from supportcli.domain.senders import SenderRule

app = typer.Typer(rich_markup_mode=None)

_SHOWN = 10
"""Up to so many mails the outcome of each is shown; for more, only counts."""

_NUMBER = re.compile(r"[0-9]{1,18}")

Ids = Annotated[
    list[str],
    typer.Argument(
        metavar="ID",
        help="Emails by their id in mail held; - reads ids (or the lines of --json) from a pipe.",
        autocompletion=held_mails,
        show_default=False,
    ),
]
SomeIds = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="ID",
        help="Emails by their id in mail held; - reads them from a pipe.",
        autocompletion=held_mails,
        show_default=False,
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", "-n", help="Only show what would happen to them.")
]

_COLUMNS = (
    TableColumn("Id"),
    TableColumn("Mailbox", least=8, goes=1),
    TableColumn("Received", 12, goes=3),
    TableColumn("From", 28, least=8, goes=5),
    TableColumn("Subject", least=10, goes=6),
    TableColumn("Size", 9, goes=2),
    TableColumn("Cause", 80, least=24, grows=True),
)
_NEXT = {
    "unreadable": "the server will not hand it over; every sync tries again",
    "too large": "it is too large to fetch; it stays on the server",
    "partial": "the rest is fetched in the background",
    "gone": "the rest is no longer on the server",
}


# Looking


@app.command(
    epilog=examples(
        "supportcli mail held",
        "supportcli mail held --mailbox help@shop.example --json | jq -r .cause",
    )
)
def held(
    ctx: typer.Context,
    *,
    mailbox: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Only mail of this mailbox.", autocompletion=mailboxes
        ),
    ] = None,
    bounces: Annotated[
        bool,
        typer.Option(
            "--bounces", help="List each bounce of mail that is not ours, instead of counting them."
        ),
    ] = False,
    junk: Annotated[
        bool,
        typer.Option("--junk", help="List only what is in the provider's junk folder."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List held mail, the oldest first. It is not in any ticket and waits for somebody to decide.

    Below it is mail that is on a server but not, or only partly, on the desk. Bounces of mail
    that this desk does not know are counted in one row. What the provider has put into its junk
    folder is listed only with --junk, unless it is an answer to you or a customer wrote it: that
    becomes a ticket."""
    from supportcli.desk.mail.held import waiting as desk_held

    with desk_of(ctx) as desk:
        found, now = desk_held.waiting(desk, mailbox, bounces=bounces, junk=junk), desk.now()
    if as_json:
        for shape in _shapes(found):
            printing.emit(shape)
        return
    printing.table(_COLUMNS, _rows(found, now), "No mail is held.")
    if found.junk:
        are = "email is" if found.junk == 1 else "emails are"
        printing.warn(f"{found.junk} {are} in a provider's junk: supportcli mail held --junk")


def _shapes(found: WaitingMail) -> Iterator[dict[str, object]]:
    from supportcli.desk.mail import mail_json

    yield from map(mail_json.held, found.held)
    if found.bounces is not None:
        yield mail_json.bounces(found.bounces)
    yield from (mail_json.not_here(one, _next_of(one)) for one in found.not_here)


def _rows(found: WaitingMail, now: datetime) -> Iterator[tuple[str, ...]]:
    yield from (_row(one, now) for one in found.held)
    if found.bounces is not None:
        yield _counted(found.bounces, now)
    yield from (_lacking(one, now) for one in found.not_here)


def _row(one: HeldMail, now: datetime) -> tuple[str, ...]:
    from supportcli.domain.text.sizes import size
    from supportcli.rendering.times import moment

    sender = (one.sender.name or one.sender.address) if one.sender else ""
    return (
        str(one.id),
        one.mailbox,
        moment(one.received_at, now),
        sender or "(nobody)",
        one.subject or "(no subject)",
        size(one.size),
        one.cause,
    )


def _counted(bounces: HeldBounces, now: datetime) -> tuple[str, ...]:
    from supportcli.rendering.times import moment

    said = f"{bounces.count} bounce{'' if bounces.count == 1 else 's'}"
    return (
        "-",
        "",
        moment(bounces.newest_at, now),
        said,
        "",
        "",
        "of mail that this desk does not know: mail held --bounces, mail discard --bounces",
    )


def _lacking(one: NotHere, now: datetime) -> tuple[str, ...]:
    from supportcli.domain.text.sizes import size
    from supportcli.rendering.times import moment

    where = f"{one.folder} · UID {one.uid}" + (
        f", in #{one.ticket}" if one.ticket is not None else ""
    )
    cause = f"{one.state}: {_next_of(one)}"
    return (
        str(one.mail or "-"),
        one.mailbox,
        moment(one.received_at, now),
        "(on the server)",
        where,
        size(one.size),
        cause,
    )


def _next_of(one: NotHere) -> str:
    """What happens next to a mail that is on its server."""
    return _NEXT.get(one.state, "every sync tries again")


# Doing


@app.command(
    epilog=examples(
        "supportcli mail accept 9",
        "supportcli mail accept 9 --customer 'Sue <sue@acme.example>'",
        "supportcli mail accept 9 10 --ticket 12 --dry-run",
    )
)
def accept(
    ctx: typer.Context,
    mails: Ids,
    *,
    customer: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="The customer. Default: the person that the email names.",
            show_default=False,
        ),
    ] = None,
    ticket: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER",
            help="Put it into this ticket instead of a new one.",
            autocompletion=ticket_numbers,
            show_default=False,
        ),
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Accept held mail, as new tickets or into an existing one. Service-level clocks run from when
    the mail arrived. Either all of it is accepted or none; mail undo takes it back."""
    from supportcli.desk.mail.held import accepting

    person = address_of(customer, received=True) if customer is not None else None
    number = numbers.one(ticket) if ticket is not None else None

    ids = _several(ctx, mails, as_json=as_json)
    with desk_of(ctx) as desk:
        if dry_run:
            _tell_would(accepting.rehearse_accept(desk, ids, person, number), as_json=as_json)
        else:
            _tell_done(accepting.accept(desk, ids, person, number), as_json=as_json)


@app.command(epilog=examples("supportcli mail retry 9", "supportcli mail retry --all --dry-run"))
def retry(
    ctx: typer.Context,
    mails: SomeIds = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All held mail.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Process held mail again. The current program, mailboxes and agents decide; discarded mail can
    be processed again too."""
    from supportcli.desk.mail.held import accepting

    if bool(mails) == everything:
        raise UsageError("No mail was given.", "Give the ids of held mail, or --all.")
    ids = None if everything else _several(ctx, mails or [], as_json=as_json)
    with desk_of(ctx) as desk:
        if dry_run:
            _tell_would(accepting.rehearse_retry(desk, ids), as_json=as_json)
        else:
            _tell_done(accepting.retry(desk, ids), as_json=as_json)


@app.command(
    epilog=examples("supportcli mail discard 9 10", "supportcli mail discard --bounces --dry-run")
)
def discard(
    ctx: typer.Context,
    mails: SomeIds = None,
    *,
    bounces: Annotated[
        bool, typer.Option("--bounces", help="All bounces of mail that this desk does not know.")
    ] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Discard held mail. Nothing is deleted: mail show still shows it, mail retry and mail accept
    bring it back."""
    from supportcli.desk.mail.held import accepting

    if bool(mails) == bounces:
        raise UsageError("No mail was given.", "Give the ids of held mail, or --bounces.")
    typed = _several(ctx, mails or [], as_json=as_json) if not bounces else []
    with desk_of(ctx) as desk:
        ids = accepting.bounces(desk) if bounces else typed
        if not dry_run:
            _tell_done(accepting.discard(desk, ids), as_json=as_json)
            return
        found = WaitingMail(tuple(accepting.rehearse_discard(desk, ids)), None, ())
        if as_json:
            for shape in _shapes(found):
                printing.emit(shape)
        else:
            printing.table(_COLUMNS, _rows(found, desk.now()), "No mail would be discarded.")


@app.command(epilog=examples("supportcli mail undo", "supportcli mail undo 9"))
def undo(
    ctx: typer.Context,
    mail: Annotated[
        str | None,
        typer.Argument(
            metavar="ID",
            help="Only what you did with this email.",
            show_default=False,
            autocompletion=held_mails,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Undo your last action on held mail, or on a sender. All of that mail is held again, and any
    ticket made from it is deleted."""
    from supportcli.desk.mail.senders import verbs as senders
    from supportcli.desk.mail.why import why
    from supportcli.desk.undo import undo_mail

    mail_id = _one(mail) if mail is not None else None
    with desk_of(ctx) as desk:
        if mail_id is None and (rule := senders.undo_last(desk)) is not None:
            _tell_sender(rule, as_json=as_json)
            return
        ids = undo_mail(desk, mail_id)
        said = _ended(
            [_back(one) for mail in ids for one in why(desk, str(mail))],
            f"{len(ids)} emails are as they were before.",
        )
    with printing.telling():
        if as_json:
            printing.emit({"mails": list(ids), "sentence": " ".join(said)})
        else:
            for line in said:
                printing.say(line)


def _back(mail: DecidedMail) -> str:
    """What an undo made of a mail."""
    if mail.state == "kept":
        return f"Mail {mail.id} has left its junk folder since: the next sync decides it."
    return f"Mail {mail.id} is as it was before."


def _tell_sender(rule: "SenderRule", *, as_json: bool) -> None:
    """What holds for a sender after undo."""
    said = f"Undone: {sentence(rule)}"
    if as_json:
        printing.emit({"mails": [], "sender": rule.who, "sentence": said})
    else:
        printing.say(said)


def _tell_done(done: "MailsDone", *, as_json: bool) -> None:
    from supportcli.desk.mail import mail_json

    said = _ended([_became(one) for one in done.outcomes], _summary(done.outcomes)) or [
        "No mail is held; nothing was done."
    ]
    with printing.telling():
        if as_json:
            printing.emit(mail_json.done(done, " ".join(said)))
        else:
            for line in said:
                printing.say(line)


def _tell_would(outcomes: "Iterable[MailOutcome]", *, as_json: bool) -> None:
    from supportcli.desk.mail import mail_json

    for one in outcomes:
        if as_json:
            printing.emit(mail_json.outcome(one))
        else:
            printing.say(_would(one))


def _ended(lines: list[str], summary: str) -> list[str]:
    return lines if len(lines) <= _SHOWN else [summary]


_STATES = {"duplicate": "a duplicate", "ignored": "in no ticket"}
"""The states that a sentence calls otherwise."""


def _became(one: "MailOutcome") -> str:
    if one.state == "accepted":
        return f"Mail {one.mail} is in ticket #{one.ticket}."
    if one.state == "discarded":
        return f"Mail {one.mail} is discarded."
    state = _STATES.get(one.state, one.state)
    return f"Mail {one.mail} is {'still held' if one.state == 'held' else state}: {one.reason}."


def _would(one: "MailOutcome") -> str:
    if one.opens is not None:
        return f"Mail {one.mail} would open a ticket from {one.opens}."
    if one.state == "accepted":
        return f"Mail {one.mail} would go into #{one.ticket}: {one.reason}."
    state = _STATES.get(one.state, one.state)
    return (
        f"Mail {one.mail} would {'still be' if one.state == 'held' else 'be'} {state}: "
        f"{one.reason}."
    )


def _summary(outcomes: "Sequence[MailOutcome]") -> str:
    """“41 mails: 30 in tickets, 11 held.”"""
    from collections import Counter

    counts = Counter("in tickets" if one.state == "accepted" else one.state for one in outcomes)
    return (
        f"{len(outcomes)} emails: "
        f"{', '.join(f'{count} {state}' for state, count in counts.most_common())}."
    )


# Ids


def _one(typed: str) -> int:
    """The id of a mail; UsageError if it is not one."""
    word = typed.strip()
    if not _NUMBER.fullmatch(word) or int(word) == 0:
        raise UsageError(
            f"“{typed}” is not the id of an email.",
            "An id is a number; list held mail with: supportcli mail held",
        )
    return int(word)


def _several(ctx: typer.Context, typed: Sequence[str], *, as_json: bool) -> list[int]:
    """The ids, each once, in the order given; `-` stands for the lines of standard input. If
    nothing comes in, there is nothing to do."""
    found = dict.fromkeys(
        mail_id for word in typed for mail_id in (_piped(ctx) if word == "-" else [_one(word)])
    )
    if not found:
        sys.stderr.write(
            "" if as_json else "No mail ids came through the pipe; nothing was done.\n"
        )
        raise typer.Exit
    return list(found)


def _piped(ctx: typer.Context) -> Iterator[int]:
    """The ids in all lines: objects as `mail held --json` prints them (those without an id are not
    mails here), or words."""
    for line in sys.stdin:
        text = line.strip()
        try:
            if not text.startswith("{"):
                yield from map(_one, text.split())
            elif (named := json.loads(text)["id"]) is not None:
                yield _one(str(named))
        except (ValueError, KeyError, RecursionError) as error:
            raise UsageError(
                "A line of the input has no mail id.",
                f"Try: supportcli mail held --json | supportcli mail {ctx.info_name} -",
            ) from error
