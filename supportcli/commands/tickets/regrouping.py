"""`supportcli ticket merge` and `split`: mail that is in the wrong ticket goes where it belongs."""

from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.chosen import Chosen, chosen
from supportcli.commands.options.completion import ticket_numbers
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.numbers import Number
from supportcli.commands.options.prompts import can_ask
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.errors import UsageError
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.tickets.merging import MergePlan

app = typer.Typer(rich_markup_mode=None)

_Rehearse = Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would happen.")]


@app.command(
    epilog=examples(
        "supportcli ticket merge 12 --into 7",
        "supportcli ticket merge 12 13 14 --into 7 --dry-run",
        "supportcli ticket list tag:leak --json | supportcli ticket merge - --into 7",
    )
)
def merge(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    into: Annotated[
        str,
        typer.Option(
            "--into",
            metavar="NUMBER",
            autocompletion=ticket_numbers,
            help="The ticket that gets all messages.",
        ),
    ],
    yes: Annotated[
        bool,
        typer.Option(
            "--yes",
            "-y",
            help="Do not ask if a query finds several tickets, or if their customers differ.",
        ),
    ] = False,
    dry_run: _Rehearse = False,
    as_json: AsJson = False,
) -> None:
    """Merge tickets into another one. Their messages go into it in the order of their dates, with
    participants, tags, followers, drafts and waiting replies; later mail for them goes there too.
    A draft of yours goes below the one that you have there.

    Lists no longer show the merged tickets. Reports count their messages and replies once, in the
    other ticket, and nothing else of them. If the customers differ you are asked; the customer of
    the other ticket stays. ticket undo restores everything; what came meanwhile stays where it
    is."""
    from supportcli.desk.tickets import merging

    target = numbers.one(into)
    with desk_of(ctx) as desk:
        wanted = chosen(ctx, desk, tickets, sure=yes, dry_run=dry_run, as_json=as_json)
        plan = merging.plan(desk, wanted, target)
        if dry_run:
            _tell(plan, as_json=as_json)
            return
        agreed = yes or not plan.question or _agrees(plan)
        done = merging.merge(
            desk, wanted, target, agree=lambda question: agreed and question == plan.question
        )
    printing.done(done, as_json=as_json)


def _tell(plan: "MergePlan", *, as_json: bool) -> None:
    if as_json:
        printing.emit(
            {
                "numbers": [one.number for one in plan.tickets],
                "into": plan.into.number,
                "question": plan.question or None,
                "drafts_joined": plan.joined,
            }
        )
        return
    for sentence in plan.told:
        printing.say(sentence)
    if plan.question:
        printing.warn(f"{plan.question}.", "Without --yes you are asked about that.")


def _agrees(plan: "MergePlan") -> bool:
    """The answer of a person to what a merge would do; no if there is none."""
    if not can_ask():
        return False
    for sentence in plan.told:
        printing.say(sentence)
    return typer.confirm(clean(f"{plan.question}. Merge?"))


@app.command(
    epilog=examples(
        "supportcli ticket split 12 3",
        "supportcli ticket split 12 3 5 6 --dry-run",
    )
)
def split(
    ctx: typer.Context,
    ticket: Number,
    messages: Annotated[
        list[str],
        typer.Argument(
            metavar="MESSAGE",
            help="The messages' numbers, at the end of their first lines in ticket show.",
            show_default=False,
        ),
    ],
    *,
    dry_run: _Rehearse = False,
    as_json: AsJson = False,
) -> None:
    """Make a new ticket of some messages of a ticket. Its customer is whoever wrote the first of
    them; both tickets are linked. Later mail that answers these messages goes into the new ticket.

    To take it back: ticket undo; or, once something came into the new ticket, ticket merge."""
    from supportcli.desk.tickets import splitting

    number, positions = numbers.one(ticket), [_position(one) for one in messages]
    with desk_of(ctx) as desk:
        plan = splitting.plan(desk, number, positions)
        if not dry_run:
            printing.done(splitting.split(desk, number, positions), as_json=as_json)
        elif as_json:
            printing.emit(
                {
                    "number": number,
                    "messages": [one.position for one in plan.messages],
                    "customer": plan.customer.address,
                    "subject": plan.subject,
                }
            )
        else:
            printing.say(f"{plan.told}.")


def _position(typed: str) -> int:
    """A message's number; UsageError if it is not one."""
    word = typed.strip()
    if not (word.isascii() and word.isdigit()) or not 0 < int(word[:10]) < 2**31:
        raise UsageError(
            f"“{typed}” is not a message's number.",
            "Write it as 3; ticket show prints it at the end of each message's first line.",
        )
    return int(word)
