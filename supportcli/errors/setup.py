"""What can be wrong with the desk, its mailboxes and the configuration."""

from collections.abc import Iterable, Sequence

from supportcli.errors import ConfigurationError, NotAllowed, SupportError, UsageError
from supportcli.errors.names import first_of


class AuthservIdInvalid(UsageError):
    """A name that no mail server can use in Authentication-Results."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is not the name of a mail server; nothing was changed.",
            (
                "It is the first word of the Authentication-Results header in your mail, as in "
                "mx.shop.example."
            ),
        )


class AfterImportInvalid(UsageError):
    """A word that says nothing about what happens to mail on its server. `why` says more."""

    def __init__(self, typed: str, why: str = "") -> None:
        reason = f": {why}" if why else ""
        super().__init__(
            f"“{typed}” cannot be done to email on the server{reason}; nothing was changed.",
            "Use nothing, seen (mark it as read) or move:FOLDER, as in: move:Archive",
        )


class SendingLimitInvalid(UsageError):
    """Something that says not how many replies may leave in a time."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” is no number of replies; nothing was changed.",
            "Give a number such as 30, or none for no limit of your own.",
        )


class SentCopiesInvalid(UsageError):
    """Something that says not who files copies of replies."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” does not say whether replies are filed as sent; nothing was changed.",
            "Use auto (unless the provider does it), always or never.",
        )


class FolderInvalid(UsageError):
    """A name that no folder on a mail server can have."""

    def __init__(self, typed: str) -> None:
        what = "is empty" if not typed.strip() else "contains a line break or another control"
        super().__init__(
            f"“{typed}” is no name of a folder: it {what}; nothing was changed.",
            "Write it as your mail program shows it, as in: --folder 'Orders/New'",
        )


class InboxIsRead(SupportError):
    """New mail comes into INBOX, so it cannot be left out."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"INBOX of {address} is always read: new mail comes in there. Nothing was changed.",
            f"To stop reading the mailbox: supportcli mailbox remove {address}",
        )


class FolderAbsent(SupportError):
    """A folder that should be read, or that mail should be moved to, is not on the mail server.
    `there` are those that are."""

    def __init__(self, mailbox: str, folder: str, there: Iterable[str], nearest: str) -> None:
        super().__init__(
            (
                f"There is no folder “{folder}” on the mail server of {mailbox}; nothing was "
                "changed."
            ),
            f"It has: {first_of(there)}",
            nearest,
        )


class FolderHasRole(SupportError):
    """Mail that became messages should be moved to the folder of sent mail or of junk, which are
    read for what they are."""

    def __init__(self, mailbox: str, folder: str, what: str) -> None:
        super().__init__(
            f"“{folder}” is the folder of {what} of {mailbox}; nothing was changed.",
            "Move emails to a folder of your own, as in: --after-import move:Archive",
        )


class ConfigurationMissing(ConfigurationError):
    """The config.toml that was named does not exist."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"There is no configuration at {path}.",
            f"Create it with: supportcli --config {path} init",
        )


class SettingUnknown(ConfigurationError):
    """config.toml has a key that means nothing."""

    def __init__(self, key: str, known: Iterable[str], path: str, nearest: str = "") -> None:
        hint = "" if nearest else f"Use one of: {', '.join(known)}."
        super().__init__(f"{path} has an unknown key “{key}”.", hint, nearest)


class SettingWrong(ConfigurationError):
    """A key of config.toml is known, but its value is wrong."""

    def __init__(self, key: str, what: str, path: str) -> None:
        super().__init__(f"In {path}, “{key}” {what}.", "Correct that line of the file.")


class KeysWrong(ConfigurationError):
    """[keys] of config.toml has a line that cannot be: `what` says why, from its name on."""

    def __init__(self, name: str, what: str, path: str, line: int = 0, nearest: str = "") -> None:
        where = f"{path}, line {line}" if line else path
        hint = "" if nearest else "See all actions and their keys with: supportcli keys"
        super().__init__(f"In {where}, “keys.{name}” {what}.", hint, nearest)


class SecretMissing(ConfigurationError):
    """config.toml does not say where a mailbox's password is: this person does not have it, and
    cannot connect."""

    def __init__(self, mailbox: str, path: str) -> None:
        super().__init__(
            f"{path} has no secret for {mailbox}.",
            f"If you have it: supportcli mailbox trust {mailbox} --secret keyring:{mailbox}",
        )


class SecretUnavailable(ConfigurationError):
    """A secret's reference leads to nothing. The sentence names the reference, never the secret."""

    def __init__(self, reference: str, cause: str, hint: str) -> None:
        super().__init__(f"The secret {reference} cannot be read: {cause}.", hint)


class HostNotTrusted(ConfigurationError):
    """The database names a server, a port, a user or a kind of TLS that config.toml does not list
    for this secret: somebody else may have changed it. `changed` names what differs."""

    def __init__(self, mailbox: str, now: str, trusted: str, changed: Sequence[str] = ()) -> None:
        what = f" ({' and '.join(changed)} changed)" if changed else ""
        super().__init__(
            (
                f"The desk now names {now} as a server of {mailbox}, but its secret is for "
                f"{trusted}{what}; nothing was sent there."
            ),
            f"If that is right: supportcli mailbox trust {mailbox}",
        )


class DemoExtraMissing(ConfigurationError):
    """The demo was asked for, and its mail servers are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The demo needs the extra 'demo', which is not installed.",
            "Install it with: pip install 'supportcli[demo]'",
        )


class DeskExists(ConfigurationError):
    """A desk was to be founded in a place that already has one."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is already a desk at {place}; it was left as it is.",
            "Join it with: supportcli init --agent YOUR-ADDRESS",
        )


class AddressInvalid(UsageError):
    """Something typed as an address is not one."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not an email address.",
            ("Write it as ada@shop.test, or with a name as 'Ada Byron <ada@shop.test>'."),
        )


class SenderInvalid(UsageError):
    """Something typed as a sender is neither an address nor a domain."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is neither an email address nor a domain.",
            "Write it as ada@shop.test, or for a domain with all below it as @shop.test.",
        )


class MailboxMissing(ConfigurationError):
    """The desk has no mailbox at all."""

    def __init__(self) -> None:
        super().__init__("This desk has no mailbox yet.", "Add one with: supportcli mailbox add")


class MailboxRemoved(ConfigurationError):
    """Something was to be sent from a mailbox that was removed."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"The mailbox {address} was removed, so nothing can be sent from it.",
            "Add it again with: supportcli mailbox add",
        )


class RepliesWait(SupportError):
    """A mailbox was to be removed while replies wait to be sent from it: nobody would send them."""

    def __init__(self, address: str, count: int) -> None:
        waiting = "1 reply waits" if count == 1 else f"{count} replies wait"
        super().__init__(
            f"{waiting} to be sent from {address}, so it was not removed.",
            (
                "Send them with: supportcli sync. Or see them with: supportcli outbox list, and "
                "cancel them with: supportcli outbox cancel ID"
            ),
        )


class HistoryInvalid(UsageError):
    """A text that does not say how much old mail comes in."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"“{text}” is not an amount of old mail to bring in.",
            "Use --history none, --history 30d (or other days), or --history all.",
        )


class LineInsecure(UsageError):
    """A mailbox would send its password unencrypted."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(
            f"Without TLS the password would travel to {endpoint} unencrypted.",
            "Use --security tls or starttls, or add --insecure.",
        )


class ClosingInvalid(UsageError):
    """A text that should say when tickets close, but is neither whole days nor never."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” does not say when a solved ticket closes.",
            "Write it in whole days, as in 28d or 4w, or as never.",
        )


class RelayIsAgent(SupportError):
    """An agent's own address is to be a relay: then the agent's mails would have no author."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is an agent's address, and emails of an agent are their own.",
            "Name the address that a form, a group or a redirect sends from.",
        )


class AliasIsAgent(SupportError):
    """An agent's own address is to be an alias: then the agent's mails would be the desk's own."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address} is an agent's address, and emails of an agent are their own.",
            _ALIAS_MEANS,
        )


class AliasIsCustomer(SupportError):
    """A customer's address is to be an alias: then nobody would answer them any more."""

    def __init__(self, address: str, tickets: Sequence[int]) -> None:
        numbers = first_of(f"#{number}" for number in tickets)
        theirs = "is a ticket of theirs" if len(tickets) == 1 else "are tickets of theirs"
        super().__init__(
            f"{address} is a customer's address: {numbers} {theirs}; nothing was changed.",
            _ALIAS_MEANS,
        )


class AliasIsMailbox(SupportError):
    """An address that leads to a mailbox already is to be an alias: that of the mailbox itself, or
    an address of another one."""

    def __init__(self, address: str, mailbox: str, holder: str) -> None:
        if holder == mailbox:
            what = f"{address} is the address of this mailbox itself"
        elif holder == address:
            what = f"{address} is a mailbox of its own"
        else:
            what = f"{address} is an alias of {holder} already"
        super().__init__(f"{what}; nothing was changed.", _ALIAS_MEANS)


_ALIAS_MEANS = (
    "An alias is a further address whose emails come to the mailbox; replies never go to it."
)


class AddedAndRemoved(UsageError):
    """One call is to add something and to remove it. `options` are the two of it."""

    def __init__(self, name: str, options: Sequence[str]) -> None:
        super().__init__(
            f"“{name}” cannot be both added and removed; nothing was changed.",
            f"Give it to one of {' and '.join(options)}.",
        )


class SenderIsOurs(SupportError):
    """Somebody of the desk is to be blocked, or judged."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"{who} is an address or domain of this desk; nothing was changed.",
            "Only senders outside can be blocked or called a machine.",
        )


class TeamNameInvalid(UsageError):
    """A word that cannot be the name of a team."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” cannot be the name of a team; nothing was changed.",
            "Use up to 40 characters without commas, colons, quotes or brackets, such as billing. "
            "The words none, me and any have a meaning of their own.",
        )


class ViewNameInvalid(UsageError):
    """A word that cannot be the name of a view."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” cannot be the name of a view; nothing was changed.",
            "Use up to 30 characters, such as Refunds. The names of the built-in views are taken: "
            "supportcli view list",
        )


class ViewBuiltIn(SupportError):
    """A view that comes with the program is to be changed."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The view {name} comes with the program and stays as it is.",
            "Save another one with: supportcli view add NAME QUERY",
        )


class TeamHasTickets(SupportError):
    """A team that is to be removed still has tickets that are not solved."""

    def __init__(self, name: str, count: int) -> None:
        tickets = f"{count:,} ticket{'' if count == 1 else 's'}"
        super().__init__(
            f"The team {name} has {tickets} that {'is' if count == 1 else 'are'} not solved.",
            f'Assign them first: supportcli ticket list \'team:"{name}" '
            "status:new,open,pending,on-hold' --json | supportcli ticket assign - --team OTHER",
        )


class RoleForbids(NotAllowed):
    """An agent's role does not allow an action. `may` are the roles that do; `foreign` says that it
    is about something of somebody else's."""

    def __init__(self, name: str, role: str, action: str, may: str, *, foreign: bool) -> None:
        what = "change what is somebody else's" if foreign else action
        super().__init__(
            f"{name} has the role {role} here and may not {what}.",
            f"Only {may} may. An admin gives roles: supportcli agent edit ADDRESS --role ROLE",
        )
