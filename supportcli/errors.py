"""What can go wrong, as classes: each knows its sentence, the next step (`hint`) and its exit code.

Raised with the values they name; printed in one place (`commands.main`) or shown by the inbox,
where the sentence is cleaned for the terminal.

SupportError                     1   failed
├── UsageError                   2   the call itself is wrong
├── ServerUnreachable           69   EX_UNAVAILABLE: a mail server does not answer
├── TryAgainLater               75   EX_TEMPFAIL: something else is in the way just now
├── NotAllowed                  77   EX_NOPERM: who I am may not do this
└── ConfigurationError          78   EX_CONFIG: the configuration must be changed first
"""

import shlex
from collections.abc import Iterable, Sequence

_AROUND = 30
"""Letters that an error shows before and behind the one that is wrong."""


class SupportError(Exception):
    """Something failed. `sentence` says what, naming the thing; `hint` says what to do next;
    `exit_code` is the program's."""

    exit_code = 1

    def __init__(self, sentence: str, hint: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(SupportError):
    """The command was called wrongly; nothing was done."""

    exit_code = 2


class Stopped(SupportError):
    """Whoever was asked a question pressed ctrl+c, or there is nobody to answer."""

    def __init__(self) -> None:
        super().__init__("Stopped; nothing more was done.")


class ServerUnreachable(SupportError):
    """A mail server does not answer, or hangs up."""

    exit_code = 69


class TryAgainLater(SupportError):
    """A passing obstacle: the same call may succeed later."""

    exit_code = 75


class NotAllowed(SupportError):
    """Who I am may not do this, or a server refuses the login."""

    exit_code = 77


class ConfigurationError(SupportError):
    """The configuration, or what it points to, has to be changed first."""

    exit_code = 78


class TicketNotFound(SupportError):
    """No ticket has this number."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"There is no ticket #{number}.",
            "List the tickets there are with: supportcli ticket list",
        )
        self.number = number


class StepNotAllowed(SupportError):
    """A verb would take a ticket from a status to one it cannot go to."""

    def __init__(self, number: int, before: str, after: str) -> None:
        back = f"Take it back first with: supportcli ticket reopen {number}"
        history = f"See its history with: supportcli ticket show {number}"
        super().__init__(
            f"Ticket #{number} is {before} and cannot become {after}.",
            back if before in {"spam", "deleted"} else history,
        )


class NothingToReopen(StepNotAllowed):
    """A ticket on which nobody has worked yet was to be reopened."""

    def __init__(self, number: int) -> None:
        SupportError.__init__(
            self,
            f"#{number} is new: there is nothing to reopen.",
            f"See it with: supportcli ticket show {number}",
        )


class MailsNobody(UsageError):
    """A reply was to make spam or a deleted ticket of what it answers; `verb` does that without a
    mail."""

    def __init__(self, number: int, status: str, verb: str) -> None:
        super().__init__(
            f"A reply cannot make #{number} {status}: it would mail who wrote it.",
            f"Without a mail: supportcli ticket {verb} {number}",
        )


class EmptyText(UsageError):
    """A reply or a note without a word in it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The {what} is empty, so nothing was written.",
            "Give a text with --text, --file or a pipe, or write it in the editor.",
        )


class NothingToUndo(SupportError):
    """No verb of this agent is left to undo."""

    def __init__(self, where: str = "") -> None:
        super().__init__(
            f"There is nothing to undo{where}.",
            "See what was done with: supportcli ticket show NUMBER",
        )


class AuthservIdInvalid(UsageError):
    """A name for a mail server's Authentication-Results that cannot be one."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is no name of a mail server; nothing was changed.",
            (
                "It is the first word of the Authentication-Results header in your mail, as in "
                "mx.shop.example."
            ),
        )


class UndoRefused(SupportError):
    """What a verb did has been changed since, by somebody who is named."""

    def __init__(self, number: int, what: str, who: str) -> None:
        super().__init__(
            f"Ticket #{number} cannot be undone: {what} was changed since by {who}.",
            f"See its history with: supportcli ticket show {number}",
        )


class ReplyHasLeft(SupportError):
    """A reply that is on its way, or has arrived, cannot be undone."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"The reply to #{number} has left and cannot be taken back.",
            f"See how far it is with: supportcli ticket show {number}",
        )


class SendRefused(TryAgainLater):
    """Something stands in the ticket that the writer of a reply had not seen."""

    def __init__(self, number: int, what: str, *, kept: bool = True) -> None:
        draft = " Your text is kept as a draft." if kept else ""
        super().__init__(
            f"The reply to #{number} was not sent: {what} arrived meanwhile.{draft}",
            "Read it, then send again.",
        )
        self.number = number
        self.told = f"{what} arrived meanwhile"


class ChangedMeanwhile(TryAgainLater):
    """Somebody changed a ticket, and who gave it a verb has not seen that. `told` says who did
    what, and when."""

    def __init__(self, number: int, told: str) -> None:
        super().__init__(f"Nothing was done to #{number}: {told}.", "Look at it, then do it again.")
        self.number = number
        self.told = told


class RecipientsUnsure(UsageError):
    """A reply would go to somebody who is new in the ticket, whom nothing proves, or to many
    people, and nobody has agreed to that. `author_known`: an answer to whoever wrote, and to nobody
    else, asks less."""

    def __init__(self, question: str, *, kept: bool = True, author_known: bool = True) -> None:
        draft = " Your text is kept as a draft." if kept else ""
        alone = (
            "--only-sender answers whoever wrote, and nobody else"
            if author_known
            else "--only-sender asks the same: look who wrote first"
        )
        super().__init__(
            f"Nothing was sent: {question}.{draft}",
            f"If that is right, send it again with --yes; {alone}.",
        )
        self.question = question


class NobodyToAnswer(SupportError):
    """A ticket names nobody whom a reply could be sent to."""

    def __init__(self, number: int, left_out: Sequence[str], *, kept: bool = True) -> None:
        who = (
            f"no mail can be sent to {', '.join(left_out)}"
            if left_out
            else "it names nobody but this desk, or a list that hides who wrote"
        )
        draft = " Your text is kept as a draft." if kept else ""
        super().__init__(
            f"#{number} has nobody to answer: {who}.{draft}",
            "Open a ticket for the right address: supportcli ticket new --customer ADDRESS",
        )


class AgentUnknown(ConfigurationError):
    """config.toml does not say who I am, or names nobody of this desk."""

    def __init__(self, address: str) -> None:
        who = (
            f"“{address}” is no agent of this desk."
            if address
            else "config.toml does not say which agent you are."
        )
        super().__init__(
            who,
            (
                'See the agents with: supportcli agent list; then set agent = "address" in '
                "config.toml."
            ),
        )


class AgentNotAdded(ConfigurationError):
    """Somebody wants to join a desk that does not know them yet. `who` is how they would be added,
    quoted for a shell."""

    def __init__(self, address: str, who: str) -> None:
        super().__init__(
            f"“{address}” is no agent of this desk.",
            f"An admin of the desk has to add you first: supportcli agent add {who}",
        )


class AddressRefused(SupportError):
    """Something that should be an address cannot stand in a mail's header or envelope."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"“{address}” is no address that mail can be sent to.",
            "Choose the recipients by hand, or answer with --only-sender.",
        )


class HeaderRefused(SupportError):
    """A value with CR, LF or NUL was about to become a header: it could begin another one."""

    def __init__(self, header: str) -> None:
        super().__init__(
            f"The {header} of this reply holds a line break or a NUL, so it was not made.",
            "Change the ticket's subject or the name.",
        )


class ConfigurationMissing(ConfigurationError):
    """A config.toml was named, and is not there."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"There is no configuration at {path}.",
            f"Make it with: supportcli --config {path} init",
        )


class SettingUnknown(ConfigurationError):
    """config.toml has a key that means nothing."""

    def __init__(self, key: str, nearest: str, path: str) -> None:
        super().__init__(f"{path} has an unknown key “{key}”.", f"Did you mean “{nearest}”?")


class SettingWrong(ConfigurationError):
    """A key of config.toml is known, and what it says is not."""

    def __init__(self, key: str, what: str, path: str) -> None:
        super().__init__(f"In {path}, “{key}” {what}.", "Mend that line of the file.")


class SecretMissing(ConfigurationError):
    """config.toml does not say where a mailbox's password is: this person does not hold it, and
    cannot connect."""

    def __init__(self, mailbox: str, path: str) -> None:
        super().__init__(
            f"{path} has no secret for {mailbox}.",
            f"If you hold it: supportcli mailbox trust {mailbox} --secret keyring:{mailbox}",
        )


class SecretUnavailable(ConfigurationError):
    """A secret's reference leads to nothing. Names the reference, never the secret."""

    def __init__(self, reference: str, cause: str, hint: str) -> None:
        super().__init__(f"The secret {reference} cannot be had: {cause}.", hint)


class HostNotTrusted(ConfigurationError):
    """The database names a server, a port, a user or a kind of TLS that config.toml does not list
    for this secret: somebody else may have changed it. `changed` names what is not as it was."""

    def __init__(self, mailbox: str, now: str, trusted: str, changed: Sequence[str] = ()) -> None:
        what = f" ({' and '.join(changed)} changed)" if changed else ""
        super().__init__(
            (
                f"The desk now names {now} as a server of {mailbox}, but its secret is for "
                f"{trusted}{what}; nothing was sent there."
            ),
            f"If that is right: supportcli mailbox trust {mailbox}",
        )


class DatabaseMissing(ConfigurationError):
    """There is no desk where the settings point."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is no desk at {place}.",
            "Set one up with: supportcli init; or look around with: supportcli demo",
        )


class FolderMissing(ConfigurationError):
    """A desk was to be made in a folder that is not there."""

    def __init__(self, folder: str) -> None:
        super().__init__(f"The folder {folder} does not exist.", f"Make it with: mkdir -p {folder}")


class DatabaseForeign(ConfigurationError):
    """What the settings point to is no desk, but something of somebody else. It was left as it
    is."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"{place} is {what}, not a desk of supportcli.",
            "Point database in config.toml, or --database, to another place.",
        )


class DatabasePathNotText(UsageError):
    """A desk was to be made under a path that config.toml, which is UTF-8, cannot name."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"{place} is no path in UTF-8; nothing was made.",
            "Choose another place: supportcli --database FILE init",
        )


class DatabaseNewer(ConfigurationError):
    """A newer program has migrated the desk; this one would not understand what it finds."""

    def __init__(self, place: str, found: str, known: str) -> None:
        super().__init__(
            f"The desk at {place} is of version {found}; this program knows {known}.",
            "Upgrade supportcli, or restart it if it was upgraded.",
        )


class DatabaseDamaged(SupportError):
    """The database contradicts itself."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The desk at {place} is damaged: {what}.",
            "Stop using it, and put a back-up in its place.",
        )


class CopyFailed(TryAgainLater):
    """A back-up could not be made whole; nothing is left of it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The desk was not copied: {what}.",
            "Nothing was left behind. Free some space, or name another place, and try again.",
        )


class CopyInTheWay(UsageError):
    """A back-up was to be written where it would damage a database."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file} {what}, so nothing was written.", "Name another file.")


class CopiedByServer(SupportError):
    """A desk on PostgreSQL is backed up by the server's own tool. `uri` names the database, without
    a password."""

    def __init__(self, uri: str, file: str) -> None:
        super().__init__(
            "A desk on PostgreSQL is backed up by PostgreSQL's own tool, while it is in use.",
            f"Run: pg_dump --format=custom --file={shlex.quote(file)} {shlex.quote(uri)}",
        )


class DatabaseOnNetwork(ConfigurationError):
    """SQLite's locks do not hold on a network file system: two programs would destroy the file."""

    def __init__(self, place: str, kind: str) -> None:
        super().__init__(
            (
                f"The desk at {place} lies on a network file system ({kind}), where several "
                "programs would destroy it."
            ),
            "Move it to a local disk, or use PostgreSQL for several machines.",
        )


class DatabaseReadOnly(NotAllowed):
    """Who I am, or the file system, does not let this program write the desk."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The desk at {place} cannot be opened: {what}.",
            "Give yourself the right to write the file and its folder.",
        )


class DatabaseBusy(TryAgainLater):
    """Somebody else has been writing for longer than we wait."""

    def __init__(self, place: str, seconds: float) -> None:
        super().__init__(
            (
                f"The desk at {place} has been locked by another program for {seconds:g} "
                "seconds; nothing was written."
            ),
            "Try again.",
        )


class DiskFull(TryAgainLater):
    """There is no room left for the desk."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is no room left on the disk for the desk at {place}; nothing was written.",
            "Free some space and try again.",
        )


class DiskFailed(TryAgainLater):
    """The disk refuses to read or write."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The desk at {place} could not be read or written: {what}.",
            "Check the disk, then try again.",
        )


class DriverUnsafe(ConfigurationError):
    """The file is in WAL mode, and the SQLite in use can corrupt such files (sqlite.org/wal.html,
    the WAL-reset bug)."""

    def __init__(self, place: str, version: str) -> None:
        super().__init__(
            (
                f"The desk at {place} needs SQLite 3.51.3 or newer; this Python has {version}, "
                "which can corrupt it."
            ),
            "Install a fixed one with: pip install pysqlite3; or use a Python with SQLite 3.51.3.",
        )


class DatabaseUnreachable(ServerUnreachable):
    """The PostgreSQL server does not answer, or hung up."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The database {place} does not answer: {what}.",
            "Check host and port, and that the server runs.",
        )


class DatabaseLoginRefused(NotAllowed):
    """The PostgreSQL server refuses the user or the password, or does not allow what was tried."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(
            f"The database {place} refuses: {what}.",
            "Check user and password in the URL, or PGPASSWORD, or ~/.pgpass.",
        )


class DatabaseDriverMissing(ConfigurationError):
    """PostgreSQL was asked for, and its driver is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "PostgreSQL needs a driver that is not installed (psycopg).",
            "Install it with: pip install 'supportcli[postgres]'",
        )


class DemoExtraMissing(ConfigurationError):
    """The demo was asked for, and its mail servers are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The demo needs the extra 'demo', which is not installed.",
            "Install it with: pip install 'supportcli[demo]'",
        )


class DatabaseUrlUnknown(ConfigurationError):
    """The database's URL is of no kind that supportcli knows, or none at all. `place` is what may
    be shown of it."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"“{place}” is no database that supportcli knows.",
            (
                "Give the path of a file, or a URL such as "
                "postgresql+psycopg://user@host:5432/desk; write @ in a password as %40, / as "
                "%2F."
            ),
        )


class MailServerError(SupportError):
    """One mailbox cannot be used just now, because of its servers; the others and the desk can."""


class MailboxBroken(MailServerError):
    """The program stumbled over a mailbox: a mistake of ours, which the others do not pay for.
    `what` is the error, and where it was raised."""

    def __init__(self, mailbox: str, what: str) -> None:
        sentence = f"{mailbox} could not be synced, by a mistake of the program ({what})."
        super().__init__(sentence, "Please report it, with this line; the next sync tries again.")


class MailServerUnreachable(MailServerError, ServerUnreachable):
    """A mail server does not answer, hangs up, or says what cannot be understood. `server` names
    it, its address and the mailbox."""

    def __init__(self, server: str, what: str, hint: str) -> None:
        super().__init__(f"{server} cannot be used: {what}.", hint)


class AnswerUnusable(MailServerUnreachable):
    """A mail server answers, and what it says is none of the protocol, contradicts itself, or has
    no end."""


class CertificateRefused(MailServerError, ServerUnreachable):
    """A mail server shows a certificate that proves nothing."""

    def __init__(self, server: str, what: str, mailbox: str) -> None:
        hint = (
            f"Nothing was sent to it. Check the host with: supportcli mailbox show {mailbox}; an "
            "expired certificate its owner has to renew."
        )
        super().__init__(f"{server} shows a certificate that cannot be trusted: {what}.", hint)


class ConnectionInsecure(MailServerError, ServerUnreachable):
    """The line to a mail server would not be protected as the mailbox demands; nothing was sent
    over it."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(
            f"{server} was left before logging in: {what}.",
            "Use --security tls with the port for it (IMAP 993, SMTP 465).",
        )


class LoginRefused(MailServerError, NotAllowed):
    """A mail server does not take the user name and password."""

    def __init__(self, server: str, username: str, words: str, mailbox: str) -> None:
        said = f": {words}" if words else ""
        hint = (
            "Check user and password (some providers want an app password), then run: "
            f"supportcli mailbox test {mailbox}"
        )
        super().__init__(f"{server} does not let {username} in{said}.", hint)


class ArgumentRefused(UsageError):
    """A value with CR, LF or NUL was about to become a part of a command to a mail server. `shown`
    is what sentences call it."""

    def __init__(self, shown: str) -> None:
        super().__init__(
            (
                f"{shown[:1].upper()}{shown[1:]} holds a line break or a NUL and was not sent to "
                "the mail server."
            ),
            "Type it again without it.",
        )


class DeskExists(ConfigurationError):
    """A desk was to be founded where there is one."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is a desk at {place} already; it was left as it is.",
            "Join it with: supportcli init --agent YOUR-ADDRESS",
        )


class ArgumentNotText(UsageError):
    """A word of the command line holds bytes that are no UTF-8: they would be kept, and mailed, as
    something else."""

    def __init__(self, word: str) -> None:
        at = next(place for place, letter in enumerate(word) if "\ud800" <= letter <= "\udfff")
        shown = word[max(0, at - _AROUND) : at + _AROUND]
        super().__init__(
            (
                "An argument is no text in UTF-8: "
                f"{'…' if at > _AROUND else ''}{shown}{'…' if at + _AROUND < len(word) else ''}"
            ),
            "Convert it, for instance with iconv.",
        )


class OptionMisplaced(UsageError):
    """An option of the program stands behind the command."""

    def __init__(self, option: str, command: str) -> None:
        hint = (
            "--config and --database stand before the command: supportcli --config FILE "
            f"--database FILE {command} …"
        )
        super().__init__(f"There is no option {option} here.", hint)


class FileUnwritable(SupportError):
    """A file cannot be written where it should be; `command` is that which would write it to
    another place."""

    def __init__(self, file: str, what: str, command: str) -> None:
        super().__init__(
            f"{file} cannot be written: {what}.", f"Name another place: supportcli {command}"
        )


class AddressInvalid(UsageError):
    """Something typed as an address is none."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is no mail address.",
            (
                "Write it as ada@shop.test, or as 'Ada Byron <ada@shop.test>' where a name "
                "belongs to it."
            ),
        )


class AddressTaken(UsageError):
    """The address is in use already, as an agent's or a mailbox's."""

    def __init__(self, address: str, noun: str) -> None:
        super().__init__(
            f"This desk has the {noun} {address} already.", f"See them with: supportcli {noun} list"
        )


class MailboxMissing(ConfigurationError):
    """The desk has no mailbox at all."""

    def __init__(self) -> None:
        super().__init__("This desk has no mailbox yet.", "Add one with: supportcli mailbox add")


class MailboxUnknown(UsageError):
    """The desk has no mailbox of this address."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"There is no mailbox {address}.", "See the mailboxes with: supportcli mailbox list"
        )


class MailboxRemoved(ConfigurationError):
    """Something was to be sent from a mailbox that the desk has no more."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The mailbox {address} was removed, so nothing can be sent from it.",
            "Add it again with: supportcli mailbox add",
        )


class RepliesWait(SupportError):
    """A mailbox was to be removed from which replies are still to be sent: nobody would send them
    any more."""

    def __init__(self, address: str, count: int) -> None:
        waiting = "1 reply waits" if count == 1 else f"{count} replies wait"
        super().__init__(
            f"{waiting} to be sent from {address}, so it was not removed.",
            (
                "Send what waits with: supportcli sync; or see it with: supportcli outbox list, "
                "and give it up with: supportcli outbox cancel ID"
            ),
        )


class HistoryInvalid(UsageError):
    """What should say how much old mail comes in does not."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” does not say how much old mail comes in.",
            "Use --history none, --history 30d (or other days), or --history all.",
        )


class LineInsecure(UsageError):
    """A mailbox would send its password in the clear."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"Without TLS the password would travel to {endpoint} in the clear.",
            "Use --security tls or starttls, or type --insecure.",
        )


class QueryError(UsageError):
    """A query that cannot be understood. `column` counts from 1; `nearest` is the known word that
    `word` was perhaps meant to be, or nothing."""

    def __init__(self, column: int, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(
            f"Column {column} of the query: “{word}” {problem}.",
            f"Did you mean “{nearest}”? {hint}" if nearest else hint,
        )
        self.column = column
        self.word = word
        self.nearest = nearest


class DurationInvalid(UsageError):
    """A duration that cannot be read."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is no duration.",
            "Say it in minutes, hours or days, as in 30m, 4h, 1h30m or 2d.",
        )


class ClosingInvalid(UsageError):
    """What should say when tickets close is neither whole days nor never."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” does not say when a solved ticket closes.",
            "Say it in whole days, as in 28d or 4w; or never.",
        )


class PolicyInvalid(UsageError):
    """A part of a service-level policy that cannot be read. `nearest` is the known word that `word`
    was perhaps meant to be, or nothing."""

    def __init__(self, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(
            f"“{word}” {problem}.", f"Did you mean “{nearest}”? {hint}" if nearest else hint
        )


class PolicyUnknown(UsageError):
    """There is no service-level policy of this name."""

    def __init__(self, name: str, nearest: str) -> None:
        hint = "See the policies with: supportcli sla list"
        super().__init__(
            f"There is no policy “{name}”.",
            f"Did you mean “{nearest}”? {hint}" if nearest else hint,
        )


class PolicyTaken(UsageError):
    """The desk has a policy of this name, or of one that differs in case only."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This desk has the policy “{name}” already.",
            f"Change it with: supportcli sla edit {shlex.quote(name)}",
        )


class EditorFailed(SupportError):
    """The agent's editor did not give a text back. `kept_in` is the file that has what was written,
    where there is one."""

    def __init__(self, command: str, what: str) -> None:
        named = f"The editor “{command}”" if command else "The editor"
        super().__init__(
            f"{named} failed: {what}; nothing was written.",
            "Set VISUAL or EDITOR, or give the text with --text, --file or a pipe.",
        )
        self.kept_in = ""


class OutputClosed(SupportError):
    """A file was to go to standard output, which whoever called us has closed."""

    def __init__(self) -> None:
        super().__init__(
            "Standard output is closed, so the file was not written.",
            "Redirect it: … - > FILE; or name a file instead of -.",
        )


class OutgoingUnknown(SupportError):
    """The outbox has no reply of this number."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"There is no reply {number} in the outbox.",
            "See what is there with: supportcli outbox list",
        )


class DeliveryStepRefused(SupportError):
    """A reply of the outbox is in a state in which it cannot be sent, tried again or cancelled."""

    def __init__(self, number: int, state: str, verb: str) -> None:
        super().__init__(
            f"Reply {number} is {state} and cannot be {verb}.",
            "See where it stands with: supportcli outbox list --all",
        )


class ReplyFailed(SupportError):
    """A reply was refused for good, by a mail server or because it cannot be sent as it is.
    `answer` is why, in whosoever words."""

    def __init__(self, number: int, ticket: int, answer: str) -> None:
        super().__init__(
            f"Sending the reply to #{ticket} failed{_because(answer)}.",
            (
                "See it with: supportcli outbox list; try again with: supportcli outbox retry "
                f"{number}"
            ),
        )


class ReplyDelayed(TryAgainLater):
    """A mail server did not take a reply yet, or could not be reached."""

    def __init__(self, number: int, ticket: int, answer: str) -> None:
        super().__init__(
            f"The reply to #{ticket} was not taken yet{_because(answer)}.",
            f"It is tried again by itself; give it up with: supportcli outbox cancel {number}",
        )


class ReplyUncertain(SupportError):
    """Nobody can tell whether a mail server took a reply."""

    def __init__(self, number: int, ticket: int, answer: str) -> None:
        super().__init__(
            f"The reply to #{ticket} may or may not have arrived{_because(answer)}.",
            (
                "Where the customer has not got it, send it once more with: supportcli outbox "
                f"retry {number}"
            ),
        )


def _because(answer: str) -> str:
    return f": {answer.rstrip('.')}" if answer else ""


class OutputLost(SupportError):
    """What a command had to say could not be printed. It must not look as if the command itself had
    failed, or a script repeats it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The output could not be printed: {what}.",
            "What the command did stays done: look before you repeat it.",
        )


class MailNotFound(SupportError):
    """No mail that came in has this number, Message-ID or place in a ticket."""

    def __init__(self, what: str) -> None:
        hint = (
            "Name it by the number of the mail, by its Message-ID, or as TICKET:MESSAGE (12:1 is "
            "the first message of ticket 12)."
        )
        super().__init__(f"No mail that came in is “{what}”.", hint)


class MailInvalid(SupportError):
    """A name that several mails bear, where one is needed."""

    def __init__(self, what: str, ids: Iterable[int]) -> None:
        super().__init__(
            f"Several mails are “{what}”: {', '.join(map(str, ids))}.",
            "Name one of them by its number.",
        )


class MailNotHeld(SupportError):
    """A mail that is to be let in, decided again or put away does not wait for that."""

    def __init__(self, mail: int, state: str, ticket: int | None = None) -> None:
        where = (
            f"in ticket #{ticket}"
            if ticket is not None
            else "not decided yet: the next sync does it"
            if state == "kept"
            else state
        )
        super().__init__(
            f"Mail {mail} is not held: it is {where}.", f"See why with: supportcli mail why {mail}"
        )


class CustomerNeeded(SupportError):
    """A mail that is to become a ticket names nobody to answer; `found` are addresses that stand in
    its text."""

    def __init__(self, mail: int, found: Sequence[str] = ()) -> None:
        named = ", ".join(found)
        written = f" In its text stand: {named}." if named else ""
        super().__init__(
            f"Mail {mail} names nobody to answer.",
            f"Say whose it is: supportcli mail accept {mail} --customer ADDRESS.{written}",
        )
        self.found = found


class TicketTakesNoMail(SupportError):
    """A held mail is to go into a ticket where nobody would see it."""

    def __init__(self, number: int, status: str) -> None:
        back = f"Take it back first with: supportcli ticket reopen {number}"
        super().__init__(
            f"Ticket #{number} is {status}: nobody would see the mail in it.",
            back if status != "closed" else "Let it in as a new ticket.",
        )


class MailUndoRefused(SupportError):
    """What a verb did to a mail has been changed since, by somebody who is named."""

    def __init__(self, mail: int, who: str) -> None:
        super().__init__(
            f"Mail {mail} cannot be put back: {who} changed it since.",
            f"See its history with: supportcli mail why {mail}",
        )


class NoMailToUndo(SupportError):
    """No verb of this agent about mail is left to undo."""

    def __init__(self, mail: int | None = None) -> None:
        where = f" about mail {mail}" if mail is not None else ""
        super().__init__(
            f"You did nothing{where} that can be undone.",
            f"See a mail's history with: supportcli mail why {mail or 'MAIL'}",
        )


class MailUnreadable(UsageError):
    """A file that should hold a mail cannot be read."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file} cannot be read: {what}.", "Name files with mails in them.")


class NoMailHandedOver(TryAgainLater):
    """A mail was to be read from standard input, which is closed or empty."""

    def __init__(self) -> None:
        hint = "Hand it over: supportcli mail ingest --mailbox ADDRESS - < letter.eml"
        super().__init__(
            "There is nothing on standard input to read the mail from; nothing was kept.", hint
        )


class CalendarInvalid(UsageError):
    """Something typed about a calendar cannot be understood. `part` is what it was to be (hours,
    week, day, zone …), `word` what is wrong in it."""

    def __init__(self, part: str, word: str, problem: str, hint: str, nearest: str = "") -> None:
        super().__init__(
            f"The {part} cannot be read: “{word}” {problem}.",
            f"Did you mean “{nearest}”? {hint}" if nearest else hint,
        )
        self.part = part
        self.word = word
        self.nearest = nearest


class CalendarUnknown(UsageError):
    """The desk has no calendar of this name."""

    def __init__(self, name: str, nearest: str = "") -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"There is no calendar “{name}”.", f"{near}See them with: supportcli calendar list"
        )


class CalendarTaken(UsageError):
    """The desk has a calendar of this name, or of one that differs in case only, or in _ for a
    space."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"This desk has the calendar “{name}” already.", "See it with: supportcli calendar list"
        )


class ReportUnknown(UsageError):
    """No report has this name."""

    def __init__(self, name: str, nearest: str) -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"There is no report “{name}”.", f"{near}See them all with: supportcli report list"
        )


class GroupingUnknown(UsageError):
    """A report cannot be asked by this."""

    def __init__(self, report: str, by: str, known: Iterable[str], nearest: str) -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"The report {report} has no rows by “{by}”.",
            f"{near}It can be asked by {', '.join(known)}.",
        )


class PeriodInvalid(UsageError):
    """What `--since` or `--until` says is no time, or leaves no period."""

    def __init__(self, option: str, text: str, problem: str) -> None:
        super().__init__(
            f"{option} {text}: that {problem}.",
            (
                "Say it as 30d, 2w, 12h, today, yesterday, week, month, 2026-10-01, 2026-W40, "
                "2026-10 or 2026-10-01T09:00."
            ),
        )


class RowsTooMany(UsageError):
    """A report has so many rows of time that nobody could read them."""

    def __init__(self, by: str, most: int) -> None:
        super().__init__(
            f"By {by} the report would have more than {most:,} rows.",
            "Name a shorter period, or ask --by week or --by month.",
        )


_NAMED = 20
"""How many names of a long list an error tells."""


class NumberUnknown(UsageError):
    """A table has no such row or column, so there are no tickets behind it."""

    def __init__(self, what: str, name: str, known: Iterable[str], nearest: str) -> None:
        near = f"Did you mean “{nearest}”? " if nearest else ""
        names = list(known)
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        super().__init__(
            f"The table has no {what} “{name}”.",
            f"{near}It has {', '.join(names[:_NAMED]) or 'none'}{more}.",
        )


class PageUnwritable(SupportError):
    """A report cannot be written to the file that was named."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(
            f"{file} cannot be written: {what}.", "Name another place with --html FILE."
        )


class ArchiveUnreadable(UsageError):
    """What should be imported cannot be read, or is something else than was said; nothing was
    written."""

    def __init__(self, file: str, what: str, hint: str) -> None:
        super().__init__(f"{file} {what}; nothing was imported.", hint)


class ImportBusy(TryAgainLater):
    """Mail was to be imported into a mailbox that is being synced, or into which somebody imports
    already."""

    def __init__(self, mailbox: str) -> None:
        super().__init__(
            f"A sync of {mailbox}, or another import into it, is running; nothing was imported.",
            "Try again when it has ended.",
        )


class ColumnsInvalid(UsageError):
    """It cannot be told what the columns of a table mean."""

    def __init__(self, file: str, what: str, hint: str) -> None:
        super().__init__(f"{file}: {what}; nothing was imported.", hint)


class ExportExists(UsageError):
    """An export was to be written over a file that is there."""

    def __init__(self, file: str) -> None:
        super().__init__(
            f"{file} is there already and was left as it is.",
            "Name another file, or overwrite it with --force.",
        )


class ExportUnwritable(SupportError):
    """An export cannot be written where it should be; nothing is left of it."""

    def __init__(self, file: str, what: str) -> None:
        super().__init__(f"{file} cannot be written: {what}.", "Name another place with --output.")


class AttachmentAbsent(SupportError):
    """A file of a ticket that was imported without the mails it came in."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__(
            f"The bytes of “{name}” are not here: ticket #{number} was imported without its mails.",
            (
                "Where the old desk is still there: supportcli export jsonl --raw; then import "
                "that into an empty desk."
            ),
        )


class TemplateWrong(UsageError):
    """A text that is no template of a canned response."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(
            f"Line {line}: {what}" if line else what,
            "The language of canned responses: supportcli canned lint --help",
        )
        self.line = line


class CannedUnknown(UsageError):
    """No canned response has this shortcut here, or none that this agent may use."""

    def __init__(self, shortcut: str, nearest: str = "") -> None:
        hint = f"Did you mean “{nearest}”? " if nearest else ""
        super().__init__(
            f"There is no canned response “{shortcut}”.",
            f"{hint}See them with: supportcli canned list",
        )


class CannedTaken(UsageError):
    """A canned response of this shortcut is there already."""

    def __init__(self, shortcut: str) -> None:
        super().__init__(
            f"There is a canned response “{shortcut}” already.",
            f"Change it with: supportcli canned edit {shortcut}",
        )


class CannedElsewhere(UsageError):
    """A canned response belongs to another mailbox than the ticket."""

    def __init__(self, shortcut: str, mailbox: str, number: int) -> None:
        super().__init__(
            f"“{shortcut}” is for {mailbox} only, and #{number} came to another mailbox.",
            "See where: supportcli canned list",
        )


class CannedFaulty(UsageError):
    """A canned response that cannot be kept as it is. `faults` are sentences, each with its place;
    the first ones are named."""

    def __init__(self, faults: list[str], what: str = "Nothing was written") -> None:
        shown = faults[:_FAULTS_SHOWN]
        more = f" (and {len(faults) - len(shown)} more)" if len(faults) > len(shown) else ""
        super().__init__(
            f"{what}: " + " · ".join(shown) + more,
            "Mend it and try again; supportcli canned lint tells all that is wrong.",
        )


class CannedFileGone(UsageError):
    """A line of a reply names a file or a macro of a canned response that is not there any more."""

    def __init__(self, line: str) -> None:
        super().__init__(
            f"{line} names what is not there any more.",
            "Delete that line, or put in its place what is meant. Nothing was sent.",
        )


class BlanksLeft(UsageError):
    """A reply in which something is still to be filled in."""

    def __init__(
        self,
        number: int,
        blanks: tuple[str, ...],
        hint: str = "Write what belongs there, or delete it.",
    ) -> None:
        named = ", ".join(f"⟦{blank}?⟧" for blank in blanks)
        super().__init__(
            f"The reply to #{number} was not sent: {named} is to be filled in first.", hint
        )
        self.blanks = blanks


_FAULTS_SHOWN = 3
"""Faults of a canned response that an error names; lint tells them all."""
