"""Bursts of keys: a key that opens something and what is typed behind it, at every speed. No key is
lost, and none is a verb. SOAK=1 sends ten thousand."""

import random
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from supportcli.desk.tickets import inbox
from supportcli.tui.keys import ACTS, Mode
from tests.demo.terminal import Terminal
from tests.long import SOAK
from tests.tui.driver.test_typed_ahead import ESCAPE, state, terminal
from tests.tui.inboxes import shop, until

pytestmark = pytest.mark.acceptance

CUT = "\x15"
"""ctrl+u: what is written goes, as nobody wants to keep it."""

WRITTEN = dict.fromkeys("rRm", CUT + ESCAPE) | {"P": CUT + ESCAPE + ESCAPE}
"""Keys that open the composer, and how it is left empty."""

CHOSEN = dict.fromkeys("catp=suMSl;/:vCD|ALH", ESCAPE)
"""Keys that open a field over the tickets, and how it is left."""

OPENERS = WRITTEN | CHOSEN
OTHERS = set("jkGUJKNBbWYoiewhEfFzZxX123456789n.gOq\\?7!#") | {
    "home",
    "end",
    "space",
    "enter",
    "tab",
}
"""Keys that act at once, or open a page or pane with keys of its own, or another program."""

GAPS = {"together": 0.0, "1 ms": 0.001, "5 ms": 0.005, "20 ms": 0.02}
HELD = "held"
"""The way of a slow line that holds keys back: what leaves one field comes in one piece with what
opens the next."""

ROUNDS = 40 if SOAK else 1


def test_every_key_of_the_list_is_sent_or_acts_at_once() -> None:
    keys = {
        act.all_keys.split()[0]
        for act in ACTS
        if act.modes & Mode.LIST and not act.keys.startswith("ctrl+")
    }
    named = {"⏎": "enter", "esc": "enter", "shift+tab": "tab"}
    assert {named.get(key, key) for key in keys} <= {*OPENERS, *OTHERS}


def words(pick: random.Random) -> Iterator[str]:
    """Texts full of letters that are verbs elsewhere; each begins in its own way."""
    for number in range(1_000_000):
        yield f"q{number}" + "".join(pick.choices("eizwamptRqjkMSCDnh!#", k=pick.randint(3, 20)))


def send(screen: Terminal, keys: str, gap: float) -> None:
    if not gap:
        screen.send(keys)
        return
    for key in keys:
        screen.send(key)
        time.sleep(gap)  # the speed of a hand or a line, not a wait


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
@pytest.mark.parametrize("way", [*GAPS, HELD])
def test_no_burst_loses_a_key_or_is_a_verb(tmp_path: Path, way: str, size: tuple[int, int]) -> None:
    texts = words(random.Random(way))
    with shop(tmp_path) as desk, terminal(desk, *size) as screen:
        screen.wait_for("1 of 6")
        before, leaves = state(desk), ""
        for _, opener in product(range(ROUNDS), OPENERS):
            text = next(texts)
            if way == HELD:
                screen.send(leaves + opener + text)
            else:
                screen.send(leaves)
                screen.wait_for("? keys")
                send(screen, opener + text, GAPS[way])
            screen.wait_for(text)
            leaves = OPENERS[opener]
        screen.send(leaves)
        screen.wait_for("? keys")
        until(lambda: not inbox.my_drafts(desk))
        assert state(desk) == before
