"""Which parts of a mail are its text, and what they say: plain text if it is usable, else HTML made
readable."""

import re
from functools import partial
from itertools import product

from supportcli.channels.encodings import charsets, transfer
from supportcli.channels.folding.answers.coloured_answers import Painted
from supportcli.channels.headers.message_ids import message_ids
from supportcli.channels.html import struck
from supportcli.channels.html.text import html_to_text, is_endless, looks_like_html, painted
from supportcli.channels.parts.armour import has_armour, without_armour
from supportcli.channels.parts.file_names import file_name
from supportcli.channels.parts.flowed import unflow
from supportcli.channels.parts.locked import OPENPGP, is_control, note
from supportcli.channels.parts.plain_and_html import Read, TextForm, adds_nothing, to_read
from supportcli.channels.parts.structure import Part

_PLAIN = frozenset(
    {"text/plain", "text", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown"}
)
_READABLE = _PLAIN | {"text/html"}
_NO_WORDS = frozenset({"text/calendar", "text/x-vcalendar", "text/vcard", "text/x-vcard"}) | {
    *("text/directory", "text/css", "text/javascript", "text/x-amp-html"),
    *("text/watch-html", "text/rfc822-headers"),
}
_RICH = frozenset({"text/rtf", "application/rtf", "application/x-rtf", "text/x-rtf"})
_REPRESENTATIONS = frozenset({"text/x-amp-html", "text/watch-html"})
_META_CHARSET = re.compile(
    rb"<meta[^<>]{1,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)
_IMAGE = re.compile(r"\[cid:([^\[\]\s]{1,200})\]")
_CID = tuple("".join(letters) for letters in product("cC", "iI", "dD", ":"))
_HIDDEN = re.compile(r"\[hidden: [^\[\]]{1,400}\]")
_ENRICHED = re.compile(r"<(/?)[a-zA-Z-]{1,60}>")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_STUB_LENGTH = 400
_MOST_RICH = 3
_MOST_COMPARED = 5
"""The most pairs of forms of one text that are compared; real mail has one or two."""
# A plain part that only says that there is no plain part.
_STUB = re.compile(
    r"\b(?:does not|doesn.t|cannot|can.t|unable to|must|please|not)\b[^.]{0,80}\b(?:support|"
    r"display|view|read|show|use|enable)[^.]{0,60}\bhtml\b"
    r"|\bhtml\b[^.]{0,60}\b(?:compatible|capable|viewer|version of this|mail ?reader|e-?mail "
    r"client)\b"
    r"|^\s*this (?:is|message is) (?:a|an|in) (?:multi-?part|html|mime)\b"
)


class Texts:
    """The texts of one mail. Each part is decoded only once."""

    def __init__(self, raw: bytes, parts: list[Part]) -> None:
        self.raw = raw
        self.parts = parts
        self.defects: list[str] = []
        self.locked: set[int] = set()
        """The texts that have an encrypted block, which has to be saved to be read."""
        self._image_names: dict[str, str] | None = None
        self._decoded: dict[int, str] = {}
        self._sources: dict[int, str] = {}
        self._footers: dict[int, bytes] = {}
        self._compared = 0
        self._rich = 0
        self._pages: list[str] = []
        self._candidates = {place for place, part in enumerate(parts) if _is_candidate(part)}
        if not self._candidates:
            self._candidates = _second_choice(parts)

    def body(self) -> str:
        """The text of the mail as a reader sees it: all text parts, joined by a blank line."""
        chosen = self._chosen()
        self._pages += [
            self._source(place) for place in chosen if self.parts[place].type == "text/html"
        ]
        pieces: list[str] = []
        before = None
        for place in chosen:
            pieces += [] if before is None else self._between(before, place)
            pieces += [self.text(place)] if self.text(place).strip() else []
            before = place
        return "\n\n".join(pieces)

    def _between(self, before: int, after: int) -> list[str]:
        """The marks of the images that stand between two texts, as phones send them."""
        parent = self.parts[before].parent
        return [
            f"[image: {file_name(part.name)}]" if part.name else "[image]"
            for part in self.parts[before + 1 : after]
            if part.type.startswith("image/")
            and part.disposition == "inline"
            and part.parent == parent == self.parts[after].parent
        ]

    def painted(self) -> list[Painted]:
        """The coloured pages with the same content as the body."""
        found = map(painted, dict.fromkeys(self._pages[:_MOST_COMPARED]))
        return [page for page in found if page is not None]

    def size(self) -> int:
        """The bytes of all parts that may be text, as they are in the mail."""
        return sum(self.parts[place].end - self.parts[place].start for place in self._candidates)

    def is_file(self, place: int) -> bool:
        """Whether a part is an attachment: not a multipart, not the text, and not another form of
        it."""
        part = self.parts[place]
        return place in self.locked or (
            not part.multipart
            and place not in self._candidates
            and part.type not in _REPRESENTATIONS
            and not is_control(part, self.parts)
        )

    def text(self, place: int) -> str:
        """The text of one part, with line feeds as line ends, without blank lines at both ends."""
        if place not in self._decoded:
            self._decoded[place] = self._read(place)
        return self._decoded[place]

    def _chosen(self) -> list[int]:
        """The parts that make up the body, from the inside out: a multipart/alternative contributes
        its best form, any other all of its parts."""
        children: dict[int, list[int]] = {}
        for place, part in enumerate(self.parts):
            children.setdefault(part.parent, []).append(place)
        chosen: list[list[int]] = [[] for _ in self.parts]
        for place in range(len(self.parts) - 1, -1, -1):
            part = self.parts[place]
            forms = [chosen[child] for child in children.get(place, ())]
            if not part.multipart:
                chosen[place] = [place] if place in self._candidates else []
            elif part.type == "multipart/alternative":
                chosen[place] = self._best(forms)
            else:
                chosen[place] = [one for form in forms for one in form]
        return chosen[0]

    def _best(self, forms: list[list[int]]) -> list[int]:
        """The best of several forms of one text: the first plain one that says something and leaves
        nothing out, else the last that says something (RFC 2046, 5.1.4)."""
        rich = [
            form for form in forms if any(self.parts[place].type == "text/html" for place in form)
        ]
        for form in forms:
            if form and all(self.parts[place].type in _PLAIN for place in form):
                text = "\n".join(self.text(place) for place in form).strip()
                read = self._to_read(text, rich[-1]) if text and rich else Read.PLAIN
                if text and read is not Read.PAGE:
                    return form if read is Read.PLAIN else [*rich[-1], *form]
        speaking = [form for form in forms if any(self.text(place).strip() for place in form)]
        richer = [form for form in rich if form in speaking]
        return (richer or speaking or [[]])[-1]

    def _to_read(self, plain: str, rich: list[int]) -> Read:
        """Which of a plain text and its richer form should be read."""
        self._compared += 1
        if _is_stub(plain):
            return Read.PAGE
        pages = " ".join(self._source(place) for place in rich)
        if self._compared > _MOST_COMPARED:
            return Read.PLAIN
        self._pages.append(pages)
        form = TextForm(plain)
        if adds_nothing(pages, form):
            return Read.PLAIN
        page = "\n".join(self.text(place) for place in rich)
        return to_read(form, _HIDDEN.sub("", page) if "[hidden: " in page else page)

    def _source(self, place: int) -> str:
        """The characters of one part, with line feeds as line ends."""
        if place not in self._sources:
            part = self.parts[place]
            raw, encoding = (
                part.body(self.raw),
                part.headers.plain("content-transfer-encoding"),
            )
            data, self._footers[place], defect = transfer.with_footer(raw, encoding)
            declared = part.charset
            if part.type == "text/html" and (declared is None or charsets.codec(declared) is None):
                meta = _META_CHARSET.search(data, 0, 2048)
                declared = meta[1].decode("ascii") if meta else declared
            text, wrong = charsets.decode(data, declared)
            self.defects += [one for one in (defect, wrong) if one]
            self._sources[place] = _with_line_feeds(text)
        return self._sources[place]

    def _read(self, place: int) -> str:
        text = self._words(self.parts[place], self._source(place))
        if has_armour(text):
            text, locked = without_armour(text, partial(note, OPENPGP))
            self.locked |= {place} if locked else set()
        footer = self._footers[place]
        return (
            "\n".join(filter(None, (text, _plain(charsets.decode(footer, None)[0]))))
            if footer
            else text
        )

    def _words(self, part: Part, text: str) -> str:
        """The text in the characters of a part."""
        if part.type in _RICH:
            return self._of_rich(part, text)
        if part.type == "text/html" or looks_like_html(text):
            if is_endless(text):
                tags = f"a page of {text.count('<'):,} tags"
                self.defects.append(f"{tags} is read without links, tables and marks")
            placed = _names_images(text) or self._have_places()
            return html_to_text(struck.with_tags(text), self._images() if placed else None)
        if part.type in {"text/enriched", "text/richtext"}:
            text = _ENRICHED.sub("", text.replace("<<", "<"))
        elif part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
        if "[cid:" in text:
            text = _IMAGE.sub(self._named, text)
        return text.strip("\n").rstrip()

    def _of_rich(self, part: Part, text: str) -> str:
        """What a part of type RTF says; if it is none the part as it is (`text`), with a defect."""
        from supportcli.channels.packed import rtf  # noqa: PLC0415  # few mails need it

        encoding = part.headers.plain("content-transfer-encoding")
        self._rich += 1
        if self._rich > _MOST_RICH:
            self.defects.append("more RTF than is read")
            return text.strip("\n").rstrip()
        try:
            rich = rtf.rtf_to_text(transfer.decode(part.body(self.raw), encoding)[0])
        except ValueError as error:
            self.defects.append(f"RTF is shown as it is: {error}")
            return text.strip("\n").rstrip()
        return html_to_text(rich.text) if rich.html else rich.text.strip("\n").rstrip()

    def _images(self) -> dict[str, str]:
        """The names of the parts that a text can show, by Content-ID without its brackets, or by
        Content-Location (RFC 2557, section 4.2)."""
        if self._image_names is None:
            self._image_names = {
                location: file_name(part.name or location.rpartition("/")[2])
                for part in self.parts
                if part.type.startswith("image/")
                and (location := "".join(part.headers.plain("content-location").split()))
            } | {
                ids[0].strip("<>"): file_name(part.name)
                for part in self.parts
                if (ids := message_ids(part.headers.first("content-id") or b""))
            }
        return self._image_names

    def _have_places(self) -> bool:
        """Whether a part says where a page finds it."""
        return any("content-location" in one.headers for one in self.parts)

    def _named(self, mark: re.Match[str]) -> str:
        """What Outlook writes for an image in a plain text, with the name of the image."""
        name = self._images().get(mark[1], "")
        return f"[image: {name}]" if name else mark[0]


def _plain(text: str) -> str:
    """A text with line feeds as line ends, without blank lines at both ends."""
    return _with_line_feeds(text).strip("\n").rstrip()


def _with_line_feeds(text: str) -> str:
    """A text with line feeds as line ends. To remove one character is much faster than to replace
    two."""
    if "\r" not in text:
        return text
    if _LONE_RETURN.search(text) is None:
        return text.replace("\r", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _names_images(page: str) -> bool:
    """Whether a page has an address with "cid:". To make all of it lower case takes longer."""
    return any(mark in page for mark in _CID)


def _is_stub(text: str) -> bool:
    """Whether a plain part only says that the other part should be read."""
    lowered = text[: _STUB_LENGTH + 1].lower()
    return (
        len(text) < _STUB_LENGTH
        and ("html" in lowered or "mime" in lowered or "multi" in lowered)
        and _STUB.search(lowered) is not None
    )


def _is_candidate(part: Part) -> bool:
    """Whether a part is text to read: not a file, and without a file name unless it is the complete
    mail."""
    return (
        part.type in _READABLE
        and part.disposition != "attachment"
        and (not part.name or part.parent < 0)
    )


def _second_choice(parts: list[Part]) -> set[int]:
    """The text of a mail that has none by the rules: a text shown inline although it has a name,
    else one without a name."""
    texts = [(place, part) for place, part in enumerate(parts) if part.type in _READABLE]
    shown = {place for place, part in texts if part.disposition == "inline" or not part.disposition}
    unnamed = {place for place, part in texts if not part.name}
    return shown or unnamed or {place for place, part in enumerate(parts) if _is_unknown_text(part)}


def _is_unknown_text(part: Part) -> bool:
    """Whether a part is RTF, or text of a kind that nobody knows, which is read as plain (RFC 2046,
    4.1.4)."""
    return (
        (part.type.startswith("text/") or part.type in _RICH)
        and part.type not in _NO_WORDS
        and part.disposition != "attachment"
        and (not part.name or part.parent < 0)
    )
