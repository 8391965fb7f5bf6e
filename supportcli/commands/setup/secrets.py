"""What a mailbox logs in with, as it is typed, asked for and shown."""

from typing import TYPE_CHECKING

from supportcli.commands.options.prompts import ask_secret, can_ask
from supportcli.domain.mailbox import Mailbox, Secret, logins

if TYPE_CHECKING:
    from supportcli.desk import Desk
    from supportcli.desk.setup.sign_ins import SignInShown


def typed(reference: str | None, token_command: str | None) -> Secret | None:
    """What the options say, checked before anything is written; None if they say nothing.
    UsageError if it cannot be meant."""
    from supportcli.credentials import references
    from supportcli.errors import ConfigurationError, UsageError

    if reference and token_command:
        raise UsageError(
            "A mailbox logs in with a password or with a token, not with both.",
            "Give either --secret or --token-command.",
        )
    if token_command is not None:
        _check_command(token_command, "--token-command")
        return Secret(token_command=token_command)
    if reference is None:
        return None
    try:
        kind, name = references.parted(reference)
    except ConfigurationError as error:  # in config.toml it would be that
        raise UsageError(error.sentence, error.hint) from error
    if kind == "command":
        _check_command(name, "command:")
    return Secret(reference)


def _check_command(line: str, what: str) -> None:
    """UsageError for a program that could not be started, before anything is written."""
    from supportcli.credentials import programs
    from supportcli.errors import UsageError
    from supportcli.terminal import clean

    try:
        programs.check(line)
    except programs.ProgramFailed as failed:
        raise UsageError(
            f"{what} “{clean(line)}” cannot be: {failed.cause}.", failed.hint
        ) from failed


def asked(address: str) -> Secret | None:
    """The password that a person types, kept in the keyring; None if nobody can be asked, or
    nothing is typed."""
    if not can_ask():
        return None
    from supportcli.credentials import references

    password = ask_secret("Password (kept in your keyring; leave it empty to do this later)")
    if not password:
        return None
    references.keep_in_keyring(address, password)
    return Secret(f"keyring:{address}")


def bound(secret: Secret, box: Mailbox) -> Secret:
    """A secret for the servers of a mailbox, and no others."""
    from dataclasses import replace

    return replace(secret, hosts=(), servers=logins(box), insecure=box.insecure)


def trust(desk: "Desk", box: Mailbox, secret: Secret) -> None:
    """Bind a secret to the servers that the desk names now. Tokens that it replaces are removed."""
    from supportcli import config
    from supportcli.desk.setup import founding, sign_ins

    founding.try_again(desk, box.address)
    if secret.sign_in is None:
        sign_ins.forget_tokens(desk, desk.settings.secrets.get(box.address))
    config.write_secret(desk.settings, box.address, bound(secret, box))


def what(secret: Secret | None) -> str:
    """What a mailbox's servers are sent, at the beginning of a sentence."""
    has_tokens = secret is not None and (secret.token_command or secret.sign_in is not None)
    return "The tokens" if has_tokens else "The password"


def line(secret: Secret | None) -> str:
    """The line of `mailbox show` about it."""
    if secret is None:
        return "Password  not here"
    servers = ", ".join(map(str, secret.servers or secret.hosts))
    if secret.sign_in is not None:
        one = secret.sign_in
        app = f", app {one.client_id}" if one.client_id else ""
        user = f", as {one.user}" if one.user else ""
        return f"Sign-in   {one.way}{app}{user}, tokens in {one.tokens}, for {servers}"
    if secret.token_command:
        return f"Token     command:{secret.token_command}, for {servers}"
    return f"Password  {secret.reference}, for {servers}"


def cell(way: "SignInShown | None") -> str:
    """What `mailbox list` says about it."""
    if way is None:
        return "not here"
    if way.end is None or way.days_left is None:
        return "here"
    over = f"ended {way.end.on}"
    return f"here, {over if way.days_left < 0 else f'{way.days_left} days left'}"
