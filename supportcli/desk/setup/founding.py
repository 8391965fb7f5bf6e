"""Setting a desk up: founding it, its agents, its mailboxes, and trying their servers step by
step."""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from supportcli.channels.channel import Channel, FolderRole
from supportcli.config import Settings
from supportcli.desk import Desk
from supportcli.desk.gestures import authorize
from supportcli.desk.replies.delivering import slowing
from supportcli.desk.replies.delivering.steps import IN_LIMBO
from supportcli.desk.setup.folders import opened
from supportcli.desk.team import team_of
from supportcli.domain.mail import Address
from supportcli.domain.mail_domains import comparable, lowered
from supportcli.domain.mailbox import Endpoint, Mailbox, Security
from supportcli.domain.people import Action, Agent, Role, address_of
from supportcli.errors import SupportError
from supportcli.errors.names import NameTaken, NotFound, Thing
from supportcli.errors.people import AGENTS_OWN, AddressIsTaken
from supportcli.errors.setup import (
    AddedAndRemoved,
    AfterImportInvalid,
    AliasIsAgent,
    AliasIsCustomer,
    AliasIsMailbox,
    AuthservIdInvalid,
    DeskExists,
    FolderInvalid,
    HistoryInvalid,
    InboxIsRead,
    LineInsecure,
    RepliesWait,
)
from supportcli.storage.engine.database import Database
from supportcli.storage.mail import mails, server_actions
from supportcli.storage.people import agents
from supportcli.storage.replies import outbox
from supportcli.storage.setup import identity, mailboxes
from supportcli.storage.tickets import people

KEY_BYTES = 32
"""Length of the key that signs our Message-IDs (HMAC-SHA256)."""

_AUTHSERV_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,254}")
"""A host name in practice, though RFC 8601 (section 2.2) allows any token."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_HISTORY = re.compile(r"none|all|[1-9]\d{0,4}d")


@dataclass(frozen=True, slots=True)
class MailboxDetails:
    """What adding a mailbox needs. `history` is none, all or days as in 30d: how much existing mail
    comes in, silently. `folders` are read as well as INBOX; `authserv_id` is the name of the mail
    server whose Authentication-Results are trusted."""

    address: str
    imap: Endpoint
    smtp: Endpoint
    username: str
    history: str
    name: str = ""
    insecure: bool = False
    folders: tuple[str, ...] = ()
    authserv_id: str | None = None
    aliases: tuple[str, ...] = ()
    after_import: str = "nothing"


@dataclass(frozen=True, slots=True)
class MailboxChanges:
    """What to change of a mailbox. `authserv_id` is the mail server whose Authentication-Results
    are trusted (empty: nobody's; None: no change); aliases and folders are added or removed."""

    authserv_id: str | None = None
    aliases: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    no_aliases: tuple[str, ...] = ()
    no_folders: tuple[str, ...] = ()
    after_import: str | None = None
    """What happens on the server to mail that came in: nothing, seen, or move:FOLDER."""


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of one step of testing a mailbox: a detail, or the error."""

    name: str
    detail: str
    error: SupportError | None = None


def create_desk(
    settings: Settings,
    agent: Address,
    os_user: str | None,
    now: datetime,
    *,
    with_starters: bool = True,
) -> Agent:
    """Found a desk at the settings' database, with its first agent, who is an admin; `os_user`
    binds them to a user of this machine. It starts with canned responses, a calendar and a policy,
    if `starters`.

    DeskExists if there is one, which is left as it is; also raises what `Database.open` raises."""
    from supportcli.desk.setup.starters import furnish  # noqa: PLC0415  # needed once in a desk's life

    db = Database.open(settings.database, create=True)
    try:
        with db.write() as tx:
            if people.agents(tx):
                raise DeskExists(db.place)
            identity.found_desk(tx, secrets.token_bytes(KEY_BYTES), now)
            if with_starters:
                furnish(tx, now)
            return _add_agent(tx, agent, Role.ADMIN, os_user, now)
    finally:
        db.close()


def check_agent(desk: Desk, address: str) -> Agent:
    """The agent that the person at this machine would be with `address` in config.toml;
    AgentUnknown, or NotAllowed if that is another user."""
    with desk.db.read() as tx:
        return replace(desk, settings=replace(desk.settings, agent=address)).me(tx)


def add_agent(
    desk: Desk, agent: Address, role: Role = Role.AGENT, os_user: str | None = None
) -> Agent:
    """Add an agent; one who has left comes back. NameTaken if the address is an agent's already,
    AddressIsTaken if it is a mailbox's, NotAllowed if I am not an admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        return _add_agent(tx, agent, role, os_user, desk.now())


def _add_agent(
    tx: Session, agent: Address, role: Role, os_user: str | None, now: datetime
) -> Agent:
    address = address_of(agent.address).address
    known = people.agent_by_address(tx, address)
    if known is not None and known.active:
        raise NameTaken(Thing.AGENT, address)
    if mailboxes.mailbox_reached(tx, address):
        raise AddressIsTaken(address, "a mailbox", AGENTS_OWN)
    name = agent.name.strip() or address.partition("@")[0]
    if known is not None:
        fields = {"name": name, "role": role.value, "os_user": os_user, "active": True}
        agents.change(tx, known.id, fields)
        return replace(known, name=name, role=role, active=True)
    return Agent(
        people.add_agent(tx, name, address, role, now=now, os_user=os_user), name, address, role
    )


def list_mailboxes(desk: Desk) -> list[Mailbox]:
    """The mailboxes of the desk by address."""
    with desk.db.read() as tx:
        return mailboxes.mailboxes(tx)


def mailbox(desk: Desk, address: str) -> Mailbox:
    """One mailbox; NotFound if the desk has none with this address."""
    with desk.db.read() as tx:
        return _mailbox(tx, address)


def add_mailbox(desk: Desk, details: MailboxDetails) -> Mailbox:
    """Add a mailbox; mail that its server took before now comes in silently. No secret is stored
    here, see `config.write_secret`.

    NameTaken if the desk has it already, AddressIsTaken if it is an agent's, NotAllowed if I am not
    an admin, and what `check_details` raises."""
    check_details(details)
    address = address_of(details.address).address
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        known = _removed_before(tx, address)
        now = desk.now()
        new = planned(details, now)
        made = replace(new, id=mailboxes.add_mailbox(tx, new, now))
        if known and (known.imap.host, known.imap.port, known.username) != (
            made.imap.host,
            made.imap.port,
            made.username,
        ):
            mails.retire_folders(tx, made.id)
        _add_folders(tx, replace(made, synced_at=None), details.folders, now)
        _add_aliases(tx, made, details.aliases)
        return _mailbox(tx, address)


def refuse_taken(desk: Desk, address: str) -> None:
    """NameTaken if the desk has a mailbox with this address, AddressIsTaken if it is an agent's:
    before more is asked about a new one."""
    with desk.db.read() as tx:
        _removed_before(tx, address)


def _removed_before(tx: Session, address: str) -> Mailbox | None:
    """The removed mailbox with this address, if there is one; NameTaken, AddressIsTaken."""
    known = mailboxes.mailbox_by_address(tx, address)
    if known and known.active:
        raise NameTaken(Thing.MAILBOX, address)
    if comparable(address) in team_of(tx).agents:
        hint = (
            "A mailbox has an address that customers write to, as in help@shop.example. If it is "
            f"to be this one, first: supportcli agent edit {address} --address NEW"
        )
        raise AddressIsTaken(address, "an agent", hint)
    return known


def planned(details: MailboxDetails, now: datetime) -> Mailbox:
    """The mailbox that these details describe, before it is added `now`."""
    address = address_of(details.address).address
    return Mailbox(
        0,
        address,
        details.name,
        details.imap,
        details.smtp,
        details.username or address,
        details.history,
        now,
        insecure=details.insecure,
        authserv_id=details.authserv_id.lower() if details.authserv_id else None,
        after_import=details.after_import,
    )


def check_details(details: MailboxDetails) -> None:
    """Raise AddressInvalid, HistoryInvalid or AuthservIdInvalid; LineInsecure if a connection
    without TLS leaves this machine and `insecure` does not allow it."""
    address_of(details.address)
    if not _HISTORY.fullmatch(details.history):
        raise HistoryInvalid(details.history)
    _check_authserv_id(details.authserv_id)
    _check_names(details.folders, details.aliases)
    _check_after_import(details.after_import)
    for endpoint in (details.imap, details.smtp):
        check_line(endpoint, insecure=details.insecure)


def check_line(endpoint: Endpoint, *, insecure: bool) -> None:
    """Raise LineInsecure if a connection without TLS leaves this machine, and it must not."""
    if endpoint.security is Security.NONE and not endpoint.on_loopback and not insecure:
        raise LineInsecure(str(endpoint))


def edit_mailbox(desk: Desk, address: str, changes: MailboxChanges) -> Mailbox:
    """Change a mailbox: the mail server whose Authentication-Results are trusted, its aliases, the
    folders that are read. What was in a new folder before comes in silently.

    What `check_changes` raises; AliasIsMailbox, AliasIsAgent or AliasIsCustomer; NotFound;
    InboxIsRead; NotAllowed if I am not an admin. Then nothing is changed."""
    check_changes(changes)
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        found = _mailbox(tx, address)
        if changes.authserv_id is not None:
            mailboxes.set_authserv_id(tx, found.id, changes.authserv_id.lower() or None)
        if changes.after_import not in (None, found.after_import):
            mailboxes.set_after_import(tx, found.id, changes.after_import or "", desk.now())
            server_actions.forget(tx, found.id)
        _add_folders(tx, found, changes.folders, desk.now())
        _add_aliases(tx, found, changes.aliases)
        if any(name.upper() == "INBOX" for name in changes.no_folders):
            raise InboxIsRead(found.address)
        for name in changes.no_folders:
            if not mails.turn_folder(tx, found.id, name, on=False):
                raise NotFound(Thing.FOLDER, name, hint=see(found))
        for alias in changes.no_aliases:
            if not mailboxes.remove_alias(tx, found.id, alias):
                raise NotFound(Thing.ALIAS, alias, hint=see(found))
        return _mailbox(tx, address)


def check_changes(changes: MailboxChanges) -> None:
    """AuthservIdInvalid, AddressInvalid, AfterImportInvalid, FolderInvalid or AddedAndRemoved if
    they cannot be meant."""
    check_opposites(changes.aliases, changes.no_aliases, "alias")
    check_opposites(changes.folders, changes.no_folders, "folder")
    _check_authserv_id(changes.authserv_id)
    _check_names(changes.folders, changes.aliases)
    _check_after_import(changes.after_import)


def see(found: Mailbox) -> str:
    """How to see what a mailbox has, for a hint."""
    return f"See them with: supportcli mailbox show {found.address}"


def _add_folders(tx: Session, found: Mailbox, folders: Sequence[str], now: datetime) -> None:
    """Read these folders as well as INBOX."""
    since = now if found.synced_at is not None else None
    others = [one for one in folders if one.upper() != "INBOX"]
    for folder in dict.fromkeys(("INBOX", *others) if folders else ()):
        if not mails.turn_folder(tx, found.id, folder, on=True):
            mails.add_folder(tx, found.id, folder, FolderRole.INBOX, since)


def _add_aliases(tx: Session, found: Mailbox, aliases: Sequence[str]) -> None:
    for alias in aliases:
        address = lowered(address_of(alias).address)
        if address not in found.aliases:
            _check_alias(tx, found, address)
            mailboxes.add_alias(tx, found.id, address)


def _check_alias(tx: Session, found: Mailbox, address: str) -> None:
    """AliasIsMailbox, AliasIsAgent or AliasIsCustomer if an address is somebody's already."""
    holder = mailboxes.mailbox_reached(tx, address)
    if holder is not None:
        raise AliasIsMailbox(address, found.address, holder.address)
    if comparable(address) in team_of(tx).agents:
        raise AliasIsAgent(address)
    if numbers := people.tickets_of(tx, address):
        raise AliasIsCustomer(address, numbers)


def check_opposites(added: Sequence[str], removed: Sequence[str], what: str) -> None:
    """AddedAndRemoved if one is to be both; addresses are the same in any case."""
    gone = {name.lower() if "@" in name else name for name in removed}
    both = next((one for one in added if (one.lower() if "@" in one else one) in gone), None)
    if both is not None:
        raise AddedAndRemoved(both, (f"--{what}", f"--no-{what}"))


def _check_names(folders: Sequence[str], aliases: Sequence[str]) -> None:
    for alias in aliases:
        address_of(alias)
    for folder in folders:
        if not folder.strip() or _CONTROL.search(folder):
            raise FolderInvalid(folder)


def _check_after_import(typed: str | None) -> None:
    if typed is None:
        return
    kind, _, target = typed.partition(":")
    if kind not in {"nothing", "seen", "move"} or bool(target.strip()) is not (kind == "move"):
        raise AfterImportInvalid(typed)
    if target.upper() == "INBOX":
        raise AfterImportInvalid(typed, "it comes into INBOX")
    if kind == "move":
        _check_names((target,), ())


def _check_authserv_id(typed: str | None) -> None:
    if typed and not _AUTHSERV_ID.fullmatch(typed):
        raise AuthservIdInvalid(typed)


def try_again(desk: Desk, address: str) -> None:
    """Let the servers of a mailbox be tried again that are left alone for a time."""
    with desk.db.write() as tx:
        mailboxes.end_pause(tx, _mailbox(tx, address).id)


def remove_mailbox(desk: Desk, address: str) -> Mailbox:
    """Stop reading a mailbox and sending through it; its tickets stay, and adding it again
    continues where it stopped.

    RepliesWait if something still has to be sent from it; NotFound; NotAllowed if I am not an
    admin."""
    with desk.db.write() as tx:
        authorize(desk.me(tx), Action.SET_UP)
        found = _mailbox(tx, address)
        if waiting := outbox.in_states(tx, (*outbox.WAITING, *IN_LIMBO), found.id):
            raise RepliesWait(found.address, len(waiting))
        mailboxes.remove_mailbox(tx, found.id)
        return found


def _mailbox(tx: Session, address: str) -> Mailbox:
    found = mailboxes.mailbox_by_address(tx, address)
    if found is None or not found.active:
        raise NotFound(Thing.MAILBOX, address)
    return found


def check_mailbox(desk: Desk, address: str) -> Iterator[Tried]:
    """Test the servers of a mailbox; yields each step as it is done. After a step that fails, the
    other steps of that server are left out. Then come the folders that it uses (their steps begin
    with “folder”)."""
    found = mailbox(desk, address)
    try:
        channel = desk.channels(found)
    except SupportError as error:
        yield Tried("secret", "", error)
        return
    yield Tried("secret", "found, and meant for these servers")
    failed: set[str] = set()
    with closing(channel):
        yield from _steps(channel, failed)
        slowing.learn(desk, found, channel)
        if "IMAP" not in failed:
            yield from (Tried(name, *said) for name, said in opened(channel, found))
    if not failed and found.paused_until is not None:
        try_again(desk, address)


def _steps(channel: Channel, failed: set[str]) -> Iterator[Tried]:
    """The steps of both servers; those in which one fails are added to `failed`."""
    for step in channel.steps():
        protocol = "SMTP" if step.name.startswith("SMTP") else "IMAP"
        if protocol in failed or "sign-in" in failed:
            continue
        try:
            yield Tried(step.name, step.run())
        except SupportError as error:
            failed.update({protocol} if step.name != "sign-in" else {"sign-in", "IMAP", "SMTP"})
            yield Tried(step.name, "", error)
