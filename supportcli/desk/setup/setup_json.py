"""What `--json` prints of the desk, its agents and its mailboxes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from supportcli.desk.json_shapes import Shape, address, time
from supportcli.desk.mail.sync_json import counts
from supportcli.domain.custom_fields import CustomField
from supportcli.domain.intake.ledger import Counts
from supportcli.domain.intake.relay_proposals import RelayProposal
from supportcli.domain.mailbox import AutomaticKind, AutomaticRule, Endpoint, Mailbox
from supportcli.domain.people import Absence, Agent
from supportcli.domain.teams import AgentTeam
from supportcli.domain.tickets.saved_views import SavedView

if TYPE_CHECKING:
    from supportcli.desk.setup.desk_info import About
    from supportcli.desk.setup.founding import Tried
    from supportcli.desk.setup.sign_ins import SignInShown
    from supportcli.desk.setup.views import ViewCounts


def agent(one: Agent, teams: Sequence[AgentTeam] = (), absence: Absence | None = None) -> Shape:
    """An agent as in `agent list`: with the names of those of these teams that they are in;
    `away_until` is null unless they are away."""
    return {
        "name": one.name,
        "address": one.address,
        "role": one.role.value,
        "active": one.active,
        "teams": [team.name for team in teams if team.has(one.address)],
        "signature": one.signature or None,
        "away_until": time(absence.until) if absence else None,
    }


def team(one: AgentTeam) -> Shape:
    """A team as in `team list`, with the addresses of its members."""
    return {"name": one.name, "members": [member.address for member in one.members]}


def view(one: SavedView, counts: "ViewCounts | None" = None) -> Shape:
    """A view as in `view list`. `position` counts from 1 among the views of one owner, and is null
    for a built-in view; `tickets` is null if `problem` says why its query cannot be read."""
    return {
        "name": one.name,
        "query": one.query,
        "whose": one.scope.value,
        "team": one.team or None,
        "position": None if one.is_built_in else one.place,
        "sort": one.sort.value if one.sort else None,
        "columns": list(one.columns),
        **(
            {
                "tickets": counts.found.get(one.asked),
                "problem": counts.problems.get(one.asked),
            }
            if counts
            else {}
        ),
    }


def field(one: CustomField) -> Shape:
    """A custom field as in `field list`."""
    return {
        "name": one.name,
        "title": one.title,
        "kind": one.kind.value,
        "choices": list(one.choices),
        "required": one.required,
    }


def about(one: "About") -> Shape:
    """A desk as in `desk show`; `close_after_days` is null if no ticket ever closes,
    `flood_limit` if a sender may open any number of tickets in an hour."""
    return {
        "database": one.place,
        "founded_at": time(one.founded_at),
        "agents": one.agents,
        "mailboxes": one.mailboxes,
        "tickets": one.tickets,
        "close_after_days": one.close_after.days if one.close_after else None,
        "flood_limit": one.most_opened,
    }


def mailbox(
    one: Mailbox,
    counted: Counts | None = None,
    way: "SignInShown | None" = None,
    faults: Mapping[AutomaticKind, str] | None = None,
) -> Shape:
    """A mailbox, how its last sync ended, where its mails are, how this person signs in to it
    (null if they cannot), and why automatic answers of it cannot be written. There is no secret in
    it. `frame_size` counts characters; null: it has no frame."""
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
        "relays": list(one.relays),
        "signature": one.signature or None,
        "frame_size": one.frame_size or None,
        "per_minute": one.a_minute,
        "per_hour": one.an_hour,
        "sent_copies": one.sent_copies.value,
        "largest_mail": one.largest_mail,
        "sends_again_at": time(one.sends_again_at),
        "automatic": [_automatic(rule, (faults or {}).get(rule.kind)) for rule in one.automatic],
        "synced_at": time(one.synced_at),
        "failing_since": time(one.failing_since),
        "failure": one.failure,
        "paused_until": time(one.paused_until),
        "mails": counts(counted or Counts()),
        "sign_in": _sign_in(way) if way else None,
    }


def _sign_in(way: "SignInShown") -> Shape:
    return {
        "way": way.way,
        "ends": way.end.on.isoformat() if way.end else None,
        "what_ends": way.end.what if way.end else None,
        "days_left": way.days_left,
    }


def _automatic(one: AutomaticRule, fault: str | None) -> Shape:
    """What a mailbox answers by itself; `every` in seconds, `fault` if it cannot be written."""
    return {
        "kind": one.kind.value,
        "canned": one.response,
        "since": time(one.since),
        "when": one.when.value,
        "calendar": one.calendar or None,
        "from": time(one.begins),
        "until": time(one.ends),
        "every": int(one.every.total_seconds()),
        "domain_limit": one.domain_limit,
        "fault": fault,
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


def proposed(one: RelayProposal, looked_at: int, command: str) -> Shape:
    """A sender that looks like a relay, and the command that makes it one."""
    return {
        "step": "relay",
        "ok": True,
        "detail": f"{one.address} posted {one.count} of the newest {looked_at} emails",
        "hint": command,
        "relay": one.address,
        "count": one.count,
        "of": looked_at,
        "subject": one.subject,
        "person": address(one.person) if one.person else None,
    }


def _endpoint(server: Endpoint) -> Shape:
    return {"host": server.host, "port": server.port, "security": server.security.value}
