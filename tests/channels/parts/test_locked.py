"""What is signed is read, and what is encrypted is named with its size and how to read it."""

from base64 import encodebytes
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given
from hypothesis import strategies as st

from supportcli.channels import mime
from supportcli.domain.text.sizes import size

HEAD = b"From: mia@berg.test\nSubject: Order 17\nMIME-Version: 1.0\n"
OPENPGP = (
    "[encrypted with OpenPGP, {}. Save the attachment with “supportcli ticket attachment”, "
    "then read it with “gpg --decrypt FILE”.]"
)
SMIME = (
    "[encrypted with S/MIME, {}. Save the attachment with “supportcli ticket attachment”, "
    "then read it with “openssl cms -decrypt -inform DER -in FILE -recip CERTIFICATE -inkey KEY”.]"
)
ARMOUR = "-----BEGIN PGP MESSAGE-----\n\n" + "hQEMA6ZJ\n" * 200 + "=abcd\n-----END PGP MESSAGE-----"


def typed(kind: bytes, body: bytes, encoding: bytes = b"8bit") -> bytes:
    return (
        HEAD
        + b"Content-Type: "
        + kind
        + b"\nContent-Transfer-Encoding: "
        + encoding
        + b"\n\n"
        + body
    )


def plain(body: str) -> bytes:
    return typed(b"text/plain; charset=utf-8", body.encode())


class Keys:
    """A certificate, and what is made with it."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mia")])
        now = datetime(2026, 1, 1, tzinfo=UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(1)
        made = made.public_key(self.key.public_key()).not_valid_before(now)
        self.certificate = made.not_valid_after(now + timedelta(9)).sign(self.key, hashes.SHA256())

    def signed(self, content: bytes) -> bytes:
        made = pkcs7.PKCS7SignatureBuilder().set_data(content)
        made = made.add_signer(self.certificate, self.key, hashes.SHA256())
        return made.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])

    def encrypted(self, content: bytes) -> bytes:
        made = pkcs7.PKCS7EnvelopeBuilder().set_data(content).add_recipient(self.certificate)
        return made.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys()


def in_pieces(content: bytes) -> bytes:
    """Signed content as programs write it that do not know its length at the beginning (BER)."""
    oid, end = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", b"\0\0"
    octets = b"".join(
        b"\x04\x64" + content[at : at + 100] for at in range(0, len(content) - 100, 100)
    )
    rest = content[(len(content) - 1) // 100 * 100 :]
    octets += b"\x04" + bytes([len(rest)]) + rest
    inner = b"\x30\x80" + oid + b"\x01\xa0\x80\x24\x80" + octets + 3 * end
    return (
        b"\x30\x80"
        + oid
        + b"\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x80\x30\x80"
        + end * 2
        + inner
        + b"\x31\x00"
        + 3 * end
    )


def smime(content: bytes, kind: bytes = b"application/pkcs7-mime; name=smime.p7m") -> bytes:
    return typed(kind, encodebytes(content), b"base64")


INNER = (
    b"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"signed w\xc3\xb6rds\r\n--i\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\nPDF\r\n--i--\r\n"
)


@pytest.mark.parametrize("pieces", [False, True])
def test_the_mail_inside_a_signature_is_read(keys: Keys, pieces: bool) -> None:
    content = INNER + b" " * 20_000
    raw = smime(in_pieces(content) if pieces else keys.signed(content))
    read = mime.parse(raw)
    assert read.text == "signed wörds"
    assert [(one.name, one.part, mime.attachment(raw, one.part)) for one in read.attachments] == [
        ("a.pdf", 3, b"PDF")
    ]
    assert read.defects == ()


def test_signatures_in_signatures_are_read_to_a_limit(keys: Keys) -> None:
    content = b"Content-Type: text/plain\r\n\r\ninside"
    for _ in range(3):
        head = b"Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        content = head + encodebytes(keys.signed(content))
    assert mime.parse(HEAD + content).text == "inside"


def test_encrypted_mail_says_how_to_read_it(keys: Keys) -> None:
    content = keys.encrypted(INNER * 100)
    read = mime.parse(smime(content))
    assert read.text == SMIME.format(size(len(content)))
    assert [(one.name, one.size) for one in read.attachments] == [("smime.p7m", len(content))]


def test_certificates_alone_are_only_a_file(keys: Keys) -> None:
    content = pkcs7.serialize_certificates([keys.certificate], Encoding.DER)
    read = mime.parse(
        smime(content, b"application/pkcs7-mime; smime-type=certs-only; name=smime.p7c")
    )
    assert (read.text, [one.name for one in read.attachments], read.defects) == (
        "",
        ["smime.p7c"],
        (),
    )


def test_smime_that_is_none_is_named() -> None:
    read = mime.parse(smime(b"\x30\x82nothing", b"application/pkcs7-mime; name=smime.p7m"))
    assert (
        read.text
        == "[S/MIME that cannot be read, 9 bytes. Save the attachment with “supportcli ticket attachment”.]"
    )
    assert read.defects == ("the S/MIME part cannot be read",)


@pytest.mark.parametrize("kind", [b"encrypted", b"mixed"], ids=["sent", "through Exchange"])
def test_pgp_mime_is_named_and_its_version_is_no_file(kind: bytes) -> None:
    raw = typed(
        b"multipart/" + kind + b'; protocol="application/pgp-encrypted"; boundary=e',
        b"--e\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--e\nContent-Type: application/octet-stream; "
        b'name="encrypted.asc"\n\n' + ARMOUR.encode() + b"\n--e--\n",
    )
    read = mime.parse(raw)
    assert read.text == OPENPGP.format("1.8 KB")
    assert [one.name for one in read.attachments] == ["encrypted.asc"]


def test_an_encrypted_text_is_named_where_it_is_and_can_be_saved() -> None:
    raw = plain(f"Hello,\n\n{ARMOUR}\n\nMia")
    read = mime.parse(raw)
    assert read.text == f"Hello,\n\n{OPENPGP.format('1.8 KB')}\n\nMia"
    (file,) = read.attachments
    assert (file.name, ARMOUR.encode() in mime.attachment(raw, file.part)) == ("message.asc", True)


SIGNED = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

Please send 17 lamps.
- - ten red ones
- -----
-----BEGIN PGP SIGNATURE-----

iQEzBAEBCgAdFiEE
=abcd
-----END PGP SIGNATURE-----"""


def test_a_signed_text_is_read_without_its_armour() -> None:
    assert mime.parse(plain(f"{SIGNED}\n")).text == "Please send 17 lamps.\n- ten red ones\n-----"


def test_text_around_a_signed_text_stays() -> None:
    assert (
        mime.parse(plain(f"above\n{SIGNED}\nbelow")).text
        == "above\nPlease send 17 lamps.\n- ten red ones\n-----\nbelow"
    )


@pytest.mark.parametrize("cut", [40, 90, 140, 170])
def test_armour_that_is_not_complete_stays(cut: int) -> None:
    assert mime.parse(plain(SIGNED[:cut])).text == SIGNED[:cut].rstrip()


def test_quoted_armour_stays() -> None:
    quoted = "\n".join(f"> {line}" for line in SIGNED.split("\n")).replace("> \n", ">\n")
    assert "BEGIN PGP SIGNED" in mime.parse(plain(f"yes\n\n{quoted}")).text


def test_mail_under_rights_management_is_named() -> None:
    raw = typed(
        b"multipart/mixed; boundary=m",
        b"--m\nContent-Type: text/plain\n\nOpen it in Outlook.\n--m\nContent-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\n\nxx\n--m--\n",
    )
    read = mime.parse(raw)
    assert (
        read.text
        == "Open it in Outlook.\n\n[protected by Microsoft rights management, 2 bytes. Save the attachment with “supportcli ticket attachment”, then read it in Outlook.]"
    )


@given(st.data())
def test_no_damage_breaks_the_reader(data: st.DataObject) -> None:
    damaged = bytearray(in_pieces(INNER))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, 80))] = data.draw(st.integers(0, 255))
    assert mime.parse(smime(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))).held is None
