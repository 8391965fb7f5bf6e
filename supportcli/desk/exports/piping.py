"""What of a ticket is given to a program of the agent's own, and what the program prints.

The program is started without a shell, in a process group of its own, and has a time limit. What
strangers wrote comes over its standard input; in its arguments only where the agent put a
placeholder, each as one word, and never one that would be read as an option."""

import atexit
import json
import os
import re
import secrets
import selectors
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass

from supportcli.config import Settings
from supportcli.credentials import programs
from supportcli.credentials.programs import ProgramFailed
from supportcli.desk import Desk
from supportcli.desk.exports import attachments
from supportcli.desk.tickets import reading, ticket_json
from supportcli.domain.setup.own_commands import OwnCommand, PipeSource
from supportcli.domain.text.file_names import safe_name
from supportcli.domain.tickets.ticket import Message, Ticket
from supportcli.errors.files import OwnCommandFailed, PipeEmpty
from supportcli.storage.tickets import messages
from supportcli.terminal import clean

MOST = 256 * 1024
"""The most bytes that are kept of what a program prints; one that prints more is ended."""

_MOST_SAID = 8 * 1024
_LOOK_SECONDS = 0.05
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
"""What programs colour their output with (ECMA-48, 8.3.117)."""

_running: set[tuple[subprocess.Popen[bytes], str]] = set()
"""The programs that run, each with its mark: none outlives the inbox."""


@dataclass(frozen=True, slots=True)
class PipeContent:
    """What a program reads, and the values of its placeholders by their names."""

    content: bytes
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Printed:
    """What a program printed, clean; its exit code, what it said on standard error, and whether the
    rest was cut off."""

    text: str
    code: int = 0
    said: str = ""
    is_cut: bool = False


def content_of(
    desk: Desk, number: int, source: PipeSource, place: int | None = None
) -> PipeContent:
    """What a program gets of a ticket; `place` is the number of a message (without it the newest
    one), or of a file. NotFound; PipeEmpty if there is no such thing."""
    whole = reading.ticket(desk, number)
    values = {
        "ticket": str(number),
        "subject": clean(whole.line.subject),
        "customer": clean(whole.line.customer.address),
        "message": "",
        "file": "",
    }
    if source is PipeSource.TICKET:
        shape = ticket_json.ticket(whole, desk.now())
        return PipeContent(json.dumps(shape).encode("ascii") + b"\n", values)
    if source is PipeSource.FILE:
        if place is None:
            raise PipeEmpty(f"#{number} has no file")
        file, content = attachments.content(desk, number, place)
        return PipeContent(content, {**values, "file": safe_name(file.name)})
    message, content = _of_message(desk, whole, source, place)
    return PipeContent(content, {**values, "message": str(message.position)})


def _of_message(
    desk: Desk, whole: Ticket, source: PipeSource, place: int | None
) -> tuple[Message, bytes]:
    wanted = [one for one in reversed(whole.messages) if place in {None, one.position}]
    if not wanted:
        raise PipeEmpty(f"#{whole.line.number} has no message")
    if source is PipeSource.MESSAGE:
        return wanted[0], wanted[0].text.encode("utf-8", "replace")
    with desk.db.read() as tx:
        for message in wanted:
            raw = messages.raw(tx, message.id)
            if raw is not None:
                return message, raw
    raise PipeEmpty(f"message {wanted[0].position} of #{whole.line.number} is no email")


# The program


def fault(command: OwnCommand) -> str:
    """Why a command cannot be started; empty if it can."""
    try:
        programs.check(command.run)
    except ProgramFailed as failed:
        return failed.cause
    return ""


def run(settings: Settings, command: OwnCommand, given: PipeContent) -> Printed:
    """Start a command, give it the content, and wait for its end. OwnCommandFailed if it cannot be
    started or takes too long; what it prints until then is lost."""
    try:
        programs.refuse_foreign_config(settings.path)
        programs.check(command.run)
        words = [_filled(word, given.values) for word in programs.argv(command.run)]
    except ProgramFailed as failed:
        raise OwnCommandFailed(command.name, failed.cause, failed.hint) from failed
    with tempfile.TemporaryFile() as content:
        content.write(given.content)
        content.seek(0)
        mark = secrets.token_hex(16)
        try:
            program = subprocess.Popen(
                words,
                stdin=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                env={**os.environ, **_told(settings, given.values), programs.MARK: mark},
            )
        except OSError as error:
            raise OwnCommandFailed(
                command.name, f"it cannot be started: {error.strerror or error}"
            ) from error
    with program:
        return _printed(command, program, mark)


def _filled(word: str, values: Mapping[str, str]) -> str:
    """A word of a command, or what stands in its place. Foreign text is never an option."""
    value = values.get(word[1:-1]) if word.startswith("{") and word.endswith("}") else None
    if value is None:
        return word
    if value.startswith("-"):
        raise ProgramFailed(
            f"what stands for {word} begins with “-”, and the program may take it for an option",
            f"Let it read $SUPPORTCLI_{word[1:-1].upper()} instead.",
        )
    return value


def _told(settings: Settings, values: Mapping[str, str]) -> dict[str, str]:
    """The variables of a program: it is not at a terminal, and finds this desk."""
    return {
        **{f"SUPPORTCLI_{name.upper()}": value for name, value in values.items()},
        "SUPPORTCLI_CONFIG": str(settings.path),
        "SUPPORTCLI_DATABASE": settings.database,
        "NO_COLOR": "1",
        "TERM": "dumb",
    }


def _printed(command: OwnCommand, program: subprocess.Popen[bytes], mark: str) -> Printed:
    """Wait for the end of a program, and read what it prints."""
    _running.add((program, mark))
    try:
        ends = time.monotonic() + command.seconds
        out, said = _read(program, ends)
        is_cut = len(out) > MOST
        if not is_cut:
            program.wait(max(ends - time.monotonic(), 0))
    except subprocess.TimeoutExpired as error:
        raise OwnCommandFailed(
            command.name,
            f"it did not end within {command.seconds} seconds",
            "It may get more with `seconds` in config.toml.",
        ) from error
    finally:
        programs.end(program, mark)
        _running.discard((program, mark))
    return Printed(_shown(out[:MOST]), 0 if is_cut else program.returncode, _shown(said), is_cut)


def _read(program: subprocess.Popen[bytes], ends: float) -> tuple[bytes, bytes]:
    """What a program prints, and what it says on standard error, until it ends or has printed too
    much. TimeoutExpired."""
    out, said = bytearray(), bytearray()
    with selectors.DefaultSelector() as pipes:
        for pipe, kept in ((program.stdout, out), (program.stderr, said)):
            if pipe is not None:
                pipes.register(pipe, selectors.EVENT_READ, kept)
        while pipes.get_map() and len(out) <= MOST:
            has_ended = program.poll() is not None  # asked first: then all that it printed is there
            if time.monotonic() > ends:
                raise subprocess.TimeoutExpired(program.args, ends)
            ready = pipes.select(0 if has_ended else _LOOK_SECONDS)
            if has_ended and not ready:
                break  # a child that it left behind may hold its output open
            for key, _ in ready:
                part = os.read(key.fd, MOST)
                if part:
                    key.data.extend(part)
                    del said[_MOST_SAID:]
                else:
                    pipes.unregister(key.fileobj)
    return bytes(out), bytes(said)


def _shown(printed: bytes) -> str:
    """What a program printed, as text without its colours."""
    text = _COLOURS.sub("", printed.decode("utf-8", "replace"))
    return clean(text, lines=True).rstrip()


def _end_all() -> None:
    for program, mark in tuple(_running):
        programs.end(program, mark)


atexit.register(_end_all)
