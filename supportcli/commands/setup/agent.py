"""`supportcli agent`: the people who answer."""

from typing import Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.people import Role, address_of

app = noun("The people who answer.")

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


@app.command("list", epilog=examples("supportcli agent list", "supportcli agent list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the agents."""
    from supportcli.desk.setup import founding, setup_json

    with desk_of(ctx) as desk:
        found = founding.list_agents(desk)
        me = desk.settings.agent
    if as_json:
        for agent in found:
            printing.emit(setup_json.agent(agent))
        return
    rows = [
        (
            agent.name,
            agent.address,
            agent.role.value + ("" if agent.active else ", left"),
            "you" if agent.address == me else "",
        )
        for agent in found
    ]
    printing.table(_COLUMNS, rows, "There are no agents yet.")
