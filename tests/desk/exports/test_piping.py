"""What a program of the agent's own gets of a ticket, and what is taken of what it prints: real
programs, without a shell, that hang, flood and leave children behind."""

import json
import os
import sys
import time
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from supportcli.desk import Desk
from supportcli.desk.exports import piping
from supportcli.desk.exports.piping import MOST, PipeContent, Printed, content_of
from supportcli.desk.tickets import verbs
from supportcli.domain.setup.own_commands import OwnCommand, PipeSource
from supportcli.errors import SupportError
from supportcli.errors.files import OwnCommandFailed, PipeEmpty
from tests.desk.desks import write_in
from tests.desk.fake_channel import FakeServers, take_in
from tests.desk.letters import HELP

NOTHING = PipeContent(b"", {})


def mailed(desk: Desk, servers: FakeServers) -> bytes:
    """Ticket #1, with a mail that has a file; the mail."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Maria <maria@acme.test>", HELP, "Refund"
    mail["Message-ID"] = "<pipe@acme.test>"
    mail.set_content("See the file.\n")
    mail.add_attachment(b"a;b\n", maintype="text", subtype="csv", filename="../-x.csv")
    take_in(desk, servers, mail.as_bytes())
    return mail.as_bytes()


def script(folder: Path, body: str) -> str:
    """A command that runs this Python."""
    file = folder / "program.py"
    file.write_text(f"import os, signal, subprocess, sys, time\n{body}\n", encoding="utf-8")
    return f"{sys.executable} {file}"


def run(desk: Desk, line: str, given: PipeContent = NOTHING, seconds: int = 20) -> Printed:
    return piping.run(desk.settings, OwnCommand("own", line, seconds=seconds), given)


def test_a_program_gets_the_message_the_mail_the_file_or_the_ticket(
    each_desk: Desk, servers: FakeServers
) -> None:
    raw = mailed(each_desk, servers)
    verbs.note(each_desk, 1, "Look at it.")
    newest = content_of(each_desk, 1, PipeSource.MESSAGE)
    assert (newest.content, newest.values["message"]) == (b"Look at it.", "2")
    first = content_of(each_desk, 1, PipeSource.MESSAGE, 1)
    assert first.content.startswith(b"See the file.")
    mail = content_of(each_desk, 1, PipeSource.MAIL)  # the note has none
    assert (mail.content, mail.values["message"]) == (raw, "1")
    file = content_of(each_desk, 1, PipeSource.FILE, 1)
    assert file.content == b"a;b\n"
    assert "/" not in file.values["file"]
    whole = json.loads(content_of(each_desk, 1, PipeSource.TICKET).content)
    assert (whole["number"], len(whole["messages"])) == (1, 2)


def test_what_is_not_there_is_named(each_desk: Desk, servers: FakeServers) -> None:
    mailed(each_desk, servers)
    verbs.note(each_desk, 1, "Look at it.")
    with pytest.raises(PipeEmpty, match="message 2 of #1 is no email"):
        content_of(each_desk, 1, PipeSource.MAIL, 2)
    with pytest.raises(PipeEmpty, match="no file"):
        content_of(each_desk, 1, PipeSource.FILE)
    with pytest.raises(SupportError, match="#7"):
        content_of(each_desk, 7, PipeSource.TICKET)


def test_foreign_text_is_a_word_or_a_variable_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    subject = "a b; touch /tmp/x $(id) `id` \x1b]0;x\x07"
    number = write_in(desk, subject=subject)
    given = content_of(desk, number, PipeSource.MESSAGE)
    line = script(tmp_path, "print(sys.argv[1:], os.environ['SUPPORTCLI_SUBJECT'])")
    printed = run(desk, f"{line} {{ticket}} {{subject}} {{customer}} $HOME", given)
    assert printed.text.startswith(f"['{number}', 'a b; touch /tmp/x $(id) `id` ␛]0;x␇', ")
    assert "'maria@acme.test', '$HOME'] a b; touch" in printed.text


def test_foreign_text_is_never_an_option(desk: Desk) -> None:
    number = write_in(desk, subject="--output=/etc/passwd")
    given = content_of(desk, number, PipeSource.MESSAGE)
    with pytest.raises(OwnCommandFailed, match="take it for an option") as failed:
        run(desk, "echo {subject}", given)
    assert "$SUPPORTCLI_SUBJECT" in failed.value.hint


def test_what_it_prints_is_clean_and_without_colours(desk: Desk, tmp_path: Path) -> None:
    body = r"sys.stdout.buffer.write(b'\x1b[1;31mred\x1b[0m \x1b]52;c;eA==\x07\xff\x9b2J\r\nb\n')"
    printed = run(desk, script(tmp_path, body))
    assert printed == Printed("red ␛]52;c;eA==␇\ufffd\ufffd2J\nb")


def test_how_it_ends_and_what_it_says_is_told(desk: Desk, tmp_path: Path) -> None:
    line = script(tmp_path, "print('out'); print('why', file=sys.stderr); sys.exit(3)")
    assert run(desk, line) == Printed("out", 3, "why")
    killed = run(desk, script(tmp_path, "os.kill(os.getpid(), signal.SIGTERM)"))
    assert killed.code == -15


def test_a_flood_is_cut(desk: Desk, tmp_path: Path) -> None:
    body = "while True: print('x' * 999); print('y' * 999, file=sys.stderr)"
    printed = run(desk, script(tmp_path, body))
    assert printed.is_cut
    assert len(printed.text) <= MOST
    assert len(printed.said) <= 8 * 1024


def test_one_that_hangs_is_ended_with_all_that_it_started(desk: Desk, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    body = (
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'],"
        " start_new_session=True)\n"
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"
    )
    began = time.monotonic()
    with pytest.raises(OwnCommandFailed, match="did not end within 1 seconds"):
        run(desk, script(tmp_path, body), seconds=1)
    assert time.monotonic() - began < 20
    for pid in map(int, pids.read_text().split()):
        until_gone(pid)


def until_gone(pid: int) -> None:
    """Wait for the end of a process, of which nobody may have asked yet how it ended."""
    ends = time.monotonic() + 20
    while True:
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except (ProcessLookupError, FileNotFoundError):
            return
        if state[0] == "Z":
            return
        assert time.monotonic() < ends, f"{pid} still runs"
        time.sleep(0.01)


def test_a_child_that_is_left_behind_holds_nothing_up(desk: Desk, tmp_path: Path) -> None:
    body = "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])\nprint('done')"
    assert run(desk, script(tmp_path, body), seconds=20).text == "done"


def test_one_that_closes_its_output_and_goes_on_is_waited_for(desk: Desk, tmp_path: Path) -> None:
    body = "print('a', flush=True); os.close(1); os.close(2); time.sleep(0.3); os._exit(4)"
    assert run(desk, script(tmp_path, body)) == Printed("a", 4)


def test_one_that_reads_nothing_is_not_waited_for(desk: Desk) -> None:
    assert run(desk, "true", PipeContent(b"x" * 1_000_000, {})) == Printed("")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no-such-program-here", "there is no program no-such-program-here"),
        ("cat | wc", "without a shell"),
        ("/", "cannot be started"),
        ("~nobody-here/x", "no home folder"),
    ],
)
def test_one_that_cannot_be_started_says_why(desk: Desk, line: str, why: str) -> None:
    with pytest.raises(OwnCommandFailed) as failed:
        run(desk, line)
    assert why in failed.value.sentence or "there is no program" in failed.value.sentence


def test_a_config_that_others_can_write_starts_nothing(desk: Desk, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.touch(mode=0o666)
    config.chmod(0o666)
    shared = replace(desk, settings=replace(desk.settings, path=config))
    with pytest.raises(OwnCommandFailed, match="others can write it"):
        run(shared, "true")


def test_it_finds_this_desk_and_no_terminal(desk: Desk, tmp_path: Path) -> None:
    body = (
        "print(os.environ['SUPPORTCLI_DATABASE'], os.environ['TERM'], os.environ['NO_COLOR'],"
        " os.isatty(0), os.getsid(0) == os.getpid())"
    )
    printed = run(desk, script(tmp_path, body))
    assert printed.text == f"{desk.settings.database} dumb 1 False True"
