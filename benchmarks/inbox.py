"""P8, P9 and P10: how soon the inbox paints, what a hundred thousand tickets cost, and how soon it
responds to a key."""

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

from benchmarks.filled_desk import LETTERS, config_of
from benchmarks.goal import Result
from benchmarks.terminal import LINES, Terminal

MANY, FEW = 100_000, 100
ROUNDS = 7
KEYS, WARM = 200, 20
REPEAT = 1 / 30
"""Seconds between two keys while one is held down. (Textual paints sixty frames a second at most,
and the first one at once.)"""

OPENED = 50
MAILS = 10_000

HELLO = """
from textual.app import App, ComposeResult
from textual.widgets import Static

class Hello(App):
    def compose(self) -> ComposeResult:
        yield Static("Hello, world!")

Hello().run()
"""

PAGES = """
import sys
from textual.app import App, ComposeResult
from textual.widgets import Static

class Pages(App):
    CSS = "Static { height: 100%; }"
    page = 0

    def compose(self) -> ComposeResult:
        yield Static("Press a key.")

    def on_key(self) -> None:
        self.page += 1
        lines = int(sys.argv[1])
        text = "I ordered it two weeks ago and it has not come, line"
        self.query_one(Static).update(
            "\\n".join(f"{text} {line} of page {self.page}." for line in range(1, lines + 1))
        )

Pages().run()
"""

FRAME = "Opening the desk"
ROW = "#10 "
"""A row in the list of `filled_desk` that every first screen has."""

_REST = 0.15
"""Seconds without a byte after which a screen is complete: longer than a conversation waits for the
cursor to rest."""


def first_paint() -> Iterator[Result]:
    """P8: the first frame and the rows of 100,000 tickets, in turn with the first frame of a bare
    Textual app."""
    with tempfile.TemporaryDirectory() as folder:
        hello = Path(folder) / "hello.py"
        hello.write_text(HELLO, encoding="utf-8")
        rounds = [(*_started(MANY), _hello(hello)) for _ in range(ROUNDS + 1)][1:]
    frame, rows, reference = (statistics.median(column) for column in zip(*rounds, strict=True))
    against = f"against {reference * 1000:.0f} ms"
    yield Result(
        "P8",
        "first frame : a bare Textual app's",
        frame / reference,
        1.5,
        1.2,
        detail=f"{frame * 1000:.0f} ms {against}",
    )
    yield Result(
        "P8",
        f"rows of {MANY:,} tickets : the same",
        rows / reference,
        4,
        2,
        detail=f"{rows * 1000:.0f} ms {against}",
    )


def many_and_few() -> Iterator[Result]:
    """P9: 100,000 tickets in turn with 100."""
    rounds = [(*_settled(MANY), *_settled(FEW)) for _ in range(ROUNDS + 1)][1:]
    many, memory, few, little = (statistics.median(column) for column in zip(*rounds, strict=True))
    what = f"of {MANY:,} tickets : of {FEW}"
    yield Result(
        "P9",
        f"time to rows {what}",
        many / few,
        1.1,
        1.02,
        detail=f"{many * 1000:.0f} ms against {few * 1000:.0f} ms",
    )
    yield Result(
        "P9",
        f"memory {what}",
        memory / little,
        1.1,
        1.02,
        detail=f"{memory / 1024:.1f} MB against {little / 1024:.1f} MB",
    )


def keys() -> Iterator[Result]:
    """P10: `j` from the key to the cursor on the next ticket, and opening a ticket from the key to
    its newest message."""
    with _open(MANY) as terminal:
        terminal.seconds_until(ROW)
        terminal.rest(1)
        moves = _run(terminal, lambda number: rf"▸[^#\n]*#{number} ")
    median = statistics.median(moves)
    theirs = _neomutt_moves()
    if theirs:
        detail = (
            f"{median * 1000:.1f} ms against {statistics.median(theirs) * 1000:.1f} ms on "
            f"{MAILS:,} mails"
        )
        yield Result(
            "P10",
            f"j at {MANY:,} tickets : neomutt's",
            median / statistics.median(theirs),
            2,
            1.2,
            detail=detail,
        )
    else:
        print("P10  j against neomutt's is not measured: neomutt is not installed")
    yield Result(
        "P10",
        f"j at {MANY:,} tickets, p95",
        _p95(moves) * 1000,
        16,
        8,
        unit=" ms",
        detail=f"median {median * 1000:.1f} ms",
    )
    yield from _opening()


def _opening() -> Iterator[Result]:
    """P10: opening a ticket of twenty messages, in turn with a bare Textual app that paints a
    screen of as many lines at a key."""
    pairs = list(_openings())
    what = f"a ticket of {LETTERS} messages opened : a bare Textual app's page"
    for name, figure, limit, aim in (("median", statistics.median, 2, 1.3), ("p95", _p95, 3, 2)):
        mine, bare = figure([own for own, _ in pairs]), figure([other for _, other in pairs])
        detail = f"{mine * 1000:.1f} ms against {bare * 1000:.1f} ms"
        yield Result("P10", f"{what}, {name}", mine / bare, limit, aim, detail=detail)


def _open(tickets: int) -> Terminal:
    """The inbox of a desk with so many tickets, started as most people do: by its name alone."""
    return Terminal(
        [str(Path(sys.executable).parent / "supportcli")],
        {"SUPPORTCLI_CONFIG": str(config_of(tickets))},
    )


def _hello(file: Path) -> float:
    with Terminal([sys.executable, str(file)]) as terminal:
        return terminal.seconds_until("Hello, world!")


def _started(tickets: int) -> tuple[float, float]:
    """Seconds to the first frame, and to the rows."""
    with _open(tickets) as terminal:
        return terminal.seconds_until(FRAME), terminal.seconds_until(ROW)


def _settled(tickets: int) -> tuple[float, int]:
    """Seconds to the rows; and the memory in KB once the desk is open, counts and conversation are
    there, and a key was answered."""
    with _open(tickets) as terminal:
        rows = terminal.seconds_until(ROW)
        terminal.press("j", r"▸[^#\n]*#2 ")
        terminal.rest(_REST)
        return rows, terminal.resident


def _run(terminal: Terminal, shown: Callable[[int], str]) -> list[float]:
    """Seconds from each `j` until the second ticket, the third … is shown, pressed no faster than a
    keyboard repeats."""
    moves = []
    for number in range(2, KEYS + WARM + 2):
        moves.append(terminal.press("j", shown(number)))
        terminal.rest(REPEAT)
    return moves[WARM:]


def _openings() -> Iterator[tuple[float, float]]:
    """Seconds from the key to the messages, for tickets reached at a run, so that nothing was
    loaded before the key; and, in turn, from a key to the last line of a page of the bare app."""
    with tempfile.TemporaryDirectory() as folder, _open(MANY) as terminal:
        pages = Path(folder) / "pages.py"
        pages.write_text(PAGES, encoding="utf-8")
        with Terminal([sys.executable, str(pages), str(LINES)]) as bare:
            bare.seconds_until("Press a key")
            terminal.seconds_until(ROW)
            for page in range(1, OPENED + 1):
                opening = _opened(terminal, 2 * page + 1)
                bare.rest(_REST)
                painted = bare.press("x", f"line {LINES} of page {page}\\.")
                if opening is not None:
                    yield opening, painted


def _opened(terminal: Terminal, number: int) -> float | None:
    """Seconds from the key that opens a ticket, two rows below the cursor, to its messages;
    None if they were there before the key."""
    opened = rf"[│┃] Letter \d+ of {number}\."  # not the row, which has no bar before it
    terminal.rest(_REST)
    for passed in (number - 1, number):
        terminal.press("j", rf"▸[^#\n]*#{passed} ")  # and two frames, as a keyboard repeats
    seconds = None if terminal.shows(opened) else terminal.press("\r", opened)
    terminal.rest(_REST)
    terminal.press("\x1b", rf"#{number + 2} ")
    return seconds


def _neomutt_moves() -> list[float]:
    """Seconds from `j` to the next mail, in a Maildir; none if neomutt is not installed."""
    program = shutil.which("neomutt")
    if program is None:
        return []
    with tempfile.TemporaryDirectory() as folder:
        mails = _maildir(Path(folder) / "mails")
        look = "arrow_cursor index_format='%4C %Z %-20.20L %s'"
        settings = f"set folder={folder} mbox_type=Maildir sort=date {look}"
        with Terminal(
            [program, "-n", "-F", "/dev/null", "-e", settings, "-f", str(mails)], {"HOME": folder}
        ) as terminal:
            terminal.seconds_until(_subject(10))
            terminal.rest(_REST)
            return _run(terminal, lambda number: f"->[^\\n]*{_subject(number)}")


def _maildir(place: Path) -> Path:
    for folder in ("cur", "new", "tmp"):
        (place / folder).mkdir(parents=True)
    for number in range(1, MAILS + 1):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = (
            f"Customer {number} <c{number}@acme.test>",
            "help@shop.test",
            _subject(number),
        )
        mail["Date"] = (
            f"Mon, 01 Jan 2024 {number // 3600:02}:{number // 60 % 60:02}:{number % 60:02} +0000"
        )
        mail.set_content("I ordered it two weeks ago and it has not come.\n")
        (place / "cur" / f"{number}.1.acme:2,").write_bytes(mail.as_bytes())
    return place


def _subject(number: int) -> str:
    return f"Order {number:05}"


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]
