"""P6: the newest 50 tickets that a search finds, and a page of each view, on a desk with ten times
the messages; in process, without the start of the program."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from statistics import median

from sqlalchemy import column, insert, table

from benchmarks.filled_desk import NOW, config_of
from benchmarks.goal import Result, seconds
from supportcli import config
from supportcli.desk import Desk, open_desk
from supportcli.desk.tickets import lists
from supportcli.domain.tickets.ticket import Order
from supportcli.storage.engine import rows
from supportcli.storage.engine.database import Database
from supportcli.storage.tables import SearchDocumentRow
from supportcli.tui.views import VIEWS

LONG = bool(os.environ.get("LONG"))
FEW, MANY = (50_000, 500_000) if LONG else (10_000, 100_000)
"""How many tickets there are, and nearly as many messages."""

PAGE = 50
ROUNDS = 25
COMMON, RARE = "kettle", "zaragoza"
EACH = 10
"""Each tenth message has the common word; a hundred of them, wherever they are, the rare one."""

RARELY = 100
_BATCH = 10_000
_WORDS = table("search_words", column("rowid"), column("words"))


def measure() -> Iterator[Result]:
    """Both desks in turn."""
    few, many = (_opened(count) for count in (FEW, MANY))
    searches = {
        f"newest {PAGE} with a word in each tenth message": (COMMON, Order.UPDATED),
        f"newest {PAGE} with a word in {RARELY} messages": (RARE, Order.UPDATED),
        f"most urgent {PAGE} with a word in each tenth message": (COMMON, Order.URGENCY),
    }
    pages = {f"a page of {view.name}": (view.query, Order.URGENCY) for view in VIEWS}
    for what, (query, order) in (searches | pages).items():
        ours, reference = _in_turn(_page(many, query, order), _page(few, query, order))
        yield Result(
            "P6",
            f"{what}, {MANY:,} : {FEW:,}",
            ours / reference,
            limit=2,
            aim=1.2,
            detail=f"{ours * 1000:.2f} ms against {reference * 1000:.2f} ms",
        )
    few.close()
    many.close()


def _page(desk: Desk, query: str, order: Order) -> Callable[[], object]:
    return lambda: list(lists.each_line(desk, query, order, PAGE))


def _in_turn(ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float]:
    """The median seconds of both; they are so short that many rounds cost little."""
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(ROUNDS + 3)][3:]
    return median(one for one, _ in pairs), median(one for _, one in pairs)


def _opened(tickets: int) -> Desk:
    return open_desk(config.load(_searchable(tickets), None, {}), lambda: NOW + timedelta(hours=1))


@cache
def _searchable(tickets: int) -> Path:
    """The config.toml of a desk with so many tickets, whose first messages are found by their
    words."""
    place = config_of(tickets)
    db = Database.open(config.load(place, None, {}).database)
    documents = insert(rows.table_of(SearchDocumentRow))
    for start in range(1, tickets + 1, _BATCH):
        numbers = range(start, min(start + _BATCH, tickets + 1))
        with db.write() as tx:
            found = [{"id": one, "ticket_number": one, "message_id": None} for one in numbers]
            tx.connection().execute(documents, found)
            words = [{"rowid": one, "words": _words(one, tickets)} for one in numbers]
            tx.connection().execute(insert(_WORDS), words)
    db.close()
    return place


def _words(number: int, tickets: int) -> str:
    common = COMMON if number % EACH == 0 else "mill"
    rare = RARE if number % (tickets // RARELY) == 0 else f"order{number}"
    return f"i ordered a {common} two weeks ago and it has not come {rare} please look into it"
