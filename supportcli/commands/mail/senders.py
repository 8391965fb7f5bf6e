"""`supportcli mail block|unblock|blocked|sender|senders`: what the team decides about senders."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.senders import Block, Judgement, SenderRule
from supportcli.errors import UsageError

app = typer.Typer(rich_markup_mode=None)

Sender = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS|@DOMAIN",
        help="A sender, or a domain with everything below it.",
        show_default=False,
    ),
]
_COLUMNS = (
    TableColumn("Sender", least=16, grows=True),
    TableColumn("Is", least=7),
    TableColumn("Mail", least=9),
    TableColumn("By", least=8, goes=1),
    TableColumn("Since", 12, goes=2),
)
_BLOCKED = {Block.HOLD: "held", Block.DISCARD: "discarded"}


@app.command(
    epilog=examples(
        "supportcli mail block spammer@mail.example",
        "supportcli mail block @spam.example --discard",
    )
)
def block(
    ctx: typer.Context,
    sender: Sender,
    *,
    discard: Annotated[
        bool,
        typer.Option("--discard", help="Put it away, instead of holding it for somebody to see."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Block a sender. Their further email is kept, but opens and reopens no ticket. Email that is
    already here stays where it is. To take it back: mail unblock, or mail undo."""
    from supportcli.desk.mail.senders import verbs

    with desk_of(ctx) as desk:
        rule = verbs.block(desk, sender, Block.DISCARD if discard else Block.HOLD)
    _tell(rule, as_json=as_json)


@app.command(epilog=examples("supportcli mail unblock spammer@mail.example"))
def unblock(ctx: typer.Context, sender: Sender, as_json: AsJson = False) -> None:
    """Let the email of a sender in again. What was held stays held; mail retry decides about it
    again."""
    from supportcli.desk.mail.senders import verbs

    with desk_of(ctx) as desk:
        rule = verbs.unblock(desk, sender)
    _tell(rule, as_json=as_json)


@app.command(epilog=examples("supportcli mail blocked", "supportcli mail blocked --json"))
def blocked(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List blocked senders."""
    _list(ctx, "No sender is blocked.", only_blocked=True, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli mail sender alerts@monitor.example --machine",
        "supportcli mail sender boss@customer.example --person",
        "supportcli mail sender boss@customer.example --forget",
    )
)
def sender(
    ctx: typer.Context,
    sender: Sender,
    *,
    machine: Annotated[
        bool,
        typer.Option("--machine", help="Their email never reopens a ticket or starts a clock."),
    ] = False,
    person: Annotated[
        bool, typer.Option("--person", help="Their email counts, even if it looks automatic.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Decide by each email again, as for everybody.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say whether a sender is a machine or a person. It counts for further email, if the desk
    has it wrong. To take it back: mail undo."""
    from supportcli.desk.mail.senders import verbs

    if (machine, person, forget).count(True) != 1:
        many = machine or person or forget
        raise UsageError(
            "A sender is only one of these." if many else "You did not say what the sender is.",
            "Give one of --machine, --person and --forget.",
        )
    what = None if forget else Judgement.MACHINE if machine else Judgement.PERSON
    with desk_of(ctx) as desk:
        rule = verbs.judge(desk, sender, what)
    _tell(rule, as_json=as_json)


@app.command(epilog=examples("supportcli mail senders", "supportcli mail senders --json"))
def senders(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List what the team said about senders. Each is a machine, a person, or blocked."""
    _list(ctx, "Nothing was said about any sender.", only_blocked=False, as_json=as_json)


def _list(ctx: typer.Context, empty: str, *, only_blocked: bool, as_json: bool) -> None:
    from supportcli.desk.mail import mail_json
    from supportcli.desk.mail.senders import verbs
    from supportcli.rendering.times import moment

    with desk_of(ctx) as desk:
        found, now = verbs.rules(desk), desk.now()
    wanted = [one for one in found if one.blocked is not None or not only_blocked]
    if as_json:
        for one in wanted:
            printing.emit(mail_json.sender(one))
        return
    rows = (
        (
            one.who,
            f"a {one.judged}" if one.judged else "",
            _BLOCKED[one.blocked] if one.blocked else "",
            one.by,
            moment(one.at, now) if one.at else "",
        )
        for one in wanted
    )
    printing.table(_COLUMNS, rows, empty)


def _tell(rule: SenderRule, *, as_json: bool) -> None:
    from supportcli.desk.mail import mail_json

    if as_json:
        printing.emit(mail_json.sender(rule))
    else:
        printing.say(sentence(rule))


def sentence(rule: SenderRule) -> str:
    """What holds for a sender now."""
    said = []
    if rule.judged is not None:
        said.append(f"counts as a {rule.judged}")
    if rule.blocked is Block.HOLD:
        said.append("is blocked: further email is held (see it with: supportcli mail held)")
    if rule.blocked is Block.DISCARD:
        said.append("is blocked: further email is put away")
    return f"{rule.who} {' and '.join(said) or 'is treated like everybody'}."
