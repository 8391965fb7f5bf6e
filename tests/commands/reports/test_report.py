"""Reports by command: what they print is pinned, every form says the same numbers, and wrong calls
are told what would be right."""

import csv
import fcntl
import io
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from supportcli.commands.output import printing
from supportcli.domain.reports.registry import REPORTS
from supportcli.domain.reports.table import Unit
from supportcli.rendering.reports import figures
from supportcli.rendering.reports.figures import BLOCKS, PLAIN
from tests.commands.program import Program, golden

PERIOD = ("--since", "2026-03-02", "--until", "2026-03-15", "--zone", "Europe/Berlin")


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_prints_its_table(past: Program, name: str) -> None:
    golden(f"report-{name}.txt", past.done("report", name, *PERIOD))


def test_list_and_machine_forms(past: Program) -> None:
    golden("report-list.txt", past.done("report", "list"))
    golden(
        "report-volume.jsonl",
        past.done("report", "volume", *PERIOD, "--by", "week", "--compare", "--json"),
    )
    golden(
        "report-service-levels.csv",
        past.done("report", "service-levels", *PERIOD, "--csv", "--compare"),
    )
    assert past.done("report", "busiest-hours", *PERIOD, "--compare").count("Change") == 1
    golden("report-agents-compared.txt", past.done("report", "agents", *PERIOD, "--compare"))
    golden(
        "report-ids.jsonl",
        past.done("report", "first-response", *PERIOD, "--ids", "--json", "--row", "up to 8 h"),
    )
    assert [row["report"] for row in past.rows("report", "list")] == list(REPORTS)


class Page(HTMLParser):
    """The numbers of a page: of each section by column, the totals first and then the rows."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: dict[str, list[tuple[str, str]]] = {}
        self.hours: list[str] = []
        self.fetched: list[str] = []
        self._numbers: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.fetched += [
            value
            for name, value in found.items()
            if name in {"src", "href", "action", "data", "xlink:href"}
        ]
        if tag == "section":
            self._numbers = self.sections.setdefault(found["id"], [])
        elif "data-column" in found:
            self._numbers.append((found["data-column"], found["data-value"]))
        elif "data-value" in found:
            self.hours.append(found["data-value"])


def said(value: Any) -> str:
    return "" if value is None else str(value)


def test_table_json_csv_and_page_say_the_same(past: Program) -> None:
    rows = past.rows("report", "all", *PERIOD)
    page = Page(past.done("report", "all", *PERIOD, "--html", "-"))
    assert page.fetched == []
    for name, report in REPORTS.items():
        mine = [row for row in rows if row["report"] == name]
        total = next(row for row in mine if row["type"] == "total")
        columns = [column.name for column in report.figures]
        of_csv = list(csv.DictReader(io.StringIO(past.done("report", name, *PERIOD, "--csv"))))
        assert [of_csv[-1][column] for column in columns] == [
            said(total[column]) for column in columns
        ]
        for line, row in zip(
            of_csv[:-1], (row for row in mine if row["type"] == "row"), strict=True
        ):
            assert {column: line[column] for column in columns if column in row} == {
                column: said(row[column]) for column in columns if column in row
            }
        shown = columns if report.drawn else columns[:1]
        assert page.sections[name][: len(shown)] == [
            (column, said(total[column])) for column in shown
        ]
        of_rows = [
            (column, said(row[column]))
            for row in mine
            if row["type"] == "row"
            for column in columns
            if column in row
        ]
        assert page.sections[name][len(shown) :] == (of_rows if report.drawn else [])
        text = past.done("report", name, *PERIOD)
        printed = next(line for line in text.splitlines() if line.startswith("Total"))
        assert (
            printed.split()[1]
            == figures.number(total[columns[0]], report.figures[0].unit).split()[0]
        )
    busiest = [row for row in rows if row["report"] == "busiest-hours" and row["type"] == "row"]
    assert page.hours == [said(row[f"{hour:02}"]) for row in busiest for hour in range(24)]


def test_tickets_behind_a_number_count_to_it(past: Program) -> None:
    for name, report in REPORTS.items():
        rows = past.rows("report", name, *PERIOD)
        for column in report.figures[:4]:
            if column.unit == "count":
                for row in rows[1:]:
                    of_row = ["--row", row["row"] or "none"] if row["type"] == "row" else []
                    if column.name in row:
                        ids = past.done(
                            "report", name, *PERIOD, "--ids", "--of", column.name, *of_row
                        ).split()
                        assert len(ids) == row[column.name], (name, column.name, row)
                        break
    numbers = past.done("report", "volume", *PERIOD, "--ids")
    shown = past.run("ticket", "show", "-", "--json", stdin=numbers)
    assert [row["number"] for row in shown.rows] == [int(number) for number in numbers.split()]


def test_a_page_is_written_whole_and_again(past: Program) -> None:
    place = str(past.folder / "report.html")
    for _ in range(2):
        assert past.done("report", "tags", *PERIOD, "--html", place) == f"Wrote {place}.\n"
    text = Path(place).read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "<svg" in text
    assert "prefers-color-scheme: dark" in text
    assert REPORTS["tags"].definition.split(":")[0] in text
    assert not re.search(r"https?://|url\(|@import", text)
    assert [path.name for path in past.folder.glob("*report*")] == ["report.html"]
    shared, link = past.folder / "page.html", past.folder / "link.html"
    shared.touch(mode=0o640)
    link.symlink_to(shared)
    past.done("report", "tags", *PERIOD, "--html", str(link))
    assert (
        link.is_symlink(),
        shared.stat().st_mode & 0o777,
        shared.read_text(encoding="utf-8"),
    ) == (True, 0o640, text)
    refused = past.run("report", "tags", "--html", str(past.folder / "nowhere" / "x.html"))
    assert (refused.code, "cannot be written" in refused.err) == (1, True)


def test_a_page_goes_into_a_pipe_and_leaves_it_one(past: Program) -> None:
    pipe = past.folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(reader, fcntl.F_SETPIPE_SZ, 1 << 18)
    past.done("report", "tags", *PERIOD, "--html", str(pipe))
    assert os.read(reader, 15) == b"<!doctype html>"
    os.close(reader)
    assert pipe.is_fifo()
    assert "Is a directory" in past.run("report", "tags", "--html", str(past.folder)).err


def test_what_customers_and_agents_call_things_is_data(past: Program) -> None:
    past.done("agent", "add", "Eve &amp; 'Co' <eve@shop.test>")
    past.done("ticket", "assign", 1, "--to", "eve@shop.test")
    past.done("ticket", "tag", 1, "--add", "=cmd|calc")
    past.done("ticket", "tag", 1, "--add", "＝cmd")
    past.done("ticket", "tag", 1, "--add", "<b>&amp;")
    for name, by in (("volume", "agent"), ("tags", "tag")):
        text = past.done("report", name, "--since", "2025", "--by", by, "--html", "-")
        assert "<b>" not in text
        assert "Eve &amp; " not in text
    assert "Eve &amp;amp; &#x27;Co&#x27;" in past.done(
        "report", "volume", "--since", "2025", "--by", "agent", "--html", "-"
    )
    assert "&lt;b&gt;&amp;amp;" in past.done("report", "tags", "--since", "2025", "--html", "-")
    cells = [
        line.split(",")[0]
        for line in past.done("report", "tags", "--since", "2025", "--csv").splitlines()
    ]
    assert {"'=cmd|calc", "'＝cmd"} <= set(cells)
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_row_that_was_not_there_before_had_nothing(past: Program) -> None:
    past.done("ticket", "tag", 1, "--add", "fresh")
    page = past.done("report", "tags", "--since", "2026-03-02", "--compare", "--html", "-")
    created = re.findall(r'<td data-column="created"[^>]*>(.*?)</td>', page)
    assert len(created) > 2
    assert all("<small>" in cell for cell in created)


MISSING = ("There is no row", "There is no calendar")
"""What the desk does not have, though the call is right."""


@pytest.mark.parametrize(
    ("call", "sentence", "hint"),
    [
        (
            ["volum"],
            "There is no report “volum”.",
            "Did you mean “volume”? See them all with: supportcli report list",
        ),
        (
            ["volume", "--by", "agnet"],
            "The report volume cannot be grouped by “agnet”.",
            "Did you mean “agent”? It can be grouped by day,",
        ),
        (
            ["volume", "--by", "moon"],
            "The report volume cannot be grouped by “moon”.",
            "It can be grouped by day,",
        ),
        (["volume", "--since", "30x"], "--since 30x: that is not a time.", "Write it as 30d,"),
        (
            ["volume", "--since", "2026-02-30"],
            "--since 2026-02-30: that is not a time.",
            "Write it as 30d,",
        ),
        (["volume", "--since", "0d"], "--since 0d: that is not a time.", "Write it as 30d,"),
        (
            ["volume", "--since", "2026-02", "--until", "2026-01"],
            "--until 2026-01: that ends before --since 2026-02 begins.",
            "Write it as",
        ),
        (["volume", "--since", "2027"], "--since 2027: that has not begun yet.", "Write it as"),
        (
            ["volume", "--zone", "Europe/Berlim"],
            "The zone cannot be read: “Europe/Berlim” is not a time zone.",
            "Did you mean “Europe/Berlin”?",
        ),
        (
            ["volume", "--where", "stats:open"],
            "Column 1 of the query: “stats:” is not a search term.",
            "Did you mean “status:”?",
        ),
        (["tags", "--ids", "--row", "refnd"], "There is no row “refnd” in this report.", "It has"),
        (
            ["volume", "--by", "hour", "--ids", "--row", "noon"],
            "There is no row “noon” in this report.",
            "2026-02-01 19:00 and 6",
        ),
        (
            ["volume", "--since", "0001-02", "--compare"],
            "--since 0001-02: that begins before 1970.",
            "Write it as",
        ),
        (
            ["volume", "--since", "1970", "--by", "hour"],
            "Grouped by hour, the report would have more than 25,000 rows.",
            "Choose a shorter period",
        ),
        (
            ["volume", "--zone", "localtime"],
            "The zone cannot be read: “localtime” is not a time zone.",
            "Write it as",
        ),
        (
            ["volume", "--until", "7d"],
            "--until 7d: that ends now, as does a report without it.",
            "Write it as",
        ),
        (
            ["volume", "--calendar", "offcie"],
            "There is no calendar “offcie”.",
            "See them with: supportcli calendar list",
        ),
        (
            ["volume", "--ids", "--of", "creatd"],
            "The report volume has no column “creatd”.",
            "Did you mean “created”? It has created.",
        ),
        (
            ["volume", "--row", "x"],
            "--row and --of need --ids.",
            "Add --ids",
        ),
        (
            ["volume", "--csv", "--json"],
            "--json and --csv do not go together.",
            "Use one of them.",
        ),
        (
            ["volume", "--csv", "--ids"],
            "--ids and --csv do not go together.",
            "Use one of them.",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_wrong_call_is_told_what_would_be_right(
    desk: Program, call: list[str], sentence: str, hint: str
) -> None:
    ran = desk.run("report", *call)
    assert (ran.code, ran.out) == (1 if sentence.startswith(MISSING) else 2, "")
    assert ran.err.startswith(f"supportcli: {sentence}")
    assert hint in ran.err


def test_an_empty_desk_has_zeros_and_no_medians(desk: Program) -> None:
    desk.clock.tick(minutes=1)
    rows = desk.rows("report", "all", "--since", "7d")
    numbers = [
        value
        for row in rows
        if row["type"] != "report"
        for name, value in row.items()
        if name not in {"type", "report", "row"}
    ]
    assert set(numbers) == {0, None}
    assert "There is nothing to count in this period." in desk.run("report", "tags").err
    assert "There is nothing to count in this period." in desk.done("report", "all", "--html", "-")


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """What is printed goes to a terminal of 100 columns."""
    monkeypatch.setattr(printing, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")
    return monkeypatch


def test_a_terminal_gets_bars_and_a_map_of_the_hours(
    past: Program, at_a_terminal: pytest.MonkeyPatch
) -> None:
    golden("report-terminal-volume.txt", past.done("report", "volume", *PERIOD))
    golden("report-terminal-hours.txt", past.done("report", "busiest-hours", *PERIOD, "--compare"))
    at_a_terminal.setenv("COLUMNS", "40")
    assert max(map(len, past.done("report", "busiest-hours", *PERIOD).splitlines())) <= 40
    at_a_terminal.setenv("COLUMNS", "60")
    narrow = past.done("report", "service-levels", *PERIOD)
    assert "…" not in narrow, "a number is left out, never cut"
    assert max(map(len, narrow.splitlines())) <= 60


def test_a_terminal_gets_no_controls_in_csv(
    past: Program, at_a_terminal: pytest.MonkeyPatch
) -> None:
    with past.desk() as desk, desk.db.write() as tx:
        tx.connection().exec_driver_sql(
            "insert into ticket_tag (ticket_number, tag) values (1, 'red\x1b[31m')"
        )
    printed = past.done("report", "tags", "--since", "2025", "--csv")
    assert "red␛[31m,1," in printed
    at_a_terminal.setattr(printing, "on_terminal", lambda: False)
    assert past.done("report", "tags", "--since", "2025", "--csv") == printed.replace("␛", "\x1b")


def test_bars_are_never_longer_than_their_room_nor_nothing_where_there_is_something() -> None:
    assert figures.bar(0, 10, 8) == ""
    assert figures.bar(1, 10_000, 8) == "▏"
    assert figures.bar(10, 10, 8) == "████████"
    assert figures.bar(5, 10, 8, PLAIN) == "####"
    assert len(figures.bar(99, 10, 8, BLOCKS)) == 8


def test_a_share_is_all_or_nothing_only_where_it_is() -> None:
    shares = (0, 0.0001, 0.5, 0.875, 0.9996, 1)
    assert [figures.number(share, Unit.SHARE) for share in shares] == [
        "0 %",
        "0.1 %",
        "50 %",
        "87.5 %",
        "99.9 %",
        "100 %",
    ]


def test_the_legend_of_a_map_says_what_its_shades_are() -> None:
    for highest in (1, 3, 4, 7, 100):
        for value in range(1, highest + 1):
            sign = BLOCKS.shades[figures.shade(value, highest, len(BLOCKS.shades)) - 1]
            part = next(
                part
                for part in figures.legend(highest, BLOCKS).split("  ")
                if part.startswith(sign)
            )
            least, _, most = part[2:].partition("-")
            assert int(least) <= value <= int(most or least)
