"""Address headers (RFC 5322, section 3.4) → names and addresses. One pass without recursion, for
what mailers really write."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from supportcli.channels.headers import encoded_words
from supportcli.channels.headers.header_block import unfold
from supportcli.domain.mail import Address

_TOKEN = re.compile(
    r'(?P<address>"(?:[^"\\]++|\\.)*+"\s*+@\s*+[^\s,;:<>"()]++)'
    r'|(?P<quoted>"(?:[^"\\]++|\\.)*+(?:"|\\?\Z))'
    r"|(?P<word>=\?[^?\s=]{1,60}\?[bBqQ]\?[^?]*+\?=)"
    r"|(?P<angle><[^<>]*+>?)"
    r"|(?P<mark>[,;:()])"
    r"|(?P<space>\s++)"
    r'|(?P<atom>(?:[^\s,;:<>"()=]++|=(?!\?))+)'
    r"|(?P<stray>.)",
    re.DOTALL,
)
# One mailbox, as nearly all headers have it: perhaps a name, an address with or without brackets.
_USUAL = re.compile(
    r'(\s*+(?:"[^"\\]*+"(?!\s*+@))?[^,;:()<>"]*+)(?:<([^<>?]*+)>(\s*+))?', re.DOTALL
)
_QUOTED = re.compile(r'"((?:[^"\\]++|\\.)*+)"?', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ADDRESS = re.compile(
    r'(?:[^\s@<>"()\[\],;:\uff1c\uff1e]++|"(?:[^"\\<>\x00-\x1f]|\\[^<>\x00-\x1f])++")'
    r'@(?:\[[^\s\[\]<>"]++\]|[^\s@<>,;:"()\[\]&\uff1c\uff1e]++)'
)
_APART = re.compile(r"[\s<>\"'()\[\],;:]++")
_LONGEST_ADDRESS = 320
"""64 characters, an @ and 255 (RFC 5321, section 4.5.3.1). Addresses are keys, and PostgreSQL's are
limited to 2,704 bytes."""
_LONGEST_KNOWN = 500
"""The most bytes of a header whose addresses are kept for the next question."""
_SPACED_AT = re.compile(r"\s*@\s*")
_COMMENT = re.compile(r"\([^()]*+\)")
_MAILTO = re.compile(r"(?i)\bmailto:\s*+")
_LEFT_OVER = re.compile(r"^[\])>\s]++|[\[(<>\s]++$")
_LAST_OF_NAME = re.compile(
    r"(?i)\s{0,9}(?:ltd|limited|inc|llc|llp|plc|corp|co|gmbh|ag|kg|s\.?a|s\.?r\.?l|s\.?p\.?a|b\.?v|"
    r"pty ltd|ph\.?d|m\.?d|m\.?a|jr|sr|esq|mba|cpa|iii?)\.?\s{0,9}<"
)
_ENDS_WITH_ADDRESS = re.compile(r"\S\s*<[^<>\s]{1,320}@[^<>\s]{1,320}>$")
_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad\ufffd"))
"""Invisible characters, and the replacement character, which are no part of an address."""

_WIDE = str.maketrans("\uff1c\uff1e\uff20\uff0e\u00a0\u3000", "<>@.  ")
"""Brackets, at sign and full stop of East Asian keyboards, and spaces other than mail's own."""


@dataclass(slots=True)
class _Mailbox:
    """One mailbox as it is being read."""

    phrase: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: str = ""

    def take_angle(self, inner: str) -> None:
        """Take the text in brackets as the address. If a second pair of brackets has an address,
        that counts, and the first pair is a name."""
        if "@" in inner and self.angle and "@" not in self.angle:
            self.phrase.append(self.angle)
        if "@" in inner or not self.angle:
            self.angle = inner


def parse_addresses(raw: bytes, charset: str | None = None) -> tuple[Address, ...]:
    """The mailboxes in the raw value of From, To and the like, in order. Groups are opened; a
    comment becomes the name if there is no other.

    A mailbox without address and name is left out; one with only a name has the address "".
    `charset` is the one the mail declares for its body, for names in raw 8-bit text."""
    return (_known if len(raw) <= _LONGEST_KNOWN else _parsed)(raw, charset)


def _parsed(raw: bytes, charset: str | None) -> tuple[Address, ...]:
    text = unfold(encoded_words.unencoded(raw, charset))
    found = _read(text)
    if not any(one.address for one in found) and ("@" in text or "=?" in text or "\uff20" in text):
        found = next((again for again in _again(text) if any(one.address for one in again)), found)
    return tuple(one for one in found if one.address or one.name)


# A mail's From is asked for several times, and its To is that of the mail before.
_known = lru_cache(maxsize=128)(_parsed)


def _read(text: str) -> list[Address]:
    if "mailto:" in text.lower():
        text = _MAILTO.sub("", text)
    usual = _USUAL.fullmatch(text)
    if usual is None:
        return [_address(mailbox) for mailbox in _mailboxes(text)]
    phrase, angle, rest = usual.groups("")
    return [_address(_Mailbox([phrase, rest], angle=angle.strip(" \t")))]


def _again(text: str) -> Iterator[list[Address]]:
    """The mailboxes of a header without an address in its usual form: it may be a single encoded
    word or quoted string, have a quote or comment that never ends, or have the marks of another
    script.

    The last attempt is anything that looks like an address, with the words around it."""
    decoded = unfold(encoded_words.decode_words(text)).replace("&lt;", "<").replace("&gt;", ">")
    yield _read(decoded)
    yield _read(decoded.translate(_WIDE))
    unquoted = decoded.translate(_WIDE).replace('"', " ")
    yield _read(unquoted)
    yield _read(unquoted.replace("(", " ").replace(")", " "))
    for word in _APART.split(unquoted):
        if "@" in word and (address := _valid(word)):
            yield [Address.of(_name(unquoted.replace(word, " ", 1)), address)]
            return


def _mailboxes(text: str) -> Iterator[_Mailbox]:
    """The mailboxes of a header, split at commas (and at the semicolons of Outlook and of groups);
    a colon ends the name of a group."""
    mailbox, depth = _Mailbox(), 0
    for token in _TOKEN.finditer(text):
        kind, value = token.lastgroup, token[0]
        if kind == "mark" and value in "()":
            depth = max(0, depth + (1 if value == "(" else -1))
        elif depth:
            mailbox.comment.append(value)
        elif kind == "mark" and not _is_in_name(mailbox, text, token):
            if value != ":" or "@" in mailbox.angle:
                yield mailbox
            mailbox = _Mailbox()
        elif kind == "angle":
            mailbox.take_angle(value.strip("<> \t"))
        elif kind == "address" and not mailbox.angle:
            mailbox.take_angle(value)
        else:
            mailbox.phrase.append(value)
    yield mailbox


def _is_in_name(mailbox: _Mailbox, text: str, mark: re.Match[str]) -> bool:
    """Whether a comma stands before the last words of a name, as in "Berg, Ltd. <olga@…>"."""
    if mark[0] != "," or mailbox.angle or mailbox.comment:
        return False
    return any(map(str.strip, mailbox.phrase)) and _LAST_OF_NAME.match(text, mark.end()) is not None


def _address(mailbox: _Mailbox) -> Address:
    """Name and address of one mailbox. The address is in brackets (after an obsolete route, if
    any), or is the last word with an @."""
    phrase = "".join(mailbox.phrase)
    angle = mailbox.angle
    if "(" in angle and '"' not in angle:
        angle = _COMMENT.sub("", angle)
    address = _valid(angle if "@[" in angle or '"' in angle else angle.rpartition(":")[2])
    if not address:
        address, phrase = _split_address(phrase)
        if not address and mailbox.angle:
            phrase = f"{phrase} {mailbox.angle}"
    name = _name(phrase) or _name("".join(mailbox.comment))
    return Address.of("" if name.lower() == address.lower() else name, address)


def _split_address(phrase: str) -> tuple[str, str]:
    """The last word of `phrase` that is an address, and the other words; "" and `phrase` if none
    is."""
    if "@" not in phrase:
        return "", phrase
    spoken = (_SPACED_AT.sub("@", phrase) if " @" in phrase or "@ " in phrase else phrase).split()
    for place in range(len(spoken) - 1, -1, -1):
        if "@" in spoken[place] and (address := _valid(spoken[place])):
            return address, " ".join(spoken[:place] + spoken[place + 1 :])
    return "", phrase


def _valid(address: str) -> str:
    """`address` as it is spelled, or "" if it is no address."""
    if not address.isascii():
        address = address.translate(_UNSEEN)
    joined = _SPACED_AT.sub("@", address.strip(" \t\xa0'<>")).rstrip(".")
    if "=?" in joined:
        return ""
    if joined[-1:] == "]" and "@[" not in joined:
        joined = joined.strip("[]")
    return joined if len(joined) <= _LONGEST_ADDRESS and _ADDRESS.fullmatch(joined) else ""


def _name(phrase: str) -> str:
    """The words of a phrase: without quotes and escapes, encoded words decoded (even inside quotes,
    where they should not be)."""
    text = (
        _QUOTED.sub(lambda quoted: _ESCAPED.sub(r"\1", quoted[1]), phrase)
        if '"' in phrase
        else phrase
    )
    name = " ".join(encoded_words.decode_words(text).split())
    if name[-1:] == ">" and _ENDS_WITH_ADDRESS.search(name[-_LONGEST_ADDRESS:]):
        return name
    return _LEFT_OVER.sub("", name) if name[-1:] in "[(<>" or name[:1] in "])>" else name
