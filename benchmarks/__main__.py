"""`python -m benchmarks [P7 …]`: print each goal beside its limit; exit 1 if one is missed."""

import os
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    clocks,
    counting,
    inbox,
    painting,
    parse,
    peers,
    reading_commands,
    receiving,
    resting,
    searching,
    sending,
    start,
)
from benchmarks.goal import Result

GOALS: dict[str, Callable[[], Iterator[Result]]] = {
    "P1": receiving.first_sync,
    "P1a": parse.measure,
    "P2": peers.django_helpdesk,
    "P3": receiving.nothing_new,
    "P4": receiving.memory,
    "P5": peers.notmuch,
    "P6": searching.measure,
    "P7": start.measure,
    "P8": inbox.first_paint,
    "P9": inbox.many_and_few,
    "P10": inbox.keys,
    "P11": clocks.ticking,
    "P12": sending.one_connection,
    "P13": painting.bytes_of_writing,
    "P14": reading_commands.measure,
    "P16": counting.measure,
    "P17": resting.measure,
}


def main(chosen: list[str]) -> int:
    """Measure the chosen goals, or all of them, and print a line for each result as it comes, in
    the order of the goals."""
    unknown = [name for name in chosen if name not in GOALS]
    if unknown:
        print(
            f"There is no goal {', '.join(unknown)}; there are {', '.join(GOALS)}.", file=sys.stderr
        )
        return 2
    # an installed program is compiled; many a container forbids to keep what is
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    missed = False
    for name in (one for one in GOALS if one in (chosen or GOALS)):  # P16 changes its desk
        for result in GOALS[name]():
            value = f"{result.value:.2f}{result.unit}"
            bounds = f"limit {result.limit:g}{result.unit}, aim {result.aim:g}{result.unit}"
            print(
                (
                    f"{result.goal:4} {result.what:52} {value:>10}  {bounds:26}  "
                    f"{result.verdict:16}  {result.detail}"
                ),
                flush=True,
            )
            missed = missed or result.missed
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
