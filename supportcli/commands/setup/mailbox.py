"""`supportcli mailbox`: the team's mailboxes and their servers, and where this person keeps the
passwords."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import ask, can_ask
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.setup import (
    automatic,
    letterhead,
    mailbox_words,
    secrets,
)
from supportcli.commands.setup.mailbox_options import (
    AfterImport,
    Aliases,
    AuthservId,
    BoxName,
    Encryption,
    Folders,
    History,
    ImapPlace,
    Insecure,
    NewAddress,
    Provider,
    SecretReference,
    SmtpEncryption,
    SmtpPlace,
    TokenCommand,
    UserName,
    Which,
)
from supportcli.commands.setup.servers import Typed, servers_of
from supportcli.commands.setup.sign_in import walking
from supportcli.commands.setup.sign_in.options import Authority, SignInAs, usable
from supportcli.domain.mailbox import Secret
from supportcli.domain.people import address_of
from supportcli.domain.sign_in import SignInWay

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.setup.folders import NotLookedUp
    from supportcli.desk.setup.founding import MailboxDetails
    from supportcli.domain.intake.ledger import Counts
    from supportcli.domain.mailbox import Mailbox

app = noun(
    "The team's mailboxes and their servers.",
    more=(
        "setup.mailbox_edit",
        "setup.sign_in.command",
        "setup.mailbox_trying",
        "setup.automatic",
    ),
)


@app.command(
    epilog=examples(
        "supportcli mailbox add help@gmail.com",
        "supportcli mailbox add help@shop.example --provider fastmail \\",
        "    --secret env:HELP_PASSWORD --history 30d",
        "supportcli mailbox add help@shop.example --user help --history none \\",
        "    --imap imap.shop.example:993 --smtp smtp.shop.example:465 \\",
        "    --secret command:'pass show help'",
    )
)
def add(
    ctx: typer.Context,
    address: NewAddress = None,
    *,
    name: BoxName = "",
    provider: Provider = None,
    imap: ImapPlace = None,
    smtp: SmtpPlace = None,
    security: Encryption = None,
    smtp_security: SmtpEncryption = None,
    user: UserName = None,
    secret: SecretReference = None,
    token_command: TokenCommand = None,
    sign_in: SignInAs = None,
    authority: Authority = None,
    history: History = None,
    folder: Folders = None,
    alias: Aliases = None,
    after_import: AfterImport = None,
    insecure: Insecure = False,
    authserv_id: AuthservId = None,
    as_json: AsJson = False,
) -> None:
    """Add a mailbox. You are asked for what you leave out."""
    from supportcli.desk.setup import setup_json

    servers = Typed(provider, imap, smtp, security, smtp_security)
    login = _LoginTyped(user, secret, token_command, sign_in, authority or "")
    rest = name, insecure, tuple(folder or ()), authserv_id, tuple(alias or ())
    with desk_of(ctx) as desk:
        typed = _MailboxTyped(address, servers, login, history, (*rest, after_import or "nothing"))
        made = _added(desk, typed)
    if as_json:
        printing.emit(setup_json.mailbox(made.box))
    else:
        _say_added(made.box.address, is_trusted=made.is_trusted)
    if made.unseen is not None:
        mailbox_words.not_looked_up(made.box.address, made.unseen)


@dataclass(frozen=True, slots=True)
class _LoginTyped:
    """What `mailbox add` was told about the login."""

    user: str | None
    secret: str | None
    token_command: str | None
    way: SignInWay | None
    authority: str


@dataclass(frozen=True, slots=True)
class _MailboxTyped:
    """What `mailbox add` was told; `rest` are the last values of `MailboxDetails`."""

    address: str | None
    servers: Typed
    login: _LoginTyped
    history: str | None
    rest: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Added:
    """A mailbox that was added; `unseen` says which of its folders could not be looked up."""

    box: "Mailbox"
    is_trusted: bool
    unseen: "NotLookedUp | None"


def _added(desk: "Desk", typed: _MailboxTyped) -> _Added:
    """Add a mailbox; what is missing is asked for, and nothing is written before all is known."""
    from supportcli.desk.setup import founding

    how = typed.login
    walking.check_installed(how.way)
    authority = usable("authority", how.authority.rstrip("/"))
    box = address_of(typed.address or ask("Address of the mailbox", "ADDRESS")).address
    founding.refuse_taken(desk, box)
    imap, smtp, host = servers_of(box, typed.servers)
    asks = can_ask() and not host
    user = how.user or (ask("User name", "--user", default=box) if asks else box)
    wanted = typed.history or ask(
        "How much of the old mail to bring in",
        "--history none|30d|all",
        example="none, 30d or all",
    )
    details = founding.MailboxDetails(box, imap, smtp, user, wanted, *typed.rest)
    founding.check_details(details)
    if host and can_ask():
        printing.say(host.password)
    known = _login_of(desk, details, how, authority)
    unseen = _look_up(desk, details, known)
    made = founding.add_mailbox(desk, details)
    if known is not None:
        secrets.trust(desk, made, known)
    return _Added(made, known is not None, unseen)


def _login_of(
    desk: "Desk", details: "MailboxDetails", how: _LoginTyped, authority: str
) -> Secret | None:
    """What a mailbox that is to be added logs in with: as typed, by signing in, or a password that
    is asked for. None if nobody can be asked."""
    from supportcli.desk.setup import founding
    from supportcli.errors import UsageError

    known = secrets.typed(how.secret, how.token_command)
    if known is not None and how.way is not None:
        raise UsageError(
            "A mailbox logs in with a secret, or signs in, not both.",
            "Give either --secret, --token-command or --sign-in.",
        )
    new = founding.planned(details, desk.now())
    return known or walking.of_new(desk, new, how.way, authority) or secrets.asked(new.address)


def _look_up(desk: "Desk", details: "MailboxDetails", known: Secret | None) -> "NotLookedUp | None":
    """Look for the folders of a mailbox that is to be added."""
    from supportcli.desk.setup import folders, founding

    new = founding.planned(details, desk.now())
    secret = secrets.bound(known, new) if known is not None else None
    return folders.look_up(desk, new, details.folders, details.after_import, secret)


def _say_added(address: str, *, is_trusted: bool) -> None:
    printing.say(f"Added {address}. Try it with: supportcli mailbox test {address}")
    if not is_trusted:
        printing.say(
            f"Its password is not known here: supportcli mailbox trust {address} --secret REFERENCE"
        )
        printing.say(
            f"If it signs in with Microsoft or Google: supportcli mailbox sign-in {address}"
        )


_COLUMNS = (
    TableColumn("Address", least=16),
    TableColumn("IMAP", least=16, goes=2),
    TableColumn("SMTP", least=16, goes=1),
    TableColumn("Sign-in", goes=3),
    TableColumn("Held", goes=5),
    TableColumn("Synced", 12, goes=4),
    TableColumn("Trouble", least=24, grows=True),
)


@app.command("list", epilog=examples("supportcli mailbox list", "supportcli mailbox list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the mailboxes and how their last sync ended."""
    from supportcli.desk.mail.held import counting
    from supportcli.desk.setup import automatic_faults, founding, setup_json, sign_ins
    from supportcli.rendering.times import moment

    with desk_of(ctx) as desk:
        found, now, counts = founding.list_mailboxes(desk), desk.now(), counting.counts(desk)
        ways = {box.address: sign_ins.shown_sign_in(desk, box.address) for box in found}
        faults = automatic_faults.faults(desk)
    if as_json:
        for box in found:
            of_box = (counts[box.address], ways[box.address], faults.get(box.address))
            printing.emit(setup_json.mailbox(box, *of_box))
        return
    rows = (
        (
            box.address,
            str(box.imap),
            str(box.smtp),
            secrets.cell(ways[box.address]),
            _held(counting.waits(counts[box.address])),
            moment(box.synced_at, now) if box.synced_at else "never",
            box.failure or "",
        )
        for box in found
    )
    printing.table(
        _COLUMNS, rows, "There are no mailboxes yet. Add one with: supportcli mailbox add"
    )


def _held(count: int) -> str:
    """How many mails wait; if no heading says what is counted, the cell does."""
    return (str(count) if printing.on_terminal() else f"{count} held") if count else ""


@app.command(
    epilog=examples(
        "supportcli mailbox show help@shop.example",
        "supportcli mailbox show help@shop.example --frame > frame.html",
    )
)
def show(
    ctx: typer.Context,
    address: Which,
    *,
    frame: Annotated[bool, typer.Option("--frame", help="Print only its HTML frame.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show everything about a mailbox."""
    from supportcli.desk.mail.held import counting
    from supportcli.desk.setup import automatic_faults, founding, letterheads, setup_json, sign_ins

    with desk_of(ctx) as desk:
        if frame:
            letterhead.show_page(letterheads.frame_of(desk, address))
            return
        box, secret = founding.mailbox(desk, address), desk.settings.secrets.get(address.lower())
        counts, way = counting.counts(desk)[box.address], sign_ins.shown_sign_in(desk, box.address)
        today = desk.now().date()
        page = letterheads.frame_of(desk, address) if box.frame_size else ""
        faults = automatic_faults.faults(desk).get(box.address, {})
    if as_json:
        printing.emit(setup_json.mailbox(box, counts, way, faults))
        return
    printing.say(f"Address   {box.address}" + (f" ({box.name})" if box.name else ""))
    printing.say(f"IMAP      {box.imap}, {box.imap.security.value}")
    printing.say(f"SMTP      {box.smtp}, {box.smtp.security.value}")
    printing.say(f"User      {box.username}")
    printing.say(secrets.line(secret))
    if way and way.end:
        printing.say(f"Ends      {way.end.told(today)}")
    printing.say(f"Folders   {', '.join(box.folders) or 'INBOX, once it has been read'}")
    if box.after_import != "nothing":
        printing.say(f"Server    {mailbox_words.after_import(box)}")
    if box.aliases:
        printing.say(f"Also      {', '.join(box.aliases)}")
    old = "stays out" if box.history == "none" else "comes in silently"
    printing.say(f"History   {box.history}; mail from before {_local(box.news_since)} {old}")
    printing.say(f"Senders   {mailbox_words.believed(box)}")
    printing.say(f"Relays    {mailbox_words.relays(box)}")
    letterhead.say(box, page)
    printing.say(f"Sending   {mailbox_words.sends(box)}{_largest(box.largest_mail)}")
    automatic.say(box, faults)
    printing.say(f"Synced    {_local(box.synced_at)}")
    printing.say(f"Mail      {_where(counts)}")
    if box.failing_since:
        printing.say(f"Failing   since {_local(box.failing_since)}: {box.failure}")
    _say_pauses(box)


def _say_pauses(box: "Mailbox") -> None:
    """Say until when nothing is read or sent."""
    if box.paused_until:
        printing.say(f"Paused    until {_local(box.paused_until)}; its servers are left alone")
    if box.sends_again_at:
        printing.say(f"Slowed    nothing is sent before {_local(box.sends_again_at)}")


def _largest(most: int | None) -> str:
    from supportcli.domain.text.sizes import size

    return f"; emails of at most {size(most)}" if most is not None else ""


def _where(counts: "Counts") -> str:
    """“12 in tickets, 2 held (supportcli mail held), 3 copies”."""
    found = (
        (counts.tickets, "in tickets"),
        (counts.held, "held (supportcli mail held)"),
        (counts.bounces, "bounces of mail that is not ours"),
        (counts.junk, "in the provider's junk (supportcli mail held --junk)"),
        (counts.copies, "copies"),
        (counts.ignored, "ignored"),
        (counts.discarded, "discarded"),
        (counts.undecided, "not processed yet"),
        (counts.unreadable, "that the server will not hand over"),
        (counts.too_large, "too large"),
        (counts.partial, "only partly here"),
        (counts.gone, "gone before they could be read"),
        (counts.old, "old, left on the server"),
    )
    return ", ".join(f"{count} {words}" for count, words in found if count) or "none yet"


def _local(at: datetime | None) -> str:
    """A moment in this machine's time zone."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}" if at else "never"


@app.command(epilog=examples("supportcli mailbox remove help@shop.example"))
def remove(ctx: typer.Context, address: Which) -> None:
    """Stop using a mailbox. Its tickets stay. If you add it again, it goes on where it stopped."""
    from supportcli import config
    from supportcli.desk.setup import founding, sign_ins

    with desk_of(ctx) as desk:
        box = founding.remove_mailbox(desk, address)
        sign_ins.forget_tokens(desk, desk.settings.secrets.get(box.address))
        config.forget_secret(desk.settings, box.address)
    printing.say(f"Removed {box.address}; its tickets stay, and nothing on the server was touched.")


@app.command(
    epilog=examples(
        "supportcli mailbox trust help@shop.example",
        "supportcli mailbox trust help@shop.example --secret keyring:help --yes",
    )
)
def trust(
    ctx: typer.Context,
    address: Which,
    *,
    secret: SecretReference = None,
    token_command: TokenCommand = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Trust a mailbox's current servers with your password. You need this once on each machine, and
    again after somebody changes the servers."""
    from supportcli.desk.setup import founding
    from supportcli.errors.setup import SecretMissing

    with desk_of(ctx) as desk:
        box = founding.mailbox(desk, address)
        known = secrets.typed(secret, token_command) or desk.settings.secrets.get(box.address)
        servers = (
            f"{box.imap} ({box.imap.security.value}) and {box.smtp} ({box.smtp.security.value}), "
            f"as {box.username}"
        )
        if not yes and ask(
            f"{secrets.what(known)} of {box.address} will be sent to {servers}. Is that right? "
            "(yes/no)",
            "--yes",
            default="no",
        ).lower() not in {
            "y",
            "yes",
        }:
            printing.say("Nothing was changed.")
            return
        known = known or secrets.asked(box.address)
        if known is None:
            raise SecretMissing(box.address, str(desk.settings.path))
        secrets.trust(desk, box, known)
    word = secrets.what(known).lower()
    printing.say(f"{servers} may now be sent {word} of {box.address}.")
