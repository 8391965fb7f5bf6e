"""When the sign-in of a mailbox ends by itself: its client secret, its certificate, or what a
person has granted."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from supportcli.credentials.certificates import CERTIFICATE
from supportcli.credentials.grants import KeptGrant
from supportcli.credentials.private_files import private_bytes
from supportcli.domain.mailbox import Secret
from supportcli.domain.sign_in import SignIn, SignInEnd
from supportcli.errors import SupportError


def end_of(sign_in: SignIn, config: Path) -> SignInEnd | None:
    """The end of a sign-in; None if it has none, or nobody knows it."""
    if sign_in.client_secret:
        expires = sign_in.client_secret_expires
        return SignInEnd("the client secret", expires) if expires else None
    if sign_in.certificate:
        expires = _certificate_ends(sign_in.certificate, config)
        return SignInEnd("the certificate", expires) if expires else None
    if not sign_in.way.by_person:
        return None
    kept = KeptGrant(sign_in.tokens, config).read()
    return SignInEnd("the sign-in", kept.refresh_ends) if kept.refresh_ends else None


def near_ends(
    secrets: Mapping[str, Secret], config: Path, today: date
) -> list[tuple[str, SignInEnd]]:
    """The mailboxes of these secrets whose sign-in ends soon, or has ended. One whose files cannot
    be read is left out: the sync says so."""
    found = []
    for address, secret in secrets.items():
        with suppress(SupportError, ImportError):
            end = end_of(secret.sign_in, config) if secret.sign_in is not None else None
            if end is not None and end.is_near(today):
                found.append((address, end))
    return found


def due_warning(sign_in: SignIn, config: Path, today: date) -> SignInEnd | None:
    """The end of a sign-in of which somebody has to be warned today, once; then it counts as
    told. None if there is no need, or nobody knows."""
    try:
        end = end_of(sign_in, config)
        if end is None or not end.is_near(today):
            return None
        kept = KeptGrant(sign_in.tokens, config)
        with kept.locked():
            before = kept.read()
            if before.warned_on == today:
                return None
            kept.write(replace(before, warned_on=today))
    except (SupportError, ImportError):  # the sync says what is wrong there
        return None
    return end


def _certificate_ends(name: str, config: Path) -> date | None:
    """The day on which a certificate ends; None if the file has none that can be read."""
    from cryptography import x509  # noqa: PLC0415  # a part of the extra, as what uses certificates

    found = CERTIFICATE.search(private_bytes(name, config).decode("ascii", "replace"))
    if found is None:
        return None
    try:
        return x509.load_pem_x509_certificate(found[0].encode()).not_valid_after_utc.date()
    except ValueError:
        return None
