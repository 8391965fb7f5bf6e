"""`supportcli sla`: what customers are promised, and whether it is kept."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands import output, sla_account, sla_options
from supportcli.commands.examples import examples
from supportcli.commands.meter import meter
from supportcli.commands.noun import noun
from supportcli.commands.numbers import DryRun, Number, one
from supportcli.commands.output import AsJson, Column
from supportcli.commands.place import desk_of
from supportcli.commands.sla_options import Which, with_terms

if TYPE_CHECKING:
    from supportcli.desk.policies import Difference, PolicyNow, PolicyTexts

app = noun("Service levels: what customers are promised, and whether it is kept.")

_COLUMNS = (
    Column("Name", least=8),
    Column("For", least=12, goes=3),
    Column("First response", 24, least=10),
    Column("Next response", 24, least=10, goes=2),
    Column("Resolution", 24, least=10, goes=1),
    Column("Valid", 24, least=10, goes=4),
)
_FOLLOWS = "What ran already follows with: supportcli sla recompute"
_DIFFERENCES = (Column("Ticket"), Column("Target"), Column("Was", least=20), Column("Would be", least=20, grows=True))


@app.command("list", epilog=examples("supportcli sla list", "supportcli sla list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the policies, in the order in which they are asked: the first whose condition fits a ticket is its policy."""
    from supportcli.desk import policies

    with desk_of(ctx) as desk:
        found = policies.list_policies(desk)
        now = desk.now()
    if as_json:
        for policy in found:
            output.emit(sla_options.shape(policy))
        return
    empty = "There is no policy yet. Add one with: supportcli sla add Standard --first-response 24h"
    output.table(_COLUMNS, (sla_options.cells(policy, now) for policy in found), empty)


@app.command(epilog=examples("supportcli sla show Standard", "supportcli sla show Standard --json"))
def show(ctx: typer.Context, name: Which, as_json: AsJson = False) -> None:
    """Show a policy whole, with what it said before."""
    from supportcli.desk import policies

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
    """Add a policy. It holds for targets that start from now on."""
    from supportcli.desk import policies

    with desk_of(ctx) as desk:
        now = desk.now()
        policy = policies.add_policy(desk, name, texts)
    with output.telling():
        if not as_json:
            output.say(f"Added {policy.name}.")
        if policy.valid_from < now and not as_json:
            output.say(_FOLLOWS)
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
        typer.Option("--since", metavar="DATE", help="For targets that started from then on; without it, from now on.", show_default=False),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Change what a policy promises from now on, its place among the others, or until when it is valid."""
    from supportcli.desk import policies

    with desk_of(ctx) as desk:
        done = policies.edit_policy(desk, name, texts, since)
    with output.telling():
        if not as_json:
            output.say(f"Changed {done.policy.name}." if done.changed else f"Nothing was changed: {done.policy.name} says so already.")
        if done.back_dated and not as_json:
            output.say(_FOLLOWS)
        _tell(done.policy, as_json=as_json)


@app.command(epilog=examples("supportcli sla why 12", "supportcli sla why 12 --json"))
def why(ctx: typer.Context, number: Number, as_json: AsJson = False) -> None:
    """Tell of each target of a ticket what counted, what did not and why, by which policy and calendar."""
    from supportcli.desk import levels

    with desk_of(ctx) as desk:
        found = levels.why(desk, one(number))
    if as_json:
        for target in found:
            output.emit(sla_account.shape(target))
        return
    if not found:
        output.say(f"No policy promises anything about #{one(number)}.")
    for target in found:
        for line in sla_account.lines(target):
            output.say(line)


@app.command(
    epilog=examples(
        "supportcli sla excuse sla:breached --reason 'our provider was down'",
        "supportcli sla excuse sla:breached --reason 'strike' --dry-run",
    )
)
def excuse(
    ctx: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="The tickets whose breaches are meant.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why nobody is to blame.")],
    *,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Say of breaches why nobody is to blame. They stay breaches; reports tell the figures with and without."""
    from supportcli.desk import levels

    with desk_of(ctx) as desk:
        if not dry_run:
            output.done(levels.excuse(desk, query, reason), as_json=as_json)
            return
        found = [breach for breach in levels.breaches(desk, query) if breach.excuse is None]
    for breach in found:
        if as_json:
            output.emit({"ticket": breach.ticket, "target": breach.kind.value, "breached_at": breach.breached_at.isoformat()})
        else:
            output.say(f"#{breach.ticket}: {breach.kind.words} would be excused.")
    if not found and not as_json:
        output.say("Nothing would change: no breach that is not excused.")


@app.command(epilog=examples("supportcli sla recompute --dry-run", "supportcli sla recompute"))
def recompute(
    ctx: typer.Context, *, dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Only say what differs.")] = False, as_json: AsJson = False
) -> None:
    """Reckon all targets anew from the history of their tickets. Breaches that were noted stay."""
    from supportcli.desk import policies

    with desk_of(ctx) as desk, meter(_rate, quiet=as_json) as show:
        found = policies.recompute(desk, partial(show, "reckoning"), dry_run=dry_run)
    _differences(found, as_json=as_json, none="All targets are as their history says.")


@app.command(
    epilog=examples(
        "supportcli sla simulate Standard --first-response 4h --since 90d",
        "supportcli sla simulate Night --when tag:vip --resolution 8h --since 2026",
    )
)
@with_terms("valid_from", "valid_to")
def simulate(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A policy, or the name of one that is thought of.")],
    *,
    texts: "PolicyTexts",
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="From when on it would have held.")] = "30d",
    everything: Annotated[bool, typer.Option("--all", help="Every target that differs, not only the breaches.")] = False,
    as_json: AsJson = False,
) -> None:
    """Tell which tickets would have been breached if a policy had said this. Nothing is changed."""
    from supportcli.desk import policies

    with desk_of(ctx) as desk, meter(_rate, quiet=as_json) as show:
        found = policies.simulate(desk, name, texts, since, partial(show, "reckoning"))
    told = found if everything else [difference for difference in found if difference.breaches]
    _differences(told, as_json=as_json, none="No target that was kept would have been breached.")


def _rate(_step: str, speed: float) -> str:
    return f"{speed:.0f} tickets/s"


def _tell(policy: "PolicyNow", *, as_json: bool) -> None:
    if as_json:
        output.emit(sla_options.shape(policy))
        return
    for line in sla_options.lines(policy):
        output.say(line)


def _differences(found: "list[Difference]", *, as_json: bool, none: str) -> None:
    if as_json:
        for difference in found:
            output.emit(sla_account.difference_shape(difference))
        return
    if not found:
        output.say(none)
        return
    output.table(_DIFFERENCES, map(sla_account.difference_cells, found), none)
