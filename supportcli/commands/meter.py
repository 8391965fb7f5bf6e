"""How far long work is: a line with rate and time left for a person who watches, nothing for a pipe."""

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from supportcli.desk.importing import Progress

_MEGA = 1e6


@contextmanager
def meter(*, quiet: bool) -> "Iterator[Callable[[Progress], None]]":
    """What to call with each step of an import; it draws on stderr where that is a terminal, unless `quiet`."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    from supportcli.desk.importing import Step

    words = [TextColumn(f"{{task.{told}}}") for told in ("description:8", "percentage:>3.0f", "fields[rate]:>13")]
    bars = Bars(words[0], BarColumn(24), words[1], TextColumn("%"), words[2], TimeRemainingColumn(), TextColumn("left"), console=Console(stderr=True))
    tasks: dict[Step, TaskID] = {}

    def show(step: "Progress") -> None:
        if step.step not in tasks:
            tasks[step.step] = bars.add_task(step.step.value, total=step.total, rate="")
        task = tasks[step.step]
        bars.update(task, completed=min(step.done, step.total))
        speed = bars.tasks[list(tasks).index(step.step)].speed or 0
        bars.update(task, rate=f"{speed / _MEGA:.1f} MB/s" if step.step is Step.READING else f"{speed:.0f} mails/s")

    with bars:
        yield show
