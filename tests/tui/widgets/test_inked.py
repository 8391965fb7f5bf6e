"""Every ink can be read on every ground it is painted on, in every theme."""

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.color import BLACK, WHITE, Color

from supportcli.rendering.ink import Ink
from supportcli.tui.look import themes
from supportcli.tui.widgets.inked import READABLE, contrast, readable
from tests.tui.inboxes import Seen, drive, shop

if TYPE_CHECKING:
    from supportcli.tui.widgets.inked import Inked

THEMES = sorted(name for name in {*themes.NAMES.values()} if "ansi" not in name)
"""All that bring their own colours."""

ENHANCED = 7.0
"""The contrast that WCAG 2.2 asks of those who need more (1.4.6)."""

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: Color(*parts))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), WHITE) == pytest.approx(4.48, abs=0.01)
    assert contrast(WHITE, WHITE) == 1


@given(COLOURS, COLOURS)
def test_every_colour_becomes_readable_on_every_ground(color: Color, ground: Color) -> None:
    shade = readable(color, ground)
    assert contrast(shade, ground) >= READABLE
    assert shade == color or contrast(color, ground) < READABLE


def test_every_ink_is_readable_on_a_line_and_on_the_chosen_one(tmp_path: Path) -> None:
    async def script(seen: Seen) -> None:
        grounds = set()
        for theme in THEMES:
            seen.app.theme = theme
            await seen.quiet()
            grounds |= {ground_of_readable(seen, theme)}
        assert len(grounds) > len(THEMES) / 2, "each theme was painted in its own colours"

    with shop(tmp_path, tickets=1) as desk:
        drive(desk, script)


def ground_of_readable(seen: Seen, theme: str) -> Color:
    """Hold every ink of the inbox to what can be read; answer with the last ground."""
    wanted = ENHANCED if theme == themes.HIGH_CONTRAST.name else READABLE
    context = seen.screen.context
    ground = None
    drawn: tuple[Inked, ...] = (
        context.tickets,
        context.status,
        context.conversation,
        context.composer.head,
    )
    grounds = (Ink.TEXT, Ink.CHOSEN, Ink.OURS_GROUND, Ink.NOTE_GROUND)
    for widget, ink, on in product(drawn, sorted(set(Ink) - {Ink.RULE}), grounds):
        look = widget._look(ink, on)
        assert look.color is not None
        assert look.bgcolor is not None
        painted, ground = Color.from_rich_color(look.color), Color.from_rich_color(look.bgcolor)
        assert contrast(painted, ground) >= wanted - 0.1, (
            theme,
            widget.id,
            ink,
            on,
        )  # what is painted has whole numbers
    assert ground is not None
    return ground
