"""Secrets: a reference in config.toml becomes a password at the moment of connecting. The only
caller of keyring and of secret commands.

A reference is `keyring:NAME`, `command:PROGRAM ARGUMENTS` (started without a shell), `env:NAME` or
`file:PATH` (0600).

A secret is bound to its mailbox and to the servers that config.toml lists for it, with their ports,
user and kind of TLS. Others may write the database, which also has these: if any of them changes,
we stop and ask instead of giving somebody the password."""

import os
import shlex
import stat
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from supportcli.domain.mailbox import Login, Mailbox, Secret, Security, logins
from supportcli.errors import ConfigurationError
from supportcli.errors.setup import HostNotTrusted, SecretMissing, SecretUnavailable

COMMAND_SECONDS = 20
"""How long a secret command may take."""

_SERVICE = "supportcli"
"""The service name of our secrets in the keyring."""


def secret_for(mailbox: Mailbox, secrets: Mapping[str, Secret], config: Path) -> str:
    """The password of a mailbox, for the servers that the database names now. `secrets` are those
    in config.toml, which is at `config`.

    SecretMissing if config.toml has none, HostNotTrusted if it was not meant for these servers,
    SecretUnavailable if it cannot be had."""
    secret = secrets.get(mailbox.address)
    if secret is None:
        raise SecretMissing(mailbox.address, str(config))
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
    return resolve(secret.reference, config)


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


def resolve(reference: str, config: Path) -> str:
    """The secret that a reference names; paths in it are relative to the folder of config.toml.
    SecretUnavailable if it cannot be had."""
    kind, name = parted(reference)
    return _SOURCES[kind](name, config)


def parted(reference: str) -> tuple[str, str]:
    """A reference as its kind and the rest; ConfigurationError if it is invalid."""
    kind, colon, name = reference.partition(":")
    if not colon or kind not in _SOURCES or not name.strip():
        # it may be a password typed here by mistake, so it is not repeated
        raise ConfigurationError(
            "A secret must be a reference, never the password itself.",
            "Use env:NAME, keyring:NAME, file:PATH or command:'PROGRAM ARGUMENTS'.",
        )
    return kind, name


def keep_in_keyring(name: str, secret: str) -> None:
    """Put a secret into the keyring of the operating system; SecretUnavailable if there is none to
    open."""
    import keyring  # noqa: PLC0415  # slow to load, and needed by few
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        keyring.set_password(_SERVICE, name, secret)
    except (KeyringError, RuntimeError) as error:
        raise SecretUnavailable(
            f"keyring:{name}",
            str(error),
            "Use --secret with env:NAME, file:PATH or command:'…' instead.",
        ) from error


def _from_keyring(name: str, _config: Path) -> str:
    import keyring  # noqa: PLC0415
    from keyring.errors import KeyringError  # noqa: PLC0415

    try:
        found = keyring.get_password(_SERVICE, name)
    except (KeyringError, RuntimeError) as error:
        raise SecretUnavailable(
            f"keyring:{name}",
            str(error),
            "Unlock the keyring, or refer to the secret in another way.",
        ) from error
    if not found:
        raise SecretUnavailable(
            f"keyring:{name}",
            "the keyring has no such entry",
            f"Put it there with: keyring set {_SERVICE} {shlex.quote(name)}",
        )
    return found


def _from_environment(name: str, _config: Path) -> str:
    found = os.environ.get(name)
    if not found:
        raise SecretUnavailable(
            f"env:{name}",
            "this variable is not set",
            f"Set {name} where supportcli runs, in cron too.",
        )
    return found


def _from_file(name: str, config: Path) -> str:
    path = config.parent / Path(name).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if stat.S_IMODE(status.st_mode) & 0o077 or status.st_uid != os.getuid():
                raise SecretUnavailable(
                    f"file:{name}",
                    "others can read or change this file",
                    f"Run: chmod 600 {shlex.quote(str(path))}",
                )
            return _first_line(f"file:{name}", file.readline())
    except OSError as error:
        cause = f"{path} cannot be read: {error.strerror or error}"
        raise SecretUnavailable(
            f"file:{name}", cause, "Write the password into its first line, and chmod 600 it."
        ) from error
    except UnicodeDecodeError as error:
        raise SecretUnavailable(
            f"file:{name}", f"{path} is not UTF-8 text", "Convert it, for instance with iconv."
        ) from error


def _from_command(line: str, config: Path) -> str:
    reference = f"command:{line}"
    _refuse_foreign_config(config)
    try:
        ran = subprocess.run(
            shlex.split(line),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SecretUnavailable(
            reference,
            f"it did not end within {COMMAND_SECONDS} seconds",
            "Try the command by itself.",
        ) from error
    except OSError as error:
        cause = f"{error.filename or line} cannot be started: {error.strerror or error}"
        raise SecretUnavailable(reference, cause, "Try the command by itself.") from error
    except UnicodeDecodeError as error:
        raise SecretUnavailable(
            reference, "what it prints is not UTF-8 text", "Try the command by itself."
        ) from error
    except ValueError as error:
        raise SecretUnavailable(reference, str(error), "Try the command by itself.") from error
    if ran.returncode != 0:  # its output may be the secret, or a part of it
        raise SecretUnavailable(
            reference,
            f"it failed with code {ran.returncode}",
            "Try the command by itself: it says why.",
        )
    return _first_line(reference, ran.stdout)


def _refuse_foreign_config(config: Path) -> None:
    """Refuse if others can write the config: a program that runs as me must not come from such a
    file."""
    if config.exists():
        status = config.stat()
        if status.st_mode & 0o022 or status.st_uid not in {os.getuid(), 0}:
            raise ConfigurationError(
                f"{config} names a command to run, and others can write it.",
                f"Run: chmod 600 {shlex.quote(str(config))}",
            )


def _first_line(reference: str, text: str) -> str:
    secret = text.partition("\n")[0].removesuffix("\r")
    if not secret:
        raise SecretUnavailable(reference, "its first line is empty", "The password belongs there.")
    return secret


_SOURCES: dict[str, Callable[[str, Path], str]] = {
    "env": _from_environment,
    "keyring": _from_keyring,
    "file": _from_file,
    "command": _from_command,
}
