"""MIME parts as bytes, each with its own headers, in the charsets and encodings that real mail
programs use (RFC 2045 to 2047, 2231)."""

from email.charset import BASE64, QP, Charset
from email.encoders import encode_base64
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr

from supportcli.demo.attachments import contents
from supportcli.demo.story import Enclosure
from supportcli.domain.mail import Address

WIRE = compat32.clone(linesep="\r\n")
BODY_ENCODINGS = {"base64": BASE64, "quoted-printable": QP, "7bit": None, "8bit": None}


def text_part(text: str, subtype: str, charset: str, encoding: str) -> bytes:
    """A text/`subtype` part in this charset and transfer encoding."""
    written = Charset(charset)
    written.body_encoding = BODY_ENCODINGS[encoding]  # type: ignore[assignment] # None is as documented: no encoding
    if encoding == "base64":
        text = text.replace("\n", "\r\n")
    return MIMEText(text, subtype, written).as_bytes(policy=WIRE)  # type: ignore[arg-type] # it takes a Charset as well as a name


def enclosed_part(enclosure: Enclosure) -> bytes:
    """An attachment, or a picture inside the HTML if the enclosure has an id."""
    media_type, content = contents(enclosure)
    part = MIMEBase(*media_type.split("/"))
    part.set_payload(content)
    encode_base64(part)
    name = enclosure.name if enclosure.name.isascii() else ("utf-8", "", enclosure.name)
    part.add_header(
        "Content-Disposition", "inline" if enclosure.id else "attachment", filename=name
    )
    if enclosure.id:
        part["Content-ID"] = f"<{enclosure.id}>"
    return part.as_bytes(policy=WIRE)


def multipart(subtype: str, parts: list[bytes], boundary: str) -> bytes:
    """A multipart/`subtype` of these parts; a single part is returned alone."""
    if len(parts) == 1:
        return parts[0]
    between = f"\r\n--{boundary}\r\n".encode()
    head = (
        f"MIME-Version: 1.0\r\nContent-Type: multipart/{subtype}; "
        f'boundary="{boundary}"\r\n\r\n--{boundary}\r\n'
    )
    return head.encode() + between.join(parts) + f"\r\n--{boundary}--\r\n".encode()


def header(name: str, value: str, charset: str = "utf-8") -> bytes:
    """A header line, its value in encoded words (RFC 2047) unless it is plain ASCII."""
    plain = value.replace("\r\n ", " ")  # a header that is already folded
    if not (plain.isascii() and plain.isprintable()):
        value = Header(value, charset, header_name=name).encode(linesep="\r\n")
    return f"{name}: {value}\r\n".encode("ascii")


def address_header(name: str, address: Address, charset: str = "utf-8") -> bytes:
    """A header line with one address in it."""
    return f"{name}: {formataddr((address.name, address.address), charset)}\r\n".encode("ascii")
