"""`supportcli sla why|excuse|recompute|simulate`: how targets stand, and how they would stand."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.chosen import Sure, agree_to
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.numbers import DryRun, Number, one
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.output.progress import meter
from supportcli.commands.sla import explanation
from supportcli.commands.sla.options import with_terms

if TYPE_CHECKING:
    from supportcli.desk.sla.policies import PolicyTexts
    from supportcli.desk.sla.recomputation import Difference

app = typer.Typer(rich_markup_mode=None)

_DIFFERENCES = (
    TableColumn("Ticket"),
    TableColumn("Target"),
    TableColumn("Was", least=20),
    TableColumn("Would be", least=20, grows=True),
)


@app.command(epilog=examples("supportcli sla why 12", "supportcli sla why 12 --json"))
def why(ctx: typer.Context, number: Number, as_json: AsJson = False) -> None:
    """Explain each target of a ticket. It shows what counted, what did not and why, by which policy
    and calendar."""
    from supportcli.desk.sla import explain

    with desk_of(ctx) as desk:
        found = explain.why(desk, one(number))
    if as_json:
        for target in found:
            printing.emit(explanation.shape(target))
        return
    if not found:
        printing.say(f"No policy sets a goal for #{one(number)}.")
    for target in found:
        for line in explanation.lines(target):
            printing.say(line)


@app.command(
    epilog=examples(
        "supportcli sla excuse 18 --reason 'the customer was away'",
        "supportcli sla excuse sla:breached --reason 'strike' --dry-run",
        "supportcli sla excuse 'created:today sla:breached' --reason strike --yes",
    )
)
def excuse(
    ctx: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help="The tickets whose breaches you want to excuse.")
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why they are nobody's fault.")
    ],
    *,
    yes: Sure = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Excuse breaches that are nobody's fault. They stay breaches; reports show figures with
    and without them."""
    from supportcli.desk.sla import explain
    from supportcli.desk.tickets import lists

    with desk_of(ctx) as desk:
        found = [breach for breach in explain.breaches(desk, query) if breach.excuse is None]
        if not dry_run:
            meant = dict.fromkeys(breach.ticket for breach in found)
            agree_to(lists.lines(desk, list(meant)), sure=yes)
            printing.done(explain.excuse(desk, query, reason, frozenset(meant)), as_json=as_json)
            return
    for breach in found:
        if as_json:
            printing.emit(
                {
                    "ticket": breach.ticket,
                    "target": breach.kind.value,
                    "breached_at": breach.breached_at.isoformat(),
                }
            )
        else:
            printing.say(f"#{breach.ticket}: {breach.kind.words} would be excused.")
    if not found and not as_json:
        printing.say("Nothing would change: there is no breach to excuse.")


@app.command(epilog=examples("supportcli sla recompute --dry-run", "supportcli sla recompute"))
def recompute(
    ctx: typer.Context,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Only show what would change.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Recompute targets from ticket history. Breaches already recorded stay."""
    from supportcli.desk.sla import recomputation

    with desk_of(ctx) as desk, meter(_rate, quiet=as_json) as show:
        found = recomputation.recompute(desk, partial(show, "recomputing"), dry_run=dry_run)
    _differences(found, as_json=as_json, none="All targets match the history of their tickets.")


@app.command(
    epilog=examples(
        "supportcli sla simulate Standard --first-response 4h --since 90d",
        "supportcli sla simulate Night --new --when tag:vip --resolution 8h",
    )
)
@with_terms("valid_from", "valid_to")
def simulate(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A policy, or with --new a name for one.")
    ],
    *,
    texts: "PolicyTexts",
    since: Annotated[
        str, typer.Option("--since", metavar="DATE", help="When it would have started.")
    ] = "30d",
    new: Annotated[
        bool, typer.Option("--new", help="Try a policy that the desk does not have.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every target that differs, not only breaches.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show which targets would have been breached under a policy. Nothing is changed."""
    from supportcli.desk.sla import recomputation

    with desk_of(ctx) as desk, meter(_rate, quiet=as_json) as show:
        found = recomputation.simulate(
            desk, name, texts, since, partial(show, "simulating"), new=new
        )
    told = found if everything else [difference for difference in found if difference.breaches]
    _differences(told, as_json=as_json, none="No further targets would have been breached.")


def _rate(_step: str, speed: float) -> str:
    return f"{speed:.0f} tickets/s"


def _differences(found: "list[Difference]", *, as_json: bool, none: str) -> None:
    if as_json:
        for difference in found:
            printing.emit(explanation.difference_shape(difference))
        return
    if not found:
        printing.say(none)
        return
    printing.table(_DIFFERENCES, map(explanation.difference_cells, found), none)
