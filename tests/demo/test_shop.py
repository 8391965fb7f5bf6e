"""The demo's desk: every story is one ticket, a colleague has been at work, and the process is
afterwards as it was before."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from supportcli.demo.colleague import PAST_VERBS
from supportcli.demo.shop import Shop, open_shop
from supportcli.demo.story import Story, StoryMail, stories
from supportcli.desk import Desk, open_desk
from supportcli.desk.people.colleagues import list_agents
from supportcli.desk.tickets.lists import each_line
from supportcli.desk.tickets.reading import ticket
from supportcli.desk.undo import undo
from supportcli.domain.tickets.ticket import Status
from supportcli.errors.tickets import NothingToUndo
from supportcli.storage.sla import targets


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    """A shop, opened once; its end must leave the process as it was before."""
    before, fetched = state(), list[int]()
    with open_shop(0.0, lambda progress: fetched.append(progress.fetched)) as opened:
        assert opened.environment.items() <= os.environ.items()
        assert (
            fetched[-1] == 68 + 10
        )  # and the copies of its own replies in the folder of sent mail
        yield opened
    assert state() == before
    assert not opened.settings.path.parent.exists()


def state() -> tuple[object, ...]:
    """What a shop changes in its process."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"}
    return (
        environ,
        set(threading.enumerate()),
        [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)],
    )


@pytest.fixture
def desk(shop: Shop) -> Iterator[Desk]:
    with closing(open_desk(shop.settings)) as opened:
        yield opened


def conversations() -> Counter[tuple[str, int]]:
    """How the stories' mail belongs together: the first subject of each conversation, and how many
    mails of customers it has. A bounce of a mail that left by another way is held, and no
    conversation."""
    found: Counter[tuple[str, int]] = Counter()
    for story in stories():
        sizes = Counter(
            _first(story, mail).name
            for mail in story.mails
            if not mail.from_shop and not mail.returned
        )
        found.update((story.mail(name).subject, size) for name, size in sizes.items())
    return found


def _first(story: Story, mail: StoryMail) -> StoryMail:
    return _first(story, story.mail(mail.re)) if mail.re else mail


def test_every_conversation_is_one_ticket(desk: Desk) -> None:
    tickets = [ticket(desk, line.number) for line in each_line(desk, "status:any")]
    received = Counter(
        (one.line.subject, sum(message.direction == "in" for message in one.messages))
        for one in tickets
    )
    assert received == conversations()
    assert sum(size * count for (_, size), count in received.items()) == 59


def test_no_answer_is_there_twice(desk: Desk) -> None:
    for line in each_line(desk, "status:any"):
        texts = Counter(one.text.strip() for one in ticket(desk, line.number).messages)
        assert set(texts.values()) == {1}, line.subject


def test_every_verb_of_the_colleague_met_one_ticket(desk: Desk) -> None:
    subjects = [line.subject for line in each_line(desk, "status:any")]
    for verb in PAST_VERBS:
        assert sum(subject.startswith(verb.subject) for subject in subjects) == 1, verb.subject
    assert {line.status for line in each_line(desk, "status:any")} == {
        Status.NEW,
        Status.OPEN,
        Status.PENDING,
        Status.SOLVED,
    }
    assert {line.assignee.name for line in each_line(desk, "status:any") if line.assignee} == {
        "Ada",
        "Nils",
    }


def test_the_agent_has_nothing_to_undo_yet(desk: Desk) -> None:
    """What a colleague did before is theirs to undo."""
    with pytest.raises(NothingToUndo):
        undo(desk)
    assert {agent.address for agent in list_agents(desk)} == {"ada@halden.test", "nils@halden.test"}


def test_the_clocks_of_customers_run(desk: Desk) -> None:
    waiting = [
        line.waiting_since
        for line in each_line(desk, "status:new,open")
        if line.customer.address == "derek.mullins@tidewater.test"
    ]
    assert waiting
    assert all(waiting)


def test_at_whatever_hour_somebody_looks_some_are_late_and_some_are_due_soon(desk: Desk) -> None:
    now, open_now = desk.now(), list(each_line(desk, "status:new,open"))
    left = [line.clock.due_at - now for line in open_now if line.clock and line.clock.due_at]
    assert len(left) == len(open_now)
    assert 3 <= sum(one < timedelta(0) for one in left) <= 5
    assert 3 <= sum(timedelta(0) <= one < timedelta(hours=1) for one in left) <= 5
    assert {line.status for line in each_line(desk, "sla:paused")} == {Status.PENDING}


def test_most_of_what_was_promised_was_kept(desk: Desk) -> None:
    numbers = [line.number for line in each_line(desk, "status:any")]
    with desk.db.read() as tx:
        kept = [one.target for number in numbers for one in targets.of_ticket(tx, number)]
    missed = sum(one.breached_at is not None for one in kept)
    met = sum(one.met_at is not None and one.breached_at is None for one in kept)
    assert 0.7 <= met / (met + missed) <= 0.95


def test_conversations_stand_in_the_order_in_which_they_were_written(desk: Desk) -> None:
    """Else the answers would count from a later mail on, and the service levels would be made
    up."""
    for line in each_line(desk, "status:any"):
        written = [message.created_at for message in ticket(desk, line.number).messages]
        assert written == sorted(written), line.subject
