"""The only way from foreign text to a terminal, a log line, a window title or an error sentence.

Neither rich nor Textual protects a terminal: ESC, OSC 52 and C1 pass through both unchanged. A
stranger's text (subjects, names, bodies, file names, a server's banner) goes through `clean` first.
Nothing is dropped silently: every control that is removed leaves a mark."""

import re
from functools import cache

MARK = "\ufffd"
"""Replaces what was removed and has no picture of its own."""

_INVISIBLE = (
    "\x7f-\x9f"  # DEL and C1: U+009B alone begins an escape sequence
    # soft hyphen, joiners and fillers that show nothing
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u3164\uffa0"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # marks that change the direction of writing
    # zero width, line and paragraph separators, annotations
    "\u200b\u2028\u2029\u2060-\u2065\ufeff\ufff0-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"  # lone surrogates and noncharacters
    # shorthand and music controls
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U0001fffe\U0001ffff\U0002fffe\U0002ffff"
    # tags, and empty planes
    "\U0003fffe-\U000e00ff\U000e01f0-\U000effff\U000ffffe\U000fffff\U0010fffe\U0010ffff"
)
# what is safe everywhere: scripts that are written without combining marks, punctuation,
# emoji
_PLAIN = (
    "\n "
    "-~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u200a\u2010-\u2027\u202f-\u205f\u2070-\u20cf\u2100-\u2cee"
    "\u2d00-\u2d7e\u2e00-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua66e\uac00-\ud7ff"
    "\uf900-\ufb1d\uff00-\uff9f\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
)
_EMOJI = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_JOINING_SCRIPTS = (
    "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1bff\ua840-\ua87f\ufb50-\ufdcf"
    "\ufdf0-\ufdff\ufe70-\ufefc"
)

UNSAFE = re.compile(f"[\x00-\x1f{_INVISIBLE}]")
"""A character that never goes to a terminal. As a second safeguard the inbox's line filter searches
what is about to be painted for it."""

_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {
    "\x7f": "\u2421",
    "\u00ad": "-",
}
_MOST_COMBINING = 4


def clean(text: str, *, lines: bool = False) -> str:
    """`text` made safe for a terminal, with a mark for each control that was removed.

    - C0 and DEL become their control pictures (ESC is ␛), which are one cell wide; a soft hyphen
      becomes a hyphen.
    - C1, bidirectional controls, line separators, zero-width characters outside emoji and joining
      scripts, tags, lone surrogates and noncharacters become U+FFFD.
    - Of more than four combining marks on one character the rest becomes one U+FFFD.
    - Without `lines` the result is one line: a newline is ␊, a tab a space. With `lines` newlines
      stay (CR LF counts as one) and tabs are expanded to eight columns.

    Cleaning again changes nothing more."""
    if text.isascii() and text.isprintable():
        return text
    text = (
        text.replace("\r\n", "\n").expandtabs()
        if lines
        else text.replace("\n", _PICTURES["\n"]).replace("\t", " ")
    )
    if _unusual().search(text) is None:
        return text
    return _looks().sub("", _out_of_place().sub(_replacement, _run().sub(_shortened, text)))


# Compiling a large set takes milliseconds, which a start without such text need not wait for.


@cache
def _unusual() -> re.Pattern[str]:
    """A fast first check; a match may still be harmless."""
    return re.compile(f"[^{_PLAIN}]")


@cache
def _out_of_place() -> re.Pattern[str]:
    return re.compile(
        f"[\x00-\x09\x0b-\x1f{_INVISIBLE}]"
        # a joiner may be between emoji, and inside the words of scripts that join
        f"|(?<![{_JOINING_SCRIPTS}])\u200c|(?<![{_JOINING_SCRIPTS}{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|[\u200c\u200d](?=[\u200c\u200d])"
        # a presentation selector belongs to an emoji, or to the digit of a keycap
        f"|(?<![{_EMOJI}])[\ufe0e\ufe0f](?!\u20e3)"
    )


@cache
def _looks() -> re.Pattern[str]:
    """What only changes the look of an emoji; `_out_of_place` has already marked it elsewhere."""
    return re.compile(f"[\ufe0e\ufe0f]|(?<=[{_EMOJI}\ufe0f])[\u200d\U0001f3fb-\U0001f3ff]")


@cache
def _run() -> re.Pattern[str]:
    """Where there may be too many combining marks: they are neither word characters nor spaces.
    `_shortened` looks closer."""
    return re.compile(rf"[^\w\s\x00-\u02ff]{{{_MOST_COMBINING + 1},}}")


def _replacement(found: re.Match[str]) -> str:
    return _PICTURES.get(found[0], MARK)


def _shortened(found: re.Match[str]) -> str:
    """A run of characters in which none has more than four combining marks."""
    import unicodedata  # noqa: PLC0415  # for the rare text that gets here

    kept: list[str] = []
    marks = 0
    for sign in found[0]:
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= _MOST_COMBINING:
            kept.append(sign)
        elif marks == _MOST_COMBINING + 1:
            kept.append(MARK)
    return "".join(kept)
