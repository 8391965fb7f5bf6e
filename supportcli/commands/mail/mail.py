"""`supportcli mail`: how mails are read and filed, and why."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.domain.intake.ledger import DecidedMail
from supportcli.domain.mail import Mail
from supportcli.errors import SupportError, TryAgainLater
from supportcli.errors.mail import MailUnreadable, NoMailHandedOver
from supportcli.errors.program import OutputLost

app = noun(
    "Incoming mail: where it went and why, held mail, and blocked senders.",
    "held",
    "show",
    "why",
    "accept",
    "retry",
    "discard",
    more=("mail.showing", "mail.held", "mail.senders", "mail.checking"),
)


@app.command(
    epilog=examples(
        "supportcli mail parse mail.eml",
        "supportcli mail parse *.eml archive.mbox --json | jq .held",
    )
)
def parse(
    files: Annotated[
        list[Path],
        typer.Argument(
            readable=False,
            metavar="FILE",
            help="An email, or an mbox file of many emails.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show how the program reads emails; no desk is needed. It prints text, new and quoted parts,
    attachments and defects."""
    from supportcli.desk.mail.parsing import as_json as shape
    from supportcli.desk.mail.parsing import parse_files

    for file, mail in parse_files(files):
        if as_json:
            printing.emit(shape(file, mail))
        else:
            _show(file, mail)


def _show(file: str, mail: Mail) -> None:
    from supportcli.terminal import clean

    printing.say(f"{file}: {mail.kind.value}" + (f", held: {mail.held}" if mail.held else ""))
    people = (("From", [mail.sender] if mail.sender else []), ("To", mail.to), ("Cc", mail.cc))
    named = [
        *((word, ", ".join(map(str, found))) for word, found in people),
        ("Subject", mail.subject),
    ]
    for word, value in named:
        printing.say(f"  {word}: {value or 'none'}")
    for line in clean(mail.reply, lines=True).split("\n"):
        printing.say(f"    {line}".rstrip())
    for line in _beside(mail):
        printing.say(f"  {line}")


def _beside(mail: Mail) -> Iterator[str]:
    """What a mail has besides its new text: folded text, files, what a bounce says, defects."""
    from supportcli.domain.text.sizes import size

    folded = (("quoted", mail.quoted), ("signature", mail.signature))
    yield from (f"▸ {what}: {text.count(chr(10)) + 1} lines" for what, text in folded if text)
    yield from (
        f"▪ {file.name or 'unnamed'} · {file.type} · {size(file.size)}" for file in mail.attachments
    )
    for recipient in mail.bounce.recipients if mail.bounce else ():
        yield (
            f"bounced: {recipient.address or 'nobody by name'} "
            f"{recipient.status}{', for good' if recipient.hard else ''}"
        )
    yield from (f"! {defect}" for defect in mail.defects)


@app.command(
    epilog=examples(
        "supportcli mail ingest --mailbox help@shop.example - < mail.eml",
        'help: "|supportcli mail ingest --mailbox help@shop.example -"  # aliases(5)',
    )
)
def ingest(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(readable=False, metavar="FILE|-", help="The email; - is standard input."),
    ],
    *,
    mailbox: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS", help="The mailbox it belongs to.", autocompletion=mailboxes
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Accept one email from a mail server. If anything goes wrong here, exit code 75 makes the
    server keep the mail and try again."""
    try:
        raw = _handed_over(file)
        from supportcli.desk.mail.intake import ingest as take

        with desk_of(ctx, unattended=True) as desk:
            mail = take(desk, mailbox, raw)
    except SupportError:
        raise
    except Exception as error:
        raise TryAgainLater(
            f"The email was not accepted: {type(error).__name__}: {error}.",
            "The mail server keeps it.",
        ) from error
    try:
        _tell(mail, as_json=as_json)
        sys.stdout.flush()
    except (
        OSError,
        OutputLost,
    ):  # we have the mail by now: if nobody hears so, it must still not be sent again
        printing.discard()


def _handed_over(file: Path) -> bytes:
    """The bytes of the mail; NoMailHandedOver if standard input is empty: the program that should
    have written it has failed."""
    piped = str(file) == "-"
    try:
        raw = sys.stdin.buffer.read() if piped else file.read_bytes()
    except OSError as error:
        raise MailUnreadable(
            "Standard input" if piped else str(file), error.strerror or str(error)
        ) from error
    if piped and not raw:
        raise NoMailHandedOver
    return raw


@app.command(
    epilog=examples(
        "supportcli mail why 12:1",
        "supportcli mail why '<CAF3=x@mail.example>'",
        "supportcli mail why 9 --json",
    )
)
def why(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="MAIL",
            help="An email's id, its Message-ID, or 12:1 (the first message of ticket 12).",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Show which rule put an email where it is, and why."""
    from supportcli.desk.mail.why import why as ask

    with desk_of(ctx) as desk:
        for mail in ask(desk, what):
            _tell(mail, as_json=as_json)


def _tell(mail: DecidedMail, *, as_json: bool) -> None:
    if as_json:
        from supportcli.desk.mail import mail_json

        printing.emit(mail_json.decided(mail))
        return
    from supportcli.rendering.mail.decided_mail import decided

    for line in decided(mail):
        printing.say(line)
