"""`supportcli agent`: the people who answer."""

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import agents, teams
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.setup import letterhead
from supportcli.domain.people import Role, address_of
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk.people.agent_edits import AgentChanges
    from supportcli.domain.people import Agent

app = noun("The people who answer.", more=("people.agent_leaving",))

Who = Annotated[
    str, typer.Argument(metavar="AGENT", help="Their address, or me.", autocompletion=agents)
]

InTeam = Annotated[
    list[str] | None,
    typer.Option(
        "--team",
        metavar="TEAM",
        help="A team to put them into. May be repeated.",
        autocompletion=teams,
        show_default=False,
    ),
]
NotInTeam = Annotated[
    list[str] | None,
    typer.Option(
        "--no-team",
        metavar="TEAM",
        help="A team to take them out of. May be repeated.",
        autocompletion=teams,
        show_default=False,
    ),
]
NewName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Their name.", show_default=False)
]
NewAddress = Annotated[
    str | None,
    typer.Option(
        "--address",
        metavar="ADDRESS",
        help="Another address; the history keeps the old one.",
        show_default=False,
    ),
]

_COLUMNS = (
    TableColumn("Name", least=8),
    TableColumn("Address", least=12, grows=True),
    TableColumn("Role", goes=1),
    TableColumn("", goes=2),
)


@app.command(
    epilog=examples(
        "supportcli agent add 'Bob Lee <bob@shop.example>'",
        "supportcli agent add 'Eve <eve@shop.example>' --role light-agent",
    )
)
def add(
    ctx: typer.Context,
    who: Annotated[str, typer.Argument(metavar="'NAME <ADDRESS>'", help="Their name and address.")],
    *,
    role: Annotated[
        Role, typer.Option(help="What they may do: light agents can only write notes.")
    ] = Role.AGENT,
    os_user: Annotated[
        str | None,
        typer.Option(
            "--os-user",
            metavar="USER",
            help="Only this operating system user may act as them.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add an agent. They then run: supportcli init --agent ADDRESS."""
    from supportcli.desk.setup import founding, setup_json

    person = address_of(who)
    with desk_of(ctx) as desk:
        agent = founding.add_agent(desk, person, role, os_user)
    if as_json:
        printing.emit(setup_json.agent(agent))
    else:
        printing.say(
            f"{agent.name} is an agent now. On their machine: supportcli init --agent "
            f"{agent.address}"
        )


@app.command(
    epilog=examples(
        "supportcli agent edit bob@shop.example --name 'Bob Lee-Smith'",
        "supportcli agent edit bob@shop.example --address robert@shop.example",
        "supportcli agent edit bob@shop.example --role admin --team billing",
        "supportcli agent edit bob@shop.example --signature -",
        "supportcli agent edit bob@shop.example --signature 'Bob Lee, Mill Shop'",
        "supportcli agent edit bob@shop.example --no-signature",
    )
)
def edit(
    ctx: typer.Context,
    which: Who,
    *,
    name: NewName = None,
    address: NewAddress = None,
    role: Annotated[Role | None, typer.Option(help="What they may do.", show_default=False)] = None,
    team: InTeam = None,
    no_team: NotInTeam = None,
    signature: letterhead.Signature = None,
    no_signature: letterhead.NoSignature = False,
    as_json: AsJson = False,
) -> None:
    """Change an agent's name, address, role, teams or signature. The signature stands below their
    replies, above that of the mailbox.

    Everybody may change their own name and signature, and only admins the rest. One admin always
    stays."""
    from supportcli.desk.people.agent_edits import AgentChanges, edit_agent
    from supportcli.desk.setup import setup_json, teams
    from supportcli.desk.tickets.verbs import agent_known

    changes = AgentChanges(
        name=name,
        address=address,
        role=role,
        joins=tuple(team or ()),
        leaves=tuple(no_team or ()),
    )
    signs = signature is not None or no_signature
    if not (changes or signs):
        raise UsageError(
            "You did not say what to change.",
            "Give --name, --address, --role, --team, --no-team, --signature TEXT or "
            "--no-signature.",
        )
    with desk_of(ctx) as desk, ExitStack() as stack:
        if signs:
            before = agent_known(desk, which).signature
            written = stack.enter_context(
                letterhead.signature_text(signature, remove=no_signature, before=before)
            )
            changes = replace(changes, signature=written)
        agent, there = edit_agent(desk, which, changes), teams.list_teams(desk)
    if as_json:
        printing.emit(setup_json.agent(agent, there))
    else:
        _say_edited(agent, changes)


def _say_edited(agent: "Agent", changes: "AgentChanges") -> None:
    """Say what became of an agent."""
    if changes.name is not None or changes.address is not None:
        printing.say(f"They are {agent.name} <{agent.address}> now.")
    if changes.address is not None:
        printing.say(f'In config.toml on their machine: agent = "{agent.address}"')
    placed = [
        *([f"has the role {agent.role.value}"] if changes.role else []),
        *(f"is in the team {one}" for one in changes.joins),
        *(f"is not in the team {one}" for one in changes.leaves),
    ]
    if placed:
        printing.say(f"{agent.name} {' and '.join(placed)} now.")
    if changes.signature is None:
        return
    if agent.signature:
        printing.say(f"Below the replies of {agent.name}:")
        letterhead.say_signature(agent.signature)
    else:
        printing.say(f"{agent.name} has no signature now.")


@app.command(epilog=examples("supportcli agent show bob@shop.example"))
def show(ctx: typer.Context, which: Who, as_json: AsJson = False) -> None:
    """Show an agent: role, teams, absence and signature."""
    from supportcli.desk.people import agents as people
    from supportcli.desk.setup import setup_json, teams
    from supportcli.desk.tickets.verbs import agent_known
    from supportcli.rendering.times import stamp

    with desk_of(ctx) as desk:
        agent = agent_known(desk, which)
        absence = people.absences(desk).get(agent.id)
        there = teams.list_teams(desk)
    if as_json:
        printing.emit(setup_json.agent(agent, there, absence))
        return
    printing.say(f"Agent     {agent.name} <{agent.address}>")
    printing.say(f"Role      {agent.role.value}" + ("" if agent.active else ", left"))
    if mine := [team.name for team in there if team.has(agent.address)]:
        printing.say(f"Teams     {', '.join(mine)}")
    if absence is not None:
        printing.say(f"Away      until {stamp(absence.until)}")
    if agent.signature:
        letterhead.say_signature(agent.signature)


@app.command("list", epilog=examples("supportcli agent list", "supportcli agent list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the agents."""
    from supportcli.desk.people import agents as people
    from supportcli.desk.people.colleagues import list_agents
    from supportcli.desk.setup import setup_json, teams
    from supportcli.rendering.times import stamp

    with desk_of(ctx) as desk:
        found = list_agents(desk)
        away = people.absences(desk)
        me, there = desk.settings.agent, teams.list_teams(desk)
    if as_json:
        for agent in found:
            printing.emit(setup_json.agent(agent, there, away.get(agent.id)))
        return
    remarks = {one.id: ["you"] if one.address == me else [] for one in found}
    for one, absence in away.items():
        remarks[one].append(f"away until {stamp(absence.until)}")
    rows = [
        (
            agent.name,
            agent.address,
            agent.role.value + ("" if agent.active else ", left"),
            ", ".join(remarks[agent.id]),
        )
        for agent in found
    ]
    printing.table(_COLUMNS, rows, "There are no agents yet.")
