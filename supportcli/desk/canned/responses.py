"""Canned responses: writing them, finding them, and what became of them. How one answers a ticket
is in `filling`."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from supportcli.desk import Desk
from supportcli.desk.canned import answering
from supportcli.desk.gestures import authorize
from supportcli.desk.tickets.filling_in import field_there
from supportcli.desk.tickets.handing import team_there
from supportcli.domain.canned.placeholders import Fault
from supportcli.domain.canned.responses import (
    NOBODY,
    Canned,
    DeskNames,
    Scope,
    StoredResponse,
    Usage,
    as_shortcut,
    faults_of,
)
from supportcli.domain.people import Action, Agent
from supportcli.domain.text.words import nearest
from supportcli.errors import SupportError, TryAgainLater
from supportcli.errors.canned import CannedFaulty, CannedForeignTeam
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.storage import canned as rows
from supportcli.storage.setup import fields, mailboxes, teams
from supportcli.storage.tickets import people

Contents = Mapping[str, bytes]
"""The bytes of files by their SHA-256."""


def list_canned(desk: Desk) -> list[StoredResponse]:
    """The responses that I may use, by shortcut."""
    with desk.db.read() as tx:
        return rows.visible(tx, desk.me(tx).id)


def canned(desk: Desk, shortcut: str) -> StoredResponse:
    """The response of a shortcut, mine before a shared one; NotFound if there is none."""
    with desk.db.read() as tx:
        return found(tx, desk.me(tx), shortcut)


def found(
    tx: Session, agent: Agent, shortcut: str, whose: tuple[Scope, str] | None = None
) -> StoredResponse:
    """The response that a shortcut means for this agent, or the one that has these readers
    (`Canned.whose`); NotFound, which names the nearest, if there is none."""
    wanted = as_shortcut(shortcut)
    kept = rows.find(tx, wanted, agent.id, whose)
    if kept is None:
        known = (one.canned.shortcut for one in rows.visible(tx, agent.id))
        raise NotFound(Thing.CANNED, wanted, nearest=nearest(wanted, known))
    return kept


def history(desk: Desk, shortcut: str) -> list[StoredResponse]:
    """All versions of a response, oldest first."""
    with desk.db.read() as tx:
        return rows.versions(tx, found(tx, desk.me(tx), shortcut).id)


def add(desk: Desk, new: Canned, files: Contents) -> StoredResponse:
    """Add a response; NameTaken if its shortcut is taken, CannedFaulty if something is wrong with
    it, CannedAnswers if a mailbox would answer with it by itself and cannot, what `for_team`
    raises."""
    with desk.db.write() as tx:
        me = writer(desk, tx)
        new = for_team(tx, me, new)
        if rows.find(tx, new.shortcut, me.id, new.whose):
            raise NameTaken(Thing.CANNED, new.shortcut)
        _refuse_faulty(tx, new, files)
        answering.refuse_unfit(tx, new)
        return keep(tx, new, files, me, desk.now())


def edit(desk: Desk, before: StoredResponse, new: Canned, files: Contents) -> StoredResponse:
    """Change a response: its text, shortcut or scope; an unchanged one adds no version.
    TryAgainLater if somebody edited it since `before` was read; the errors of `add`."""
    with desk.db.write() as tx:
        me = writer(desk, tx)
        new = for_team(tx, me, new)
        now_is = found(tx, me, before.canned.shortcut, before.canned.whose)
        if now_is.version != before.version:
            raise TryAgainLater(
                f"“{new.shortcut}” has been changed in the meantime by {now_is.by or 'the desk'}.",
                "Edit the current version instead.",
            )
        _refuse_faulty(tx, new, files)
        if now_is.canned == new:
            return now_is
        if (new.shortcut, new.whose) != (now_is.canned.shortcut, now_is.canned.whose):
            _move(tx, now_is, new, me)
            answering.follow(tx, now_is, new)
        answering.refuse_unfit(tx, new)
        return keep(tx, new, files, me, desk.now())


def _move(tx: Session, kept: StoredResponse, new: Canned, me: Agent) -> None:
    """Put a response under another shortcut or scope, with its versions and uses."""
    if rows.find(tx, new.shortcut, me.id, new.whose):
        raise NameTaken(Thing.CANNED, new.shortcut)
    if not rows.move(tx, kept.id, new, me.id):
        hint = f"Choose another one, or bring it back with: supportcli canned add {new.shortcut}"
        raise SupportError(f"“{new.shortcut}” still belongs to a response that was removed.", hint)


def remove(desk: Desk, shortcut: str) -> StoredResponse:
    """Remove a response. What was sent with it stays; adding it again continues its versions.
    CannedAnswers if a mailbox answers with it by itself."""
    with desk.db.write() as tx:
        kept = found(tx, writer(desk, tx), shortcut)
        answering.refuse_end(tx, kept)
        rows.remove(tx, kept.id, desk.now())
        return kept


def keep(
    tx: Session, new: Canned, files: Contents, agent: Agent | None, now: datetime
) -> StoredResponse:
    """Store a response, a new one or a new version; without an agent it comes with the desk."""
    for file in new.files:
        if file.sha256 in files:
            rows.keep_file(tx, file.sha256, files[file.sha256])
    canned_id = rows.add(tx, new, agent.id if agent else None, now)
    return rows.versions(tx, canned_id)[-1]


def writer(desk: Desk, tx: Session) -> Agent:
    """Me, if I may write canned responses; else NotAllowed."""
    me = desk.me(tx)
    authorize(me, Action.WORK)
    return me


def _refuse_faulty(tx: Session, new: Canned, files: Contents) -> None:
    """NotFound if a response names a mailbox, an agent, a team or a field that the desk does not
    have; CannedFaulty if anything else is wrong with it."""
    there, macro = known(tx), new.macro
    if new.mailbox and new.mailbox not in there.mailboxes:
        raise NotFound(Thing.MAILBOX, new.mailbox)
    if (who := macro.assignee) not in {None, "me", NOBODY, *there.agents}:
        raise NotFound(Thing.AGENT, who or "")
    if macro.team not in {None, NOBODY}:
        team_there(tx, macro.team or "")
    for name, _ in macro.fields:
        field_there(tx, name)
    if faults := [*faults_of(new, there), *dead_files(tx, new, files)]:
        raise CannedFaulty([fault.sentence for fault in faults])


def for_team(tx: Session, me: Agent, new: Canned) -> Canned:
    """A response with the name of its team as the desk spells it. NotFound if there is no such
    team, CannedForeignTeam if I am not in it."""
    if new.scope is not Scope.TEAM or not new.team:
        return new
    team = team_there(tx, new.team)
    if not team.has(me.address):
        raise CannedForeignTeam(team.name, me.address)
    return replace(new, team=team.name)


def known(tx: Session) -> DeskNames:
    """The mailboxes, agents, custom fields and teams that a response may name."""
    return DeskNames(
        frozenset(box.address for box in mailboxes.mailboxes(tx)),
        frozenset(agent.address for agent in people.agents(tx) if agent.active),
        {field.name: field for field in fields.fields(tx)},
        frozenset(team.name.casefold() for team in teams.teams(tx)),
    )


def dead_files(tx: Session, one: Canned, files: Contents) -> list[Fault]:
    """The faults of files whose bytes are neither given nor stored."""
    there = rows.files_there(tx, [file.sha256 for file in one.files])
    return [
        Fault(0, f"The attachment {file.name} is not there.")
        for file in one.files
        if file.sha256 not in there and file.sha256 not in files
    ]


def report(desk: Desk, since: datetime | None = None) -> list[Usage]:
    """How often each response that I see was used since then, by anybody; the most used first."""
    with desk.db.read() as tx:
        return rows.usage(tx, desk.me(tx).id, since)
