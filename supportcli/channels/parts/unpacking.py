"""The parts of a mail that are packed inside another part: the files and text of a winmail.dat, and
the mail inside an S/MIME signature.

They are added after the parts that the walk has found, so that a part keeps its number whether or
not the program can unpack another. Most mail has nothing packed and pays for one look at the types
of its parts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from supportcli.channels.encodings import transfer
from supportcli.channels.headers.header_block import Headers
from supportcli.channels.packed import cms
from supportcli.channels.parts.structure import Part, Structure, walk

if TYPE_CHECKING:
    from supportcli.channels.packed import tnef

_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ANY = frozenset({"application/octet-stream", "application/x-unknown"})
_MOST_PARTS = 1_000
_MOST_RICH = 3
_MOST_TEXT = 25 * 1024 * 1024
_MOST_LEVELS = 4
_MOST_PACKED = 20
"""The most parts that are unpacked, and how deep they may be in each other."""


def is_smime(part: Part) -> bool:
    """Whether a part is S/MIME in one piece (RFC 8551, 3.2 and 3.2.1)."""
    return part.type in _SMIME or (part.type in _ANY and part.name.lower().endswith(".p7m"))


def is_tnef(part: Part) -> bool:
    """Whether a part is a winmail.dat."""
    return part.type in _TNEF or (part.type in _ANY and part.name.lower() == "winmail.dat")


def unpack(structure: Structure, raw: bytes) -> None:
    """Add what is packed in the parts of a mail to its structure. What cannot be read stays as it
    is, with a defect."""
    levels = {
        place: 1
        for place, part in enumerate(structure.parts)
        if part.type.startswith("application/") and (is_tnef(part) or is_smime(part))
    }
    for _ in range(_MOST_PACKED):
        if not levels:
            return
        place = next(iter(levels))
        level = levels.pop(place)
        before = len(structure.parts)
        try:
            _unpack_one(structure, place, raw)
        except Exception as error:  # noqa: BLE001 - the mail around a crafted part is read all the same
            del structure.parts[before:]
            structure.defects.append(f"a packed part cannot be read ({type(error).__name__})")
        if level < _MOST_LEVELS:
            levels |= {
                new: level + 1
                for new in range(before, len(structure.parts))
                if is_tnef(structure.parts[new]) or is_smime(structure.parts[new])
            }


def _unpack_one(structure: Structure, place: int, raw: bytes) -> None:
    part = structure.parts[place]
    content = transfer.decode(part.body(raw), part.headers.plain("content-transfer-encoding"))[0]
    if is_tnef(part):
        _unpack_tnef(structure, place, content)
    else:
        _unpack_signed(structure, place, content)
    if len(structure.parts) > _MOST_PARTS and structure.over is None:
        structure.over = f"more than {_MOST_PARTS:,} parts"


def _unpack_signed(structure: Structure, place: int, content: bytes) -> None:
    try:
        mail = cms.signed_content(content)
    except cms.BadCms:
        structure.defects.append("the S/MIME part cannot be read")
        return
    if mail is None:
        return
    inner = walk(mail)
    before = len(structure.parts)
    for one in inner.parts:
        one.parent = place if one.parent < 0 else one.parent + before
        one.source = mail
    structure.parts[place].type = "multipart/signed"
    structure.parts += inner.parts
    structure.defects += inner.defects
    structure.over = structure.over or inner.over
    structure.cut = structure.cut or inner.cut


def _unpack_tnef(structure: Structure, place: int, content: bytes) -> None:
    from supportcli.channels.packed import tnef  # noqa: PLC0415  # few mails need it

    try:
        found = tnef.unpack(content)
    except tnef.BadTnef:
        structure.defects.append("the winmail.dat cannot be read")
        return
    if (size := len(found.plain) + len(found.html)) > _MOST_TEXT:
        structure.over = f"{size:,} characters of text"
        return
    files = list(_files(found, place, structure))
    text = _text(found, structure)
    structure.parts += files
    if text.strip():
        structure.packed_texts.append(text)
    if found.broken:
        structure.defects.append(f"the winmail.dat is damaged: {found.broken}")
    elif files or text.strip():
        structure.parts[place].type = "multipart/x-tnef"


def _files(found: "tnef.Unpacked", place: int, structure: Structure) -> Iterator[Part]:
    """The files of a winmail.dat as parts; an attached message is its text and its files."""
    for file in found.files:
        if file.message is not None:
            subject = file.message.subject or file.name or "message"
            words = _text(file.message, structure).encode()
            yield _part(place, f"{subject}.txt", "text/plain", words)
            yield from _files(file.message, place, structure)
        else:
            part = _part(place, file.name, file.type or _type_of(file.name), file.content)
            if file.content_id:
                part.headers.add("content-id", f"<{file.content_id}>".encode())
                part.disposition = ""
            yield part


def _part(place: int, name: str, kind: str, content: bytes) -> Part:
    part = Part(place, Headers(), kind, {"charset": "utf-8"}, 0, len(content))
    part.disposition, part.name, part.source = "attachment", name, content
    return part


def _type_of(name: str) -> str:
    """The type of a file by its name, by the built-in table: the same on every machine."""
    from mimetypes import MimeTypes  # noqa: PLC0415  # few mails need it

    return MimeTypes().guess_type(name)[0] or "application/octet-stream"


def _text(found: "tnef.Unpacked", structure: Structure) -> str:
    """The text of a message in a winmail.dat, in the form that needs the least work."""
    if found.plain.strip():
        return found.plain.replace("\r\n", "\n").strip("\n").rstrip()
    if not (found.html.strip() or found.rtf):
        return ""
    structure.rich_texts += 1
    if structure.rich_texts > _MOST_RICH:
        structure.defects.append("more formatted texts in a winmail.dat than are read")
        return ""
    try:
        return _rich_text(found)
    except ValueError as error:
        structure.defects.append(f"the text of the winmail.dat cannot be read: {error}")
        return ""


def _rich_text(found: "tnef.Unpacked") -> str:
    """The text of a message in HTML or RTF. Raises ValueError if the RTF is none."""
    from supportcli.channels.html.text import html_to_text  # noqa: PLC0415  # few mails need it
    from supportcli.channels.packed import rtf  # noqa: PLC0415  # see above

    if found.html.strip():
        return html_to_text(found.html)
    rich = rtf.rtf_to_text(rtf.decompressed(found.rtf))
    return html_to_text(rich.text) if rich.html else rich.text.strip("\n").rstrip()
