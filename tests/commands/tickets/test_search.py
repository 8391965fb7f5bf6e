"""`supportcli search`, and how lists are printed."""

import csv
import io

import pytest

from tests.commands.program import Program


@pytest.fixture
def shop(desk: Program) -> Program:
    desk.write_in("Double charge", "You charged me twice.\nI want a refund.\n" + "And so on. " * 50)
    desk.clock.tick(minutes=1)
    desk.write_in("Leak", "It leaks.\x1b[31m 我要退款申请。", "Zoë Lee <zoe@else.test>")
    return desk


def test_search_shows_where_the_words_stand(shop: Program) -> None:
    assert shop.done("search", "refund").splitlines() == [
        "#1  new  Maria Lopez: Double charge",
        "    " + shop.rows("search", "refund")[0]["snippet"].replace("refund", "[refund]"),
    ]
    assert "[Double] charge" in shop.done("search", "double")
    assert "我要[退款]申请" in shop.done("search", "退款")
    assert "\x1b" not in shop.done("search", "leak*")
    found = shop.rows("search", "charge* OR leak*")
    assert [(row["number"], row["message"], row["hits"]) for row in found] == [
        (2, 1, ["leaks"]),
        (1, 1, ["charged"]),
    ]
    assert [row["number"] for row in shop.rows("search", "charge* OR leak*", "--limit", 1)] == [2]
    assert [row["number"] for row in shop.rows("search", "is:new sort:number")] == [1, 2]
    assert "[zoe@else.test]" in shop.done("search", "zoe@else.test").lower()


def test_what_is_not_found_or_not_understood(shop: Program) -> None:
    ran = shop.run("search", "nowhere")
    assert (ran.code, ran.out) == (0, "")
    assert "No ticket matches." in ran.err
    assert shop.rows("search", "nowhere") == []
    for wrong in ("statsu:open", "a OR", "--what"):
        assert shop.run("search", wrong).code == 2
    assert shop.run("search").code == 2


def test_a_list_is_printed_as_ids_and_as_a_table_for_spreadsheets(shop: Program) -> None:
    assert shop.done("ticket", "list", "--ids", "--sort", "number") == "1\n2\n"
    rows = list(csv.reader(io.StringIO(shop.done("ticket", "list", "--csv", "--sort", "number"))))
    assert rows[0][:3] == ["number", "status", "priority"]
    assert [row[:3] for row in rows[1:]] == [["1", "new", "normal"], ["2", "new", "normal"]]
    columns = "subject,customer,number"
    told = shop.done("ticket", "list", "--csv", "--columns", columns, "--sort", "number")
    assert told.splitlines()[:2] == [columns, "Double charge,Maria Lopez,1"]
    table = shop.done("ticket", "list", "subject:double", "--columns", "number,created,subject")
    assert table.split()[0] == "#1"
    assert "Double charge" in table
    assert "new" not in table
    assert shop.done("ticket", "list", "is:new", "--ids").count("\n") == 2


def test_what_a_list_cannot_print(shop: Program) -> None:
    ran = shop.run("ticket", "list", "--columns", "number,subjct")
    assert (ran.code, "Did you mean “subject”?" in ran.err) == (2, True)
    ran = shop.run("ticket", "list", "--csv", "--json")
    assert (ran.code, "--csv" in ran.err) == (2, True)
