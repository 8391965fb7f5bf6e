"""Customers and organisations by command."""

import pytest

from tests.commands.program import Program, golden


def test_customers_are_listed_shown_edited_and_merged(desk: Program) -> None:
    desk.write_in()
    desk.write_in("Late parcel", customer="Maria <maria@home.test>")
    said = desk.done("organisation", "add", "Acme Ltd", "--domain", "acme.test")
    said += desk.done(
        *("customer", "edit", "maria@acme.test", "--vip", "--time-zone", "Europe/Madrid"),
        *("--language", "es", "--field", "Plan=pro", "--notes", "Calls on Monday."),
    )
    said += desk.done("customer", "list") + desk.done("customer", "show", "#1")
    said += desk.done("customer", "merge", "maria@home.test", "--into", "#1", "--dry-run")
    said += desk.done("customer", "merge", "maria@home.test", "--into", "#1")
    said += desk.done("customer", "show", "#1", "--json") + desk.done("customer", "undo")
    said += desk.done("customer", "list", "--json") + desk.done("organisation", "show", "acme.test")
    said += desk.done("customer", "block", "maria@home.test") + desk.done("mail", "blocked")
    said += desk.done("customer", "block", "maria@home.test", "--off")
    said += desk.done("organisation", "edit", "Acme Ltd", "--name", "Acme SE", "--field", "a=b")
    said += desk.done("organisation", "list", "--json") + desk.done("organisation", "list")
    said += desk.done("organisation", "show", "Acme SE", "--json")
    said += desk.done("organisation", "remove", "Acme SE") + desk.done("customer", "undo")
    golden("people.txt", said)
    acme = desk.rows("organisation", "show", "Acme SE")[0]
    assert acme["domains"] == ["acme.test"], "removed, and back by undo"
    addresses = {row["address"] for row in desk.rows("customer", "list")}
    assert addresses == {"maria@acme.test", "maria@home.test"}, "merged, and two again by undo"


def test_undo_and_redo_of_customers_take_blocks_too(desk: Program) -> None:
    desk.write_in()
    desk.clock.tick(minutes=1)
    desk.done("customer", "edit", "#1", "--vip")
    desk.clock.tick(minutes=1)
    desk.done("customer", "block", "#1", "--discard")
    desk.clock.tick(minutes=1)
    assert desk.done("customer", "undo") == "maria@acme.test is as before.\n"
    assert desk.rows("mail", "blocked") == []
    desk.clock.tick(minutes=1)
    assert desk.rows("customer", "undo") == [{"undone": ["Maria Lopez is as before"]}]
    ran = desk.run("customer", "undo")
    assert (ran.code, "nothing of yours to undo" in ran.err) == (1, True)
    desk.clock.tick(minutes=1)
    assert desk.rows("customer", "redo") == [{"redone": ["Maria Lopez is changed again"]}]
    desk.clock.tick(minutes=1)
    desk.done("customer", "redo")
    assert [one["sender"] for one in desk.rows("mail", "blocked")] == ["maria@acme.test"]
    ran = desk.run("customer", "redo")
    assert (ran.code, "nothing of yours to do again" in ran.err) == (1, True)


def test_a_table_of_customers_comes_in_and_bad_rows_are_named(desk: Program) -> None:
    (desk.folder / "people.csv").write_text(
        "email,name,plan\nsue@else.test,Sue,pro\nnobody,Bad,\n", encoding="utf-8"
    )
    ran = desk.run("customer", "import", "people.csv", "--dry-run")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "people.csv: 1 would be added, 0 would be changed, 0 as they were, 1 refused.",
        "Fields: plan.",
    ]
    assert ran.err == "supportcli: line 3: no address: nobody.\n"
    assert desk.run("customer", "list").err == "No customer fits.\n"
    ran = desk.run("customer", "import", "people.csv", "--json")
    assert (ran.code, ran.rows[0]["refused"]) == (
        1,
        [{"line": 3, "reason": "no address: nobody"}],
    )
    assert desk.rows("customer", "list", "sue")[0]["fields"] == {"plan": "pro"}


def test_an_organisation_is_found_by_either_spelling_of_its_domain(desk: Program) -> None:
    desk.done("organisation", "add", "Books", "--domain", "bücher.test")
    for domain in ("Bücher.test", "@bücher.test", "xn--bcher-kva.test"):
        assert desk.rows("organisation", "show", domain)[0]["name"] == "Books"


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("customer edit maria@acme.test", "You did not say what to change."),
        ("customer edit maria@acme.test --field pro", "“pro” is not a field"),
        ("customer edit maria@acme.test --language klingonese", "is not the code of a language"),
        ("customer edit maria@acme.test --time-zone mars", "“mars” is not a time zone"),
        ("customer edit maria@acme.test --address nobody", "“nobody” is not an email address"),
        (
            "customer edit maria@acme.test --address a@b.test --no-address a@b.test",
            "cannot be both added and removed",
        ),
        ("customer block maria@acme.test --off --discard", "exclude each other"),
        ("customer import gone.csv", "gone.csv cannot be read"),
        ("customer import bad.csv", "bad.csv has no column of addresses"),
        ("organisation add Acme --domain acme", "“acme” is no domain"),
        ("organisation add Acme --domain gmail.com", "is a public mail provider's"),
        ("organisation edit Acme", "You did not say what to change."),
    ],
)
def test_what_cannot_be_read_is_a_wrong_call(desk: Program, call: str, sentence: str) -> None:
    desk.write_in()
    (desk.folder / "bad.csv").write_text("plan,name\npro,Sue\n", encoding="utf-8")
    ran = desk.run(*call.split())
    assert (ran.code, ran.out) == (2, "")
    assert sentence in ran.err


def test_what_a_customer_wrote_reaches_the_terminal_clean(desk: Program) -> None:
    desk.write_in(customer="Eve <eve@acme.test>")
    hostile = ("--name", "Ev\x1b[31mil", "--notes", "a\x1b]0;title\x07b", "--field", "x=\x1b[2J")
    desk.done("customer", "edit", "eve@acme.test", *hostile)
    shown, listed = desk.done("customer", "show", "eve@acme.test"), desk.done("customer", "list")
    for clean in ("Ev␛[31mil", "a␛]0;title␇b", "x ␛[2J"):
        assert clean in shown
    assert "Ev␛[31mil" in listed
    assert "\x1b" not in shown + listed
