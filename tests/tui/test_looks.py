"""Each screen at four sizes in four looks: what it says is kept as text, the same in each look, so
that nothing is told by a colour alone; and each pair of colours is readable.

After a change that is meant: pytest -m acceptance tests/tui/test_looks.py --snapshot-update."""

import asyncio
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color

from supportcli.desk import Desk
from supportcli.tui.widgets.inked import READABLE, contrast
from tests.desk.desks import StandingClock, desk_at
from tests.desk.mail.test_held import orphan, received
from tests.tui.inboxes import Seen
from tests.tui.test_snapshots import LOOKS, app_of, counts_hold, filled

pytestmark = pytest.mark.acceptance

SIZES = ((80, 24), (100, 30), (160, 45), (200, 60))
TEXT = "We send a new one today."

SCREENS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "list": ((), ()),
    "list, marked": (("x", "j", "x"), ("escape", "home")),
    "conversation": (("enter",), ("escape",)),
    "why a message is here": (("Y",), ("escape",)),
    "filter bar": (("/", *"tag:refund gravel"), ("escape",)),
    "picker": (("t", *"re"), ("escape",)),
    "picker, nothing found": (("a", *"zzz"), ("escape",)),
    "canned": ((";", *"delay"), ("escape",)),
    "palette": ((":", *"so"), ("escape",)),
    "go": (("g",), ("escape",)),
    "help": (("?",), ("escape",)),
    "customer": (("\\",), ("escape",)),
    "dashboard": (("g", "d"), ("escape",)),
    "my day": (("g", "t"), ("escape",)),
    "held": (("7",), ("escape",)),
    "outbox": (("g", "o"), ("escape",)),
    "settings": (("g", "c"), ("escape",)),
    "composer": (("r", *TEXT), ()),
    "headers": (("shift+tab",), ("escape",)),
    "review strip": (("ctrl+s",), ()),
    "email as sent": (("v",), ("escape", "escape", "escape")),
    "note": (("m", *"Ask the warehouse."), ("escape",)),
    "notice of a key": (("ctrl+k",), ()),
    "notice of a verb": (("e",), ()),
}
"""The keys that open each, and those that leave it, one after the other in one inbox."""

_PATH = re.compile(r" /\S*desk\.db")
"""Where the desk is, which differs."""

_THEME = re.compile(r"^(   theme +)[a-z-]+ *$", re.MULTILINE)
"""What the settings say of the look, which differs too."""

GRAPHIC = set("│─▀▄█▌▐░▒▓▰▱▏▎▍▋▊▉▁▂▃▅▆▇╴╶╷╵⠀·") | set(map(chr, range(0x2800, 0x2900)))
"""Rules, bars and lines: not letters to be read."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    file, clock = with_held_mail()
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", StandingClock(clock()), file) as found:
        yield found


@cache
def with_held_mail() -> tuple[bytes, StandingClock]:
    """The desk of the snapshots, with mail that is held."""
    content, now = filled()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        with desk_at(f"sqlite:///{file}", StandingClock(now), content) as desk:
            received(desk, *map(orphan, ("one", "two")))
        return file.read_bytes(), StandingClock(now)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_each_screen(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    size: tuple[int, int],
    look: str,
) -> None:
    texts: dict[str, str] = {}
    styles: dict[Style, str] = {}

    async def run() -> None:
        app = app_of(desk, look, monkeypatch)
        async with app.run_test(size=size) as pilot:
            seen = Seen(app, pilot)
            await seen.quiet()
            for name, (there, back) in SCREENS.items():
                await seen.press(*there)
                await seen.until(lambda: counts_hold(seen, desk), "the counts")
                if name == "filter bar":
                    await seen.shows("1 found")
                if seen.screen.context.is_wide or name == "customer":
                    customer = seen.screen.context.customer
                    await seen.until(lambda: customer.is_current, "the customer")  # noqa: B023
                await seen.quiet()
                texts[name] = _THEME.sub(r"\1…", _PATH.sub(" desk.db", seen.text))
                for style, letters in painted(seen).items():
                    styles.setdefault(style, f"{name}: {letters}")
                assert has_cursor(seen), name
                await seen.press(*back)

    asyncio.run(run())
    _compare(texts, size, update=look == "dark" and request.config.getoption("--snapshot-update"))
    unreadable = {
        f"{where} ({style})": why
        for style, where in styles.items()
        if (why := _unreadable(style, look))
    }
    assert unreadable == {}


def painted(seen: Seen) -> dict[Style, str]:
    """The styles on the screen, each with letters that have it."""
    found: dict[Style, str] = {}
    for strip in seen.screen._compositor.render_strips():
        for segment in strip:
            letters = "".join(set(segment.text) - GRAPHIC).strip()
            if letters and segment.style is not None:
                found.setdefault(segment.style, segment.text.strip())
    return found


def has_cursor(seen: Seen) -> bool:
    """Whether it is seen, also without colours, where the next letter goes, if it goes anywhere."""
    field = seen.screen.context.field
    if field is None:
        return True
    styles = {segment.style for y in range(field.size.height) for segment in field.render_line(y)}
    has_colours = seen.app.current_theme.name != "ansi-dark"
    return has_colours or any(style and style.reverse for style in styles)


def _compare(texts: dict[str, str], size: tuple[int, int], *, update: bool) -> None:
    golden = Path(__file__).parent / "__snapshots__" / "looks" / f"{size[0]}x{size[1]}.txt"
    whole = "".join(
        f"▛ {name}\n" + "".join(f"{line}\n" for line in text.splitlines())
        for name, text in texts.items()
    )
    if update:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(whole, encoding="utf-8")
    for name, text in texts.items():
        assert all(len(line) <= size[0] for line in text.splitlines()), name
        assert len(text.splitlines()) == size[1], name
    assert golden.read_text(encoding="utf-8") == whole


def _unreadable(style: Style, look: str) -> str:
    """Why letters in this style cannot be read; nothing if they can."""
    letters, ground = style.color, style.bgcolor
    if look == "colourless":
        coloured = [one for one in (letters, ground) if one is not None and not one.is_default]
        return f"has colours: {coloured}" if coloured else ""
    if letters is None or ground is None or letters.is_default or ground.is_default:
        return ""
    if letters == ground:
        return "its letters have the colour of their ground"
    if look == "ansi":
        return ""
    found = contrast(_mixed(letters), _mixed(ground))
    return f"contrast {found:.1f}" if found < READABLE else ""


def _mixed(colour: RichColor) -> Color:
    return Color(*colour.get_truecolor())
