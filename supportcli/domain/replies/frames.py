"""An HTML frame around what a mailbox sends: a file of the team's own with one place for the text.

It is checked when it is set, because it goes out with each email: no scripts, nothing that mail
programs refuse, and nothing that they would load from the web unless the team wants that. The plain
text of an email never has one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from supportcli.domain.canned.placeholders import Fault
from supportcli.domain.replies.frame_styles import (
    Element,
    hides,
    hiding_selectors,
    loaded_by_style,
    selects_text,
    style_fault,
)

PLACE = "{{ body }}"
"""What stands where the text of an email goes."""

MOST = 50_000
"""The most characters of a frame. (Gmail cuts off what is above 102 KB.)"""

_PLACE = re.compile(r"\{\{\s*body\s*\}\}")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DOCUMENT = re.compile(r"<html\b", re.IGNORECASE)


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_UNWANTED = _names(
    """
    applet audio base button embed form frame frameset iframe input link math noscript object
    plaintext script select source svg template textarea track video xmp
    """
)
_VOID = _names("area br col hr img meta param wbr")
_NO_PLACE = _names("a head style title")
_LOADING = frozenset(("src", "background", "poster", "srcset", "lowsrc", "dynsrc"))
_FOLLOWED = frozenset(("href", "action", "cite", "longdesc", "xlink:href"))
_REMOTE = re.compile(r"(?:https?:)?//([^/?#\s,]*)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]*", re.IGNORECASE)
_LED_TO = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


def around(frame: str, body: str) -> str:
    """A page: the frame (if there is one) with `body` in its place."""
    before, after = _PLACE.split(frame, maxsplit=1) if frame else ("", "")
    page = f"{before}{body}{after}"
    if _DOCUMENT.search(frame):
        return page
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{page}</body></html>\n'
    )


def faults(frame: str, *, remote: bool = False) -> list[Fault]:
    """What is wrong with a frame, each with its line. With `remote` it may have pictures that mail
    programs load from the web, which tells their servers who reads the email, and when."""
    if len(frame) > MOST:
        return [Fault(0, f"It has {len(frame):,} characters; the limit is {MOST:,}.")]
    if found := _CONTROLS.search(frame):
        line = frame.count("\n", 0, found.start()) + 1
        return [Fault(line, "A control character has no place in a page.")]
    reader = _PageReader()
    reader.feed(frame)
    reader.close()
    loaded = [] if remote else [Fault(line, _loads(host)) for line, host in reader.loaded]
    return sorted((*reader.faults, *loaded, *_of_place(frame, reader)), key=lambda one: one.line)


def loads_from(frame: str) -> tuple[str, ...]:
    """The hosts from which a mail program would load parts of a frame."""
    reader = _PageReader()
    reader.feed(frame)
    reader.close()
    return tuple(dict.fromkeys(host for _, host in reader.loaded))


def _loads(host: str) -> str:
    return f"A mail program would load this from {host or 'the web'}, which tells who reads it."


def _of_place(frame: str, reader: "_PageReader") -> Iterator[Fault]:
    """What is wrong with the place for the text."""
    count = len(_PLACE.findall(frame))
    if count != 1:
        has = "no place" if not count else f"{count} places"
        yield Fault(0, f"It has {has} for the text; it needs one: {PLACE}")
    elif not reader.places:
        yield Fault(0, f"{PLACE} is inside a tag or a comment: it belongs between two tags.")
    elif reader.places[0].hidden_by:
        place = reader.places[0]
        yield Fault(place.line, f"{PLACE} is inside <{place.hidden_by}>, where nobody can read it.")
    else:
        for line, selector in reader.hiding:
            if selects_text(selector, reader.places[0].around):
                yield Fault(line, f"The style “{selector}” hides the text of the email.")


@dataclass(frozen=True, slots=True)
class _TextPlace:
    """Where the text goes: the line, the tag that hides it, if one does, and all around it."""

    line: int
    hidden_by: str
    around: tuple[Element, ...]


class _PageReader(HTMLParser):
    """The faults of a page, what it loads, where it has the place for the text, and the selectors
    that hide something (`hiding`, each with its line)."""

    def __init__(self, line: int = 0) -> None:
        super().__init__(convert_charrefs=False)
        self.faults: list[Fault] = []
        self.loaded: list[tuple[int, str]] = []
        self.places: list[_TextPlace] = []
        self.hiding: list[tuple[int, str]] = []
        self._open: list[tuple[Element, bool]] = [
            (Element("html"), False),
            (Element("body"), False),
        ]
        self._above = line

    @property
    def _line(self) -> int:
        return self.getpos()[0] + self._above

    def _fault(self, sentence: str) -> None:
        self.faults.append(Fault(self._line, sentence))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at a tag."""
        if tag in _UNWANTED:
            self._fault(f"<{tag}> has no place in an email.")
        given = [(name, value or "") for name, value in attrs]
        for name, value in given:
            self._attribute(tag, name, value)
        if tag == "meta":
            self._meta(dict(given))
        if tag not in _VOID:
            values = dict(given)
            hidden = "hidden" in values or hides(values.get("style", ""))
            classes = frozenset(values.get("class", "").split())
            self._open.append((Element(tag, values.get("id", ""), classes), hidden))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, and those inside it."""
        names = [element.tag for element, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        """Look at a text, or at a style sheet."""
        around = tuple(element for element, _ in self._open)
        if around and around[-1].tag == "style":
            self._style(data)
            self.hiding += ((self._line, one) for one in hiding_selectors(data))
        for _ in _PLACE.findall(data):
            hidden = (one.tag for one, hid in self._open if hid or one.tag in _NO_PLACE)
            self.places.append(_TextPlace(self._line, next(hidden, ""), around))

    def handle_comment(self, data: str) -> None:
        """Look into a comment: some mail programs read those that begin with [if …]."""
        inner = _PageReader(self._line - 1)
        inner.feed(data)
        inner.close()
        self.faults += inner.faults
        self.loaded += inner.loaded
        self.hiding += inner.hiding

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in {"srcdoc", "formaction", "ping"}:
            self._fault(f"{name} on <{tag}> runs or sends something.")
        elif name == "style":
            self._style(value)
        elif name in _LOADING:
            self._source(name, "".join(value.split()) if name != "srcset" else value)
        elif name in _FOLLOWED and not _LED_TO.match("".join(value.split())):
            self._fault(f"{name} on <{tag}> has to begin with https://, http://, mailto: or tel:.")

    def _source(self, name: str, value: str) -> None:
        if found := _REMOTE.findall(value) if name == "srcset" else _REMOTE.match(value):
            hosts = found if isinstance(found, list) else [found[1]]
            self.loaded += ((self._line, host.lower()) for host in hosts)
        elif not _PICTURE.fullmatch(value):
            self._fault(f"{name} has to begin with https:// or data:image/.")

    def _style(self, css: str) -> None:
        if sentence := style_fault(css):
            self._fault(sentence)
        self.loaded += ((self._line, host) for host in loaded_by_style(css))

    def _meta(self, said: dict[str, str]) -> None:
        kind = said.get("http-equiv", "").strip().lower()
        charset = said.get("charset", "") + said.get("content", "") * (kind == "content-type")
        if kind not in {"", "content-type", "x-ua-compatible"}:
            self._fault(f"<meta http-equiv={kind}> has no place in an email.")
        if charset and "utf-8" not in charset.lower():
            self._fault("The page says that it is not UTF-8, but emails are sent in UTF-8.")
