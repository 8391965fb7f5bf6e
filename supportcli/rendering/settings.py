"""The settings of the desk on one page, each chapter with the command that changes it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from supportcli.config import InboxLook
from supportcli.domain.canned.responses import StoredResponse
from supportcli.domain.custom_fields import CustomField
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import Absence, Agent
from supportcli.domain.sla.calendar_text import week_text
from supportcli.domain.sla.policy import TargetKind
from supportcli.domain.sla.policy_text import goals_text
from supportcli.domain.teams import AgentTeam
from supportcli.domain.tickets.saved_views import SavedView
from supportcli.rendering.ink import Ink, Spans, ends
from supportcli.rendering.times import ahead, moment
from supportcli.rendering.wrap import wrapped
from supportcli.terminal import clean

if TYPE_CHECKING:
    from supportcli.desk.setup.desk_info import About
    from supportcli.desk.setup.sign_ins import SignInShown
    from supportcli.desk.sla.calendars import CalendarNow
    from supportcli.desk.sla.policies import PolicyNow

_NAME = 24
_MEASURE = 110


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What is set up: `sign_ins` by the mailbox's address, as far as this person can sign in;
    `absences` by the agent's id; and `inbox`, what the person's own file at `path` says."""

    desk: "About"
    me: str
    mailboxes: Sequence[Mailbox]
    sign_ins: "Mapping[str, SignInShown | None]"
    agents: Sequence[Agent]
    absences: Mapping[int, Absence]
    teams: Sequence[AgentTeam]
    policies: "Sequence[PolicyNow]"
    calendars: "Sequence[CalendarNow]"
    canned: Sequence[StoredResponse]
    fields: Sequence[CustomField]
    views: Sequence[SavedView]
    inbox: InboxLook
    path: Path


def page(shown: DeskSettings, width: int, now: datetime) -> Iterator[Spans]:
    """The page in lines of at most `width` cells."""
    wide = min(width - 1, _MEASURE)
    yield (" Settings", Ink.TITLE), ("  of this desk; commands change them", Ink.DIM)
    for title, command, rows in (
        ("Mailboxes", "supportcli mailbox edit", _mailboxes(shown, now)),
        ("Agents", "supportcli agent edit", _agents(shown, now)),
        ("Teams", "supportcli team edit", _teams(shown)),
        ("Service levels", "supportcli sla edit", _policies(shown)),
        ("Calendars", "supportcli calendar edit", _calendars(shown)),
        ("Canned responses", "supportcli canned edit", _canned(shown)),
        ("Custom fields", "supportcli field edit", _fields(shown)),
        ("Views", "supportcli view edit", _views(shown)),
        ("Desk", "supportcli desk edit", _desk(shown, now)),
        ("Your inbox", f"[inbox] in {clean(str(shown.path))}", _inbox(shown.inbox)),
    ):
        yield ()
        yield ends(((f" {title}", Ink.TITLE),), ((command, Ink.DIM),), wide)
        found = list(rows)
        for name, told, ink in found:
            yield from _row(name, told, ink, wide)
        if not found:
            yield ((f"   none yet: {command.replace(' edit', ' add')}", Ink.DIM),)


def _row(name: str, told: str, ink: Ink, wide: int) -> Iterator[Spans]:
    """A name, and what is told of it, broken beside it; a long name has a line of its own."""
    name, pieces = clean(name), list(wrapped(clean(told), max(wide - _NAME - 4, 10)))
    if len(name) > _NAME:
        yield ((f"   {name}", Ink.TEXT),)
        name = ""
    for piece in pieces or [""]:
        yield ((f"   {name:<{_NAME}} ", Ink.TEXT), (piece, ink))
        name = ""


Row = tuple[str, str, Ink]


def _mailboxes(shown: DeskSettings, now: datetime) -> Iterator[Row]:
    for box in shown.mailboxes:
        synced = f"synced {moment(box.synced_at, now)}" if box.synced_at else "never synced"
        told = (str(box.imap), str(box.smtp), _sign_in(shown.sign_ins.get(box.address)), synced)
        yield box.address, " · ".join(told), Ink.DIM
        if box.aliases:
            yield "", f"also {', '.join(box.aliases)}", Ink.DIM
        if box.failure:
            since = moment(box.failing_since, now) if box.failing_since else "now"
            yield "", f"failing since {since}: {box.failure}", Ink.WARNING


def _sign_in(way: "SignInShown | None") -> str:
    if way is None:
        return "you cannot sign in"
    told = f"signs in by {way.way.replace('-', ' ')}"
    return f"{told}, {way.days_left} days left" if way.days_left is not None else told


def _agents(shown: DeskSettings, now: datetime) -> Iterator[Row]:
    for agent in shown.agents:
        absence = shown.absences.get(agent.id)
        told = [
            agent.role.value + ("" if agent.active else ", left"),
            *(["you"] if agent.address == shown.me else []),
            *([f"away until {ahead(absence.until, now)}"] if absence else []),
            *[team.name for team in shown.teams if team.has(agent.address)],
        ]
        yield agent.name or agent.address, " · ".join([agent.address, *told]), Ink.DIM


def _teams(shown: DeskSettings) -> Iterator[Row]:
    for team in shown.teams:
        members = ", ".join(member.name or member.address for member in team.members)
        yield team.name, members or "nobody", Ink.DIM


def _policies(shown: DeskSettings) -> Iterator[Row]:
    for policy in shown.policies:
        yield policy.name, policy.terms.when or "all tickets", Ink.DIM
        for kind in TargetKind:
            if (goals := goals_text(policy.terms.goals, kind)) != "off":
                yield "", f"{kind.words}: {goals}", Ink.DIM


def _calendars(shown: DeskSettings) -> Iterator[Row]:
    for one in shown.calendars:
        state = "open now" if one.is_open else "closed now"
        told = (week_text(one.calendar.week), one.calendar.zone, state)
        yield one.history.name, " · ".join(told), Ink.DIM


def _canned(shown: DeskSettings) -> Iterator[Row]:
    for kept in shown.canned:
        one = kept.canned
        told = [
            one.title,
            *(["yours"] if kept.mine else []),
            *([one.mailbox] if one.mailbox else []),
        ]
        yield one.shortcut, " · ".join(filter(None, [*told, one.macro.words])), Ink.DIM


def _fields(shown: DeskSettings) -> Iterator[Row]:
    for one in shown.fields:
        told = [one.title, one.kind.value, ", ".join(one.choices)]
        must = ["required"] if one.required else []
        yield one.name, " · ".join(filter(None, [*told, *must])), Ink.DIM


def _views(shown: DeskSettings) -> Iterator[Row]:
    for one in shown.views:
        yield one.name, one.query, Ink.DIM


def _desk(shown: DeskSettings, now: datetime) -> Iterator[Row]:
    desk = shown.desk
    yield "Database", desk.place, Ink.DIM
    yield "Founded", f"{moment(desk.founded_at, now)} · {desk.tickets:,} tickets", Ink.DIM
    closes = f"{desk.close_after.days} days after it was solved" if desk.close_after else "never"
    yield "A ticket closes", closes, Ink.DIM
    limit = f"{desk.most_opened} in an hour" if desk.most_opened else "any number"
    yield "New tickets of a sender", limit, Ink.DIM


def _inbox(look: InboxLook) -> Iterator[Row]:
    """What the person has chosen, and what is usual where they have not, by the file's names."""
    usual = (
        ("theme", look.theme, "desk-dark"),
        ("density", look.density, "as the window has room"),
        ("compose_in", look.compose_in, "inbox"),
        ("confirm_send", "" if look.confirm_send else "false", "true"),
        ("notify", look.notify, "bell"),
        ("quiet", look.quiet, "never"),
        ("spell_command", look.spell_command, "none: spelling is not checked"),
        ("save_to", look.save_to, "the folder for downloads"),
        ("open_with", look.open_with, "none: files are not opened"),
        ("pictures", look.pictures, "auto"),
    )
    for name, chosen, otherwise in usual:
        meaning = _MEANINGS.get((name, chosen or otherwise), "")
        told = " · ".join(filter(None, (chosen or otherwise, meaning)))
        yield name, told, Ink.TEXT if chosen else Ink.DIM


_MEANINGS = {
    ("compose_in", "inbox"): "texts are written in the inbox",
    ("compose_in", "editor"): "texts are written in $EDITOR",
    ("confirm_send", "true"): "a question comes before a reply is sent",
    ("confirm_send", "false"): "one key sends a reply, unless something is doubtful",
}
