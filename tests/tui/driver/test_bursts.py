"""Bursts of keys: a key that opens something and what is typed behind it, at every speed. No key is
lost, and none is a verb. SOAK=1 sends ten thousand."""

import random
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from supportcli.desk.tickets import inbox
from supportcli.tui.key_names import shown_key
from supportcli.tui.keymaps.own_keys import keymap
from supportcli.tui.keymaps.presets import PRESETS
from supportcli.tui.keys import ACTS, Mode
from supportcli.tui.views import VIEWS
from tests.demo.terminal import Terminal
from tests.long import SOAK
from tests.tui.driver.test_typed_ahead import ESCAPE, state, terminal
from tests.tui.inboxes import shop, until

pytestmark = pytest.mark.acceptance

CUT = "\x15"
"""ctrl+u: what is written goes, as nobody wants to keep it."""

WRITTEN = dict.fromkeys(("reply", "reply_sender", "note"), CUT + ESCAPE) | {
    "forward": CUT + ESCAPE + ESCAPE
}
"""Actions that open the composer, and how it is left empty."""

CHOSEN = dict.fromkeys(
    (
        *("call", "assign", "tag", "priority", "field", "snooze", "edit", "merge", "split", "link"),
        *("canned", "filter", "palette", "view", "new", "drafts", "pipe", "files_of", "web_links"),
        *("answers", "go_view"),
    ),
    ESCAPE,
)
"""Actions that open a field over the tickets, and how it is left."""

OPENERS = WRITTEN | CHOSEN
OTHERS = {
    *("next", "previous", "first", "top", "last", "half_down", "half_up", "open"),
    *("page_down", "page_up", "next_message", "previous_message", "first_unread", "next_hit"),
    *("previous_hit", "whole", "why_here", "older", "take", "solve", "wait", "hold", "spam"),
    *("delete", "reopen", "follow", "unfollow", "undo", "redo", "mark", "mark_all", "unfilter"),
    *("next_view", "previous_view", "held", "customer", "take_next", "refresh", "dashboard"),
    *("following", "mentions", "snoozed", "my_day", "outbox", "settings", "density", "sync"),
    *("sent", "begun", "mark_here", "mark_on", "mark_read", "mark_unread"),
    *("help", "quit", "quit_anywhere", "saved_1", "saved_2", "repeat", "discard_draft"),
    *(f"view_{place}" for place, _ in enumerate(VIEWS, 1)),
}
"""Actions that act at once, or open a page or pane with keys of its own, or another program."""

GAPS = {"together": 0.0, "1 ms": 0.001, "5 ms": 0.005, "20 ms": 0.02}
HELD = "held"
"""The way of a slow line that holds keys back: what leaves one field comes in one piece with what
opens the next."""

ROUNDS = 11 if SOAK else 1


def test_every_action_of_the_list_is_sent_or_acts_at_once() -> None:
    assert {act.id for act in ACTS if act.modes & Mode.LIST} == {*OPENERS, *OTHERS}


def sent(preset: str) -> dict[str, str]:
    """What a terminal sends for the keys of the actions that open something, and how each is
    left."""
    found = keymap({"preset": preset}, Path("config.toml"))
    strokes = {
        name: next(one.keys for one in found.acts[name].strokes if one.modes & Mode.LIST)
        for name in OPENERS
        if any(one.modes & Mode.LIST for one in found.acts[name].strokes)
    }
    return {"".join(map(_sent, keys.split())): OPENERS[name] for name, keys in strokes.items()}


def _sent(key: str) -> str:
    before, _, letter = key.rpartition("+")
    return chr(ord(letter) - 96) if before == "ctrl" else shown_key(key)


def words(pick: random.Random) -> Iterator[str]:
    """Texts full of letters that are verbs elsewhere; each begins in its own way, and is so short
    that a refusal (“dropped: …”) shows all of it."""
    for number in range(1_000_000):
        yield f"q{number}" + "".join(pick.choices("eizwamptRqjkMSCDnh!#", k=pick.randint(3, 14)))


def send(screen: Terminal, keys: str, gap: float) -> None:
    if not gap:
        screen.send(keys)
        return
    for key in keys:
        screen.send(key)
        time.sleep(gap)  # the speed of a hand or a line, not a wait


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
@pytest.mark.parametrize("way", [*GAPS, HELD])
@pytest.mark.parametrize("preset", PRESETS)
def test_no_burst_loses_a_key_or_is_a_verb(
    tmp_path: Path, preset: str, way: str, size: tuple[int, int]
) -> None:
    texts, openers = words(random.Random(way)), sent(preset)
    keys = f'[keys]\npreset = "{preset}"\n'
    with shop(tmp_path) as desk, terminal(desk, *size, settings=keys) as screen:
        screen.wait_for("1 of 6")
        before, leaves = state(desk), ""
        for _, opener in product(range(ROUNDS), openers):
            text = next(texts)
            if way == HELD:
                screen.send(leaves + opener + text)
            else:
                screen.send(leaves)
                screen.wait_for("? keys")
                send(screen, opener + text, GAPS[way])
            screen.wait_for(text)
            leaves = openers[opener]
        screen.send(leaves)
        screen.wait_for("? keys")
        until(lambda: not inbox.my_drafts(desk))
        assert state(desk) == before
