"""RTF → text or HTML: what Outlook sends as the only form of a formatted text.

Nearly all of it was HTML when it was written, and has it inside: [MS-OXRTFEX] says how to get it
back. One pass over the tokens, with a stack for groups that has a limit."""

import re
from dataclasses import dataclass, replace

from supportcli.channels.encodings import charsets

_START = b"{\\rtf"
_LONGEST = 2 * 1024 * 1024
_MOST_GROUPS = 10_000
_MOST_TOKENS = 200_000
_TOKEN = re.compile(
    r"\\(?P<word>[a-zA-Z]{1,32}+)(?P<number>-?\d{1,9})? ?"
    r"|\\'(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?P<sign>[^a-zA-Z])"
    r"|(?P<brace>[{}])"
    r"|[\r\n]++"
    r"|(?P<text>[^\\{}\r\n]++)"
    r"|\\",
    re.DOTALL,
)
_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    b"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    b"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
"""What a compressed text may point to before it has begun ([MS-OXRTFCP] 2.1.2.1)."""
_WINDOW = 4096

_SILENT = frozenset(
    {
        *("fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "objdata", "header"),
        *("headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "fldinst"),
        *("footnote", "annotation", "listtable", "listoverridetable", "themedata", "datastore"),
        *("latentstyles", "rsidtbl", "generator", "xmlnstbl", "mhtmltag", "bkmkstart", "bkmkend"),
        *("pntext", "filetbl", "revtbl"),
    }
)
"""Groups whose content is no text ([MS-OXRTFEX] and the RTF specification, "destinations")."""
_WORDS = {
    "par": "\n",
    "line": "\n",
    "sect": "\n\n",
    "page": "\n\n",
    "row": "\n",
    "nestrow": "\n",
    "tab": "\t",
    "cell": " | ",
    "nestcell": " | ",
    "emdash": "\u2014",
    "endash": "\u2013",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "bullet": "\u2022",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SIGNS = {"~": "\xa0", "_": "-", "-": "", "{": "{", "}": "}", "\\": "\\", "\n": "\n", "\r": "\n"}
_CHARSETS = {
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
"""The charset of a font by its number (\\fcharset)."""


@dataclass(frozen=True, slots=True)
class Rich:
    """What an RTF says, as HTML or as plain text."""

    text: str
    html: bool


def decompressed(data: bytes) -> bytes:
    """RTF as it was before it was compressed ([MS-OXRTFCP]). Raises ValueError if it is damaged or
    has more than 2 MiB."""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if size > _LONGEST:
        raise ValueError("too much RTF")
    if kind == b"MELA":
        return data[16 : 16 + size]
    if kind != b"LZFu":
        raise ValueError("no compressed RTF")
    out = bytearray(_DICTIONARY)
    at, end = 16, min(len(data), 4 + int.from_bytes(data[:4], "little"))
    while at < end and len(out) < len(_DICTIONARY) + size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            if at + 2 > end or not _point(out, data[at] << 8 | data[at + 1]):
                at = end
                break
            at += 2
    return bytes(out[len(_DICTIONARY) : len(_DICTIONARY) + size])


def _point(out: bytearray, token: int) -> bool:
    """Append what a token points to; False if it says that the text ends."""
    place, length = token >> 4, (token & 15) + 2
    back = (len(out) - place) % _WINDOW
    if back == 0:
        return False
    start = len(out) - back
    if start < 0:  # a place nothing was written to yet
        out += b" " * length
    elif back >= length:
        out += out[start : start + length]
    else:
        out += (out[start:] * (length // back + 1))[:length]
    return True


def rtf_to_text(data: bytes) -> Rich:
    """What the RTF `data` says. Raises ValueError if it is none, or more than anybody wrote."""
    if data.lstrip()[:5].lower() != _START:
        raise ValueError("no RTF")
    reader = _RtfReader(data[:_LONGEST].decode("latin-1"))
    reader.read()
    return Rich(charsets.storable("".join(reader.out)), reader.html)


@dataclass(frozen=True, slots=True)
class _RtfGroup:
    """What is true within a group."""

    silent: bool = False
    tag: bool = False
    """It holds the HTML that the RTF was made of."""
    copy: bool = False
    """It is only the RTF form of what is there as HTML."""
    fallback: int = 1
    """How many bytes after a character of Unicode stand for it."""
    charset: str = ""


class _RtfReader:
    """The state of one pass over an RTF."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.out: list[str] = []
        self.html = False
        self.group = _RtfGroup()
        self.around: list[_RtfGroup] = []
        self.charset = "cp1252"
        self.fonts: dict[int, str] = {}
        self.font = 0
        self.skip = 0
        self.ignorable = False
        self.bytes = bytearray()

    def read(self) -> None:
        """Read to the end of the outermost group."""
        at = tokens = 0
        while (token := _TOKEN.match(self.text, at)) is not None:
            at, tokens = token.end(), tokens + 1
            if tokens > _MOST_TOKENS:
                raise ValueError("too much RTF")
            if token["text"] is not None:
                self._bytes(token["text"].encode("latin-1"))
            elif token["byte"] is not None:
                self._bytes(bytes.fromhex(token["byte"]))
            elif token["word"] is not None:
                at += self._word(token["word"], token["number"])
            elif token["sign"] is not None:
                self._sign(token["sign"])
            elif token["brace"] is not None and not self._brace(token["brace"]):
                break
        self._flush()

    def _brace(self, brace: str) -> bool:
        """A group begins or ends; False if it was the outermost."""
        self._flush()
        self.skip, self.ignorable = 0, False
        if brace == "{":
            if len(self.around) >= _MOST_GROUPS:
                return False
            self.around.append(self.group)
        elif self.around:
            self.group = self.around.pop()
        return bool(self.around)

    def _word(self, word: str, digits: str | None) -> int:
        """A control word; returns how many bytes after it are no RTF."""
        number = int(digits) if digits else None
        if word == "u" and number is not None:
            self._flush()
            self._write(chr(number % 0x10000))
            self.skip = self.group.fallback
            return 0
        self._flush()
        self.skip = 0
        if word == "bin":
            return max(number or 0, 0)
        if word in _WORDS:
            self._write(_WORDS[word])
        elif not self._destination(word):
            self._state(word, number)
        return 0

    def _destination(self, word: str) -> bool:
        """Whether a word begins a group whose content is none of the text."""
        marked, self.ignorable = self.ignorable, False
        if word == "htmltag" and self.html:
            self.group = replace(self.group, tag=True, silent=False)
        elif marked or word in _SILENT:
            self.group = replace(self.group, silent=True)
        else:
            return False
        return True

    def _state(self, word: str, number: int | None) -> None:
        """A word that changes how what follows is read."""
        if word == "fromhtml":
            self.html = True
        elif word == "htmlrtf":
            self.group = replace(self.group, copy=number != 0)
        elif word == "uc":
            self.group = replace(self.group, fallback=min(max(number or 0, 0), 4))
        elif word == "ansicpg":
            self.charset = charsets.codec(f"cp{number}") or self.charset
        elif word == "f" and number is not None:
            self.font = number
            self.group = replace(self.group, charset=self.fonts.get(number, ""))
        elif word == "fcharset" and number in _CHARSETS:
            self.fonts[self.font] = _CHARSETS[number]

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self.ignorable = True
            return
        self._flush()
        self.skip = 0
        self._write(_SIGNS.get(sign, ""))

    def _bytes(self, content: bytes) -> None:
        """Bytes in the charset of the font, after those that only stand for a character that was
        there already."""
        left = content[self.skip :]
        self.skip -= len(content) - len(left)
        self.bytes += left

    def _flush(self) -> None:
        if self.bytes:
            content, self.bytes = bytes(self.bytes), bytearray()
            self._write(charsets.decode(content, self.group.charset or self.charset)[0])

    def _write(self, text: str) -> None:
        if self.group.silent or (self.html and self.group.copy and not self.group.tag):
            return
        self.out.append(text)
