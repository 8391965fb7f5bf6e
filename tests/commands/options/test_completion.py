"""What the shell offers, asked as the shells ask (Typer's scripts set these variables)."""

import json
import os
import subprocess
import sys
from contextlib import closing

import pytest

from supportcli.domain.query.traits import IS
from supportcli.storage.engine.driver import load_driver
from tests.commands.program import Program
from tests.desk.desks import write_in
from tests.long import long_but

HEAVY = {"textual", "sqlmodel", "sqlalchemy", "imapclient", "keyring"}
"""(Typer itself loads pydantic, to look at what has been typed so far.)"""

LOADED = """
import json, sys
from supportcli.__main__ import main
main([])
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def complete(program: Program, monkeypatch: pytest.MonkeyPatch, words: str) -> list[str]:
    """What bash offers behind `words`; the last one is being typed."""
    monkeypatch.setenv("_SUPPORTCLI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    ran = program.run()
    assert (ran.code, ran.err) == (0, "")
    return ran.out.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("supportcli ti", ["ticket"]),
        ("supportcli ticket re", ["reply", "reopen", "redo"]),
        ("supportcli ticket reply --st", ["--status"]),
        ("supportcli ticket reply 1 --status ", ["open", "pending", "on-hold", "solved"]),
        ("supportcli ticket reply 1 --status s", ["solved"]),
        ("supportcli ticket list --order ", ["urgency", "updated", "number", "due"]),
        ("supportcli ticket priority 1 --to ", ["low", "normal", "high", "urgent"]),
        ("supportcli mailbox add --provider f", ["fastmail"]),
        ("supportcli ticket list sta", ["status:"]),
        ("supportcli ticket list status:o", ["status:open", "status:on-hold"]),
        ("supportcli ticket list status : o", ["open", "on-hold"]),
        ("supportcli ticket list is :", [*IS]),
        ("supportcli ticket solve is:una", ["is:unanswered", "is:unassigned"]),
        (
            "supportcli calendar add office --zone Europe/Be",
            ["Europe/Belfast", "Europe/Belgrade", "Europe/Berlin"],
        ),
    ],
)
def test_words_of_the_program(
    program: Program, monkeypatch: pytest.MonkeyPatch, words: str, offered: list[str]
) -> None:
    assert complete(program, monkeypatch, words) == offered


def test_tickets_agents_mailboxes_and_calendars_of_the_desk(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(11):
        desk.write_in()
        desk.clock.tick(minutes=1)
    desk.done("ticket", "solve", 3)
    desk.done("calendar", "add", "office", "--hours", "mon-fri 9-17")
    assert set(complete(desk, monkeypatch, "supportcli ticket show 1")) == {"1", "10", "11"}
    assert complete(desk, monkeypatch, "supportcli ticket solve 3 ")[0] == "3", (
        "the one that changed last"
    )
    assert complete(desk, monkeypatch, "supportcli ticket assign 1 --to ") == [
        "me",
        "none",
        "ada@shop.test",
        "bob@shop.test",
    ]
    assert complete(desk, monkeypatch, "supportcli ticket assign 1 --to b") == ["bob@shop.test"]
    assert complete(desk, monkeypatch, "supportcli mailbox test ") == ["help@shop.test"]
    assert complete(desk, monkeypatch, "supportcli calendar show o") == ["office"]


def test_zsh_is_told_what_a_number_is_about(desk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write_in("Where is my parcel?")
    monkeypatch.setenv("_SUPPORTCLI_COMPLETE", "complete_zsh")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", "supportcli ticket show ")
    assert desk.run().out == '_arguments \'*: :(("1":"Where is my parcel"))\'\n'


@pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
def test_what_a_customer_wrote_cannot_reach_the_shell(
    desk: Program, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    """The shells evaluate what completion prints, some of them twice."""
    evil = (
        "a\\$(touch evil)`touch evil`'\"; touch evil # [/x] [@click=app.quit] :x: \x1b]52;c;x\x07"
    )
    with desk.desk() as opened:
        write_in(opened, subject=evil)
    with closing(load_driver().connect(desk.folder / "desk.db")) as connection:
        connection.execute("UPDATE agent SET address = '$(touch evil)@shop.test' WHERE id = 2")
        connection.commit()
    monkeypatch.setenv("_SUPPORTCLI_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", "get-args")
    for words in ("supportcli ticket show ", "supportcli ticket assign 1 --to "):
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", words)
        offered = desk.run().out
        assert "me" in offered or "1" in offered
        assert not set("\\$`;#[]@\x1b\x07") & set(offered.replace("ada@shop.test", ""))


@pytest.mark.parametrize(
    "trouble", ["no desk", "no database", "locked", "a newer one", "a broken configuration"]
)
def test_completion_never_fails(
    desk: Program, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    database = desk.folder / "desk.db"
    with closing(load_driver().connect(database, isolation_level=None)) as connection:
        if trouble == "locked":
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
        elif trouble == "a newer one":
            connection.execute("ALTER TABLE ticket RENAME TO tickets")
        elif trouble == "no desk":
            database.unlink()
        elif trouble == "no database":
            database.write_bytes(b"nothing of the kind" * 1000)
        else:
            (desk.folder / "config.toml").write_text("no = [toml")
        assert complete(desk, monkeypatch, "supportcli ticket show ") == []
        assert complete(desk, monkeypatch, "supportcli ticket show '*") == []


def test_a_server_offers_nothing(desk: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORTCLI_DATABASE", "postgresql+psycopg://db.shop.test/desk")
    assert complete(desk, monkeypatch, "supportcli ticket show ") == []


@long_but(2)
@pytest.mark.parametrize(
    "words",
    ["supportcli ", "supportcli ticket ", "supportcli ticket show ", "supportcli mailbox test "],
)
def test_completion_loads_nothing_heavy(desk: Program, words: str) -> None:
    desk.write_in()
    asked = {
        "_SUPPORTCLI_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    environ = {**os.environ, **desk.environ, **asked}
    ran = subprocess.run(
        [sys.executable, "-c", LOADED], env=environ, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip()
    assert set(json.loads(ran.stderr)) & HEAVY == set()
