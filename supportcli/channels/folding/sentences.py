"""The sentences of mail programs in a plain form for comparison, however the program writes an
address, a number or a space."""

import re

from supportcli.channels.folding.datelines import spaced

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FIRST_LETTER = re.compile(r"[^\W_](?![?*+{])")
_SPACES = re.compile(r"\s+")
_TWICE = re.compile(r"<mailto:[^<>]*>(?=>)|(?<=>)\s?<mailto:[^<>]*>", re.IGNORECASE)
_MAILTO = re.compile(r"\[mailto:([^\[\]]*)\]|<\s?mailto:([^<>]*)>", re.IGNORECASE)
_IN_PARENTHESES = re.compile(r"\(([^\s<>()@]+@[^\s<>()@]+)\)")
_FOREIGN_DIGIT = re.compile(r"(?![0-9])\d")
_COMMAS = re.compile("[、，،]\\s?")
_IN_BRACKETS = re.compile(r"<\s*+([^<>\s]*+)(?:\s++([^<>\s]*+))?+\s*+>")
_NO_SPACE_BEFORE = re.compile(r"(?<=[^\s(<])<(?=[^<>\s]*@)")


def alternatives(patterns: str) -> str:
    """Patterns separated by white space, as one pattern. "_" is a space within one of them, "_?" an
    optional space. Those with the same first letter are grouped, so that it is compared only
    once."""
    rests: dict[str, list[str]] = {}
    for one in patterns.split():
        first = _FIRST_LETTER.match(one)
        begin = first[0] if first is not None else ""
        rests.setdefault(begin, []).append(one.removeprefix(begin))
    found = "|".join(f"{begin}(?:{'|'.join(rest)})" for begin, rest in rests.items())
    return f"(?:{found})".replace("_?", r"\s?").replace("_", r"\s+")


def plain_line(line: str) -> str:
    """A line without invisible characters, and without spaces and stars around it."""
    return _INVISIBLE.sub("", line).strip().lstrip("*").strip()


def plain_sentence(sentence: str) -> str:
    """`sentence` with its address in plain brackets, however the mail program wrote it."""
    said = _FOREIGN_DIGIT.sub(
        lambda found: str(int(found[0])), sentence.replace("&lt;", "<").replace("&gt;", ">")
    )
    said = _IN_PARENTHESES.sub(r"<\1>", _COMMAS.sub(", ", said))
    said = _SPACES.sub(" ", _TWICE.sub("", said))
    said = _MAILTO.sub(lambda found: f"<{(found[1] or found[2]).split(' ')[-1].strip('<>')}>", said)
    said = _IN_BRACKETS.sub(_without_space, said)
    return spaced(_NO_SPACE_BEFORE.sub(" <", said).lstrip("- "))


def _without_space(found: re.Match[str]) -> str:
    """An address in brackets without the spaces inside; other text stays as it is."""
    first, second = found[1], found[2] or ""
    return f"<{first}{second}>" if "@" in (second or first) else found[0]
