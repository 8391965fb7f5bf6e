"""The words sought in the help, as a pager seeks them: what is typed is marked, and nothing is
done."""

from collections.abc import Iterable, Iterator

from supportcli.rendering.ink import Ink, Spans
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode

_ASKS = "words of the help"


class HelpSearch:
    """What is sought in the help, and at which hit the page stands."""

    def __init__(self, context: InboxContext) -> None:
        self._context = context
        self._plain = context.help.lines
        self._words = ""
        self._line: int | None = None
        context.help.lines = self._lines

    def open(self) -> None:
        """Ask for the words."""
        self._context.filter_bar.open("", asks=_ASKS)
        self._context.mode = Mode.SEEK

    def typed(self) -> None:
        """Another character: go to the first hit from here on."""
        self._words, self._line = self._context.filter_bar.field.value.strip(), None
        found = self._hits()
        self._go(next((line for line in found if line >= self._context.help.top), None))
        told = f"{len(found)} found" if self._words else ""
        self._context.filter_bar.remark.put(told, Ink.DIM if found else Ink.WARNING)

    def apply(self) -> None:
        """Read on at the hit."""
        self._close()
        if self._words:
            self.walk(0)

    def cancel(self) -> None:
        """Seek nothing, and read on."""
        self._close()
        self.end()

    def leave(self) -> None:
        """Close the help too."""
        self._close()
        self.end()
        self._context.help.close()
        self._context.go_home()

    def end(self) -> bool:
        """Mark nothing any longer; False if nothing was."""
        sought, self._words, self._line = self._words, "", None
        self._draw()
        return bool(sought)

    def walk(self, hits: int) -> None:
        """Go to a later or an earlier hit, round at the end; 0 is the one reached."""
        found, notices = self._hits(), self._context.notices
        if not self._words:
            notices.warn(f"Nothing is sought: {self._context.key('help_find')} finds words here.")
        elif not found:
            notices.warn(f"“{self._words}” is not in the help.")
        else:
            at = found.index(self._line) + hits if self._line in found else 0
            self._go(found[at % len(found)])
            notices.say(f"Hit {at % len(found) + 1} of {len(found)}: {self._words}")

    def _close(self) -> None:
        self._context.filter_bar.close()
        self._context.mode = Mode.HELP

    def _hits(self) -> list[int]:
        words = self._words.casefold()
        lines = self._plain(self._context.help.width)
        return [at for at, line in enumerate(lines) if words and words in _text(line).casefold()]

    def _go(self, line: int | None) -> None:
        page = self._context.help
        self._line = line
        self._draw()
        if line is not None and not page.top <= line < page.top + page.size.height - 1:
            page.show_from(line - page.size.height // 3)

    def _draw(self) -> None:
        page = self._context.help
        page.put(tuple(page.lines(page.width)))

    def _lines(self, width: int) -> Iterator[Spans]:
        """The lines of the help, the hits in their ink, an arrow before the one that is reached."""
        for at, line in enumerate(self._plain(width)):
            spans = _with_hits(line, self._words.casefold()) if self._words else line
            yield (("▸", Ink.KEY), *_without_first(spans)) if at == self._line else spans


def _text(line: Spans) -> str:
    return "".join(text for text, _ in line)


def _with_hits(line: Spans, words: str) -> Spans:
    """A line whose letters are in their own ink, or in that of a hit."""
    text = _text(line).casefold()
    if words not in text or len(text) != len(_text(line)):
        return line
    inside = [False] * len(text)
    start = text.find(words)
    while start >= 0:
        inside[start : start + len(words)] = [True] * len(words)
        start = text.find(words, start + len(words))
    inks = (ink for letters, ink in line for _ in letters)
    return tuple(_joined(zip(_text(line), inks, inside, strict=True)))


def _joined(letters: Iterable[tuple[str, Ink, bool]]) -> Iterator[tuple[str, Ink]]:
    """Letters of one ink as one stretch."""
    text, now = "", Ink.TEXT
    for letter, ink, is_hit in letters:
        its = Ink.HIT if is_hit else ink
        if its is not now and text:
            yield text, now
            text = ""
        text, now = text + letter, its
    if text:
        yield text, now


def _without_first(line: Spans) -> Spans:
    """A line without its first cell, which is blank."""
    (text, ink), *others = line
    return ((text[1:], ink), *others)
