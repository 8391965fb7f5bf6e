"""`supportcli calendar`, as an admin types it."""

import pytest

from tests.commands.program import Program, golden

PHONE = (
    *(
        "calendar",
        "add",
        "phone",
        "--zone",
        "Europe/Berlin",
        "--hours",
        "mon-fri 9:00-12:30 13:30-18:00; sat 10:00-14:00",
    ),
    *(
        "--country",
        "de",
        "--region",
        "bayern",
        "--day",
        "12-24 9:00-12:00 Christmas Eve",
        "--day",
        "2026-07-03 closed Company outing",
    ),
)


@pytest.fixture
def phone(desk: Program) -> Program:
    """A desk with a calendar."""
    desk.done(*PHONE)
    return desk


def test_what_the_calendar_commands_say(desk: Program) -> None:
    said = [
        desk.done(*PHONE),
        desk.done("calendar", "add", "office", "--hours", "mon-fri 9-17"),
        desk.done("calendar", "list"),
    ]
    desk.clock.tick(days=5, hours=3)
    said += [
        desk.done(
            "calendar", "edit", "phone", "--hours", "mon-fri 8:00-16:00", "--since", "2026-03-01"
        ),
        desk.done(
            "calendar",
            "edit",
            "phone",
            "--hours",
            "mon-fri 7:00-15:00",
            "--country",
            "none",
            "--since",
            "2026-04-01",
        ),
        desk.done("calendar", "edit", "phone", "--day", "12-31 closed", "--remove-day", "12-24"),
        desk.done("calendar", "edit", "phone", "--zone", "europe/berlin"),
        desk.done("calendar", "show", "Phone"),
        desk.done("calendar", "holidays", "phone"),
        desk.done("calendar", "list"),
    ]
    golden("calendar.txt", "\n".join(said))
    shown = (
        "list",
        "show phone",
        "holidays phone",
        "holidays --country DE --region BY --year 2027",
    )
    golden(
        "calendar.jsonl",
        "".join(desk.done("calendar", *words.split(), "--json") for words in shown),
    )


def test_what_is_added_or_edited_is_told_as_json(desk: Program) -> None:
    added = desk.rows(*PHONE)
    assert added == desk.rows("calendar", "show", "phone")
    assert added[0]["week"]["sat"] == ["10:00-14:00"]
    edited = desk.rows("calendar", "edit", "phone", "--hours", "mon-sat 9-17")
    assert edited == desk.rows("calendar", "list")
    assert [version["week"]["sat"] for version in edited[0]["versions"]] == [
        ["10:00-14:00"],
        ["9:00-17:00"],
    ]


def test_the_zone_of_the_machine_is_taken_and_said(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    said = desk.done("calendar", "add", "office", "--hours", "mon-fri 9-17")
    assert (
        said.splitlines()[0] == "Added office. Its zone is that of this machine: America/New_York."
    )


def test_holidays_are_looked_at_without_a_desk(program: Program) -> None:
    assert (
        "2026-10-03  Sat  closed  German Unity Day"
        in program.done(
            "calendar", "holidays", "--country", "Germany", "--year", "2026"
        ).splitlines()
    )
    rows = program.rows("calendar", "holidays", "--countries")
    assert {"code": "SG", "name": "Singapore", "regions": []} in rows
    assert "SG    Singapore" in [
        line.rstrip() for line in program.done("calendar", "holidays", "--countries").splitlines()
    ]


def test_a_year_whose_holidays_are_not_known_is_named(phone: Program) -> None:
    ran = phone.run("calendar", "holidays", "phone", "--year", "2050")
    assert (ran.code, ran.out) == (0, "2050-12-24  Sat  9:00-12:00  Christmas Eve\n")
    assert ran.err.splitlines() == [
        "supportcli: The public holidays of DE BY in 2050 are not in phone: known from 2024 to 2036.",
        "To look up later ones: supportcli calendar edit phone --country DE",
    ]


def test_versions_of_the_same_minute_are_told_once(phone: Program) -> None:
    phone.clock.tick(seconds=20)
    phone.done("calendar", "edit", "phone", "--day", "2026-12-31 closed")
    phone.clock.tick(seconds=20)
    phone.done("calendar", "edit", "phone", "--day", "2026-12-30 closed")
    said = phone.done(
        "calendar", "edit", "phone", "--zone", "Europe/Vienna", "--since", "2020-01-01"
    ).splitlines()
    assert len([line for line in said if line.endswith("was changed in the same way.")]) == 1
    shown = phone.done("calendar", "show", "phone").splitlines()
    assert len(shown) == len(set(shown))


def test_nothing_to_list_is_said(desk: Program) -> None:
    ran = desk.run("calendar", "list")
    sentence = "There are no calendars yet. Add one with: supportcli calendar add office --hours 'mon-fri 9:00-17:00'\n"
    assert (ran.code, ran.out, ran.err) == (0, "", sentence)
    desk.done("calendar", "add", "office", "--hours", "mon-fri 9-17")
    assert (
        desk.run("calendar", "holidays", "office").err
        == "office has no holidays or special days in 2026.\n"
    )


@pytest.mark.parametrize(
    ("argv", "code", "sentence", "hint"),
    [
        ("list x", 2, "Got unexpected extra argument", "See: supportcli calendar list --help"),
        (
            "show offcie",
            1,
            "There is no calendar “offcie”.",
            "See them with: supportcli calendar list",
        ),
        (
            "show phon",
            1,
            "There is no calendar “phon”.",
            "Did you mean “phone”? See them with: supportcli calendar list",
        ),
        (
            "add x",
            2,
            "“Hours of the week” needs an answer, and there is no terminal to ask at.",
            "Give it with --hours.",
        ),
        (
            "add PHONE --hours|mon 9-10",
            1,
            "This desk already has the calendar “PHONE”.",
            "Change it with: supportcli calendar edit PHONE",
        ),
        (
            "add x --hours|mon 9-10 --zone Berlin",
            2,
            "The zone cannot be read: “Berlin” is not a time zone.",
            "Did you mean “Europe/Berlin”?",
        ),
        (
            "add x --hours|mon 22-6",
            2,
            "The week cannot be read: “22-6” does not end after it begins.",
            "22-24:00, and 0:00-6 on the next.",
        ),
        (
            "edit phone",
            2,
            "You did not say what to change.",
            "supportcli calendar edit --help",
        ),
        (
            "edit fax --hours|mon 9-10",
            1,
            "There is no calendar “fax”.",
            "See them with: supportcli calendar list",
        ),
        (
            "edit phone --remove-day 12-25",
            1,
            "There is no special day “12-25” in this calendar.",
            "Use one of: 12-24, 2026-07-03.",
        ),
        (
            "edit phone --region Bayen",
            2,
            "The region cannot be read: “Bayen” is not a region of DE.",
            "Did you mean “BY”?",
        ),
        (
            "edit phone --day|1-1 closed --since soon",
            2,
            "The date cannot be read: “soon” is not a date",
            "Write --since as in 2026-07-03.",
        ),
        (
            "holidays",
            2,
            "Name either a calendar or a country.",
            "See: supportcli calendar holidays --help",
        ),
        (
            "holidays phone --country DE",
            2,
            "Name either a calendar or a country.",
            "See: supportcli calendar holidays --help",
        ),
        (
            "holidays --countries --region BY",
            2,
            "Name either a calendar or a country.",
            "See: supportcli calendar holidays --help",
        ),
        (
            "holidays --country Atlantis",
            2,
            "The country cannot be read: “Atlantis” is not a country",
            "supportcli calendar holidays --countries",
        ),
        (
            "holidays phone --year 20",
            2,
            "Invalid value for '--year'",
            "supportcli calendar holidays --help",
        ),
    ],
)
def test_wrong_input_is_named_and_changes_nothing(
    phone: Program, argv: str, code: int, sentence: str, hint: str
) -> None:
    before = phone.done("calendar", "list", "--json")
    ran = phone.run("calendar", *spaced(argv))
    assert (ran.code, ran.out) == (code, "")
    assert sentence in ran.err
    assert hint in ran.err
    assert phone.done("calendar", "list", "--json") == before


def test_a_name_that_is_taken_is_refused_before_anything_is_asked(phone: Program) -> None:
    ran = phone.run("calendar", "add", "Phone")
    assert (ran.code, ran.err.splitlines()[0]) == (
        1,
        "supportcli: This desk already has the calendar “Phone”.",
    )


def spaced(argv: str) -> list[str]:
    """Words, of which `--flag|some words` is a flag and a text with spaces up to the next flag."""
    words: list[str] = []
    for piece in argv.replace(" --", "\n--").split("\n"):
        flag, bar, text = piece.partition("|")
        words += [flag, text] if bar else piece.split()
    return words


def test_who_is_no_admin_is_refused(phone: Program) -> None:
    phone.done("--config", "bob.toml", "init", "--agent", "bob@shop.test")
    for call in (("add", "x"), ("edit", "phone")):
        refused = phone.run("--config", "bob.toml", "calendar", *call, "--hours", "mon 9-10")
        assert (refused.code, refused.err.splitlines()[0]) == (
            77,
            "supportcli: Bob Lee has the role agent here and may not set up the desk.",
        )


def test_names_from_the_database_are_cleaned(phone: Program) -> None:
    phone.done("calendar", "edit", "phone", "--day", "07-04 closed A\x1b[31mred\u202e day")
    said = phone.done("calendar", "show", "phone") + phone.done("calendar", "holidays", "phone")
    assert "\x1b" not in said
    assert said.count("A␛[31mred\ufffd day") == 2
