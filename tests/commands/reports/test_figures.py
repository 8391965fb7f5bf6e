"""The figures of the dashboard and of my day lead to the tickets that `report … --ids` lists."""

import re
from collections.abc import Iterator

import pytest

from supportcli.desk import reports
from supportcli.desk.replies import writing
from supportcli.desk.tickets import lists, verbs
from supportcli.domain.reports.dashboard.desk_day import DeskDay
from supportcli.domain.reports.dashboard.figures import Figure
from supportcli.domain.reports.dashboard.my_day import MyDay
from supportcli.domain.tickets.ticket import Status
from tests.commands.program import Program, golden

HOURS = 6
"""So many hours of the heat map are asked for: all come the same way."""


def of_desk(day: DeskDay) -> Iterator[Figure]:
    yield from (one.figure for one in (*day.today, *day.ages, *day.tags))
    for promise in day.promises:
        yield from (promise.met, promise.missed)
    for one in day.days:
        yield from (one.created, one.solved, one.open)
    for agent in day.agents:
        yield from agent.figures
    hours = [figure for one in day.weekdays for figure in (*one.hours, one.whole) if figure.value]
    yield from hours[:: len(hours) // HOURS]


def of_me(day: MyDay) -> Iterator[Figure]:
    yield from (one.figure for one in (*day.done, *day.left))
    yield day.free


def test_each_figure_leads_to_the_tickets_that_the_report_lists(past: Program) -> None:
    with past.desk() as desk:
        figures = [*of_desk(reports.desk_day(desk)), *of_me(reports.of_me(desk, 5))]
        counted = [one for one in figures if one.numbers]
        assert len(counted) > 40
        for figure in counted:
            listed = [int(line) for line in past.done(*figure.call).split()]
            assert list(dict.fromkeys(listed)) == list(figure.numbers), figure.title
            query, count = reports.query_of(desk, figure)
            assert count == len(figure.numbers)
            assert sorted(lists.numbers(desk, query)) == sorted(figure.numbers), query


def test_a_query_that_finds_something_else_is_not_shown(
    past: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    with past.desk() as desk:
        figure = next(
            one.figure for one in reports.desk_day(desk).today if one.label.startswith("Open")
        )
        assert reports.query_of(desk, figure)[0] == "is:unsolved"
        solved = past.rows("ticket", "list", "is:solved")[0]["number"]
        past.done("ticket", "reopen", solved)
        numbered = f"number:{','.join(map(str, sorted(figure.numbers)))}"
        assert reports.query_of(desk, figure) == (numbered, len(figure.numbers))
        monkeypatch.setattr(reports, "MOST_NUMBERED", 2)
        newest = ",".join(map(str, sorted(figure.numbers)[-2:]))
        assert reports.query_of(desk, figure) == (f"number:{newest}", len(figure.numbers))


def test_my_day_says_the_same_as_text_and_as_json(past: Program) -> None:
    with past.desk() as desk:
        number = lists.numbers(desk, "is:open")[0]
        verbs.assign(desk, [number], "me")
        writing.reply(desk, number, "It is on its way.", status=Status.OPEN, agree=lambda _: True)
    past.clock.tick(minutes=1)
    text, (day,) = past.done("report", "my-day"), past.rows("report", "my-day")
    golden("report-my-day.txt", text)
    (mine,) = (
        row
        for row in past.rows("report", "agents", "--since", "today")
        if row.get("row") == day["agent"]
    )
    assert (day["answered"], day["solved"]) == (mine["replies"], mine["solved"]) == (1, 0)
    for words in ("Answered +1 +0", f"To do +{day['open']}$", f"Unassigned +{day['unassigned']}$"):
        assert re.search(words, text, re.MULTILINE), words
