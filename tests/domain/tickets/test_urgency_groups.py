"""The groups of a list by urgency are found with few looks, and hold while tickets come and go."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.tickets.ticket import Status
from supportcli.domain.tickets.urgency_groups import (
    Groups,
    GroupStart,
    Urgency,
    UrgencyGroup,
    group_at,
    groups_of,
    sizes,
    with_one,
    without,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
A_KIND = {
    UrgencyGroup.OVERDUE: Urgency(Status.OPEN, NOW),
    UrgencyGroup.TODAY: Urgency(Status.NEW, NOW + timedelta(seconds=1)),
    UrgencyGroup.LATER: Urgency(Status.NEW, NOW + timedelta(days=2)),
    UrgencyGroup.UNDATED: Urgency(Status.OPEN, None),
    UrgencyGroup.WAITING: Urgency(Status.PENDING, None),
    UrgencyGroup.DONE: Urgency(Status.CLOSED, None),
}
COUNTS = st.fixed_dictionaries({group: st.integers(0, 400) for group in UrgencyGroup})


@pytest.mark.parametrize("group", UrgencyGroup)
def test_a_ticket_is_in_the_group_of_its_status_and_due_time(group: UrgencyGroup) -> None:
    assert A_KIND[group].group(NOW) is group


def sorted_list(counts: dict[UrgencyGroup, int]) -> list[Urgency]:
    return [A_KIND[group] for group in UrgencyGroup for _ in range(counts[group])]


def found(tickets: Sequence[Urgency], looks: list[int]) -> Groups:
    def look(places: Sequence[int]) -> list[Urgency]:
        looks.append(len(places))
        return [tickets[place] for place in places]

    return groups_of(len(tickets), look, NOW)


@given(COUNTS)
def test_each_group_starts_where_its_first_ticket_is(counts: dict[UrgencyGroup, int]) -> None:
    tickets = sorted_list(counts)
    wanted = tuple(
        GroupStart(group, tickets.index(A_KIND[group])) for group in UrgencyGroup if counts[group]
    )
    assert found(tickets, []) == (wanted if len(wanted) > 1 else ())


def test_a_hundred_thousand_tickets_take_few_looks() -> None:
    looks: list[int] = []
    tickets = sorted_list({**dict.fromkeys(UrgencyGroup, 7), UrgencyGroup.LATER: 99_965})
    assert len(found(tickets, looks)) == len(UrgencyGroup)
    assert len(looks) <= 3
    assert sum(looks) < 1_500


def test_one_group_is_headed_only_if_there_may_be_more() -> None:
    tickets = [A_KIND[UrgencyGroup.OVERDUE]] * 3

    def look(places: Sequence[int]) -> list[Urgency]:
        return [tickets[place] for place in places]

    assert groups_of(3, look, NOW) == ()
    assert groups_of(3, look, NOW, more=True) == ((UrgencyGroup.OVERDUE, 0),)
    assert groups_of(0, look, NOW, more=True) == ()


@given(
    st.fixed_dictionaries({group: st.integers(0, 3) for group in UrgencyGroup}),
    st.lists(st.tuples(st.booleans(), st.integers(0, 17))),
)
def test_tickets_that_leave_and_come_back_keep_the_groups_right(
    counts: dict[UrgencyGroup, int], steps: list[tuple[bool, int]]
) -> None:
    tickets = [group for group in UrgencyGroup for _ in range(counts[group])]
    groups = found(sorted_list(counts), [])
    gone: list[tuple[int, UrgencyGroup]] = []
    for leaves, at in steps:
        if leaves and tickets and groups:
            place = at % len(tickets)
            assert group_at(groups, place) is tickets[place]
            gone.append((place, tickets.pop(place)))
            groups = without(groups, place)
        elif gone:
            place, group = gone.pop()
            tickets.insert(place, group)
            groups = with_one(groups, place, group)
        counted = dict(sizes(groups, len(tickets)).values())
        assert not groups or counted == {
            group: tickets.count(group) for group in UrgencyGroup if group in tickets
        }
