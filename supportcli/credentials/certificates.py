"""The certificate of an app with its private key, in one PEM file (RFC 7468)."""

import re
from datetime import UTC, datetime, timedelta

CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", re.DOTALL)
"""A certificate in a PEM file."""

_KEY = re.compile(
    r"-----BEGIN (RSA )?PRIVATE KEY-----.*?-----END (RSA )?PRIVATE KEY-----", re.DOTALL
)
_SKEW = timedelta(minutes=5)
"""How far the clock on which a certificate was made may be ahead."""

_TOGETHER = "Put both into one file: cat key.pem certificate.pem > app.pem && chmod 600 app.pem"
_BELONG = f"Take the two that belong together. {_TOGETHER}"
_OF_PFX = "Of a .pfx make one with: openssl pkcs12 -in FILE.pfx -nodes -out app.pem"

_LOCKED = "has a key with a passphrase, and nobody is there to type it"
_UNLOCK = "Take it off: openssl pkey -in FILE -out key.pem. Then put key and certificate together"

_NOT_RSA = "has a key that is not RSA, and Microsoft takes no other"
_MAKE_RSA = (
    "Make one with: openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj /CN=supportcli "
    "-keyout key.pem -out certificate.pem"
)

_SIGNS = (("ENCRYPTED", _LOCKED, _UNLOCK), ("-----BEGIN EC ", _NOT_RSA, _MAKE_RSA))
"""What shows at once that a file is not what is needed."""


class CertificateFaulty(Exception):
    """A file is no certificate with its own RSA key: `what` it is, and what to do."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def pair(pem: str) -> tuple[str, str]:
    """The private key of a file, and its certificate. CertificateFaulty."""
    for sign, what, hint in _SIGNS:
        if sign in pem:
            raise CertificateFaulty(what, hint)
    key, certificate = _KEY.search(pem), CERTIFICATE.search(pem)
    if key is None and certificate is None:
        raise CertificateFaulty("is no PEM file of a key and a certificate", _OF_PFX)
    if key is None or certificate is None:
        lacks = "certificate" if key is not None else "private key"
        raise CertificateFaulty(f"has no {lacks}", _TOGETHER)
    _check(key[0], certificate[0])
    return key[0], certificate[0]


def _check(key: str, certificate: str) -> None:
    """CertificateFaulty if a key is not RSA, or not that of the certificate."""
    from cryptography import x509  # noqa: PLC0415  # msal brings it
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    try:
        private = load_pem_private_key(key.encode(), None)
        public = x509.load_pem_x509_certificate(certificate.encode()).public_key()
    except (ValueError, TypeError):
        raise CertificateFaulty(
            "has a key or a certificate that cannot be read", _TOGETHER
        ) from None
    if not isinstance(private, RSAPrivateKey):
        raise CertificateFaulty(_NOT_RSA, _MAKE_RSA)
    if private.public_key() != public:
        raise CertificateFaulty("has a key that is not that of its certificate", _BELONG)


def out_of_date(certificate: str, now: datetime) -> str:
    """Why a certificate does not count now; "" if it does."""
    from cryptography import x509  # noqa: PLC0415  # msal brings it

    read = x509.load_pem_x509_certificate(certificate.encode())
    begins, ends = read.not_valid_before_utc, read.not_valid_after_utc
    if begins - _SKEW <= now <= ends:
        return ""
    form = "%Y-%m-%d %H:%M UTC"
    of_clock = f"; the clock of this machine says {now.astimezone(UTC):{form}}"
    word = f"ended on {ends:{form}}" if now > ends else f"begins on {begins:{form}}"
    return f"is a certificate that {word}{of_clock}"
