"""P16: what the counts of the inbox's tabs cost after a verb on a large desk."""

import statistics
import time
from collections.abc import Iterator

from benchmarks.filled_desk import config_of
from benchmarks.goal import Result
from supportcli import config
from supportcli.desk import open_desk
from supportcli.desk.tickets import inbox, verbs
from supportcli.desk.tickets.counting import KeptCounts
from supportcli.domain.tickets.ticket import Priority
from supportcli.tui.views import VIEWS

TICKETS = 100_000
VERBS, WARM = 40, 5


def measure() -> Iterator[Result]:
    """The median of the processor's time for the counts of all tabs after a verb, beside what
    counting afresh takes."""
    desk = open_desk(config.load(config_of(TICKETS), None, {}))
    counts = KeptCounts(desk)
    queries = [view.query for view in VIEWS]
    counts.of(queries)
    kept, afresh = [], []
    for number in range(1, VERBS + WARM + 1):
        verbs.prioritise(desk, [number], Priority.HIGH if number % 2 else Priority.LOW)
        if number % 3 == 0:
            verbs.solve(desk, [number])
        started = time.thread_time()
        found = counts.of(queries).by_query
        kept.append(time.thread_time() - started)
        if number % 10 == 0:
            started = time.thread_time()
            counted = {query: inbox.count(desk, query) for query in queries}
            afresh.append(time.thread_time() - started)
            if counted != found:
                raise RuntimeError(f"the counts are wrong: {found}, and not {counted}")
    desk.close()
    ours, slow = statistics.median(kept[WARM:]) * 1000, statistics.median(afresh) * 1000
    detail = f"all afresh {slow:.0f} ms"
    yield Result(
        "P16", "counts of the tabs after a verb, 100,000 tickets", ours, 5, 1, "ms", detail
    )
