"""The command line as a whole: its help, its errors, how it ends."""

import json
import os
import re
import shlex
import subprocess
import sys

import pytest
import typer

from supportcli import __version__
from supportcli.commands.program import NOUNS, app
from tests.commands.letters import letter
from tests.commands.program import Program, golden
from tests.long import long_but
from tools.readme import leaves

PROGRAM = [sys.executable, "-m", "supportcli"]


def commands() -> list[list[str]]:
    """Every command there is, as its words."""
    root = typer.main.get_command(app)
    context = typer.Context(root)
    found = []
    for noun in root.list_commands(context):  # type: ignore[attr-defined]
        command = root.get_command(context, noun)  # type: ignore[attr-defined]
        verbs = list(getattr(command, "commands", {}))
        found += [[noun, verb] for verb in verbs] or [[noun]]
    return found


def test_the_help_of_the_program(program: Program) -> None:
    golden("help.txt", program.done("--help"))
    assert program.done("-h") == program.done("--help")
    assert program.done("--version") == f"supportcli {__version__}\n"


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(program: Program, command: list[str]) -> None:
    said = program.done(*command, "--help")
    assert said.startswith(f"Usage: supportcli {' '.join(command)}")
    assert (
        f"\n    supportcli {' '.join(command)}" in said
        or " ".join(command) in said.partition("Examples:")[2]
    )
    assert max(len(line) for line in said.splitlines()) <= 80
    assert re.findall(r"<(?:str|path|int|list|Path)\b|<=x", said) == [], "no names of types"
    assert "{" not in said.splitlines()[0]


def test_first_sentences_are_short() -> None:
    said = {leaf.words: leaf.sentence for leaf in leaves()}
    said |= {noun: sentence for noun, (_, sentence) in NOUNS.items()}
    assert {words: one for words, one in said.items() if len(one) > 60} == {}


@pytest.mark.parametrize("noun", ["", *sorted(NOUNS)])
def test_a_list_of_commands_cuts_no_sentence(program: Program, noun: str) -> None:
    _, *listed = program.done(*noun.split(), "--help").splitlines()
    assert [line for line in listed if line.endswith(("…", "..."))] == []


@pytest.mark.parametrize(
    ("noun", "first"), [("canned", "list"), ("ticket", "list"), ("mail", "held"), ("desk", "show")]
)
def test_a_noun_lists_first_what_shows_it(program: Program, noun: str, first: str) -> None:
    _, _, listed = program.done(noun, "--help").partition("\nCommands:\n")
    assert listed.split()[0] == first
    named = [line.split()[0] for line in listed.splitlines() if line[2:3].strip()]
    usual = [name for name in named if name in {"list", "show", "add", "edit", "remove"}]
    assert noun == "ticket" or usual == [
        name for name in ("list", "show", "add", "edit", "remove") if name in named
    ]


@pytest.mark.parametrize("noun", sorted(NOUNS))
def test_a_noun_alone_shows_its_help(program: Program, noun: str) -> None:
    if [noun] not in commands():
        assert program.done(noun) == program.done(noun, "--help")


def test_what_shows_something_can_show_it_as_json(program: Program) -> None:
    silent = {
        ("demo",),
        ("mailbox", "remove"),
        ("mailbox", "trust"),
        ("ticket", "attachment"),
        *(("export", form) for form in ("mbox", "jsonl", "csv")),
        ("web",),
    }
    without = {
        tuple(command) for command in commands() if "--json" not in program.done(*command, "--help")
    }
    assert without == silent


@pytest.mark.parametrize(
    ("argv", "sentence", "hint"),
    [
        (["tickets"], "There is no command “tickets”.", "Did you mean “ticket”?"),
        (["xyz"], "There is no command “xyz”.", "See them all with: supportcli --help"),
        (
            ["ticket", "shw"],
            "No such command 'shw'. Did you mean 'show'?",
            "See: supportcli ticket --help",
        ),
        (["ticket", "show"], "Missing argument 'NUMBER'.", "See: supportcli ticket show --help"),
        (
            ["ticket", "show", "1", "--jsn"],
            "No such option: --jsn",
            "See: supportcli ticket show --help",
        ),
        (["ticket", "show", "one"], "“one” is not a ticket number.", "Write it as 12 or '#12'"),
        (["ticket", "show", "0"], "“0” is not a ticket number.", "Write it as 12 or '#12'"),
        (["ticket", "tag", "1"], "No tag was given.", "--add TAG"),
        (
            ["ticket", "priority", "1", "--to", "huge"],
            "“huge” is not a priority.",
            "low, normal, high, urgent",
        ),
        (
            ["outbox", "send", "x"],
            "Invalid value for 'ID': “x” is not a whole number.",
            "See: supportcli outbox send --help",
        ),
        (
            ["outbox", "retry", "2.5"],
            "Invalid value for 'ID': “2.5” is not a whole number.",
            "See: supportcli outbox retry --help",
        ),
        (
            ["ticket", "list", "--limit", "-5"],
            "Invalid value for '--limit': “-5” is too small; the minimum is 1.",
            "See: supportcli ticket list --help",
        ),
        (
            ["calendar", "holidays", "DE", "--year", "2500"],
            "Invalid value for '--year': “2500” is too large; the maximum is 2100.",
            "See: supportcli calendar holidays --help",
        ),
        (
            ["outbox", "send", str(2**63)],
            "Invalid value for 'ID'",
            "See: supportcli outbox send --help",
        ),
        (
            ["outbox", "retry", str(2**63)],
            "Invalid value for 'ID'",
            "See: supportcli outbox retry --help",
        ),
        (
            ["outbox", "cancel", str(2**63)],
            "Invalid value for 'ID'",
            "See: supportcli outbox cancel --help",
        ),
        (
            ["ticket", "list", "--limit", str(2**63)],
            f"Invalid value for '--limit': “{2**63}” is too large; the maximum is {2**63 - 1}.",
            "See: supportcli ticket list --help",
        ),
        (
            ["init", "--yes", "--config", "c.toml"],
            "There is no option --config here.",
            "--config and --database go before the command: supportcli --config FILE --database FILE init …",
        ),
        (
            ["ticket", "--database=d.db", "list"],
            "There is no option --database here.",
            "supportcli --config FILE --database FILE ticket …",
        ),
        (
            ["ticket", "list", "--config", "c.toml"],
            "There is no option --config here.",
            "supportcli --config FILE --database FILE ticket list …",
        ),
        (["--config"], "Option '--config' requires an argument.", "See: supportcli --help"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_call_that_is_wrong(program: Program, argv: list[str], sentence: str, hint: str) -> None:
    ran = program.run(*argv)
    assert (ran.code, ran.out) == (2, "")
    first, second = ran.err.splitlines()
    assert first.startswith(f"supportcli: {sentence}")
    assert hint in second


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("12 x", "12 x"),
        ('{"numbr": 1}', '{"numbr": 1}'),
        ("{", "{"),
        ("\x1b[2J", "␛[2J"),
        ("y" * 99, "y" * 60 + "…"),
    ],
)
def test_a_line_of_a_pipe_that_holds_no_number_is_named(
    desk: Program, line: str, shown: str
) -> None:
    refused = desk.run("ticket", "solve", "-", stdin=f"1\n{line}\n")
    assert (refused.code, refused.err.splitlines()[0]) == (
        2,
        f"supportcli: Line 2 of the input has no ticket number: {shown}",
    )


def test_a_configuration_that_is_wrong_names_the_nearest_key(desk: Program) -> None:
    (desk.folder / "config.toml").write_text('agnt = "ada@shop.test"\n')
    refused = desk.run("ticket", "list")
    assert refused.code == 78
    assert (
        refused.err
        == f"supportcli: {desk.folder}/config.toml has an unknown key “agnt”.\nDid you mean “agent”?\n"
    )


def test_a_command_of_ones_own_that_is_wrong_is_named(desk: Program) -> None:
    (desk.folder / "config.toml").write_text("[inbox.commands.jira]\nrun = 'sh -c \"x {file}\"'\n")
    refused = desk.run("ticket", "list")
    assert refused.code == 78
    assert (
        refused.err
        == f"supportcli: In {desk.folder}/config.toml, “inbox.commands.jira.run” may have {{file}} only as a word of its own.\nCorrect that line of the file.\n"
    )


def test_a_configuration_that_is_named_and_not_there_is_not_replaced_by_the_usual_desk(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPPORTCLI_DATABASE")
    monkeypatch.delenv("SUPPORTCLI_CONFIG")
    program.done("init", "--yes", "--agent", "Ada <ada@shop.test>")
    refused = program.run("--config", "typo.toml", "ticket", "list")
    assert refused.code == 78
    assert (
        refused.err
        == "supportcli: There is no configuration at typo.toml.\nCreate it with: supportcli --config typo.toml init\n"
    )
    program.done("--config", "bob.toml", "init", "--yes", "--agent", "Ada <ada@shop.test>")
    assert program.run("--config", "bob.toml", "ticket", "list").code == 0


@long_but(1)
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_standard_streams_may_be_closed(desk: Program, closed: str) -> None:
    desk.write_in()
    command = shlex.join([*PROGRAM, "ticket", "solve", "1"])
    ran = subprocess.run(
        ["sh", "-c", f"{command} {closed}"],
        env={**os.environ, **desk.environ},
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert desk.rows("ticket", "list", "status:solved")[0]["number"] == 1


@long_but(1)
@pytest.mark.parametrize("closed", [">&-", "<&- >&-"])
def test_an_attachment_does_not_vanish_in_an_output_that_is_closed(
    desk: Program, closed: str
) -> None:
    desk.done(
        "mail",
        "ingest",
        "-",
        "--mailbox",
        "help@shop.test",
        stdin=letter("See.\n", "Leak", ("photo.jpg", b"new")),
    )
    command = shlex.join([*PROGRAM, "ticket", "attachment", "1:1", "-"])
    ran = subprocess.run(
        ["sh", "-c", f"{command} {closed}"],
        env={**os.environ, **desk.environ},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.decode().splitlines() == [
        "supportcli: Standard output is closed, so the file was not written.",
        "Redirect it: … - > FILE, or give a file name instead of -.",
    ]


def test_a_mistake_of_the_program_shows_no_control_of_a_stranger(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise KeyError("\x1b]52;c;evil\x07\nsecond line")

    monkeypatch.setattr("supportcli.desk.tickets.lists.each_line", mistaken)
    ran = desk.run("ticket", "list")
    assert ran.code == 1
    assert "KeyError" in ran.err
    assert "This is a bug in supportcli" in ran.err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", ran.err)


def start(program: Program, *argv: str) -> "subprocess.Popen[bytes]":
    """The program as a process of its own, with pipes."""
    environ = {**os.environ, **program.environ}
    return subprocess.Popen(
        [*PROGRAM, *argv],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_pipe_that_is_closed_is_no_error_to_speak_of(desk: Program) -> None:
    desk.write_in("Leak", "word " * 200_000)
    with start(desk, "ticket", "show", "1") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(100)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


def test_a_full_disk_behind_standard_output_is_said(desk: Program) -> None:
    desk.write_in()
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        ran = subprocess.run(
            [*PROGRAM, "ticket", "list", "--json"],
            env={**os.environ, **desk.environ},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (ran.returncode, ran.stderr.splitlines()[0]) == (1, LOST % b"No space left on device")


LOST = b"supportcli: The output could not be printed: %s."


@long_but(1)
@pytest.mark.parametrize(
    ("words", "unbuffered"),
    [
        ("reply 1 --text x", ""),
        ("reply 1 --text x --json", "1"),
        ("reply 1 --text x --json", ""),
        ("reply 1 --text x --now", "1"),
        ("solve 1", "1"),
        *(
            pytest.param(*pair, marks=pytest.mark.acceptance)
            for pair in (("reply 1 --text x", "1"), ("reply 1 --text x --now", ""), ("solve 1", ""))
        ),
    ],
)
def test_a_verb_that_cannot_say_so_is_done(desk: Program, words: str, unbuffered: str) -> None:
    desk.write_in()
    environ = {**os.environ, **desk.environ, "PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "wb") as full:  # noqa: PTH123  # a device
        ran = subprocess.run(
            [*PROGRAM, "ticket", *words.split()],
            env=environ,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    said, hint = ran.stderr.splitlines()
    assert (ran.returncode, said) == (1, LOST % b"No space left on device")
    assert hint == b"The command did its work: check before you repeat it."
    assert desk.rows("ticket", "show", 1)[0]["status"] in {"pending", "solved"}


@long_but(1)
@pytest.mark.parametrize(
    ("words", "said", "unbuffered"),
    [
        ("ticket solve 1", [LOST % b"Broken pipe"], ""),
        ("ticket solve 1", [LOST % b"Broken pipe"], "1"),
        ("ticket show 1", [], ""),
        ("mail parse leak.eml", [], "1"),
        pytest.param("ticket show 1", [], "1", marks=pytest.mark.acceptance),
        pytest.param("mail parse leak.eml", [], "", marks=pytest.mark.acceptance),
    ],
)
def test_only_a_verb_speaks_of_a_reader_who_is_gone(
    desk: Program, words: str, said: list[bytes], unbuffered: str
) -> None:
    desk.write_in()
    (desk.folder / "leak.eml").write_bytes(letter())
    environ = {**os.environ, **desk.environ, "PYTHONUNBUFFERED": unbuffered}
    read, write = os.pipe()
    os.close(read)
    ran = subprocess.run(
        [*PROGRAM, *words.split()], env=environ, stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (ran.returncode, ran.stderr.splitlines()[:1]) == (1, said)
    assert desk.rows("ticket", "show", 1)[0]["status"] == ("solved" if said else "new")


def test_the_program_answers_as_a_process(desk: Program) -> None:
    desk.write_in()
    with start(desk, "ticket", "list", "--json") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert json.loads(out)["number"] == 1


def called(
    desk: Program, argv: list[str | bytes], **environ: str
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [*PROGRAM, *argv],
        env={**os.environ, **desk.environ, **environ},
        input=b"",
        capture_output=True,
        check=False,
    )


@pytest.mark.parametrize(
    "text", [b"caf\xe9 latin", b"--text=\xff", b"x" * 99 + b"\xed\xa0\x80" + b"x" * 99]
)
def test_an_argument_that_is_no_text_is_refused_before_anything_is_done(
    desk: Program, text: bytes
) -> None:
    desk.write_in()
    option = [] if text.startswith(b"--") else [b"--text"]
    refused = called(desk, ["ticket", "note", "1", *option, text])
    first, second = refused.stderr.decode().splitlines()
    assert (refused.returncode, refused.stdout) == (2, b"")
    assert re.fullmatch(
        "supportcli: An argument is not text in UTF-8: (caf\ufffd latin|--text=\ufffd|…x{30}\ufffd{3}x{27}…)",
        first,
    )
    assert second == "Convert it, for instance with iconv."
    assert len(desk.rows("ticket", "show", "1")[0]["messages"]) == 1


@long_but(1)
@pytest.mark.parametrize("option", [[b"--file", b"caf\xe9"], [b"--file=caf\xe9"]])
def test_a_file_may_be_called_by_any_bytes(desk: Program, option: list[bytes]) -> None:
    desk.write_in()
    (desk.folder / os.fsdecode(b"caf\xe9")).write_text("It leaks.")
    assert called(desk, ["ticket", "note", "1", *option]).returncode == 0


def test_text_is_text_in_a_locale_that_knows_ascii_only(desk: Program) -> None:
    desk.write_in()
    noted = called(
        desk,
        ["ticket", "note", "1", "--text", "café ☕".encode()],
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONCOERCECLOCALE="0",
    )
    assert (noted.returncode, noted.stderr) == (0, b"")
    assert "café ☕" in desk.done("ticket", "show", "1")


def test_columns_beyond_any_terminal_are_no_mistake(
    desk: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.write_in()
    with monkeypatch.context() as patch:  # `pytest -v` reads them too, when the test has ended
        patch.setenv("COLUMNS", "99999999999999999999")
        assert max(len(line) for line in desk.done("ticket", "show", "1").splitlines()) <= 10_000
        patch.setenv("COLUMNS", str(2**63 - 1))
        assert desk.done("ticket", "list")


@pytest.mark.parametrize("there", [True, False])
def test_a_desk_that_config_toml_could_not_name_is_refused_before_it_is_made(
    program: Program, there: bool
) -> None:
    place = program.folder / os.fsdecode(b"no\xff.db")
    if there:
        place.touch()
    refused = program.run(
        "--database", str(place), "init", "--yes", "--agent", "Ada <ada@shop.test>"
    )
    assert refused.code == 2
    assert re.search("no\ufffd.db.* UTF-8" if there else "UTF-8: .*no\ufffd.db", refused.err)
    assert [(path, path.stat().st_size) for path in program.folder.iterdir()] == (
        [(place, 0)] if there else []
    )


def test_a_folder_that_config_toml_could_not_name_holds_no_desk(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = program.folder / os.fsdecode(b"no\xff")
    folder.mkdir()
    monkeypatch.chdir(folder)
    refused = program.run(
        "--database", "desk.db", "init", "--yes", "--agent", "Ada <ada@shop.test>"
    )
    assert refused.err.startswith(
        f"supportcli: {program.folder}/no\ufffd/desk.db is not a path in UTF-8; nothing was created.\n"
    )
    assert refused.code == 2
    assert list(folder.iterdir()) == []
