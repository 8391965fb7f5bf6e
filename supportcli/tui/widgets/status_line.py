"""The first line of the screen: the views with their counts, or the filter; and on the right the
health of mail."""

from textual.strip import Strip

from supportcli.rendering.ink import Ink, Span, Spans, ends, width_of_all
from supportcli.tui.keys import HELD_KEY
from supportcli.tui.views import VIEWS, View
from supportcli.tui.widgets.inked import Inked


class StatusLine(Inked):
    """The current view, its count, and the health of mail."""

    def __init__(self, *, id: str) -> None:  # noqa: A002  # Textual's name
        super().__init__(id=id)
        self._view = VIEWS[0]
        self._counts: dict[str, int] = {}
        self._health: Span = ("", Ink.DIM)
        self._held = 0
        self._shows_held = False
        self.remark = ""

    def show_view(self, view: View) -> None:
        """The view that is shown now."""
        self._view = view
        self.refresh()

    def show_counts(self, counts: dict[str, int]) -> None:
        """How many tickets there are, by view."""
        if counts != self._counts:
            self._counts = dict(counts)
            self.refresh()

    def show_held(self, count: int, *, chosen: bool) -> None:
        """How many mails are held, and whether they are shown."""
        if (count, chosen) != (self._held, self._shows_held):
            self._held, self._shows_held = count, chosen
            self.refresh()

    def show_health(self, health: Span) -> None:
        """The health of mail, in a few words."""
        if health != self._health:
            self._health = health
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, or a blank one."""
        return self.strip(self._spans(self.size.width) if y == 0 else (), self.size.width)

    def _spans(self, width: int) -> Spans:
        remark: Spans = ((f"{self.remark}  ", Ink.TITLE),) if self.remark else ()
        health: Spans = (
            (*remark, (self._health[0] + " ", self._health[1])) if self._health[0] else remark
        )
        held = self._held_tab()
        if self._view not in VIEWS and not self._shows_held:
            return ends(
                ((" / ", Ink.KEY), (self._named(self._view), Ink.TITLE), *held), health, width
            )
        room = width - width_of_all(health) - 1
        alone: list[Span] = [] if self._shows_held else [(f" {self._named(self._view)}", Ink.TITLE)]
        ways = (
            [*self._views(counts=True), *held],
            [*self._views(counts=False), *held],
            [*alone, *held],
        )
        return ends(
            next((views for views in ways if width_of_all(views) <= room), ways[-1]), health, width
        )

    def _views(self, *, counts: bool) -> list[Span]:
        """All views, with how many tickets each has or only the chosen one."""
        spans: list[Span] = []
        for place, view in enumerate(VIEWS, 1):
            chosen = view is self._view and not self._shows_held
            spans += [("  " if spans else " ", Ink.TEXT), (f"{place} ", Ink.KEY)]
            spans.append(
                (self._named(view), Ink.TITLE)
                if chosen
                else (self._named(view) if counts else view.name, Ink.DIM)
            )
        return spans

    def _held_tab(self) -> list[Span]:
        """The tab of held mail, shown while any is held or on screen; never left out."""
        if not self._held and not self._shows_held:
            return []
        return [
            ("  ", Ink.TEXT),
            (f"{HELD_KEY} ", Ink.KEY),
            (f"Held {self._held}", Ink.TITLE if self._shows_held else Ink.WARNING),
        ]

    def _named(self, view: View) -> str:
        count = self._counts.get(view.name)
        return f"{view.name} {count}" if count is not None else view.name
