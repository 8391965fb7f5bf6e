"""An agent triages sixty tickets of the demo in a real terminal, by keys alone, and the database
ends as the list says: each ticket that was touched, and all others as they were."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from supportcli.demo.shop import AGENT, Shop, open_shop
from supportcli.desk import Desk, open_desk
from supportcli.desk.canned import responses
from supportcli.desk.setup.fields import add_field
from supportcli.desk.setup.teams import add_team
from supportcli.desk.tickets import lists, queue, reading, verbs
from supportcli.domain.canned.responses import Body, Canned
from supportcli.domain.custom_fields import FieldKind
from supportcli.domain.mail import Address
from supportcli.domain.tickets.snoozing import UNTIL_REPLY
from supportcli.domain.tickets.ticket import Direction, Ticket
from tests.demo.terminal import Terminal
from tests.demo.warm import warm

pytestmark = pytest.mark.acceptance

FOREVER = 1e9
CALLS, BULK = range(33, 61), (27, 28, 29, 30)
SPLIT = 61
"""The ticket that a split makes."""

Shape = dict[str, Any]
NEW, OPEN, SOLVED = ({"status": one} for one in ("new", "open", "solved"))
MERGED = {"status": "merged", "messages": 0}
CALLED: Shape = {
    "status": "new",
    "priority": "NORMAL",
    "assignee": None,
    "team": None,
    "tags": set(),
    "fields": {},
    "snoozed": None,
    "into": None,
    "messages": 1,
    "followers": set(),
    "sent": None,
}
TOMORROW = "tomorrow"


@dataclass(frozen=True, slots=True)
class Step:
    """What is typed at a ticket ({last}: its last message of a customer), and what it is then,
    with what others are."""

    number: int
    typed: str
    becomes: Shape
    also: dict[int, Shape] = field(default_factory=dict)


def sent(text: str, *to: str, cc: str = "", files: str = "") -> Shape:
    """What a reply or a forward says, and to whom."""
    return {"messages": 2, "sent": (text, to, cc, files)}


def caller(number: int) -> str:
    return f"caller{number}@phone.test"


WAITS = {"status": "pending", "assignee": "Ada"}
REPLIES = (
    Step(41, "rWe call back.\x13\x13", WAITS | sent("We call back.", caller(41))),
    Step(42, "rDone.\x13e", WAITS | SOLVED | sent("Done.", caller(42))),
    Step(43, "rStill at it.\x13o", WAITS | OPEN | sent("Still at it.", caller(43))),
    Step(44, ";ship\r", WAITS | sent("It ships today.", caller(44))),
    Step(45, "r;ship  Bye.\x13\x13", WAITS | sent("It ships today. Bye.", caller(45))),
    Step(
        46,
        "r\x1b[Z\tboss@phone.test\x1bWith your boss.\x13\x13",
        WAITS | sent("With your boss.", caller(46), cc="boss@phone.test"),
    ),
    Step(
        47,
        "r\x06{home}/slip.txt\r\x1bHere it is.\x13\x13",
        WAITS | sent("Here it is.", caller(47), files="slip.txt"),
    ),
    Step(
        48,
        "Pparts@maker.test\x1bDo you know this?\x13\x13",
        WAITS | OPEN | sent("Do you know this?", "parts@maker.test"),
    ),
    Step(49, "rNot yet.\x1b", {}),
    Step(49, "r\x15\x1b", {}),
    Step(50, "rWrong.\x13\x13", WAITS | sent("Wrong.", caller(50))),
    Step(50, "z", {"status": "new", "assignee": None, "messages": 1, "sent": None}),
    Step(51, "mAsk Nils.\x13", {"messages": 2}),
    Step(52, "tphone\r", {"tags": {"phone"}}),
    Step(53, "M#52\rmerge\r", MERGED | {"into": 52}, {52: {"messages": 2}}),
    Step(54, "F", {}),
    Step(55, "uLost order\r", {}),
    Step(56, "l#57\r", {}),
    Step(57, "h", {"status": "on-hold"}),
    Step(58, "i", {"assignee": "Ada", "status": "open"}),
    Step(59, "e", SOLVED),
    Step(60, "stomorrow 9:00\r", OPEN | {"snoozed": TOMORROW}),
)
"""What is written, to whom, and with which files; and what is left."""

STEPS = (
    Step(1, "aBilling\r", {"team": "Billing"}),
    Step(2, "E", OPEN),
    Step(3, "tlegal\r", {"tags": {"gdpr", "legal"}}),
    Step(4, "stomorrow 9:00\r", {"snoozed": TOMORROW}),
    Step(5, "=Plan\rpro\r", {"fields": {"plan": "pro"}}),
    Step(6, "sreply\r", {"snoozed": "reply"}),
    Step(7, "w", {"status": "pending"}),
    Step(8, "e", SOLVED),
    Step(9, "anobody\r", {"assignee": None}),
    Step(10, "=Seats\r12\r", {"fields": {"seats": "12"}}),
    Step(11, "phigh\r", {"priority": "HIGH"}),
    Step(12, "S{last}\r", {"messages": 3}, {SPLIT: CALLED}),
    Step(13, "e", SOLVED),
    Step(14, "h", {"status": "on-hold"}),
    Step(15, "aNils\r", {"assignee": "Nils"}),
    Step(16, "!", {"status": "spam"}),
    Step(17, "tgift\r", {"tags": {"gift"}}),
    Step(18, "i", {"assignee": "Ada"}),
    Step(19, "#", {"status": "deleted"}),
    Step(20, "plow\r", {"priority": "LOW"}),
    Step(21, "M#1\rmerge\r", MERGED | {"into": 1}, {1: {"messages": 8}}),
    Step(22, "f", {"followers": {"Ada"}}),
    Step(23, "!", {"status": "spam"}),
    Step(24, "!", {"status": "spam"}),
    Step(25, "#", {"status": "deleted"}),
    Step(26, "mShe likes it.\x13", {"messages": 3}),
    Step(31, "=Card\ryes\r", {"fields": {"card": "yes"}}),
    Step(32, "purgent\r", {"priority": "URGENT"}),
    Step(33, "aBilling\r", {"team": "Billing"}),
    Step(34, "e", SOLVED),
    Step(34, "z", NEW),
    Step(34, "Z", SOLVED),
    Step(35, "!", {"status": "spam"}),
    Step(35, "z", NEW),
    Step(36, "sreply\r", {"snoozed": "reply", "status": "open"}),
    Step(36, "z", {"snoozed": None, "status": "new"}),
    Step(37, "M#36\rmerge\r", MERGED | {"into": 36}, {36: {"messages": 2}}),
    Step(37, "z", NEW | {"into": None, "messages": 1}, {36: {"messages": 1}}),
    Step(38, "aBilling\r", {"team": "Billing"}),
    Step(38, "=Plan\rfree\r", {"fields": {"plan": "free"}}),
    Step(39, "w", {"status": "pending"}),
    Step(40, "tnoise\r", {"tags": {"noise"}}),
    Step(40, "e", SOLVED),
)
"""The list: what is done to which ticket, and what it is then. Verbs on several come after it."""


@contextmanager
def open_demo() -> Iterator[tuple[Shop, Desk]]:
    """The demo, with a team, fields, and calls beside its mail: sixty tickets."""
    with open_shop(FOREVER, lambda _: None) as shop, closing(open_desk(shop.settings)) as desk:
        add_team(desk, "Billing", [AGENT.address])
        add_field(desk, "plan", FieldKind.CHOICE, choices=("free", "pro"))
        add_field(desk, "seats", FieldKind.NUMBER)
        add_field(desk, "card", FieldKind.CHECKBOX)
        responses.add(desk, Canned("ship", "It ships", (Body("", "It ships today."),)), {})
        (shop.settings.path.parent / "slip.txt").write_text("HD-1", encoding="utf-8")
        for number in CALLS:
            who = Address(f"Caller {number}", caller(number))
            verbs.new(desk, mailbox=None, customer=who, subject=f"Call {number}", text="Help.")
        yield shop, desk


def shape(desk: Desk, one: Ticket) -> Shape:
    """What triage can change of a ticket."""
    line = one.line
    until = line.snoozed_until
    day = until and ("reply" if until == UNTIL_REPLY else until.astimezone().date())
    tomorrow = (desk.now().astimezone() + timedelta(days=1)).date()
    return {
        "status": line.status_at(desk.now()).value,
        "priority": line.priority.name,
        "assignee": line.assignee and line.assignee.name,
        "team": line.team,
        "tags": set(line.tags),
        "fields": {value.name: value.text for value in line.fields},
        "snoozed": TOMORROW if day == tomorrow else day,
        "into": line.merged_into,
        "messages": line.message_count,
        "followers": {person.name for person in one.followers},
        "sent": _sent(one),
    }


def _sent(one: Ticket) -> tuple[str, tuple[str, ...], str, str] | None:
    """The last reply or forward."""
    for message in reversed(one.messages):
        if message.direction is Direction.OUT:
            to = tuple(person.address for person in message.to)
            cc = " ".join(person.address for person in message.cc)
            return message.text, to, cc, " ".join(file.name for file in message.attachments)
    return None


def state(desk: Desk) -> dict[int, Shape]:
    """All tickets, by number."""
    numbers = lists.numbers(desk, "status:any")
    return {one: shape(desk, reading.ticket(desk, one)) for one in numbers}


class Triage:
    """An agent at the inbox. `expected` is what the list says so far."""

    def __init__(self, desk: Desk, screen: Terminal) -> None:
        self.desk, self.screen, self.expected = desk, screen, state(desk)

    def show(self, query: str, numbers: Sequence[int]) -> None:
        """Show the tickets that a query finds, these and no others."""
        self.screen.send(f"/{query}\r")
        shown = f"/ Filter {len(numbers)}"
        rows = [f" #{number} " for number in numbers]
        self.screen.wait_until(lambda: all(one in self.screen.text for one in (shown, *rows)))

    def type(self, typed: str, becomes: dict[int, Shape]) -> None:
        """Press keys; the desk must get to what they mean."""
        for number, changed in becomes.items():
            self.expected.setdefault(number, {}).update(changed)
        self.screen.send(typed)
        wanted = {number: self.expected[number] for number in becomes}

        found = dict[int, Shape]()

        def there() -> bool:
            lines = lists.lines(self.desk, list(wanted))
            tickets = [reading.ticket(self.desk, line.number) for line in lines]
            found.update({one.line.number: shape(self.desk, one) for one in tickets})
            return found == wanted

        try:
            self.screen.wait_until(there)
        except AssertionError as error:
            raise AssertionError(f"{typed!r} made {found}, not {wanted}\n{error}") from error

    def do(self, step: Step) -> None:
        """A step of the list. An undo goes to its ticket by itself."""
        if step.typed not in "zZ":
            self.show(f"#{step.number}", [step.number])
        messages = reading.ticket(self.desk, step.number).messages
        last = max((one.position for one in messages if one.direction is Direction.IN), default=0)
        typed = step.typed.format(last=last, home=self.desk.settings.path.parent)
        self.type(typed, {step.number: step.becomes} | step.also)

    def take(self) -> None:
        """Take the next ticket of the queue."""
        number = queue.peek(self.desk).number
        self.screen.send("n")
        self.screen.wait_for(f"Next in the queue: #{number}")
        self.type("i", {number: {"assignee": "Ada", "status": "open"}})


def at(shop: Shop, columns: int, lines: int) -> Terminal:
    """The inbox of the demo's desk in a terminal."""
    home = {
        "PATH": os.environ["PATH"],
        "HOME": str(shop.settings.path.parent),
        "ESCDELAY": "25",
        "TEXTUAL_ANIMATIONS": "none",
    }
    command = [sys.executable, "-m", "supportcli"]
    return Terminal(command, home | dict(shop.environment), columns, lines, warm)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)], ids=["80x24", "160x45"])
def test_sixty_tickets_are_triaged_by_keys(size: tuple[int, int]) -> None:
    with open_demo() as (shop, desk), at(shop, *size) as screen:
        triage = Triage(desk, screen)
        assert sorted(triage.expected) == list(range(1, 61))
        screen.wait_for(" of ")
        for step in (*REPLIES, *STEPS):
            triage.do(step)
        triage.show(" OR ".join(f"#{number}" for number in BULK), BULK)
        triage.type("Xtbulk\r", {number: {"tags": {"bulk"}} for number in BULK})
        triage.type("Xphigh\r", {number: {"priority": "HIGH"} for number in BULK})
        triage.type("z", {number: {"priority": "NORMAL"} for number in BULK})
        for _ in range(3):
            triage.take()
        screen.send("\x11\x11")  # also if replies wait to be sent
        assert screen.ended() == 0
        assert state(desk) == triage.expected
