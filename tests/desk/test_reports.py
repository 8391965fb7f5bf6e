"""Each number of each report is the one that a slow oracle counts from the events alone, over
random desks."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from supportcli.desk import Desk, reports, undo
from supportcli.desk.replies import writing
from supportcli.desk.reports import Question
from supportcli.desk.sla import explain
from supportcli.desk.tickets import lists, verbs
from supportcli.domain.reports.registry import REPORTS
from supportcli.domain.reports.table import ReportTable, TableRow, Unit
from supportcli.domain.sla.calendar import Calendar
from supportcli.domain.sla.calendar_text import own_day_of, week_of
from supportcli.domain.tickets.ticket import Priority, Status
from supportcli.errors.names import NotFound
from supportcli.errors.sla import CalendarInvalid
from supportcli.errors.tickets import QueryError
from supportcli.storage.sla import calendars
from tests.desk.archives import admins_desk, bring, bring_table
from tests.desk.desks import ADA, BOB, START, StandingClock, as_agent, desk_at, write_in
from tests.desk.histories import add_target, live, write
from tests.desk.letters import EVE, GRACE, letter
from tests.desk.levels import promise
from tests.desk.report_oracle import Past, counted, hour_of, levels, pasts, workload
from tests.long import LONG

ZONES = ("Europe/Berlin", "UTC", "America/St_Johns", "Pacific/Apia")
PERIODS = (
    ("30d", ""),
    ("2026-03", "2026-03"),
    ("2026-03-29", "2026-03-29"),
    ("36h", ""),
    ("2026-01", ""),
)
SPRING = datetime.fromisoformat("2026-03-10T08:00:00+00:00")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A desk that has lived through the weeks around a DST change, another one on each engine."""
    sqlite = request.param == "sqlite"
    if sqlite:
        url = f"sqlite:///{tmp_path_factory.mktemp('lived')}/desk.db"
    else:
        url = request.getfixturevalue("postgres").new_database(
            request.getfixturevalue("blank_database")
        )
    with desk_at(url, StandingClock(SPRING)) as desk:
        live(desk, 1 if sqlite else 2, 130, hours=16)
        yield desk


def ask(desk: Desk, name: str, *, where: str = "", **question: object) -> ReportTable:
    return reports.run(desk, [(name, Question(**question))], where)[0]  # type: ignore[arg-type]


def compare(desk: Desk, since: str, until: str, zone: str) -> None:
    """Every total and every day, agent, tag and hour of each report."""
    found = pasts(desk)
    question = Question(since, until, zone=zone)
    for table in reports.run(desk, [(name, question) for name in REPORTS]):
        period = table.frame.period
        expected = {
            **counted(found, period.since, period.until),
            "service-levels": levels(desk, period.since, period.until),
            "workload": workload(desk, found, period.until, table.frame.zone),
        }[table.name]
        assert {name: table.total.values[name] for name in expected} == expected, table.name
        for column in table.figures:
            behind = table.behind(table.total, column.name)
            if column.unit is Unit.COUNT:
                assert len(behind) == table.total.values[column.name]
    days_are_right(desk, found, question)
    groups_are_right(desk, found, question)


def days_are_right(desk: Desk, found: list[Past], question: Question) -> None:
    by_day = Question(question.since, question.until, "day", question.zone)
    for table in reports.run(
        desk,
        [
            (name, by_day)
            for name in ("volume", "backlog", "first-response", "next-response", "agents")
        ],
    ):
        for row in table.rows:
            expected = counted(found, row.period.since, row.period.until)[table.name]
            assert {name: row.values[name] for name in expected} == expected, (
                table.name,
                row.label,
            )
        additive = table.columns[0].name if table.name != "backlog" else "opened"
        assert sum(row.values[additive] or 0 for row in table.rows) == table.total.values[additive]


def groups_are_right(desk: Desk, found: list[Past], question: Question) -> None:
    asked = [
        (name, Question(question.since, question.until, by, question.zone)) for name, by in GROUPED
    ]
    first, agents, tags, hours, kinds = reports.run(desk, asked)
    since, until = first.frame.period.since, first.frame.period.until
    for table in (first, agents):
        expected = {who: counted(found, since, until, who)[table.name] for who in (ADA, BOB)}
        assert {row.key: dict(row.values) for row in table.rows} == {
            who: numbers for who, numbers in expected.items() if any(numbers.values())
        }
    for row in tags.rows:
        of_tag = [one for one in found if row.key in one.tags or (row.key is None and not one.tags)]
        assert (row.values["created"], row.values["solved"]) == tuple(
            counted(of_tag, since, until)["tags"].values()
        )
    for weekday, row in enumerate(hours.rows):
        expected_hours = [
            hour_of(found, since, until, ZoneInfo(question.zone), (weekday, hour))
            for hour in range(24)
        ]
        assert [row.values[f"{hour:02}"] for hour in range(24)] == expected_hours
    for row in kinds.rows:
        expected_fates = levels(desk, since, until, row.key)
        assert {name: row.values[name] for name in expected_fates} == expected_fates


GROUPED = (
    ("first-response", "agent"),
    ("agents", "agent"),
    ("tags", "tag"),
    ("busiest-hours", "weekday"),
    ("service-levels", "kind"),
)


@pytest.mark.parametrize(
    ("period", "zone"), list(zip(PERIODS, (*ZONES, "Europe/Berlin"), strict=True)), ids=str
)
def test_every_number_is_the_one_the_events_tell(
    lived: Desk, period: tuple[str, str], zone: str
) -> None:
    compare(lived, *period, zone)


@pytest.mark.acceptance
@pytest.mark.parametrize("seed", range(100, 106 if LONG else 102))
def test_every_number_over_many_desks(tmp_path: Path, seed: int) -> None:
    with desk_at(f"sqlite:///{tmp_path}/desk.db", StandingClock(SPRING)) as desk:
        live(desk, seed, 250, hours=10)
        for period in PERIODS:
            for zone in ZONES:
                compare(desk, *period, zone)


def test_shares_are_those_of_their_counts(lived: Desk) -> None:
    for question in (Question(), Question(by="agent"), Question(by="day")):
        contact, service = reports.run(
            lived, [("first-contact", question), ("service-levels", question)]
        )
        for row in (*contact.rows, contact.total):
            assert row.values["share"] == ratio(row, "settled", "settled", "other")
        for row in (*service.rows, service.total):
            met, missed, excused = (row.values[name] or 0 for name in ("met", "missed", "excused"))
            assert row.values["achieved"] == ratio(row, "met", "met", "missed")
            assert row.values["achieved_excused"] == (
                met / (met + missed - excused) if met + missed - excused else None
            )


def test_workload_is_what_the_list_says_is_overdue_and_due_today(tmp_path: Path) -> None:
    clock = StandingClock(SPRING)  # 08:00 in UTC
    with desk_at(f"sqlite:///{tmp_path}/desk.db", clock) as desk:
        promise(desk, first_response="urgent=1h high=6h 3d", next_response="2h")
        for who, priority in (
            (ADA, Priority.URGENT),
            (ADA, Priority.HIGH),
            (ADA, Priority.NORMAL),
            (BOB, Priority.URGENT),
            ("", Priority.HIGH),
        ):
            number = write_in(desk)
            verbs.prioritise(desk, [number], priority)
            if who:
                verbs.assign(desk, [number], who)
        clock.tick(hours=2)
        verbs.wait(as_agent(desk, BOB), [4])
        clock.tick(seconds=1)
        table = ask(desk, "workload", since="today", zone="UTC")
        rows = {row.key: dict(row.values) for row in table.rows}
        assert rows == {
            ADA: {"open": 3, "overdue": 1, "today": 1},
            None: {"open": 1, "overdue": 0, "today": 1},
        }
        for row in table.rows:
            whose = f"status:new,open assignee:{row.key or 'none'}"
            for column, query in (("open", whose), ("overdue", f"is:overdue {whose}")):
                behind = [fact.ticket.number for fact in table.behind(row, column)]
                assert sorted(behind) == sorted(lists.numbers(desk, query))


def ratio(row: TableRow, part: str, *whole: str) -> float | None:
    everything = sum(row.values[name] or 0 for name in whole)
    return (row.values[part] or 0) / everything if everything else None


def test_a_period_beside_the_one_before_says_what_each_says_alone(lived: Desk) -> None:
    for name in REPORTS:
        both = ask(
            lived, name, since="2026-03-25", until="2026-03-31", compare=True, zone="Europe/Berlin"
        )
        alone = ask(lived, name, since="2026-03-18", until="2026-03-24", zone="Europe/Berlin")
        assert both.before is not None
        assert both.before.frame.period == alone.frame.period
        assert [row.values for row in both.before.rows] == [row.values for row in alone.rows]
        assert both.before.total.values == alone.total.values


def test_a_query_narrows_the_tickets_and_keeps_closed_ones(lived: Desk) -> None:
    by_tag = {
        row.key: row.values["created"]
        for row in ask(lived, "volume", since="2026-01", by="tag").rows
        if row.key
    }
    tag, expected = next(iter(by_tag.items()))

    def created(where: str) -> float:
        return (
            ask(lived, "volume", since="2026-01", where=f"tag:{tag} {where}").total.values[
                "created"
            ]
            or 0
        )

    assert created("") == expected
    with lived.db.write() as tx:
        tx.connection().exec_driver_sql(
            "update ticket set status = 'closed' where status = 'solved'"
        )
    try:
        assert created("") == expected
        assert created("-status:closed") + created("status:closed") == expected
        assert created("status:closed") > 0
    finally:
        with lived.db.write() as tx:
            tx.connection().exec_driver_sql(
                "update ticket set status = 'solved' where status = 'closed'"
            )
    with pytest.raises(QueryError, match="Column 10"):
        ask(lived, "volume", where="assignee:zoe")
    with pytest.raises(QueryError, match="“hlep” is not a mailbox of this desk"):
        ask(lived, "volume", where="mailbox:hlep")


def clock_of(desk: Desk) -> StandingClock:
    assert isinstance(desk.clock, StandingClock)
    return desk.clock


def test_a_wait_begins_when_the_mail_server_took_the_mail(desk: Desk) -> None:
    number = write(desk, ago=600)
    clock_of(desk).tick(minutes=50)
    writing.reply(desk, number, "We look.")
    clock_of(desk).tick(minutes=5)
    assert ask(desk, "first-response").total.values == {
        "answered": 1,
        "median": 3600,
        "p90": 3600,
        "mean": 3600,
    }


def test_a_machine_starts_no_clock_and_mail_from_before_has_no_time(desk: Desk) -> None:
    for number in (write(desk, machine=True), write(desk, historic=True, ago=86_400)):
        writing.reply(desk, number, "We look.", status=Status.SOLVED)
    clock_of(desk).tick(minutes=5)
    assert ask(desk, "first-response").total.values["answered"] == 0
    assert ask(desk, "volume").total.values["created"] == 2
    assert ask(desk, "resolution").total.values["solved"] == 1, (
        "the machine's ticket was one of ours"
    )
    assert ask(desk, "agents").total.values["replies"] == 2


@pytest.fixture
def moved_in(tmp_path: Path) -> Iterator[Desk]:
    """A desk with old tickets out of files, seen half an hour later: #1 answered long ago, #2 from
    last week, #3 to #5 from a table. Nobody has touched one since."""
    day = timedelta(days=1)
    mails = [
        letter("one", sent=START - 60 * day),
        letter("two", sender=BOB, to=GRACE, references=["one"], sent=START - 59 * day),
    ]
    mails += [
        letter("three", sent=START - 58 * day, references=["two"]),
        letter("new", sender=EVE, sent=START - 7 * day),
    ]
    archive, sheet = tmp_path / "all.mbox", tmp_path / "old.csv"
    archive.write_bytes(
        b"".join(b"From nobody Sat Jan 31 10:00:00 2026\n" + mail + b"\n" for mail in mails)
    )
    states = enumerate(
        (("solved", "2026-01-11"), ("closed", "2026-02-20"), ("pending", "2026-01-13")), 1
    )
    rows = [
        f"{number},Leak,{GRACE},It leaks.,{status},{created},2026-01-14"
        for number, (status, created) in states
    ]
    sheet.write_text(
        "\n".join(["number,subject,customer,text,status,created,updated", *rows]), encoding="utf-8"
    )
    with admins_desk(f"sqlite:///{tmp_path}/desk.db", StandingClock()) as desk:
        bring(desk, archive)
        bring_table(desk, sheet)
        clock_of(desk).tick(minutes=30)
        yield desk


def test_what_was_imported_is_as_open_as_it_stands(moved_in: Desk) -> None:
    backlog = ask(moved_in, "backlog", since="2025", by="month").total
    assert backlog.values == {"open": 2, "opened": 5, "closed": 3}
    assert ask(moved_in, "backlog-age", since="2025").total.values["open"] == 2
    assert {
        row.key: row.values["closed"]
        for row in ask(moved_in, "backlog", since="2026", by="month").rows
    } == {
        "2026-01": 2,
        "2026-02": 1,
        "2026-03": 0,
    }
    assert (
        ask(moved_in, "backlog", since="2026-02-15", until="2026-02-21").total.values["closed"] == 1
    ), "what the table says of its last change is odd"
    assert ask(moved_in, "tags", since="2025").total.values == {
        "created": 5,
        "solved": 3,
        "median": None,
    }
    for name in (
        "resolution",
        "first-resolution",
        "first-response",
        "next-response",
        "first-contact",
    ):
        assert not any(ask(moved_in, name, since="2025").total.values.values()), name
    assert ask(moved_in, "agents", since="2025").total.values == {
        "replies": 1,
        "solved": 0,
        "tickets": 1,
        "median": None,
    }
    assert ask(moved_in, "reopened", since="2025").total.values["reopened"] == 0


def test_a_customer_who_writes_into_an_imported_ticket_opens_it_again(moved_in: Desk) -> None:
    write(moved_in, 1)
    clock_of(moved_in).tick(minutes=20)
    writing.reply(moved_in, 1, "We look.", agree=lambda _: True, status=Status.SOLVED)
    clock_of(moved_in).tick(minutes=1)
    asked = ("backlog", "reopened", "first-response", "next-response", "resolution")
    backlog, reopened, first, following, resolution = reports.run(
        moved_in, [(name, Question("today", zone="UTC")) for name in asked]
    )
    assert backlog.total.values == {"open": 2, "opened": 1, "closed": 1}
    assert (reopened.total.values["reopened"], reopened.total.values["tickets"]) == (1, 1)
    assert (first.total.values["answered"], following.total.values["median"]) == (0, 20 * 60)
    assert resolution.total.values["solved"] == 0


def test_what_was_undone_was_never_made(desk: Desk) -> None:
    number = write(desk)
    clock_of(desk).tick(minutes=10)
    writing.reply(desk, number, "Wrong one.", status=Status.SOLVED)
    clock_of(desk).tick(seconds=5)
    undo.undo(desk)
    clock_of(desk).tick(minutes=10)
    writing.reply(as_agent(desk, BOB), number, "We look.")
    clock_of(desk).tick(minutes=1)
    first, solved, agents = reports.run(
        desk, [(name, Question()) for name in ("first-response", "first-resolution", "agents")]
    )
    assert first.total.values["median"] == 20 * 60 + 5
    assert solved.total.values["solved"] == 0
    assert [(row.key, row.label, row.values["replies"]) for row in agents.rows] == [
        (BOB, "Bob Lee", 1)
    ]


def test_a_ticket_that_was_spam_by_mistake_was_open_all_the_time(desk: Desk) -> None:
    """A trial: the dashboard had it among those solved today."""
    number = write(desk)
    clock_of(desk).tick(minutes=10)
    verbs.spam(desk, [number])
    clock_of(desk).tick(minutes=10)
    verbs.reopen(as_agent(desk, BOB), [number])
    clock_of(desk).tick(minutes=10)
    writing.reply(desk, number, "Sorry.")
    clock_of(desk).tick(minutes=1)
    backlog, first, reopened = reports.run(
        desk, [(name, Question()) for name in ("backlog", "first-response", "reopened")]
    )
    assert backlog.total.values == {"open": 1, "opened": 1, "closed": 0}
    assert first.total.values["median"] == 30 * 60
    assert reopened.total.values["reopened"] == 0


def test_a_ticket_whose_opening_was_undone_never_was(desk: Desk) -> None:
    from supportcli.domain.mail import Address

    verbs.new(
        desk,
        mailbox=None,
        customer=Address("Maria", "maria@acme.test"),
        subject="Oops",
        text="Wrong button",
    )
    verbs.tag(desk, [1], {"oops"})
    undo.undo(desk)
    undo.undo(desk)
    clock_of(desk).tick(minutes=1)
    for table in reports.run(desk, [(name, Question()) for name in REPORTS]):
        assert not any(table.total.values.values()), table.name


def test_a_wait_that_solving_ends_is_no_response_and_the_next_is_no_first(desk: Desk) -> None:
    number = write(desk)
    clock_of(desk).tick(hours=1)
    verbs.solve(desk, [number])
    clock_of(desk).tick(hours=1)
    write(desk, number)
    clock_of(desk).tick(minutes=30)
    write(desk, number)
    clock_of(desk).tick(minutes=30)
    writing.reply(desk, number, "We look.")
    writing.reply(desk, number, "And one thing more.")
    clock_of(desk).tick(minutes=1)
    assert ask(desk, "first-response").total.values["answered"] == 0
    assert ask(desk, "next-response").total.values == {
        "answered": 1,
        "median": 3600,
        "p90": 3600,
        "mean": 3600,
    }


def test_a_target_that_was_missed_stays_missed_when_the_answer_comes(desk: Desk) -> None:
    number = write(desk)
    now, hour = clock_of(desk).tick(hours=5), timedelta(hours=1)
    add_target(
        desk,
        number,
        "first-response",
        1,
        START,
        breached_at=now - 2 * hour,
        met_at=now - hour,
        ended_event=1,
    )
    add_target(
        desk,
        number,
        "resolution",
        1,
        START,
        breached_at=now - hour,
        excused_at=now,
        cancelled_at=now - hour,
    )
    add_target(
        desk, number, "next-response", 1, START, cancelled_at=now - hour, cancelled_because="solved"
    )
    add_target(desk, number, "first-resolution", 1, START)
    clock_of(desk).tick(minutes=1)
    assert ask(desk, "service-levels").total.values == {
        "met": 0,
        "missed": 2,
        "achieved": 0,
        "excused": 1,
        "achieved_excused": 0,
        "not_needed": 1,
        "running": 1,
    }


def test_who_excuses_a_breach_did_something_to_its_ticket(desk: Desk) -> None:
    promise(desk, first_response="1h")
    number = write(desk)
    clock_of(desk).tick(hours=2)
    writing.reply(as_agent(desk, BOB), number, "Here.", status=Status.SOLVED)
    clock_of(desk).tick(days=50)
    explain.excuse(desk, f"#{number}", "Nobody was in.")
    clock_of(desk).tick(minutes=1)
    agents = ask(desk, "agents")
    assert [(row.key, row.values["tickets"]) for row in agents.rows] == [(ADA, 1)]
    assert [fact.ticket.number for fact in agents.behind(agents.total, "tickets")] == [number]
    undo.undo(desk)
    clock_of(desk).tick(minutes=1)
    assert ask(desk, "agents").total.values["tickets"] == 0


def test_a_target_is_missed_when_it_is_due_whether_or_not_anybody_noted_it(desk: Desk) -> None:
    number, due = write(desk), START + timedelta(hours=3)
    add_target(desk, number, "first-response", 1, START, due_at=due)
    add_target(desk, number, "resolution", 1, START, due_at=START + timedelta(days=3))
    clock_of(desk).tick(hours=3, minutes=30)
    levels = ask(desk, "service-levels", since="today", by="hour", zone="UTC")
    assert (levels.total.values["missed"], levels.total.values["running"]) == (1, 1)
    assert [row.key for row in levels.rows if row.values["missed"]] == ["2026-03-02 12:00"]
    with desk.db.write() as tx:
        tx.connection().exec_driver_sql(
            "update policy set valid_to = ?",
            (str((due - timedelta(hours=1)).replace(tzinfo=None)),),
        )
    levels = ask(desk, "service-levels", since="today", zone="UTC")
    assert (
        levels.total.values["missed"],
        levels.total.values["not_needed"],
        levels.total.values["running"],
    ) == (0, 2, 0)


def test_a_day_of_the_dst_change_has_its_own_hours(desk: Desk) -> None:
    clock_of(desk).now = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    write(desk)  # 02:30 in summer time
    clock_of(desk).tick(hours=1)
    write(desk)  # 02:30 once more, in winter time
    clock_of(desk).now = datetime.fromisoformat("2026-11-02T00:00:00+00:00")
    asked = {"since": "2026-10-25", "until": "2026-10-25", "zone": "Europe/Berlin"}
    autumn = ask(desk, "volume", by="hour", **asked)
    assert len(autumn.rows) == 25
    assert {row.key: row.values["created"] for row in autumn.rows if row.values["created"]} == {
        "2026-10-25 02:00 +0200": 1,
        "2026-10-25 02:00 +0100": 1,
    }
    assert [row.values["created"] for row in ask(desk, "volume", by="day", **asked).rows] == [2]
    assert ask(desk, "busiest-hours", **asked).rows[6].values["02"] == 2
    spring = ask(
        desk, "volume", since="2026-03-29", until="2026-03-29", zone="Europe/Berlin", by="hour"
    )
    assert len(spring.rows) == 23
    assert "2026-03-29 02:00" not in {row.key for row in spring.rows}


def test_times_by_a_calendar_leave_out_nights_weekends_and_a_holiday(desk: Desk) -> None:
    office = Calendar(
        "office", "Europe/Berlin", week_of("mon-fri 9:00-17:00"), (own_day_of("05-01 closed"),)
    )
    with desk.db.write() as tx:
        calendars.add_calendar(tx, office, agent_id=None, now=desk.now())
    clock_of(desk).now = datetime.fromisoformat(
        "2026-04-30T14:00:00+00:00"
    )  # a Thursday, 16:00 in Berlin; Friday is the first of May
    number = write(desk)
    clock_of(desk).now = datetime.fromisoformat("2026-05-04T08:00:00+00:00")  # Monday 10:00
    writing.reply(desk, number, "We look.")
    clock_of(desk).tick(minutes=1)
    table = ask(desk, "first-response", calendar="Office")
    assert (table.frame.calendar, str(table.frame.zone)) == ("office", "Europe/Berlin")
    assert table.total.values["median"] == 2 * 3600
    assert ask(desk, "first-response").total.values["median"] == 90 * 3600


def test_a_calendar_that_there_is_not_is_named(desk: Desk) -> None:
    with pytest.raises(NotFound, match="office"):
        ask(desk, "first-response", calendar="office")


def test_zones_are_found_in_any_case_and_others_are_named(desk: Desk) -> None:
    assert str(ask(desk, "volume", zone="europe/berlin").frame.zone) == "Europe/Berlin"
    with pytest.raises(CalendarInvalid) as refused:
        ask(desk, "volume", zone="Europe/Berlim")
    assert "Europe/Berlin" in refused.value.hint


def test_days_are_those_of_this_machine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Asia/Tokyo")
    assert str(ask(desk, "volume").frame.zone) == "Asia/Tokyo"
