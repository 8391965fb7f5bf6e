"""Programs that print a password or a token. They are started without a shell and in a session of
their own: they read nothing and have no terminal, so that none waits for a passphrase there, or
leaves it without echo. What they print is in no error: it may be the secret, or a part of it."""

import os
import re
import secrets
import select
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from supportcli.errors.tokens import TokenUnavailable

COMMAND_SECONDS = 20
"""How long a secret or token command may take."""

LONGEST = 8 * 1024
"""The most characters of a token. In Base64 it has to fit into a line of 12,288 octets (RFC 4954,
section 4)."""

_MOST = 64 * 1024
"""The most bytes that are read of what a program prints."""

_LOOK_SECONDS = 0.05
"""How often to look whether a silent program has ended."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
"""RFC 6750 (section 2.1) allows fewer characters; issuers use what they like."""

_OF_A_SHELL = frozenset({"|", "||", "&", "&&", ";", "<", ">", ">>", "2>", "2>&1"})

_TRY_IT = "Try the command by itself."

MARK = "SUPPORTCLI_COMMAND"
"""The variable by whose value all that a program has started is found, also what has left its
session (setsid) and lost its parent."""

_LOOKS = 3
"""How often they are looked for: one that cannot be killed now does not hold the sync up."""

_PROCESSES = Path("/proc")
"""Where Linux shows the processes; without it only the session of a program is killed."""


class ProgramFailed(Exception):
    """A program did not print what was wanted; `cause` and `hint` say why without its words."""

    def __init__(self, cause: str, hint: str = _TRY_IT) -> None:
        super().__init__(cause)
        self.cause, self.hint = cause, hint


def one_token(line: str, config: Path) -> str:
    """The access token that a command prints, as its only line. TokenUnavailable if it prints
    anything else, fails, or takes too long."""
    try:
        lines = printed(line, config).rstrip("\r\n").splitlines()
    except ProgramFailed as failed:
        raise TokenUnavailable(line, failed.cause, failed.hint) from failed
    if fault := _fault(lines):
        raise TokenUnavailable(line, fault, _TRY_IT)
    return lines[0]


def _fault(lines: Sequence[str]) -> str:
    """Why these lines are no token; empty if they are one."""
    if not any(lines):
        return "it prints nothing"
    if lines[0].startswith("{"):
        return "it prints JSON, and not the token alone"
    if len(lines) > 1:
        return f"it prints {len(lines)} lines, and a token is one"
    if len(lines[0]) > LONGEST:
        return f"it prints a line of more than {LONGEST:,} characters"
    return "" if is_token(lines[0]) else "its line has characters that no token has"


def is_token(text: str) -> bool:
    """Whether a text can be an access token."""
    return _TOKEN.fullmatch(text) is not None


def check(line: str) -> None:
    """ProgramFailed if a command cannot be meant as it is: nothing, a pipe, a program that is not
    there. Nothing is started."""
    words = argv(line)
    if shells := [word for word in words if word in _OF_A_SHELL]:
        raise ProgramFailed(
            f"it is started without a shell, so “{shells[0]}” means nothing",
            f"Let a shell read it: sh -c {shlex.quote(line)}",
        )
    if shutil.which(words[0]) is None:
        raise ProgramFailed(
            f"there is no program {words[0]}",
            "Check its name; in cron, PATH is another one, so name it from / on.",
        )


def argv(line: str) -> list[str]:
    """The words of a command, with the home folder for `~`. ProgramFailed if it has none, is no
    list of words, or names the home of somebody who has none."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise ProgramFailed(f"its words cannot be read ({error})") from error
    if not words:
        raise ProgramFailed("it names no program", "Name the program that prints it.")
    try:
        return [str(Path(word).expanduser()) if word.startswith("~") else word for word in words]
    except RuntimeError as error:
        raise ProgramFailed("one of its words begins with ~ and names no home folder") from error


def printed(line: str, config: Path, *more: str) -> str:
    """What a command prints that gets the words `more` as they are, after its own. ProgramFailed if
    it cannot be started, fails or takes too long, or if others could have written config.toml,
    which names it."""
    refuse_foreign_config(config)
    mark = secrets.token_hex(16)
    try:
        with subprocess.Popen(
            [*argv(line), *more],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, MARK: mark},
        ) as program:
            words = _words(program, mark)
    except OSError as error:
        raise ProgramFailed(
            f"{error.filename or line} cannot be started: {error.strerror or error}"
        ) from error
    if program.returncode != 0:
        raise ProgramFailed(
            f"it failed with code {program.returncode}", "Try the command by itself: it says why."
        )
    try:
        return words.decode()
    except UnicodeDecodeError as error:
        raise ProgramFailed("what it prints is not UTF-8 text") from error


def _words(program: subprocess.Popen[bytes], mark: str) -> bytes:
    """What a program prints until it ends, though a child that it leaves behind may hold its output
    open. If that is too late, or too much, it is killed with all that it has started."""
    ends = time.monotonic() + COMMAND_SECONDS
    words = b""
    try:
        while part := _part(program, ends):
            words += part
            if len(words) > _MOST:
                raise ProgramFailed(f"it prints more than {_MOST:,} bytes")
        program.wait(max(0.0, ends - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise ProgramFailed(f"it did not end within {COMMAND_SECONDS} seconds") from error
    finally:
        end(program, mark)
    return words


def end(program: subprocess.Popen[bytes], mark: str) -> None:
    """Kill a program that still runs, with all that it has started. One that has ended may have
    left an agent behind on purpose, and its number may belong to others by now."""
    if program.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(program.pid, signal.SIGKILL)
        for _ in range(_LOOKS):  # one may have started another meanwhile
            for process in _marked(mark):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)


def _marked(mark: str) -> list[int]:
    """The processes that a program has started, in whichever session, and that still run."""
    found = []
    for folder in _PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # of somebody else, or it has ended
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def _part(program: subprocess.Popen[bytes], ends: float) -> bytes:
    """The next bytes; none at the end. TimeoutExpired if it is `ends` before any come."""
    pipe = program.stdout
    if pipe is None:  # pragma: no cover - it was started with one
        raise AssertionError
    while (left := ends - time.monotonic()) > 0:
        has_ended = program.poll() is not None  # asked first: then all that it printed is there
        if select.select([pipe], [], [], 0 if has_ended else min(left, _LOOK_SECONDS))[0]:
            return os.read(pipe.fileno(), _MOST)
        if has_ended:
            return b""
    raise subprocess.TimeoutExpired(program.args, COMMAND_SECONDS)


def refuse_foreign_config(config: Path) -> None:
    """Refuse if others can write the config: a program that runs as me must not come from such a
    file."""
    if config.exists():
        status = config.stat()
        if status.st_mode & 0o022 or status.st_uid not in {os.getuid(), 0}:
            raise ProgramFailed(
                f"{config} names it, and others can write it",
                f"Run: chmod 600 {shlex.quote(str(config))}",
            )
