"""`supportcli mailbox edit`: a mailbox's aliases, its folders, whom it trusts, how it sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from supportcli.commands.command_group import examples
from supportcli.commands.options.location import desk_of
from supportcli.commands.output import printing
from supportcli.commands.output.printing import AsJson
from supportcli.commands.setup import letterhead, mailbox_words
from supportcli.commands.setup.mailbox_options import (
    AfterImport,
    Aliases,
    AuthservId,
    Encryption,
    Folders,
    ImapPlace,
    PerHour,
    PerMinute,
    Provider,
    SentCopiesKept,
    SmtpEncryption,
    SmtpPlace,
    UserName,
    Which,
)
from supportcli.commands.setup.servers import Typed, edited
from supportcli.domain.mailbox import Mailbox
from supportcli.domain.people import address_of
from supportcli.errors import UsageError

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.setup.folders import NotLookedUp
    from supportcli.desk.setup.founding import MailboxChanges
    from supportcli.desk.setup.sending_rules import SendingChanges

app = typer.Typer(rich_markup_mode=None)


@app.command(
    epilog=examples(
        "supportcli mailbox edit help@shop.example --name Support --user help",
        "supportcli mailbox edit help@shop.example --imap imap.new.example",
        "supportcli mailbox edit help@shop.example --authserv-id mx.shop.example",
        "supportcli mailbox edit help@shop.example --alias support@shop.example",
        "supportcli mailbox edit help@shop.example --folder Orders --no-folder Junk",
        "supportcli mailbox edit help@shop.example --after-import move:Archive",
        "supportcli mailbox edit help@shop.example --relay forms@formservice.example",
        "supportcli mailbox edit help@shop.example --signature 'The Mill Shop'",
        "supportcli mailbox edit help@shop.example --frame frame.html",
        "supportcli mailbox edit help@shop.example --per-minute 20",
    )
)
def edit(
    ctx: typer.Context,
    address: Which,
    *,
    name: Annotated[
        str | None, typer.Option(help="What the team calls it.", show_default=False)
    ] = None,
    provider: Provider = None,
    imap: ImapPlace = None,
    smtp: SmtpPlace = None,
    security: Encryption = None,
    smtp_security: SmtpEncryption = None,
    user: UserName = None,
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
    signature: letterhead.Signature = None,
    no_signature: letterhead.NoSignature = False,
    frame: letterhead.FrameFile = None,
    no_frame: letterhead.NoFrame = False,
    remote_pictures: letterhead.RemotePictures = False,
    per_minute: PerMinute = None,
    per_hour: PerHour = None,
    sent_copies: SentCopiesKept = None,
    as_json: AsJson = False,
) -> None:
    """Change a mailbox: servers, aliases, folders, signature.

    INBOX, sent mail and the provider's junk are read by themselves. Relays are senders that post
    for other people. --authserv-id names the server whose Authentication-Results count (an empty
    name trusts nobody's). Mail on the server stays as it is, unless --after-import says otherwise;
    that is true for mail that comes in from now on.

    The signature stands below each reply, under the agent's own (supportcli agent edit). The frame
    is an HTML page with one {{ body }}, checked when it is set; the plain text has none."""
    from supportcli.desk.setup import founding, setup_json
    from supportcli.desk.setup.sending_rules import SendingChanges

    said = EditTyped(
        founding.MailboxChanges(
            authserv_id,
            aliases=tuple(alias or ()),
            folders=tuple(folder or ()),
            no_aliases=tuple(no_alias or ()),
            no_folders=tuple(no_folder or ()),
            after_import=after_import,
        ),
        (tuple(relay or ()), tuple(no_relay or ())),
        letterhead.LetterheadOptions(signature, no_signature, frame, no_frame, remote_pictures),
        SendingChanges(per_minute, per_hour, sent_copies),
        (name, Typed(provider, imap, smtp, security, smtp_security), user),
    )
    if not (said.moves or said.stays_here):
        raise UsageError(
            "You did not say what to change.",
            "Give --name, --imap, --smtp, --user, --alias ADDRESS, --folder NAME, --relay SENDER, "
            "--after-import …, --authserv-id NAME, --signature TEXT or --frame FILE.",
        )
    with desk_of(ctx) as desk:
        before, box, unseen = _changed(desk, address, said)
    if as_json:
        printing.emit(setup_json.mailbox(box))
    elif said.stays_here:
        _say_changed(before, box, said)
    else:
        _say_moved(box)
    if unseen is not None:
        mailbox_words.not_looked_up(box.address, unseen)


@dataclass(frozen=True, slots=True)
class EditTyped:
    """What `mailbox edit` was told, by subject. `relays` are those to add and to remove, `place` is
    the name, the servers and the login."""

    changes: "MailboxChanges"
    relays: tuple[Sequence[str], Sequence[str]]
    around: letterhead.LetterheadOptions
    sends: "SendingChanges"
    place: tuple[str | None, Typed, str | None]

    @property
    def moves(self) -> bool:
        """Whether it changes the name, the servers or the login."""
        return self.place != (None, Typed(), None)

    @property
    def stays_here(self) -> bool:
        """Whether it changes anything else."""
        from supportcli.desk.setup.founding import MailboxChanges

        others = any(self.relays) or self.around or self.sends
        return bool(self.changes != MailboxChanges() or others)


def _changed(
    desk: "Desk", address: str, said: EditTyped
) -> tuple[Mailbox, Mailbox, "NotLookedUp | None"]:
    """Change a mailbox: as it was (at its new servers), as it is, and which folders could not be
    looked up."""
    from supportcli.desk.setup import folders, founding
    from supportcli.desk.setup.sending_rules import edit_sending

    changes = said.changes
    before = founding.mailbox(desk, address)
    founding.check_changes(changes)
    if said.moves:
        before = _moved(desk, before, *said.place)
    unseen = folders.look_up(desk, before, changes.folders, changes.after_import)
    box = _edited(desk, before, changes, *said.relays)
    box = letterhead.change(desk, box, said.around) if said.around else box
    box = edit_sending(desk, address, said.sends) if said.sends else box
    return before, box, unseen


def _say_changed(before: Mailbox, box: Mailbox, said: EditTyped) -> None:
    """What has changed of a mailbox besides its servers."""
    acts = said.changes.after_import is not None
    _say(box, _done(before, box, said.changes), posts=any(said.relays), acts=acts)
    if said.sends:
        printing.say(f"{mailbox_words.sends(box)}.")


def _moved(
    desk: "Desk", box: Mailbox, name: str | None, servers: Typed, user: str | None
) -> Mailbox:
    """Change the name, the servers or the login of a mailbox."""
    from supportcli.desk.setup.mailboxes.servers import ServerChanges, edit_servers

    imap, smtp = edited((box.imap, box.smtp), servers)
    changes = ServerChanges(
        name,
        imap if imap != box.imap else None,
        smtp if smtp != box.smtp else None,
        user,
    )
    return edit_servers(desk, box.address, changes)


def _say_moved(box: Mailbox) -> None:
    """What a mailbox is called now, and where it is."""
    called = f" is called {box.name}," if box.name else ""
    printing.say(f"{box.address}{called} is read at {box.imap} and sends at {box.smtp}.")
    printing.say(
        f"It logs in as {box.username}. Try it with: supportcli mailbox test {box.address}"
    )
    printing.say(f"If its secret is for other servers: supportcli mailbox trust {box.address}")


def _done(before: Mailbox, box: Mailbox, changes: "MailboxChanges") -> list[str]:
    """What has changed of the aliases and folders of a mailbox that were named."""
    aliases = [address_of(one).address.lower() for one in changes.aliases]
    kinds = (
        (aliases, before.aliases, "an alias now", "an alias already"),
        (changes.folders, before.folders, "read now", "read already"),
    )
    said = []
    for names, there, news, already in kinds:
        said += [f"{one} is {already if one in there else news}" for one in dict.fromkeys(names)]
    gone = [one for one in before.aliases if one not in box.aliases]
    left = [one for one in before.folders if one not in box.folders]
    said += [f"{one} is no longer an alias" for one in gone]
    return [*said, *(f"{one} is no longer read" for one in left)]


def _say(box: Mailbox, done: Sequence[str], *, posts: bool, acts: bool) -> None:
    """What has changed of a mailbox, and what holds for it now."""
    also = f", also {', '.join(box.aliases)}" if box.aliases else ""
    said = [*done, mailbox_words.believed(box)]
    if len(box.folders) > 1:
        said.append(f"{', '.join(box.folders)} are read")
    if posts:
        said.append(mailbox_words.relays(box))
    if acts or box.after_import != "nothing":
        said.append(mailbox_words.after_import(box))
    if box.signature:
        said.append("replies are signed")
    if box.frame_size:
        said.append("they have a frame")
    printing.say(f"{box.address}{also}: {'; '.join(said)}.")


def _edited(
    desk: "Desk",
    box: Mailbox,
    changes: "MailboxChanges",
    relay: Sequence[str],
    no_relay: Sequence[str],
) -> Mailbox:
    """Change a mailbox as the options say."""
    from supportcli.desk.setup import founding, relays

    founding.check_opposites(relay, no_relay, "relay")
    if changes != founding.MailboxChanges():
        box = founding.edit_mailbox(desk, box.address, changes)
    if relay or no_relay:
        box = relays.edit_relays(desk, box.address, relay, no_relay)
    return box
