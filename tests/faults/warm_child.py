"""The process behind `warm.Warm`: it has loaded the program, and forks a run of it for each order.

An order is a line of JSON: the command, its environment, the files for its output, and perhaps a
pipe that it waits at, so that a tracer can take hold of it first. Answered are the process id, and,
when it ends, its status and what it used."""

import ctypes
import json
import os
import resource
import selectors
import signal
import sys
import traceback
from typing import Any

PR_SET_PTRACER = 0x59616D61


def load() -> None:
    """Import what a run imports."""
    import encodings.idna
    import email.policy  # noqa: F401

    from supportcli.__main__ import main

    os.environ["SUPPORTCLI_CONFIG"] = os.environ["SUPPORTCLI_DATABASE"] = "/nonexistent/x"
    sys.stderr = sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for words in (["sync"], ["mail", "ingest", "x@y.test"], ["mail", "parse", "/nonexistent/x"]):
        main(words)
    import imapclient  # noqa: F401

    import supportcli.channels.email
    import supportcli.desk.mail.sync
    import supportcli.desk.mail.sync_json  # noqa: F401


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
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def serve() -> None:
    """Take orders until nobody gives any; who still runs then is killed."""
    lines, answers = (
        os.fdopen(os.dup(0), "rb", buffering=0),
        os.fdopen(os.dup(1), "wb", buffering=0),
    )
    load()
    waker, wake = os.pipe()
    for end in (waker, wake):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    watch = selectors.DefaultSelector()
    watch.register(lines, selectors.EVENT_READ)
    watch.register(waker, selectors.EVENT_READ)
    answers.write(b'{"ready": true}\n')
    alive: set[int] = set()
    pending = b""
    while True:
        ready = {key.fileobj for key, _ in watch.select()}
        if waker in ready:
            os.read(waker, 4096)
        if lines in ready:
            chunk = os.read(lines.fileno(), 1 << 20)
            if not chunk:
                break
            *whole, pending = (pending + chunk).split(b"\n")
            for line in whole:
                alive.add(fork(json.loads(line), answers))
        for pid, status, used in ended(alive):
            alive.discard(pid)
            said = {
                "pid": pid,
                "status": os.waitstatus_to_exitcode(status),
                "memory": used.ru_maxrss * 1024,
                "seconds": used.ru_utime + used.ru_stime,
            }
            answers.write(json.dumps(said).encode() + b"\n")
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def fork(order: dict[str, Any], answers: Any) -> int:
    """Start a run."""
    pid = os.fork()
    if not pid:
        run(order)
    answers.write(json.dumps({"started": pid}).encode() + b"\n")
    return pid


def ended(alive: set[int]) -> list[tuple[int, int, resource.struct_rusage]]:
    """Those that have ended."""
    found = []
    while alive:
        try:
            pid, status, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if not pid:
            break
        found.append((pid, status, used))
    return found


if __name__ == "__main__":
    serve()
