"""`supportcli mail show`: a complete mail, cleaned for a terminal, or its bytes as they came."""

from collections.abc import Iterator
from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.completion import held_mails
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing, raw_output
from supportcli.commands.output.printing import AsJson
from supportcli.domain.intake.ledger import LetterShown
from supportcli.terminal import clean

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli mail show 9",
        "supportcli mail show 9 --raw > mail.eml",
        "supportcli mail show 12:1 --json",
    )
)
def show(
    ctx: typer.Context,
    what: Annotated[
        str,
        typer.Argument(
            metavar="MAIL",
            help="An email's id, its Message-ID, or 12:1 (the first message of ticket 12).",
            autocompletion=held_mails,
            show_default=False,
        ),
    ],
    *,
    raw: Annotated[bool, typer.Option("--raw", help="Write the bytes as they came.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Write the bytes to a terminal too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show an email, held or not. It prints what was decided about it, its headers, text and
    attachments."""
    from supportcli.desk.mail import mail_json
    from supportcli.desk.mail.held import waiting

    with desk_of(ctx) as desk:
        if raw:
            raw_output.to_output(
                waiting.raw(desk, what),
                force=force,
                what="An email as it came",
                how=f"supportcli mail show {what} --raw > FILE",
            )
            return
        found = waiting.letters(desk, what)
    for place, one in enumerate(found):
        if as_json:
            printing.emit(mail_json.letter(one))
            continue
        for line in ([""] if place else []) + list(letter(one)):
            printing.say(line)


def letter(one: LetterShown) -> Iterator[str]:
    """The lines of a mail."""
    from supportcli.rendering.mail.decided_mail import decided
    from supportcli.rendering.times import stamp

    mail = one.mail
    yield from decided(one.decided)
    if one.decided.full_size is not None:
        yield (
            f"  Only the first {one.decided.size} of {one.decided.full_size} bytes are here; the "
            "rest is fetched in the background."
        )
    yield f"  received by {one.mailbox} on {stamp(one.decided.received_at)}"
    yield ""
    for word, people in (
        ("From", [mail.sender] if mail.sender else []),
        ("Reply-To", mail.reply_to),
        ("To", mail.to),
        ("Cc", mail.cc),
    ):
        if people or word in {"From", "To"}:
            yield f"{word}: {', '.join(map(str, people)) or 'nobody'}"
        if word == "From":
            yield f"Sender: {one.check}"
            yield from (f"! {doubt}" for doubt in one.doubts)
    yield f"Date: {stamp(mail.sent) if mail.sent else 'none'}"
    yield f"Subject: {mail.subject or 'none'}"
    yield f"Message-ID: {mail.message_id or 'none'}"
    yield ""
    yield from (
        line.rstrip()
        for line in (clean(mail.text, lines=True).strip("\n") or "(no text)").split("\n")
    )
    yield from _below(one)


def _below(one: LetterShown) -> Iterator[str]:
    """What comes below the text: files, and what is wrong with the mail."""
    from supportcli.domain.text.sizes import size

    below = [
        f"▪ {file.name or 'unnamed'} · {file.type} · {size(file.size)}"
        for file in one.mail.attachments
    ]
    below += [f"! {defect}" for defect in one.mail.defects]
    yield from ["", *below] if below else []
