"""How many lines a ticket has, and so whether list and conversation stand side by side. The window
decides, unless the agent has chosen, which is remembered."""

from functools import partial

from supportcli.config import Density, Settings, write_density
from supportcli.tui.context import InboxContext

COLUMNS = 100
"""From this width on there is room for list and conversation side by side, if tickets have two
lines."""


class RowDensity:
    """The density of the list, in a window of some width."""

    def __init__(self, context: InboxContext, settings: Settings) -> None:
        self._context = context
        self._settings = settings
        self._chosen = Density(settings.inbox.density) if settings.inbox.density else None
        self._width = 0

    @property
    def now(self) -> Density:
        """The density that is shown."""
        usual = Density.COMFORTABLE if self._width >= COLUMNS else Density.COMPACT
        return self._chosen or usual

    def fit(self, width: int) -> None:
        """Fit the list to a window of this width."""
        self._width = width
        is_comfortable = self.now is Density.COMFORTABLE
        self._context.tickets.give_lines(2 if is_comfortable else 1)
        self._context.stand_side_by_side(
            is_wide_enough=width >= COLUMNS, is_comfortable=is_comfortable
        )

    def turn(self) -> None:
        """Give each ticket one line instead of two, or two instead of one, now and from the next
        start on."""
        is_comfortable = self.now is Density.COMFORTABLE
        self._chosen = Density.COMPACT if is_comfortable else Density.COMFORTABLE
        self.fit(self._width)
        self._context.work.in_turn(
            partial(_remember, self._settings, self._chosen), _kept, self._context.notices.fail
        )
        lines = "One line" if is_comfortable else "Two lines"
        self._context.notices.say(
            f"{lines} a ticket · {self._context.key('density')} turns it back"
        )


def _remember(settings: Settings, density: Density, _client: object) -> None:
    write_density(settings, density)


def _kept(_: None) -> None:
    """Nobody waits for this answer."""
