"""What `--json` prints of the desk, its agents and its mailboxes."""

from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, time
from supportcli.desk.mail.sync_json import counts
from supportcli.domain.intake.ledger import Counts
from supportcli.domain.mailbox import Endpoint, Mailbox
from supportcli.domain.people import Agent

if TYPE_CHECKING:
    from supportcli.desk.setup.desk_info import About
    from supportcli.desk.setup.founding import Tried


def agent(one: Agent) -> Shape:
    """An agent as in `agent list`."""
    return {"name": one.name, "address": one.address, "role": one.role.value, "active": one.active}


def about(one: "About") -> Shape:
    """A desk as in `desk show`; `close_after_days` is null if no ticket ever closes."""
    return {
        "database": one.place,
        "founded_at": time(one.founded_at),
        "agents": one.agents,
        "mailboxes": one.mailboxes,
        "tickets": one.tickets,
        "close_after_days": one.close_after.days if one.close_after else None,
    }


def mailbox(one: Mailbox, counted: Counts | None = None) -> Shape:
    """A mailbox, how its last sync ended, and where its mails are. There is no secret in it."""
    return {
        "address": one.address,
        "name": one.name,
        "imap": _endpoint(one.imap),
        "smtp": _endpoint(one.smtp),
        "username": one.username,
        "insecure": one.insecure,
        "aliases": list(one.aliases),
        "folders": list(one.folders),
        "after_import": one.after_import,
        "history": one.history,
        "authserv_id": one.authserv_id,
        "synced_at": time(one.synced_at),
        "failing_since": time(one.failing_since),
        "failure": one.failure,
        "paused_until": time(one.paused_until),
        "mails": counts(counted or Counts()),
    }


def tried(step: "Tried") -> Shape:
    """A step of testing a mailbox's servers."""
    error = step.error
    return {
        "step": step.name,
        "ok": error is None,
        "detail": step.detail if error is None else error.sentence,
        "hint": error.hint if error else "",
    }


def _endpoint(server: Endpoint) -> Shape:
    return {"host": server.host, "port": server.port, "security": server.security.value}
