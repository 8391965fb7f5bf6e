import os
import signal
import sys
import time
from pathlib import Path

import pytest

from supportcli import credentials
from supportcli.credentials import programs
from supportcli.credentials.tokens import AccessTokens
from supportcli.domain.mailbox import Secret, logins
from supportcli.errors import ConfigurationError
from supportcli.errors.servers import MailServerError
from supportcli.errors.setup import HostNotTrusted
from supportcli.errors.tokens import TokenUnavailable
from tests.channels.boxes import mailbox_at
from tests.demo.terminal import Terminal
from tests.servers.test_process import alive


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.touch(mode=0o600)
    return path


def program(config: Path, code: str) -> str:
    """A command that runs this Python code."""
    path = config.parent / "give"
    path.write_text(f"#!{sys.executable}\n{code}\n")
    path.chmod(0o700)
    return str(path)


def test_a_program_gives_a_token_each_time_it_is_asked(config: Path) -> None:
    line = program(
        config,
        "import pathlib\n"
        "log = pathlib.Path(__file__).with_name('asked')\n"
        "log.write_text((log.read_text() if log.exists() else '') + '.')\n"
        "print('ya29.token-' + str(len(log.read_text())))",
    )
    box = mailbox_at()
    secret = Secret(token_command=line, servers=logins(box))
    found = credentials.secret_for(box, {box.address: secret}, config)
    assert isinstance(found, AccessTokens)
    assert not (config.parent / "asked").exists(), "it is asked when a server asks"
    assert found.current() == "ya29.token-1"
    assert found.instead_of("ya29.token-1") == "ya29.token-2"


def test_other_servers_get_no_token(config: Path) -> None:
    box = mailbox_at(imap=1)
    secret = Secret(token_command="false", servers=logins(mailbox_at(imap=2)))
    with pytest.raises(HostNotTrusted):
        credentials.secret_for(box, {box.address: secret}, config)


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("pass", "it prints nothing"),
        ("print()", "it prints nothing"),
        ("print('s3cret\\nand more')", "it prints 2 lines, and a token is one"),
        ("print('s3cret' * 2000)", "it prints a line of more than 8,192 characters"),
        ("print('s3cret' * 20000)", "it prints more than 65,536 bytes"),
        ("while True: print('s3cret')", "it prints more than 65,536 bytes"),
        ("print('\\ns3cret')", "it prints 2 lines, and a token is one"),
        ('print(\'{"access_token":"s3cret"}\')', "it prints JSON, and not the token alone"),
        ("print('s3cret s3cret')", "its line has characters that no token has"),
        ("print('s3cret\\x01')", "its line has characters that no token has"),
        ("print('s3crét')", "its line has characters that no token has"),
        ("import os; os.write(1, b's3cret\\xff')", "what it prints is not UTF-8 text"),
        ("import sys; print('s3cret'); sys.exit('s3cret')", "it failed with code 1"),
    ],
)
def test_what_is_no_token_is_named_and_never_repeated(config: Path, code: str, cause: str) -> None:
    line = program(config, code)
    with pytest.raises(TokenUnavailable) as refused:
        programs.one_token(line, config)
    assert refused.value.sentence == f"The token command “{line}” gives no token: {cause}."
    assert refused.value.hint.startswith("Try the command by itself")
    assert "s3cr" not in refused.value.sentence + refused.value.hint
    assert refused.value.exit_code == 78
    assert isinstance(refused.value, MailServerError), "the trouble of one mailbox"


def test_a_line_may_end_as_the_program_likes(config: Path) -> None:
    for end in ("", "\\n", "\\r\\n"):
        assert programs.one_token(program(config, f"print('T', end='{end}')"), config) == "T"


@pytest.mark.parametrize(
    "code",
    [
        "import threading; threading.Event().wait()",
        "import os, threading; os.close(1); threading.Event().wait()",
    ],
    ids=["silent", "closed its output"],
)
def test_a_program_that_hangs_is_given_up(
    config: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(programs, "COMMAND_SECONDS", 0.3)
    with pytest.raises(TokenUnavailable, match=r"did not end within 0\.3 seconds"):
        programs.one_token(program(config, code), config)


CHILD = """
import pathlib, subprocess, sys, threading
child = subprocess.Popen([sys.executable, "-c", "import threading; threading.Event().wait()"])
pathlib.Path(__file__).with_name("child").write_text(str(child.pid))
"""
"""Code that starts a child, which has the output of its parent and stays."""


ESCAPED = """
import os, pathlib, sys, threading
if not os.fork():
    os.setsid()
    if os.fork():
        os._exit(0)
    pathlib.Path(__file__).with_name("child").write_text(str(os.getpid()))
    threading.Event().wait()
os.wait()
"""
"""Code that starts a process in a session of its own, as a daemon does, without a parent."""


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (f"{ESCAPED}threading.Event().wait()", "did not end within 2 seconds"),
        (f"{CHILD}threading.Event().wait()", "did not end within 2 seconds"),
        (f"{CHILD}import os; os.close(1); threading.Event().wait()", "did not end within 2 sec"),
        (f"{CHILD}while True: print('s3cret')", "more than 65,536 bytes"),
    ],
    ids=["another session", "silent", "closed its output", "endless"],
)
def test_a_program_that_is_given_up_leaves_no_child(
    config: Path, monkeypatch: pytest.MonkeyPatch, code: str, cause: str
) -> None:
    monkeypatch.setattr(programs, "COMMAND_SECONDS", 2)
    with pytest.raises(TokenUnavailable, match=cause):
        programs.one_token(program(config, code), config)
    child = int((config.parent / "child").read_text())
    ends = time.monotonic() + 10
    while alive(child):
        assert time.monotonic() < ends, "the child lives on"
        time.sleep(0.01)


def test_a_child_that_is_left_behind_takes_no_token_away(config: Path) -> None:
    line = program(config, CHILD + "print('T')")
    try:
        assert programs.one_token(line, config) == "T"
    finally:
        os.kill(int((config.parent / "child").read_text()), signal.SIGKILL)


def test_a_program_has_no_terminal(config: Path) -> None:
    line = program(
        config,
        "import sys\n"
        "try: open('/dev/tty'); print('terminal')\n"
        "except OSError: print('none', len(sys.stdin.read()), sep='-')",
    )
    code = (
        "import pathlib; from supportcli.credentials import programs\n"
        "open('/dev/tty').close()\n"
        f"print('it has', programs.one_token({line!r}, pathlib.Path({str(config)!r})))"
    )
    with Terminal([sys.executable, "-c", code], {}, 80, 24) as terminal:
        terminal.wait_for("it has none-0")
        assert terminal.ended() == 0


def test_what_is_no_program_is_named(config: Path) -> None:
    with pytest.raises(TokenUnavailable, match="no-such-program cannot be started: No such file"):
        programs.one_token("no-such-program", config)
    with pytest.raises(TokenUnavailable, match="No closing quotation"):
        programs.one_token("give 'it", config)


def test_a_command_from_a_file_that_others_can_write_is_not_run(config: Path) -> None:
    config.chmod(0o622)
    with pytest.raises(ConfigurationError, match="others can write it"):
        programs.one_token("touch made", config)
    assert not (config.parent / "made").exists()
