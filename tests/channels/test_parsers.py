"""Mail parsed by processes of their own is the same mail, whatever becomes of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple, replace

import pytest

from supportcli.channels import mime, parsers
from supportcli.channels.parsers import ENOUGH, Parsers
from supportcli.domain.text.words import tokens

RAWS = [
    b"From: ada@shop.test\nSubject: %d\n\nHello %d\n" % (number, number) + b"word " * number
    for number in range(ENOUGH)
]
RICH = [
    b"""From: Maria <Maria@ACME.test>
To: Help <help@shop.test>
Message-ID: <a@acme.test>
In-Reply-To: <b@shop.test>
Date: Mon, 5 Jan 2026 10:00:00 +0100
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=utf-8

Gr\xc3\xbc\xc3\x9fe aus K\xc3\xb6ln, \xe6\x9d\xb1\xe4\xba\xac!

> What is broken?

--\x20
Maria
--x
Content-Disposition: attachment; filename=leak.jpg
Content-Type: image/jpeg

jpeg
--x--
""",
    b"""From: mailer-daemon@acme.test
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; acme.test

Final-Recipient: rfc822; maria@acme.test
Action: failed
Status: 5.1.1

--x--
""",
]
HOSTILE = [b"", b"\0" * 5_000, b"Subject: =?utf-8?B?x?=\n\n\xff", b"a: b\n" * 20_000]

WAITS = """
import sys, time
from supportcli.channels.parsers import ENOUGH, Parsers

ours = Parsers(1)
ours.parse([b"Subject: a"] * ENOUGH)()
print(ours._running[0]._process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def two() -> Iterator[Parsers]:
    with closing(Parsers(2)) as ours:
        yield ours


def test_the_mails_are_the_same_and_in_their_order(two: Parsers) -> None:
    first, second = two.parse(RAWS), two.parse(HOSTILE)
    assert len(two._running) == 2
    assert second() == [mime.parse(raw) for raw in HOSTILE]
    assert first() == [mime.parse(raw) for raw in RAWS]


def test_what_is_in_a_mail_is_the_same_with_the_words_of_its_text(two: Parsers) -> None:
    two.parse(RAWS)
    with_file, bounce = two.parse(RICH)()
    assert (len(with_file.attachments), len(with_file.folds)) == (1, 1)
    assert bounce.bounce is not None
    here = [mime.parse(raw) for raw in RICH]
    assert [astuple(replace(one, words=None)) for one in (with_file, bounce)] == [
        *map(astuple, here)
    ]
    assert [one.words for one in (with_file, bounce)] == [
        " ".join(tokens(one.text)) for one in here
    ]


def test_few_mails_start_nothing(two: Parsers) -> None:
    assert two.parse(RAWS[:-1])() == [mime.parse(raw) for raw in RAWS[:-1]]
    assert not two._running


def test_many_small_portions_start_them_too(two: Parsers) -> None:
    for start in range(0, ENOUGH, 50):
        two.parse(RAWS[start : start + 50])()
    assert two._running


def test_what_a_parser_fails_to_parse_is_parsed_here(two: Parsers) -> None:
    parsed = two.parse(RAWS * 5)
    for parser in two._running:
        parser._process.kill()
    assert parsed() == [mime.parse(raw) for raw in RAWS] * 5
    assert two.parse(RAWS)() == [mime.parse(raw) for raw in RAWS]


def test_a_parser_that_does_not_answer_is_not_waited_for(
    two: Parsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.parse(RAWS)()
    stopped = [parser._process for parser in two._running]
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(parsers, "PATIENCE", 0.1)
    assert two.parse(RAWS)() == [mime.parse(raw) for raw in RAWS]
    assert [process.poll() for process in stopped] == [-signal.SIGKILL] * 2
    monkeypatch.undo()
    assert two.parse(RAWS)() == [mime.parse(raw) for raw in RAWS]


def test_what_is_asked_for_after_the_end_is_parsed_here(two: Parsers) -> None:
    parsed = two.parse(RAWS)
    two.close()
    assert parsed() == [mime.parse(raw) for raw in RAWS]
    assert two.parse(RAWS[:3])() == [mime.parse(raw) for raw in RAWS[:3]]


def test_a_program_that_cannot_be_started_is_not_needed(
    two: Parsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert two.parse(RAWS)() == [mime.parse(raw) for raw in RAWS]
    assert not two._running


def test_threads_that_cannot_be_started_are_not_needed(
    two: Parsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_thread)
    assert two.parse(RAWS)() == [mime.parse(raw) for raw in RAWS]
    assert not two._running


def test_one_reader_of_a_process_has_parsers(two: Parsers) -> None:
    two.parse(RAWS)()
    with closing(Parsers(2)) as others:
        assert others.parse(RAWS)() == [mime.parse(raw) for raw in RAWS]
        assert not others._running
    two.close()
    with closing(Parsers(1)) as others:
        others.parse(RAWS)()
        assert others._running


def test_a_parser_ends_with_its_process_however_that_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", WAITS], stdout=subprocess.PIPE, text=True) as ours:
        assert ours.stdout is not None
        pid = int(ours.stdout.readline())
        os.kill(pid, 0)
        ours.send_signal(signal.SIGKILL)
    until = time.monotonic() + 20
    while _runs(pid):
        assert time.monotonic() < until, "the parser still runs"
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has waited for does not."""
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)  # noqa: PLW1510
    return bool(status.stdout.strip()) and not status.stdout.strip().startswith("Z")
