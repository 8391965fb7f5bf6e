from datetime import UTC, datetime

import pytest

from supportcli.domain.people import Action, Agent, Role, may
from supportcli.domain.tickets import ticket
from supportcli.domain.tickets.ticket import Priority, Status


def test_new_never_comes_back() -> None:
    assert not [
        before
        for before in Status
        if before is not Status.NEW and ticket.may_step(before, Status.NEW)
    ]


def test_no_verb_leaves_closed_but_merging() -> None:
    after = [after for after in Status if ticket.may_step(Status.CLOSED, after)]
    assert after == [Status.CLOSED, Status.MERGED]


def test_no_verb_leaves_merged() -> None:
    assert [after for after in Status if ticket.may_step(Status.MERGED, after)] == [Status.MERGED]


def test_only_solved_tickets_close() -> None:
    assert [
        before
        for before in Status
        if before is not Status.CLOSED and ticket.may_step(before, Status.CLOSED)
    ] == [Status.SOLVED]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Status.NEW, Status.NEW),
        (Status.OPEN, Status.OPEN),
        (Status.PENDING, Status.OPEN),
        (Status.ON_HOLD, Status.OPEN),
        (Status.SOLVED, Status.OPEN),
        (Status.SPAM, Status.SPAM),
        (Status.DELETED, Status.DELETED),
    ],
)
def test_a_customers_message_opens_what_waited(before: Status, after: Status) -> None:
    assert ticket.status_after_customer_message(before) is after


@pytest.mark.parametrize("before", Status)
def test_who_is_given_a_new_ticket_has_an_open_one(before: Status) -> None:
    opened = Status.OPEN if before is Status.NEW else before
    assert ticket.after_assigning(before, 7) == {"assignee_id": 7, "status": opened}
    assert ticket.after_assigning(before, None) == {"assignee_id": None, "status": before}


@pytest.mark.parametrize("status", Status)
def test_only_what_is_solved_or_closed_knows_since_when(status: Status) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    known = at if status in {Status.SOLVED, Status.CLOSED} else None
    fields = ticket.comes_to(status, at)
    assert (fields["status"], fields["solved_at"]) == (status, known)
    assert ("snoozed_until" in fields) is (status not in ticket.UNSOLVED)
    assert ticket.after_step(status, at).items() >= ticket.comes_to(status, at).items()


def test_priorities_are_ordered_and_named() -> None:
    assert max(Priority) is Priority.URGENT
    assert [Priority.of(str(priority)) for priority in Priority] == list(Priority)
    with pytest.raises(ValueError, match="shouting"):
        Priority.of("shouting")


def test_a_role_may_only_what_is_listed() -> None:
    allowed = {role: [action for action in Action if may(role, action)] for role in Role}
    assert allowed[Role.READ_ONLY] == [Action.READ]
    assert allowed[Role.LIGHT_AGENT] == [Action.READ, Action.NOTE, Action.SAVE_VIEWS]
    assert Action.SET_UP not in allowed[Role.AGENT]
    assert allowed[Role.ADMIN] == list(Action)


@pytest.mark.parametrize(
    ("name", "initials"),
    [("Ada Lovelace", "AL"), ("Ada", "AD"), ("", "A"), ("Jan van der Berg", "JB")],
)
def test_initials_fit_a_narrow_column(name: str, initials: str) -> None:
    assert Agent(1, name, "a@shop.test").initials[: len(initials)] == initials
