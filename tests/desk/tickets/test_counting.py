"""Counts that are kept: they are what the query says, whatever happened since."""

from contextlib import suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from supportcli.desk import Desk, open_desk, ticking, undo
from supportcli.desk.replies import writing
from supportcli.desk.setup import fields, teams
from supportcli.desk.tickets import (
    counting,
    filling_in,
    inbox,
    merging,
    snoozing,
    splitting,
    verbs,
)
from supportcli.desk.tickets.counting import Counted, KeptCounts
from supportcli.desk.tickets.handing import hand_to
from supportcli.domain.people import Role
from supportcli.domain.tickets.ticket import Priority
from supportcli.errors import SupportError
from supportcli.errors.tickets import QueryError
from supportcli.storage.engine import rows
from supportcli.storage.setup import identity
from supportcli.storage.tables import AgentRow, CustomerAddressRow, MailboxRow
from supportcli.storage.tickets import search
from supportcli.tui.views import FOLLOWING, VIEWS
from tests.desk.desks import ADA, BOB, StandingClock, as_agent, desk_at, with_role, write_in
from tests.desk.levels import promise
from tests.long import LONG

if TYPE_CHECKING:
    from collections.abc import Callable

QUERIES = (
    *(view.query for view in (*VIEWS, FOLLOWING)),
    "sla:overdue",
    "sla:<2h",
    "-sla:<2h",
    "sla:breached",
    "sla:running -sla:overdue",
    "sla:met",
    "status:solved",
    "status:closed",
    "-status:closed,spam",
    "status:any assignee:bob",
    "tag:a",
    "-tag:a priority:>=high",
    "from:@acme.test",
    "from:maria@home.test status:any",
    "-from:maria",
    "refund",
    '-"please help"',
    "#2",
    "#2 OR (tag:a -refund)",
    "created:<2h",
    "created:>2s -is:answered",
    "updated:today",
    'solved:"last week",yesterday',
    "due:<2h OR due:tomorrow",
    "is:snoozed",
    "-is:snoozed has:reply",
    "has:link OR has:tag",
    "channel:phone,note -has:attachment",
    "subject:lea*",
)

NUMBERS = st.lists(st.sampled_from([1, 2, 3, 4]), min_size=1, max_size=3)
ONE = st.sampled_from([1, 2, 3, 4])


def _merge(desk: Desk, numbers: list[int], into: int) -> None:
    merging.merge(desk, numbers, into, agree=lambda _: True)


def _undo(desk: Desk) -> None:
    undo.undo(desk)


def _passes(desk: Desk, hours: int) -> None:
    desk.clock.tick(hours=hours)  # type: ignore[attr-defined]


def _ticks(desk: Desk) -> None:
    ticking.tick(desk)


def _mail(desk: Desk, sender: str, text: str) -> None:
    write_in(desk, sender=sender, text=text)


def _answer(desk: Desk, number: int, sender: str) -> None:
    write_in(desk, number, "Please help, or I want a refund.", sender)


def _rename(desk: Desk, name: str) -> None:
    agent = rows.table_of(AgentRow)
    with desk.db.write() as tx:
        tx.connection().execute(update(agent).where(agent.c.id == 2).values(name=name))


def _move_mailbox(desk: Desk, address: str) -> None:
    with desk.db.write() as tx:
        tx.connection().execute(update(rows.table_of(MailboxRow)).values(address=address))


def _closes(desk: Desk, days: int | None) -> None:
    with desk.db.write() as tx:
        identity.set_close_after(tx, days)


STEPS = st.one_of(
    st.tuples(st.just(_passes), st.sampled_from([1, 2, 7, 24, 24 * 28])),
    st.tuples(st.just(_ticks)),
    st.tuples(
        st.just(_mail),
        st.sampled_from(["maria@acme.test", "maria@home.test", "sue@else.test"]),
        st.sampled_from(["It leaks.", "A refund, please help."]),
    ),
    st.tuples(st.just(_answer), ONE, st.sampled_from(["maria@acme.test", "sue@else.test"])),
    st.tuples(st.just(_rename), st.sampled_from(["Bob Lee", "Robert"])),
    st.tuples(st.just(_closes), st.sampled_from([None, 1, 28])),
    st.tuples(st.just(verbs.assign), NUMBERS, st.sampled_from(["me", BOB, None])),
    st.tuples(st.just(verbs.tag), NUMBERS, st.just({"a"}), st.just(set())),
    st.tuples(st.just(verbs.tag), NUMBERS, st.just(set()), st.just({"a"})),
    st.tuples(st.just(verbs.prioritise), NUMBERS, st.sampled_from(Priority)),
    st.tuples(st.just(verbs.follow), NUMBERS),
    st.tuples(
        st.sampled_from([verbs.solve, verbs.wait, verbs.reopen, verbs.spam, verbs.delete]), NUMBERS
    ),
    st.tuples(st.just(writing.reply), ONE, st.just("A reply about the refund.")),
    st.tuples(st.just(_merge), NUMBERS, ONE),
    st.tuples(st.just(splitting.split), ONE, st.just([2])),
    st.tuples(st.just(_undo)),
    st.tuples(st.just(snoozing.snooze), NUMBERS, st.sampled_from(["2h", "reply"])),
)


def _furnish(desk: Desk) -> None:
    promise(desk, first_response="4h", resolution="2d")
    for sender in ("maria@acme.test", "john@acme.test", "sue@else.test", "maria@acme.test"):
        write_in(desk, sender=sender)
    with desk.db.write() as tx:
        rows.add_missing(tx, CustomerAddressRow, [{"address": "maria@home.test", "customer_id": 1}])


@cache
def furnished() -> bytes:
    """The file of a desk with four tickets, made once in each worker."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "desk.db"
        with desk_at(f"sqlite:///{file}", StandingClock()) as desk:
            _furnish(desk)
        return file.read_bytes()


def _told(desk: Desk, query: str) -> int | None:
    try:
        return inbox.count(desk, query)
    except QueryError:  # nobody is called bob now
        return None


def _kept(counts: KeptCounts, query: str) -> int | None:
    counted = counts.of([query])
    assert (query in counted.by_query) != (query in counted.problems)
    return counted.by_query.get(query)


@given(
    steps=st.lists(st.tuples(st.booleans(), STEPS, st.booleans()), min_size=1, max_size=12),
    queries=st.lists(st.sampled_from(QUERIES), min_size=4, max_size=8, unique=True),
)
@settings(max_examples=500 if LONG else 10, deadline=None)
def test_a_kept_count_is_what_the_query_finds_after_any_series_of_changes(
    steps: list[tuple[bool, tuple[Any, ...], bool]],
    queries: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    clock = StandingClock()
    folder = tmp_path_factory.mktemp("counts")
    with desk_at(f"sqlite:///{folder}/desk.db", clock, furnished()) as desk:
        other = open_desk(desk.settings, clock)
        counts = KeptCounts(desk)
        counts.of(queries)
        for elsewhere, (step, *given_), looks in steps:
            clock.tick(seconds=1)
            with suppress(SupportError):
                step(as_agent(other, BOB) if elsewhere else desk, *given_)
            if looks:
                counts.of(queries)
        other.close()
        assert [_kept(counts, one) for one in queries] == [_told(desk, one) for one in queries]


def test_counts_are_kept_on_each_engine(each_desk: Desk, clock: StandingClock) -> None:
    _furnish(each_desk)
    counts = KeptCounts(each_desk)
    changes: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: verbs.solve(each_desk, [1, 3]),
        lambda: verbs.tag(each_desk, [2], {"a"}),
        lambda: clock.tick(hours=5),
        lambda: ticking.tick(each_desk),
        lambda: _mail(each_desk, "maria@home.test", "A refund, please help."),
        lambda: [write_in(each_desk) for _ in range(33)],
        lambda: clock.tick(hours=20),
        lambda: clock.tick(days=28),
    )
    dated = ("created:today", "created:>1h", 'updated:"last week"', "due:tomorrow OR due:<1h")
    queries = (
        "",
        "status:new,open",
        "status:closed",
        "sla:overdue",
        "tag:a",
        "from:maria@home",
        *dated,
    )
    for change in changes:
        change()
        assert counts.of(queries).by_query == {
            query: inbox.count(each_desk, query) for query in queries
        }


def test_a_change_is_asked_about_only_the_tickets_that_it_touched(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        write_in(desk)
    counts = KeptCounts(desk)
    counts.of(["", "tag:a", "sla:overdue"])
    verbs.tag(desk, [2], {"a"})
    asked: list[bool] = []
    condition = search.condition

    def noted(*given_: Any, probing: bool = False) -> Any:
        asked.append(probing)
        return condition(*given_, probing=probing)

    monkeypatch.setattr(search, "condition", noted)
    now = counts.of(["", "tag:a", "sla:overdue"]).by_query
    assert now == {"": 3, "tag:a": 1, "sla:overdue": 0}
    assert asked, "time makes another condition"
    assert all(asked), "nothing is counted afresh"


def test_time_is_asked_about_when_it_may_have_changed_something(
    desk: Desk, clock: StandingClock
) -> None:
    promise(desk, first_response="4h")
    write_in(desk)
    due_at = desk.now() + timedelta(hours=4)
    counts = KeptCounts(desk)
    queries = ("sla:overdue", "")
    assert counts.of(queries) == Counted({"sla:overdue": 0, "": 1}, due_at)
    assert counts.of([""]).next_at is None
    clock.tick(hours=4)
    assert counts.of(queries).by_query == {"sla:overdue": 1, "": 1}
    clock.tick(seconds=1)
    assert counts.of(queries).next_at is None, "nothing else can come due"
    verbs.solve(desk, [1])
    assert counts.of(["status:solved", "sla:overdue"]).next_at == desk.now() + timedelta(days=28)


def test_a_count_follows_what_the_names_in_its_query_mean(desk: Desk) -> None:
    with_role(desk, ADA, Role.ADMIN)
    teams.add_team(desk, "billing", ["bob"])
    teams.add_team(desk, "sales")
    fields.add_field(desk, "plan")
    write_in(desk)
    write_in(desk)
    hand_to(desk, [1], "billing")
    hand_to(desk, [2], "sales")
    filling_in.fill_in(desk, [1], {"plan": "pro"})
    verbs.follow(as_agent(desk, BOB), [2])
    queries = ("team:billing", "field:plan=pro", "mailbox:help@shop.test", "following:bob", "")
    counts = KeptCounts(desk)
    seen = [[_kept(counts, one) for one in queries]]
    changes: tuple[Callable[[], object], ...] = (
        lambda: teams.edit_team(desk, "billing", rename="money"),
        lambda: teams.edit_team(desk, "sales", rename="billing"),
        lambda: fields.remove_field(desk, "plan"),
        lambda: _move_mailbox(desk, "office@shop.test"),
        lambda: _rename(desk, "Robert"),
    )
    for change in changes:
        change()
        seen.append([_kept(counts, one) for one in queries])
        assert seen[-1] == [_told(desk, one) for one in queries]
    assert seen[0] == [1, 1, 2, 1, 2]
    assert None in seen[-1]


def test_many_changes_at_once_are_counted_afresh(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MANY", 2)
    counts = KeptCounts(desk)
    for more in (2, 3, 1):
        before = counts.of([""]).by_query[""]
        for _ in range(more):
            write_in(desk)
        assert counts.of([""]).by_query == {"": before + more}
