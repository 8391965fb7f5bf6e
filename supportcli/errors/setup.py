"""What can be wrong with the desk, its mailboxes and the configuration."""

from collections.abc import Sequence

from supportcli.errors import ConfigurationError, SupportError, UsageError


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


class DemoExtraMissing(ConfigurationError):
    """The demo was asked for, and its mail servers are not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The demo needs the extra 'demo', which is not installed.",
            "Install it with: pip install 'supportcli[demo]'",
        )


class DeskExists(ConfigurationError):
    """A desk was to be founded where there is one."""

    def __init__(self, place: str) -> None:
        super().__init__(
            f"There is a desk at {place} already; it was left as it is.",
            "Join it with: supportcli init --agent YOUR-ADDRESS",
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


class ClosingInvalid(UsageError):
    """What should say when tickets close is neither whole days nor never."""

    def __init__(self, typed: str) -> None:
        super().__init__(
            f"“{typed}” does not say when a solved ticket closes.",
            "Say it in whole days, as in 28d or 4w; or never.",
        )
