"""Signatures: what stands below a reply, behind the two hyphens of Usenet (RFC 3676, 4.3), once.

The agent's own lines come first, the mailbox's below them. What an agent has typed or pasted of
them is not repeated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from supportcli.domain.canned.placeholders import Fault, blanks, without_marks
from supportcli.domain.canned.responses import body_text
from supportcli.domain.mail import Fold, FoldKind

SEPARATOR = "-- "
"""The line between a text and its signature."""

MOST = 2_000
"""The most characters of a signature."""

MOST_LINES = 20
"""The most lines of a signature."""

_MOST_TYPED = 12
"""How far up a separator that an agent has typed begins a signature."""


@dataclass(frozen=True, slots=True)
class SignedText:
    """What an agent wrote (`words`), and the lines below it; `signature` begins with the separator,
    unless the agent has typed one, and is empty if there is nothing to add."""

    words: str
    signature: str = ""

    @property
    def whole(self) -> str:
        """Both, as the mail says them."""
        if not self.signature:
            return self.words
        gap = "\n\n" if self.signature.startswith(SEPARATOR) else "\n"
        return f"{self.words}{gap}{self.signature}"

    @property
    def folds(self) -> tuple[Fold, ...]:
        """The signature as a fold of `whole`."""
        if not self.signature:
            return ()
        end = len(self.whole)
        return (Fold(end - len(self.signature), end, FoldKind.SIGNATURE),)


def signed(text: str, parts: Sequence[str]) -> SignedText:
    """A text with these parts of a signature, each at most once, behind one separator."""
    lines = _ended(text.split("\n"))
    parts = [part for part in parts if part.strip()]
    block = "\n".join(parts)
    if not block:
        return SignedText(text)
    while (shorter := _without(lines, [block, *parts])) != lines:
        lines = shorter
    is_begun = SEPARATOR in lines[-_MOST_TYPED:]
    return SignedText("\n".join(lines), block if is_begun else f"{SEPARATOR}\n{block}")


def _without(lines: list[str], parts: Sequence[str]) -> list[str]:
    """A text without one of these parts at its end, and without the separators above that."""
    for part in parts:
        wanted = [line.strip() for line in part.split("\n") if line.strip()]
        at = _begins(lines, wanted)
        if at is not None:
            return _ended(lines[:at])
    return lines


def _begins(lines: Sequence[str], wanted: list[str]) -> int | None:
    """The line from which on a text has just these lines, besides blank ones; None if it does
    not. A text that is nothing else is the agent's words."""
    at = len(lines)
    for line in reversed(wanted):
        while at and not lines[at - 1].strip():
            at -= 1
        if not at or lines[at - 1].strip() != line:
            return None
        at -= 1
    return at if any(line.strip() for line in lines[:at]) else None


def _ended(lines: list[str]) -> list[str]:
    """Lines without blank ones and separators at their end; the first line stays."""
    end = len(lines)
    while end > 1 and lines[end - 1].strip() in {"", "--"}:
        end -= 1
    return lines[:end]


def typed(text: str) -> str:
    """A signature as it is kept: without blank lines around it, and without the separator, which is
    added by itself."""
    lines = body_text(text).split("\n")
    if lines[0].rstrip() == "--":
        lines = lines[1:]
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def faults(text: str) -> Iterator[Fault]:
    """What is wrong with a signature, besides its placeholders."""
    if len(text) > MOST:
        yield Fault(0, f"It has {len(text):,} characters; the limit is {MOST:,}.")
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        yield Fault(0, f"It has {len(lines)} lines; the limit is {MOST_LINES}.")
    for place, line in enumerate(lines, 1):
        if line.rstrip() == "--":
            yield Fault(place, "A second separator would hide what is above it.")
        if "⟦" in line or "⟧" in line:
            yield Fault(place, "Nobody can fill in a blank of a signature: leave out ⟦ and ⟧.")


def without_blanks(text: str) -> str:
    """A filled signature without what is unknown: a line that had nothing else is left out."""
    if not blanks(text):
        return text
    kept = ((line, without_marks(line)) for line in text.split("\n"))
    return "\n".join(
        bare.rstrip() for line, bare in kept if line == bare or any(sign.isalnum() for sign in bare)
    )
