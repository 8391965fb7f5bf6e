"""What rows of tables mean, and that no cell becomes a formula."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supportcli.domain.imports.records import (
    HEADINGS,
    Record,
    RowRefused,
    guess,
    missing,
    record_of,
    shielded,
    tags_of,
    unshielded,
)
from supportcli.domain.mail import Address
from supportcli.domain.tickets.ticket import Direction, Priority, Status

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROW = {
    "customer": "Maria@Acme.test",
    "subject": "Leak",
    "text": "It leaks.",
    "created": "2026-01-31 10:00",
}


def record(dates: str | None = None, **cells: str) -> Record:
    return record_of({**ROW, **cells}, "row", dates, NOW)


@given(st.one_of(st.text(), st.text(alphabet="'=+-@\t\rx \"", max_size=4)))
def test_a_cell_comes_back_and_begins_no_formula(cell: str) -> None:
    assert unshielded(shielded(cell)) == cell
    assert shielded(cell).lstrip(' "')[:1] not in set("=+-@\t\r")


@pytest.mark.parametrize("cell", ["'tis nobler", "plain", "", "'"])
def test_a_cell_of_somebody_else_stays(cell: str) -> None:
    assert unshielded(cell) == cell


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        # Zendesk's and Freshdesk's exports
        (
            [
                "Id",
                "Requester",
                "Requester email",
                "Subject",
                "Status",
                "Priority",
                "Tags",
                "Assignee",
                "Created at",
            ],
            {
                "number",
                "name",
                "customer",
                "subject",
                "status",
                "priority",
                "tags",
                "assignee",
                "created",
            },
        ),
        (
            [
                "Ticket ID",
                "Subject",
                "Status",
                "Priority",
                "Agent",
                "Created time",
                "Email",
                "Full name",
                "Description",
            ],
            {
                "number",
                "subject",
                "status",
                "priority",
                "assignee",
                "created",
                "customer",
                "name",
                "text",
            },
        ),
        # osTicket's
        (
            [
                "Ticket Number",
                "Date Created",
                "Subject",
                "From Email",
                "Priority",
                "Current Status",
                "Last Updated",
                "Agent Assigned",
            ],
            {
                "number",
                "created",
                "subject",
                "customer",
                "priority",
                "status",
                "updated",
                "assignee",
            },
        ),
        (["one", "two"], set()),
    ],
)
def test_headings_are_guessed(headings: list[str], expected: set[str]) -> None:
    assert guess(headings).keys() == expected
    assert set(guess(headings).values()) <= set(headings)


def test_an_address_is_rather_the_customer_than_a_name_is() -> None:
    assert guess(["Customer", "Email"])["customer"] == "Email"


def test_what_a_table_has_to_tell() -> None:
    assert missing({}) == ["customer", "subject or text"]
    assert missing({"customer": "Email", "text": "Body"}) == []
    assert all(name in HEADINGS for name in ROW)


def test_a_row_is_a_ticket_with_a_message() -> None:
    found = record(
        number="#12",
        name="Maria  Lopez",
        status="Resolved",
        priority="Critical",
        tags="VIP, double charge;vip",
        assignee=" Ada ",
    )
    assert (found.customer, found.subject, found.number, found.key) == (
        Address("Maria Lopez", "maria@acme.test"),
        "Leak",
        12,
        "#12",
    )
    assert (found.status, found.priority, found.tags, found.assignee) == (
        Status.SOLVED,
        Priority.URGENT,
        ("charge", "double", "vip"),
        "Ada",
    )
    (entry,) = found.entries
    assert (entry.direction, entry.at, entry.text, entry.sender) == (
        Direction.IN,
        datetime(2026, 1, 31, 10, tzinfo=UTC),
        "It leaks.",
        found.customer,
    )


def test_a_reply_and_a_note_are_those_of_an_agent() -> None:
    (entry,) = record(direction="Outgoing", author="Ada@shop.test", author_name="Ada").entries
    assert (entry.direction, entry.sender, entry.agent) == (
        Direction.OUT,
        Address("Ada", "ada@shop.test"),
        "ada@shop.test",
    )
    assert record(direction="private").entries[0].direction is Direction.NOTE


def test_a_hyphen_in_a_cell_says_nothing() -> None:
    found = record(
        number="-",
        status="-",
        priority=" - ",
        tags="-",
        assignee="-",
        created="-",
        updated="-",
        subject="-",
        text="-",
    )
    assert (found.number, found.key, found.status, found.priority, found.tags) == (
        None,
        "row",
        None,
        Priority.NORMAL,
        (),
    )
    assert (
        found.assignee,
        found.created_at,
        found.updated_at,
        found.subject,
        found.entries[0].text,
    ) == ("", NOW, None, "-", "-")


def test_what_a_row_does_not_say() -> None:
    found = record_of({"customer": "a@b.test", "text": "It leaks.\nBadly."}, "row", None, NOW)
    assert (found.subject, found.created_at, found.status, found.number, found.key) == (
        "It leaks.",
        NOW,
        None,
        None,
        "row",
    )


@pytest.mark.parametrize(
    ("typed", "dates", "moment"),
    [
        ("2026-01-31T10:00:00Z", None, datetime(2026, 1, 31, 10, tzinfo=UTC)),
        (
            "2026-01-31 12:00:00 +0200",
            "%Y-%m-%d %H:%M:%S %z",
            datetime(2026, 1, 31, 10, tzinfo=UTC),
        ),
        ("2026-01-31 10:00:00 UTC", None, datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-31", None, datetime(2026, 1, 31, tzinfo=UTC)),
        ("31.01.2026", "%d.%m.%Y", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2099-01-31", None, NOW),
    ],
)
def test_dates(typed: str, dates: str | None, moment: datetime) -> None:
    assert record(dates, created=typed).created_at == moment


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"customer": ""}, "no customer: the cell of their address is empty"),
        ({"customer": "maria"}, "invalid address: maria"),
        (
            {"subject": " ", "text": "\n", "number": ""},
            "empty: it has neither a subject nor a text",
        ),
        ({"status": "Odd"}, "invalid status: odd"),
        ({"priority": "Odd"}, "invalid priority: odd"),
        ({"direction": "up"}, "invalid direction: up"),
        (
            {"created": "31.1.2026"},
            "invalid date: 31.1.2026 (created, expected as 2026-01-31 10:00; use --dates for another format)",
        ),
        (
            {"created": "0001-01-01T00:00:00+14:00"},
            "invalid date: 0001-01-01T00:00:00+14:00 (created, expected as 2026-01-31 10:00; use --dates for another format)",
        ),
    ],
)
def test_a_row_that_is_none_says_why(cells: dict[str, str], reason: str) -> None:
    with pytest.raises(
        RowRefused,
        match="^" + reason.replace("(", r"\(").replace(")", r"\)").replace("+", r"\+") + "$",
    ):
        record(**cells)


@given(st.dictionaries(st.sampled_from(sorted(HEADINGS)), st.text(max_size=30)))
def test_any_cells_are_a_ticket_or_are_refused(cells: dict[str, Any]) -> None:
    with suppress(RowRefused):
        assert record_of(cells, "row", None, NOW).entries[0].at <= NOW


@given(st.text())
def test_tags_are_short_words(cell: str) -> None:
    for tag in tags_of(cell):
        assert 0 < len(tag) <= 60
        assert not any(letter.isspace() or letter in ',:"()' for letter in tag)
