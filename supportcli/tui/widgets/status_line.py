"""The first line of the screen: the views with their counts, or the filter; and on the right the
health of mail."""

from collections.abc import Callable, Collection, Sequence
from itertools import chain

from textual import events
from textual.message import Message
from textual.strip import Strip

from supportcli.rendering.ink import Ink, Span, Spans, at, ends, width_of_all
from supportcli.terminal import clean
from supportcli.tui.keys import SAVED
from supportcli.tui.views import VIEWS, Tabs, View
from supportcli.tui.widgets.inked import Inked

_BIG = frozenset(view.query for view in VIEWS[-2:])
"""The views whose counts are left out first: all that is solved, and all there is."""


class StatusLine(Inked):
    """The current view, its count, and the health of mail."""

    class TabClicked(Message):
        """A tab was clicked: the place of its view, None for held mail."""

        def __init__(self, place: int | None) -> None:
            super().__init__()
            self.place = place

    def __init__(
        self,
        tabs: Tabs,
        key: Callable[[str], str],
        *,
        id: str,  # noqa: A002  # Textual's name
    ) -> None:
        super().__init__(id=id)
        self._tabs = tabs
        self._key = key
        self._view = VIEWS[0]
        self._counts: dict[str, int] = {}
        self._problems: frozenset[str] = frozenset()
        self._health: Span = ("", Ink.DIM)
        self._trouble: Span = ("", Ink.DIM)
        self._held = 0
        self._shows_held = False
        self._outbox: int | None = None
        self.remark = ""

    def show_view(self, view: View) -> None:
        """The view that is shown now; the tabs may be others."""
        self._view = view
        self.refresh()

    def show_counts(self, counts: dict[str, int], problems: frozenset[str]) -> None:
        """How many tickets there are, by query, and the queries that cannot be read."""
        if (counts, problems) != (self._counts, self._problems):
            self._counts, self._problems = dict(counts), problems
            self.refresh()

    def show_held(self, count: int, *, chosen: bool) -> None:
        """How many mails are held, and whether they are shown."""
        if (count, chosen) != (self._held, self._shows_held):
            self._held, self._shows_held = count, chosen
            self.refresh()

    def show_outbox(self, count: int | None) -> None:
        """How many replies are in the outbox while it is shown; None: it is not."""
        if count != self._outbox:
            self._outbox = count
            self.refresh()

    @property
    def _shows_tickets(self) -> bool:
        return not self._shows_held and self._outbox is None

    def show_health(self, health: Span) -> None:
        """The health of mail, in a few words."""
        if health != self._health:
            self._health = health
            self.refresh()

    def show_trouble(self, trouble: Span) -> None:
        """What is wrong with the desk, instead of the health of mail; "" if nothing is."""
        if trouble != self._trouble:
            self._trouble = trouble
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        return self.strip(self._spans(self.size.width) if y == 0 else (), self.size.width)

    def on_click(self, event: events.Click) -> None:
        """A tab was clicked: its name, or the key before it."""
        spans = self._spans(self.size.width)
        place = at(spans, event.x)
        if place is None:
            return
        name = spans[place + (spans[place][1] is Ink.KEY and place + 1 < len(spans))][0]
        if name.startswith("Held "):
            self.post_message(self.TabClicked(None))
        for number, view in enumerate(self._tabs.views):
            if name in {self._named(view), clean(view.name)}:
                self.post_message(self.TabClicked(number))
                return

    def _spans(self, width: int) -> Spans:
        remark: Spans = ((f"{self.remark}  ", Ink.TITLE),) if self.remark else ()
        word, ink = self._trouble if self._trouble[0] else self._health
        health: Spans = (*remark, (f"{word} ", ink)) if word else remark
        held = self._held_tab()
        if self._view not in self._tabs and self._shows_tickets:
            return ends(
                ((" / ", Ink.KEY), (self._named(self._view), Ink.TITLE), *held), health, width
            )
        return ends(self._fitted(held, width - width_of_all(health) - 1), health, width)

    def _fitted(self, held: Spans, room: int) -> Spans:
        """The tabs with as much about each as there is room for. If not all fit, those around the
        current one."""
        every = frozenset(view.query for view in self._tabs.views)
        for counted in (every, every - _BIG, frozenset[str]()):
            tabs = self._all(counted)
            line = (*chain(*tabs[: len(VIEWS)]), *held, *chain(*tabs[len(VIEWS) :]))
            if width_of_all(line) <= room:
                return line
        shown = self._around(self._all(every - _BIG), room - width_of_all(held))
        return (*shown, *held)

    def _around(self, tabs: Sequence[Spans], room: int) -> Spans:
        """The tabs around the current one, with a mark where others are left out: as many as fit
        before it, from the first on; only its name if there is room for that alone."""
        at = next((at for at, one in enumerate(self._tabs.views) if one == self._view), 0)
        for first in range(at + 1):
            for last in range(len(tabs), at, -1):
                line = (
                    *(((" ‹", Ink.KEY),) if first else ()),
                    *chain(*tabs[first:last]),
                    *(((" ›", Ink.KEY),) if last < len(tabs) else ()),
                )
                if width_of_all(line) <= room:
                    return line
        if not self._shows_tickets:
            return ()
        return ((f" {self._named(self._view)}", Ink.TITLE),)

    def _all(self, counted: Collection[str]) -> list[Spans]:
        """All views; the chosen one, and those whose queries are `counted`, with how many tickets
        each has."""
        tabs: list[Spans] = []
        for place, view in enumerate(self._tabs.views):
            chosen = view == self._view and self._shows_tickets
            name = self._named(view) if chosen or view.query in counted else clean(view.name)
            ink = Ink.TITLE if chosen else Ink.WARNING if self._is_wrong(view) else Ink.DIM
            act = f"view_{place + 1}" if view.saved is None else SAVED.get(place, "")
            key = self._key(act) if act else ""
            sign: Spans = ((f"{key} ", Ink.KEY),) if key else ()
            tabs.append((("  " if tabs else " ", Ink.TEXT), *sign, (name, ink)))
        return tabs

    def _is_wrong(self, view: View) -> bool:
        return view.query in self._problems

    def _held_tab(self) -> Spans:
        """The tab of held mail, shown while any is held or on screen, and that of the outbox while
        it is on screen; never left out."""
        outbox: Spans = ()
        if self._outbox is not None:
            outbox = (("  ", Ink.TEXT), (f"Outbox {self._outbox}", Ink.TITLE))
        if not self._held and not self._shows_held:
            return outbox
        return (
            *outbox,
            ("  ", Ink.TEXT),
            *(((f"{key} ", Ink.KEY),) if (key := self._key("held")) else ()),
            (f"Held {self._held}", Ink.TITLE if self._shows_held else Ink.WARNING),
        )

    def _named(self, view: View) -> str:
        name = clean(view.name)
        if self._is_wrong(view):
            return f"{name} !"
        count = self._counts.get(view.query)
        return f"{name} {count}" if count is not None else name
