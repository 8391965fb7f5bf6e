"""How the mailboxes sign in on this machine, and when that ends by itself."""

from dataclasses import dataclass

from supportcli.desk import Desk
from supportcli.domain.mailbox import Secret
from supportcli.domain.sign_in import SignInEnd
from supportcli.errors import SupportError


@dataclass(frozen=True, slots=True)
class SignInShown:
    """How a mailbox signs in: with a password, a token command, or in one of the `SignInWay`s.
    `end`: when that ends, if anybody knows; `days_left` until then."""

    way: str
    end: SignInEnd | None = None
    days_left: int | None = None


def shown_sign_in(desk: Desk, address: str) -> SignInShown | None:
    """How this person's sync signs in to a mailbox; None if it cannot."""
    secret = desk.settings.secrets.get(address)
    if secret is None:
        return None
    end = _end(desk, secret)
    return SignInShown(_way(secret), end, end.days_left(desk.now().date()) if end else None)


def due_warnings(desk: Desk) -> list[tuple[str, SignInEnd]]:
    """The mailboxes whose sign-in ends soon, each once a day; then they count as told."""
    found = []
    for address, secret in desk.settings.secrets.items():
        if secret.sign_in is not None:
            from supportcli.credentials import ends  # noqa: PLC0415  # few sign in so

            end = ends.due_warning(secret.sign_in, desk.settings.path, desk.now().date())
            if end is not None:
                found.append((address, end))
    return found


def forget_tokens(desk: Desk, secret: Secret | None) -> None:
    """Remove the tokens of a mailbox that does not sign in with them any more, and a client secret
    that was typed here."""
    if secret is not None and secret.sign_in is not None:
        from supportcli.credentials import grants, private_files  # noqa: PLC0415  # few sign in so

        grants.KeptGrant(secret.sign_in.tokens, desk.settings.path).forget()
        kind, _, name = secret.sign_in.client_secret.partition(":")
        if kind == "file" and name.startswith(private_files.OURS):
            private_files.forget(name, desk.settings.path)


def _way(secret: Secret) -> str:
    if secret.sign_in is not None:
        return secret.sign_in.way.value
    return "token-command" if secret.token_command else "password"


def _end(desk: Desk, secret: Secret) -> SignInEnd | None:
    """When a sign-in ends; None too if its files cannot be read, which a sync says."""
    if secret.sign_in is None:
        return None
    from supportcli.credentials import ends  # noqa: PLC0415  # few sign in so

    try:
        return ends.end_of(secret.sign_in, desk.settings.path)
    except (SupportError, ImportError):
        return None
