"""`supportcli view`: queries with a name, which are tabs of the inbox and lists."""

import shlex
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import queries, teams, views
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.tickets.listing import columns_of, query_of
from supportcli.domain.tickets.saved_views import (
    EVERYONES,
    MINE,
    SavedView,
    ViewChanges,
    ViewOwner,
    ViewScope,
)
from supportcli.domain.tickets.ticket import Order
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk

app = noun("Views: queries with a name, tabs of the inbox.")

ViewName = Annotated[
    str, typer.Argument(metavar="VIEW", help="The name of a view.", autocompletion=views)
]
OfTeam = Annotated[
    str | None,
    typer.Option(
        "--team",
        metavar="TEAM",
        help="It is this team's: a tab of each member.",
        autocompletion=teams,
        show_default=False,
    ),
]
Everyones = Annotated[
    bool, typer.Option("--everyone", help="It is everybody's. Only an admin saves one.")
]
Columns = Annotated[
    str | None,
    typer.Option(
        "--columns",
        metavar="NAME,NAME",
        help="The columns of ticket list; none or an empty text: the usual ones.",
        show_default=False,
    ),
]
Position = Annotated[
    int | None,
    typer.Option(
        "--position",
        min=1,
        max=1_000,
        help="Its place among the views of the same owner, from 1; the last by default.",
        show_default=False,
    ),
]

_COLUMNS = (
    TableColumn("View", least=8),
    TableColumn("Whose", least=8, goes=1),
    TableColumn("Tickets", goes=3),
    TableColumn("Query", 1_000, least=16, grows=True),
)


@app.command(
    context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]},
    epilog=examples(
        "supportcli view add Refunds tag:refund status:new,open",
        "supportcli view add 'Late' is:overdue --everyone --position 1",
        "supportcli view add Invoices 'invoice OR bill' --team billing --sort updated",
    ),
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, such as Refunds.")],
    query: Annotated[
        list[str],
        typer.Argument(
            metavar="QUERY",
            help="Terms as in ticket list; assignee:me is whoever looks.",
            autocompletion=queries,
            show_default=False,
        ),
    ],
    *,
    team: OfTeam = None,
    everyone: Everyones = False,
    sort: Annotated[
        Order | None,
        typer.Option("--sort", help="How its tickets are sorted.", show_default=False),
    ] = None,
    columns: Columns = None,
    position: Position = None,
    as_json: AsJson = False,
) -> None:
    """Save a query as a view.

    It is a tab of the inbox, and ticket list --view NAME lists its tickets."""
    from supportcli.desk.setup import views as setup

    owner = _owner(team, mine=False, everyone=everyone) or MINE
    wanted = query_of(query, "view add")
    new = SavedView(name, wanted, columns=columns_of(columns), sort=sort)
    if not new.query.strip():
        raise UsageError("You did not say what the view finds.", "Give it a query, as in tag:vip.")
    with desk_of(ctx) as desk:
        made = setup.add_view(desk, new, owner, position)
        _shown(desk, made, f"Saved the view {made.name}.", as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli view edit Refunds --query 'tag:refund is:unsolved'",
        "supportcli view edit Refunds --rename 'Money back' --columns number,due",
        "supportcli view edit Refunds --team billing --position 1",
    )
)
def edit(
    ctx: typer.Context,
    view: ViewName,
    *,
    query: Annotated[
        str | None,
        typer.Option("--query", metavar="QUERY", help="What it finds.", show_default=False),
    ] = None,
    rename: Annotated[
        str | None,
        typer.Option("--rename", metavar="NAME", help="The new name.", show_default=False),
    ] = None,
    team: OfTeam = None,
    everyone: Everyones = False,
    mine: Annotated[bool, typer.Option("--mine", help="It is yours alone.")] = False,
    sort: Annotated[
        Literal["urgency", "updated", "number", "none"] | None,
        typer.Option(
            "--sort", help="How its tickets are sorted; none: as usual.", show_default=False
        ),
    ] = None,
    columns: Columns = None,
    position: Position = None,
    as_json: AsJson = False,
) -> None:
    """Change a view: query, name, owner, place, sort or columns."""
    from supportcli.desk.setup import views as setup

    changes = ViewChanges(
        rename,
        query,
        _owner(team, mine=mine, everyone=everyone),
        None if columns is None else columns_of(columns),
        Order(sort) if sort not in {None, "none"} else None,
        unsorted=sort == "none",
        place=position,
    )
    if changes == ViewChanges():
        raise UsageError(
            "You did not say what to change.",
            "Give --query, --rename, --team, --everyone, --mine, --sort, --columns or --position.",
        )
    if query is not None and not query.strip():
        raise UsageError("A view needs a query.", "Give it one, as in --query tag:vip.")
    with desk_of(ctx) as desk:
        changed = setup.edit_view(desk, view, changes)
        _shown(desk, changed, f"Changed the view {changed.name}.", as_json=as_json)


@app.command(epilog=examples("supportcli view remove Refunds"))
def remove(ctx: typer.Context, view: ViewName, as_json: AsJson = False) -> None:
    """Remove a view. Its tickets stay as they are."""
    from supportcli.desk.setup import setup_json
    from supportcli.desk.setup import views as setup

    with desk_of(ctx) as desk:
        gone = setup.remove_view(desk, view)
    if as_json:
        printing.emit(setup_json.view(gone))
    else:
        printing.say(f"Removed the view {gone.name}. To have it back: {again(gone)}")


def again(gone: SavedView) -> str:
    """The command that saves a removed view as it was."""
    words = ["supportcli", "view", "add", gone.name, gone.query]
    words += ["--team", gone.team] if gone.team else []
    words += ["--everyone"] if gone.scope == "everyone" else []
    words += ["--sort", gone.sort.value] if gone.sort else []
    words += ["--columns", ",".join(gone.columns)] if gone.columns else []
    return shlex.join([*words, "--position", str(gone.place)])


@app.command(epilog=examples("supportcli view show Refunds", "supportcli view show Mine --json"))
def show(ctx: typer.Context, view: ViewName, as_json: AsJson = False) -> None:
    """Show a view, and how many tickets it finds."""
    from supportcli.desk.setup import views as setup

    with desk_of(ctx) as desk:
        found = setup.view(desk, view)
        _shown(desk, found, f"View      {found.name}", as_json=as_json)


@app.command("list", epilog=examples("supportcli view list", "supportcli view list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the views.

    The built-in ones, everybody's, your teams', yours. An admin sees those of all teams."""
    from supportcli.desk.setup import setup_json
    from supportcli.desk.setup import views as setup

    with desk_of(ctx) as desk:
        there = setup.list_views(desk)
        counts = setup.counts(desk, there)
    if as_json:
        for one in there:
            printing.emit(setup_json.view(one, counts))
        return
    rows = [
        (
            one.name,
            one.whose,
            str(counts.found.get(one.asked, "!")),
            counts.problems.get(one.asked, "") or one.asked or "all but spam, deleted and merged",
        )
        for one in there
    ]
    printing.table(_COLUMNS, rows, "")


def _owner(team: str | None, *, mine: bool, everyone: bool) -> ViewOwner | None:
    """Whose a view is to be; None if nothing was said. UsageError if several things were."""
    if mine + everyone + (team is not None) > 1:
        raise UsageError("A view has one owner.", "Give one of --team, --everyone and --mine.")
    if team is not None:
        return ViewOwner(ViewScope.TEAM, team)
    if everyone:
        return EVERYONES
    return MINE if mine else None


def _shown(desk: "Desk", view: SavedView, said: str, *, as_json: bool) -> None:
    from supportcli.desk.setup import setup_json
    from supportcli.desk.setup import views as setup

    counts = setup.counts(desk, [view])
    if as_json:
        printing.emit(setup_json.view(view, counts))
        return
    printing.say(said)
    printing.say(f"Query     {view.query or 'all but spam, deleted and merged'}")
    printing.say(f"Whose     {view.whose}" + ("" if view.is_built_in else f", at {view.place}"))
    if view.sort:
        printing.say(f"Sort      {view.sort}")
    if view.columns:
        printing.say(f"Columns   {','.join(view.columns)}")
    problem = counts.problems.get(view.asked)
    printing.say(f"Tickets   {problem or f'{counts.found[view.asked]:,}'}")
