"""The progress of long work: a line with rate and time left for a person who watches, nothing for a
pipe."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def meter(
    rate: Callable[[str, float], str], *, quiet: bool
) -> Iterator[Callable[[str, int, int], None]]:
    """A function to call with the current step, how much of it is done and how much there is. It
    draws on stderr if that is a terminal, unless `quiet`. `rate` puts into words how much of a step
    is done per second."""
    if quiet or not sys.stderr.isatty():
        yield lambda _step, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    words = [
        TextColumn(f"{{task.{told}}}")
        for told in ("description:9", "percentage:>3.0f", "fields[rate]:>13")
    ]
    bars = Bars(
        words[0],
        BarColumn(24),
        words[1],
        TextColumn("%"),
        words[2],
        TimeRemainingColumn(),
        TextColumn("left"),
        console=Console(stderr=True),
    )
    tasks: dict[str, TaskID] = {}

    def show(step: str, done: int, total: int) -> None:
        if step not in tasks:
            tasks[step] = bars.add_task(step, total=total, rate="")
        bars.update(tasks[step], completed=min(done, total))
        bars.update(tasks[step], rate=rate(step, bars.tasks[list(tasks).index(step)].speed or 0))

    with bars:
        yield show
