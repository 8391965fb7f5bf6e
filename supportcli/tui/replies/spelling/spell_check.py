"""Spelling while a text is written: words in sight are checked when the hands rest, in a thread;
those that the agent's checker does not know are marked, and a key walks to the next one."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from supportcli.domain.text.spelled_words import spelled_words
from supportcli.tui.context import InboxContext
from supportcli.tui.keys import Mode
from supportcli.tui.replies.spelling.speller import Speller
from supportcli.tui.replies.writing import Writing
from supportcli.tui.tickets.choices import Choosing
from supportcli.tui.widgets.picker import Choice

if TYPE_CHECKING:
    from supportcli.config import Settings
    from supportcli.errors import SupportError
    from supportcli.tui.replies.composition import Text

PAUSE = 0.6
"""Seconds without a key after which words are checked: nobody reads marks while typing."""

_LOOK = 0.1
"""Seconds until it is looked again whether the checker has answered what it was asked before."""

_MOST_KNOWN = 20_000
"""Words whose answers are kept; with more, all are asked again."""

_LEAVE, _LEARN = "leave it", "add it to my dictionary"
_SETTING = 'spell_command = "aspell -a"'

Answers = Mapping[str, tuple[str, ...] | None]


class WordPlace(NamedTuple):
    """A word of the text: its line, and where in it it begins and ends."""

    row: int
    start: int
    end: int
    word: str


class SpellCheck:
    """The answers to all words that were ever asked, and one question at a time."""

    def __init__(
        self, context: InboxContext, choosing: Choosing, writing: Writing, settings: "Settings"
    ) -> None:
        self._context = context
        self._choosing = choosing
        self._writing = writing
        command = settings.inbox.spell_command
        self._speller = Speller(command, settings.path) if command else None
        self._known: dict[str, tuple[str, ...] | None] = {}
        self._fault = ""
        self._typed_at = 0.0
        self._waits = self._asks = self._has_ended = False
        self._told: Text | None = None
        if self._speller is not None:
            context.composer.editor.wrong = self._wrong

    # While the agent writes

    def typed(self) -> None:
        """The text has changed: check it once there is a pause."""
        if self._speller is not None and not self._fault:
            self._typed_at = time.monotonic()
            if not self._waits:
                self._waits = True
                self._context.later(PAUSE, self._paused)

    def _paused(self) -> None:
        left = self._typed_at + PAUSE - time.monotonic()
        if left > 0 or self._asks:
            self._context.later(max(left, _LOOK), self._paused)
            return
        self._waits = False
        if self._context.mode is Mode.WRITE:
            editor = self._context.composer.editor
            self._ask(self._words(editor.rows_in_sight), self._mark, self._fail)

    def _ask(
        self,
        places: Iterable[WordPlace],
        then: Callable[[], None],
        failed: "Callable[[SupportError], None]",
    ) -> None:
        """Have the checker answer those words that it was not asked yet."""
        words = list(dict.fromkeys(one.word for one in places if one.word not in self._known))
        speller = self._speller
        if speller is None or not words:
            then()
            return

        def came(answers: Answers) -> None:
            self._asks = False
            if len(self._known) > _MOST_KNOWN:
                self._known.clear()
            self._known |= answers
            then()

        def refused(error: "SupportError") -> None:
            self._asks, self._fault = False, error.sentence
            if not self._has_ended:
                failed(error)

        self._asks = True
        self._context.work.aside(lambda _: speller.suggestions(words), came, refused)

    def _mark(self) -> None:
        """Show the marks; with the first ones of a text, say which key walks to them."""
        editor = self._context.composer.editor
        editor.paint_again()
        text = self._writing.keeping.text
        if text is self._told or self._context.mode is not Mode.WRITE:
            return
        found = sum(self._is_wrong(one.word) for one in self._words(editor.rows_in_sight))
        if found:
            self._told = text
            many = "1 word is" if found == 1 else f"{found} words are"
            shows = self._context.key("spelling")
            self._context.notices.mention(f"{many} not in the dictionary · {shows} shows the first")

    def _fail(self, error: "SupportError") -> None:
        """Say once that nothing is checked; nothing else changes."""
        self._context.composer.editor.paint_again()
        self._context.notices.fail(error)

    # What is wrong

    def _is_wrong(self, word: str) -> bool:
        return self._known.get(word) is not None and not self._fault

    def _wrong(self, line: str) -> Iterator[tuple[int, int]]:
        """Where the words of a line are that are wrong."""
        return (
            (start, end) for start, end in spelled_words(line) if self._is_wrong(line[start:end])
        )

    def _words(self, rows: Iterable[int]) -> list[WordPlace]:
        """The words of these lines of the text."""
        lines = self._context.composer.text.split("\n")
        return [
            WordPlace(row, start, end, lines[row][start:end])
            for row in rows
            if row < len(lines)
            for start, end in spelled_words(lines[row])
        ]

    # Walking from one to the next

    def walk(self) -> None:
        """Go to the next word that is wrong, and offer what may be meant. Keys wait for the answer
        to words that were just typed."""
        if self._speller is None:
            why = f"Name your checker in config.toml, under [inbox]: {_SETTING}"
            self._choosing.refuse("Spelling", why)
        elif self._fault:
            self._choosing.refuse("Spelling", self._fault)
        else:
            self._context.hold_keys()
            self._ask(self._all(), self._walk, self._fail_to_walk)

    def _all(self) -> list[WordPlace]:
        return self._words(range(self._context.composer.text.count("\n") + 1))

    def _fail_to_walk(self, error: "SupportError") -> None:
        self._choosing.fail_to_open("Spelling", error)
        self._context.release_keys()

    def _walk(self) -> None:
        self._told = self._writing.keeping.text
        wrong = [one for one in self._all() if self._is_wrong(one.word)]
        if self._context.mode is not Mode.WRITE or not wrong:
            self._choosing.refuse("Spelling", "Each word is in the dictionary.")
        else:
            editor = self._context.composer.editor
            here = editor.cursor_location
            self._offer(next((one for one in wrong if (one.row, one.start) >= here), wrong[0]))
        self._context.release_keys()

    def _offer(self, place: WordPlace) -> None:
        editor = self._context.composer.editor
        editor.stand_on(place.row, place.start, place.end)
        found = self._known.get(place.word) or ()
        self._choosing.open(
            place.word,
            [
                *(Choice(word, word) for word in found),
                Choice(_LEAVE, _LEAVE, "until I quit"),
                Choice(_LEARN, _LEARN),
            ],
            partial(self._take, place),
            new="write this instead",
            asks=f"{self._context.key('choose')} takes it · or type the word",
        )
        self._context.picker.move(1)

    def _take(self, place: WordPlace, chosen: str) -> None:
        if chosen in {_LEAVE, _LEARN}:
            self._known[place.word] = None
            self._context.composer.editor.paint_again()
            if chosen == _LEARN:
                self._learn(place.word)
            return
        self._context.composer.editor.put_at(place.row, place.start, place.end, chosen)
        self._writing.keeping.typed()

    def _learn(self, word: str) -> None:
        speller = self._speller
        if speller is not None:
            self._context.work.aside(
                lambda _: speller.learn(word), lambda _: None, self._context.notices.fail
            )

    def stop(self) -> None:
        """The inbox ends, and the checker with it."""
        self._has_ended = True
        if self._speller is not None:
            self._speller.end()
