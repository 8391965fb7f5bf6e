"""Secrets: what config.toml says of a mailbox becomes a password, or access tokens, at the moment
of connecting. The only caller of keyring and of secret commands.

A secret is bound to its mailbox and to the servers that config.toml lists for it, with their ports,
user and kind of TLS. Others may write the database, which also has these: if any of them changes,
we stop and ask instead of giving somebody the password. Neither a reference nor a command to run is
ever read from the database."""

from collections.abc import Mapping
from pathlib import Path

from supportcli.clock import Clock, utc_now
from supportcli.credentials.programs import one_token
from supportcli.credentials.references import resolve
from supportcli.credentials.tokens import AccessTokens, Silences
from supportcli.domain.mailbox import Login, Mailbox, Secret, Security, logins
from supportcli.errors.setup import HostNotTrusted, SecretMissing

Credential = str | AccessTokens
"""A password, or where access tokens come from."""


def secret_for(
    mailbox: Mailbox,
    secrets: Mapping[str, Secret],
    config: Path,
    clock: Clock = utc_now,
    *,
    seconds: float | None = None,
    silences: Silences | None = None,
) -> Credential:
    """What a mailbox logs in with, for the servers that the database names now. `secrets` are those
    in config.toml, which is at `config`. Tokens are asked for when a server asks; their issuer may
    take so many `seconds`, and is not asked while it is among the `silences` of a pass.

    SecretMissing if config.toml has none, HostNotTrusted if it was not meant for these servers,
    SecretUnavailable if it cannot be had."""
    secret = secrets.get(mailbox.address)
    if secret is None:
        raise SecretMissing(mailbox.address, str(config))
    check_servers(secret, mailbox)
    if secret.sign_in is not None:
        from supportcli.credentials.sign_ins import MailboxSignIn  # noqa: PLC0415  # few sign in so

        found = MailboxSignIn(mailbox, secret.sign_in, config, clock, seconds)
        return found.access_tokens(silences)
    if secret.token_command:
        return AccessTokens(lambda _refused: one_token(secret.token_command, config))
    return resolve(secret.reference, config)


def check_servers(secret: Secret, mailbox: Mailbox) -> None:
    """HostNotTrusted if a secret was not meant for the servers that the database names now."""
    for login in logins(mailbox):
        if not _is_trusted(secret, login, mailbox.address):
            raise HostNotTrusted(
                mailbox.address,
                str(login),
                _trusted(secret, login, mailbox.address),
                _changed(secret, login),
            )
        if (
            login.endpoint.security is Security.NONE
            and not login.endpoint.on_loopback
            and not secret.insecure
        ):
            raise HostNotTrusted(
                mailbox.address, f"{login}, without TLS", "servers with TLS only", ["TLS"]
            )


def _is_trusted(secret: Secret, login: Login, mailbox: str) -> bool:
    """Whether a secret was meant for this login. An entry that only lists hosts meant the TLS ports
    (RFC 8314) and the mailbox's own user."""
    if secret.servers:
        return login in secret.servers
    endpoint = login.endpoint
    ours = login.username.lower() in {mailbox, mailbox.partition("@")[0]}
    return (
        ours
        and endpoint.host in secret.hosts
        and (login.protocol, endpoint.security, endpoint.port) in _USUAL
    )


def _trusted(secret: Secret, login: Login, mailbox: str) -> str:
    """What the secret is for, as text."""
    if secret.servers:
        return (
            ", ".join(str(server) for server in secret.servers if server.protocol == login.protocol)
            or f"no {login.protocol.upper()} server"
        )
    return (
        f"{', '.join(secret.hosts)} on the usual ports with TLS, as {mailbox}"
        if secret.hosts
        else "no server yet"
    )


def _changed(secret: Secret, login: Login) -> list[str]:
    """How the login differs from the nearest trusted one."""
    return min(
        (
            login.differs_from(server)
            for server in secret.servers
            if server.protocol == login.protocol
        ),
        key=len,
        default=[],
    )


_USUAL = {
    ("imap", Security.TLS, 993),
    ("imap", Security.STARTTLS, 143),
    ("smtp", Security.TLS, 465),
    ("smtp", Security.STARTTLS, 587),
    ("smtp", Security.STARTTLS, 25),
}
