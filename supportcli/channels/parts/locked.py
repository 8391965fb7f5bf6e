"""Parts that only somebody with a key can read: named in the text of the mail, with their size and
how to read them."""

from collections.abc import Collection

from supportcli.channels.encodings import transfer
from supportcli.channels.packed.cms import SmimeContent, enclosed
from supportcli.channels.parts.structure import Part
from supportcli.channels.parts.unpacking import is_smime
from supportcli.domain.text.sizes import size

_CONTROL = "application/pgp-encrypted"
_RIGHTS = frozenset({"application/x-microsoft-rpmsg-message", "application/vnd.ms-rpmsg"})
_SAVE = "Save the attachment with “supportcli ticket attachment”"
_MOST_NOTES = 5

OPENPGP = ("encrypted with OpenPGP", "then read it with “gpg --decrypt FILE”")
_SMIME = (
    "encrypted with S/MIME",
    "then read it with “openssl cms -decrypt -inform DER -in FILE -recip CERTIFICATE -inkey KEY”",
)
_PACKED = (
    "compressed with S/MIME",
    "then read it with “openssl cms -uncompress -inform DER -in FILE”",
)
_BROKEN = ("S/MIME that cannot be read", "")
_KINDS = {
    SmimeContent.ENCRYPTED: _SMIME,
    SmimeContent.COMPRESSED: _PACKED,
    SmimeContent.SIGNED: None,
}
_MANAGED = ("protected by Microsoft rights management", "then read it in Outlook")


def note(what: tuple[str, str], count: int) -> str:
    """What is said in place of something that cannot be read, of `count` bytes."""
    kind, then = what
    return f"[{kind}, {size(count)}. {_SAVE}{', ' if then else ''}{then}.]"


def is_control(part: Part, parts: list[Part]) -> bool:
    """Whether a part only says which version of OpenPGP the part beside it has (RFC 3156, 4)."""
    return part.type == _CONTROL and any(
        one.parent == part.parent and one.type == "application/octet-stream" for one in parts
    )


def notes(parts: list[Part], raw: bytes) -> list[str]:
    """A note for each part that only somebody with a key can read, for the first five."""
    found: list[str] = []
    controlled = {part.parent for part in parts if part.type == _CONTROL}
    controlled |= {at for at, part in enumerate(parts) if part.type == "multipart/encrypted"}
    for part in parts:
        if part.type.startswith("application/") and (one := _note(part, controlled, raw)):
            found.append(one)
            if len(found) == _MOST_NOTES:
                break
    return found


def _note(part: Part, controlled: Collection[int], raw: bytes) -> str:
    """A note for a part; `controlled` are the multiparts that say that they have OpenPGP. (Exchange
    makes another kind of multipart of them.)"""
    if is_smime(part):
        content = _content(part, raw)
        what = _smime(content, part.name)
        return note(what, len(content)) if what else ""
    if part.type in _RIGHTS:
        return note(_MANAGED, len(_content(part, raw)))
    if part.parent in controlled and part.type == "application/octet-stream":
        return note(OPENPGP, len(_content(part, raw)))
    return ""


def _smime(content: bytes, name: str) -> tuple[str, str] | None:
    """What keeps S/MIME from being read; None if it is only certificates."""
    kind = enclosed(content)
    if kind is not None:
        return _KINDS[kind]
    return None if name.lower().endswith(".p7c") else _BROKEN


def _content(part: Part, raw: bytes) -> bytes:
    return transfer.decode(part.body(raw), part.headers.plain("content-transfer-encoding"))[0]
