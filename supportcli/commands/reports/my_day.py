"""`supportcli report my-day`: what an agent answered today, and what is left."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.desk.json_shapes import time

if TYPE_CHECKING:
    from supportcli.domain.reports.dashboard.desk_day import LabelledFigure
    from supportcli.domain.reports.dashboard.my_day import MyDay

_LISTED = 10
"""So many tickets are listed that are due next, and that were answered."""

app = noun("My day.")


@app.command(
    "my-day",
    epilog=examples(
        "supportcli report my-day",
        "supportcli report my-day --json | jq .overdue",
    ),
)
def my_day(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show your day: what you answered, what is left and due.

    Beside each number stands that of a usual day: the mean of the last four same weekdays up to
    this time, or the median of all of them together. The other reports list the tickets behind
    the numbers: agents, first-response, next-response, service-levels and workload, with --since
    today, --row and your address, and --ids."""
    from supportcli.desk import reports
    from supportcli.rendering.reports.my_day import page

    with desk_of(ctx) as desk:
        shown, now = reports.of_me(desk, _LISTED), desk.now()
    if as_json:
        printing.emit(_shape(shown))
        return
    lines = len(shown.next_due) + len(shown.answered)
    printing.paint_lines(page(shown, printing.width(), lines + 2 * _LISTED, now).lines)


def _shape(shown: "MyDay") -> Mapping[str, Any]:
    """An agent's day as JSON: counts, seconds and shares, each with what is usual."""
    due = shown.next_due[0] if shown.next_due else None
    clock = due.clock if due is not None else None
    return {
        "agent": shown.address,
        "since": time(shown.today.since),
        "until": time(shown.today.until),
        "zone": str(shown.frame.zone),
        **{_name(one): one.figure.value for one in (*shown.done, *shown.left)},
        "unassigned": shown.free.value,
        "usual": {_name(one): one.figure.usual for one in shown.done},
        "next_due": {
            "number": due.number,
            "subject": due.subject,
            "due_at": time(clock.due_at if clock else None),
        }
        if due is not None
        else None,
    }


def _name(one: "LabelledFigure") -> str:
    """`to_do` is named as in `report workload`."""
    name = one.label.lower().replace(" ", "_")
    return {"to_do": "open"}.get(name, name)
