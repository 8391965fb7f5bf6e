"""How the inbox looks: at four sizes, in four sets of colours, and in each of its modes. After a
change that is meant: pytest --snapshot-update."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from supportcli.config import InboxLook
from supportcli.desk import Desk
from supportcli.desk.people import editing
from supportcli.desk.replies import drafts, writing
from supportcli.desk.setup import starters
from supportcli.desk.tickets import inbox as reading
from supportcli.desk.tickets import verbs
from supportcli.domain.mail import Address, Attachment, Fold, FoldKind
from supportcli.domain.people.customers import CustomerChanges
from supportcli.domain.tickets.ticket import Delivery, Priority, Status
from supportcli.storage import canned
from supportcli.storage.replies import outbox
from supportcli.tui.app import Inbox
from supportcli.tui.replies import keeping
from tests.desk.desks import BOB, StandingClock, as_agent, desk_at, write_in
from tests.desk.levels import promise
from tests.long import long_but
from tests.tui.inboxes import Seen

if TYPE_CHECKING:
    from textual.pilot import Pilot

Snap = Callable[..., bool]
SIZES = [(80, 24), (100, 30), (150, 45), (200, 60)]
LOOKS = ["dark", "light", "ansi", "colourless"]

LETTER = (
    "Hello,\n\nthe grinder you sent on Tuesday makes a noise like a bag of gravel, and the beans come out whole. I have cleaned it twice.\n\n"
    "Could you send another one? I need it on Friday, there will be forty people.\n\nMaria\n\n> Your order has left our house.\n> It weighs 4.2 kg.\n"
)
FOLD = (Fold(LETTER.index("> Your"), len(LETTER), FoldKind.QUOTE),)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with a ticket of each kind that a row can tell apart."""
    file, now = filled()
    with desk_at(f"sqlite:///{tmp_path / 'desk.db'}", StandingClock(now), file) as found:
        yield found


@cache
def filled() -> tuple[bytes, datetime]:
    """The file of this desk, made once in each worker, and its hour."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        with desk_at(f"sqlite:///{file}", StandingClock()) as desk:
            with desk.db.write() as tx:
                for response in starters.starter_responses():
                    canned.add(tx, response, None, desk.now())
            fill(desk)
            now = desk.now()
        return file.read_bytes(), now


def fill(desk: Desk) -> None:
    """An angry one, a draft, a reply in each state, notes, tags, other alphabets; overdue, due
    soon, due later, met."""
    clock = desk.clock
    assert isinstance(clock, StandingClock)
    promise(desk, first_response="urgent=1h 16h30m")
    file = Attachment(1, "noise.mp4", "video/mp4", 1_468_006, "0" * 64)
    write_in(
        desk,
        sender="maria@acme.test",
        subject="Grinder sounds like gravel",
        text=LETTER,
        priority=Priority.URGENT,
        message={"folds": FOLD, "attachments": (file,)},
    )
    clock.tick(minutes=12)
    verbs.note(as_agent(desk, BOB), 1, "The whole batch is bad: 14 returns since Monday.")
    verbs.tag(desk, [1], {"refund", "vip"})
    for number, subject in enumerate(
        (
            "Rechnung fehlt",
            "営業時間を教えてください",
            "Où est ma commande ?",
            "Double charge on invoice 8841",
            "Cannot log in since the update",
        ),
        2,
    ):
        clock.tick(hours=5)
        write_in(
            desk,
            sender=f"customer{number}@acme.test",
            subject=subject,
            text=f"{subject}\n\nThank you.",
        )
    verbs.assign(desk, [2], "me")
    verbs.assign(desk, [3], "bob@shop.test")
    verbs.prioritise(desk, [4], Priority.HIGH)
    drafts.save_draft(desk, 5, "reply", "I am looking into", 99)
    for number, state in ((4, Delivery.QUEUED), (6, Delivery.FAILED)):
        writing.reply(desk, number, "We are looking into it.", status=Status.OPEN)
        with desk.db.write() as tx:
            outbox.change(
                tx,
                1 if number == 4 else 2,
                state,
                clock(),
                answer="550 no such user" if state is Delivery.FAILED else None,
            )
    write_in(
        desk,
        1,
        text="Are you still there?",
        sender="maria@acme.test",
        message={"cc": (Address("Boss", "boss@acme.test"),)},
    )
    clock.tick(minutes=42)


def app_of(desk: Desk, look: str, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    # a slow machine would draw the mark of a draft that was saved meanwhile
    monkeypatch.setattr(keeping, "SAVE_AFTER", 3_600.0)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if look == "colourless":
        monkeypatch.setenv("NO_COLOR", "1")
    assert isinstance(desk.clock, StandingClock)
    theme = "" if look == "colourless" else look
    return Inbox(replace(desk.settings, inbox=InboxLook(theme)), desk.clock)


def pressed(app: Inbox, desk: Desk, *keys: str) -> "Callable[[Pilot[None]], object]":
    async def run(pilot: "Pilot[None]") -> None:
        seen = Seen(app, pilot)
        await seen.quiet()
        await seen.press(*keys[:1])
        await seen.press(*keys[1:])
        await seen.until(lambda: counts_hold(seen, desk), "counts of what the keys changed")
        await seen.quiet()
        context = seen.screen.context if seen.app.size.height > 20 else None
        if context is not None and (context.is_wide or "\\" in keys):
            await seen.until(lambda: context.customer.is_current, "the customer")
            await seen.quiet()

    return run


def counts_hold(seen: Seen, desk: Desk) -> bool:
    """Whether the tabs count what is in the database: the inbox hears of its own changes as it hears
    of others', a moment later."""
    known = seen.screen.context.status._counts
    return all(reading.count(desk, query) == number for query, number in known.items())


PAIRS = [(size, look) for size in SIZES for look in LOOKS]
"""Each size and each look is tried in each run, all pairs in acceptance."""


@pytest.mark.parametrize(
    ("size", "look"),
    [
        pytest.param(
            *pair,
            marks=() if "dark" in pair or (80, 24) in pair else pytest.mark.acceptance,
            id="{0[0]}x{0[1]}-{1}".format(*pair),
        )
        for pair in PAIRS
    ],
)
def test_list(
    snap_compare: Snap,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    look: str,
) -> None:
    app = app_of(desk, look, monkeypatch)
    assert snap_compare(app, terminal_size=size, run_before=pressed(app, desk))


MODES = {
    "read": ("enter",),
    "write": ("r", *"We send a new one today."),
    "send": ("r", *"We send a new one today.", "ctrl+s"),
    "headers": ("r", *"We send a new one today.", "shift+tab", "tab"),
    "forward": ("P", *"Sam <sam@parts.test>", "tab", "escape", *"Do you know this noise?"),
    "note": ("m", *"Ask the warehouse."),
    "tag": ("t", *"re"),
    "palette": (":", *"so"),
    "canned": (";", *"delay"),
    "blank": (";", *"delay", "enter"),
    "customer": ("\\",),
    "filter": ("/", *"tag:refund gravel"),
    "help": ("?",),
    "solved": ("e",),
    "leave": ("r", *"Yes", "ctrl+s", "ctrl+s", "q"),
}


@long_but(8)
@pytest.mark.parametrize("mode", MODES)
def test_mode(snap_compare: Snap, desk: Desk, monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressed(app, desk, *MODES[mode]))


@pytest.mark.parametrize("mode", ["headers", "forward"])
def test_composer_in_a_wide_terminal(
    snap_compare: Snap, desk: Desk, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=(160, 45), run_before=pressed(app, desk, *MODES[mode]))


def test_customer_of_a_wide_inbox(
    snap_compare: Snap, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = CustomerChanges(
        vip=True,
        zone="Asia/Tokyo",
        language="es",
        notes="Wants to be called Ms Lopez.",
        fields={"plan": "pro", "seats": "12"},
    )
    editing.edit_customer(desk, "maria@acme.test", changes)
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=(160, 45), run_before=pressed(app, desk, "\\"))


def test_too_small(snap_compare: Snap, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(desk, "dark", monkeypatch)
    assert snap_compare(app, terminal_size=(50, 10), run_before=pressed(app, desk))
