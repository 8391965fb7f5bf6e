"""Pasted text as a terminal brings it, between two marks (xterm's bracketed paste). Pure.

Textual's parser also looks for escape sequences within it, and returns those it does not know as
keys: a coloured log, pasted into the list, would press keys.

So an escape within a paste becomes ␛, as it is shown everywhere, before the parser sees it."""

BEGINS, ENDS = "\x1b[200~", "\x1b[201~"
_ESCAPE, _SHOWN = "\x1b", "\u241b"


class Pastes:
    """What is read, in pieces of any length. Outside a paste nothing is changed or kept back;
    within, a possible start of the end mark waits for the rest."""

    def __init__(self) -> None:
        self._inside = False
        self._rest = ""

    def marked(self, read: str) -> str:
        """The same, the escapes within pastes marked."""
        marked = ""
        while read:
            some, read = (self._within if self._inside else self._outside)(read)
            marked += some
        return marked

    def _outside(self, read: str) -> tuple[str, str]:
        passed, text = len(self._rest), self._rest + read
        begins = text.find(BEGINS)
        if begins < 0:
            self._rest = text[1 - len(BEGINS) :]
            return read, ""
        self._inside, self._rest = True, ""
        end = begins + len(BEGINS) - passed
        return read[:end], read[end:]

    def _within(self, read: str) -> tuple[str, str]:
        text, self._rest = self._rest + read, ""
        pasted, ends, behind = text.partition(ENDS)
        self._inside = not ends
        if not ends:
            kept = next(size for size in range(len(ENDS) - 1, -1, -1) if text.endswith(ENDS[:size]))
            pasted, self._rest = text[: len(text) - kept], text[len(text) - kept :]
        return pasted.replace(_ESCAPE, _SHOWN) + ends, behind
