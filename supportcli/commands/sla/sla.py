"""`supportcli sla list|show|add|edit`: what customers are promised."""

from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.sla import options
from supportcli.commands.sla.options import Which, with_terms

if TYPE_CHECKING:
    from supportcli.desk.sla.policies import PolicyNow, PolicyTexts

app = noun("Service levels: what you promise, and whether you keep it.", more=("sla.targets",))

_COLUMNS = (
    TableColumn("Name", least=8),
    TableColumn("For", least=12, goes=3),
    TableColumn("First response", 24, least=10),
    TableColumn("Next response", 24, least=10, goes=2),
    TableColumn("Resolution", 24, least=10, goes=1),
    TableColumn("Valid", 24, least=10, goes=4),
)
_FOLLOWS = "To apply it to what is already running: supportcli sla recompute"


@app.command("list", epilog=examples("supportcli sla list", "supportcli sla list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the policies, in order. A ticket gets the first policy whose condition it matches."""
    from supportcli.desk.sla import policies

    with desk_of(ctx) as desk:
        found = policies.list_policies(desk)
        now = desk.now()
    if as_json:
        for policy in found:
            printing.emit(options.shape(policy))
        return
    empty = (
        "There are no policies yet. Add one with: supportcli sla add Standard --first-response 24h"
    )
    printing.table(_COLUMNS, (options.cells(policy, now) for policy in found), empty)


@app.command(epilog=examples("supportcli sla show Standard", "supportcli sla show Standard --json"))
def show(ctx: typer.Context, name: Which, as_json: AsJson = False) -> None:
    """Show a policy, with its earlier versions."""
    from supportcli.desk.sla import policies

    with desk_of(ctx) as desk:
        policy = policies.policy(desk, name)
    _tell(policy, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli sla add Standard --first-response 24h",
        "supportcli sla add VIP --when 'tag:vip' --position 1 --calendar office \\",
        "    --first-response 'urgent=30m 2h' --next-response 'urgent=1h@clock 4h' \\",
        "    --resolution 'urgent=8h 24h' --pause pending,on-hold --warn 1h,15m",
    )
)
@with_terms()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the team calls it.")],
    *,
    texts: "PolicyTexts",
    as_json: AsJson = False,
) -> None:
    """Add a policy. It is valid for targets that start from now on."""
    from supportcli.desk.sla import policies

    with desk_of(ctx) as desk:
        now = desk.now()
        policy = policies.add_policy(desk, name, texts)
    with printing.telling():
        if not as_json:
            printing.say(f"Added {policy.name}.")
        if policy.valid_from < now and not as_json:
            printing.say(_FOLLOWS)
        _tell(policy, as_json=as_json)


@app.command(
    epilog=examples(
        "supportcli sla edit Standard --first-response 'urgent=1h 8h'",
        "supportcli sla edit VIP --position 1",
        "supportcli sla edit Standard --to now",
        "supportcli sla edit Standard --pause pending --since 2026-03-01",
    )
)
@with_terms()
def edit(
    ctx: typer.Context,
    name: Which,
    *,
    texts: "PolicyTexts",
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Change it for targets that started then or later. Default: now.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change a policy: its goals, its position or its dates. New goals apply to targets that start
    from now on."""
    from supportcli.desk.sla import policies

    with desk_of(ctx) as desk:
        done = policies.edit_policy(desk, name, texts, since)
    with printing.telling():
        if not as_json:
            printing.say(
                f"Changed {done.policy.name}."
                if done.changed
                else f"Nothing changed: {done.policy.name} already has these settings."
            )
        if done.back_dated and not as_json:
            printing.say(_FOLLOWS)
        _tell(done.policy, as_json=as_json)


def _tell(policy: "PolicyNow", *, as_json: bool) -> None:
    if as_json:
        printing.emit(options.shape(policy))
        return
    for line in options.lines(policy):
        printing.say(line)
