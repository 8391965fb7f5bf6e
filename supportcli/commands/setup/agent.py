"""`supportcli agent`: the people who answer."""

from collections.abc import Sequence
from typing import Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import agents, teams
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.people import agent_leaving
from supportcli.commands.setup import letterhead
from supportcli.domain.people import Role, address_of
from supportcli.errors import UsageError

app = noun("The people who answer.")

Who = Annotated[str, typer.Argument(metavar="AGENT", help="Their address.", autocompletion=agents)]

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
    renames = name is not None or address is not None
    places = role is not None or bool(team or no_team)
    signs = signature is not None or no_signature
    if not (renames or places or signs):
        raise UsageError(
            "You did not say what to change.",
            "Give --name, --address, --role, --team, --no-team, --signature TEXT or "
            "--no-signature.",
        )
    if renames:
        which = _rename(ctx, which, name, address, as_json=as_json)
    if places:
        _place(ctx, which, role, team or (), no_team or (), as_json=as_json)
    if signs:
        _sign(ctx, which, signature, remove=no_signature, as_json=as_json)


def _place(
    ctx: typer.Context,
    which: str,
    role: Role | None,
    joins: Sequence[str],
    leaves: Sequence[str],
    *,
    as_json: bool,
) -> None:
    """Give an agent a role, put them into teams and take them out."""
    from supportcli.desk.people.agents import give_role
    from supportcli.desk.setup import letterheads, setup_json, teams

    with desk_of(ctx) as desk:
        given = [] if role is None else [give_role(desk, which, role)]
        joined = [teams.edit_team(desk, name, add=[which]) for name in joins]
        left = [teams.edit_team(desk, name, remove=[which]) for name in leaves]
        agent = letterheads.agent(desk, which)
    said = [
        *(f"has the role {one.role.value}" for one in given),
        *(f"is in the team {one.name}" for one in joined),
        *(f"is not in the team {one.name}" for one in left),
    ]
    if as_json:
        printing.emit(setup_json.agent(agent))
    else:
        printing.say(f"{agent.name} {' and '.join(said)} now.")


def _sign(
    ctx: typer.Context, which: str, signature: str | None, *, remove: bool, as_json: bool
) -> None:
    from supportcli.desk.setup import letterheads, setup_json

    with desk_of(ctx) as desk:
        before = letterheads.agent(desk, which).signature
        with letterhead.signature_text(signature, remove=remove, before=before) as written:
            agent = letterheads.sign_agent(desk, which, written)
    if as_json:
        printing.emit(setup_json.agent(agent))
    elif agent.signature:
        printing.say(f"Below the replies of {agent.name}:")
        letterhead.say_signature(agent.signature)
    else:
        printing.say(f"{agent.name} has no signature now.")


def _rename(
    ctx: typer.Context, which: str, name: str | None, address: str | None, *, as_json: bool
) -> str:
    """Give an agent another name or address; answers with the address that they have now."""
    from supportcli.desk.people import agents as people
    from supportcli.desk.setup import setup_json

    with desk_of(ctx) as desk:
        agent = people.rename_agent(desk, which, name=name, address=address)
    if as_json:
        printing.emit(setup_json.agent(agent))
        return agent.address
    printing.say(f"They are {agent.name} <{agent.address}> now.")
    if address is not None:
        printing.say(f'In config.toml on their machine: agent = "{agent.address}"')
    return agent.address


@app.command(epilog=examples("supportcli agent show bob@shop.example"))
def show(ctx: typer.Context, which: Who, as_json: AsJson = False) -> None:
    """Show an agent: role, absence and signature."""
    from supportcli.desk.people import agents as people
    from supportcli.desk.setup import letterheads, setup_json
    from supportcli.rendering.times import stamp

    with desk_of(ctx) as desk:
        agent = letterheads.agent(desk, which)
        absence = people.absences(desk).get(agent.id)
    if as_json:
        printing.emit(setup_json.agent(agent, absence))
        return
    printing.say(f"Agent     {agent.name} <{agent.address}>")
    printing.say(f"Role      {agent.role.value}" + ("" if agent.active else ", left"))
    if absence is not None:
        printing.say(f"Away      until {stamp(absence.until)}")
    if agent.signature:
        letterhead.say_signature(agent.signature)


@app.command("list", epilog=examples("supportcli agent list", "supportcli agent list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the agents."""
    from supportcli.desk.people import agents as people
    from supportcli.desk.setup import founding, setup_json
    from supportcli.rendering.times import stamp

    with desk_of(ctx) as desk:
        found = founding.list_agents(desk)
        away = people.absences(desk)
        me = desk.settings.agent
    if as_json:
        for agent in found:
            printing.emit(setup_json.agent(agent, away.get(agent.id)))
        return
    rows = [
        (
            agent.name,
            agent.address,
            agent.role.value + ("" if agent.active else ", left"),
            f"away until {stamp(away[agent.id].until)}"
            if agent.id in away
            else "you" * (agent.address == me),
        )
        for agent in found
    ]
    printing.table(_COLUMNS, rows, "There are no agents yet.")


app.add_typer(agent_leaving.app)
