"""`supportcli team`: agents who share tickets."""

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import agents, teams
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.domain.teams import AgentTeam

app = noun("Teams: agents who share tickets.")

TeamName = Annotated[
    str, typer.Argument(metavar="TEAM", help="The name of a team.", autocompletion=teams)
]
Members = Annotated[
    list[str] | None,
    typer.Option(
        "--member",
        metavar="AGENT",
        help="An agent of the team, by address or name. May be repeated.",
        autocompletion=agents,
        show_default=False,
    ),
]
NoMembers = Annotated[
    list[str] | None,
    typer.Option(
        "--no-member",
        metavar="AGENT",
        help="An agent who leaves the team. May be repeated.",
        autocompletion=agents,
        show_default=False,
    ),
]
Rename = Annotated[
    str | None, typer.Option("--rename", metavar="NAME", help="The new name.", show_default=False)
]

_COLUMNS = (TableColumn("Team", least=8), TableColumn("Members", least=12, grows=True))


@app.command(
    epilog=examples(
        "supportcli team add billing",
        "supportcli team add 'second line' --member ada --member bob@shop.example",
    )
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name, such as billing.")],
    *,
    members: Members = None,
    as_json: AsJson = False,
) -> None:
    """Add a team. Give it tickets with: ticket assign NUMBER --team TEAM."""
    from supportcli.desk.setup import teams as setup

    with desk_of(ctx) as desk:
        made = setup.add_team(desk, name, members or ())
    _shown(made, f"The team {made.name} is there now.", as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli team edit billing --member eve@shop.example",
        "supportcli team edit billing --no-member bob --rename invoices",
    )
)
def edit(
    ctx: typer.Context,
    team: TeamName,
    *,
    members: Members = None,
    no_members: NoMembers = None,
    rename: Rename = None,
    as_json: AsJson = False,
) -> None:
    """Change who is in a team, or its name. Its tickets stay with it."""
    from supportcli.desk.setup import teams as setup

    if not members and not no_members and rename is None:
        raise UsageError(
            "You did not say what to change.",
            "Give --member AGENT, --no-member AGENT or --rename NAME.",
        )
    with desk_of(ctx) as desk:
        found = setup.edit_team(
            desk, team, rename=rename, add=members or (), remove=no_members or ()
        )
    _shown(found, f"Changed the team {found.name}.", as_json=as_json)


@app.command(epilog=examples("supportcli team remove billing"))
def remove(ctx: typer.Context, team: TeamName, as_json: AsJson = False) -> None:
    """Remove a team. It must have no unsolved tickets; settled ones still name it."""
    from supportcli.desk.setup import setup_json
    from supportcli.desk.setup import teams as setup

    with desk_of(ctx) as desk:
        gone = setup.remove_team(desk, team)
    if as_json:
        printing.emit(setup_json.team(gone))
    else:
        printing.say(
            f"Removed the team {gone.name}. To have it back: supportcli team add "
            f"{shlex.quote(gone.name)}"
        )


@app.command(epilog=examples("supportcli team show billing"))
def show(ctx: typer.Context, team: TeamName, as_json: AsJson = False) -> None:
    """Show a team and its members."""
    from supportcli.desk.setup import teams as setup

    with desk_of(ctx) as desk:
        found = setup.team(desk, team)
    _shown(found, f"Team     {found.name}", as_json=as_json)


@app.command("list", epilog=examples("supportcli team list", "supportcli team list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the teams."""
    from supportcli.desk.setup import setup_json
    from supportcli.desk.setup import teams as setup

    with desk_of(ctx) as desk:
        found = setup.list_teams(desk)
    if as_json:
        for team in found:
            printing.emit(setup_json.team(team))
        return
    rows = [(team.name, _members(team)) for team in found]
    printing.table(_COLUMNS, rows, "There are no teams yet. Add one with: supportcli team add NAME")


def _members(team: "AgentTeam") -> str:
    return ", ".join(member.name or member.address for member in team.members) or "nobody"


def _shown(team: "AgentTeam", said: str, *, as_json: bool) -> None:
    from supportcli.desk.setup import setup_json

    if as_json:
        printing.emit(setup_json.team(team))
        return
    printing.say(said)
    printing.say(f"Members  {_members(team)}")
