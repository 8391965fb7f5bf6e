"""What the inbox tells its agent, one thing at a time, and for how long."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from supportcli.errors import SupportError
from supportcli.rendering.ink import Ink, Span, Spans, cut, width_of_all
from supportcli.terminal import clean
from supportcli.tui.widgets.notice import Notice

SHORT = timedelta(seconds=10)
LONG = timedelta(seconds=30)
_READ = timedelta(seconds=3)
"""How long an error stays at least, whichever keys come."""

_BESIDE_COUNTDOWN = timedelta(seconds=3)
"""How long a message hides the seconds in which a reply can be taken back."""

GLANCE = timedelta(seconds=0.7)
"""How long a message must be visible before the next key counts as pressed by somebody who has read
it; what was typed ahead was not."""

_BROKEN = 16
"""Cells that a message of two lines loses where its first line is broken, at most."""

_BAR = 10
"""Cells of the bar that becomes shorter until a reply leaves."""


@dataclass(frozen=True, slots=True)
class LeavingReply:
    """A reply that can be taken back until it leaves, and what was done with it (“Solved”)."""

    number: int
    since: datetime
    at: datetime
    did: str = ""

    @property
    def told(self) -> str:
        """“Reply to #12”, “Solved #12 · the reply”."""
        return f"{self.did} #{self.number} · the reply" if self.did else f"Reply to #{self.number}"


class Notices:
    """The current message. The newest replaces the one before. Each disappears by itself, an error
    later than good news, or with the next key that acts (`step_on`).

    The countdown of the last reply comes back after the others, while `z` can take that reply
    back."""

    def __init__(
        self, line: Notice, now: Callable[[], datetime], key: Callable[[str], str]
    ) -> None:
        self._line = line
        self._now = now
        undo = key("undo")
        self._undo: Spans = ((" · ", Ink.DIM), (undo, Ink.KEY), (" undo", Ink.DIM))
        self._until: datetime | None = None
        self._stays_until: datetime | None = None
        self._leaving: LeavingReply | None = None
        self._failed: tuple[str, datetime] | None = None
        self._asking = self._refusing = self._undoing = False
        self._question: Span | None = None
        self._said: Spans = ()
        self._mentioned: tuple[str, datetime, Callable[[], bool]] | None = None
        self._yields = False
        self.undoes: Callable[[], bool] = lambda: True
        """Whether the key that undoes does so in the mode of the keys."""
        self.due: Callable[[], None] = lambda: None
        """Called when the seconds are over in which a reply can be taken back."""

    def say(self, text: str, *more: Span) -> None:
        """Show a message, with further stretches after it; not while an answer is pending."""
        if not self._asking:
            self._put(SHORT, (clean(text), Ink.TEXT), *more)

    def mention(self, text: str, still: Callable[[], bool] = lambda: True) -> None:
        """Show something that happened elsewhere; if there is a message to read, after that, if it
        is `still` so."""
        if (self._until is None or self._now() >= self._until or self._yields) and not self._asking:
            self.say(text)
        else:
            self._mentioned = text, self._now() + LONG, still

    def has_left(self, numbers: Collection[int]) -> None:
        """Tell that the replies to these tickets have left; none of them is counted down."""
        if self._leaving is not None and self._leaving.number in numbers:
            self._leaving = None
            self.due()
        those = ", ".join(f"#{number}" for number in numbers)
        one = len(numbers) == 1
        self.mention(f"Reply to {those} has left." if one else f"Replies to {those} have left.")

    def undoable(self, text: str, then: str = "") -> None:
        """Say what was done, what came `then`, and the key that undoes it."""
        self._leaving = self._question = None
        tail = ((then, Ink.DIM), *self._undo)
        room = self._line.room - width_of_all(tail)
        self._put(SHORT, *cut([*self._failed_before(), (clean(text), Ink.TEXT)], room), *tail)
        self._stays_until = self._until

    def undoing(self, text: str) -> None:
        """Say that the last thing done is being undone."""
        self._leaving = None
        self.say(text)
        self._undoing = True

    def undone(self, text: str) -> None:
        """Tell that it is taken back, unless something was said since."""
        if self._undoing or self._until is None:
            self.say(text)

    def leaves(self, number: int, at: datetime, did: str = "") -> None:
        """Count down to the moment when a reply leaves; until then it can be undone. `did` is what
        became of its ticket."""
        self._leaving = LeavingReply(number, self._now(), at, did)
        self.clear()

    def fail(self, error: SupportError, first: str = "") -> None:
        """Say what went wrong, and the next step; `first` is what must be read even if the line is
        short."""
        self._put(
            LONG,
            (clean(first), Ink.WARNING),
            (clean(error.sentence), Ink.ERROR),
            (f" {clean(error.hint)}" if error.hint else "", Ink.DIM),
        )
        self._stays_until = self._now() + _READ

    def misread(self, in_short: str, hint: str) -> None:
        """Say what is wrong with a query, what was meant, and as many of the words that it could
        have as two lines hold."""
        said: Spans = ((clean(in_short), Ink.ERROR), (f" {clean(hint)}", Ink.DIM))
        self._put(LONG, *cut(said, 2 * self._line.room - _BROKEN))
        self._stays_until = self._now() + _READ

    def fail_verb(self, what: str, error: SupportError) -> None:
        """Say that something was not done after all (`what` is a few words), and why. For a while
        that stands before what is done next: whoever works fast has not read it."""
        self.fail(error, f"{what}. ")
        self._failed = what, self._now() + SHORT

    def _failed_before(self) -> list[Span]:
        """What was not done a short while ago."""
        if self._failed is None or self._now() >= self._failed[1]:
            return []
        return [(clean(self._failed[0]), Ink.ERROR), (" · ", Ink.DIM)]

    def warn(self, text: str) -> None:
        """Say what could not be done."""
        self._put(SHORT, (clean(text), Ink.WARNING))

    def refuse(self, text: str) -> None:
        """Say that a verb was not done, and why. A key that came before anybody could read it does
        not remove it, except one that opens something."""
        self.warn(text)
        self._stays_until, self._refusing = self._now() + GLANCE, True

    def ask(self, text: str, ink: Ink = Ink.WARNING) -> None:
        """Show a question that stays until it is answered (`clear`). It comes back after what is
        said in between."""
        self._question = (clean(text), ink)
        self._ask_again(self._question)

    def _ask_again(self, question: Span) -> None:
        self._until = self._stays_until = None
        self._asking, self._undoing = True, False
        self._line.say(question)

    def _pass(self) -> None:
        """What was said has been there long enough."""
        if self._question is not None:
            self._ask_again(self._question)
            return
        mentioned, self._mentioned = self._mentioned, None
        self.clear()
        if mentioned is not None and self._now() < mentioned[1] and mentioned[2]():
            self.say(mentioned[0])

    def clear(self) -> None:
        """Clear the message and the question, but not the countdown."""
        self._until = self._stays_until = self._question = None
        self._asking = self._refusing = False
        self._line.say()
        self.tick()

    def step_on(self) -> None:
        """Another key acts: what was said before is about something else. A question, and what `z`
        can undo, stay."""
        if self._until is not None and (
            self._stays_until is None or self._now() >= self._stays_until
        ):
            self._pass()

    def make_room(self) -> None:
        """Something else is to be read in its line: what was said goes, a question stays."""
        if self._until is not None and self._question is None:
            self.clear()

    def go_elsewhere(self) -> None:
        """The keys are in another mode, where `z` is a character: stop showing what it would
        undo."""
        if self._refusing or (self._until is not None and self._stays_until == self._until):
            self.clear()
        elif self._leaving is not None:
            self.tick()

    def tick(self) -> None:
        """A second has passed."""
        if self._until is not None and self._now() >= self._until:
            self._pass()
        elif self._leaving is not None and not self._asking:
            if self._until is None:
                self._count_down(self._leaving)
            else:
                self._line.say(*self._said, *self._beside())

    def _beside(self) -> Spans:
        """The countdown in a few words behind a message, if both have room."""
        if self._leaving is None:
            return ()
        left = (self._leaving.at - self._now()).total_seconds()
        leaves = f" · #{self._leaving.number} leaves in {left:.0f} s"
        words: Spans = ((leaves, Ink.DIM), *self._undo_here)
        room = self._line.room - width_of_all(self._said)
        return words if left > 0 and width_of_all(words) <= room else ()

    @property
    def _undo_here(self) -> Spans:
        """The key that undoes, where it is not a character."""
        return self._undo if self.undoes() else ()

    def _count_down(self, reply: LeavingReply) -> None:
        left = (reply.at - self._now()).total_seconds()
        if left > 0:
            whole = max((reply.at - reply.since).total_seconds(), 1)
            full = round(_BAR * min(left / whole, 1))
            self._line.say(
                (f"{reply.told} leaves in {left:.0f} s ", Ink.TEXT),
                ("▰" * full, Ink.KEY),
                ("▱" * (_BAR - full), Ink.DIM),
                *self._undo_here,
            )
        else:
            self._leaving = None
            self.say(f"Reply to #{reply.number} is due: the next sync sends it.")
            self._yields = True
            self.due()

    def _put(self, stay: timedelta, *spans: Span) -> None:
        if self._leaving is not None and stay == SHORT:
            stay = _BESIDE_COUNTDOWN
        self._until, self._stays_until = self._now() + stay, None
        self._asking = self._refusing = self._undoing = self._yields = False
        self._said = spans
        self._line.say(*spans, *self._beside())
