"""An authority of our own and the certificates it signs, made again for each server: one that is
good and one that expired yesterday."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NAMES = [
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    x509.IPAddress(ipaddress.ip_address("127.0.0.2")),
]


@dataclass(frozen=True, slots=True)
class Certificates:
    """PEM files. A client that trusts `authority` accepts `good` for localhost, 127.0.0.1 and
    127.0.0.2; `expired` never."""

    authority: Path
    key: Path
    good: Path
    expired: Path


def make_certificates(folder: Path) -> Certificates:
    """Write an authority, one key and its two certificates into `folder`, which must exist."""
    now = datetime.now(UTC)
    day = timedelta(days=1)
    root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    made = Certificates(
        *(folder / name for name in ("authority.pem", "key.pem", "good.pem", "expired.pem"))
    )
    issuer = name("supportcli test authority")
    authority = unsigned(issuer, issuer, root.public_key(), now - 2 * day, now + day)
    authority = authority.add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    made.authority.write_bytes(pem(authority, root))
    for path, since, until in (
        (made.good, now - day, now + day),
        (made.expired, now - 2 * day, now - day),
    ):
        server = unsigned(name("localhost"), issuer, key.public_key(), since, until)
        path.write_bytes(
            pem(server.add_extension(x509.SubjectAlternativeName(NAMES), critical=False), root)
        )
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    return made


def app_certificate(ends: datetime) -> str:
    """The certificate of an app with its RSA key, signed by itself, as one PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = name("supportcli test app")
    made = unsigned(issuer, issuer, key.public_key(), ends - timedelta(days=365), ends)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return (private + pem(made, key)).decode()


def name(common: str) -> x509.Name:
    """A distinguished name with nothing but a common name."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def unsigned(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    since: datetime,
    until: datetime,
) -> x509.CertificateBuilder:
    """A certificate of `subject` that waits for its extensions and the issuer's signature."""
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    return (
        made.serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
    )


def pem(
    certificate: x509.CertificateBuilder, root: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> bytes:
    """The certificate, signed by `root`, as PEM."""
    return certificate.sign(root, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
