"""What an email of ours may carry of what a stranger wrote: nothing that nobody sees. The author of
a mail that is answered automatically may be forged, and then the answer goes to somebody who asked
for nothing: so no advertisement leaves with our help."""

import re
import unicodedata

_INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"

_LONGEST_NAME, _MOST_WORDS = 40, 5
_IN_NAMES = frozenset(" .,'’-‐·")

_LONGEST_SUBJECT, _LONGEST_WORD = 120, 40
_CALL = r"://|\bwww\b|(?:\+|\b00?)[1-9](?:[ ()/.-]?\d){5,}"  # also telephone numbers
_LEADS = re.compile(rf"{_CALL}|\w@\w", re.IGNORECASE)
_LURE = re.compile(rf"{_CALL}|@|[^\W_]\.[^\W\d_]{{2,}}|。[a-z]{{2,}}", re.IGNORECASE)
_PAGE = re.compile(r"[^\W_]\.[a-z]{2,}\b|。[a-z]{2,}")


def name_to_greet(name: str) -> str:
    """The name of a customer in what an agent sends: in any script, but "" if it leads
    to a page, an address or a telephone. A firm may be called as its page is."""
    plain = on_one_line(name)
    leads = _LEADS.search(plain) or (" " in plain and _PAGE.search(plain))
    return "" if leads else plain


def harmless_name(name: str) -> str:
    """A name to greet somebody by; "" if it may be anything but a person's or a firm's name."""
    plain = on_one_line(name)
    is_name = all(
        letter in _IN_NAMES or unicodedata.category(letter)[0] in "LM" for letter in plain
    )
    if not is_name or len(plain) > _LONGEST_NAME or len(plain.split()) > _MOST_WORDS:
        return ""
    return "" if _LURE.search(plain) else plain


def harmless_subject(subject: str) -> str:
    """A subject on one line; "" if somebody could follow it to a page, an address or a telephone,
    or if it is as long as a letter."""
    plain = on_one_line(subject)
    longest = max(map(len, plain.split()), default=0)
    if len(plain) > _LONGEST_SUBJECT or longest > _LONGEST_WORD:
        return ""
    return "" if _LURE.search(unicodedata.normalize("NFKC", plain)) else plain


def on_one_line(foreign: str) -> str:
    """Text without line breaks and without what nobody sees, such as marks that turn its
    direction."""
    spaced = " ".join(foreign.split())
    return "".join(
        letter
        for letter in spaced
        if letter in _JOINERS or unicodedata.category(letter) not in _INVISIBLE
    ).strip()
