import getpass
import stat
from pathlib import Path

import pytest

from supportcli.credentials.programs import one_token
from supportcli.domain.mailbox import Endpoint, Login, Security
from tests.commands.program import ADA, Program, golden


def test_a_desk_is_founded_without_a_question(program: Program) -> None:
    said = program.done("init", "--yes", "--agent", "Ada Byron <Ada@Shop.test>")
    assert said.splitlines() == [
        f"Created the desk at {program.folder}/desk.db as Ada Byron <ada@shop.test>.",
        "It starts with these; change them as you like:",
        "  the policy Standard, a first response in 24h: supportcli sla show Standard",
        "  the calendar office, mon-fri 9:00-17:00 in UTC: supportcli calendar edit office",
        "  12 canned responses: supportcli canned list",
        "Next: supportcli mailbox add",
    ]
    for name in ("desk.db", "config.toml"):
        assert stat.S_IMODE((program.folder / name).stat().st_mode) == 0o600
    assert program.settings.agent == "ada@shop.test"
    assert program.rows("agent", "list") == [
        {
            "name": "Ada Byron",
            "address": "ada@shop.test",
            "role": "admin",
            "active": True,
            "signature": None,
            "away_until": None,
            "teams": [],
        }
    ]


def test_a_desk_begins_with_service_levels(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    program.done("init", "--yes", "--agent", ADA)
    program.add_mailbox("help@shop.test", 9, 9)
    number = program.write_in()
    [policy] = program.rows("sla", "list")
    assert (policy["name"], policy["when"], policy["warnings"]) == (
        "Standard",
        "",
        [4 * 3600, 3600],
    )
    assert {
        (kind, *goal.values()) for kind, goals in policy["goals"].items() for goal in goals.values()
    } == {("first-response", 24 * 3600, None)}
    [office] = program.rows("calendar", "list")
    assert (office["name"], office["zone"]) == ("office", "Europe/Berlin")
    program.clock.tick(hours=24)
    assert [row["number"] for row in program.rows("ticket", "list", "sla:overdue")] == [number]


def test_a_desk_may_begin_with_nothing(program: Program) -> None:
    said = program.done("init", "--yes", "--no-starters", "--agent", ADA)
    assert [line.partition(" ")[0] for line in said.splitlines()] == ["Created", "Next:"]
    assert [program.rows(noun, "list") for noun in ("sla", "calendar", "canned")] == [[], [], []]


def test_json_names_the_starters(program: Program) -> None:
    made = program.rows("init", "--yes", "--agent", ADA)[0]["starters"]
    assert [row["name"] for row in program.rows("sla", "list")] == [made["policy"]]
    assert [row["name"] for row in program.rows("calendar", "list")] == [made["calendar"]]
    assert [row["shortcut"] for row in program.rows("canned", "list")] == made["canned"]
    assert (
        program.rows("--database", "other.db", "init", "--yes", "--no-starters", "--agent", ADA)[0][
            "starters"
        ]
        is None
    )


def test_the_usual_place_is_made(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPPORTCLI_CONFIG", "SUPPORTCLI_DATABASE"):
        monkeypatch.delenv(name)
    made = program.rows("init", "--yes", "--agent", "ada@shop.test")[0]
    for place in (Path(made["database"]), Path(made["config"])):
        assert place.is_relative_to(program.folder)
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert program.done("ticket", "list", "--json") == ""


def test_flags_name_another_place(program: Program) -> None:
    program.done(
        "--config", "other.toml", "--database", "other.db", "init", "--yes", "--agent", ADA
    )
    assert (program.folder / "other.db").exists()
    assert "other.db" in (program.folder / "other.toml").read_text()
    assert not (program.folder / "desk.db").exists()


def test_a_desk_on_postgresql(
    program: Program, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPPORTCLI_DATABASE", postgres_url)
    program.found()
    number = program.write_in("Größe?")
    program.done("ticket", "reply", number, "--text", "XL.")
    assert [row["status"] for row in program.rows("ticket", "list", "größe")] == ["pending"]
    program.done("ticket", "undo")
    assert program.rows("ticket", "show", number)[0]["status"] == "new"


def test_who_was_added_joins(desk: Program) -> None:
    desk.done("--config", "bob.toml", "init", "--agent", "bob@shop.test")
    desk.done(
        "--config",
        "bob.toml",
        "ticket",
        "new",
        "-c",
        "maria@acme.test",
        "-s",
        "Leak",
        "-t",
        "It leaks.",
    )
    desk.done("--config", "bob.toml", "ticket", "assign", 1)
    assert desk.rows("ticket", "show", 1)[0]["assignee"] == "bob@shop.test"
    stranger = desk.run("--config", "eve.toml", "init", "--agent", "Eve O'Hara <eve@shop.test>")
    assert (stranger.code, stranger.err.splitlines()) == (
        78,
        [
            "supportcli: “eve@shop.test” is not an agent of this desk.",
            """An admin of the desk has to add you first: supportcli agent add 'Eve O'"'"'Hara <eve@shop.test>'""",
        ],
    )
    assert not (desk.folder / "eve.toml").exists()


def test_nobody_joins_as_an_admin_unasked(desk: Program) -> None:
    join = "--config", "eve.toml", "init", "--agent", "ada@shop.test"
    refused = desk.run(*join)
    question = f"Join the desk at {desk.folder / 'desk.db'} as Ada Byron, who is an admin there?"
    assert (refused.code, refused.err.splitlines()) == (
        2,
        [
            f"supportcli: “{question}” needs an answer, and there is no terminal to ask at.",
            "Give it with --yes.",
        ],
    )
    assert not (desk.folder / "eve.toml").exists()
    desk.done(*join, "--yes")
    assert (desk.folder / "eve.toml").exists()


def test_the_next_step_names_the_place_that_the_call_names(program: Program) -> None:
    usual = program.run("ticket", "list")
    assert "Set one up with: supportcli init, or" in usual.err
    there = program.run("--config", "my conf.toml", "--database", "my desk.db", "ticket", "list")
    assert (there.code, there.err.splitlines()[1]) == (
        78,
        "Set one up there with: supportcli --config 'my conf.toml' --database 'my desk.db' init",
    )


def test_an_address_is_either_an_agents_or_a_mailboxs(desk: Program) -> None:
    desk.done("mailbox", "edit", "help@shop.test", "--alias", "sales@shop.test")
    before = desk.done("mailbox", "list", "--json") + desk.done("agent", "list", "--json")
    box = "--imap", "i.test", "--smtp", "s.test", "--history", "all"
    for call, sentence in (
        (("agent", "add", "Help <Help@shop.test>"), "help@shop.test is an address of a mailbox"),
        (("agent", "add", "sales@shop.test"), "sales@shop.test is an address of a mailbox"),
        (
            ("agent", "edit", "bob@shop.test", "--address", "help@shop.test"),
            "help@shop.test is an address of a mailbox",
        ),
        (("mailbox", "add", "bob@shop.test"), "bob@shop.test is an address of an agent"),
        (("mailbox", "add", "Bob@shop.test", *box), "bob@shop.test is an address of an agent"),
    ):
        ran = desk.run(*call)
        assert (ran.code, ran.err.splitlines()[0]) == (
            1,
            f"supportcli: {sentence}; nothing was changed.",
        ), call
        assert len(ran.err.splitlines()) == 2, "what to do next"
    assert before == desk.done("mailbox", "list", "--json") + desk.done("agent", "list", "--json")
    desk.done("agent", "remove", "bob@shop.test")
    desk.done("mailbox", "add", "bob@shop.test", *box)
    assert desk.run("agent", "add", "bob@shop.test").code == 1, "who left does not come back to it"


def test_an_agent_is_bound_to_a_user_of_the_system(desk: Program) -> None:
    desk.done("agent", "add", "Eve <eve@shop.test>", "--os-user", f"not-{getpass.getuser()}")
    refused = desk.run("--config", "eve.toml", "init", "--agent", "eve@shop.test")
    assert refused.code == 77
    assert f"bound to the user not-{getpass.getuser()}" in refused.err


def test_who_is_no_admin_sets_nothing_up(desk: Program) -> None:
    desk.done("--config", "bob.toml", "init", "--agent", "bob@shop.test")
    refused = desk.run("--config", "bob.toml", "agent", "add", "eve@shop.test")
    assert (refused.code, refused.err.splitlines()[0]) == (
        77,
        "supportcli: Bob Lee has the role agent here and may not set up the desk.",
    )


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (
            ["init", "--yes"],
            "“Your name and address” needs an answer, and there is no terminal to ask at.",
        ),
        (["init", "--agent", "nobody"], "“nobody” is not an email address."),
        (["agent", "add", "Bob <bob@shop.test"], "“Bob <bob@shop.test” is not an email address."),
        (["agent", "add", "bob@shop.test"], "This desk already has the agent “bob@shop.test”."),
        (
            ["mailbox", "add"],
            "“Address of the mailbox” needs an answer, and there is no terminal to ask at.",
        ),
        (["mailbox", "add", "help@shop.test"], "This desk already has the mailbox help@shop.test."),
        (
            ["mailbox", "add", "a@b.test"],
            "“IMAP server (HOST:PORT)” needs an answer, and there is no terminal to ask at.",
        ),
        (
            ["mailbox", "add", "a@b.test", "--imap", "i.test"],
            "“SMTP server (HOST:PORT)” needs an answer, and there is no terminal to ask at.",
        ),
        (
            ["mailbox", "add", "a@gmail.com"],
            "“How much of the old mail to bring in” needs an answer, and there is no terminal to ask at.",
        ),
        (
            ["mailbox", "add", "a@gmail.com", "--history", "some"],
            "“some” is not an amount of old mail to bring in.",
        ),
        (
            ["mailbox", "add", "a@b.test", "--provider", "aol", "--history", "all"],
            "supportcli does not know the provider “aol”.",
        ),
        (
            ["mailbox", "add", "a@b.test", "--imap", "i:x", "--smtp", "s", "--history", "all"],
            "“i:x” is not a server.",
        ),
        (
            ["mailbox", "add", "a@b.test", "--imap", "i:99999", "--smtp", "s", "--history", "all"],
            "“i:99999” is not a server.",
        ),
        (
            ["mailbox", "add", "a@gmail.com", "--history", "all", "--secret", "hunter2"],
            "A secret must be a reference, never the password itself.",
        ),
        (
            [
                "mailbox",
                "add",
                "a@b.test",
                "--imap",
                "i.test",
                "--smtp",
                "127.0.0.1",
                "--security",
                "none",
                "--history",
                "all",
            ],
            "Without TLS the password would travel to i.test:143 unencrypted.",
        ),
        (["mailbox", "show", "no@shop.test"], "There is no mailbox no@shop.test."),
        (["mailbox", "remove", "no@shop.test"], "There is no mailbox no@shop.test."),
        (["sync", "no@shop.test"], "There is no mailbox no@shop.test."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_is_missing_or_wrong(desk: Program, argv: list[str], sentence: str) -> None:
    before = (
        desk.done("mailbox", "list", "--json")
        + desk.done("agent", "list", "--json")
        + (desk.folder / "config.toml").read_text()
    )
    refused = desk.run(*argv)
    assert (refused.out, refused.err.splitlines()[0]) == ("", f"supportcli: {sentence}")
    assert refused.code == (1 if "no@shop.test" in argv or "already" in sentence else 2)
    assert len(refused.err.splitlines()) == 2, "what to do next"
    assert (
        desk.done("mailbox", "list", "--json")
        + desk.done("agent", "list", "--json")
        + (desk.folder / "config.toml").read_text()
        == before
    )


def test_the_servers_of_a_provider_are_filled_in(desk: Program) -> None:
    desk.done("mailbox", "add", "shop@gmail.com", "--history", "none")
    desk.done(
        "mailbox", "add", "help@halden.test", "--provider", "Microsoft 365", "--history", "30d"
    )
    desk.done("mailbox", "add", "us@fastmail.com", "--history", "all", "--user", "us")
    desk.done("mailbox", "add", "me@me.com", "--history", "all")
    golden("mailbox-list.jsonl", desk.done("mailbox", "list", "--json"))
    golden("mailbox-list.txt", desk.done("mailbox", "list"))


def test_ports_follow_the_protection_of_the_line(desk: Program) -> None:
    servers = ("--imap", "i.test", "--smtp", "s.test", "--history", "none")
    desk.done("mailbox", "add", "a@b.test", *servers)
    desk.done("mailbox", "add", "b@b.test", *servers, "--security", "starttls")
    desk.done("mailbox", "add", "c@b.test", *servers, "--security", "none", "--insecure")
    desk.done(
        "mailbox",
        "add",
        "d@b.test",
        "--imap",
        "i.test",
        "--smtp",
        "s.test:587",
        "--history",
        "none",
    )
    desk.done("mailbox", "add", "e@b.test", *servers, "--smtp-security", "starttls")
    found = [
        (
            row["imap"]["port"],
            row["imap"]["security"],
            row["smtp"]["port"],
            row["smtp"]["security"],
            row["insecure"],
        )
        for row in desk.rows("mailbox", "list")
        if row["address"].endswith("@b.test")
    ]
    assert found == [
        (993, "tls", 465, "tls", False),
        (143, "starttls", 587, "starttls", False),
        (143, "none", 25, "none", True),
        (993, "tls", 587, "starttls", False),
        (993, "tls", 587, "starttls", False),
    ]


def test_a_secret_is_bound_to_the_servers_and_trusted_anew(desk: Program) -> None:
    desk.done(
        "mailbox",
        "add",
        "a@b.test",
        "--imap",
        "i.test",
        "--smtp",
        "s.test",
        "--history",
        "none",
        "--secret",
        "env:A",
    )
    assert desk.settings.secrets["a@b.test"].servers == (
        Login("imap", Endpoint("i.test", 993, Security.TLS), "a@b.test"),
        Login("smtp", Endpoint("s.test", 465, Security.TLS), "a@b.test"),
    )
    assert (
        "A secret must be"
        in desk.run("mailbox", "trust", "a@b.test", "--yes", "--secret", "hunter2").err
    )
    desk.done("mailbox", "trust", "A@b.test", "--yes", "--secret", "file:secret")
    assert desk.settings.secrets["a@b.test"].reference == "file:secret"
    nobody = desk.run("mailbox", "trust", "help@shop.test", "--yes")
    assert (nobody.code, "has no secret for help@shop.test" in nobody.err) == (78, True)
    asked = desk.run("mailbox", "trust", "a@b.test")
    assert (asked.code, "--yes" in asked.err) == (2, True)


def test_a_removed_mailbox_takes_its_secret_along_and_comes_back(desk: Program) -> None:
    desk.done("mailbox", "trust", "help@shop.test", "--yes", "--secret", "env:HELP")
    desk.write_in()
    desk.done("mailbox", "remove", "help@shop.test")
    assert desk.rows("mailbox", "list") == []
    assert desk.settings.secrets == {}
    assert desk.rows("ticket", "list")[0]["mailbox"] == "help@shop.test"
    desk.add_mailbox("help@shop.test", 10, 10)
    assert [row["imap"]["port"] for row in desk.rows("mailbox", "list")] == [10]


def test_a_mailbox_with_replies_to_be_sent_stays_with_its_secret(desk: Program) -> None:
    desk.done("mailbox", "trust", "help@shop.test", "--yes", "--secret", "env:HELP")
    number = desk.write_in()
    for text in ("One.", "Two."):
        desk.done("ticket", "reply", number, "--text", text)
    refused = desk.run("mailbox", "remove", "help@shop.test")
    first, second = refused.err.splitlines()
    assert (refused.code, refused.out, first) == (
        1,
        "",
        "supportcli: 2 replies wait to be sent from help@shop.test, so it was not removed.",
    )
    for step in ("supportcli sync", "supportcli outbox list", "supportcli outbox cancel ID"):
        assert step in second
    assert "help@shop.test" in desk.settings.secrets
    for which in (1, 2):
        desk.done("outbox", "cancel", which)
    desk.done("mailbox", "remove", "help@shop.test")


def test_a_mailbox_is_shown_whole(desk: Program) -> None:
    desk.done("mailbox", "trust", "help@shop.test", "--yes", "--secret", "env:HELP")
    golden("mailbox-show.txt", desk.done("mailbox", "show", "help@shop.test"))


def test_a_mailbox_without_history_says_that_old_mail_stays_out(desk: Program) -> None:
    desk.done(
        "mailbox",
        "add",
        "new@shop.test",
        "--imap",
        "i.test",
        "--smtp",
        "s.test",
        "--history",
        "none",
    )
    assert "History   none; mail from before 2026-03-02 09:00 stays out\n" in desk.done(
        "mailbox", "show", "new@shop.test"
    )


def test_the_server_whose_word_counts_is_named_and_forgotten(desk: Program) -> None:
    edit = ("mailbox", "edit", "help@shop.test")
    assert (
        desk.done(*edit, "--authserv-id", "MX.shop.test")
        == "help@shop.test: Authentication-Results of mx.shop.test are trusted.\n"
    )
    assert "Senders   Authentication-Results of mx.shop.test are trusted\n" in desk.done(
        "mailbox", "show", "help@shop.test"
    )
    assert desk.rows("mailbox", "list")[0]["authserv_id"] == "mx.shop.test"
    (told,) = desk.rows(*edit, "--authserv-id", "")
    assert told["authserv_id"] is None
    desk.done(
        "mailbox",
        "add",
        "new@shop.test",
        "--imap",
        "i.test",
        "--smtp",
        "s.test",
        "--history",
        "none",
        "--authserv-id",
        "mx.test",
    )
    assert "mx.test are trusted" in desk.done("mailbox", "show", "new@shop.test")


@pytest.mark.parametrize(
    "name", ["a b", "mx.test;", "(mx)", '"mx"', "mx\x1b[31m", "x" * 256, "mx=1"]
)
def test_what_is_no_name_of_a_server_changes_nothing(desk: Program, name: str) -> None:
    refused = desk.run("mailbox", "edit", "help@shop.test", "--authserv-id", name)
    assert (
        refused.code,
        "is not the name of a mail server" in refused.err,
        "\x1b" in refused.err,
    ) == (
        2,
        True,
        False,
    )
    assert desk.rows("mailbox", "list")[0]["authserv_id"] is None


def test_an_edit_of_nothing_or_nobody_says_so(desk: Program) -> None:
    nothing, nobody = (
        desk.run("mailbox", "edit", "help@shop.test"),
        desk.run("mailbox", "edit", "no@shop.test", "--authserv-id", "mx.test"),
    )
    assert (nothing.code, "--authserv-id NAME" in nothing.err) == (2, True)
    assert (nobody.code, "There is no mailbox no@shop.test." in nobody.err) == (1, True)


def test_agents_are_listed(desk: Program) -> None:
    desk.done("agent", "add", "Eve <eve@shop.test>", "--role", "read-only")
    golden("agent-list.txt", desk.done("agent", "list"))


def test_a_token_command_stands_in_the_configuration(desk: Program) -> None:
    desk.add_mailbox("sales@shop.test", 9, 9, "--token-command", "echo 'a token'")
    entry = desk.settings.secrets["sales@shop.test"]
    assert (entry.reference, entry.token_command) == ("", "echo 'a token'")
    shown = desk.done("mailbox", "show", "sales@shop.test")
    assert "Token     command:echo 'a token', for imap://" in shown
    desk.done("mailbox", "trust", "sales@shop.test", "--secret", "env:SALES", "--yes")
    assert desk.settings.secrets["sales@shop.test"].reference == "env:SALES"
    desk.done("mailbox", "trust", "sales@shop.test", "--token-command", "echo", "--yes")
    assert desk.settings.secrets["sales@shop.test"].token_command == "echo"
    both = ("--token-command", "echo", "--secret", "env:SALES")
    assert desk.run("mailbox", "trust", "sales@shop.test", *both, "--yes").code == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "it names no program"),
        ("  ", "it names no program"),
        ("'unclosed", "No closing quotation"),
        ("nosuchprogram now", "there is no program nosuchprogram"),
        ("~/prog", "there is no program /"),
        ("cat token | head -1", "“|” means nothing"),
    ],
)
def test_a_program_that_cannot_be_started_is_refused_before_anything_is_written(
    desk: Program, line: str, words: str
) -> None:
    desk.add_mailbox("sales@shop.test", 9, 9, "--token-command", "echo x")
    before = (desk.folder / "config.toml").read_text()
    for options in (("--token-command", line), ("--secret", f"command:{line}")):
        refused = desk.run("mailbox", "trust", "sales@shop.test", "--yes", *options)
        assert (refused.code, refused.out) == (2, "")
        assert words in refused.err or "must be a reference" in refused.err
    places = ("--imap", "127.0.0.1:9", "--smtp", "127.0.0.1:9", "--security", "none")
    added = ("mailbox", "add", "new@shop.test", *places, "--history", "none")
    refused = desk.run(*added, "--token-command", line)
    assert (refused.code, words in refused.err) == (2, True)
    assert desk.run("mailbox", "show", "new@shop.test").code == 1
    assert (desk.folder / "config.toml").read_text() == before


def test_a_program_may_be_in_the_home_folder(desk: Program) -> None:
    (desk.folder / "give").write_text("#!/bin/sh\necho token\n")
    (desk.folder / "give").chmod(0o700)
    desk.add_mailbox("sales@shop.test", 9, 9, "--token-command", "~/give --now")
    assert one_token("~/give --now", desk.folder / "config.toml") == "token"


def test_a_token_command_that_fails_fails_its_mailbox_alone(desk: Program) -> None:
    desk.add_mailbox("sales@shop.test", 9, 9, "--token-command", "false")
    failed = desk.run("sync", "sales@shop.test")
    assert failed.code in {69, 78}
    assert "Traceback" not in failed.err
