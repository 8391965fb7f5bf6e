"""`supportcli mailbox test`: a mailbox's servers, step by step."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.setup.mailbox_options import Which
from supportcli.commands.setup.sign_in.command import offered

if TYPE_CHECKING:
    from supportcli.desk import Desk

app = typer.Typer(rich_markup_mode=None)


@app.command("test", epilog=examples("supportcli mailbox test help@shop.example"))
def try_(ctx: typer.Context, address: Which, as_json: AsJson = False) -> None:
    """Test a mailbox's servers step by step. It also looks for relays: senders of the newest 200
    emails that post for other people. Only headers are read; nothing is sent or changed."""
    from supportcli.desk.setup import founding

    with desk_of(ctx) as desk:
        box = founding.mailbox(desk, address)
        tried = _tried(desk, address, as_json=as_json)
        if tried.asks_to_sign_in and offered(desk, box):
            tried = _tried(desk, address, as_json=as_json)
        _tell_end(desk, box.address, as_json=as_json)
        if tried.reads:
            _propose(desk, address, as_json=as_json)
    raise typer.Exit(tried.code)


@dataclass(slots=True)
class _TestResult:
    """How a test ended: its exit code, whether the mailbox can be read, and whether signing in
    again may help."""

    code: int = 0
    reads: bool = True
    asks_to_sign_in: bool = False


def _tried(desk: "Desk", address: str, *, as_json: bool) -> _TestResult:
    """Go through the steps and say how each went."""
    from supportcli.desk.setup import founding, setup_json

    result = _TestResult()
    for step in founding.check_mailbox(desk, address):
        result.code = result.code or (step.error.exit_code if step.error else 0)
        is_apart = step.name.startswith(("SMTP", "folder"))
        result.reads = result.reads and (step.error is None or is_apart)
        result.asks_to_sign_in |= step.name == "sign-in" and step.error is not None
        if as_json:
            printing.emit(setup_json.tried(step))
        elif step.error is None:
            printing.say(f"ok      {step.name}: {step.detail}")
        else:
            printing.say(f"FAILED  {step.name}: {step.error.sentence}")
            printing.say(f"        {step.error.hint}")
    return result


def _tell_end(desk: "Desk", address: str, *, as_json: bool) -> None:
    """Say when the sign-in ends, if anybody knows."""
    from supportcli.desk.setup import sign_ins

    way, today = sign_ins.shown_sign_in(desk, address), desk.now().date()
    if way is None or way.end is None:
        return
    said, is_near = way.end.told(today), way.end.is_near(today)
    if as_json:
        printing.emit({"step": "end", "ok": not is_near, "detail": said, "hint": ""})
    else:
        word = "ENDED" if way.end.days_left(today) < 0 else "SOON" if is_near else "ok"
        printing.say(f"{word:<7} end: {said}")


def _propose(desk: "Desk", address: str, *, as_json: bool) -> None:
    """Name the senders that look like relays, each with the command that makes it one."""
    from supportcli.desk.setup import relays, setup_json

    found = relays.proposed_relays(desk, address)
    for one in found.relays:
        command = f"supportcli mailbox edit {address} --relay {one.address}"
        if as_json:
            printing.emit(setup_json.proposed(one, found.looked_at, command))
            continue
        person = f", for {one.person}" if one.person else ""
        printing.say(
            f"relay?  {one.address} posted {one.count} of the newest {found.looked_at} emails, "
            f"such as “{one.subject}”{person}"
        )
        printing.say(f"        If it posts for other people: {command}")
