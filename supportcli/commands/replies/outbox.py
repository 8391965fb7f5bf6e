"""`supportcli outbox`: replies on their way."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.domain.replies.delivery import Outgoing, arrived
from supportcli.domain.tickets.ticket import Delivery
from supportcli.errors.replies import ReplyDelayed, ReplyFailed, ReplyUncertain

app = noun("Replies on their way to customers.")

Which = Annotated[
    int,
    typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The reply's id, as in outbox list."),
]

_COLUMNS = (
    TableColumn("Id"),
    TableColumn("Ticket"),
    TableColumn("State"),
    TableColumn("When", 12, goes=2),
    TableColumn("Tries", goes=1),
    TableColumn("To", 32, least=16, goes=3),
    TableColumn("Answer", least=32, grows=True),
)
_ERRORS = {
    Delivery.DEFERRED: ReplyDelayed,
    Delivery.LATE: ReplyDelayed,
    Delivery.FAILED: ReplyFailed,
    Delivery.UNCERTAIN: ReplyUncertain,
}
_LATER = "leaves at its time, unless the customer writes first"
_SENTENCES = {
    Delivery.QUEUED: ("is waiting: the next sync by somebody with the mailbox's password sends it"),
    Delivery.SENDING: "is being sent",
    Delivery.TRANSMITTING: "is being sent",
    Delivery.SENT: "is sent",
    Delivery.CANCELLED: "is cancelled and will not be sent",
    Delivery.BOUNCED: "bounced",
}


@app.command(
    "list", epilog=examples("supportcli outbox list", "supportcli outbox list --all --json")
)
def list_(
    ctx: typer.Context,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Include sent and cancelled replies.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the replies that are waiting, failed or bounced."""
    from supportcli.desk.replies import outbox, reply_json
    from supportcli.rendering.mail.outbox import answer, state
    from supportcli.rendering.times import moment

    with desk_of(ctx) as desk:
        found = outbox.list_outbox(desk, everything=everything)
        filed, now = outbox.copies(desk, found), desk.now()
    if as_json:
        for one in found:
            printing.emit(reply_json.outgoing(one, filed.get(one.id)))
        return
    rows = (
        (
            str(one.id),
            f"#{one.ticket} forward" if one.chosen.forwards else f"#{one.ticket}",
            state(one),
            moment(one.sent_at or one.not_before, now),
            str(one.attempts),
            ", ".join(to.address for to in one.recipients),
            answer(one, filed.get(one.id)),
        )
        for one in found
    )
    printing.table(_COLUMNS, rows, "The outbox is empty.")


@app.command(epilog=examples("supportcli outbox send 3"))
def send(ctx: typer.Context, which: Which, as_json: AsJson = False) -> None:
    """Send a waiting reply now."""
    from supportcli.desk.replies import outbox

    with desk_of(ctx) as desk:
        one = outbox.send(desk, which)
    tell(one, as_json=as_json)


@app.command(epilog=examples("supportcli outbox retry 3"))
def retry(
    ctx: typer.Context,
    which: Which,
    *,
    unsearched: Annotated[
        bool, typer.Option("--unsearched", help="Do not look for it in the Sent folder first.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Try a failed, bounced, uncertain or delayed reply again.

    If it is uncertain, the Sent folder is searched first. If that cannot be done, nothing is sent:
    the reply may have arrived."""
    from supportcli.desk.replies import outbox

    with desk_of(ctx) as desk:
        one = outbox.retry(desk, which, unsearched=unsearched)
    tell(one, as_json=as_json)


@app.command(epilog=examples("supportcli outbox cancel 3"))
def cancel(ctx: typer.Context, which: Which, as_json: AsJson = False) -> None:
    """Cancel a reply. Nobody else gets it; its text stays in the ticket."""
    from supportcli.desk.replies import outbox

    with desk_of(ctx) as desk:
        one = outbox.cancel(desk, which)
    tell(one, as_json=as_json)


def _said(one: Outgoing) -> str:
    """What became of a reply, behind its name."""
    if one.is_scheduled:
        return "leaves at its time" if one.chosen.forwards else _LATER
    if one.state is Delivery.CANCELLED and (had := arrived(one.recipients)):
        return f"is cancelled, and nobody else gets it: {had}"
    return _SENTENCES[one.state]


def tell(one: Outgoing, *, as_json: bool, shape: Mapping[str, Any] | None = None) -> None:
    """Print what became of a reply, as JSON if a `shape` is given. ReplyDelayed, ReplyFailed or
    ReplyUncertain if it has not arrived, or nobody knows."""
    error = _ERRORS.get(one.state)
    with printing.telling():
        if as_json:
            from supportcli.desk.replies import reply_json

            printing.emit(shape or reply_json.outgoing(one))
        elif not error:
            what = "forward of" if one.chosen.forwards else "reply to"
            printing.say(f"The {what} #{one.ticket} {_said(one)}.")
    if error:
        raise error(one.id, one.ticket, one.answer or "")
