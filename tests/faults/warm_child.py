"""The process behind `warm.Warm`: it has loaded the program, and forks a run of it for each order.

An order is a line of JSON: the command, its environment, the files for its output, and perhaps a
pipe that it waits at, so that a tracer can take hold of it first. Answered are the process id, and,
when it ends, its status and what it used."""

import codecs
import ctypes
import gc
import io
import json
import os
import resource
import selectors
import signal
import sys
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PTRACER = 0x59616D61


ADDRESS = "help@shop.test"
LETTER = (
    f"From: Grace <grace@customer.test>\r\nTo: {ADDRESS}\r\nSubject: Leak\r\nMessage-ID: <a@customer.test>\r\n"
    "Date: Mon, 2 Mar 2026 08:00:00 +0000\r\n\r\nIt leaks.\r\n"
)
NOWHERE = ("--imap", "127.0.0.1:9", "--smtp", "127.0.0.1:9", "--security", "none")
REHEARSAL = (
    ("init", "--yes", "--no-starters", "--agent", "Ada <ada@shop.test>"),
    ("mailbox", "add", ADDRESS, *NOWHERE, "--history", "all", "--secret", "env:HELP_PASSWORD"),
    ("desk", "edit", "--flood-limit", "none"),
    ("mail", "ingest", "--mailbox", ADDRESS, "-"),
    ("ticket", "new", "--customer", "x@y.test", "--subject", "Leak", "--text", "It leaks."),
    ("ticket", "list", "--json", "--", "leak tag:x"),
    ("ticket", "note", "1", "--text", "x"),
    ("ticket", "tag", "1", "--add", "x"),
    ("ticket", "reply", "1", "--yes", "--now", "--text", "Try this."),
    ("sync",),
    ("export", "csv"),
    ("report", "volume", "--csv"),
)
"""Calls on a desk that is thrown away: what they import and compile, the runs find made."""

UNREACHABLE = (69, 75)
"""Nobody serves the mailbox of the rehearsal."""


def load() -> None:
    """Import and compile what a run needs; nothing of a desk is kept."""
    import psycopg  # noqa: F401
    import sqlalchemy.dialects.postgresql.psycopg  # noqa: F401

    import tests.compiled  # noqa: F401
    from supportcli.__main__ import main

    streams = sys.stdin, sys.stdout, sys.stderr
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as out:
        os.environ |= {
            "HOME": folder,
            "SUPPORTCLI_CONFIG": f"{folder}/config.toml",
            "SUPPORTCLI_DATABASE": f"{folder}/desk.db",
            "HELP_PASSWORD": "secret",
        }
        sys.stdout = sys.stderr = out
        for words in REHEARSAL:
            sys.stdin = io.TextIOWrapper(io.BytesIO(LETTER.encode()))
            assert main(list(words)) in (0, *UNREACHABLE), words
    sys.stdin, sys.stdout, sys.stderr = streams
    tempfile.tempdir = None  # each run has its own
    # what sockets and parsing import, from a place that somebody else may not read
    import encodings.idna  # noqa: F401

    for name in ("cp932", "euc_jp", "cp1251", "koi8-u", "cp1253", "cp949", "gb18030"):
        codecs.lookup(name)

    import smtplib  # noqa: F401

    import imapclient  # noqa: F401

    import supportcli.channels.email
    import supportcli.desk.mail.sync
    import supportcli.desk.mail.sync_json  # noqa: F401

    gc.collect()
    gc.freeze()


def run(order: dict[str, Any]) -> None:
    """Be the program, from here to the end of the process."""
    code = 99
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setpgid(0, 0)
        for number, name, flags in (
            (0, order["stdin"], os.O_RDONLY),
            (1, order["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
            (2, order["err"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
        ):
            os.dup2(os.open(name, flags, 0o600), number)
        sys.stdin, sys.stdout, sys.stderr = (
            os.fdopen(number, mode, encoding="utf-8", errors="replace")
            for number, mode in ((0, "r"), (1, "w"), (2, "w"))
        )
        os.environ.clear()
        os.environ.update(order["env"])
        os.chdir(order["folder"])
        if order["user"] and os.geteuid() == 0:
            os.setgroups([])
            os.setgid(order["user"])
            os.setuid(order["user"])
        if order["memory"]:
            resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
        if order["gate"]:
            ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
            os.close(
                os.open(order["gate"], os.O_RDONLY)
            )  # waits until somebody opens the other end
        from supportcli.__main__ import main

        code = main(order["argv"])
    except BaseException:  # noqa: BLE001 - the caller reads it
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def serve() -> None:
    """Take orders until nobody gives any; who still runs then is killed."""
    orders = os.dup(0)
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    load()
    watch = watching(orders)
    answers.write(b'{"ready": true}\n')
    alive: set[int] = set()
    pending = b""
    while True:
        ready = {key.fd for key, _ in watch.select()}
        if orders in ready:
            chunk = os.read(orders, 1 << 20)
            if not chunk:
                break
            *whole, pending = (pending + chunk).split(b"\n")
            alive |= {fork(json.loads(line), answers) for line in whole}
        for waker in ready - {orders}:
            os.read(waker, 4096)
        for said in ended():
            alive.discard(said["pid"])
            answers.write(json.dumps(said).encode() + b"\n")
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def watching(orders: int) -> selectors.BaseSelector:
    """What tells of orders, and of children that end."""
    waker, wake = os.pipe()
    for end in (waker, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    watch = selectors.DefaultSelector()
    for descriptor in (orders, waker):
        watch.register(descriptor, selectors.EVENT_READ)
    return watch


def fork(order: dict[str, Any], answers: io.FileIO) -> int:
    """Start a run."""
    pid = os.fork()
    if not pid:
        run(order)
    answers.write(json.dumps({"started": pid}).encode() + b"\n")
    return pid


def ended() -> Iterator[dict[str, Any]]:
    """How those have ended that have."""
    with suppress(ChildProcessError):
        while (found := os.wait4(-1, os.WNOHANG))[0]:
            pid, status, used = found
            yield {
                "pid": pid,
                "status": os.waitstatus_to_exitcode(status),
                "memory": used.ru_maxrss * 1024,
                "seconds": used.ru_utime + used.ru_stime,
            }


if __name__ == "__main__":
    serve()
