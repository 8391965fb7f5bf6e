"""What stands below a text: the mail that it answers, quoted, or the mail that it passes on, as it
was."""

import re
from dataclasses import dataclass

from supportcli.domain.mail import Mail

MAX_QUOTED = 20_000
"""The most characters of history that a reply quotes; the ticket and the customer's own copy have
all of it."""

MAX_FORWARDED = 1_000_000
"""The most characters of a mail that is passed on."""

FORWARDED = "---------- Forwarded message ----------"
"""The line above a mail that is passed on: what mail programs look for."""

_CUT = "[…]"
_LINE_END = re.compile("\r\n|[\r\x85\u2028\u2029]")
_NO_TEXT = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_UNSEEN = re.compile(
    "(\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f)"  # a flag, as that of Scotland
    "|[\u00ad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""What nobody sees, and marks that turn the direction of all that follows. Those beside a letter
(U+061C, U+200E, U+200F) stay, and the joiners of emoji and scripts."""


@dataclass(frozen=True, slots=True)
class History:
    """A mail below a text: what is said of it, and its lines, which are quoted if it is
    answered."""

    above: tuple[str, ...]
    lines: tuple[str, ...]
    is_answered: bool = True

    @property
    def text(self) -> list[str]:
        """It as the text part has it."""
        if self.is_answered:
            return [*self.above, *(_quote(line) for line in self.lines)]
        return [*self.above, "", *self.lines]


def answered(parent: Mail | None) -> History | None:
    """The mail that is answered; None if there is none, or nothing in it."""
    lines = _lines(parent.text, MAX_QUOTED) if parent is not None else ()
    return History((_attribution(parent),), lines) if parent is not None and lines else None


def passed_on(mail: Mail) -> History:
    """A mail that is passed on, with the headers that matter to people."""
    people = (("To", mail.to), ("Cc", mail.cc))
    headers = [
        ("From", str(mail.sender or "")),
        ("Date", f"{mail.sent:%Y-%m-%d %H:%M} UTC" if mail.sent else ""),
        ("Subject", mail.subject),
        *((name, ", ".join(str(one) for one in found)) for name, found in people),
    ]
    shown = [f"{name}: {_on_one_line(value)}" for name, value in headers if value.strip()]
    return History((FORWARDED, *shown), _lines(mail.text, MAX_FORWARDED), is_answered=False)


def clean(text: str) -> str:
    """Text that is safe to send, and shows all it has: line ends of any kind become proper ones
    (bare CR and LF enable smuggling), control characters and half characters are replaced, and what
    nobody sees is left out: it could turn `photo[U+202E]gpj.exe` into the name of a picture."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", _UNSEEN.sub(r"\1", _LINE_END.sub("\n", text)))


def _lines(text: str, most: int) -> tuple[str, ...]:
    lines = clean(text[:most]).strip("\n").split("\n")
    if len(text) > most:
        return (*lines, _CUT)
    return tuple(lines) if lines != [""] else ()


def _quote(line: str) -> str:
    return f">{line}" if line.startswith(">") else f"> {line}".rstrip()


def _attribution(parent: Mail) -> str:
    """The line above the history, in a form that mail programs can fold."""
    if parent.sender is None:
        return "Earlier:"
    when = f"{parent.sent:%Y-%m-%d at %H:%M} UTC, " if parent.sent else ""
    return _on_one_line(f"On {when}{parent.sender} wrote:")


def _on_one_line(text: str) -> str:
    return clean(text).replace("\n", " ")
