"""`supportcli mailbox`: the team's mailboxes and their servers, and where this person keeps the
passwords."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples, noun
from supportcli.commands.options.completion import mailboxes
from supportcli.commands.options.location import desk_of
from supportcli.commands.options.prompts import ask, ask_secret, can_ask
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson, TableColumn
from supportcli.commands.setup.servers import Typed, servers_of
from supportcli.domain.mailbox import Mailbox, Security
from supportcli.domain.people import address_of
from supportcli.domain.setup.mail_providers import HOSTS

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.setup.founding import MailboxChanges
    from supportcli.domain.intake.ledger import Counts

app = noun("The team's mailboxes and their servers.")

Which = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="The mailbox.", autocompletion=mailboxes)
]
SecretReference = Annotated[
    str | None,
    typer.Option(
        "--secret",
        metavar="REFERENCE",
        help=(
            "Where the password is: env:NAME, keyring:NAME, file:PATH or command:'PROGRAM "
            "ARGUMENTS'."
        ),
        show_default=False,
    ),
]

AuthservId = Annotated[
    str | None,
    typer.Option(
        "--authserv-id",
        metavar="NAME",
        help=(
            "Trust the Authentication-Results that your mail server writes under this name, "
            "such as mx.shop.example."
        ),
        show_default=False,
    ),
]
Provider = Annotated[
    str | None,
    typer.Option(
        metavar="|".join(HOSTS),
        help="Fill in the servers.",
        show_default=False,
        autocompletion=lambda: list(HOSTS),
    ),
]
History = Annotated[
    str | None,
    typer.Option(
        metavar="none|30d|all",
        help="How much of the existing mail to bring in, silently.",
        show_default=False,
    ),
]
Folders = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Read this folder as well as INBOX.", show_default=False),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDRESS",
        help="An address whose mail comes here too: it is ours, and never answered.",
        show_default=False,
    ),
]
AfterImport = Annotated[
    str | None,
    typer.Option(
        metavar="nothing|seen|move:FOLDER",
        help="What happens on the server to new mail that became a message. Default: nothing.",
        show_default=False,
    ),
]
Insecure = Annotated[
    bool,
    typer.Option(
        "--insecure",
        help=(
            "Allow --security none for a server on another machine: the password is then sent "
            "unencrypted."
        ),
    ),
]


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
    address: Annotated[
        str | None,
        typer.Argument(
            metavar="ADDRESS", help="The address that customers write to.", show_default=False
        ),
    ] = None,
    *,
    name: Annotated[str, typer.Option(help="What the team calls it.")] = "",
    provider: Provider = None,
    imap: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="The server to fetch mail from.", show_default=False
        ),
    ] = None,
    smtp: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="The server to send replies through.", show_default=False
        ),
    ] = None,
    security: Annotated[
        Security | None,
        typer.Option(help="Encryption for both servers. Default: tls.", show_default=False),
    ] = None,
    smtp_security: Annotated[
        Security | None,
        typer.Option(help="Encryption for SMTP, if it differs.", show_default=False),
    ] = None,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The login. Default: the address.",
            show_default=False,
        ),
    ] = None,
    secret: SecretReference = None,
    history: History = None,
    folder: Folders = None,
    alias: Aliases = None,
    after_import: AfterImport = None,
    insecure: Insecure = False,
    authserv_id: AuthservId = None,
    as_json: AsJson = False,
) -> None:
    """Add a mailbox. You are asked for what you leave out."""
    from supportcli.desk.setup import founding, setup_json

    box = address_of(address or ask("Address of the mailbox", "ADDRESS")).address
    with desk_of(ctx) as desk:
        _refuse_known(desk, box)
        imap_server, smtp_server, host = servers_of(
            box, Typed(provider, imap, smtp, security, smtp_security)
        )
        username = user or (
            ask("User name", "--user", default=box) if can_ask() and not host else box
        )
        wanted = history or ask(
            "How much of the old mail to bring in",
            "--history none|30d|all",
            example="none, 30d or all",
        )
        details = founding.MailboxDetails(
            box,
            imap_server,
            smtp_server,
            username,
            wanted,
            name,
            insecure,
            tuple(folder or ()),
            authserv_id,
            tuple(alias or ()),
            after_import or "nothing",
        )
        founding.check_details(details)
        if host and can_ask():
            printing.say(host.password)
        reference = _checked(secret or _asked_secret(box))
        made = founding.add_mailbox(desk, details)
        if reference:
            _trust(desk, made, reference)
    if as_json:
        printing.emit(setup_json.mailbox(made))
    else:
        _say_added(box, is_trusted=bool(reference))


def _say_added(address: str, *, is_trusted: bool) -> None:
    printing.say(f"Added {address}. Try it with: supportcli mailbox test {address}")
    if not is_trusted:
        printing.say(
            f"Its password is not known here: supportcli mailbox trust {address} --secret REFERENCE"
        )


def _refuse_known(desk: "Desk", address: str) -> None:
    """Say that the mailbox exists before anything is asked about it."""
    from supportcli.desk.setup import founding
    from supportcli.errors.names import NameTaken, Thing

    if address in {box.address for box in founding.list_mailboxes(desk)}:
        raise NameTaken(Thing.MAILBOX, address)


def _asked_secret(address: str) -> str | None:
    """A reference to the password that a person types, kept in the keyring; None if nobody can be
    asked, or nothing is typed."""
    if not can_ask():
        return None
    from supportcli import credentials

    typed = ask_secret("Password (kept in your keyring; leave it empty to do this later)")
    if not typed:
        return None
    credentials.keep_in_keyring(address, typed)
    return f"keyring:{address}"


def _checked(reference: str | None) -> str | None:
    """Check a reference before anything is written; ConfigurationError if it is not one."""
    from supportcli import credentials
    from supportcli.errors import ConfigurationError, UsageError

    try:
        if reference:
            credentials.parted(reference)
    except ConfigurationError as error:  # in config.toml it would be that
        raise UsageError(error.sentence, error.hint) from error
    return reference


def _trust(desk: "Desk", box: Mailbox, reference: str) -> None:
    """Bind a secret to the servers that the desk names now."""
    from supportcli import config
    from supportcli.desk.setup import founding
    from supportcli.domain.mailbox import Secret, logins

    founding.try_again(desk, box.address)
    config.write_secret(
        desk.settings, box.address, Secret(reference, insecure=box.insecure, servers=logins(box))
    )


_COLUMNS = (
    TableColumn("Address", least=16),
    TableColumn("IMAP", least=16, goes=2),
    TableColumn("SMTP", least=16, goes=1),
    TableColumn("Password", goes=3),
    TableColumn("Held", goes=5),
    TableColumn("Synced", 12, goes=4),
    TableColumn("Trouble", least=24, grows=True),
)


@app.command("list", epilog=examples("supportcli mailbox list", "supportcli mailbox list --json"))
def list_(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the mailboxes and how their last sync ended."""
    from supportcli.desk.mail.held import waiting
    from supportcli.desk.setup import founding, setup_json
    from supportcli.rendering.times import moment

    with desk_of(ctx) as desk:
        found, now, secrets, counts = (
            founding.list_mailboxes(desk),
            desk.now(),
            desk.settings.secrets,
            waiting.counts(desk),
        )
    if as_json:
        for box in found:
            printing.emit(setup_json.mailbox(box, counts[box.address]))
        return
    rows = (
        (
            box.address,
            str(box.imap),
            str(box.smtp),
            "here" if box.address in secrets else "not here",
            _held(waiting.waits(counts[box.address])),
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


@app.command(epilog=examples("supportcli mailbox show help@shop.example"))
def show(ctx: typer.Context, address: Which, as_json: AsJson = False) -> None:
    """Show everything about a mailbox."""
    from supportcli.desk.mail.held import waiting
    from supportcli.desk.setup import founding, setup_json

    with desk_of(ctx) as desk:
        box, secret = founding.mailbox(desk, address), desk.settings.secrets.get(address.lower())
        counts = waiting.counts(desk)[box.address]
    if as_json:
        printing.emit(setup_json.mailbox(box, counts))
        return
    password = (
        f"{secret.reference}, for {', '.join(map(str, secret.servers or secret.hosts))}"
        if secret
        else "not here"
    )
    printing.say(f"Address   {box.address}" + (f" ({box.name})" if box.name else ""))
    printing.say(f"IMAP      {box.imap}, {box.imap.security.value}")
    printing.say(f"SMTP      {box.smtp}, {box.smtp.security.value}")
    printing.say(f"User      {box.username}")
    printing.say(f"Password  {password}")
    printing.say(f"Folders   {', '.join(box.folders) or 'INBOX, once it has been read'}")
    if box.after_import != "nothing":
        printing.say(f"Server    {box.after_import}, for mail that became a message")
    if box.aliases:
        printing.say(f"Also      {', '.join(box.aliases)}")
    old = "stays out" if box.history == "none" else "comes in silently"
    printing.say(f"History   {box.history}; mail from before {_local(box.news_since)} {old}")
    printing.say(f"Senders   {_believed(box)}")
    printing.say(f"Relays    {_relays(box)}")
    printing.say(f"Synced    {_local(box.synced_at)}")
    printing.say(f"Mail      {_where(counts)}")
    if box.failing_since:
        printing.say(f"Failing   since {_local(box.failing_since)}: {box.failure}")
    if box.paused_until:
        printing.say(f"Paused    until {_local(box.paused_until)}; its servers are left alone")


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


@app.command(
    epilog=examples(
        "supportcli mailbox edit help@shop.example --authserv-id mx.shop.example",
        "supportcli mailbox edit help@shop.example --alias support@shop.example",
        "supportcli mailbox edit help@shop.example --folder Orders --no-folder Junk",
        "supportcli mailbox edit help@shop.example --after-import move:Archive",
        "supportcli mailbox edit help@shop.example --relay forms@formservice.example",
    )
)
def edit(
    ctx: typer.Context,
    address: Which,
    *,
    authserv_id: AuthservId = None,
    alias: Aliases = None,
    no_alias: Annotated[
        list[str] | None,
        typer.Option(metavar="ADDRESS", help="No longer an address of ours.", show_default=False),
    ] = None,
    folder: Folders = None,
    no_folder: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Stop reading this folder.", show_default=False),
    ] = None,
    relay: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SENDER",
            help=(
                "This sender posts for other people (a contact form, a group, a redirect): its "
                "customer is in Reply-To, X-Original-From, or a field such as “Email: …”."
            ),
            show_default=False,
        ),
    ] = None,
    no_relay: Annotated[
        list[str] | None,
        typer.Option(metavar="SENDER", help="It posts for nobody else.", show_default=False),
    ] = None,
    after_import: AfterImport = None,
    as_json: AsJson = False,
) -> None:
    """Change a mailbox's aliases, its folders and whom it trusts.

    INBOX, sent mail and the provider's junk are read by themselves. Relays are senders that post
    for other people. --authserv-id names the server whose Authentication-Results count (an empty
    name trusts nobody's). Mail on the server stays as it is, unless --after-import says otherwise;
    that is true for mail that comes in from now on."""
    from supportcli.desk.setup import founding, setup_json
    from supportcli.errors import UsageError

    changes = founding.MailboxChanges(
        authserv_id,
        aliases=tuple(alias or ()),
        folders=tuple(folder or ()),
        no_aliases=tuple(no_alias or ()),
        no_folders=tuple(no_folder or ()),
        after_import=after_import,
    )
    if changes == founding.MailboxChanges() and not (relay or no_relay):
        raise UsageError(
            "You did not say what to change.",
            "Give --alias ADDRESS, --folder NAME, --relay SENDER, --after-import … or "
            "--authserv-id NAME.",
        )
    with desk_of(ctx) as desk:
        box = _edited(desk, address, changes, relay or (), no_relay or ())
    if as_json:
        printing.emit(setup_json.mailbox(box))
        return
    also = f", also {', '.join(box.aliases)}" if box.aliases else ""
    read = f"; {', '.join(box.folders)} are read" if len(box.folders) > 1 else ""
    posted = f"; {_relays(box)}" if relay or no_relay else ""
    printing.say(f"{box.address}{also}: {_believed(box)}{read}{posted}.")


def _edited(
    desk: "Desk",
    address: str,
    changes: "MailboxChanges",
    relay: Sequence[str],
    no_relay: Sequence[str],
) -> Mailbox:
    """Change a mailbox as the options say."""
    from supportcli.desk.setup import founding, relays

    box = founding.mailbox(desk, address)
    if relay or no_relay:
        box = relays.edit_relays(desk, address, relay, no_relay)
    return (
        box
        if changes == founding.MailboxChanges()
        else founding.edit_mailbox(desk, address, changes)
    )


def _relays(box: Mailbox) -> str:
    """Who posts to a mailbox for other people."""
    if not box.relays:
        return "no sender counts as a relay"
    verb = "posts" if len(box.relays) == 1 else "post"
    return f"{', '.join(box.relays)} {verb} for other people"


def _believed(box: Mailbox) -> str:
    """Whose word counts on who sent a mail."""
    return (
        f"Authentication-Results of {box.authserv_id} are trusted"
        if box.authserv_id
        else "nobody's Authentication-Results are trusted"
    )


@app.command("test", epilog=examples("supportcli mailbox test help@shop.example"))
def try_(ctx: typer.Context, address: Which, as_json: AsJson = False) -> None:
    """Test a mailbox's servers step by step. It also looks for relays: senders of the newest 200
    emails that post for other people. Only headers are read; nothing is sent or changed."""
    from supportcli.desk.setup import founding, setup_json

    code, can_read = 0, True
    with desk_of(ctx) as desk:
        for step in founding.check_mailbox(desk, address):
            code = code or (step.error.exit_code if step.error else 0)
            can_read = can_read and (step.error is None or step.name.startswith("SMTP"))
            if as_json:
                printing.emit(setup_json.tried(step))
            elif step.error is None:
                printing.say(f"ok      {step.name}: {step.detail}")
            else:
                printing.say(f"FAILED  {step.name}: {step.error.sentence}")
                printing.say(f"        {step.error.hint}")
        if can_read:
            _propose(desk, address, as_json=as_json)
    raise typer.Exit(code)


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


@app.command(epilog=examples("supportcli mailbox remove help@shop.example"))
def remove(ctx: typer.Context, address: Which) -> None:
    """Stop using a mailbox. Its tickets stay. If you add it again, it goes on where it stopped."""
    from supportcli import config
    from supportcli.desk.setup import founding

    with desk_of(ctx) as desk:
        box = founding.remove_mailbox(desk, address)
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
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Trust a mailbox's current servers with your password. You need this once on each machine, and
    again after somebody changes the servers."""
    from supportcli.desk.setup import founding
    from supportcli.errors.setup import SecretMissing

    with desk_of(ctx) as desk:
        box = founding.mailbox(desk, address)
        known = desk.settings.secrets.get(box.address)
        servers = (
            f"{box.imap} ({box.imap.security.value}) and {box.smtp} ({box.smtp.security.value}), "
            f"as {box.username}"
        )
        if not yes and ask(
            f"The password of {box.address} will be sent to {servers}. Is that right? (yes/no)",
            "--yes",
            default="no",
        ).lower() not in {
            "y",
            "yes",
        }:
            printing.say("Nothing was changed.")
            return
        reference = _checked(secret) or (
            known.reference if known else _checked(_asked_secret(box.address))
        )
        if not reference:
            raise SecretMissing(box.address, str(desk.settings.path))
        _trust(desk, box, reference)
    printing.say(f"{servers} may now be sent the password of {box.address}.")
