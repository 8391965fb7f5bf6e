"""The mails of a mailbox that wait for a decision, in their order: parsed ahead, decided in
batches."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from supportcli.desk import Desk
from supportcli.desk.mail.tally import Tally
from supportcli.domain.mailbox import Mailbox
from supportcli.storage.mail import mails
from supportcli.storage.mail.mails import Pending

if TYPE_CHECKING:
    from supportcli.channels.parsers import Parsed, Parsers

WINDOW = 200
WINDOW_BYTES = 16 * 1024 * 1024
"""How many mails are parsed and put into thread order at once: so many, or so many raw bytes.
Three such windows are in memory together."""

AHEAD = 2
"""How many windows are parsed ahead, so that the parsers always have something to do."""


@dataclass(frozen=True, slots=True)
class Window:
    """Mails that are being parsed."""

    mails: list[Pending]
    parsed: "Parsed"


class Waiting:
    """The mails of a mailbox that wait for a decision. While a window of them is decided, the next
    one is parsed."""

    def __init__(self, desk: Desk, mailbox: Mailbox, tally: Tally, parsers: "Parsers") -> None:
        self._desk = desk
        self._mailbox = mailbox
        self._tally = tally
        self._parsers = parsers
        self._parsing: deque[Window] = deque()

    def decide(self, *, ahead: bool = False) -> Iterator[int]:
        """Decide every mail that waits, oldest first and replies after their parents, and count
        them. With `ahead` more is to come: then the last window is only parsed.

        Many mails share a transaction; if it fails, each has one of its own. Yields repeatedly how
        many are left.

        A mail that breaks something is held and never stops the one after it. An error of the desk
        itself (SupportError) ends the work; what is left waits for the next time."""
        begun = {one.id for window in self._parsing for one in window.mails}
        with self._desk.db.read() as tx:
            ids = [one for one in mails.pending_ids(tx, self._mailbox.id) if one not in begun]
        left = len(ids) + len(begun)
        if not left:
            return
        from supportcli.desk.mail.deciding.windows import settled  # noqa: PLC0415  # see `channels.parse`

        coming = self._windows(ids)
        while self._look_ahead(coming) > ahead:
            window = self._parsing.popleft()
            self._look_ahead(coming)
            mailbox, parsed = self._mailbox.id, window.parsed()
            for count in settled(self._desk, mailbox, window.mails, parsed, self._tally):
                left -= count
                yield left

    def _look_ahead(self, coming: Iterator[list[Pending]]) -> int:
        """Begin to parse the next windows; returns how many are being parsed."""
        for pending in islice(coming, max(0, AHEAD - len(self._parsing))):
            self._parsing.append(Window(pending, self._parsers.parse([one.raw for one in pending])))
        return len(self._parsing)

    def _windows(self, ids: Sequence[int]) -> Iterator[list[Pending]]:
        """The mails with these ids, as far as they still wait."""
        start = 0
        while start < len(ids):
            some = ids[start : start + WINDOW]
            with self._desk.db.read() as tx:
                window = mails.pending(tx, some, WINDOW_BYTES)
            if window:
                yield window
            start = ids.index(window[-1].id, start) + 1 if window else start + len(some)
