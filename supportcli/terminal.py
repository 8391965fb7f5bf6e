"""The only way from foreign text to a terminal, a log line, a window title or an error sentence.

Neither rich nor Textual protects a terminal: ESC, OSC 52 and C1 pass straight through both. What a stranger wrote (subjects, names, bodies, file
names, a server's banner) goes through `clean` first. Nothing is dropped silently: every control that is taken out leaves a mark.
"""

import re
import unicodedata

MARK = "\ufffd"
"""What stands where something without a picture of its own was taken out."""

# What may be shown. The gaps are C0, DEL and C1; invisible joiners and fillers; whatever turns the direction of writing; zero width, separators
# and annotations; shorthand and music controls; tags; surrogates and noncharacters. (Written as what is allowed, a search is ten times faster.)
_SAFE = (
    " -~\u00a0-\u00ac\u00ae-\u034e\u0350-\u061b\u061d-\u115e\u1161-\u17b3\u17b6-\u180d\u180f-\u200a\u200c\u200d\u2010-\u2027\u202f-\u205f"
    "\u2070-\u3163\u3165-\ud7ff\ue000-\ufdcf\ufdf0-\ufefe\uff00-\uff9f\uffa1-\uffef\ufffc\ufffd"
    "\U00010000-\U0001bc9f\U0001bca4-\U0001d172\U0001d17b-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd\U000e0100-\U000e01ef"
    "\U000f0000-\U000ffffd\U00100000-\U0010fffd"
)
# What is safe wherever it stands: letters of scripts without combining marks, punctuation, emoji.
_PLAIN = (
    "\n -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u200a\u2010-\u2027\u202f-\u205f\u2070-\u20cf\u2100-\u2cee"
    "\u2d00-\u2d7e\u2e00-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua66e\uac00-\ud7ff\uf900-\ufb1d\uff00-\uff9f\U0001f000-\U0001faff"
)
_EMOJI = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u23ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_JOINING_SCRIPTS = "\u0600-\u0dff\u1000-\u109f\u1780-\u18af\u1b00-\u1bff\ua840-\ua87f\ufb50-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
_MOST_COMBINING = 4

UNSAFE = re.compile(f"[^{_SAFE}]")
"""A character that never goes to a terminal. The inbox's line filter searches what is about to be painted for it, as a second net."""

_UNUSUAL = re.compile(f"[^{_PLAIN}]")
_OUT_OF_PLACE = re.compile(
    f"[^\n{_SAFE}]"
    # a joiner may stand between emoji, and inside the words of scripts that join
    f"|(?<![{_JOINING_SCRIPTS}])\u200c|(?<![{_JOINING_SCRIPTS}{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|[\u200c\u200d](?=[\u200c\u200d])"
    # a presentation selector belongs to an emoji, or to the digit of a keycap
    f"|(?<![{_EMOJI}])[\ufe0e\ufe0f](?!\u20e3)"
)
# combining marks are neither word characters nor spaces; `_shortened` looks closer
_RUN = re.compile(rf"[^\w\s\x00-\u02ff]{{{_MOST_COMBINING + 1},}}")

_PICTURES = {chr(code): chr(0x2400 + code) for code in range(0x20)} | {"\x7f": "\u2421", "\u00ad": "-"}


def clean(text: str, *, lines: bool = False) -> str:
    """`text` made safe for a terminal, with a mark for each control that was taken out.

    C0 and DEL become their control pictures (ESC is ␛), which are one cell wide; a soft hyphen becomes a hyphen; C1, bidirectional controls, line
    separators, zero-width characters outside emoji and joining scripts, tags, lone surrogates and noncharacters become U+FFFD; of more than four
    combining marks on one letter the rest becomes one U+FFFD. Without `lines` the answer is one line: a newline is ␊, a tab a space. With `lines`
    newlines stay (CR LF counts as one) and tabs are expanded to eight columns. Cleaning twice changes nothing more.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").expandtabs() if lines else text.replace("\n", _PICTURES["\n"]).replace("\t", " ")
    if _UNUSUAL.search(text) is None:
        return text
    return _OUT_OF_PLACE.sub(_replacement, _RUN.sub(_shortened, text))


def _replacement(found: re.Match[str]) -> str:
    return _PICTURES.get(found[0], MARK)


def _shortened(found: re.Match[str]) -> str:
    """A run of signs in which no letter carries more than four combining marks."""
    kept: list[str] = []
    marks = 0
    for sign in found[0]:
        marks = marks + 1 if unicodedata.category(sign) in {"Mn", "Me"} else 0
        if marks <= _MOST_COMBINING:
            kept.append(sign)
        elif marks == _MOST_COMBINING + 1:
            kept.append(MARK)
    return "".join(kept)
