"""Every ink can be read on every ground it is painted on."""

from pathlib import Path

import pytest
from textual.color import Color

from supportcli.tui.ink import Ink
from tests.tui.inboxes import Seen, drive, shop

DARKEST = 0.03928


def luminance(color: Color) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (part / 12.92 if part <= DARKEST else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Color, other: Color) -> float:
    """1 (the same) to 21 (black on white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["textual-dark", "nord", "gruvbox", "dracula"])
def test_every_ink_is_readable_on_a_line_and_on_the_chosen_one(tmp_path: Path, theme: str) -> None:
    with shop(tmp_path, tickets=1) as desk:

        async def script(seen: Seen) -> None:
            seen.app.theme = theme
            await seen.quiet()
            looks = {ink: seen.screen.get_component_styles(f"ink--{ink}") for ink in Ink}
            ground = seen.screen.stage.tickets.background_colors[1]
            for ink in set(Ink) - {Ink.RULE, Ink.CHOSEN, Ink.STRONG, Ink.TITLE}:
                for painted in (ground, ground + looks[Ink.CHOSEN].background):
                    assert contrast(painted, painted + looks[ink].color) >= 3, (ink, painted)

        drive(desk, script)
