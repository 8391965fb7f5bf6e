"""`supportcli ticket assign`, `solve`, `undo` and their like: what is done to one ticket, or to
many at once and undone together."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options import numbers
from supportcli.commands.options.chosen import Chosen, Sure, chosen
from supportcli.commands.options.completion import (
    agents,
    customers,
    mailboxes,
    shortcuts,
    teams,
    ticket_numbers,
)
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.numbers import DryRun
from supportcli.commands.options.prompts import Yes, agreed
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.tickets.listing import do_or_show, show_lines
from supportcli.domain.tickets.snoozing import SNOOZES
from supportcli.domain.tickets.ticket import Priority
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.gestures import Done

app = typer.Typer(rich_markup_mode=None)

_PRIORITIES = [str(priority) for priority in Priority]


def _each(
    ctx: typer.Context,
    typed: Sequence[str],
    verb: Callable[["Desk", Sequence[int]], "Done"],
    *,
    dry_run: bool,
    as_json: bool,
    yes: bool = False,
) -> None:
    """Do one verb to all named tickets, or say which ones it would change."""
    with desk_of(ctx) as desk:
        wanted = chosen(ctx, desk, typed, sure=yes, dry_run=dry_run, as_json=as_json)
        do_or_show(desk, wanted, verb, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket assign 12",
        "supportcli ticket assign 12 13 --to bob",
        "supportcli ticket assign 12 --team billing",
        "supportcli ticket assign 'is:unassigned tag:refund' --to bob --yes",
        "supportcli ticket list assignee:none --json | supportcli ticket assign -",
    )
)
def assign(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="AGENT",
            autocompletion=agents,
            help="An agent's address or name, me, or none. Without --team: me.",
            show_default=False,
        ),
    ] = None,
    team: Annotated[
        str | None,
        typer.Option(
            "--team",
            metavar="TEAM",
            autocompletion=teams,
            help="A team's name, or none. Only its own agents keep the ticket.",
            show_default=False,
        ),
    ] = None,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Assign tickets to an agent, to a team, or to yourself."""
    from supportcli.desk.tickets.handing import hand_to
    from supportcli.desk.tickets.verbs import assign as verb

    typed = "me" if to is None and team is None else to
    who = None if typed is None or typed.strip().lower() == "none" else typed

    def do(desk: "Desk", wanted: Sequence[int]) -> "Done":
        if team is None:
            return verb(desk, wanted, who)
        return hand_to(desk, wanted, team, "none" if who is None and to is not None else who)

    _each(ctx, tickets, do, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket tag 12 --add refund",
        "supportcli ticket tag 12 13 --add refund --add vip --remove billing",
    )
)
def tag(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    add: Annotated[
        list[str] | None,
        typer.Option("--add", "-a", metavar="TAG", help="A tag to add. May be repeated."),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", "-r", metavar="TAG", help="A tag to remove. May be repeated."),
    ] = None,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Add tags to tickets, and remove tags."""
    from supportcli.desk.tickets.verbs import tag as verb

    if not add and not remove:
        raise UsageError("No tag was given.", "Give tags with --add TAG and --remove TAG.")
    _each(
        ctx,
        tickets,
        lambda desk, wanted: verb(desk, wanted, set(add or ()), set(remove or ())),
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command(
    epilog=examples(
        "supportcli ticket priority 12 --to high", "supportcli ticket priority 12 13 --to normal"
    )
)
def priority(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="|".join(_PRIORITIES),
            autocompletion=lambda: _PRIORITIES,
            help="The new priority.",
        ),
    ],
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Set the priority of tickets."""
    from supportcli.desk.tickets.verbs import prioritise

    try:
        wanted = Priority.of(to)
    except ValueError:
        raise UsageError(
            f"“{to}” is not a priority.", f"Use one of: {', '.join(_PRIORITIES)}"
        ) from None
    _each(
        ctx,
        tickets,
        lambda desk, numbers_: prioritise(desk, numbers_, wanted),
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command(epilog=examples("supportcli ticket wait 12", "supportcli ticket wait 12 13 14"))
def wait(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Mark tickets as waiting for the customer (pending)."""
    from supportcli.desk.tickets.verbs import wait as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket solve 12",
        "supportcli ticket list tag:spring --json | supportcli ticket solve - -n",
    )
)
def solve(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Mark tickets as solved. The customer's next message reopens them."""
    from supportcli.desk.tickets.verbs import solve as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket hold 12",
        "supportcli ticket list tag:supplier --json | supportcli ticket hold -",
    )
)
def hold(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Put tickets on hold. They wait for somebody other than the customer; the customer's next
    message reopens them."""
    from supportcli.desk.tickets.verbs import hold as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket spam 12",
        "supportcli ticket list tag:junk --json | supportcli ticket spam - -n",
    )
)
def spam(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Mark tickets as spam; no mail is sent. They leave every list but status:spam, and further
    mail does not reopen them.

    To take it back: ticket undo, or later ticket reopen."""
    from supportcli.desk.tickets.verbs import spam as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket delete 12",
        "supportcli ticket list status:spam --json | supportcli ticket delete -",
    )
)
def delete(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Delete tickets; no mail is sent. They leave every list but status:deleted, and an answer to
    one opens a new ticket.

    Nothing is lost. To take it back: ticket undo, or later ticket reopen."""
    from supportcli.desk.tickets.verbs import delete as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket reopen 12",
        "supportcli ticket list status:spam --json | supportcli ticket reopen -",
    )
)
def reopen(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Reopen tickets: solved, pending, on hold, spam or deleted."""
    from supportcli.desk.tickets.verbs import reopen as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket edit 12 --subject 'Parcel 7781 is late'",
        "supportcli ticket edit 12 --customer 'Sue Kent <sue@acme.example>'",
        "supportcli ticket edit 12 13 --mailbox help@shop.example",
    )
)
def edit(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    subject: Annotated[
        str | None,
        typer.Option("--subject", metavar="TEXT", help="What it is called.", show_default=False),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(
            "--customer",
            metavar="ADDRESS",
            autocompletion=customers,
            help="Whose it is: an address, with or without a name.",
            show_default=False,
        ),
    ] = None,
    mailbox: Annotated[
        str | None,
        typer.Option(
            "--mailbox",
            metavar="ADDRESS",
            autocompletion=mailboxes,
            help="The mailbox it is moved to.",
            show_default=False,
        ),
    ] = None,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Change the subject, customer or mailbox of tickets. Replies then have that
    subject, go to that customer, and come from that mailbox, whose policies apply; nobody is told.
    Clocks go on. Whoever was the customer before can still write to the ticket."""
    from supportcli.desk.tickets import editing

    changes = editing.Edit(subject, mailbox, customer)
    _each(
        ctx,
        tickets,
        lambda desk, wanted: editing.edit(desk, wanted, changes),
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command(
    epilog=examples(
        "supportcli ticket snooze 12 --until 'tomorrow 9:00'",
        "supportcli ticket snooze 12 13 --until 'next business morning'",
        "supportcli ticket snooze 12 --until reply",
    )
)
def snooze(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    until: Annotated[
        str,
        typer.Option(
            "--until",
            metavar="TIME|reply",
            autocompletion=lambda: list(SNOOZES),
            help="2h, tomorrow 9:00, next mon, next business morning, with 'their time' in the "
            "customer's zone; or reply: until the customer writes.",
            show_default=False,
        ),
    ],
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Snooze tickets until a time, or until the customer writes. They leave the views of open
    tickets. An email of the customer wakes them in any case, a note does not. Service-level clocks
    go on."""
    from supportcli.desk.tickets import snoozing

    _each(
        ctx,
        tickets,
        lambda desk, wanted: snoozing.snooze(desk, wanted, until),
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )


@app.command(
    epilog=examples(
        "supportcli ticket wake 12",
        "supportcli ticket list is:snoozed --json | supportcli ticket wake -",
    )
)
def wake(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Wake snoozed tickets: they are back in the views at once."""
    from supportcli.desk.tickets.snoozing import wake as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(epilog=examples("supportcli ticket follow 12", "supportcli ticket follow 12 13 14"))
def follow(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Follow tickets, whoever they are assigned to. See them with: ticket list following:me."""
    from supportcli.desk.tickets.verbs import follow as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket unfollow 12",
        "supportcli ticket list following:me --json | supportcli ticket unfollow -",
    )
)
def unfollow(
    ctx: typer.Context,
    tickets: Chosen,
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Stop following tickets."""
    from supportcli.desk.tickets.verbs import unfollow as verb

    _each(ctx, tickets, verb, yes=yes, dry_run=dry_run, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli ticket apply goodbye 12",
        "supportcli ticket list tag:late --json | supportcli ticket apply delay - -n",
    )
)
def apply(
    ctx: typer.Context,
    shortcut: Annotated[
        str,
        typer.Argument(
            metavar="SHORTCUT",
            autocompletion=shortcuts,
            help="A canned response or macro.",
            show_default=False,
        ),
    ],
    tickets: Chosen,
    *,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Apply a canned response or a macro to tickets. It answers all of them or none; one undo takes
    everything back.

    If a value is missing for one of them, nothing is done; --dry-run says which. It shows who gets
    each reply, and asks first if somebody is new to a ticket, or if a reply would go to more than
    five people (see: supportcli ticket reply --help)."""
    from supportcli.desk.replies import applying
    from supportcli.desk.tickets.lists import lines_there

    agree = agreed(yes=yes)
    with desk_of(ctx) as desk:
        wanted = chosen(ctx, desk, tickets, sure=yes, dry_run=dry_run, as_json=as_json)
        if dry_run:
            plans = applying.plan(desk, wanted, shortcut)
            show_lines(lines_there(desk, wanted), desk.now(), "", as_json=as_json)
            if question := applying.question(plans):
                printing.warn(
                    f"{question[:1].upper()}{question[1:]}.",
                    "Without --yes you are asked about that.",
                )
        else:
            printing.answered(applying.apply(desk, wanted, shortcut, agree=agree), as_json=as_json)


@app.command(epilog=examples("supportcli ticket undo", "supportcli ticket undo 12"))
def undo(
    ctx: typer.Context,
    ticket: Annotated[
        str | None,
        typer.Argument(
            metavar="NUMBER",
            help="Only what you did to this ticket.",
            autocompletion=ticket_numbers,
        ),
    ] = None,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only say what would be undone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Undo your last action, or your last one on a ticket. An action on several tickets is undone
    on all of them. Without a NUMBER it may also be what you did to a customer (an edit, a merge, an
    import, a block): `customer undo` undoes only those.

    A reply can be undone before it leaves, or if it was refused or cancelled. Once it has been
    sent, only the changes made with it are undone: solving the ticket, and what the macro
    changed."""
    from supportcli.desk.undo import undo as verb

    number = None if ticket is None else numbers.one(ticket)
    with desk_of(ctx) as desk:
        printing.done(verb(desk, number, dry_run=dry_run), as_json=as_json)


@app.command(epilog=examples("supportcli ticket redo", "supportcli ticket redo 12"))
def redo(
    ctx: typer.Context,
    ticket: Annotated[
        str | None,
        typer.Argument(
            metavar="NUMBER",
            help="Only what you have undone on this ticket.",
            autocompletion=ticket_numbers,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Redo what you have just undone, as often as you undid. All its tickets get it; after anything
    else there is nothing to redo. A reply waits ten seconds again before it leaves."""
    from supportcli.desk.redo import redo as verb

    number = None if ticket is None else numbers.one(ticket)
    with desk_of(ctx) as desk:
        printing.done(verb(desk, number), as_json=as_json)
