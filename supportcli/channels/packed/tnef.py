"""winmail.dat (TNEF), in which Outlook packs formatted text and files, as values.

The format is a flat stream of attributes ([MS-OXTNEF] 2.1), some of which are lists of MAPI
properties. One pass over the bytes, by position, without copying: the one library on PyPI copies
the rest of the file for each attribute, and believes any count it is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import error as struct_error
from struct import unpack_from

from supportcli.channels.encodings import charsets

SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER = 6
_MOST_ATTRIBUTES = 20_000
_MOST_PROPERTIES = 20_000
_MOST_FILES = 500
_MOST_LEVELS = 3

_BODY, _TITLE, _DATA = 0x800C, 0x8010, 0x800F
_TRANSPORT_NAME, _BEGINS_FILE = 0x9001, 0x9002
_PROPERTIES, _FILE_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007

_IS_MESSAGE = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"
"""IID_IMessage: what follows is a message in a file of its own."""

_SIZES = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
"""The bytes of a value by its type, padded to four ([MS-OXTNEF] 2.1.3.5)."""
_TEXT8, _TEXT16, _OBJECT, _BINARY = 0x1E, 0x1F, 0x0D, 0x102
_LISTED = 0x1000
_NAMED = 0x8000


class BadTnef(ValueError):
    """The bytes are no TNEF, or are broken where the sentence says."""


@dataclass(slots=True)
class PackedFile:
    """A file in a winmail.dat."""

    name: str = ""
    type: str = ""
    """Empty if it is not said."""
    content: bytes = b""
    content_id: str = ""
    """Without angle brackets."""
    message: "Unpacked | None" = None
    """The file is this message."""


@dataclass(slots=True)
class Unpacked:
    """What is in a winmail.dat. Its text may be there in up to three forms."""

    plain: str = ""
    html: str = ""
    rtf: bytes = b""
    """Compressed."""
    subject: str = ""
    files: list[PackedFile] = field(default_factory=list)
    broken: str | None = None
    """What stopped the reader; what it had read until then is here."""


def unpack(data: bytes, levels: int = _MOST_LEVELS) -> Unpacked:
    """The text and files in `data`, the decoded bytes of a winmail.dat. Raises BadTnef if it is
    none; if it breaks off, what came before is returned."""
    if not data.startswith(SIGNATURE):
        raise BadTnef("no TNEF")
    reader = _TnefReader(data, levels)
    try:
        reader.read()
    except struct_error:
        reader.found.broken = "it ends in the middle"
    except BadTnef as error:
        reader.found.broken = str(error)
    return reader.done()


class _TnefReader:
    """The state of one pass."""

    def __init__(self, data: bytes, levels: int) -> None:
        self.data = data
        self.levels = levels
        self.found = Unpacked()
        self.charset: str | None = None
        self.titles: list[bytes] = []

    def read(self) -> None:
        """Read all attributes: level, name, type, length, content, checksum."""
        data, at = self.data, _HEADER
        for _ in range(_MOST_ATTRIBUTES):
            if at + 11 > len(data):
                return
            level, name, length = unpack_from("<BHxxI", data, at)
            end = at + 9 + length
            if level not in {1, 2}:
                if data[at:].strip():
                    raise BadTnef("it has bytes that are no attribute")
                return  # some gateways add line ends
            if end > len(data):
                raise BadTnef("it ends in the middle")
            # [MS-OXTNEF] 2.1.3.2; what was read may still be good
            if sum(data[at + 9 : end]) & 0xFFFF != unpack_from("<H", data, end)[0]:
                self.found.broken = self.found.broken or "a checksum differs"
            self._take(name, at + 9, end)
            at = end + 2
        raise BadTnef("too many attributes")

    def _take(self, name: int, start: int, end: int) -> None:
        found, content = self.found, self.data[start:end]
        if name == _BEGINS_FILE:
            if len(found.files) >= _MOST_FILES:
                raise BadTnef("too many files")
            found.files.append(PackedFile())
            self.titles.append(b"")
        elif name == _PROPERTIES:
            self._message(_properties(content))
        elif name == _BODY:
            found.plain = found.plain or self._text(content)
        elif name == _CODEPAGE:
            self.charset = _codepage(content)
        elif found.files:
            self._of_file(name, content)

    def _of_file(self, name: int, content: bytes) -> None:
        file = self.found.files[-1]
        if name == _FILE_PROPERTIES:
            self._file(file, _properties(content))
        elif name == _DATA:
            file.content = content
        elif name == _TITLE or (name == _TRANSPORT_NAME and not self.titles[-1]):
            self.titles[-1] = content

    def _message(self, properties: Iterator[tuple[int, int, bytes]]) -> None:
        """Take the text and the subject of the message. (The properties name the charset of the
        text in any place.)"""
        texts: dict[int, tuple[int, bytes]] = {}
        for name, kind, value in properties:
            texts[name] = (kind, value)
        for name in (0x3FDE, 0x3FFD):  # the charset of the mail, then that of the message
            if name in texts and (page := _codepage(texts[name][1])):
                self.charset = page
                break
        found = self.found
        found.subject = self._string(texts.get(0x0037)) or found.subject
        found.plain = self._string(texts.get(0x1000)) or found.plain
        found.html = self._string(texts.get(0x1013)) or found.html
        found.rtf = texts.get(0x1009, (0, found.rtf))[1]

    def _file(self, file: PackedFile, properties: Iterator[tuple[int, int, bytes]]) -> None:
        said = {name: (kind, value) for name, kind, value in properties}
        names = (self._string(said.get(name)) for name in (0x3707, 0x3704, 0x3001))
        file.name = next(filter(None, names), "")
        file.type = self._string(said.get(0x370E)).strip().lower()
        file.content_id = self._string(said.get(0x3712)).strip("<> ")
        kind, content = said.get(0x3701, (0, b""))
        if kind == _OBJECT and content.startswith(_IS_MESSAGE):
            file.message = self._attached(content[len(_IS_MESSAGE) :])
        elif content:
            file.content = content[16:] if kind == _OBJECT else content

    def _attached(self, content: bytes) -> Unpacked:
        if self.levels <= 1:
            raise BadTnef("messages in messages, too deep")
        inner = unpack(content, self.levels - 1)
        self.found.broken = self.found.broken or inner.broken
        return inner

    def _string(self, said: tuple[int, bytes] | None) -> str:
        if said is None:
            return ""
        kind, value = said
        if kind != _TEXT16:
            return self._text(value)
        return charsets.storable(value.decode("utf-16-le", "replace").partition("\0")[0])

    def _text(self, value: bytes) -> str:
        return charsets.decode(value.partition(b"\0")[0], self.charset)[0]

    def done(self) -> Unpacked:
        """All that was found, with the short names of files that have no long one."""
        for file, title in zip(self.found.files, self.titles, strict=True):
            file.name = file.name or self._text(title)
        return self.found


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """The MAPI properties in `data`: number, type and value, of a list its first value ([MS-OXTNEF]
    2.1.3.4). Raises BadTnef or struct.error if they break off."""
    count = unpack_from("<I", data)[0]
    at = 4
    for number in range(count):
        if at >= len(data):
            return
        if number >= _MOST_PROPERTIES:
            raise BadTnef("too many properties")
        kind, name = unpack_from("<HH", data, at)
        at = _after_name(data, at + 4) if name >= _NAMED else at + 4
        value, at = _value(data, at, kind)
        yield name, kind & ~_LISTED, value


def _after_name(data: bytes, at: int) -> int:
    """Where the value of a property begins that has a name: a set, then a number or a text."""
    kind, number = unpack_from("<II", data, at + 16)
    return at + 24 + (_padded(number) if kind else 0)


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """The first value at a position, and where the next property begins."""
    listed, kind = kind & _LISTED, kind & ~_LISTED
    size = _SIZES.get(kind)
    if size is None and kind not in {_TEXT8, _TEXT16, _OBJECT, _BINARY}:
        raise BadTnef(f"an unknown type of property ({kind:#x})")
    if size is not None and not listed:
        return data[at : at + size], at + size
    count = unpack_from("<I", data, at)[0]
    at += 4
    if size is not None:
        small = 2 if kind in {2, 11} else size
        return data[at : at + small], at + _padded(count * small)
    first, start = b"", at
    for number in range(min(count, len(data))):
        length = unpack_from("<I", data, at)[0]
        at += 4
        if at + length > len(data):
            raise BadTnef("a property ends in the middle")
        first = data[at : at + length] if number == 0 else first
        at += _padded(length)
    return first, max(at, start)


def _padded(length: int) -> int:
    return -(-length // 4) * 4


def _codepage(value: bytes) -> str | None:
    """The charset of a Windows code page, in the bytes of its number."""
    return charsets.codec(f"cp{unpack_from('<I', value)[0]}")
